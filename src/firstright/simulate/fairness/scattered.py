"""The hard case for any rotation: for each lead chance says who can take it. How far credit gets from zero, seed by seed.

It searches for nothing: an adversary who removes each winner drives any rule farther.
"""

from collections.abc import Sequence

import msgspec

from firstright.core.assignment import credit
from firstright.core.pools import LEAD
from firstright.core.world import PoolStanding
from firstright.simulate.workload import Draws

REPS, LEADS, SEEDS = 10, 10_000, 10
EVEN, UNEVEN = (1,) * REPS, tuple(1 + i % 5 for i in range(REPS))


class Scattered(msgspec.Struct, frozen=True):
    """The largest deviation of anybody from their share at any lead, 10⁻⁹ leads, with equal weights and with 1 to 5."""

    reps: int
    leads: int
    seeds: int
    even: int
    uneven: int


def scattered(seed: int, leads: int = LEADS, seeds: int = SEEDS) -> Scattered:
    even = [farthest(EVEN, leads, seed + n) for n in range(seeds)]
    uneven = [farthest(UNEVEN, leads, seed + n) for n in range(seeds)]
    return Scattered(REPS, leads, seeds, max(even), max(uneven))


def farthest(weights: Sequence[int], leads: int, seed: int) -> int:
    """Of one run in which everybody is there for one lead in two; a lead that nobody could take is not counted."""
    draws = Draws(seed)
    names = tuple(f"rep-{n}" for n in range(len(weights)))
    standing = credit.align(PoolStanding(), names)
    found = 0
    for _ in range(leads):
        eligible = credit.bits_of(draws.below(2 ** len(weights)))
        if eligible:
            won = credit.winner(standing, weights, eligible, LEAD)
            standing = credit.turn(standing, weights, eligible, won, LEAD)
            found = max(found, max(standing.credit), -min(standing.credit))
    return found
