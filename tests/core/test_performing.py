"""Weights by performance: shrunk, bounded, and the same whoever is called what."""

from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.assignment.performing import PLAIN, Record, multipliers
from firstright.core.pools import Performance

HOW = Performance(prior=20)
records = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=3),
    st.integers(0, 300).flatmap(lambda n: st.builds(Record, st.just(n), st.integers(0, n))),
    min_size=1,
    max_size=8,
)


def test_who_converts_twice_as_much_gets_more_and_who_converts_less_gets_less() -> None:
    found = multipliers({"ada": Record(100, 40), "kim": Record(100, 20), "noor": Record(100, 0)}, HOW)
    assert found == {"ada": 183, "kim": 100, "noor": 50}


def test_three_lucky_leads_make_no_star() -> None:
    found = multipliers({"ada": Record(3, 3), "kim": Record(300, 60)}, HOW)
    assert found["ada"] < 160
    alone = multipliers({"ada": Record(3, 3), "kim": Record(300, 60)}, Performance(prior=0))
    assert alone["ada"] == 200  # without shrinking they would be at the top


def test_without_conversions_nobody_is_moved() -> None:
    assert multipliers({"ada": Record(50, 0), "kim": Record(9, 0)}, HOW) == {"ada": PLAIN, "kim": PLAIN}
    assert multipliers({}, HOW) == {}


@settings(max_examples=200, deadline=None)
@given(records)
def test_all_stay_within_bounds_and_above_the_floor(found: dict[str, Record]) -> None:
    made = multipliers(found, HOW)
    assert made.keys() == found.keys()
    assert all(HOW.least <= percent <= HOW.most for percent in made.values())
    mean = sum(made.values()) / len(made)
    assert all(percent >= mean * HOW.floor / 100 for percent in made.values())


@settings(max_examples=100, deadline=None)
@given(records)
def test_names_change_nothing(found: dict[str, Record]) -> None:
    renamed = {f"x-{rep}": record for rep, record in found.items()}
    assert multipliers(renamed, HOW) == {f"x-{rep}": p for rep, p in multipliers(found, HOW).items()}
