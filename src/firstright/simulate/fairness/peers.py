"""Rules by which other programs share leads, re-stated in our words from what their documentation says they do.

Each sees whom our filters let through, with weights, and says who gets the lead. None of them is ours, and none is used.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from firstright.core.pools import LEAD
from firstright.simulate.workload import Draws

Weights = Mapping[str, int]  # of the eligible, in pool order


class LowestCount:
    """The fewest leads of this calendar month, over weight; of equals, the first in the list."""

    name = "lowest count in period"

    def __init__(self, seed: int) -> None:
        self._month = 0
        self._counts: dict[str, int] = {}

    def back(self, rep: str) -> None:
        """Nothing is done for who comes back: their count says how many they have missed."""

    def pick(self, eligible: Weights, as_of: datetime) -> str:
        if as_of.month != self._month:
            self._month, self._counts = as_of.month, {}
        rep = min(eligible, key=lambda one: self._counts.get(one, 0) * LEAD // eligible[one])
        self._counts[rep] = self._counts.get(rep, 0) + 1
        return rep


class LeastRecent:
    """Whoever has waited longest since their last lead; somebody new has waited for ever. It knows no weights."""

    name = "least recently assigned"

    def __init__(self, seed: int) -> None:
        self._turn = 0
        self._last: dict[str, int] = {}

    def back(self, rep: str) -> None:
        """Nothing is done."""

    def pick(self, eligible: Weights, as_of: datetime) -> str:
        rep = min(eligible, key=lambda one: self._last.get(one, 0))
        self._turn += 1
        self._last[rep] = self._turn
        return rep


class RandomWeighted:
    """Drawn by weight, each lead anew."""

    name = "random weighted"

    def __init__(self, seed: int) -> None:
        self._draws = Draws(seed + 7)

    def back(self, rep: str) -> None:
        """It remembers nothing."""

    def pick(self, eligible: Weights, as_of: datetime) -> str:
        left = self._draws.below(sum(eligible.values()))
        for rep, weight in eligible.items():
            left -= weight
            if left < 0:
                return rep
        raise AssertionError("a draw lies below the sum of the weights")


class Calibrated:
    """The lowest count over weight since ever. Who joins or comes back is given the average count of the others."""

    name = "calibrated weighted round robin"

    def __init__(self, seed: int) -> None:
        self._counts: dict[str, int] = {}
        self._uncalibrated: set[str] = set()

    def back(self, rep: str) -> None:
        self._uncalibrated.add(rep)

    def pick(self, eligible: Weights, as_of: datetime) -> str:
        for rep in [one for one in eligible if one in self._uncalibrated]:
            self._calibrate(rep, eligible)
        rep = min(eligible, key=lambda one: self._counts.get(one, 0) * LEAD // eligible[one])
        self._counts[rep] = self._counts.get(rep, 0) + 1
        return rep

    def _calibrate(self, rep: str, eligible: Weights) -> None:
        """While nobody is there to compare with, it waits."""
        others = [one for one in eligible if one not in self._uncalibrated]
        if others:
            ratio = sum(self._counts.get(one, 0) * LEAD // eligible[one] for one in others) // len(others)
            self._counts[rep] = eligible[rep] * ratio // LEAD
            self._uncalibrated.discard(rep)


Peer = LowestCount | LeastRecent | RandomWeighted | Calibrated
PEERS: tuple[Callable[[int], Peer], ...] = (LowestCount, LeastRecent, RandomWeighted, Calibrated)
