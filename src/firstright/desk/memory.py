"""What the writer keeps between turns: the compiled policy, the roster, and the standing as of its last own turn.

Exact while the last turn was its own; anything that fails drops it, and the next turn reads it again.
"""

import hashlib
from typing import Protocol

import msgspec

from firstright.core.assignment.credit import bits_of
from firstright.core.compiled import Compiled
from firstright.core.roster import PoolMembers, Roster
from firstright.core.world import Load, PoolStanding, Seen, Standing, Tally

MOST_SETS = 4_096  # eligible sets of each kind kept: a pool of sixty can have more than any memory holds


class Keeping(Protocol):
    """Seals, opens and makes secrets. All raise BadConfiguration when the key file is amiss."""

    def seal(self, secret: bytes, about: str) -> bytes: ...

    def open(self, sealed: bytes, about: str) -> bytes: ...

    def fresh(self, size: int) -> bytes: ...


class Memory:
    def __init__(self) -> None:
        self.policy: Compiled | None = None
        self.roster: Roster | None = None
        self.keeping: Keeping | None = (
            None  # how the workspace's own secret is kept; none: nothing needs it here
        )
        self.forget()

    def forget(self) -> None:
        """Drops what a failed or unknown commit may have made wrong. Versions are immutable and stay."""
        self.turn = -1
        self.pools: dict[tuple[str, str], PoolStanding] = {}
        self.loads: dict[str, Load] = {}
        self.tallies: dict[tuple[str, str], Tally] = {}
        self.seen: dict[str, Seen] = {}
        self.waiting: set[str] | None = (
            None  # pools with leads that wait, perhaps more; None: to be looked up
        )
        self.sets: dict[tuple[str, str, tuple[int, ...]], tuple[str, str]] = {}
        self.written_sets: set[str] = set()

    def standing(self) -> Standing:
        return Standing(self.pools, self.loads, self.tallies, self.seen)

    def accept(self, turn: int, standing: Standing) -> None:
        """Takes over the overlay of a batch whose commit is known."""
        self.turn = turn
        self.pools.update(standing.changed_pools)
        self.loads.update(standing.changed_loads)
        self.tallies.update(standing.changed_tallies)
        self.seen.update(standing.changed_seen)
        for known in (self.sets, self.written_sets):  # one that was forgotten is made and offered once more
            if len(known) > MOST_SETS:
                known.clear()

    def reload(self, standing: Standing) -> None:
        """Takes over what other nodes have changed."""
        self.pools.update(standing.pools)
        self.loads.update(standing.loads)
        self.tallies.update(standing.tallies)
        self.seen.update(standing.seen)
        self.waiting = None

    def eligible_set(self, members: PoolMembers, bits: str) -> tuple[str, str]:
        """(hash, members) of the members in `bits` (hexadecimal): who shared a lead, with the weights of that moment."""
        key = (members.pool, bits, members.weights)
        known = self.sets.get(key)
        if known is None:
            rows = [[members.ids[i], members.weights[i]] for i in bits_of(int(bits, 16))]
            text = msgspec.json.encode([members.pool, rows]).decode()
            digest = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
            known = self.sets[key] = (digest, msgspec.json.encode(rows).decode())
        return known
