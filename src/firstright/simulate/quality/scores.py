"""Precision, recall and F1 of pairs found against pairs that are one; and of every threshold, for who may choose theirs."""

from collections.abc import Iterable, Set

import msgspec

Pairs = Set[tuple[int, int]]


class Score(msgspec.Struct, frozen=True):
    """Pairs found rightly, found wrongly, and missed."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def f1(self) -> float:
        all_ = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / all_ if all_ else 0.0


def scored(found: Pairs, truth: Pairs) -> Score:
    right = len(found & truth)
    return Score(right, len(found) - right, len(truth) - right)


def best(found: Iterable[tuple[float, tuple[int, int]]], truth: Pairs) -> tuple[Score, float]:
    """The best F1 any threshold gives, knowing the truth, and that threshold."""
    ranked = sorted(found, key=lambda each: -each[0])
    top, threshold = Score(0, 0, len(truth)), 0.0
    right = wrong = 0
    for place, (value, pair) in enumerate(ranked):
        right, wrong = (right + 1, wrong) if pair in truth else (right, wrong + 1)
        ends = place + 1 == len(ranked) or ranked[place + 1][0] != value
        if ends and (now := Score(right, wrong, len(truth) - right)).f1 > top.f1:
            top, threshold = now, value
    return top, threshold
