"""Two texts compared line by line, for a person to read: what was taken out, what came in, and a little of what is around it."""

from difflib import SequenceMatcher
from enum import StrEnum
from typing import NamedTuple

AROUND = 3  # unchanged lines shown beside a change
MOST = 4_000  # lines between the first and the last change that are compared


class Side(StrEnum):
    SAME = "same"
    MINUS = "minus"
    PLUS = "plus"
    GAP = "gap"  # unchanged lines that are left out


class Line(NamedTuple):
    """`old` and `new` count from 1; 0 where the line is in one text only. A gap's `text` says how many lines it is."""

    side: Side
    text: str
    old: int = 0
    new: int = 0


class Difference(NamedTuple):
    """`lines` is None when more changed than anybody would read: the texts stand for themselves then."""

    lines: list[Line] | None
    plus: int
    minus: int


def difference(old: str, new: str) -> Difference:
    """From `old` to `new`. Lines that only differ in how they end are equal."""
    before, after = old.splitlines(), new.splitlines()
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    middle = before[head : len(before) - tail], after[head : len(after) - tail]
    if max(map(len, middle)) > MOST:
        return Difference(None, len(middle[1]), len(middle[0]))
    found = [Line(Side.SAME, text, n, n) for n, text in enumerate(before[:head], start=1)]
    found += _changed(*middle, head)
    ends = len(before) - tail, len(after) - tail
    found += [
        Line(Side.SAME, text, ends[0] + n, ends[1] + n)
        for n, text in enumerate(before[len(before) - tail :], start=1)
    ]
    plus, minus = (sum(line.side is side for line in found) for side in (Side.PLUS, Side.MINUS))
    return Difference(_folded(found), plus, minus)


def _common(one: list[str], other: list[str]) -> int:
    """How many lines both begin with."""
    n = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        n += 1
    return n


def _changed(before: list[str], after: list[str], head: int) -> list[Line]:
    found: list[Line] = []
    for what, a, b, c, d in SequenceMatcher(None, before, after).get_opcodes():
        if what == "equal":
            found += [
                Line(Side.SAME, before[a + n], head + a + n + 1, head + c + n + 1) for n in range(b - a)
            ]
            continue
        found += [Line(Side.MINUS, before[n], head + n + 1, 0) for n in range(a, b)]
        found += [Line(Side.PLUS, after[n], 0, head + n + 1) for n in range(c, d)]
    return found


def _folded(lines: list[Line]) -> list[Line]:
    """Without what is far from every change."""
    changed = [place for place, line in enumerate(lines) if line.side is not Side.SAME]
    near = {n for place in changed for n in range(place - AROUND, place + AROUND + 1)}
    found: list[Line] = []
    left_out = 0
    for place, line in enumerate(lines):
        if place not in near:
            left_out += 1
            continue
        if left_out:
            found.append(Line(Side.GAP, str(left_out)))
            left_out = 0
        found.append(line)
    return [*found, *([Line(Side.GAP, str(left_out))] if left_out and found else [])]
