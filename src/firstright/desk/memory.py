"""What the writer keeps between turns: the compiled policy, the roster, and the standing as of its last own turn.

Exact while the last turn was its own; anything that fails drops it, and the next turn reads it again.
"""

import hashlib

import msgspec

from firstright.core.compiled import Compiled
from firstright.core.credit import bits_of
from firstright.core.roster import Roster
from firstright.core.world import PoolStanding, Standing

MOST_SETS = 4_096  # eligible sets of each kind kept: a pool of sixty can have more than any memory holds


class Memory:
    def __init__(self) -> None:
        self.policy: Compiled | None = None
        self.roster: Roster | None = None
        self.forget()

    def forget(self) -> None:
        """Drops what a failed or unknown commit may have made wrong. Versions are immutable and stay."""
        self.turn = -1
        self.pools: dict[tuple[str, str], PoolStanding] = {}
        self.loads: dict[str, int] = {}
        self.sets: dict[tuple[str, str, int], tuple[str, str]] = {}
        self.written_sets: set[str] = set()

    def standing(self) -> Standing:
        return Standing(self.pools, self.loads)

    def accept(self, turn: int, standing: Standing) -> None:
        """Takes over the overlay of a batch whose commit is known."""
        self.turn = turn
        self.pools.update(standing.changed_pools)
        self.loads.update(standing.changed_loads)
        for known in (self.sets, self.written_sets):  # one that was forgotten is made and offered once more
            if len(known) > MOST_SETS:
                known.clear()

    def eligible_set(self, pool: str, bits: str, roster: Roster) -> tuple[str, str]:
        """(hash, members) of the members in `bits` (hexadecimal): who shared a lead, with the weights of that day."""
        key = (pool, bits, roster.version)
        known = self.sets.get(key)
        if known is None:
            members = roster.members(pool)
            rows = [[members.ids[i], members.weights[i]] for i in bits_of(int(bits, 16))]
            text = msgspec.json.encode([pool, rows]).decode()
            digest = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
            known = self.sets[key] = (digest, msgspec.json.encode(rows).decode())
        return known
