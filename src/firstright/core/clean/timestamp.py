"""Instants as RFC 3339 writes them, in UTC. It knows no clock: too early or too late is judged by fixed years."""

import re
from datetime import UTC, datetime, timedelta

from firstright.core.clean.problem import Refusal

_LEAP_SECOND = re.compile(r"([T ]\d\d:?\d\d:?)60(?!\d)")
_ONLY_DATE = re.compile(r"\d{4}-?\d\d-?\d\d")
YEARS = range(1970, 2200)


def instant(value: object) -> datetime | Refusal:
    """An aware UTC datetime. Numbers are refused: seconds and milliseconds look alike."""
    match value:
        case datetime():
            return _in_utc(value)
        case str():
            return _parsed(value.strip())
        case int() | float():
            return Refusal("time.invalid", "a number may be seconds or milliseconds: send RFC 3339 text")
        case _:
            return Refusal("time.invalid", "must be RFC 3339 text, such as 2026-03-01T09:30:00Z")


def _parsed(text: str) -> datetime | Refusal:
    shortened, leaps = _LEAP_SECOND.subn(r"\g<1>59", text[:64])
    try:
        read = datetime.fromisoformat(shortened)
    except ValueError:
        return Refusal("time.invalid", "no such date or time in RFC 3339, such as 2026-03-01T09:30:00Z")
    if _ONLY_DATE.fullmatch(text):
        return Refusal("time.zone_missing", "a date alone names no instant: add the time and its offset")
    moment = _in_utc(read)
    if leaps and isinstance(moment, datetime):
        return moment.replace(microsecond=0) + timedelta(seconds=1)  # :60 is the start of the next second
    return moment


def _in_utc(read: datetime) -> datetime | Refusal:
    if read.tzinfo is None:
        return Refusal("time.zone_missing", "says no offset from UTC: add Z or +hh:mm")
    if read.year not in YEARS:
        return Refusal("time.range", f"the year must be from {YEARS.start} to {YEARS.stop - 1}")
    return read.astimezone(UTC)
