"""For tests of one operator on one field: which of them hold for a value, found without asking each of them.

A row is (test, bit of its rule); a group answers with the bits whose test holds. Kinds, missing values and negation
are the index's business.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import accumulate
from operator import or_
from typing import Generic, TypeAlias, TypeVar

from firstright.core.lead import Value
from firstright.core.rules.predicates import (
    RELATIVE,
    Op,
    Test,
    bounds,
    host,
    level,
    literals,
    rank,
    squeezed,
    texts,
)

Rows: TypeAlias = Sequence[tuple[Test, int]]
Holds: TypeAlias = Callable[[Value, datetime], int]
Level = TypeVar("Level", int, str)


def holds(op: Op, rows: Rows) -> Holds:
    """How to find the tests of these rows, all of operator `op`, that hold for a value at an instant."""
    match op:
        case Op.IN:
            return _equal(rows)
        case Op.CONTAINS:
            return _contains(rows)
        case Op.STARTS_WITH:
            return _starts_with(rows)
        case Op.DOMAIN:
            return _domain(rows)
        case Op.BETWEEN:
            return _between(rows)
        case _:
            return _compares(op, rows)


def _masks(pairs: Iterable[tuple[Value, int]]) -> dict[Value, int]:
    found: dict[Value, int] = {}
    for key, bit in pairs:
        found[key] = found.get(key, 0) | bit
    return found


def _folded(rows: Rows) -> dict[str, int]:
    found: dict[str, int] = {}
    for test, bit in rows:
        for value in test.values:
            key = str(value).casefold()
            found[key] = found.get(key, 0) | bit
    return found


def _equal(rows: Rows) -> Holds:
    masks = _masks((value, bit) for test, bit in rows for value in literals(test))

    def find(have: Value, as_of: datetime) -> int:
        found = 0
        for each in texts(have) or (have,):
            found |= masks.get(each, 0)
        return found

    return find


def _contains(rows: Rows) -> Holds:
    masks = _folded(rows)

    def find(have: Value, as_of: datetime) -> int:
        found = 0
        for each in texts(have):
            for want, mask in masks.items():
                if want in each:
                    found |= mask
        return found

    return find


def _starts_with(rows: Rows) -> Holds:
    masks = _folded(rows)
    lengths = sorted({len(want) for want in masks})

    def find(have: Value, as_of: datetime) -> int:
        found = 0
        for each in texts(have):
            for length in lengths:
                found |= masks.get(each[:length], 0)
        return found

    return find


def _domain(rows: Rows) -> Holds:
    masks = _masks((host(str(value)), bit) for test, bit in rows for value in test.values)

    def find(have: Value, as_of: datetime) -> int:
        found = 0
        for each in texts(have):
            name = host(each)
            found |= masks.get(name, 0)
            while "." in name:
                name = name.partition(".")[2]
                found |= masks.get(name, 0)
        return found

    return find


class _Ladder(Generic[Level]):
    """Levels in order, and for each the rules at or beyond it, so that one bisect answers for all of them."""

    def __init__(self, pairs: Iterable[tuple[Level, int]]) -> None:
        masks: dict[Level, int] = {}
        for edge, bit in pairs:
            masks[edge] = masks.get(edge, 0) | bit
        self._levels: list[Level] = sorted(masks)
        in_order: list[int] = [masks[edge] for edge in self._levels]
        self._upto: list[int] = [0, *accumulate(in_order, or_)]
        self._beyond: list[int] = [*reversed(list(accumulate(reversed(in_order), or_))), 0]

    def at_or_below(self, point: Level) -> int:
        return self._upto[bisect_right(self._levels, point)]

    def below(self, point: Level) -> int:
        return self._upto[bisect_left(self._levels, point)]

    def at_or_above(self, point: Level) -> int:
        return self._beyond[bisect_left(self._levels, point)]

    def above(self, point: Level) -> int:
        return self._beyond[bisect_right(self._levels, point)]


def _between(rows: Rows) -> Holds:
    lows = _Ladder((bounds(test)[0], bit) for test, bit in rows)
    highs = _Ladder((bounds(test)[1], bit) for test, bit in rows)

    def find(have: Value, as_of: datetime) -> int:
        found = 0
        for each in texts(have):
            point = squeezed(each)
            found |= lows.at_or_below(point) & highs.at_or_above(point)
        return found

    return find


def _compares(op: Op, rows: Rows) -> Holds:
    ladder = _Ladder((level(test), bit) for test, bit in rows)
    step = {
        Op.MIN: ladder.at_or_below,
        Op.ABOVE: ladder.below,
        Op.OLDER_THAN: ladder.below,
        Op.MAX: ladder.at_or_above,
        Op.NEWER_THAN: ladder.at_or_above,
        Op.BELOW: ladder.above,
    }[op]
    if op in RELATIVE:
        return lambda have, as_of: step(rank(as_of) - rank(have))
    return lambda have, as_of: step(rank(have))
