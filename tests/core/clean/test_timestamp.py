"""Instants as RFC 3339 writes them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from firstright.core.clean.problem import Refusal
from firstright.core.clean.timestamp import instant


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-03-01T09:30:00Z", datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
        ("2026-03-01 09:30:00.5+02:00", datetime(2026, 3, 1, 7, 30, 0, 500_000, tzinfo=UTC)),
        ("2026-03-01T09:30:00+0000", datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        (
            datetime(2026, 3, 1, 9, 30, tzinfo=timezone(timedelta(hours=1))),
            datetime(2026, 3, 1, 8, 30, tzinfo=UTC),
        ),
    ],
)
def test_an_instant_is_in_utc(written: object, moment: datetime) -> None:
    assert instant(written) == moment


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("2026-02-30T10:00:00Z", "time.invalid"),
        ("2026-01-01T24:00:00Z", "time.invalid"),
        ("yesterday", "time.invalid"),
        (1_700_000_000, "time.invalid"),
        (1_700_000_000_000, "time.invalid"),
        ({}, "time.invalid"),
        ("2026-01-01", "time.zone_missing"),
        ("2026-01-01T10:00", "time.zone_missing"),
        ("0001-01-01T00:00:00+14:00", "time.range"),
        ("9999-12-31T23:59:59-12:00", "time.range"),
    ],
)
def test_what_names_no_instant_says_why(written: object, code: str) -> None:
    refused = instant(written)
    assert isinstance(refused, Refusal) and refused.code == code and refused.reason
