"""All rules at once: conditions compiled to bitsets over rule positions, so that a lead costs one AND per field.

Equal to calling `evaluate` on every condition (a property test says so). It knows neither tiers nor outcomes.

How: a condition is rewritten as plain tests that must all hold, and a remainder. The plain tests of all rules form
the base sheet. The remainder (`any`, and `not` over several fields) is multiplied out into alternatives; the p-th
alternatives of all rules form sheet p. A rule holds when its base does and, if it has alternatives, one of them does.
Kleene's logic is distributive and obeys De Morgan, so this is exact for unknown too.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import product
from math import prod
from typing import TypeAlias

from firstright.core.lead import Value
from firstright.core.rules.fields import Kind
from firstright.core.rules.groups import Holds, holds
from firstright.core.rules.predicates import (
    PRESENCE,
    RELATIVE,
    AllOf,
    AnyOf,
    Condition,
    Facts,
    Not,
    Op,
    Test,
    Truth,
    evaluate,
    expects,
    is_missing,
    kind_of,
    rank,
)

Literal: TypeAlias = tuple[Test, bool]  # a test, and whether it is negated
Alternative: TypeAlias = tuple[Literal, ...]
Masks: TypeAlias = tuple[int, int]  # rules that are true, rules that are not false

MOST_ALTERNATIVES = 16
"""Beyond this a remainder is evaluated on its own, for the leads whose plain part leaves it open."""

_MEMO_BYTES = 4_000_000
_ROOM_FOR_VALUES = 20_000
SHORT = 512  # bits of which the lowest is found as fast as it can be
_PREFIXES = tuple((1 << length) - 1 for length in (SHORT, 2048))
_STEPPED = frozenset((Kind.NUMBER, Kind.INSTANT))


def lowest(mask: int) -> int:
    """Position of the lowest bit, -1 when there is none. Looks at short prefixes first: arithmetic costs by length."""
    for prefix in _PREFIXES:
        if low := mask & prefix:
            return (low & -low).bit_length() - 1
    return (mask & -mask).bit_length() - 1


def positions(mask: int) -> Iterator[int]:
    """Positions of all bits, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class RuleIndex:
    """Conditions by position, asked all at once. Only its memory of past values changes; answers never do."""

    def __init__(self, conditions: Sequence[Condition]) -> None:
        self.size = len(conditions)
        self._full = full = (1 << self.size) - 1
        base: list[tuple[Literal, int]] = []
        sheets: list[list[tuple[Literal, int]]] = []
        starts: list[int] = []
        self._heavy: dict[int, Condition] = {}
        self._branching = 0
        for position, condition in enumerate(conditions):
            bit = 1 << position
            plain, alternatives, remainder = _split(condition)
            base.extend((literal, bit) for literal in plain)
            if remainder is not None:
                self._heavy[position] = remainder
            if alternatives is None:
                continue
            self._branching |= bit
            for number, alternative in enumerate(alternatives):
                if number == len(sheets):
                    sheets.append([])
                    starts.append(0)
                starts[number] |= bit
                sheets[number].extend((literal, bit) for literal in alternative)
        self._base = _Sheet(full, base)
        self._sheets = [_Sheet(start, rows) for start, rows in zip(starts, sheets, strict=True)]
        self._simple = full & ~self._branching
        self._compound = bool(self._branching or self._heavy)
        self._heavy_mask = sum(1 << position for position in self._heavy)

    def match(self, facts: Facts, as_of: datetime) -> Masks:
        """(rules that are true, rules that are unknown) for a lead; bit i is condition i."""
        true, maybe = self._base.fold(facts, as_of)
        if self._compound:
            true, maybe = self._narrow(true, maybe, facts, as_of)
        return true, true ^ maybe

    def first(self, facts: Facts, as_of: datetime) -> int:
        """The first condition that is true, -1 when none is.

        Plain conditions need no look at what is unknown, so a missing field is looked up like any value; a loop of
        its own here, because at this length every call counts.
        """
        if self._compound or self._base.ages:
            return lowest(self.match(facts, as_of)[0])
        true, get = self._full, facts.get
        try:
            for name, known in self._base.true:
                true &= known[get(name)]
        except KeyError:  # a value not met before
            true = self._base.fold(facts, as_of)[0]
        return (true & -true).bit_length() - 1 if self.size <= SHORT else lowest(true)

    def _narrow(self, true: int, maybe: int, facts: Facts, as_of: datetime) -> Masks:
        if maybe & self._branching:
            some_true = some_maybe = self._simple
            for sheet in self._sheets:
                more_true, more_maybe = sheet.fold(facts, as_of)
                some_true |= more_true
                some_maybe |= more_maybe
            true &= some_true
            maybe &= some_maybe
        for position in positions(maybe & self._heavy_mask):
            truth = evaluate(self._heavy[position], facts, as_of)
            if truth is not Truth.TRUE:
                true &= ~(1 << position)
            if truth is Truth.FALSE:
                maybe &= ~(1 << position)
        return true, maybe


