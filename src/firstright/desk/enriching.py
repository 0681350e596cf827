"""Tells a lead what came of the questions about it, at once for all who answered.

It asks nobody: the worker does, and `asking` says what becomes of an answer. What is found out goes through the same decision as
anything else, under the cause `enriched`: it moves the lead once, or not, and says why.
"""

from collections.abc import Mapping
from datetime import timedelta

import msgspec

from firstright.core.clean.following import FOLLOWS
from firstright.core.clean.normalize import DERIVED
from firstright.core.lead import Act, Cause, Fact, Lead
from firstright.core.matchkeys import match_keys
from firstright.core.policy import OnUnknown
from firstright.core.providers import FILLED_FROM, Told, learnt, origin_of, origins, said_over
from firstright.desk.acting import standing
from firstright.desk.arrival import Source, cleaned
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.deciding import decide_in
from firstright.desk.spending import give_found
from firstright.enrich.quick import filled
from firstright.storage import enrichments
from firstright.storage.enrichments import EnrichmentRow
from firstright.storage.rows import MatchKeyRow

HOLD = "enrich:"  # what a hold for facts is named after, with its rule behind
SOONEST, LATEST = (
    timedelta(seconds=5),
    timedelta(minutes=10),
)  # between two tries to tell a lead that nobody can decide

_encode = msgspec.json.Encoder().encode
_raw = msgspec.json.Decoder(dict[str, object]).decode


class LearnAnswers:
    """Tells one lead what has come for it; whatever is told, it is told once.

    Nothing while something that was asked may still come, unless what came first has waited long enough for it.
    """

    lane = "deadlines"

    def __init__(self, lead: str) -> None:
        self.lead = lead

    def needs(self, batch: Batch) -> None:
        batch.want_lead(self.lead)

    def perform(self, batch: Batch) -> Concluded | None:
        rows = enrichments.of_lead(batch.tx, self.lead)
        came = [row for row in rows if row.state == "came"]
        complete = not any(row.state in enrichments.OPEN for row in rows)
        if not came or not (complete or min(row.due_at for row in came) <= batch.turn.now):
            return None
        stands = standing(batch, self.lead)
        lead = batch.lead(stands.id) if stands else None
        done = _told(batch, lead, came, complete=complete) if lead else None
        for row in came:
            row.state = "done"
            row.decision_id = done.id if done else None
        enrichments.change(batch.tx, came)
        return done

    def rescue(self, batch: Batch, failure: Exception) -> Concluded | None:
        """Later, and longer each time: a lead nobody can decide must not be given up, nor tried all day."""
        came = [row for row in enrichments.of_lead(batch.tx, self.lead) if row.state == "came"]
        for row in came:
            row.attempts += 1
            row.due_at = batch.turn.now + min(SOONEST * 2 ** min(row.attempts, 10), LATEST)
        enrichments.change(batch.tx, came)
        return None


def _told(batch: Batch, lead: Lead, came: list[EnrichmentRow], *, complete: bool) -> Concluded | None:
    """The decision that follows; None when nothing new was learnt, and the lead does not wait for it."""
    facts = _known_now(batch, lead, came)
    held = lead.waiting is not None and lead.waiting.rule.startswith(HOLD)
    if facts == lead.facts and not (held and complete):
        return None
    by = ", ".join(dict.fromkeys(row.provider for row in came))
    knowing = msgspec.structs.replace(lead, facts=facts, act=Act(by=by))
    if complete:
        knowing = _expecting_nothing(knowing, batch)
    batch.know(match_keys(knowing.facts, knowing.source))
    done = decide_in(batch, knowing, Cause.ENRICHED, f"enrich:{came[0].id}")
    batch.rows.match_keys += [MatchKeyRow(kind, value, "lead", lead.id) for kind, value in done.keys]
    give_found(batch, done.after)
    return done


def _known_now(batch: Batch, lead: Lead, came: list[EnrichmentRow]) -> dict[str, Fact]:
    """The lead's facts with what is believed of what each said. What each brought, and what could not be read, its row says."""
    asked = [p for p in batch.policy.policy.providers.values() if any(r.provider == p.id for r in came)]
    by_name = {row.provider: row for row in came if row.result == "known"}
    raw = {p.id: _raw(by_name[p.id].said) for p in asked if p.id in by_name}
    told = [
        Told(p.id, _cleaned(batch, raw[p.id], lead.facts, by_name[p.id]), p.overwrite)
        for p in asked
        if p.id in raw
    ]
    found = learnt(lead.facts, told)
    facts: dict[str, Fact] = dict(lead.facts)
    for name, said in raw.items():
        # Once more, without what was not believed: a state means nothing with another country than the lead's.
        mine = {field: said[field] for field in found if origin_of(found, field) == name and field in said}
        if mine:
            clean = _cleaned(batch, mine, {**lead.facts, **found})
            goes_along = {f for field in mine for f in FOLLOWS.get(field, ())} | set(mine) | set(DERIVED)
            settled = {f: v for f, v in clean.items() if f in goes_along or f not in facts}
            facts |= said_over(facts, settled)
    kept = tuple(each for each in origins(found) if each.partition(":")[0] in facts)
    if facts != lead.facts:
        facts |= {FILLED_FROM: kept}
        facts |= filled(facts, batch.policy.policy.filling)
    brought = {each.provider: each.facts for each in told}
    for row in came:
        row.said = _encode(brought.get(row.provider, {})).decode()
    return facts


def _cleaned(
    batch: Batch, raw: dict[str, object], facts: Mapping[str, Fact], row: EnrichmentRow | None = None
) -> dict[str, Fact]:
    """Their values as if the person had said them; what is wrong with them is noted on the row."""
    clean = cleaned(raw, Source("", str(facts.get("country", ""))), batch.policy, whole=False)
    if row is not None:
        wrong = [f"{each.pointer.removeprefix('/')}: {each.reason}" for each in clean.problems]
        row.detail = "; ".join([*filter(None, [row.detail]), *wrong])
        return {name: fact for name, fact in clean.facts.items() if name in raw}
    return {name: fact for name, fact in clean.facts.items() if name != "source"}


def _expecting_nothing(lead: Lead, batch: Batch) -> Lead:
    """The lead with every hold for facts over: nobody is left who could say them. Holds for a pool go on."""
    if lead.waiting is None:
        return lead
    now, going = batch.turn.now, lead.waiting
    asking = {f"{HOLD}{r.id}": now for r in batch.policy.rules if r.on_unknown is OnUnknown.ENRICH}
    until = min(going.until, now) if going.rule.startswith(HOLD) else going.until
    spent = tuple({**dict(going.spent), **asking}.items())
    return msgspec.structs.replace(lead, waiting=msgspec.structs.replace(going, until=until, spent=spent))
