"""How scores are put into bars and groups: every lead once, round edges, equal scores together."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.desk.watch.scoreboard import BINS, LEAST, Bin, Group, bins, groups


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(-300, 3000), max_size=60))
def test_each_lead_is_in_one_bar_and_there_are_twelve_at_most(totals: list[int]) -> None:
    found = bins(totals)
    assert sum(bar.leads for bar in found) == len(totals)
    assert len(found) <= BINS
    for bar in found:
        assert bar.leads == sum(bar.low <= total <= bar.high for total in totals)


def test_bars_have_round_edges() -> None:
    assert bins([3, 18, 22, 97]) == (
        Bin(0, 9, 1), Bin(10, 19, 1), Bin(20, 29, 1), Bin(30, 39, 0), Bin(40, 49, 0),
        Bin(50, 59, 0), Bin(60, 69, 0), Bin(70, 79, 0), Bin(80, 89, 0), Bin(90, 99, 1),
    )  # fmt: skip
    assert bins([7, 7]) == (Bin(7, 7, 2),)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=300))
def test_each_outcome_is_in_one_group_and_equal_scores_are_together(then: list[tuple[int, bool]]) -> None:
    found = groups(then)
    assert sum(group.leads for group in found) == len(then)
    assert sum(group.had for group in found) == sum(had for _, had in then)
    assert all(a.high < b.low for a, b in pairwise(found))
    assert len(found) <= 1 or all(group.leads >= LEAST for group in found)


def test_a_small_rest_joins_the_group_below() -> None:
    assert groups([(n // 6, n % 3 == 0) for n in range(60)]) == (
        Group(0, 3, 24, 8),
        Group(4, 9, 36, 12),
    )
