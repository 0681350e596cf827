"""Caps, cooldowns and burst guards: one kind of limit, one tally a rep. Which leads count, who has reached it, until when.

A limit is asked before a pool picks; what was assigned is counted by the effect it leaves. It knows no pool's members.
"""

from bisect import bisect_right
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from firstright.core.decision import Counted
from firstright.core.lead import Lead
from firstright.core.pools import Limit, Period, Pool
from firstright.core.roster import Rep
from firstright.core.world import Tally

MICRO = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KEPT = 16  # instants of a rolling limit, beside four times what it allows
NEVER = -1  # seconds: nobody can say when it is free again
Window = tuple[datetime, datetime]


def of_pool(pool: Pool) -> tuple[Limit, ...]:
    """A pool's own: its cooldown is a limit of one, its burst guard one of a few."""
    found = []
    if pool.cooldown:
        found.append(Limit(f"cooldown:{pool.id}", 1, within=pool.cooldown, pools=(pool.id,), code="COOLDOWN"))
    if pool.burst:
        guard = pool.burst
        found.append(
            Limit(f"burst:{pool.id}", guard.most, within=guard.within, pools=(pool.id,), code="BURST_GUARD")
        )
    return tuple(found)


def concerns(limit: Limit, lead: Lead) -> bool:
    """Whether a lead counts to it, by source and score. A lead without a score counts to no band."""
    if limit.sources and lead.source not in limit.sources:
        return False
    if limit.score is None:
        return True
    score = lead.facts.get("score")
    return isinstance(score, int) and limit.score[0] <= score <= limit.score[1]


def most(limit: Limit, rep: Rep) -> int:
    return rep.limits.get(limit.id, limit.most)


def window(period: Period, zone: str, as_of: datetime) -> Window:
    """[start, end) of the day, week or month of that zone that holds an instant."""
    local = as_of.astimezone(ZoneInfo(zone))
    first = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None, fold=0)
    if period is Period.WEEK:
        first -= timedelta(days=first.weekday())
    elif period is Period.MONTH:
        first = first.replace(day=1)
    match period:
        case Period.DAY:
            after = first + timedelta(days=1)
        case Period.WEEK:
            after = first + timedelta(days=7)
        case Period.MONTH:
            after = (first + timedelta(days=32)).replace(day=1)
    start, end = _midnight(first, zone), _midnight(after, zone)
    # Where the clock goes back over a midnight that it has shown already, the day that began then goes on.
    return (start, end) if as_of < end else window(period, zone, end)


def _midnight(local: datetime, zone: str) -> datetime:
    """The first instant of a local day; where the clock skips midnight, the instant at which it does."""
    return local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def used(limit: Limit, tally: Tally, zone: str, as_of: datetime) -> int:
    """How many leads count against it now."""
    if limit.period is not None:
        start, _ = window(limit.period, limit.zone or zone, as_of)
        return tally.n if tally.since == micros(start) else 0
    since = micros(as_of) - (limit.within or timedelta(0)) // MICRO
    return len(tally.at) - bisect_right(tally.at, since)


def frees(limit: Limit, tally: Tally, allowed: int, zone: str, as_of: datetime) -> int:
    """Whole seconds, rounded up, until there is room again for somebody who has reached it."""
    if allowed <= 0:
        return NEVER
    if limit.period is not None:
        _, end = window(limit.period, limit.zone or zone, as_of)
        return seconds(end - as_of)
    oldest = tally.at[-allowed] + (limit.within or timedelta(0)) // MICRO
    return seconds((oldest - micros(as_of)) * MICRO)


def counted(limit: Limit, rep: Rep, zone: str, as_of: datetime) -> Counted:
    """What an assignment to this rep leaves behind. More instants are kept than are asked for today: a later version of the
    policy may allow more, and must still know what came before it."""
    if limit.period is not None:
        return Counted(limit.id, rep.id, window(limit.period, limit.zone or zone, as_of)[0])
    return Counted(limit.id, rep.id, None, KEPT + 4 * max(limit.most, most(limit, rep)))


def tallied(tally: Tally, effect: Counted, as_of: datetime) -> Tally:
    """The tally after one more lead."""
    if effect.window is not None:
        start = micros(effect.window)
        return Tally(start, tally.n + 1 if tally.since == start else 1)
    return Tally(at=tuple(sorted((*tally.at, micros(as_of))))[-effect.keep :])


def micros(at: datetime) -> int:
    return (at - EPOCH) // MICRO


def seconds(span: timedelta) -> int:
    return -(-span // timedelta(seconds=1))
