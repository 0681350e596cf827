"""What a rep has used of each limit they stand under, and when it frees. It counts nothing itself: tallies are handed in."""

from datetime import UTC, datetime, timedelta

import msgspec

from firstright.core import limits
from firstright.core.compiled import Compiled
from firstright.core.pools import Limit
from firstright.core.roster import Rep
from firstright.core.world import Standing, Tally


class LimitUsed(msgspec.Struct, frozen=True):
    """`frees` is when there is room again where it is reached, else when what is used begins to lapse; None: nothing is used,
    or nobody can say. A soft one only makes somebody stand back."""

    id: str
    code: str  # CAP_REACHED | COOLDOWN | BURST_GUARD
    pool: str  # of a cooldown or burst guard; empty for a limit of the policy
    used: int
    most: int
    hard: bool
    rolling: bool  # each lead lapses by itself, else all of them do at once
    reached: bool
    frees: datetime | None


def limits_used(rep: Rep, policy: Compiled, standing: Standing, as_of: datetime) -> tuple[LimitUsed, ...]:
    """Every limit of the policy that their leads count to, in its order, and those of their pools behind it."""
    pools = [place.pool for place in rep.memberships if place.weight > 0]
    found = {limit.id: limit for limit in policy.everywhere}
    found |= {limit.id: limit for pool in pools for limit in policy.limits_of(pool)}
    return tuple([_used(limit, rep, policy, standing, as_of) for limit in found.values()])


def _used(limit: Limit, rep: Rep, policy: Compiled, standing: Standing, as_of: datetime) -> LimitUsed:
    zone, tally, most = policy.policy.zone, standing.tally(limit.id, rep.id), limits.most(limit, rep)
    used = limits.used(limit, tally, zone, as_of)
    own = limit.code != "CAP_REACHED"
    return LimitUsed(
        limit.id,
        limit.code,
        limit.pools[0] if own else "",
        used,
        most,
        limit.hard,
        limit.period is None,
        used >= most,
        _frees(limit, tally, used, most, zone, as_of),
    )


def _frees(limit: Limit, tally: Tally, used: int, most: int, zone: str, as_of: datetime) -> datetime | None:
    if not used:
        return None
    if used >= most:
        seconds = limits.frees(limit, tally, most, zone, as_of)
        return None if seconds == limits.NEVER else as_of + timedelta(seconds=seconds)
    if limit.period is not None:
        return limits.window(limit.period, limit.zone or zone, as_of)[1]
    oldest = tally.at[-used]
    return datetime.fromtimestamp(0, UTC) + oldest * limits.MICRO + (limit.within or timedelta(0))
