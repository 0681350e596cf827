"""Reads one value of a calendar file: a time on the wall, a duration, a period. It knows no zone but UTC, and raises nothing."""

from datetime import date, datetime, timedelta

from icalendar import vDDDTypes
from icalendar.error import InvalidCalendar

YEARS = range(1900, 2200)

Value = datetime | timedelta | tuple[datetime, datetime | timedelta]


def parsed(value: str) -> Value | None:
    """A day is its midnight; None for what is none of these, or lies outside of 1900 to 2199."""
    first, slash, last = value.partition("/")
    begins = _single(first)
    if not slash:
        return begins
    ends = _single(last)
    return (begins, ends) if isinstance(begins, datetime) and ends is not None else None


def clock(value: str) -> datetime | None:
    """The same where only a date, or a date and time, will do."""
    read = parsed(value)
    return read if isinstance(read, datetime) else None


def _single(value: str) -> datetime | timedelta | None:
    try:
        read = vDDDTypes.from_ical(value.strip())  # type: ignore[no-untyped-call]  # icalendar says no types there
    except (ValueError, InvalidCalendar, OverflowError):
        return None
    if isinstance(read, timedelta):
        return read
    if not isinstance(read, date) or read.year not in YEARS:
        return None
    if isinstance(read, datetime):
        return read
    return datetime(read.year, read.month, read.day)  # noqa: DTZ001  # local: its zone is the caller's
