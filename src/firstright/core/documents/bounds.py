"""What is wrong with limits beyond their window: those another one makes unreachable, and guards a cooldown makes idle.

Both count leads of the same rep; whether anybody gets that many leads is not asked.
"""

from collections.abc import Iterator
from itertools import product

from firstright.core.documents.case import Case
from firstright.core.pools import Limit
from firstright.core.rules.durations import format_duration
from firstright.core.rules.findings import Finding

MOST_COMPARED = 300


def bounds(case: Case) -> Iterator[Finding]:
    yield from _never_reached(case)
    yield from _idle_guards(case)


def _never_reached(case: Case) -> Iterator[Finding]:
    # For somebody who has a number of their own it may be the other way round.
    own = {name for rep in (case.roster.reps if case.roster else ()) for name in rep.limits}
    limits = [x for x in case.policy.limits if x.id not in own and ("limits", x.id) not in case.how.broken]
    reported: set[str] = set()
    for other, limit in product(limits[:MOST_COMPARED], limits[:MOST_COMPARED]):
        if other is limit or limit.id in reported or other.id in reported or not _covers(other, limit):
            continue
        reported.add(limit.id)
        text = (
            f'"{other.id}" counts all that this counts and stops at {other.most}, so this is never reached.'
        )
        yield case.of_named("limits", limit.id, "limit.never_reached", text, "most", "warning")


def _covers(other: Limit, limit: Limit) -> bool:
    """Whether a hard limit has always stopped a rep before this one does."""
    if not other.hard or other.most > limit.most:
        return False
    return _window_within(limit, other) and _scope_within(limit, other)


def _window_within(limit: Limit, other: Limit) -> bool:
    if other.period or limit.period:
        return (other.period, other.zone) == (limit.period, limit.zone)
    return bool(other.within and limit.within and limit.within <= other.within)


def _scope_within(limit: Limit, other: Limit) -> bool:
    """Whether every lead that counts to the one counts to the other."""
    for inner, outer in ((limit.pools, other.pools), (limit.sources, other.sources)):
        if outer and not (inner and set(inner) <= set(outer)):
            return False
    if other.score is None:
        return True
    low, high = other.score
    return limit.score is not None and low <= limit.score[0] and limit.score[1] <= high


def _idle_guards(case: Case) -> Iterator[Finding]:
    for name, pool in case.policy.pools.items():
        if pool.burst is None or pool.cooldown is None or ("pools", name) in case.how.broken:
            continue
        most = -(-pool.burst.within // pool.cooldown)  # leads that fit into a half-open stretch
        if most <= pool.burst.most:
            text = (
                f"With {format_duration(pool.cooldown)} after each lead nobody gets more than {most} within "
                f"{format_duration(pool.burst.within)}, so the guard is never reached."
            )
            yield case.of_named("pools", name, "burst.never_reached", text, "burst", "warning")
