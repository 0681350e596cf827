"""Instants and credits as people read them."""

from datetime import UTC, datetime

import pytest

from firstright.core.why.moments import Moments, leads, listed

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "at", "told"),
    [
        ("Europe/Berlin", MONDAY, "Mon 23 Nov 09:00 Berlin"),
        ("America/Argentina/Buenos_Aires", MONDAY, "Mon 23 Nov 05:00 Buenos Aires"),
        ("UTC", MONDAY, "Mon 23 Nov 08:00 UTC"),
        ("Europe/Berlin", datetime(2027, 1, 1, 23, 5, 7, tzinfo=UTC), "Sat 2 Jan 2027 00:05:07 Berlin"),
        ("Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "Sun 25 Oct 02:30 Berlin (CEST)"),
        ("Europe/Berlin", datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "Sun 25 Oct 02:30 Berlin (CET)"),
    ],
)
def test_an_instant_is_told_in_local_time_with_the_place_named(zone: str, at: datetime, told: str) -> None:
    assert Moments(zone, MONDAY)(at) == told


def test_the_year_can_be_asked_for() -> None:
    assert Moments("Europe/Berlin", MONDAY).with_year(MONDAY) == "Mon 23 Nov 2026 09:00 Berlin"


@pytest.mark.parametrize(
    ("credit", "told"),
    [
        (0, "0"),
        (999_999, "0"),
        (333_333_333, "+0.333"),
        (-1_000_000_000, "−1"),
        (1_500_000_000, "+1.5"),
        (-20_000_000, "−0.02"),
    ],
)
def test_credit_is_told_in_leads(credit: int, told: str) -> None:
    assert leads(credit) == told


def test_lists_are_joined_as_in_a_sentence() -> None:
    assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
