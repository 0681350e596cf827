"""The roster: *who* can take leads, as dated rows. Compiled once per roster version; no policy rollback touches it.

Reading it from TOML is `rosterfile`. It never says which lead goes where.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from firstright.core.calendar import DAY, DatedHours, Shift
from firstright.core.hours import Calendar, Hours

FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
EVERY_DAY = tuple(Shift(day, 0, DAY) for day in range(7))
ALWAYS = Calendar(id="24x7", zone="UTC", shifts=(), holidays=(), exceptions=(), always=True)


def by_the_clock_of(calendar: str, zone: str) -> str:
    """What the hours of a calendar are called when they are kept by the clock of another zone."""
    return f"{calendar or ALWAYS.id}@{zone}"


class Absence(msgspec.Struct, frozen=True):
    """Half-open [starts, ends). `backup` takes what an owner-precedence step finds for the absent rep.

    `feed` is the id of the calendar entry it came from, for one that was not written by hand.
    """

    type: str
    starts: datetime
    ends: datetime
    backup: str = ""
    feed: str = ""


class Step(msgspec.Struct, frozen=True):
    """From this instant on the weight is this."""

    at: datetime
    weight: int


class Membership(msgspec.Struct, frozen=True):
    """A rep's place in a pool. Weight 0 is not a member; joined and left are half-open. `ramp` is ascending."""

    pool: str
    weight: int = 1
    joined: datetime | None = None
    left: datetime | None = None
    ramp: tuple[Step, ...] = ()

    def weight_at(self, as_of: datetime) -> int:
        """The weight of the last step up to and with that instant; before the first one, `weight`."""
        weight = self.weight
        for step in self.ramp:
            if step.at > as_of:
                break
            weight = step.weight
        return weight


class Licence(msgspec.Struct, frozen=True):
    """What somebody may lawfully sell, or where: "series-7", "US-CA", "DE". Until is half-open."""

    name: str
    until: datetime | None = None


class Rep(msgspec.Struct, frozen=True):
    id: str
    name: str = ""
    email: str = ""
    active: bool = True
    crm_active: bool = True  # the CRM still lets them own records
    calendar: str = ""  # empty: 24x7
    exceptions: tuple[DatedHours, ...] = ()  # their own, before those of the calendar
    manager: str = ""
    backup: str = ""  # stands in where an absence names nobody
    capacity: int | None = None  # open leads at once; None: no limit
    capacities: dict[str, int] = {}  # by pools.Measure, for pools that balance by another load than leads
    limits: dict[str, int] = {}  # their own `most` of a limit of the policy
    languages: tuple[str, ...] = ()
    skills: dict[str, int] = {}
    licences: tuple[Licence, ...] = ()
    territories: tuple[str, ...] = ()  # ids; asked only where a rule needs a territory
    conflicts: tuple[str, ...] = ()  # domains and addresses they have an interest in
    do_not_assign: tuple[str, ...] = ()  # domains and addresses that shall not be given to them
    left: datetime | None = None
    paused_until: datetime | None = None
    on_until: datetime | None = None  # takes leads until then, whatever hours, holidays and absences say
    absences: tuple[Absence, ...] = ()
    memberships: tuple[Membership, ...] = ()


class Swap(msgspec.Struct, frozen=True):
    """Half-open: somebody else has the rota."""

    starts: datetime
    ends: datetime
    rep: str


class Rota(msgspec.Struct, frozen=True):
    """Who is on call: members by turns of `days` local days from `starts` on, handed over at its wall-clock time in `zone`.

    With a `calendar` it is on only while that is open.
    """

    id: str
    members: tuple[str, ...]
    starts: datetime
    zone: str = "UTC"
    days: int = 7
    calendar: str = ""
    swaps: tuple[Swap, ...] = ()


class PoolMembers(msgspec.Struct, frozen=True):
    """The members of one pool in pool order: aligned tuples, because assignment walks them."""

    pool: str
    ids: tuple[str, ...]
    reps: tuple[Rep, ...]
    places: tuple[Membership, ...]
    weights: tuple[int, ...]


class Document(msgspec.Struct, frozen=True):
    """What a roster file says. Order of reps is pool order.

    `performance` is what weights are multiplied by where conversion counts, in per cent by pool and rep; 100 without a row.
    """

    hash: str
    reps: tuple[Rep, ...]
    calendars: tuple[Calendar, ...] = ()
    zone: str = "UTC"
    rotas: tuple[Rota, ...] = ()
    performance: dict[str, dict[str, int]] = {}


