"""What conditions mean, test by test, and the laws of three-valued logic."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstright.core.lead import Value
from firstright.core.rules.predicates import AllOf, AnyOf, Condition, Not, Op, Test, Truth, evaluate

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FALSE, UNKNOWN, TRUE = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE
OF = {
    TRUE: Test("x", Op.IN, ("yes",)),
    FALSE: Test("x", Op.IN, ("no",)),
    UNKNOWN: Test("gone", Op.IN, ("yes",)),
}
truths = st.sampled_from(Truth)


def ask(condition: Condition) -> Truth:
    return evaluate(condition, {"x": "yes"}, NOW)


@pytest.mark.parametrize(
    ("op", "values", "have", "truth"),
    [
        (Op.IN, ("DE", "at"), "AT", TRUE),
        (Op.IN, ("straße",), "STRASSE", TRUE),
        (Op.IN, ("DE",), "CH", FALSE),
        (Op.IN, ("de",), ("en", "DE"), TRUE),
        (Op.IN, ("de",), ("en", "fr"), FALSE),
        (Op.IN, (5,), 5, TRUE),
        (Op.IN, (1,), True, UNKNOWN),
        (Op.IN, (True,), True, TRUE),
        (Op.IN, ("5",), 5, UNKNOWN),
        (Op.NOT_IN, ("DE",), "de", FALSE),
        (Op.NOT_IN, ("DE",), "US", TRUE),
        (Op.NOT_IN, ("de",), ("en", "de"), FALSE),
        (Op.MIN, (50,), 50, TRUE),
        (Op.MIN, (50,), 49, FALSE),
        (Op.MAX, (50,), 50, TRUE),
        (Op.MAX, (50,), 51, FALSE),
        (Op.ABOVE, (50,), 50, FALSE),
        (Op.ABOVE, (50,), 51, TRUE),
        (Op.BELOW, (50,), 49, TRUE),
        (Op.BELOW, (50,), 50, FALSE),
        (Op.MIN, (50,), "fifty", UNKNOWN),
        (Op.MIN, (NOW,), NOW, TRUE),
        (Op.BELOW, (NOW,), NOW - timedelta(microseconds=1), TRUE),
        (Op.MIN, (NOW,), NOW.replace(tzinfo=None), UNKNOWN),
        (Op.CONTAINS, ("vp", "HEAD"), "Global head of Sales", TRUE),
        (Op.CONTAINS, ("vp",), "Buyer", FALSE),
        (Op.STARTS_WITH, ("80", "81"), "81543", TRUE),
        (Op.STARTS_WITH, ("80543",), "80", FALSE),
        (Op.DOMAIN, ("acme.com",), "ACME.com", TRUE),
        (Op.DOMAIN, ("acme.com",), "eu.sales.acme.com", TRUE),
        (Op.DOMAIN, ("acme.com",), "ada@mail.acme.com", TRUE),
        (Op.DOMAIN, ("https://www.Acme.com/",), "acme.com", TRUE),
        (Op.DOMAIN, ("acme.com",), "notacme.com", FALSE),
        (Op.BETWEEN, ("80000", "81999"), "81543", TRUE),
        (Op.BETWEEN, ("80", "81"), "81999", TRUE),
        (Op.BETWEEN, ("80", "81"), "82000", FALSE),
        (Op.BETWEEN, ("SW1A", "SW1W"), "sw1v 2ab", TRUE),
        (Op.OLDER_THAN, (60,), NOW - timedelta(seconds=61), TRUE),
        (Op.OLDER_THAN, (60,), NOW - timedelta(seconds=60), FALSE),
        (Op.NEWER_THAN, (60,), NOW - timedelta(seconds=60), TRUE),
        (Op.NEWER_THAN, (60,), NOW - timedelta(seconds=61), FALSE),
        (Op.NEWER_THAN, (60,), "yesterday", UNKNOWN),
        (Op.MISSING, (), "x", FALSE),
        (Op.PRESENT, (), "x", TRUE),
        (Op.MISSING, (), "", TRUE),
        (Op.PRESENT, (), (), FALSE),
        (Op.PRESENT, (), False, TRUE),
        (Op.PRESENT, (), 0, TRUE),
        (Op.IN, ("x",), "", UNKNOWN),
    ],
)
def test_each_operator_answers(op: Op, values: tuple[Value, ...], have: Value, truth: Truth) -> None:
    assert evaluate(Test("field", op, values), {"field": have}, NOW) is truth


@pytest.mark.parametrize("op", [op for op in Op if op not in (Op.MISSING, Op.PRESENT)])
def test_a_missing_field_is_unknown_and_never_false(op: Op) -> None:
    assert evaluate(Test("field", op, (1, 2)), {}, NOW) is UNKNOWN


def test_missing_and_present_are_never_unknown() -> None:
    assert [evaluate(Test("field", op), {}, NOW) for op in (Op.MISSING, Op.PRESENT)] == [TRUE, FALSE]


def test_a_rule_without_conditions_is_true_and_one_without_alternatives_is_false() -> None:
    assert [ask(AllOf()), ask(AnyOf()), ask(Not(AllOf())), ask(Not(AnyOf()))] == [TRUE, FALSE, FALSE, TRUE]


def test_the_tables_are_kleenes() -> None:
    table = {(a, b): (ask(AllOf((OF[a], OF[b]))), ask(AnyOf((OF[a], OF[b])))) for a in Truth for b in Truth}
    assert table == {
        (FALSE, FALSE): (FALSE, FALSE),
        (FALSE, UNKNOWN): (FALSE, UNKNOWN),
        (FALSE, TRUE): (FALSE, TRUE),
        (UNKNOWN, FALSE): (FALSE, UNKNOWN),
        (UNKNOWN, UNKNOWN): (UNKNOWN, UNKNOWN),
        (UNKNOWN, TRUE): (UNKNOWN, TRUE),
        (TRUE, FALSE): (FALSE, TRUE),
        (TRUE, UNKNOWN): (UNKNOWN, TRUE),
        (TRUE, TRUE): (TRUE, TRUE),
    }
    assert {truth: ask(Not(OF[truth])) for truth in Truth} == {FALSE: TRUE, UNKNOWN: UNKNOWN, TRUE: FALSE}


@given(truths, truths, truths)
def test_not_obeys_de_morgan_and_and_distributes_over_or(a: Truth, b: Truth, c: Truth) -> None:
    p, q, r = OF[a], OF[b], OF[c]
    assert ask(Not(AllOf((p, q)))) is ask(AnyOf((Not(p), Not(q))))
    assert ask(Not(AnyOf((p, q)))) is ask(AllOf((Not(p), Not(q))))
    assert ask(AllOf((p, AnyOf((q, r))))) is ask(AnyOf((AllOf((p, q)), AllOf((p, r)))))
    assert ask(Not(Not(p))) is a


def test_a_condition_encodes_to_json_with_its_tags() -> None:
    condition = AllOf((Test("country", Op.IN, ("DE",)), Not(Test("employees", Op.MIN, (5,)))))
    assert msgspec.json.decode(msgspec.json.encode(condition)) == {
        "type": "all",
        "parts": [
            {"type": "test", "field": "country", "op": "in", "values": ["DE"]},
            {"type": "not", "part": {"type": "test", "field": "employees", "op": "min", "values": [5]}},
        ],
    }