def _split(condition: Condition) -> tuple[Alternative, list[Alternative] | None, Condition | None]:
    """Plain tests; alternatives of the rest (None: no rest); a rest too wide to multiply out (None: none)."""
    plain: list[Literal] = []
    open_: list[tuple[list[Alternative], Condition]] = []
    for part, negated in _conjuncts(condition, False):
        found = _alternatives(part, negated)
        if found is not None and len(found) == 1:
            plain.extend(found[0])
        else:
            open_.append((found or [], Not(part) if negated else part))
            if found is None:
                return tuple(plain), None, condition
    if not open_:
        return tuple(plain), None, None
    if prod(len(found) for found, _ in open_) > MOST_ALTERNATIVES:
        return tuple(plain), None, AllOf(tuple(part for _, part in open_))
    return tuple(plain), _multiplied([found for found, _ in open_]), None


def _conjuncts(condition: Condition, negated: bool) -> Iterator[tuple[Condition, bool]]:
    match condition:
        case Not(part):
            yield from _conjuncts(part, not negated)
        case AllOf(parts) if not negated:
            for part in parts:
                yield from _conjuncts(part, False)
        case AnyOf(parts) if negated:
            for part in parts:
                yield from _conjuncts(part, True)
        case _:
            yield condition, negated


def _alternatives(condition: Condition, negated: bool) -> list[Alternative] | None:
    """The condition as "one of these conjunctions"; None when there would be too many."""
    match condition:
        case Test():
            return [((condition, negated),)]
        case Not(part):
            return _alternatives(part, not negated)
        case AllOf(parts) | AnyOf(parts):
            each: list[list[Alternative]] = []
            for part in parts:
                found = _alternatives(part, negated)
                if found is None:
                    return None
                each.append(found)
            together = isinstance(condition, AllOf) is not negated
            count = prod(map(len, each)) if together else sum(map(len, each))
            if count > MOST_ALTERNATIVES:
                return None
            return _multiplied(each) if together else [one for found in each for one in found]


def _multiplied(each: Sequence[list[Alternative]]) -> list[Alternative]:
    return [tuple(literal for alternative in choice for literal in alternative) for choice in product(*each)]


class _Sheet:
    """Plain conjunctions of many rules, as one table per field."""

    def __init__(self, start: int, rows: Sequence[tuple[Literal, int]]) -> None:
        self._start = start
        split: dict[tuple[str, bool], list[tuple[Literal, int]]] = {}
        for row in rows:
            test = row[0][0]
            split.setdefault((test.field, test.op in RELATIVE), []).append(row)
        tables = {key: _Table(start, found) for key, found in split.items()}
        self._tables = [
            (name, table.memo, table.when_missing, table.find)
            for (name, aged), table in tables.items()
            if not aged
        ]
        self.true = [(name, table.true) for (name, aged), table in tables.items() if not aged]
        # What depends on the instant is asked again for every lead.
        self._aged = [
            (name, table.when_missing, table.compute) for (name, aged), table in tables.items() if aged
        ]
        self.ages = bool(self._aged)

    def fold(self, facts: Facts, as_of: datetime) -> Masks:
        """(true, not false) rows. The loop is the product's hottest: measure before touching it."""
        both = self._start
        true = maybe = -1
        for name, memo, masks, find in self._tables:
            if name in facts:
                try:
                    both &= memo[facts[name]]
                    continue
                except KeyError:
                    masks = find(facts[name], as_of)
            true &= masks[0]
            maybe &= masks[1]
        for name, when_missing, compute in self._aged:
            masks = compute(facts[name], as_of) if name in facts else when_missing
            true &= masks[0]
            maybe &= masks[1]
        return both & true, both & maybe


