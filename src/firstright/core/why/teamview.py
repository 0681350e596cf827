"""The team as one visitor may see it: who is on, off or full and until when, what each has in hand, credit and turns.

A colleague's leads, load and reasons are left out for whoever does not see their leads (`core.authority`): names, and how
the rotations they share stand, are for everybody in them. Values only; it reads and decides nothing.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from firstright.core.authority import Actor
from firstright.core.credit import align
from firstright.core.decision import Code
from firstright.core.eligibility import available, person_codes
from firstright.core.lead import Holder, HolderKind
from firstright.core.policy import Policy
from firstright.core.roster import Rep, Roster
from firstright.core.turning import NOTHING, Share
from firstright.core.why.explanation import Barrier
from firstright.core.why.whynot import barriers_of
from firstright.core.world import Standing

MAIN = "main"  # the lane of daily leads; imports may have others


class InHand(msgspec.Struct, frozen=True):
    """Open leads of a rep and how many of them nobody has touched, each bounded; when the oldest of them came."""

    open: int = 0
    untouched: int = 0
    oldest: datetime | None = None


class Place(msgspec.Struct, frozen=True):
    """A rep in a pool. `credit` in 10⁻⁹ leads: what they are owed; their turns and share over seven and thirty days."""

    pool: str
    name: str
    weight: int
    credit: int
    week: Share
    month: Share


class Mate(msgspec.Struct, frozen=True):
    """One rep. `barriers` say why they are off or full, `back` is when time alone makes them on again, None: not known.

    `hand` and `load` are None, and `barriers` empty, where their leads are not the visitor's to see.
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


class Team(msgspec.Struct, frozen=True):
    """In the order of the roster. `since` says from when turns of a pool are counted, where it has more than are counted."""

    as_of: datetime
    mates: tuple[Mate, ...]
    since: dict[str, datetime] = {}


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
    policy: Policy,
    standing: Standing,
    hands: Mapping[str, InHand],
    week: Mapping[tuple[str, str], Share],
    month: Mapping[tuple[str, str], Share],
    since: Mapping[str, datetime],
    as_of: datetime,
) -> Team:
    """`week` and `month` by pool and rep, `hands` by rep; what the visitor may not see is left out whoever hands it in."""
    mine = roster.reps.get(actor.rep)
    shared = {place.pool for place in mine.memberships} if mine else set()
    mates = []
    for rep in visible(actor, roster):
        seen = sees(actor, rep.id)
        pools = [m.pool for m in rep.memberships if m.weight > 0 and (seen or m.pool in shared)]
        places = tuple(_place(pool, rep.id, roster, policy, standing, week, month) for pool in pools)
        mates.append(_mate(rep, seen, places, roster, policy, standing, hands, as_of))
    told = {place.pool for mate in mates for place in mate.places}
    return Team(as_of, tuple(mates), {pool: at for pool, at in since.items() if pool in told})


def _place(
    pool: str,
    rep: str,
    roster: Roster,
    policy: Policy,
    standing: Standing,
    week: Mapping[tuple[str, str], Share],
    month: Mapping[tuple[str, str], Share],
) -> Place:
    members = roster.members(pool)
    place = members.ids.index(rep)
    credit = align(standing.pool(pool, MAIN), members.ids).credit
    known = policy.pools.get(pool)
    return Place(
        pool,
        (known.name if known else "") or pool,
        members.weights[place],
        credit[place],
        week.get((pool, rep), NOTHING),
        month.get((pool, rep), NOTHING),
    )


def _mate(
    rep: Rep,
    seen: bool,
    places: tuple[Place, ...],
    roster: Roster,
    policy: Policy,
    standing: Standing,
    hands: Mapping[str, InHand],
    as_of: datetime,
) -> Mate:
    hours = _keeps_hours(rep, policy)
    codes, _ = person_codes(rep, roster, as_of, hours=hours)
    load = standing.load(rep.id).leads
    full = rep.capacity is not None and load >= rep.capacity
    barriers = list(barriers_of(rep, list(dict.fromkeys(codes)), roster, as_of))
    if full:
        barriers.append(Barrier(Code.LOAD_FULL, need=str(rep.capacity), have=str(load)))
    return Mate(
        rep=rep.id,
        name=rep.name or rep.id,
        manager=rep.manager,
        state="off" if codes else "full" if full else "on",
        seen=seen,
        barriers=tuple(barriers) if seen else (),
        back=available(rep, roster, as_of, hours=hours) if codes and seen else None,
        capacity=rep.capacity if seen else None,
        load=load if seen else None,
        hand=hands.get(rep.id, InHand()) if seen else None,
        places=places,
    )


def _keeps_hours(rep: Rep, policy: Policy) -> bool:
    """One pool that takes them at any hour makes them on at any hour."""
    pools = [policy.pools[m.pool] for m in rep.memberships if m.weight > 0 and m.pool in policy.pools]
    return all(pool.hours for pool in pools)
