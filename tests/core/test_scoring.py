"""The points table: sums, reasons, stages and fading, against the plainest way to count them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.fading import Fading
from firstright.core.lead import Value
from firstright.core.learned import Feature, Model, Training
from firstright.core.rules.predicates import AllOf, AnyOf, Not, Op, Test, Truth, evaluate
from firstright.core.scoring import (
    FIT,
    URGENCY,
    Each,
    Points,
    Reason,
    Score,
    Scorecard,
    Scoring,
    facts_of,
)
from firstright.core.trail import Step, followed

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)

BIG = Points("big", 30, when=Test("employees", Op.MIN, (200,)))
STUDENT = Points("student", -25, when=Test("seniority", Op.IN, ("student",)))
DEMO = Points("demo", 40, URGENCY, Test("intent", Op.IN, ("demo",)), WEEK)
PRICING = Points("pricing", 20, URGENCY, half_life=WEEK, each=Each("visit", "/pricing"))
CARD = Scorecard((BIG, STUDENT, DEMO, PRICING), (("mql", 40), ("sal", 60), ("sql", 80)))


def seen(*steps: tuple[int, str, str], **facts: Value) -> dict[str, Value]:
    """Facts of a lead that did so many things, each so many days ago."""
    found: dict[str, Value] = {}
    for days, kind, what in steps:
        found |= followed(found, Step(MONDAY - days * DAY, kind, what))  # type: ignore[arg-type]  # no instants in it
    found.pop("engagement.last", None)
    return {**found, **facts}


conditions = st.sampled_from(
    [
        AllOf(),
        Test("employees", Op.MIN, (200,)),
        Test("employees", Op.MAX, (20,)),
        Not(Test("country", Op.IN, ("DE",))),
        AnyOf((Test("country", Op.IN, ("DE", "AT")), Test("intent", Op.IN, ("demo",)))),
        Test("title", Op.MISSING),
        Test("engagement.last", Op.NEWER_THAN, (86_400,)),
    ]
)
rows = st.builds(
    Points,
    st.uuids().map(str),
    st.integers(-100, 100),
    st.sampled_from((FIT, URGENCY)),
    conditions,
    st.sampled_from((None, DAY, WEEK)),
    each=st.sampled_from((None, None, Each("visit"), Each("", "price", 2))),
)
leads = st.fixed_dictionaries(
    {},
    optional={
        "employees": st.integers(0, 500),
        "country": st.sampled_from(("DE", "AT", "US")),
        "intent": st.sampled_from(("demo", "support")),
        "title": st.just("CTO"),
        "engagement.last": st.integers(0, 90).map(lambda days: MONDAY - days * DAY),
        "trail": st.lists(
            st.sampled_from(("2026-02-01T09:00:00Z visit /price", "2026-03-01T09:00:00Z form pricelist"))
        ).map(tuple),
    },
)


def naive(card: Scorecard, facts: Mapping[str, Value], as_of: datetime, began: datetime) -> dict[str, int]:
    """Row by row, each condition on its own."""
    sums = {FIT: 0, URGENCY: 0}
    for row in card.points:
        if evaluate(row.when, facts, as_of) is not Truth.TRUE:
            continue
        last = facts.get("engagement.last", began)
        begins = [last if isinstance(last, datetime) else began]
        if row.each:
            trail = facts.get("trail", ())
            words = [text.split() for text in trail] if isinstance(trail, tuple) else []
            fits = [w for w in words if row.each.kind in ("", w[1]) and row.each.what in w[2]]
            begins = [datetime.fromisoformat(w[0]) for w in fits[-row.each.most :]]
        sums[row.kind] += sum(Fading(row.points, row.half_life).at(since, as_of) for since in begins)
    return sums


@settings(max_examples=150, deadline=None)
@given(st.lists(rows, max_size=8), leads)
def test_all_rows_at_once_come_to_the_same_as_row_by_row(
    found: list[Points], facts: dict[str, Value]
) -> None:
    card = Scorecard(tuple(found))
    sums = naive(card, facts, MONDAY, MONDAY - 3 * DAY)
    score = Scoring(card).of(facts, MONDAY, MONDAY - 3 * DAY)
    assert score == Score(sums[FIT], sums[URGENCY], sums[FIT] + sums[URGENCY])


@settings(max_examples=80, deadline=None)
@given(st.data(), st.lists(rows, max_size=6), leads)
def test_the_order_of_rows_is_of_no_account(
    data: st.DataObject, found: list[Points], facts: dict[str, Value]
) -> None:
    shuffled = data.draw(st.permutations(found))
    one, other = Scoring(Scorecard(tuple(found))), Scoring(Scorecard(tuple(shuffled)))
    assert one.of(facts, MONDAY) == other.of(facts, MONDAY)


@settings(max_examples=80, deadline=None)
@given(st.lists(rows, max_size=6), leads)
def test_the_reasons_add_up_to_the_score(found: list[Points], facts: dict[str, Value]) -> None:
    scoring = Scoring(Scorecard(tuple(found)))
    score, reasons = scoring.of(facts, MONDAY), scoring.reasons(facts, MONDAY)
    assert score.fit == sum(reason.now for reason in reasons if reason.kind == FIT)
    assert score.urgency == sum(reason.now for reason in reasons if reason.kind == URGENCY)
    assert score.total == sum(reason.now for reason in reasons)


@settings(max_examples=80, deadline=None)
@given(st.lists(rows.filter(lambda row: row.points > 0), max_size=6), leads, st.integers(0, 120))
def test_a_lead_that_does_nothing_more_is_never_worth_more(
    found: list[Points], facts: dict[str, Value], days: int
) -> None:
    scoring = Scoring(Scorecard(tuple(found)))
    began = MONDAY - DAY
    assert scoring.of(facts, MONDAY + days * DAY, began).total <= scoring.of(facts, MONDAY, began).total


def test_until_the_next_change_the_score_stays() -> None:
    scoring = Scoring(CARD)
    facts = seen((1, "visit", "/pricing"), intent="demo")
    later = scoring.next_change(facts, MONDAY, MONDAY - DAY)
    assert later == datetime(2026, 3, 2, 10, 35, 37, 500_000, tzinfo=UTC)
    before = scoring.of(facts, later - timedelta(microseconds=1), MONDAY - DAY)
    assert before == scoring.of(facts, MONDAY, MONDAY - DAY)
    assert scoring.of(facts, later, MONDAY - DAY).total < before.total


def test_a_big_company_that_asks_for_a_demo_is_ready_for_sales() -> None:
    scoring = Scoring(CARD)
    facts = seen((0, "visit", "/pricing/teams"), (7, "visit", "/pricing"), employees=500, intent="demo")
    assert scoring.of(facts, MONDAY) == Score(30, 70, 100, "sql")
    assert scoring.of(facts, MONDAY, began=MONDAY - WEEK) == Score(30, 50, 80, "sql")
    assert scoring.reasons(facts, MONDAY, MONDAY - WEEK) == (
        Reason("big", FIT, 30, 30),
        Reason("demo", URGENCY, 20, 40, MONDAY - WEEK),
        Reason("pricing", URGENCY, 20, 20, MONDAY, "visit /pricing/teams"),
        Reason("pricing", URGENCY, 10, 20, MONDAY - WEEK, "visit /pricing"),
    )


def test_two_visits_of_prices_in_a_week_bring_a_lead_up_and_two_in_sixty_days_do_not() -> None:
    scoring = Scoring(Scorecard((PRICING,), (("mql", 35),)))
    assert scoring.of(seen((0, "visit", "/pricing")), MONDAY) == Score(0, 20, 20, "lead")
    soon = seen((1, "visit", "/pricing"), (0, "visit", "/pricing"))
    assert scoring.of(soon, MONDAY) == Score(0, 38, 38, "mql")
    late = seen((60, "visit", "/pricing"), (0, "visit", "/pricing"))
    assert scoring.of(late, MONDAY) == Score(0, 20, 20, "lead")


def test_each_kind_comes_to_its_most_and_a_student_to_less_than_nothing() -> None:
    card = Scorecard((BIG, STUDENT, DEMO), fit_most=10, urgency_most=25)
    assert Scoring(card).of({"employees": 500, "intent": "demo"}, MONDAY) == Score(10, 25, 35)
    assert Scoring(card).of({"seniority": "student"}, MONDAY) == Score(-25, 0, -25)


def test_a_missing_field_gives_no_points_and_takes_none() -> None:
    assert Scoring(CARD).of({}, MONDAY) == Score(0, 0, 0, "lead")


def test_a_score_is_facts_that_rules_can_ask_for() -> None:
    assert facts_of(Score(30, 50, 80, "sql")) == {
        "score": 80,
        "score.fit": 30,
        "score.urgency": 50,
        "lifecycle": "sql",
    }
    assert facts_of(Score(1, 2, 12, chance=310, learned=9)) == {
        "score": 12,
        "score.fit": 1,
        "score.urgency": 2,
        "score.model": 310,
    }


MODEL = Model(
    "won",
    (Feature("employees", (-500, 700, 0, 0), (60, 40, 0, 0), edges=(200,)),),
    -1000,
    ((-2000, 100), (0, 500)),
    Training(100, 30, "status=won"),
)


def test_a_models_chance_is_worth_its_share_of_the_points() -> None:
    card = Scorecard((BIG,), (("mql", 50),), model="won", model_hash="0" * 64, model_points=60)
    scoring = Scoring(card, MODEL)
    assert scoring.of({"employees": 500}, MONDAY) == Score(30, 0, 56, "mql", 440, 26)
    assert scoring.of({}, MONDAY) == Score(0, 0, 18, "lead", 300, 18)
    assert scoring.reads == {"employees"}


def test_a_scorecard_without_the_model_it_names_is_refused() -> None:
    card = Scorecard(model="won", model_hash="0" * 64)
    with pytest.raises(ValueError, match='names the model "won", which is not there'):
        Scoring(card)
    other = Model("lost", MODEL.features, 0, MODEL.calibration, MODEL.training)
    with pytest.raises(ValueError, match="which is not there"):
        Scoring(card, other)
