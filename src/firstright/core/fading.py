"""Points that halve with time, in whole numbers: how many are left after so long. No float and no rounding that depends on
a machine.

A half-life has 256 steps. After s steps the largest whole m is left with m·2^(s/256) <= points; at whole half-lives that is
the points shifted right. Negative points are a loss that shrinks alike.
"""

from bisect import bisect_left
from datetime import datetime, timedelta
from functools import cache

STEPS = 256  # of a half-life: of one of 7 days each lasts 39 minutes
_MICROSECOND = timedelta(microseconds=1)


class Fading:
    """What is left of `points`; without a half-life all of them, for ever."""

    def __init__(self, points: int, half_life: timedelta | None) -> None:
        self.points = points
        self._half_life = half_life // _MICROSECOND if half_life else 0
        self._last = _last_steps(abs(points)) if half_life else ()

    def at(self, since: datetime, as_of: datetime) -> int:
        """Points left at `as_of` of those that were fresh at `since`; before that they are fresh."""
        if not self._half_life or as_of <= since:
            return self.points
        left = abs(self.points) - bisect_left(self._last, self._steps(since, as_of))
        return left if self.points > 0 else -left

    def next_change(self, since: datetime, as_of: datetime) -> datetime | None:
        """The first instant after `as_of` at which a point fewer is left."""
        if not self._half_life:
            return None
        gone = bisect_left(self._last, self._steps(since, max(since, as_of)))
        if gone == len(self._last):
            return None
        # Rounded up: the first microsecond of the step.
        after: int = -(-(self._last[gone] + 1) * self._half_life // STEPS)
        try:
            return since + after * _MICROSECOND
        except OverflowError:  # somebody gave the year 9999
            return None

    def _steps(self, since: datetime, as_of: datetime) -> int:
        return (as_of - since) // _MICROSECOND * STEPS // self._half_life


@cache  # one list for each number of points: a table of many rows has few of them
def _last_steps(points: int) -> tuple[int, ...]:
    """The last step at which still m points are left, for m = points, ..., 1: the largest s with m^256 · 2^s <= points^256."""
    whole = points**STEPS
    return tuple((whole // m**STEPS).bit_length() - 1 for m in range(points, 0, -1))
