"""How a points table does: the scores of open leads, for how many each row counts, and what came of leads by the score they had
when they were decided about. Reads only, and only the newest leads.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from firstright.core.beginnings import facts_then
from firstright.core.compiled import Compiled
from firstright.core.drift import Drift
from firstright.core.lead import Fact
from firstright.core.scoring import UNSTAGED
from firstright.desk.watch.drifting import looks
from firstright.storage import learned
from firstright.storage.learned import Look
from firstright.storage.transactions import Tx

MOST = 2_000  # leads that are looked at
OPEN = frozenset(("pending", "owner", "offered", "queued", "waiting", "review", "nurture"))
BINS = 12
GROUPS, LEAST = 10, 20  # of leads whose outcome is known, and how many a group has at least
_STEPS = (1, 2, 5)

_facts = msgspec.json.Decoder(dict[str, Fact]).decode


class Bin(msgspec.Struct, frozen=True):
    """Scores from `low` to `high`, both included."""

    low: int
    high: int
    leads: int


class Group(msgspec.Struct, frozen=True):
    """Leads that had a score from `low` to `high` when they were decided about, and how many came to the outcome."""

    low: int
    high: int
    leads: int
    had: int


class Board(msgspec.Struct, frozen=True):
    """`read` leads were looked at, the newest. `counts` is for how many open ones each row of the table counts now."""

    read: int
    open: int
    scored: int
    mean: float
    stages: tuple[tuple[str, int], ...]  # each of the policy's, with those below the first
    bins: tuple[Bin, ...]
    counts: dict[str, int]
    groups: tuple[Group, ...]
    ended: int
    looks: tuple[tuple[Look, Drift], ...]


def board(tx: Tx, policy: Compiled, as_of: datetime) -> Board | None:
    """None where the policy scores nothing."""
    card, scoring = policy.policy.score, policy.scoring
    if card is None or scoring is None:
        return None
    happened = learned.latest(tx, MOST)
    totals: list[int] = []
    counts: dict[str, int] = {}
    stages = dict.fromkeys((UNSTAGED, *(name for name, _ in card.stages)), 0)
    open_ = [one for one in happened if one.outcome in OPEN]
    for one in open_:
        facts = _facts(one.facts)
        seen = policy.with_derived(facts, (), as_of)
        found = scoring.of(seen, as_of, one.arrived_at)
        if "score" in facts:
            totals.append(found.total)
            stages[found.stage or UNSTAGED] += 1
        for row in {reason.row for reason in scoring.reasons(seen, as_of, one.arrived_at)}:
            counts[row] = counts.get(row, 0) + 1
    ended = [(facts_then(one.record), had) for one in happened if (had := one.had) is not None]
    then = [(score, had) for facts, had in ended if facts and type(score := facts.get("score")) is int]
    return Board(
        read=len(happened),
        open=len(open_),
        scored=len(totals),
        mean=sum(totals) / len(totals) if totals else 0.0,
        stages=tuple(stages.items()) if card.stages else (),
        bins=bins(totals),
        counts=counts,
        groups=groups(then),
        ended=len(then),
        looks=tuple(looks(tx, card.model_hash)) if card.model else (),
    )


def bins(totals: Sequence[int]) -> tuple[Bin, ...]:
    """Of equal width, round numbers, at most twelve."""
    if not totals:
        return ()
    low, high = min(totals), max(totals)
    step = next(
        step
        for power in range(9)
        for first in _STEPS
        if high // (step := first * 10**power) - low // step < BINS
    )
    first = low // step
    counts = [0] * (high // step - first + 1)
    for total in totals:
        counts[total // step - first] += 1
    return tuple(Bin((first + n) * step, (first + n + 1) * step - 1, count) for n, count in enumerate(counts))


def groups(then: Sequence[tuple[int, bool]]) -> tuple[Group, ...]:
    """By rising score, as many leads in each; equal scores stay together."""
    ranked = sorted(then)
    wanted = max(LEAST, -(-len(ranked) // GROUPS))
    found: list[list[tuple[int, bool]]] = []
    for one in ranked:
        if not found or (len(found[-1]) >= wanted and found[-1][-1][0] != one[0]):
            found.append([])
        found[-1].append(one)
    if len(found) > 1 and len(found[-1]) < LEAST:
        last = found.pop()
        found[-1] += last
    return tuple(Group(part[0][0], part[-1][0], len(part), sum(had for _, had in part)) for part in found)
