"""Figures of chances against known answers, and against the plainest way to count."""

from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.accuracy import Tenth, accuracy, auc, error, tenths

judged = st.lists(st.tuples(st.sampled_from((0.1, 0.2, 0.4, 0.4001, 0.9)), st.booleans()), max_size=40)


@settings(max_examples=150, deadline=None)
@given(judged)
def test_auc_is_the_share_of_pairs_that_are_in_order(found: list[tuple[float, bool]]) -> None:
    pairs = [(a, b) for a, had in found if had for b, other in found if not other]
    wins = sum(1.0 if a > b else 0.5 if a == b else 0.0 for a, b in pairs)
    assert auc(found) == (pytest.approx(wins / len(pairs)) if pairs else None)


def test_figures_of_four_leads_by_hand() -> None:
    found = accuracy([(0.9, True), (0.6, False), (0.4, True), (0.1, False)])
    assert (found.leads, found.had, found.rate, found.auc) == (4, 2, 0.5, 0.75)
    assert found.brier == pytest.approx((0.01 + 0.36 + 0.36 + 0.01) / 4)
    assert found.log_loss == pytest.approx(-(log(0.9) + log(0.4) + log(0.4) + log(0.9)) / 4)
    assert found.error == pytest.approx((0.1 + 0.6 + 0.6 + 0.1) / 4)


def test_saying_the_base_rate_of_everybody_is_calibrated_and_tells_nobody_apart() -> None:
    found = accuracy([(0.25, place % 4 == 0) for place in range(400)])
    assert (found.auc, found.brier, found.error) == (0.5, 0.1875, 0.0)


def test_a_certainty_that_was_wrong_costs_much_and_not_infinitely_much() -> None:
    assert 13 < accuracy([(1.0, False)]).log_loss < 14


def test_tenths_hold_as_many_leads_each_and_never_fewer_than_asked() -> None:
    found = [(place / 1000, place % 2 == 0) for place in range(250)]
    assert [part.leads for part in tenths(found)] == [25] * 10
    assert [part.leads for part in tenths(found, 100)] == [125, 125]
    assert tenths(found[:3], 100) == (Tenth(3, pytest.approx(0.001), 2),)
    assert error([Tenth(10, 0.2, 5), Tenth(30, 0.5, 15)]) == pytest.approx(0.075)


def test_nothing_to_judge_by_is_refused() -> None:
    with pytest.raises(ValueError, match="no outcomes"):
        accuracy([])
