"""What was asked about a lead, what they said, and what that changed, as its page shows it. It fetches nothing."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from firstright.core.rules.phrases import label
from firstright.core.why.origins import origin_words, value_words
from firstright.storage.enrichments import EnrichmentRow
from firstright.storage.recorded import Recorded
from firstright.web.console.visit import Visit

# Why a lead that was learnt about stayed where it was: what stands behind "not moved: ".
STAYED = {
    "locked": "locked",
    "budget-spent": "it was moved for better knowledge often enough",
    "too-late": "it came too long ago",
    "no-better": "nobody is better for it",
    "to-and-fro": "who would get it has had it",
    "hysteresis": "an edge was crossed by a hair",
    "unchanged": "it has what it waited for",
    "over": "it is over",
    "pending": "it is not decided yet",
}


class AskedSeen(msgspec.Struct, frozen=True):
    """`what` is what became of it, `changed` what the lead's rules made of it, with the decision to look at."""

    at: datetime
    icon: str
    tone: str
    said: str
    changed: str = ""
    decision: str = ""


def asked_seen(visit: Visit, rows: Iterable[EnrichmentRow], made: Iterable[Recorded]) -> list[AskedSeen]:
    """Newest first."""
    decisions = {each.id: each for each in made}
    return [_seen(visit, row, decisions.get(row.decision_id or "")) for row in reversed(list(rows))]


def _seen(visit: Visit, row: EnrichmentRow, decision: Recorded | None) -> AskedSeen:
    name = origin_words(row.provider, visit.policy.policy if visit.policy else None)
    at = row.answered_at or row.created_at
    if row.state in ("waiting", "asked"):
        why = f": {row.detail}" if row.detail else ""
        return AskedSeen(at, "clock", "", f"{name} is being asked{why}")
    if row.result == "failed":
        return AskedSeen(at, "circle-slash", "warn", f"{name} did not answer: {row.detail}")
    if row.result == "moot":
        return AskedSeen(at, "circle-slash", "", f"{name} was not asked: {row.detail}")
    if row.result == "unknown":
        return AskedSeen(
            at, "info", "", f"{name} does not know: {row.detail}" if row.detail else f"{name} does not know"
        )
    said = f"{name} said {_facts(row.said)}" if row.state == "done" else f"{name} has answered"
    wrong = f" ({row.detail})" if row.detail else ""
    return AskedSeen(
        at,
        "book-open",
        "accent",
        said + wrong,
        _changed(visit, row, decision),
        decision.id if decision else "",
    )


def _changed(visit: Visit, row: EnrichmentRow, decision: Recorded | None) -> str:
    if row.state != "done":
        return ""
    if decision is None:
        return "nothing new" if row.decision_id is None else ""
    if why := STAYED.get(decision.reason):
        return f"not moved: {why}"
    return (
        f"then {visit.holder(decision.holder_kind, decision.holder_id)}"
        if decision.holder_id
        else f"then {decision.outcome}"
    )


def _facts(text: str) -> str:
    facts = msgspec.json.decode(text, type=dict[str, str | int | bool | tuple[str, ...]])
    return (
        ", ".join(f"{label(name)} {value_words(value)}" for name, value in facts.items()) or "nothing of use"
    )
