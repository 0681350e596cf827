"""The door of the condition room, and the reader of `when` tables: a parsed document in, a condition and all findings out.

It reads no file; the meaning of what it builds is in `predicates`, the words for it in `phrases`.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

from firstright.core.clean.standard import spellings
from firstright.core.lead import Value
from firstright.core.rules.durations import parse_duration
from firstright.core.rules.fields import (
    Catalogue,
    Field,
    FieldType,
    Kind,
    Problem,
    check,
    check_text,
    kind,
    nearest,
    shown,
)
from firstright.core.rules.findings import Finding
from firstright.core.rules.phrases import Leaf, describe, explain
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
    fields_of,
    rank,
    squeezed,
)

__all__ = [
    "AllOf",
    "AnyOf",
    "Condition",
    "Facts",
    "Leaf",
    "Not",
    "Op",
    "Test",
    "Truth",
    "describe",
    "evaluate",
    "explain",
    "fields_of",
    "parse",
]

DEEPEST = 20
"""How far `any`, `all` and `not` may nest; nobody can read more, and reading recurses."""

_OPS: dict[str, Op] = {op.value: op for op in Op}
_ORDERED = frozenset((Op.MIN, Op.MAX, Op.ABOVE, Op.BELOW))
_TEXTUAL = frozenset((Op.CONTAINS, Op.STARTS_WITH, Op.DOMAIN, Op.BETWEEN))
_EVERYWHERE = PRESENCE | {Op.IN, Op.NOT_IN}
_FITS = {
    Kind.TEXT: _EVERYWHERE | _TEXTUAL,
    Kind.NUMBER: _EVERYWHERE | _ORDERED,
    Kind.BOOLEAN: _EVERYWHERE,
    Kind.INSTANT: _EVERYWHERE | _ORDERED | RELATIVE,
}
_ELSEWHERE = {
    "equals": "in", "eq": "in", "is": "in", "not": "not_in", "ne": "not_in", "not_equals": "not_in", "gte": "min",
    "lte": "max", "gt": "above", "lt": "below", "like": "contains", "exists": "present", "empty": "missing",
    "prefix": "starts_with", "range": "between",
}  # fmt: skip


def parse(
    document: Mapping[str, object], catalogue: Catalogue, where: str
) -> tuple[Condition, tuple[Finding, ...]]:
    """Read one `when` table. All mistakes are gathered, each placed as `<where>.<field>`.

    With findings of severity error the condition holds only what could be read: never decide with it. An empty
    table is the catch-all. Alternatives are counted from 1 (`any[2]`).
    """
    reader = _Reader(catalogue)
    condition = reader.table(document, where, 0)
    return condition, tuple(reader.findings)


class _Reader:
    """Collects findings while it turns tables into conditions."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.findings: list[Finding] = []
        self._catalogue = catalogue
        self._composers = {"any": self._any, "all": self._all, "not": self._not}

    def _find(self, code: str, where: str, text: str) -> None:
        self.findings.append(Finding(f"condition.{code}", where, text))

    def table(self, document: Mapping[str, object], where: str, depth: int) -> Condition:
        if depth > DEEPEST:
            self._find("too_deep", where, f"conditions nest deeper than {DEEPEST}; split the rule")
            return AllOf()
        parts: list[Condition] = []
        for key, value in document.items():
            place = f"{where}.{key}"
            if key in self._composers:
                parts.extend(self._composers[key](value, place, depth + 1))
            else:
                parts.extend(self._field(key, value, place))
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def _tables(self, value: object, where: str, depth: int) -> tuple[Condition, ...]:
        if not isinstance(value, Sequence) or isinstance(value, str):
            self._find("type", where, f"{shown(value)} is not a list of tables: [{{ ... }}, {{ ... }}]")
            return ()
        if not value:
            self._find("empty_list", where, "the list is empty, so it says nothing; remove it or fill it")
        found = []
        for number, each in enumerate(value, start=1):
            place = f"{where}[{number}]"
            if isinstance(each, Mapping) and each:
                found.append(self.table(each, place, depth))
            else:
                self._find("type", place, "is not a table with conditions: { field = ... }")
        return tuple(found)

    def _any(self, value: object, where: str, depth: int) -> list[Condition]:
        return [AnyOf(self._tables(value, where, depth))]

    def _all(self, value: object, where: str, depth: int) -> list[Condition]:
        return [AllOf(self._tables(value, where, depth))]

    def _not(self, value: object, where: str, depth: int) -> list[Condition]:
        if not isinstance(value, Mapping) or not value:
            self._find(
                "type", where, f"{shown(value)} is not a table with conditions: not = {{ field = ... }}"
            )
            return []
        return [Not(self.table(value, where, depth))]

    def _field(self, name: str, value: object, where: str) -> list[Condition]:
        field = self._catalogue.lookup(name)
        if isinstance(value, Mapping):
            return self._operators(name, field, value, where)
        if field is None:
            self._unknown_field(name, where)
            return []
        return list(self._literals(field, Op.IN, value, where))

    def _unknown_field(self, name: str, where: str) -> None:
        near = self._catalogue.nearest(name)
        meant = f'; did you mean "{near}"?' if near else ""
        self._find("unknown_field", where, f'there is no field "{name}"{meant}')

    def _operators(
        self, name: str, field: Field | None, table: Mapping[str, object], where: str
    ) -> list[Condition]:
        dotted = {key: value for key, value in table.items() if f"{name}.{key}" in self._catalogue}
        found: list[Condition] = []
        for key, value in dotted.items():
            found.extend(self._field(f"{name}.{key}", value, f"{where}.{key}"))
        rest = {key: value for key, value in table.items() if key not in dotted}
        if field is None:
            self._not_a_field(name, list(rest), bool(dotted), where)
            return found
        if not table:
            self._find(
                "empty_table",
                where,
                "the table is empty; write for example { min = 50 } or { missing = true }",
            )
        tests = [test for key, value in rest.items() for test in self._operator(field, key, value, where)]
        self._contradictions(tests, where)
        return [*found, *tests]

    def _not_a_field(self, name: str, keys: list[str], partly: bool, where: str) -> None:
        if not partly and not self._catalogue.is_group(name):
            self._unknown_field(name, where)
            return
        for key in keys:
            self._unknown_field(f"{name}.{key}", f"{where}.{key}")

    def _operator(self, field: Field, key: str, value: object, where: str) -> Sequence[Test]:
        op = _OPS.get(key)
        if op is None:
            near = _ELSEWHERE.get(key.casefold()) or nearest(key, Op)
            meant = f'did you mean "{near}"?' if near else f"there are {', '.join(Op)}"
            self._find("unknown_operator", where, f'there is no operator "{key}"; {meant}')
            return []
        if op not in _FITS[kind(field)] or (op is Op.BETWEEN and field.type is FieldType.TEXTS):
            fitting = ", ".join(each for each in Op if each in _FITS[kind(field)])
            self._find(
                "wrong_operator", where, f'"{op}" does not fit a {field.type} field; these do: {fitting}'
            )
            return []
        if op in PRESENCE:
            return self._presence(field, op, value, where)
        if op in RELATIVE:
            return self._age(field, op, value, where)
        if op is Op.BETWEEN:
            return self._between(field, value, where)
        if op in _ORDERED and isinstance(value, list):
            self._find("type", where, f'"{op}" takes one value, not a list')
            return []
        return self._literals(field, op, value, where)

    def _presence(self, field: Field, op: Op, value: object, where: str) -> Sequence[Test]:
        if not isinstance(value, bool):
            self._find("type", where, f'"{op}" is true or false, not {shown(value)}')
            return []
        return [Test(field.name, Op.MISSING if value is (op is Op.MISSING) else Op.PRESENT)]

    def _age(self, field: Field, op: Op, value: object, where: str) -> Sequence[Test]:
        try:
            if not isinstance(value, str):
                raise ValueError(f'{shown(value)} is not a duration; write it in quotes as in "30d"')
            return [Test(field.name, op, (int(parse_duration(value).total_seconds()),))]
        except ValueError as problem:
            self._find("duration", where, f"{op}: {problem}")
            return []

    def _between(self, field: Field, value: object, where: str) -> Sequence[Test]:
        if not isinstance(value, list) or len(value) != 2 or any(map(check_text, value)):
            self._find("type", where, 'between takes two texts, as in ["80000", "81999"]')
            return []
        low, high = value
        if squeezed(low) > squeezed(high):
            self._find(
                "contradiction", where, f'between never matches: "{low}" sorts behind "{high}"; swap them'
            )
            return []
        return [Test(field.name, Op.BETWEEN, (low, high))]

    def _literals(self, field: Field, op: Op, value: object, where: str) -> Sequence[Test]:
        values: list[object] = value if isinstance(value, list) else [value]
        if not values:
            self._find("empty_list", where, f'the list of "{op}" is empty, so it never matches anything')
            return []
        # Parts of a value need not be a value: a country may start with "D", a domain be asked of a text.
        judge = check_text if op in _TEXTUAL else partial(check, field)
        problems = [problem for each in values if (problem := judge(each))]
        for problem in problems:
            self._value_problem(problem, where, op)
        if problems:
            return []
        if op in (Op.IN, Op.NOT_IN):
            values = [spelt for each in values for spelt in spellings(field.name, each)]
        return [Test(field.name, op, tuple(_literal(each) for each in values))]

    def _value_problem(self, problem: Problem, where: str, op: Op) -> None:
        said = problem.reason if op is Op.IN else f"{op}: {problem.reason}"
        self._find(problem.code.removeprefix("value."), where, said)

    def _contradictions(self, tests: Sequence[Test], where: str) -> None:
        asked = {test.op: test for test in tests}
        if Op.MISSING in asked and len(asked) > 1:
            others = " and ".join(f'"{op}"' for op in asked if op is not Op.MISSING)
            self._find("contradiction", where, f"never matches: a missing value fails {others}")
        lows = [_edge(asked[op], 0 if op is Op.MIN else 1) for op in (Op.MIN, Op.ABOVE) if op in asked]
        highs = [_edge(asked[op], 0 if op is Op.MAX else -1) for op in (Op.MAX, Op.BELOW) if op in asked]
        if lows and highs and max(lows) > min(highs):
            said = " and ".join(f"{test.op} {shown(test.values[0])}" for test in tests if test.op in _ORDERED)
            self._find("contradiction", where, f"never matches: {said} exclude each other")


def _edge(test: Test, step: int) -> int:
    return rank(test.values[0]) + step


def _literal(value: object) -> Value:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, str | int):
        return value
    raise TypeError(f"{value!r} passed its check and is no literal")
