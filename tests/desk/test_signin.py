"""Waiting times after wrong passwords: by account and network address, twice as long each time, never for good."""

from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta

import pytest

from firstright.desk.access.passwords import Crowded
from firstright.desk.access.signin import FREE, MOST, Brake, TooSoon

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def wait(brake: Brake, at: datetime, account: str = "ada", origin: str = "here") -> int:
    """Seconds somebody has to wait; 0 when they may try."""
    try:
        brake.must_wait(account, origin, at)
    except TooSoon as soon:
        return soon.seconds
    return 0


def test_the_first_few_wrong_passwords_cost_nothing_then_each_doubles_the_wait() -> None:
    brake, waits = Brake(), []
    for _ in range(FREE + 9):
        brake.wrong("ada", "here", NOON)
        waits.append(wait(brake, NOON))
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]


def test_nobody_is_locked_out_for_good_and_asking_again_makes_no_wait_longer() -> None:
    brake = Brake()
    for _ in range(50):
        brake.wrong("ada", "here", NOON)
    assert [wait(brake, NOON + n * SECOND) for n in (0, 30, 59, 60)] == [60, 30, 1, 0]


def test_tries_that_begin_at_once_are_all_counted_before_one_of_them_ends() -> None:
    brake, let_in = Brake(), 0
    with ExitStack() as under_way:
        for _ in range(40):
            with suppress(TooSoon):
                under_way.enter_context(brake.trying("ada", "here", NOON))
                let_in += 1
    assert let_in == FREE


def test_a_try_that_nobody_looked_at_counts_for_nothing() -> None:
    brake = Brake()
    for _ in range(FREE + 5):
        with suppress(Crowded), brake.trying("ada", "here", NOON):
            raise Crowded("too many")
    assert wait(brake, NOON) == 0


def test_another_account_and_another_place_do_not_wait() -> None:
    brake = Brake()
    for _ in range(20):
        brake.wrong("ada", "here", NOON)
    assert wait(brake, NOON) > 0
    assert wait(brake, NOON, account="bo") == wait(brake, NOON, origin="there") == 0


def test_the_right_password_and_an_hour_forget_the_wrong_ones() -> None:
    brake = Brake()
    for _ in range(20):
        brake.wrong("ada", "here", NOON)
    brake.wrong("ada", "here", NOON + timedelta(hours=1))
    assert wait(brake, NOON + timedelta(hours=1)) == 0
    for _ in range(20):
        brake.wrong("bo", "here", NOON)
    brake.right("bo", "here")
    assert wait(brake, NOON, account="bo") == 0


def test_whoever_tries_a_million_accounts_takes_no_more_memory() -> None:
    brake = Brake()
    for n in range(MOST + 10):
        brake.wrong(f"account {n}", "here", NOON + timedelta(milliseconds=n))
    last = f"account {MOST + 9}"
    for _ in range(FREE):
        brake.wrong(last, "here", NOON + timedelta(minutes=1))
    assert len(brake._tries) <= MOST
    assert wait(brake, NOON + timedelta(minutes=1), account=last) > 0


def test_a_clock_that_was_set_back_keeps_nobody_out() -> None:
    brake = Brake()
    for _ in range(20):
        brake.wrong("ada", "here", NOON)
    assert wait(brake, NOON - timedelta(days=1)) == 0


@pytest.mark.parametrize("seconds", [0.2, 1.0, 1.7])
def test_a_wait_is_told_in_whole_seconds_rounded_up(seconds: float) -> None:
    brake = Brake()
    for _ in range(FREE + 1):
        brake.wrong("ada", "here", NOON)
    assert wait(brake, NOON + timedelta(seconds=2 - seconds)) == -(-seconds // 1)
