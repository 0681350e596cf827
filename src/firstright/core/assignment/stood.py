"""What a pool's members have in hand at this moment: who is full, has a lead they have not answered, is not at their desk,
has reached a limit. All that a decision reads of the standing beside credit; a replay hands it in as it was recorded.
"""

from collections.abc import Iterator

from firstright.core import limits
from firstright.core.assignment.loads import measured
from firstright.core.compiled import Compiled
from firstright.core.decision import Asked, Code
from firstright.core.lead import Lead
from firstright.core.policy import Rule
from firstright.core.pools import LEAD, Measure, Method, Pool
from firstright.core.roster import PoolMembers, Rep, Roster
from firstright.core.world import Presence, Stood, World

NOTHING = Stood()
PRESENCES = tuple(Presence)
Reached = tuple[tuple[str, int, tuple[int, ...]], ...]


def stood(
    pool: Pool, members: PoolMembers, lead: Lead, rule: Rule | None, policy: Compiled, world: World
) -> Stood:
    """As it stands, or as it stood where a replay says so."""
    if world.stood is not None and pool.id in world.stood:
        return world.stood[pool.id]
    full = _full(members, world.roster, world)
    if pool.id in policy.plain:
        return Stood(full) if full else NOTHING
    standing, reps = world.standing, members.reps
    if pool.method is Method.LOAD and pool.load is not Measure.LEADS:
        full |= _over(reps, pool.load, *weighs(lead, rule, pool), world)
    numbers: tuple[int, ...] = ()
    if pool.method is Method.LOAD:
        numbers = tuple([measured(standing.load(rep.id), pool.load) for rep in reps])
    elif pool.method is Method.SOONEST:
        numbers = tuple([PRESENCES.index(standing.presence(rep.id, world.as_of)) for rep in reps])
    pending = _bits([standing.load(rep.id).queue > 0 for rep in reps]) if pool.one_at_a_time else 0
    offline = 0
    if pool.presence:
        offline = _bits([standing.presence(rep.id, world.as_of) is not Presence.ONLINE for rep in reps])
    return Stood(full, pending, offline, tuple(_reached(pool.id, reps, lead, policy, world)), numbers)


def stood_alone(rep: Rep, lead: Lead, policy: Compiled, world: World) -> Stood:
    """The same of one rep who is named, and asked through no pool: full, or over a limit that counts every lead."""
    if world.stood is not None and (name := f"@{rep.id}") in world.stood:
        return world.stood[name]
    load = world.standing.load(rep.id).leads
    full = int(rep.capacity is not None and load >= rep.capacity)
    return Stood(full, limits=tuple(_reached("", (rep,), lead, policy, world)))


def weighs(lead: Lead, rule: Rule | None, pool: Pool | None) -> tuple[int, int]:
    """(cost in 10⁻⁹ leads, size): what a lead will be to the load of whoever gets it through this pool."""
    value = lead.facts.get(pool.field) if pool and pool.field else 0
    size = value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
    return rule.cost if rule else LEAD, size


def sized_by(pool: str, rep: Rep, policy: Compiled) -> Pool | None:
    """The pool whose field says how large a lead of this rep is: the one it came through, else the first of theirs that
    balances by one. What they have by precedence or by hand is a load to them, too."""
    pools = policy.by_field
    if not pools:
        return None
    if through := pools.get(pool):
        return through
    theirs = [pools.get(place.pool) for place in rep.memberships]
    return next((p for p in theirs if p and p.method is Method.LOAD and p.load is Measure.FIELD), None)


def as_recorded(asked: Asked) -> Stood:
    """What was read of the standing when this pool was asked."""
    bits = asked.bits()
    limits = tuple([(name, int(members, 16), until) for name, members, until in asked.limits])
    return Stood(
        bits.get(Code.LOAD_FULL, 0),
        bits.get(Code.OFFER_PENDING, 0),
        bits.get(Code.OFFLINE, 0),
        limits,
        asked.measured,
    )


def _full(members: PoolMembers, roster: Roster, world: World) -> int:
    key = ("limited", members.pool)
    limited = roster.memo.get(key)
    if not isinstance(limited, tuple):
        limited = tuple(
            [(1 << i, r.id, r.capacity) for i, r in enumerate(members.reps) if r.capacity is not None]
        )
        roster.memo[key] = limited
    changed, loads = world.standing.changed_loads, world.standing.loads
    full = 0
    for bit, rep, capacity in limited:
        load = changed.get(rep) or loads.get(rep)
        if (load is not None and load.leads >= capacity) or not capacity:
            full |= bit
    return full


def _over(reps: tuple[Rep, ...], measure: Measure, cost: int, size: int, world: World) -> int:
    """Whom this lead would take over their capacity in another measure than leads."""
    more = {Measure.COST: cost, Measure.FIELD: size}.get(measure, 1)
    return _bits(
        [
            (room := capacity(rep, measure)) is not None
            and measured(world.standing.load(rep.id), measure) + more > room
            for rep in reps
        ]
    )


def capacity(rep: Rep, measure: Measure) -> int | None:
    """In units of the measure; None without a limit."""
    if measure is Measure.LEADS:
        return rep.capacity
    most = rep.capacities.get(measure)
    return most * LEAD if most is not None and measure is Measure.COST else most


def _reached(
    pool: str, reps: tuple[Rep, ...], lead: Lead, policy: Compiled, world: World
) -> Iterator[tuple[str, int, tuple[int, ...]]]:
    for limit in policy.limits_of(pool):
        if not limits.concerns(limit, lead):
            continue
        bits, until = 0, []
        for i, rep in enumerate(reps):
            tally, most = world.standing.tally(limit.id, rep.id), limits.most(limit, rep)
            if limits.used(limit, tally, policy.policy.zone, world.as_of) >= most:
                bits |= 1 << i
                until.append(limits.frees(limit, tally, most, policy.policy.zone, world.as_of))
        if bits:
            yield limit.id, bits, tuple(until)


def _bits(flags: list[bool]) -> int:
    return sum([1 << i for i, flag in enumerate(flags) if flag])
