"""What one condition says about another: implied by it, or never true at all. Sound, not complete.

A yes holds for every lead there can be; where it cannot tell it says no. It knows nothing of rules and tiers.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from firstright.core.lead import Value
from firstright.core.rules.fields import Catalogue, FieldType
from firstright.core.rules.phrases import describe
from firstright.core.rules.predicates import (
    RELATIVE,
    AllOf,
    AnyOf,
    Condition,
    Not,
    Op,
    Test,
    Truth,
    bounds,
    evaluate,
    expects,
    host,
    literals,
    rank,
    squeezed,
)

MANY_VALUED = frozenset(("region",))
"""Fields of type text that hold several values at once: a country lies in more than one region."""

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)  # for tests that do not look at the clock
_LOWS = {Op.MIN: 0, Op.ABOVE: 1}
_HIGHS = {Op.MAX: 0, Op.BELOW: -1}
_NO_LIMIT = 10**30


def flat(condition: Condition) -> tuple[Condition, ...]:
    """The parts that must all be true; a test, `any` or `not` is its own only part."""
    if isinstance(condition, AllOf):
        return tuple(leaf for part in condition.parts for leaf in flat(part))
    if isinstance(condition, AnyOf) and len(condition.parts) == 1:
        return flat(condition.parts[0])
    return (condition,)


def always(condition: Condition) -> bool:
    """Whether it asks nothing, as the empty `when` of a catch-all."""
    return not flat(condition)


def implies(given: Condition, wanted: Condition) -> bool:
    """Whether `wanted` is true of every lead of which `given` is true."""
    conjuncts = flat(given)
    return all(_follows(conjuncts, part) for part in flat(wanted))


def _follows(conjuncts: tuple[Condition, ...], wanted: Condition) -> bool:
    if isinstance(wanted, AnyOf) and any(
        all(_follows(conjuncts, p) for p in flat(part)) for part in wanted.parts
    ):
        return True
    return any(_one_implies(given, wanted) for given in conjuncts)


def _one_implies(given: Condition, wanted: Condition) -> bool:
    if given == wanted:
        return True
    if isinstance(given, AnyOf):
        return all(implies(part, wanted) for part in given.parts)
    return isinstance(given, Test) and isinstance(wanted, Test) and _test_implies(given, wanted)


def _test_implies(given: Test, wanted: Test) -> bool:
    if given.field != wanted.field or given.op is Op.MISSING:
        return False
    if wanted.op is Op.PRESENT:
        return True
    if given.op is Op.PRESENT or wanted.op is Op.MISSING or expects(given) is not expects(wanted):
        return False
    return _JUDGES[wanted.op](given, wanted)


def _within_set(given: Test, wanted: Test) -> bool:
    return given.op is Op.IN and set(literals(given)) <= set(literals(wanted))


def _without_set(given: Test, wanted: Test) -> bool:
    return given.op is Op.NOT_IN and set(literals(wanted)) <= set(literals(given))


def _within_limits(given: Test, wanted: Test) -> bool:
    (low, high), (lowest, highest) = _limits(given), _limits(wanted)
    return lowest <= low and high <= highest and (low, high) != (-_NO_LIMIT, _NO_LIMIT)


def _limits(test: Test) -> tuple[int, int]:
    """The whole numbers a true ordering test leaves, both included."""
    values = [rank(value) for value in literals(test)]
    if test.op is Op.IN and values:
        return min(values), max(values)
    if test.op in _LOWS:
        return values[0] + _LOWS[test.op], _NO_LIMIT
    if test.op in _HIGHS:
        return -_NO_LIMIT, values[0] + _HIGHS[test.op]
    return -_NO_LIMIT, _NO_LIMIT


def _contains(given: Test, wanted: Test) -> bool:
    texts = given.op in (Op.IN, Op.CONTAINS, Op.STARTS_WITH)
    return texts and _each(given, wanted, lambda have, want: want in have)


def _starts(given: Test, wanted: Test) -> bool:
    texts = given.op in (Op.IN, Op.STARTS_WITH)
    return texts and _each(given, wanted, lambda have, want: have.startswith(want))


def _each(given: Test, wanted: Test, holds: Callable[[str, str], bool]) -> bool:
    return all(any(holds(str(h), str(w)) for w in literals(wanted)) for h in literals(given))


def _at_domain(given: Test, wanted: Test) -> bool:
    def within(have: str, want: str) -> bool:
        return host(have) == host(want) or host(have).endswith(f".{host(want)}")

    return given.op in (Op.IN, Op.DOMAIN) and _each(given, wanted, within)


def _between(given: Test, wanted: Test) -> bool:
    low, high = bounds(wanted)
    if given.op is Op.IN:
        return all(low <= squeezed(str(value)) <= high for value in literals(given))
    return given.op is Op.BETWEEN and low <= bounds(given)[0] and bounds(given)[1] <= high


def _older(given: Test, wanted: Test) -> bool:
    return given.op is Op.OLDER_THAN and rank(given.values[0]) >= rank(wanted.values[0])


def _newer(given: Test, wanted: Test) -> bool:
    return given.op is Op.NEWER_THAN and rank(given.values[0]) <= rank(wanted.values[0])


_JUDGES: dict[Op, Callable[[Test, Test], bool]] = {
    Op.IN: _within_set,
    Op.NOT_IN: _without_set,
    Op.MIN: _within_limits,
    Op.MAX: _within_limits,
    Op.ABOVE: _within_limits,
    Op.BELOW: _within_limits,
    Op.CONTAINS: _contains,
    Op.STARTS_WITH: _starts,
    Op.DOMAIN: _at_domain,
    Op.BETWEEN: _between,
    Op.OLDER_THAN: _older,
    Op.NEWER_THAN: _newer,
}


def never(condition: Condition, catalogue: Catalogue) -> str:
    """Why no lead can make it true, as a phrase; empty when one may."""
    if isinstance(condition, AnyOf):
        reasons = [never(part, catalogue) for part in condition.parts]
        return reasons[0] if reasons and all(reasons) else ""
    conjuncts = flat(condition)
    if len(conjuncts) == 1 and not isinstance(conjuncts[0], AnyOf):
        return ""
    for part in conjuncts:
        if isinstance(part, AnyOf) and (reason := never(part, catalogue)):
            return reason
        if isinstance(part, Not) and implies(condition, part.part):
            return f"{describe(part)} excludes the rest of it"
    return next(_conflicts([part for part in conjuncts if isinstance(part, Test)], catalogue), "")


def _conflicts(tests: list[Test], catalogue: Catalogue) -> Iterator[str]:
    by_field: dict[str, list[Test]] = {}
    for test in tests:
        by_field.setdefault(test.field, []).append(test)
    for field, same in by_field.items():
        if len(same) > 1 and not _together(field, same, catalogue):
            yield " and ".join(describe(test) for test in same) + " exclude each other"


def _together(field: str, tests: list[Test], catalogue: Catalogue) -> bool:
    """Whether one value of the field may pass all the tests."""
    if any(test.op is Op.MISSING for test in tests):
        return all(test.op is Op.MISSING for test in tests)
    if not _ages_meet(tests):
        return False
    if _one_valued(field, catalogue):
        for test in tests:
            if test.op is Op.IN:
                return any(_passes(field, value, tests) for value in literals(test))
        limits = [_limits(test) for test in tests if test.op in _LOWS or test.op in _HIGHS]
        return not limits or max(low for low, _ in limits) <= min(high for _, high in limits)
    return not any(
        a.op is Op.IN and b.op is Op.NOT_IN and set(literals(a)) <= set(literals(b))
        for a in tests
        for b in tests
    )


def _ages_meet(tests: list[Test]) -> bool:
    older = [rank(test.values[0]) for test in tests if test.op is Op.OLDER_THAN]
    newer = [rank(test.values[0]) for test in tests if test.op is Op.NEWER_THAN]
    return not older or not newer or max(older) < min(newer)


def _passes(field: str, value: Value, tests: list[Test]) -> bool:
    """Whether the value passes all tests that do not look at the clock."""
    timeless = AllOf(tuple(test for test in tests if test.op not in RELATIVE))
    return evaluate(timeless, {field: value}, _ANY_TIME) is Truth.TRUE


def _one_valued(field: str, catalogue: Catalogue) -> bool:
    known = catalogue.lookup(field)
    return known is not None and known.type is not FieldType.TEXTS and field not in MANY_VALUED
