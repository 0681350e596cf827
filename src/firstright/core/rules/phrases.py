"""Conditions in English: what a rule asks, and what each of its tests said about a lead. It decides nothing."""

from datetime import datetime, timedelta

import msgspec

from firstright.core.lead import Value
from firstright.core.rules.durations import format_duration
from firstright.core.rules.fields import BUILTIN
from firstright.core.rules.predicates import (
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
)


class Leaf(msgspec.Struct, frozen=True):
    """One test of a condition on one lead: what was asked, the answer, and the value it was asked of (None: missing)."""

    field: str
    phrase: str
    truth: Truth
    have: Value | None = None


def describe(condition: Condition) -> str:
    """A readable phrase, such as `country is DE, AT or CH and employees is at least 500`."""
    return _phrase(condition, negated=False)


def explain(condition: Condition, facts: Facts, as_of: datetime) -> tuple[Leaf, ...]:
    """Every test of the condition in its written order; a negated one is phrased and answered as the negation."""
    return tuple(_leaves(condition, facts, as_of, negated=False))


def _leaves(condition: Condition, facts: Facts, as_of: datetime, negated: bool) -> list[Leaf]:
    match condition:
        case Test(field):
            truth = evaluate(condition, facts, as_of)
            phrase = _phrase(condition, negated)
            return [Leaf(field, phrase, truth.negated() if negated else truth, facts.get(field))]
        case Not(part):
            return _leaves(part, facts, as_of, not negated)
        case AllOf(parts) | AnyOf(parts):
            return [leaf for part in parts for leaf in _leaves(part, facts, as_of, negated)]


def _phrase(condition: Condition, negated: bool) -> str:
    match condition:
        case Test():
            return f"{label(condition.field)} {_predicate(condition, negated)}"
        case Not(part):
            return _phrase(part, not negated)
        case AllOf(parts) if not negated:
            return " and ".join(_bracketed(part) for part in parts) or "always"
        case AnyOf(parts) if not negated:
            return " or ".join(_bracketed(part) for part in parts) or "never"
        case _:
            return f"not ({_phrase(condition, False)})"


def _bracketed(part: Condition) -> str:
    phrase = _phrase(part, False)
    return f"({phrase})" if isinstance(part, AllOf | AnyOf) and len(part.parts) > 1 else phrase


def label(field: str) -> str:
    """How a field is called in a sentence."""
    known = BUILTIN.get(field)
    return known.label if known else field.replace(".", " ").replace("_", " ")


_YES = {
    Op.IN: "is {}",
    Op.NOT_IN: "is not {}",
    Op.MIN: "is at least {}",
    Op.MAX: "is at most {}",
    Op.ABOVE: "is more than {}",
    Op.BELOW: "is less than {}",
    Op.CONTAINS: "contains {}",
    Op.STARTS_WITH: "starts with {}",
    Op.DOMAIN: "is at {}",
    Op.BETWEEN: "is between {}",
    Op.OLDER_THAN: "is older than {}",
    Op.NEWER_THAN: "is newer than {}",
    Op.MISSING: "is missing",
    Op.PRESENT: "is present",
}
_NO = _YES | {
    Op.IN: "is not {}",
    Op.NOT_IN: "is {}",
    Op.MIN: "is less than {}",
    Op.MAX: "is more than {}",
    Op.ABOVE: "is at most {}",
    Op.BELOW: "is at least {}",
    Op.CONTAINS: "does not contain {}",
    Op.STARTS_WITH: "does not start with {}",
    Op.DOMAIN: "is not at {}",
    Op.BETWEEN: "is not between {}",
    Op.OLDER_THAN: "is not older than {}",
    Op.NEWER_THAN: "is not newer than {}",
    Op.MISSING: "is present",
    Op.PRESENT: "is missing",
}
_INSTANTS = {
    "is at least {}": "is not before {}",
    "is at most {}": "is not after {}",
    "is more than {}": "is after {}",
    "is less than {}": "is before {}",
}


def _predicate(test: Test, negated: bool) -> str:
    form = (_NO if negated else _YES)[test.op]
    if test.values and isinstance(test.values[0], datetime):
        form = _INSTANTS.get(form, form)
    return form.format(_listed(test))


def _listed(test: Test) -> str:
    words = [_shown(value, test.op) for value in test.values]
    joint = " and " if test.op is Op.BETWEEN else " or "
    return joint.join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def _shown(value: Value, op: Op) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case int() if op in RELATIVE:
            return format_duration(timedelta(seconds=value))
        case datetime():
            return value.isoformat()
        case tuple():
            return ", ".join(value)
        case _:
            return str(value)
