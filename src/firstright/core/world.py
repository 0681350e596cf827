"""Everything else a decision may look at, and how a decision changes it. Immutable: `apply` returns a new world."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from firstright.core.lead import Lead
from firstright.core.roster import Roster

Key = tuple[str, str]  # (kind, value) of a match key


class Candidate(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """A record we already know that shares a match key with the lead. At most twenty reach a decision."""

    kind: str  # lead | contact | account | opportunity
    id: str
    key: str  # external | email | phone | domain: the strongest key it was found by
    owner: str = ""  # rep id
    open: bool = True
    at: datetime | None = None  # last change of owner, or of the record
    label: str = ""
    account: str = ""
    lead: Lead | None = None  # kind lead found by a personal key: its state, because we may act on it
    facts: tuple[tuple[str, str], ...] = ()  # account.type and the like, read by conditions


class PoolStanding(msgspec.Struct, frozen=True):
    """Where a pool's rotation stands in one lane: aligned tuples over its members, credit in 10⁻⁹ leads."""

    seq: int = 0
    members: tuple[str, ...] = ()
    credit: tuple[int, ...] = ()
    last: tuple[int, ...] = ()  # seq at which each last won; 0 = never


class Standing(msgspec.Struct, frozen=True):
    """Credit by (pool, lane) and open leads by rep. `changed_*` is the overlay of the running batch."""

    pools: Mapping[tuple[str, str], PoolStanding] = {}
    loads: Mapping[str, int] = {}
    changed_pools: dict[tuple[str, str], PoolStanding] = {}
    changed_loads: dict[str, int] = {}

    def pool(self, pool: str, lane: str) -> PoolStanding:
        key = (pool, lane)
        return self.changed_pools.get(key) or self.pools.get(key) or PoolStanding()

    def load(self, rep: str) -> int:
        changed = self.changed_loads.get(rep)
        return self.loads.get(rep, 0) if changed is None else changed


class World(msgspec.Struct, frozen=True):
    as_of: datetime
    turn: int
    roster: Roster
    standing: Standing = Standing()
    known: Mapping[Key, tuple[Candidate, ...]] = {}
    places: Mapping[str, tuple[Key, ...]] | None = (
        None  # lead to the keys of `known` it stands under; None: to be found
    )
