"""Everything else a decision may look at, and how a decision changes it. Immutable: `apply` returns a new world."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from firstright.core.lead import Fact, Lead
from firstright.core.roster import Roster

Key = tuple[str, str]  # (kind, value) of a match key


class Candidate(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """A record we already know that shares a match key with the lead. At most twenty reach a decision."""

    kind: str  # lead | contact | account | opportunity
    id: str
    key: str  # matchrules.KINDS: the strongest key it was found by
    owner: str = ""  # rep id
    open: bool = True
    at: datetime | None = None  # last change of owner, or of the record
    label: str = ""
    account: str = ""
    lead: Lead | None = None  # kind lead found by a personal key: its state, because we may act on it
    facts: tuple[tuple[str, str], ...] = ()  # account.type and the like, read by conditions
    above: tuple[
        str, ...
    ] = ()  # kind account: owners of its parents, nearest first; "" for one that has none
    score: int = 0  # per mille: how alike, where no exact key says that it is the same
    unsure: bool = False  # alike enough for a person to look at it, not enough to be linked
    reasons: tuple[
        tuple[str, str, int], ...
    ] = ()  # (field, verdict, weight): what makes it alike, and what does not
    # Of a contact found by the sound of its names: what it is compared by, until it was.
    said: dict[str, Fact] | None = None
    # Who has it was said by what is being repaired: that does not count until it is decided again.
    aside: bool = False


class PoolStanding(msgspec.Struct, frozen=True):
    """Where a pool's rotation stands in one lane: aligned tuples over its members, credit in 10⁻⁹ leads.

    `owed` is what absences leave to be made up, `counts` what each got in the period that began at `period` (seconds since
    1970; less the credit it was entered with); both are empty where nothing is owed, and where nothing counts by period.
    """

    seq: int = 0
    members: tuple[str, ...] = ()
    credit: tuple[int, ...] = ()
    last: tuple[int, ...] = ()  # seq at which each last won; 0 = never
    owed: tuple[int, ...] = ()
    period: int = 0
    counts: tuple[int, ...] = ()


class Load(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """What a rep has now, by pools.Measure."""

    leads: int = 0
    cost: int = 0  # 10⁻⁹ leads
    queue: int = 0  # neither accepted nor touched
    tasks: int = 0
    size: int = 0


class Tally(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """What a rep got under one limit: `n` in the fixed window that began at `since`, or one lead at each of the instants
    `at`, ascending. Seconds since 1970."""

    since: int = 0
    n: int = 0
    at: tuple[int, ...] = ()


class Presence(StrEnum):
    """What a rep, or a program of theirs, last said. Order is preference."""

    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"


class Seen(msgspec.Struct, frozen=True, array_like=True):
    """Presence that holds until an instant; later, and where nothing was ever said, somebody is offline."""

    state: Presence
    until: datetime


NO_LOAD, NO_TALLY = Load(), Tally()


class Standing(msgspec.Struct, frozen=True):
    """Credit by (pool, lane), loads and presence by rep, tallies by (limit, rep). `changed_*` is the overlay of the running
    batch."""

    pools: Mapping[tuple[str, str], PoolStanding] = {}
    loads: Mapping[str, Load] = {}
    tallies: Mapping[tuple[str, str], Tally] = {}
    seen: Mapping[str, Seen] = {}
    changed_pools: dict[tuple[str, str], PoolStanding] = {}
    changed_loads: dict[str, Load] = {}
    changed_tallies: dict[tuple[str, str], Tally] = {}
    changed_seen: dict[str, Seen] = {}

    def pool(self, pool: str, lane: str) -> PoolStanding:
        key = (pool, lane)
        return self.changed_pools.get(key) or self.pools.get(key) or PoolStanding()

    def load(self, rep: str) -> Load:
        return self.changed_loads.get(rep) or self.loads.get(rep) or NO_LOAD

    def tally(self, limit: str, rep: str) -> Tally:
        key = (limit, rep)
        return self.changed_tallies.get(key) or self.tallies.get(key) or NO_TALLY

    def presence(self, rep: str, as_of: datetime) -> Presence:
        seen = self.changed_seen.get(rep) or self.seen.get(rep)
        return seen.state if seen and as_of < seen.until else Presence.OFFLINE


class Stood(msgspec.Struct, frozen=True):
    """All that eligibility and method read of the standing for one pool, as bitsets over its members. Recorded, because it
    cannot be worked out again: a replay hands it in.

    `limits` are those that were reached: (limit, members, seconds from then until each of them is free again; -1 unknown).
    `measured` is what the method compares, one number a member; empty for methods that go by the ledger or the roster.
    """

    full: int = 0
    pending: int = 0
    offline: int = 0
    limits: tuple[tuple[str, int, tuple[int, ...]], ...] = ()
    measured: tuple[int, ...] = ()


class World(msgspec.Struct, frozen=True):
    as_of: datetime
    turn: int
    roster: Roster
    standing: Standing = Standing()
    known: Mapping[Key, tuple[Candidate, ...]] = {}
    places: Mapping[str, tuple[Key, ...]] | None = (
        None  # lead to the keys of `known` it stands under; None: to be found
    )
    # By account, what it says by our fields: of those that `known` leads to. A record has it among the facts of its lead.
    accounts: Mapping[str, Mapping[str, Fact]] = {}
    stood: Mapping[str, Stood] | None = None  # by pool: replay only, instead of the standing
