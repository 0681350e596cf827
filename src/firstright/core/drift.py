"""Whether the leads that come are still those a model was trained on, and its chances still come true.

Population stability of each field and of the score, calibration by month. It measures; what follows is for people.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from math import log

import msgspec

from firstright.core.accuracy import LEAST, error, tenths
from firstright.core.lead import Value
from firstright.core.learned import Model, predict

MOVED, SHIFTED = 0.2, 0.25  # of the population stability index: look at it; train again
OFF = 0.05  # of the calibration error above that of the training
FEW = 100  # leads: of fewer nothing is said
SCORE = "score.model"
_NEVER = 1e-4  # the share of a bin nobody is in


class Moved(msgspec.Struct, frozen=True):
    """How far one field, or the score itself, has moved. `bins` are (what, share then, share now), in order."""

    field: str
    index: float
    bins: tuple[tuple[str, float, float], ...]

    @property
    def state(self) -> str:
        return "shifted" if self.index >= SHIFTED else "moved" if self.index >= MOVED else "stable"


class Month(msgspec.Struct, frozen=True):
    """Leads of one month whose outcome is known. `error` None: too few to say."""

    month: str  # 2026-03
    leads: int
    chance: float
    rate: float
    error: float | None
    off: bool  # further than OFF above the training's


class Drift(msgspec.Struct, frozen=True):
    """`leads` were compared with the training set; fields by how far they moved; months oldest first."""

    leads: int
    moved: tuple[Moved, ...] = ()
    months: tuple[Month, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        """Codes of what asks for another training: `shifted:<field>`, `off:<month>`; none is none."""
        shifted = [f"shifted:{one.field}" for one in self.moved if one.state == "shifted"]
        return (*shifted, *(f"off:{month.month}" for month in self.months if month.off))


def psi(then: Sequence[int], now: Sequence[int]) -> float:
    """The population stability index of two counts over the same bins; 0 for equal shares."""
    return sum((b - a) * log(b / a) for a, b in zip(_shares(then), _shares(now), strict=True))


def drift(
    model: Model, leads: Iterable[Mapping[str, Value]], ended: Iterable[tuple[str, int, bool]] = ()
) -> Drift:
    """`leads` are what was known of those that came lately; `ended` are (month, chance per mille then, had the outcome)."""
    counts = [[0] * len(feature.weights) for feature in model.features]
    edges = model.training.deciles
    scored = [0] * (len(edges) + 1)
    n = 0
    for seen in leads:
        n += 1
        for feature, count in zip(model.features, counts, strict=True):
            count[feature.bin_of(seen.get(feature.field))] += 1
        scored[bisect_right(edges, predict(model, seen).chance)] += 1
    months = _months(model, ended)
    if n < FEW:
        return Drift(n, (), months)
    moved = [
        _moved(feature.field, feature.bins, feature.counts, count)
        for feature, count in zip(model.features, counts, strict=True)
    ]
    if model.training.decile_counts:
        moved.append(_moved(SCORE, _decile_names(edges), model.training.decile_counts, scored))
    return Drift(n, tuple(sorted(moved, key=lambda one: (-one.index, one.field))), months)


def _moved(field: str, bins: Sequence[str], then: Sequence[int], now: Sequence[int]) -> Moved:
    a, b = sum(then), sum(now)
    shares = [
        (name, x / a if a else 0.0, y / b) for name, x, y in zip(bins, then, now, strict=True) if x or y
    ]
    return Moved(field, psi(then, now), tuple(shares))


def _decile_names(edges: Sequence[int]) -> tuple[str, ...]:
    lows = (0, *edges)
    highs = (*edges, 1001)
    return tuple(f"{low} to {high - 1} ‰" for low, high in zip(lows, highs, strict=True))


def _months(model: Model, ended: Iterable[tuple[str, int, bool]]) -> tuple[Month, ...]:
    by_month: dict[str, list[tuple[float, bool]]] = {}
    for month, chance, had in ended:
        by_month.setdefault(month, []).append((chance / 1000, had))
    return tuple(_month(model, month, by_month[month]) for month in sorted(by_month))


def _month(model: Model, month: str, judged: list[tuple[float, bool]]) -> Month:
    n = len(judged)
    found = error(tenths(judged, LEAST)) if n >= FEW else None
    return Month(
        month=month,
        leads=n,
        chance=sum(chance for chance, _ in judged) / n,
        rate=sum(had for _, had in judged) / n,
        error=found,
        off=found is not None and found - model.training.error / 1_000_000 > OFF,
    )


def _shares(counts: Sequence[int]) -> list[float]:
    total = sum(counts)
    return [max(count / total, _NEVER) if total else _NEVER for count in counts]
