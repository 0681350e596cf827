"""An implication or a contradiction is never claimed that one lead could refute."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.documents.reach import always, implies, never
from firstright.core.lead import Value
from firstright.core.rules.conditions import AllOf, AnyOf, Condition, Not, Op, Test, Truth, evaluate, parse
from firstright.core.rules.fields import CATALOGUE

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def when(**document: object) -> Condition:
    condition, findings = parse(document, CATALOGUE, "when")
    assert findings == ()
    return condition


@pytest.mark.parametrize(
    ("given_", "wanted"),
    [
        (when(country="DE"), when(country=["DE", "AT"])),
        (when(country="de", employees=5), when(country=["DE", "AT"])),
        (when(employees={"min": 100}), when(employees={"above": 50})),
        (when(employees={"min": 100, "max": 200}), when(employees={"min": 100, "below": 201})),
        (when(employees=[10, 20]), when(employees={"min": 10, "max": 20})),
        (when(country="DE"), when(country={"present": True})),
        (when(domain="shop.acme.com"), when(domain={"domain": "acme.com"})),
        (when(title="Student of law"), when(title={"contains": "student"})),
        (when(postcode="10115"), when(postcode={"between": ["10000", "14999"]})),
        (when(occurred_at={"older_than": "3d"}), when(occurred_at={"older_than": "2d"})),
        (when(any=[{"country": "DE"}, {"country": "AT"}]), when(country=["DE", "AT", "CH"])),
        (when(country="DE"), when(any=[{"title": "x"}, {"country": ["DE", "FR"]}])),
        (when(title="x"), when()),
        (when(**{"not": {"title": "x"}}, country="DE"), when(**{"not": {"title": "x"}})),
    ],
)
def test_the_second_follows_from_the_first(given_: Condition, wanted: Condition) -> None:
    assert implies(given_, wanted)


@pytest.mark.parametrize(
    ("given_", "wanted"),
    [
        (when(), when(country="DE")),
        (when(country=["DE", "FR"]), when(country=["DE", "AT"])),
        (when(employees={"min": 50}), when(employees={"min": 100})),
        (when(title={"contains": "stud"}), when(title={"contains": "student"})),
        (when(any=[{"country": "DE"}, {"title": "x"}]), when(country="DE")),
        (when(country={"missing": True}), when(country={"present": True})),
        (when(domain="notacme.com"), when(domain={"domain": "acme.com"})),
    ],
)
def test_the_second_does_not_follow_from_the_first(given_: Condition, wanted: Condition) -> None:
    assert not implies(given_, wanted)


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        (
            when(all=[{"country": "DE"}, {"country": "FR"}]),
            "country is DE and country is FR exclude each other",
        ),
        (
            when(all=[{"employees": {"min": 9}}, {"employees": {"below": 9}}]),
            "employees is at least 9 and employees is less than 9 exclude each other",
        ),
        (
            when(country="DE", **{"not": {"country": ["DE", "AT"]}}),
            "country is not DE or AT excludes the rest of it",
        ),
        (
            when(all=[{"phone": {"missing": True}}, {"phone": {"starts_with": "+49"}}]),
            "phone is missing and phone starts with +49 exclude each other",
        ),
    ],
)
def test_a_contradiction_is_named(condition: Condition, reason: str) -> None:
    assert never(condition, CATALOGUE) == reason


def test_a_lead_may_be_in_two_regions_at_once() -> None:
    assert never(when(all=[{"region": "dach"}, {"region": "emea"}]), CATALOGUE) == ""


def test_only_the_empty_condition_asks_nothing() -> None:
    assert [always(when()), always(AllOf((AllOf(), AllOf()))), always(when(country="DE"))] == [
        True,
        True,
        False,
    ]


words = st.sampled_from(["a", "ab", "A", "b", "a.com", "x.a.com"])
texts = st.lists(words, min_size=1, max_size=3).map(tuple)
numbers = st.integers(0, 4)
ages = st.sampled_from([86_400, 2 * 86_400, 3 * 86_400])
tests = st.one_of(
    st.builds(
        Test, st.sampled_from(["title", "region"]), st.sampled_from([Op.IN, Op.NOT_IN, Op.CONTAINS]), texts
    ),
    st.builds(
        Test, st.sampled_from(["title", "region"]), st.sampled_from([Op.STARTS_WITH, Op.DOMAIN]), texts
    ),
    st.builds(Test, st.just("title"), st.just(Op.BETWEEN), st.tuples(words, words).map(sorted).map(tuple)),
    st.builds(
        Test,
        st.just("employees"),
        st.sampled_from([Op.MIN, Op.MAX, Op.ABOVE, Op.BELOW]),
        st.tuples(numbers),
    ),
    st.builds(
        Test,
        st.just("employees"),
        st.sampled_from([Op.IN, Op.NOT_IN]),
        st.lists(numbers, min_size=1).map(tuple),
    ),
    st.builds(Test, st.just("occurred_at"), st.sampled_from([Op.OLDER_THAN, Op.NEWER_THAN]), st.tuples(ages)),
    st.builds(Test, st.sampled_from(["title", "employees"]), st.sampled_from([Op.MISSING, Op.PRESENT])),
)
conditions = st.recursive(
    tests,
    lambda inner: st.one_of(
        st.builds(AllOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, inner),
    ),
    max_leaves=4,
)
facts = st.fixed_dictionaries(
    {},
    optional={
        "title": st.one_of(words, st.just("")),
        "region": st.lists(words, max_size=2).map(tuple),
        "employees": st.one_of(numbers, words),
        "occurred_at": st.sampled_from([NOW - timedelta(days=d) for d in range(5)]),
    },
)
leads = st.lists(facts, min_size=8, max_size=8)


@settings(max_examples=300, deadline=None)
@given(conditions, conditions, leads)
def test_no_lead_refutes_an_implication(
    one: Condition, two: Condition, found: list[dict[str, Value]]
) -> None:
    for given_, wanted in ((one, two), (AllOf((one, two)), two), (two, AnyOf((one, two)))):
        if implies(given_, wanted):
            for lead in found:
                if evaluate(given_, lead, NOW) is Truth.TRUE:
                    assert evaluate(wanted, lead, NOW) is Truth.TRUE


@settings(max_examples=300, deadline=None)
@given(st.lists(conditions, min_size=1, max_size=3), leads)
def test_no_lead_fulfils_what_is_called_a_contradiction(
    parts: list[Condition], found: list[dict[str, Value]]
) -> None:
    condition = AllOf(tuple(parts))
    if never(condition, CATALOGUE):
        assert [lead for lead in found if evaluate(condition, lead, NOW) is Truth.TRUE] == []
