"""Conditions as data, and what they mean: the plain three-valued evaluation every faster path is tested against.

It parses nothing and renders nothing.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import IntEnum, StrEnum
from typing import TypeAlias, assert_never

import msgspec

from firstright.core.lead import Value
from firstright.core.rules.fields import Kind


class Truth(IntEnum):
    """Kleene's three values, ordered so that AND is min and OR is max."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2

    def negated(self) -> "Truth":
        return Truth(2 - self)


class Op(StrEnum):
    """What a test asks of one field."""

    IN = "in"
    NOT_IN = "not_in"
    MIN = "min"
    MAX = "max"
    ABOVE = "above"
    BELOW = "below"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    DOMAIN = "domain"
    BETWEEN = "between"
    OLDER_THAN = "older_than"
    NEWER_THAN = "newer_than"
    MISSING = "missing"
    PRESENT = "present"


class Test(msgspec.Struct, frozen=True, tag="test"):
    """One question about one field. Lists mean "any of"; `between` holds two bounds; durations are whole seconds."""

    __test__ = False  # the name is the domain's; pytest shall not collect it

    field: str
    op: Op
    values: tuple[Value, ...] = ()


class AllOf(msgspec.Struct, frozen=True, tag="all"):
    """True when every part is; empty is true (the catch-all)."""

    parts: "tuple[Condition, ...]" = ()


class AnyOf(msgspec.Struct, frozen=True, tag="any"):
    """True when some part is; empty is false."""

    parts: "tuple[Condition, ...]" = ()


class Not(msgspec.Struct, frozen=True, tag="not"):
    """Kleene's not: unknown stays unknown."""

    part: "Condition"


Condition: TypeAlias = Test | AllOf | AnyOf | Not
Facts: TypeAlias = Mapping[str, Value]

RELATIVE = frozenset((Op.OLDER_THAN, Op.NEWER_THAN))
PRESENCE = frozenset((Op.MISSING, Op.PRESENT))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_AFTER_ALL = "\U0010ffff"


def is_missing(have: Value | None) -> bool:
    """An absent value, an empty text and an empty list are the same to a rule: missing."""
    return have is None or have == "" or have == ()


def kind_of(have: object) -> Kind | None:
    """How a value compares. None for what a rule cannot ask about, such as an instant without a zone."""
    match have:
        case bool():
            return Kind.BOOLEAN
        case int():
            return Kind.NUMBER
        case str() | tuple():
            return Kind.TEXT
        case datetime() if have.tzinfo is not None:
            return Kind.INSTANT
        case _:
            return None


def expects(test: Test) -> Kind:
    """The kind of value this test can judge; any other kind makes it unknown."""
    if test.op in RELATIVE:
        return Kind.INSTANT
    return (kind_of(test.values[0]) if test.values else None) or Kind.TEXT


def texts(have: Value) -> tuple[str, ...]:
    """The texts of a value, folded for comparison without case."""
    if isinstance(have, tuple):
        return tuple(each.casefold() for each in have)
    return (have.casefold(),) if isinstance(have, str) else ()


def literals(test: Test) -> tuple[Value, ...]:
    """What `in` compares with: texts folded, and only those of the kind the test expects."""
    fitting = [value for value in test.values if kind_of(value) is expects(test)]
    return tuple(value.casefold() if isinstance(value, str) else value for value in fitting)


def host(text: str) -> str:
    """The bare host of a domain, URL or e-mail address: `https://WWW.Acme.com/x` and `a@acme.com` are `acme.com`."""
    rest = text.casefold().strip().rpartition("://")[2]
    for end in "/?#":
        rest = rest.partition(end)[0]
    return rest.rpartition("@")[2].partition(":")[0].removeprefix("www.").strip(".")


def bounds(test: Test) -> tuple[str, str]:
    """Both ends of `between`, inclusive, without case and spaces; the upper takes in all that begins with it."""
    low, high = (squeezed(str(value)) for value in test.values)
    return low, high + _AFTER_ALL


def squeezed(postcode: str) -> str:
    """A postcode as it compares: without case and spaces."""
    return "".join(postcode.casefold().split())


def rank(value: Value) -> int:
    """A number or an instant as an exact integer to order by; instants count microseconds."""
    if isinstance(value, datetime):
        return (value - _EPOCH) // _MICROSECOND
    return value if isinstance(value, int) else 0


def level(test: Test) -> int:
    """What an ordering test compares with; for an age, its literal seconds in the microseconds of `rank`."""
    return rank(test.values[0]) * (1_000_000 if test.op in RELATIVE else 1)


def evaluate(condition: Condition, facts: Facts, as_of: datetime) -> Truth:
    """What a condition says about a lead at an instant. Slow and plain on purpose: `RuleIndex` must agree with it."""
    match condition:
        case Test():
            return test_truth(condition, facts.get(condition.field), as_of)
        case AllOf(parts):
            return min((evaluate(part, facts, as_of) for part in parts), default=Truth.TRUE)
        case AnyOf(parts):
            return max((evaluate(part, facts, as_of) for part in parts), default=Truth.FALSE)
        case Not(part):
            return evaluate(part, facts, as_of).negated()
        case _:
            assert_never(condition)


def fields_of(condition: Condition) -> frozenset[str]:
    """Every field a condition asks about."""
    match condition:
        case Test():
            return frozenset((condition.field,))
        case AllOf(parts) | AnyOf(parts):
            return frozenset().union(*map(fields_of, parts))
        case Not(part):
            return fields_of(part)
        case _:
            assert_never(condition)


def test_truth(test: Test, have: Value | None, as_of: datetime) -> Truth:
    """One test on one value. A missing value, or one of another kind than the test's, is unknown, never false."""
    if test.op in PRESENCE:
        return Truth.TRUE if is_missing(have) == (test.op is Op.MISSING) else Truth.FALSE
    if have is None or is_missing(have) or kind_of(have) is not expects(test):
        return Truth.UNKNOWN
    return Truth.TRUE if _holds(test, have, as_of) else Truth.FALSE


def _holds(test: Test, have: Value, as_of: datetime) -> bool:
    match test.op:
        case Op.IN:
            return any(each in literals(test) for each in texts(have) or (have,))
        case Op.NOT_IN:
            return not any(each in literals(test) for each in texts(have) or (have,))
        case Op.CONTAINS:
            return any(str(want).casefold() in each for each in texts(have) for want in test.values)
        case Op.STARTS_WITH:
            return any(each.startswith(str(want).casefold()) for each in texts(have) for want in test.values)
        case Op.DOMAIN:
            return any(_within(host(each), host(str(want))) for each in texts(have) for want in test.values)
        case Op.BETWEEN:
            low, high = bounds(test)
            return any(low <= squeezed(each) <= high for each in texts(have))
        case _:
            return _compares(test, have, as_of)


def _within(name: str, domain: str) -> bool:
    return name == domain or name.endswith(f".{domain}")


def _compares(test: Test, have: Value, as_of: datetime) -> bool:
    point = rank(as_of) - rank(have) if test.op in RELATIVE else rank(have)
    match test.op:
        case Op.MIN:
            return point >= level(test)
        case Op.MAX | Op.NEWER_THAN:
            return point <= level(test)
        case Op.ABOVE | Op.OLDER_THAN:
            return point > level(test)
        case _:
            return point < level(test)
