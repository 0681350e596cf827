"""Spans of time as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstright.core.rules.durations import LONGEST, format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90s", timedelta(seconds=90)),
        ("5min", timedelta(minutes=5)),
        ("2h", timedelta(hours=2)),
        ("30d", timedelta(days=30)),
        ("1w", timedelta(weeks=1)),
        (" 15 min ", timedelta(minutes=15)),
        ("3650d", LONGEST),
    ],
)
def test_a_number_and_a_unit_is_a_duration(text: str, span: timedelta) -> None:
    assert parse_duration(text) == span


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("5", '"5" has no unit; write a whole number and a unit: 90s, 5min, 2h, 30d or 1w'),
        ("5m", '"5m" could mean minutes or months; write 5min or a number of days such as 30d'),
        ("5y", '"5y" has the unknown unit "y"; write a whole number and a unit: 90s, 5min, 2h, 30d or 1w'),
        ("-5min", '"-5min" is not more than zero; write a whole number and a unit: 90s, 5min, 2h, 30d or 1w'),
        ("0h", '"0h" is not more than zero; write a whole number and a unit: 90s, 5min, 2h, 30d or 1w'),
        ("3651d", '"3651d" is longer than ten years (3650d)'),
        ("1.5h", '"1.5h" is not a duration; write a whole number and a unit: 90s, 5min, 2h, 30d or 1w'),
        ("soon", '"soon" is not a duration; write a whole number and a unit: 90s, 5min, 2h, 30d or 1w'),
        ("٥min", '"٥min" is not a duration; write a whole number and a unit: 90s, 5min, 2h, 30d or 1w'),
    ],
)
def test_what_could_be_misread_is_refused_with_what_to_write_instead(text: str, sentence: str) -> None:
    with pytest.raises(ValueError) as refused:
        parse_duration(text)
    assert str(refused.value) == sentence


@given(st.integers(1, int(LONGEST.total_seconds())))
def test_what_is_formatted_is_read_back(seconds: int) -> None:
    span = timedelta(seconds=seconds)
    assert parse_duration(format_duration(span)) == span


def test_the_largest_unit_that_divides_is_used() -> None:
    spans = [
        timedelta(seconds=90),
        timedelta(minutes=5),
        timedelta(hours=24),
        timedelta(days=14),
        timedelta(0),
    ]
    assert [format_duration(span) for span in spans] == ["90s", "5min", "1d", "2w", "0s"]