class _Table:
    """The tests of one field: for a value, the rules of the sheet they leave standing.

    Facts carry one kind of value per field, so that `True` never answers from the memory of 1.
    """

    def __init__(self, start: int, rows: Sequence[tuple[Literal, int]]) -> None:
        self._start = start
        self._wants_missing = self._wants_present = self._asked = 0
        self._of_kind = dict.fromkeys(Kind, 0)
        self._edges = _edges(test for (test, _), _ in rows)
        layers: dict[tuple[Kind, Op, bool], list[_Layer]] = {}
        for (test, negated), bit in rows:
            if test.op in PRESENCE:
                self._add_presence((test.op is Op.MISSING) is not negated, bit)
            else:
                self._add_test(test, negated, bit, layers)
        self._groups: dict[Kind, list[tuple[int, Holds, bool]]] = {kind: [] for kind in Kind}
        for (kind, op, negated), found in layers.items():
            self._groups[kind].extend((layer.members, holds(op, layer.rows), negated) for layer in found)
        not_false = start & ~self._wants_present
        self.when_missing = (not_false & ~self._asked, not_false)
        self.memo: dict[Value, int] = {}
        self.true: dict[Value | None, int] = {None: self.when_missing[0]}
        self._steps: dict[int, int] = {}
        self._same: dict[int, int] = {}
        self._room_for_masks = max(64, _MEMO_BYTES // (start.bit_length() // 7 + 100))

    def _add_presence(self, missing: bool, bit: int) -> None:
        if missing:
            self._wants_missing |= bit
        else:
            self._wants_present |= bit

    def _add_test(
        self, test: Test, negated: bool, bit: int, layers: dict[tuple[Kind, Op, bool], "list[_Layer]"]
    ) -> None:
        """A rule that asks twice with one operator needs both to hold: it goes into a layer of its own each time."""
        op, kind = test.op, expects(test)
        if op is Op.NOT_IN:
            op, negated = Op.IN, not negated
        self._asked |= bit
        self._of_kind[kind] |= bit
        stack = layers.setdefault((kind, op, negated), [])
        layer = next((layer for layer in stack if not layer.members & bit), None)
        if layer is None:
            layer = _Layer()
            stack.append(layer)
        layer.members |= bit
        layer.rows.append((test, bit))

    def find(self, have: Value, as_of: datetime) -> Masks:
        """(true, not false) rules for a value, remembered when no rule is unknown."""
        step = bisect_right(self._edges, rank(have)) if kind_of(have) in _STEPPED else None
        known = self._steps.get(step) if step is not None else None
        if known is None:
            true, known = self.compute(have, as_of)
            if true != known:
                return true, known
        self._remember(have, step, known)
        return known, known

    def _remember(self, have: Value, step: int | None, mask: int) -> None:
        if len(self.memo) >= _ROOM_FOR_VALUES or len(self._same) >= self._room_for_masks:
            for memory in (self.memo, self.true, self._steps, self._same):
                memory.clear()
            self.true[None] = self.when_missing[0]
        mask = self._same.setdefault(mask, mask)  # most values of a field leave the same few masks
        self.memo[have] = self.true[have] = mask
        if step is not None:
            self._steps[step] = mask

    def compute(self, have: Value, as_of: datetime) -> Masks:
        """(true, not false) rules for a value at an instant, from the groups."""
        if have is None or is_missing(have):
            return self.when_missing
        kind = kind_of(have)
        ruled_out = self._wants_missing
        for members, found, negated in self._groups[kind] if kind else ():
            standing = found(have, as_of)
            ruled_out |= standing if negated else members ^ standing
        maybe = self._start & ~ruled_out
        unknown = 0
        for asked, of_kind in self._of_kind.items():
            if asked is not kind:
                unknown |= of_kind
        return maybe & ~unknown, maybe


class _Layer:
    """Rows of one operator in which each rule stands at most once."""

    def __init__(self) -> None:
        self.members = 0
        self.rows: list[tuple[Test, int]] = []


def _edges(tests: Iterable[Test]) -> list[int]:
    """Where an answer about a number or an instant may change; between two edges all values answer alike."""
    literals = {rank(value) for test in tests for value in test.values if kind_of(value) in _STEPPED}
    return sorted(literals | {literal + 1 for literal in literals})
