"""What one base shows of the three engines, as values. Nothing that was chosen with a record in sight is measured on it: each base is
cut in halves, and the headline is the half on which nothing was chosen."""

from collections.abc import Callable

import msgspec

from firstright.simulate.quality import engines, splinked
from firstright.simulate.quality.bases import Base, halves
from firstright.simulate.quality.engines import Brute
from firstright.simulate.quality.scores import Score, best, scored

Told = Callable[[str, int, int], None]
_SMALL = 20  # records: less is no base


class Compared(msgspec.Struct, frozen=True):
    """Of the held-out half but for `learning` and `whole`, which are ours on the other half and on the whole base. `review` counts every pair
    of the band as if a person had said yes or no rightly found. splink's second figure is at the best threshold there is."""

    base: str
    records: int
    pairs: int
    ours: Score
    learning: Score
    whole: Score
    review: Score
    blocked: float  # share of the true pairs that share a key
    brute: Brute
    splink: Score | None = None
    splink_best: Score | None = None


def compare(base: Base, told: Told) -> Compared:
    """`told` hears which engine, and how far it is."""
    learning, measured = halves(base)
    linked, review, _ = engines.ours(measured, lambda done, of: told("ours", done, of))
    splink, splink_best = _splinked(measured, told)
    return Compared(
        base=base.name,
        records=len(measured.records),
        pairs=len(measured.pairs()),
        ours=linked,
        learning=engines.ours(learning, lambda done, of: None)[0],
        whole=engines.ours(base, lambda done, of: told("ours", done, of))[0],
        review=review,
        blocked=engines.blocking(measured)[0],
        brute=engines.brute(learning, measured, lambda done, of: told("rapidfuzz", done, of)),
        splink=splink,
        splink_best=splink_best,
    )


def _splinked(base: Base, told: Told) -> tuple[Score | None, Score | None]:
    if not splinked.installed() or not splinked.trainable(base) or len(base.records) < _SMALL:
        return None, None
    told("splink", 0, 1)
    truth = base.pairs()
    found = splinked.of_base(base)
    told("splink", 1, 1)
    return scored({pair for value, pair in found if value >= splinked.AT}, truth), best(found, truth)[0]