EVEN: dict[str, int] = {}
BY_PERFORMANCE = "performance"  # weights a turn was shared by; the empty name is by place and ramp
Ramped = tuple[datetime, datetime, PoolMembers]  # valid over [since, until)


class Roster:
    """A roster version, compiled: look-ups by rep, pool and calendar. Memos inside are of pure functions only."""

    def __init__(self, document: Document, version: int = 0) -> None:
        self.document = document
        self.hash = document.hash
        self.version = version
        self.reps = {rep.id: rep for rep in document.reps}
        self.rotas = {rota.id: rota for rota in document.rotas}
        self._calendars = {c.id: c for c in (ALWAYS, *document.calendars)}
        self._hours = {c.id: Hours(c) for c in self._calendars.values()}
        self._own: dict[str, Hours] = {}
        self._pools = {pool: _members(pool, document.reps) for pool in _pool_names(document.reps)}
        self._ramps = {
            pool: tuple(sorted({step.at for place in members.places for step in place.ramp}))
            for pool, members in self._pools.items()
        }
        self._weighed: dict[tuple[str, str], Ramped] = {}
        self.memo: dict[object, object] = {}  # eligibility keeps its time codes here, until their next change

    def hours(self, calendar: str) -> Hours:
        """Business time of a calendar; the empty name is 24x7. KeyError for a name the linter would have refused."""
        known = self._hours.get(calendar or ALWAYS.id)
        return known if known is not None else self._elsewhere(calendar)

    def _elsewhere(self, name: str) -> Hours:
        """The same hours and closed days by another clock, as `by_the_clock_of` calls them."""
        base, at, zone = name.partition("@")
        if not at:
            raise KeyError(name)
        moved = msgspec.structs.replace(self._calendars[base], id=name, zone=zone)
        self._hours[name] = hours = Hours(moved)
        return hours

    def hours_of(self, rep: Rep) -> Hours:
        """A rep's own business time: their calendar, with their own dated hours before its."""
        if not rep.exceptions:
            return self.hours(rep.calendar)
        own = self._own.get(rep.id)
        if own is None:
            own = self._own[rep.id] = Hours(_with_own(self._calendars[rep.calendar or ALWAYS.id], rep))
        return own

    def members(self, pool: str) -> PoolMembers:
        """Members in pool order with their full weights; a pool nobody has joined is empty, not an error."""
        return self._pools.get(pool) or PoolMembers(pool, (), (), (), ())

    def weighed(self, pool: str, as_of: datetime, by: str = "") -> PoolMembers:
        """Members with the weights of an instant: `by` place and ramp, or BY_PERFORMANCE where such weights are known."""
        members = self.members(pool)
        steps, earned = self._ramps.get(pool, ()), self.document.performance.get(pool) if by else None
        if not steps and not earned:
            return members
        known = self._weighed.get((pool, by))
        if known is None or not known[0] <= as_of < known[1]:
            at = bisect_right(steps, as_of)
            since = steps[at - 1] if at else FIRST
            until = steps[at] if at < len(steps) else LAST
            weights = [
                place.weight_at(as_of) * ((earned or EVEN).get(rep, 100) if by else 1)
                for rep, place in zip(members.ids, members.places, strict=True)
            ]
            known = (since, until, msgspec.structs.replace(members, weights=tuple(weights)))
            self._weighed[pool, by] = known
        return known[2]


def _with_own(calendar: Calendar, rep: Rep) -> Calendar:
    """A rep's own day replaces that of the calendar. A holiday still beats both."""
    days = {exception.date for exception in rep.exceptions}
    others = tuple(exception for exception in calendar.exceptions if exception.date not in days)
    shifts = EVERY_DAY if calendar.always else calendar.shifts
    return msgspec.structs.replace(
        calendar, shifts=shifts, exceptions=(*others, *rep.exceptions), always=False
    )


def _pool_names(reps: Iterable[Rep]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(place.pool for rep in reps for place in rep.memberships))


def _members(pool: str, reps: Iterable[Rep]) -> PoolMembers:
    found = [(r, m) for r in reps for m in r.memberships if m.pool == pool and m.weight > 0]
    return PoolMembers(
        pool=pool,
        ids=tuple(r.id for r, _ in found),
        reps=tuple(r for r, _ in found),
        places=tuple(m for _, m in found),
        weights=tuple(m.weight for _, m in found),
    )
