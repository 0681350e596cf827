"""When the next attempt is made."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstright.outbound.schedule import ALERTS, HOOKS, LATEST, SOONEST, Schedule, clamped, next_try

NOW = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
schedules = st.sampled_from([ALERTS, HOOKS])
dice = st.floats(0, 1, exclude_max=True)
waits = st.timedeltas(timedelta(days=-3), timedelta(days=3))
late = timedelta(microseconds=1)  # a product of a timedelta is rounded to it


def test_the_published_tables_are_these() -> None:
    assert [delay.total_seconds() for delay in ALERTS] == [0, 5, 15, 60, 300]
    assert sum(HOOKS, timedelta()) == timedelta(hours=75, minutes=35, seconds=5)
    assert len(HOOKS) == 10


def test_an_even_throw_gives_the_published_delays() -> None:
    waited = [next_try(HOOKS, tries, NOW, 0.5) for tries in range(len(HOOKS))]
    assert waited == [NOW + delay for delay in HOOKS]


@given(schedules, dice)
def test_after_the_last_try_there_is_none_whatever_the_receiver_asks(
    schedule: Schedule, throw: float
) -> None:
    assert next_try(schedule, len(schedule), NOW, throw, timedelta(minutes=1)) is None
    assert next_try(schedule, len(schedule) + 7, NOW, throw) is None


@given(schedules, st.integers(0, 9), dice)
def test_every_delay_is_within_a_fifth_of_the_published_one(
    schedule: Schedule, tries: int, throw: float
) -> None:
    instant = next_try(schedule, tries, NOW, throw)
    if tries >= len(schedule):
        assert instant is None
        return
    assert instant is not None
    assert schedule[tries] * 0.8 - late <= instant - NOW <= schedule[tries] * 1.2 + late


@given(schedules, st.integers(0, 3), dice, dice)
def test_a_higher_throw_and_a_later_try_never_come_sooner(
    schedule: Schedule, tries: int, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    first, second = next_try(schedule, tries, NOW, low), next_try(schedule, tries, NOW, high)
    third = next_try(schedule, tries + 1, NOW, high)
    assert first is not None and second is not None and third is not None
    assert first <= second <= third


@given(schedules, st.integers(0, 4), dice, waits)
def test_a_retry_after_wins_when_it_is_later_and_only_then(
    schedule: Schedule, tries: int, throw: float, wait: timedelta
) -> None:
    planned = next_try(schedule, tries, NOW, throw)
    assert planned is not None
    assert next_try(schedule, tries, NOW, throw, wait) == max(planned, NOW + clamped(wait))


@given(waits)
def test_a_retry_after_is_within_a_second_and_a_day(wait: timedelta) -> None:
    assert SOONEST <= clamped(wait) <= LATEST
    assert clamped(wait) == wait or not SOONEST <= wait <= LATEST


@pytest.mark.parametrize("throw", [0.0, 0.999_999])
def test_the_extremes_of_the_dice_differ(throw: float) -> None:
    assert next_try(ALERTS, 1, NOW, throw) != NOW + ALERTS[1]
