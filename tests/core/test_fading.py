"""Points that fade: exact at whole half-lives, never rising, and equal to the definition step by step."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.fading import STEPS, Fading

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
WEEK = timedelta(days=7)
MICROSECOND = timedelta(microseconds=1)

amounts = st.integers(-1000, 1000)
half_lives = st.integers(1, 400 * 86_400).map(lambda seconds: timedelta(seconds=seconds))
ages = st.integers(0, 10**15).map(lambda micros: timedelta(microseconds=micros))


def by_definition(points: int, half_life: timedelta, age: timedelta) -> int:
    """The largest m with m^256 · 2^s <= points^256, looked for one by one."""
    steps = age // MICROSECOND * STEPS // (half_life // MICROSECOND)
    left = next(m for m in range(abs(points), -1, -1) if m**STEPS << steps <= abs(points) ** STEPS)
    return left if points > 0 else -left


@settings(max_examples=60, deadline=None)
@given(amounts.filter(lambda n: abs(n) <= 60), half_lives, st.floats(0, 12))
def test_what_is_left_is_what_the_definition_says(points: int, half_life: timedelta, lives: float) -> None:
    age = half_life * lives
    assert Fading(points, half_life).at(MONDAY, MONDAY + age) == by_definition(points, half_life, age)


@settings(max_examples=60, deadline=None)
@given(amounts, half_lives, st.integers(0, 12))
def test_after_whole_half_lives_points_are_halved_so_often_and_rounded_towards_nothing(
    points: int, half_life: timedelta, lives: int
) -> None:
    left = Fading(points, half_life).at(MONDAY, MONDAY + lives * half_life)
    assert left == (points >> lives if points >= 0 else -(-points >> lives))


@settings(max_examples=60, deadline=None)
@given(amounts, half_lives, st.lists(ages, min_size=2, max_size=8))
def test_points_never_come_back(points: int, half_life: timedelta, when: list[timedelta]) -> None:
    fading = Fading(points, half_life)
    left = [abs(fading.at(MONDAY, MONDAY + age)) for age in sorted(when)]
    assert left == sorted(left, reverse=True)


@settings(max_examples=60, deadline=None)
@given(amounts, half_lives, st.floats(0, 12))
def test_the_next_change_is_the_very_instant_a_point_is_lost(
    points: int, half_life: timedelta, lives: float
) -> None:
    fading = Fading(points, half_life)
    now = MONDAY + half_life * lives
    had = fading.at(MONDAY, now)
    later = fading.next_change(MONDAY, now)
    if later is None:
        assert had == 0
        return
    assert later > now
    assert fading.at(MONDAY, later - MICROSECOND) == had
    assert abs(fading.at(MONDAY, later)) < abs(had)


def test_forty_points_with_a_week_as_half_life_day_by_day() -> None:
    fading = Fading(40, WEEK)
    left = [fading.at(MONDAY, MONDAY + timedelta(days=day)) for day in (0, 1, 2, 3, 7, 14, 21, 28, 35, 42)]
    assert left == [40, 36, 32, 29, 20, 10, 5, 2, 1, 0]


def test_what_is_dated_later_than_now_is_fresh() -> None:
    assert Fading(40, WEEK).at(MONDAY + WEEK, MONDAY) == 40


def test_without_a_half_life_nothing_fades() -> None:
    fading = Fading(40, None)
    assert (fading.at(MONDAY, MONDAY + 1000 * WEEK), fading.next_change(MONDAY, MONDAY)) == (40, None)


def test_what_began_at_the_end_of_time_changes_never() -> None:
    end = datetime(9999, 12, 31, tzinfo=UTC)
    assert Fading(40, timedelta(days=3650)).next_change(end, MONDAY) is None
