"""How each provider is doing: as registered, as the policy asks it, and as it has answered. It reads, and shows no secret."""

from datetime import datetime, timedelta

import msgspec

from firstright.core.policy import Policy
from firstright.core.providers import Provider
from firstright.desk.asking import month_of
from firstright.storage import enrichments, providers
from firstright.storage.enrichments import EnrichmentRow, Figures
from firstright.storage.providers import ProviderRow
from firstright.storage.transactions import Tx

LATELY = timedelta(days=30)
MOST_FAILED = 5
ADD = "firstright provider add"


class ProviderState(msgspec.Struct, frozen=True):
    """`state`: on, failing, paused, over budget, off, not registered, or not asked (no policy names it). `known` and `unknown` are
    answers of the last 30 days, `shelf` those of them that were there already; `took` is the median in milliseconds.
    """

    name: str
    state: str
    why: str = ""
    title: str = ""
    ask: str = ""
    fields: tuple[str, ...] = ()
    url: str = ""
    headers: tuple[str, ...] = ()
    month: str = ""
    spent: int = 0
    budget: int | None = None
    waiting: int = 0
    known: int = 0
    unknown: int = 0
    failed: int = 0
    shelf: int = 0
    wrong: int = 0  # answers some of which could not be read
    took: int | None = None
    problem: str = ""
    problem_at: datetime | None = None
    since: datetime | None = None  # when the trouble began
    until: datetime | None = None  # when it is asked again

    @property
    def hits(self) -> int | None:
        """Per cent of its answers that knew something; None before there is one."""
        answers = self.known + self.unknown
        return None if not answers else round(100 * self.known / answers)

    @property
    def is_well(self) -> bool:
        return self.state in ("on", "not asked")


def states(tx: Tx, policy: Policy | None, now: datetime) -> list[ProviderState]:
    """Those the policy asks, in its order, then whoever is registered beside them."""
    rows, asked = providers.load(tx), policy.providers if policy else {}
    month = month_of(now)
    spent, waiting = providers.spent(tx, month), enrichments.waiting(tx)
    figures = enrichments.figures(tx, now - LATELY)
    return [
        _state(
            name,
            asked.get(name),
            rows.get(name),
            now,
            month,
            spent.get(name, 0),
            waiting.get(name, 0),
            figures.get(name),
        )
        for name in dict.fromkeys((*asked, *rows))
    ]


def failures(tx: Tx, name: str) -> list[EnrichmentRow]:
    """What was given up last, newest first."""
    return enrichments.failed(tx, name, MOST_FAILED)


def _state(
    name: str,
    asked: Provider | None,
    row: ProviderRow | None,
    now: datetime,
    month: str,
    spent: int,
    waiting: int,
    figures: Figures | None,
) -> ProviderState:
    state, why = _stands(name, asked, row, now, spent)
    results = figures.results if figures else {}
    return ProviderState(
        name,
        state,
        why,
        title=asked.name if asked else "",
        ask=asked.ask if asked else "",
        fields=tuple(dict.fromkeys(asked.fields.values())) if asked else (),
        url=row.url if row else "",
        headers=tuple(msgspec.json.decode(row.headers, type=list[str])) if row else (),
        month=month,
        spent=spent,
        budget=asked.budget if asked else None,
        waiting=waiting,
        known=results.get("known", 0),
        unknown=results.get("unknown", 0),
        failed=results.get("failed", 0),
        shelf=figures.shelf if figures else 0,
        wrong=figures.wrong if figures else 0,
        took=figures.took if figures else None,
        problem=row.problem if row else "",
        problem_at=row.problem_at if row else None,
        since=row.failing_since if row else None,
        until=row.paused_until if row and row.paused_until and row.paused_until > now else None,
    )


def _stands(
    name: str, asked: Provider | None, row: ProviderRow | None, now: datetime, spent: int
) -> tuple[str, str]:
    if row is None:
        return "not registered", f"nobody is asked: {ADD} {name} --url URL"
    if not row.enabled:
        return "off", row.off_reason
    if asked is None:
        return "not asked", "the policy does not name it"
    if asked.budget is not None and spent >= asked.budget:
        return "over budget", f"{spent:,} of {asked.budget:,} requests of this month are made"
    if row.paused_until is not None and row.paused_until > now:
        return "paused", row.problem
    if row.failures:
        return "failing", row.problem
    return "on", ""
