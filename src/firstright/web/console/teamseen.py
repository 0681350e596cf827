"""The team as a page shows it: how each is and why, in words, and each rotation as figures and bars. It fetches nothing."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from firstright.core.assignment.turning import NOTHING, Share
from firstright.core.decision import Code
from firstright.core.pools import LEAD, Measure, Method
from firstright.core.why.barrierwords import barrier_phrase
from firstright.core.why.moments import Moments
from firstright.core.why.teamview import LoadUsed, Mate, Place, Team
from firstright.storage.inbox import MOST
from firstright.web.console.methodwords import BY, LOADS
from firstright.web.console.visit import Visit

GONE = frozenset({Code.INACTIVE, Code.LEFT})
TONES = {"on": "good", "full": "warn", "off": ""}


class Line(msgspec.Struct, frozen=True):
    """One rep in the list. `part` is how much of their capacity is taken, 0 to 100; None without a limit or sight of it."""

    mate: Mate
    tone: str
    why: str
    back: datetime | None
    part: int | None
    load_tone: str
    untouched: str
    pools: str
    can_pause: bool
    paused: bool
    loads: tuple["LoadSeen", ...] = ()


class LoadSeen(msgspec.Struct, frozen=True):
    """What they have in hand beside leads. `part` of their capacity, 0 to 100; None without one."""

    said: str
    part: int | None
    tone: str


class Bar(msgspec.Struct, frozen=True):
    """A member in a rotation. Figures as text, and as parts of the widest bar: 0 to 100, credit −50 to 50."""

    rep: str
    name: str
    href: str
    state: str
    weight: int
    turns: int
    entitled: str
    credit: str
    turns_part: float
    entitled_part: float
    credit_part: float
    next: bool


class Rotation(msgspec.Struct, frozen=True):
    """`since` is when counting begins, where there was more than is counted. `others` are members who are not told of."""

    pool: str
    name: str
    bars: tuple[Bar, ...]
    turns: int
    said: str
    since: datetime | None
    others: int
    by: str  # its method, in a word or three
    pulled: bool


def line(visit: Visit, mate: Mate) -> Line:
    tell = Moments(visit.zone, visit.now)
    why = "; ".join([barrier_phrase(barrier, tell) for barrier in mate.barriers])
    part = None
    if mate.load is not None and mate.capacity:
        part = part_of(mate.load, mate.capacity)
    fresh = mate.hand.untouched if mate.hand else 0
    return Line(
        mate,
        TONES[mate.state],
        why,
        mate.back if len(mate.barriers) > 1 else None,
        part,
        fullness(part),
        f"{MOST - 1}+" if fresh >= MOST else str(fresh),
        ", ".join([place.name for place in mate.places]),
        may_pause(visit, mate.rep) and not is_gone(mate),
        any(barrier.code is Code.PAUSED for barrier in mate.barriers),
        tuple([_load(load) for load in mate.loads]),
    )


def part_of(have: int, most: int) -> int:
    return min(100, round(100 * have / most)) if most else 100


def fullness(part: int | None) -> str:
    return "" if part is None or part < 80 else "warn" if part < 100 else "bad"


def _load(load: LoadUsed) -> LoadSeen:
    """`12 of 30 open tasks`"""
    unit = LEAD if load.measure == Measure.COST else 1
    have, most = f"{load.have / unit:g}", "" if load.most is None else f" of {load.most / unit:g}"
    part = None if load.most is None else part_of(load.have, load.most)
    return LoadSeen(
        f"{have}{most} {LOADS[Measure(load.measure)].format(field=load.field)}", part, fullness(part)
    )


def is_gone(mate: Mate) -> bool:
    return any(barrier.code in GONE for barrier in mate.barriers)


def may_pause(visit: Visit, rep: str) -> bool:
    """Whether to offer it; whether it is allowed, the desk judges."""
    theirs = visit.actor.sees_all or rep in visit.actor.team
    return rep == visit.actor.rep or (visit.may("pause others") and theirs)


def rotations(visit: Visit, team: Team, month: bool, only: str = "") -> list[Rotation]:
    """Each rotation of somebody in the list, by name; with `only`, that one."""
    found: dict[str, list[tuple[Mate, Place]]] = {}
    for mate in team.mates:
        for place in mate.places:
            if only in ("", place.pool):
                found.setdefault(place.pool, []).append((mate, place))
    made = [_rotation(visit, pool, members, team, month) for pool, members in found.items()]
    return sorted(made, key=lambda rotation: rotation.name.casefold())


def _rotation(
    visit: Visit,
    pool: str,
    members: Sequence[tuple[Mate, Place]],
    team: Team,
    month: bool,
) -> Rotation:
    known, name, method = {mate.rep for mate, _ in members}, members[0][1].name, members[0][1].method
    members = [each for each in members if not _is_history(*each)]
    shares = [place.month if month else place.week for _, place in members]
    widest = max([LEAD, *[max(share.turns * LEAD, share.entitled) for share in shares]])
    farthest = max([LEAD, *[abs(place.credit) for _, place in members]])
    following = team.next.get(pool, "")
    bars = [
        _bar(mate, place, share, widest, farthest, mate.rep == following)
        for (mate, place), share in zip(members, shares, strict=True)
    ]
    bars.sort(key=lambda bar: (-bar.credit_part, bar.name.casefold()))
    others = len(set(visit.roster.members(pool).ids) - known) if visit.roster else 0
    return Rotation(
        pool,
        name,
        tuple(bars),
        sum(share.turns for share in shares),
        _said(visit, pool, team, method),
        team.since.get(pool) if month else None,
        others,
        BY[Method(method)],
        method == Method.PULL,
    )


def _is_history(mate: Mate, place: Place) -> bool:
    """Somebody who has gone, and of whom the rotation tells nothing."""
    return is_gone(mate) and place.credit == 0 and place.month == NOTHING


def _bar(mate: Mate, place: Place, share: Share, widest: int, farthest: int, following: bool) -> Bar:
    return Bar(
        mate.rep,
        mate.name,
        f"/team/{mate.rep}",
        "not now" if mate.state == "on" and place.barriers else mate.state,
        place.weight,
        share.turns,
        f"{share.entitled / LEAD:.1f}",
        owed(place.credit),
        round(100 * share.turns * LEAD / widest, 1),
        round(100 * share.entitled / widest, 1),
        credit_part(place.credit, farthest),
        following,
    )


def owed(units: int) -> str:
    """Credit in leads to hundredths, with its sign: they stand under each other."""
    hundredths = round(100 * units / LEAD)
    sign = "+" if hundredths > 0 else "−" if hundredths < 0 else ""
    return f"{sign}{abs(hundredths) / 100:.2f}"


def credit_part(owed: int, farthest: int) -> float:
    """As a part of half the bar: −50 to 50."""
    return round(50 * owed / max(farthest, LEAD), 1)


def _said(visit: Visit, pool: str, team: Team, method: str) -> str:
    if pool in team.nobody:
        if method == Method.PULL:
            return "Nobody of this pool is on: what comes waits until somebody is and takes it."
        return "Nobody of this rotation is on: what comes waits, or goes where its rule says."
    if method == Method.PULL:
        return "Members take leads themselves; each one taken costs a turn."
    following = team.next.get(pool, "")
    name = visit.rep(following) if following else "somebody of another team"
    match method:
        case Method.BEST_FIT:
            return f"Who fits a lead best gets it; one that prefers nothing would be {name}'s."
        case Method.LOAD:
            return f"{name} has the most room: the next lead anybody here can take is theirs."
        case Method.SOONEST:
            return f"{name} is there soonest: the next lead anybody here can take is theirs."
        case _:
            return f"The next lead anybody here can take is {name}'s."


def figures(mates: Iterable[Mate]) -> list[tuple[str, str, str]]:
    """How it stands, for the head of the page: label, number, tone."""
    all_of_them = list(mates)
    by = [mate.state for mate in all_of_them]
    hands = [mate.hand for mate in all_of_them if mate.hand]
    untouched = sum(hand.untouched for hand in hands)
    found = [
        ("on", f"{by.count('on'):,}", "good" if "on" in by else "bad"),
        ("full", f"{by.count('full'):,}", "warn" if "full" in by else ""),
        ("off", f"{by.count('off'):,}", ""),
    ]
    if hands:
        found.append(("in hand", f"{sum(hand.open for hand in hands):,}", ""))
        found.append(("untouched", f"{untouched:,}", ""))
    return found


def pools_of(mates: Iterable[Mate]) -> list[tuple[str, str]]:
    """Rotations somebody of them is in: id and name, by name."""
    found = {place.pool: place.name for mate in mates for place in mate.places}
    return sorted(found.items(), key=lambda each: each[1].casefold())
