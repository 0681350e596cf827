"""How good chances turned out to be: who ranked above whom, how far off they were, tenth by tenth.

Figures for reports, in floats: no decision reads them.
"""

import itertools
from collections.abc import Sequence
from math import log

import msgspec

GROUPS = 10
LEAST = 100  # outcomes of a group: of fewer a rate says little
_ALMOST = 1e-6  # a chance of 0 or 1 that was wrong would be infinitely bad

Judged = Sequence[tuple[float, bool]]  # a chance, and what came of it


class Tenth(msgspec.Struct, frozen=True):
    """Leads of like chances: how many, the mean of their chances, and how many of them had the outcome."""

    leads: int
    chance: float
    had: int

    @property
    def rate(self) -> float:
        return self.had / self.leads


class Accuracy(msgspec.Struct, frozen=True):
    """`auc` None where all came to the same. `error` is the mean distance of chance and rate over the tenths."""

    leads: int
    had: int
    auc: float | None
    brier: float
    log_loss: float
    error: float
    tenths: tuple[Tenth, ...]

    @property
    def rate(self) -> float:
        return self.had / self.leads


def accuracy(judged: Judged) -> Accuracy:
    """ValueError for nothing to judge by."""
    if not judged:
        raise ValueError("there are no outcomes to judge by")
    parts = tenths(judged)
    n = len(judged)
    return Accuracy(
        leads=n,
        had=sum(had for _, had in judged),
        auc=auc(judged),
        brier=sum((chance - had) ** 2 for chance, had in judged) / n,
        log_loss=sum(_surprise(chance, had) for chance, had in judged) / n,
        error=error(parts),
        tenths=parts,
    )


def auc(judged: Judged) -> float | None:
    """How often one that had the outcome was given a higher chance than one that had not; equal chances are half a win."""
    ranked = sorted(judged, key=lambda one: one[0])
    had = sum(outcome for _, outcome in ranked)
    rest = len(ranked) - had
    if not had or not rest:
        return None
    wins = below = 0.0
    place = 0
    while place < len(ranked):
        end = place
        while end < len(ranked) and ranked[end][0] == ranked[place][0]:
            end += 1
        with_it = sum(outcome for _, outcome in ranked[place:end])
        without = end - place - with_it
        wins += with_it * (below + without / 2)
        below += without
        place = end
    return wins / (had * rest)


def tenths(judged: Judged, least: int = 1) -> tuple[Tenth, ...]:
    """By rising chance, into at most ten groups of as many leads each, none of fewer than `least`."""
    ranked = sorted(judged, key=lambda one: one[0])
    groups = max(1, min(GROUPS, len(ranked) // least))
    edges = [len(ranked) * group // groups for group in range(groups + 1)]
    return tuple(
        Tenth(b - a, sum(c for c, _ in ranked[a:b]) / (b - a), sum(had for _, had in ranked[a:b]))
        for a, b in itertools.pairwise(edges)
        if b > a
    )


def error(parts: Sequence[Tenth]) -> float:
    """The expected calibration error: the distance of mean chance and rate, by leads."""
    return sum(part.leads * abs(part.chance - part.rate) for part in parts) / sum(p.leads for p in parts)


def _surprise(chance: float, had: bool) -> float:
    likely = min(max(chance if had else 1 - chance, _ALMOST), 1 - _ALMOST)
    return -log(likely)
