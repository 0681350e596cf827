"""Stretches of time by days of a zone and by instants."""

from datetime import UTC, datetime

import pytest

from firstright.core.clean.period import period
from firstright.core.clean.problem import Refusal

NOW = datetime(2026, 4, 10, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("begins", "ends", "found"),
    [
        (
            "2026-03-01",
            "2026-04-01",
            ("2026-02-28T23:00", "2026-03-31T22:00"),
        ),  # over the change of the clock
        ("2026-04-01", "", ("2026-03-31T22:00", "2026-04-10T12:30")),
        ("", "", ("2026-03-10T23:00", "2026-04-10T12:30")),
        ("", "2026-03-01", ("2026-01-29T23:00", "2026-02-28T23:00")),
        ("2026-04-01T06:00:00+02:00", "2026-04-01T05:00:00Z", ("2026-04-01T04:00", "2026-04-01T05:00")),
    ],
)
def test_a_day_begins_at_midnight_of_the_zone(begins: str, ends: str, found: tuple[str, str]) -> None:
    since, until = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in found)
    assert period(begins, ends, "Europe/Berlin", NOW) == (since, until)


@pytest.mark.parametrize(
    ("begins", "ends", "code"),
    [
        ("2026-04-02", "2026-04-01", "period.empty"),
        ("2026-04-01", "2026-04-01", "period.empty"),
        ("2027-01-01", "", "period.empty"),
        ("yesterday", "", "time.invalid"),
        ("", "2026-02-30", "time.invalid"),
        ("2026-04-01T06:00:00", "", "time.zone_missing"),
        ("0001-01-01", "", "time.range"),
        ("9999-12-31", "", "time.range"),
        ("", "1970-01-01", "time.range"),
    ],
)
def test_what_is_no_stretch_is_refused_with_its_reason(begins: str, ends: str, code: str) -> None:
    found = period(begins, ends, "Pacific/Kiritimati", NOW)
    assert isinstance(found, Refusal)
    assert found.code == code
