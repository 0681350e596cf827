"""The index says of all rules at once what `evaluate` says of each."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.lead import Value
from firstright.core.rules import index
from firstright.core.rules.conditions import AllOf, AnyOf, Condition, Facts, Not, Op, Test, Truth, evaluate
from firstright.core.rules.index import MOST_ALTERNATIVES, RuleIndex, lowest, positions

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)

words = st.sampled_from(
    ["a", "A", "ab", "abc", "b", "b.a", "x.b.a", "www.b.a", "ß", "SS", "80", "81 0", "8199", "a@b.a"]
)
numbers = st.integers(-3, 6)
instants = st.integers(-5, 5).map(lambda seconds: NOW + timedelta(seconds=seconds))


def asking(field: str, ops: list[Op], values: st.SearchStrategy[Value], most: int) -> st.SearchStrategy[Test]:
    literals = st.lists(values, min_size=1, max_size=most).map(tuple)
    return st.builds(Test, st.just(field), st.sampled_from(ops), literals)


word_tests = st.sampled_from(["word", "words"]).flatmap(
    lambda field: asking(field, [Op.IN, Op.NOT_IN, Op.CONTAINS, Op.STARTS_WITH, Op.DOMAIN], words, 3)
)
between_tests = st.tuples(words, words).map(lambda two: Test("word", Op.BETWEEN, tuple(sorted(two))))
ordered = [Op.MIN, Op.MAX, Op.ABOVE, Op.BELOW]
number_tests = asking("number", ordered, numbers, 1) | asking("number", [Op.IN, Op.NOT_IN], numbers, 2)
flag_tests = asking("flag", [Op.IN, Op.NOT_IN], st.booleans(), 1)
instant_tests = asking("instant", ordered, instants, 1) | asking("instant", [Op.IN], instants, 2)
age_tests = asking("instant", [Op.OLDER_THAN, Op.NEWER_THAN], st.integers(1, 5), 1)
presence_tests = st.builds(
    Test,
    st.sampled_from(["word", "words", "number", "flag", "instant"]),
    st.sampled_from([Op.MISSING, Op.PRESENT]),
)
some_test = (
    word_tests | between_tests | number_tests | flag_tests | instant_tests | age_tests | presence_tests
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    some_test,
    lambda part: (
        st.lists(part, max_size=4).map(lambda parts: AllOf(tuple(parts)))
        | st.lists(part, max_size=3).map(lambda parts: AnyOf(tuple(parts)))
        | part.map(Not)
    ),
    max_leaves=12,
)
leads: st.SearchStrategy[Facts] = st.fixed_dictionaries(
    {},
    optional={
        "word": words | st.just(""),
        "words": st.lists(words, max_size=3).map(tuple),
        "number": numbers | st.just("many"),
        "flag": st.booleans(),
        "instant": instants | st.just(NOW.replace(tzinfo=None)),
    },
)


def one_by_one(rules: list[Condition], facts: Facts, as_of: datetime) -> tuple[int, int]:
    truths = [evaluate(rule, facts, as_of) for rule in rules]
    true = sum(1 << place for place, truth in enumerate(truths) if truth is Truth.TRUE)
    return true, sum(1 << place for place, truth in enumerate(truths) if truth is Truth.UNKNOWN)


@settings(max_examples=300, deadline=None)
@given(st.lists(conditions, max_size=8), st.lists(leads, min_size=1, max_size=4))
def test_the_index_agrees_with_evaluating_every_rule(rules: list[Condition], some: list[Facts]) -> None:
    indexed = RuleIndex(rules)
    for facts in some + some:  # the second time from memory
        for as_of in (NOW, NOW + timedelta(seconds=2)):
            true, unknown = one_by_one(rules, facts, as_of)
            assert indexed.match(facts, as_of) == (true, unknown)
            assert indexed.first(facts, as_of) == next(positions(true), -1)


def test_every_comparison_agrees_on_both_sides_of_its_edge() -> None:
    numbers_ = [Test("number", op, (edge,)) for op in [*ordered, Op.IN, Op.NOT_IN] for edge in range(4)]
    instants_ = [Test("instant", op, (NOW - timedelta(seconds=edge),)) for op in ordered for edge in range(4)]
    ages = [Test("instant", op, (edge,)) for op in (Op.OLDER_THAN, Op.NEWER_THAN) for edge in range(1, 4)]
    words_ = [Test("word", Op.BETWEEN, (low, high)) for low in ("10", "20") for high in ("2", "20", "30")]
    plain: list[Condition] = [*numbers_, *instants_, *ages, *words_]
    rules = plain + [Not(rule) for rule in plain]
    indexed = RuleIndex(rules)
    for number in range(-1, 5):
        for shift in (-1, 0, 1):
            instant = NOW - timedelta(seconds=number, microseconds=shift)
            for word in ("10", "1", "2", "200", "30", "31"):
                facts: Facts = {"number": number, "instant": instant, "word": word}
                assert indexed.match(facts, NOW) == one_by_one(rules, facts, NOW)


@settings(max_examples=60, deadline=None)
@given(st.lists(conditions, min_size=1, max_size=5), st.lists(leads, min_size=1, max_size=6))
def test_a_full_memory_is_emptied_without_changing_an_answer(
    rules: list[Condition], some: list[Facts]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "_ROOM_FOR_VALUES", 2)
        indexed = RuleIndex(rules)
        assert [indexed.match(facts, NOW) for facts in some] == [
            one_by_one(rules, facts, NOW) for facts in some
        ]


def test_a_rule_with_more_alternatives_than_are_multiplied_out_is_still_right() -> None:
    wide = [
        AnyOf(
            tuple(AllOf((Test("number", Op.IN, (n,)), Test("word", Op.IN, (f"w{n}",)))) for n in range(count))
        )
        for count in (MOST_ALTERNATIVES, MOST_ALTERNATIVES + 1, 40)
    ]
    crossed = AllOf((wide[0], AnyOf((Test("flag", Op.IN, (True,)), Test("word", Op.IN, ("w3",))))))
    rules: list[Condition] = [*wide, crossed, AllOf((Test("number", Op.MIN, (3,)), Not(wide[2]))), AllOf()]
    leads_: list[Facts] = [
        {"number": number, "word": f"w{word}", "flag": flag}
        for number, word in ((3, 3), (3, 4), (16, 16), (17, 17), (50, 50))
        for flag in (True, False)
    ] + [{"number": 3}, {"word": "w3"}, {}]
    indexed = RuleIndex(rules)
    assert [indexed.match(facts, NOW) for facts in leads_] == [
        one_by_one(rules, facts, NOW) for facts in leads_
    ]


def test_no_rules_match_nothing() -> None:
    assert RuleIndex([]).match({"word": "a"}, NOW) == (0, 0)
    assert RuleIndex([]).first({"word": "a"}, NOW) == -1


@given(st.sets(st.integers(0, 5_000)))
def test_positions_are_the_bits_in_order_and_lowest_is_the_first(places: set[int]) -> None:
    mask = sum(1 << place for place in places)
    assert list(positions(mask)) == sorted(places)
    assert lowest(mask) == min(places, default=-1)
