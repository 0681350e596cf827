"""What one base shows of the three engines, as values. What it may not compare, it names instead of leaving it out silently."""

from collections.abc import Callable

import msgspec

from firstright.simulate.quality import engines, splinked
from firstright.simulate.quality.bases import Base
from firstright.simulate.quality.scores import Score, best, scored

Told = Callable[[str, int, int], None]
_SMALL = 20  # records: less is no base


class Compared(msgspec.Struct, frozen=True):
    """`review` counts every pair of the band as if a person had said yes or no rightly found. `brute_by` names what rapidfuzz
    looked at and its threshold, both chosen with the truth in hand; so is the second figure of splink."""

    base: str
    records: int
    pairs: int
    ours: Score
    review: Score
    blocked: float  # share of the true pairs that share a key
    candidates: int
    brute: Score
    brute_by: str
    splink: Score | None = None
    splink_best: Score | None = None


def compare(base: Base, told: Told) -> Compared:
    """`told` hears which engine, and how far it is."""
    linked, review, _ = engines.ours(base, lambda done, of: told("ours", done, of))
    blocked, candidates = engines.blocking(base)
    brute, brute_by = engines.brute(base, lambda done, of: told("rapidfuzz", done, of))
    splink = splink_best = None
    if splinked.installed() and splinked.trainable(base) and len(base.records) >= _SMALL:
        told("splink", 0, 1)
        truth = base.pairs()
        found = splinked.of_base(base)
        splink = scored({pair for value, pair in found if value >= splinked.AT}, truth)
        splink_best, _ = best(found, truth)
        told("splink", 1, 1)
    return Compared(
        base.name,
        len(base.records),
        len(base.pairs()),
        linked,
        review,
        blocked,
        candidates,
        brute,
        brute_by,
        splink,
        splink_best,
    )
