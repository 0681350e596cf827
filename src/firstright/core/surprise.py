"""How surprising a count is, given what was seen before: exact whole numbers, so that few arrivals never look like a change.

What was seen before is a beta distribution; the count's chance under it is beta-binomial. Days that differ among themselves
more than chance has it make it wider. It knows no fields and no sources.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

RARE = 10**8  # one in so many: all fields of all sources are looked at every hour, for years
MOST = 400  # a larger sample is scaled down: it is convincing enough
SUREST = 2_000  # however long the past is, it is no surer of the next hour than so many arrivals
_UNIT = 1 << 2_000  # of the weights below: what underflows is rarer than anything asked for


class Part(NamedTuple):
    """So many of so many."""

    n: int
    of: int

    @property
    def percent(self) -> int:
        """Rounded down; 0 of nothing."""
        return 100 * self.n // self.of if self.of else 0


def is_rise(now: Part, days: Sequence[Part]) -> bool:
    """Whether so large a share is rarer than one in RARE, after such days."""
    past = Part(sum(day.n for day in days), sum(day.of for day in days))
    if not past.of or not now.of or now.n * past.of <= past.n * now.of:
        return False
    weight = sureness(days, past)
    yes = max(1, round(weight * Fraction(past.n, past.of)))
    no = max(1, round(weight * Fraction(past.of - past.n, past.of)))
    return _is_rare(_scaled(now), yes, no)


def is_fall(now: Part, days: Sequence[Part]) -> bool:
    """The same for a share that is so small."""
    return is_rise(Part(now.of - now.n, now.of), [Part(day.of - day.n, day.of) for day in days])


def sureness(days: Sequence[Part], past: Part) -> Fraction:
    """How many arrivals' worth these days are: as many as there were, fewer where days differ more than chance has it."""
    known = [day for day in days if day.of]
    if not 0 < past.n < past.of or len(known) < 2:
        return Fraction(min(past.of, SUREST))
    whole = past.n * (past.of - past.n)
    squares = [Fraction((day.n * past.of - day.of * past.n) ** 2, day.of * whole) for day in known]
    beyond = max(
        Fraction(0), Fraction(sum(squares), len(known) - 1) - 1
    )  # what chance alone does not explain
    wide = Fraction(beyond, Fraction(past.of, len(known))) + Fraction(1, past.of)
    return Fraction(SUREST) if wide * SUREST <= 1 else Fraction(1, wide)


def _scaled(now: Part) -> Part:
    return now if now.of <= MOST else Part(now.n * MOST // now.of, MOST)


def _is_rare(now: Part, yes: int, no: int) -> bool:
    """Whether `now.n` or more of `now.of` are rarer than one in RARE, each with a chance from beta(yes, no)."""
    weight, total, tail = _UNIT, 0, 0
    for x in range(now.of + 1):
        total += weight
        if x >= now.n:
            tail += weight
        if x < now.of:
            weight = weight * (now.of - x) * (yes + x) // ((x + 1) * (no + now.of - x - 1))
    return tail * RARE <= total
