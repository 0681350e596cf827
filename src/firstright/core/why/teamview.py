"""The team as one visitor may see it: who is on, off or full and until when, what each has in hand, credit and turns.

A colleague's leads, load and reasons are left out for whoever does not see their leads (`core.authority`): names, and how
the rotations they share stand, are for everybody in them. Values only; it reads and decides nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from firstright.core.assignment.credit import align
from firstright.core.assignment.eligibility import available, person_codes
from firstright.core.assignment.loads import measured
from firstright.core.assignment.stood import capacity
from firstright.core.assignment.turning import NOTHING, Share
from firstright.core.authority import Actor
from firstright.core.compiled import Compiled
from firstright.core.decision import Code
from firstright.core.lead import Holder, HolderKind
from firstright.core.policy import Policy
from firstright.core.pools import Measure, Method
from firstright.core.roster import Rep, Roster
from firstright.core.why.explanation import Barrier
from firstright.core.why.limitview import LimitUsed, limits_used
from firstright.core.why.poolnow import MAIN, PoolNow
from firstright.core.why.whynot import barriers_of
from firstright.core.world import Standing

FULL = frozenset(
    {Code.LOAD_FULL, Code.OFFER_PENDING, Code.CAP_REACHED, Code.COOLDOWN, Code.BURST_GUARD}
)  # what somebody has in hand, or just had


class InHand(msgspec.Struct, frozen=True):
    """Open leads of a rep and how many of them nobody has touched, each bounded; when the oldest of them came."""

    open: int = 0
    untouched: int = 0
    oldest: datetime | None = None


class Place(msgspec.Struct, frozen=True):
    """A rep in a pool. `credit` in 10⁻⁹ leads: what they are owed; their turns and share over seven and thirty days.

    `barriers` are why the pool would pass them over now, `measured` what its method compares of them beside the ledger;
    both are empty where their leads are not the visitor's to see.
    """

    pool: str
    name: str
    weight: int
    credit: int
    week: Share
    month: Share
    method: str = "credit"  # pools.Method
    barriers: tuple[Barrier, ...] = ()
    measured: str = ""


class LoadUsed(msgspec.Struct, frozen=True):
    """What a rep has in hand in another measure than leads, by which a pool of theirs balances; costs in 10⁻⁹ leads."""

    measure: str  # pools.Measure
    have: int
    most: int | None  # None: no limit
    field: str = ""  # whose sum it is


class Mate(msgspec.Struct, frozen=True):
    """One rep. `barriers` say why they are off or full, `back` is when time alone makes them on again, None: not known.

    Off or full is also whom every pool of theirs would pass over now. `hand` and `load` are None, and `barriers`, `loads` and
    `limits` empty, where their leads are not the visitor's to see.
    """

    rep: str
    name: str
    manager: str
    state: str  # on | off | full
    seen: bool  # their leads are the visitor's to see
    barriers: tuple[Barrier, ...]
    back: datetime | None
    capacity: int | None
    load: int | None
    hand: InHand | None
    places: tuple[Place, ...]
    loads: tuple[LoadUsed, ...] = ()
    limits: tuple[LimitUsed, ...] = ()


class Team(msgspec.Struct, frozen=True):
    """In the order of the roster. `since` says from when turns of a pool are counted, where it has more than are counted;
    `next` who would get a lead of a pool that anybody may have: empty for somebody whom the visitor does not see.
    """

    as_of: datetime
    mates: tuple[Mate, ...]
    since: dict[str, datetime] = {}
    next: dict[str, str] = {}
    nobody: tuple[str, ...] = ()  # pools in which nobody could


def visible(actor: Actor, roster: Roster) -> tuple[Rep, ...]:
    """The reps whose leads they see, and the members of their own pools."""
    mine = roster.reps.get(actor.rep)
    shared = {place.pool for place in mine.memberships} if mine else set()
    return tuple(
        rep
        for rep in roster.document.reps
        if sees(actor, rep.id) or any(place.pool in shared for place in rep.memberships)
    )


def sees(actor: Actor, rep: str) -> bool:
    """Whether the leads of this rep are theirs to see."""
    return actor.sees(Holder(HolderKind.REP, rep), ())


def team(
    actor: Actor,
    roster: Roster,
    policy: Compiled,
    standing: Standing,
    hands: Mapping[str, InHand],
    week: Mapping[tuple[str, str], Share],
    month: Mapping[tuple[str, str], Share],
    since: Mapping[str, datetime],
    as_of: datetime,
    only: str = "",
) -> Team:
    """`week` and `month` by pool and rep, `hands` by rep; what the visitor may not see is left out whoever hands it in. `only`
    is the one rep to tell of."""
    mine = roster.reps.get(actor.rep)
    shared = {place.pool for place in mine.memberships} if mine else set()
    telling = _Telling(roster, policy, standing, week, month, as_of)
    mates = []
    reps = visible(actor, roster)
    named = {rep.id for rep in reps}
    for rep in reps:
        if only in ("", rep.id):
            seen = sees(actor, rep.id)
            pools = [m.pool for m in rep.memberships if m.weight > 0 and (seen or m.pool in shared)]
            mates.append(telling.mate(rep, pools, hands.get(rep.id, InHand()) if seen else None))
    told = {place.pool for mate in mates for place in mate.places}
    return Team(
        as_of,
        tuple(mates),
        {pool: at for pool, at in since.items() if pool in told},
        {pool: now.next if now.next in named else "" for pool, now in telling.pools.items() if now.next},
        tuple([pool for pool, now in telling.pools.items() if not now.eligible]),
    )


class _Telling:
    """Tells of each rep as they stand. `pools` are asked once each, however many members are told of."""

    def __init__(
        self,
        roster: Roster,
        policy: Compiled,
        standing: Standing,
        week: Mapping[tuple[str, str], Share],
        month: Mapping[tuple[str, str], Share],
        as_of: datetime,
    ) -> None:
        self.roster = roster
        self.policy = policy
        self.standing = standing
        self.week = week
        self.month = month
        self.as_of = as_of
        self.pools: dict[str, PoolNow] = {}

    def mate(self, rep: Rep, pools: Sequence[str], hand: InHand | None) -> Mate:
        """`hand` is None where their leads are not the visitor's to see."""
        seen = hand is not None
        hours = _keeps_hours(rep, self.policy.policy)
        codes, _ = person_codes(rep, self.roster, self.as_of, hours=hours)
        load = self.standing.load(rep.id).leads
        barriers = list(barriers_of(rep, list(dict.fromkeys(codes)), self.roster, self.as_of))
        full = rep.capacity is not None and load >= rep.capacity
        if full:
            barriers.append(Barrier(Code.LOAD_FULL, need=str(rep.capacity), have=str(load)))
        places = [self._place(pool, rep.id) for pool in pools]
        state = "off" if codes else "full" if full else _state(places)
        if state != "on" and not barriers:
            barriers = list(dict.fromkeys(barrier for place in places for barrier in place.barriers))
        return Mate(
            rep=rep.id,
            name=rep.name or rep.id,
            manager=rep.manager,
            state=state,
            seen=seen,
            barriers=tuple(barriers) if seen else (),
            back=available(rep, self.roster, self.as_of, hours=hours) if codes and seen else None,
            capacity=rep.capacity if seen else None,
            load=load if seen else None,
            hand=hand,
            places=tuple(places if seen else [_no_more(place) for place in places]),
            loads=self._loads(rep) if seen else (),
            limits=limits_used(rep, self.policy, self.standing, self.as_of) if seen else (),
        )

    def _place(self, pool: str, rep: str) -> Place:
        known = self.policy.policy.pools.get(pool)
        shares = self.week.get((pool, rep), NOTHING), self.month.get((pool, rep), NOTHING)
        if known is None:  # the roster names a pool that the policy has not, or not any more
            members = self.roster.weighed(pool, self.as_of)
            place = members.ids.index(rep)
            credit = align(self.standing.pool(pool, MAIN), members.ids).credit
            return Place(pool, pool, members.weights[place], credit[place], *shares)
        now = self.pools.get(pool)
        if now is None:
            now = self.pools[pool] = PoolNow(known, self.policy, self.roster, self.standing, self.as_of)
        return Place(
            pool,
            known.name or pool,
            now.weight(rep),
            now.credit(rep),
            *shares,
            known.method,
            now.barriers(rep),
            now.measured(rep),
        )

    def _loads(self, rep: Rep) -> tuple[LoadUsed, ...]:
        pools = [
            self.policy.policy.pools[m.pool] for m in rep.memberships if m.pool in self.policy.policy.pools
        ]
        found = {}
        for pool in pools:
            if pool.method is Method.LOAD and pool.load is not Measure.LEADS:
                have = measured(self.standing.load(rep.id), pool.load)
                found[pool.load, pool.field] = LoadUsed(pool.load, have, capacity(rep, pool.load), pool.field)
        return tuple(found.values())


def _state(places: Sequence[Place]) -> str:
    """Of somebody whom nothing but their pools keeps from a lead."""
    if not places or not all(place.barriers for place in places):
        return "on"
    return "full" if any({barrier.code for barrier in place.barriers} <= FULL for place in places) else "off"


def _no_more(place: Place) -> Place:
    """What a colleague must know."""
    return msgspec.structs.replace(place, barriers=(), measured="")


def _keeps_hours(rep: Rep, policy: Policy) -> bool:
    """One pool that takes them at any hour makes them on at any hour."""
    pools = [policy.pools[m.pool] for m in rep.memberships if m.weight > 0 and m.pool in policy.pools]
    return all(pool.hours for pool in pools)
