"""The roster: *who* can take leads, as dated rows. Compiled once per roster version; no policy rollback touches it.

Reading it from TOML is `rosterfile`. It never says which lead goes where.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from firstright.core.hours import Calendar, Hours

ALWAYS = Calendar(id="24x7", zone="UTC", shifts=(), holidays=(), exceptions=(), always=True)


class Absence(msgspec.Struct, frozen=True):
    """Half-open [starts, ends). `backup` takes what an owner-precedence step finds for the absent rep."""

    type: str
    starts: datetime
    ends: datetime
    backup: str = ""


class Membership(msgspec.Struct, frozen=True):
    """A rep's place in a pool. Weight 0 is not a member; joined and left are half-open."""

    pool: str
    weight: int = 1
    joined: datetime | None = None
    left: datetime | None = None


class Rep(msgspec.Struct, frozen=True):
    id: str
    name: str = ""
    email: str = ""
    active: bool = True
    calendar: str = ""  # empty: 24x7
    manager: str = ""
    capacity: int | None = None  # open leads at once; None: no limit
    languages: tuple[str, ...] = ()
    skills: dict[str, int] = {}
    left: datetime | None = None
    paused_until: datetime | None = None
    absences: tuple[Absence, ...] = ()
    memberships: tuple[Membership, ...] = ()


class PoolMembers(msgspec.Struct, frozen=True):
    """The members of one pool in pool order: three aligned tuples, because assignment walks them."""

    pool: str
    ids: tuple[str, ...]
    reps: tuple[Rep, ...]
    places: tuple[Membership, ...]
    weights: tuple[int, ...]


class Document(msgspec.Struct, frozen=True):
    """What a roster file says. Order of reps is pool order."""

    hash: str
    reps: tuple[Rep, ...]
    calendars: tuple[Calendar, ...] = ()
    zone: str = "UTC"


class Roster:
    """A roster version, compiled: look-ups by rep, pool and calendar. Memos inside are of pure functions only."""

    def __init__(self, document: Document, version: int = 0) -> None:
        self.document = document
        self.hash = document.hash
        self.version = version
        self.reps = {rep.id: rep for rep in document.reps}
        self._hours = {c.id: Hours(c) for c in (ALWAYS, *document.calendars)}
        self._pools = {pool: _members(pool, document.reps) for pool in _pool_names(document.reps)}
        self.memo: dict[object, object] = {}  # eligibility keeps its time codes here, until their next change

    def hours(self, calendar: str) -> Hours:
        """Business time of a calendar; the empty name is 24x7. KeyError for a name the linter would have refused."""
        return self._hours[calendar or ALWAYS.id]

    def members(self, pool: str) -> PoolMembers:
        """Members in pool order; a pool nobody has joined is empty, not an error."""
        return self._pools.get(pool) or PoolMembers(pool, (), (), (), ())


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
