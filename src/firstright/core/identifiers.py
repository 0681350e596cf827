"""Identifiers that sort by time (UUIDv7), read and bounded. It makes none: they are given where rows are written."""

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LATEST = 2**48 - 1


def first_of(at: datetime) -> str:
    """No identifier made from this millisecond on is less: the bound from which a key is walked instead of a column."""
    millis = min(max((at - _EPOCH) // _MILLISECOND, 0), _LATEST)
    text = f"{millis:012x}"
    return f"{text[:8]}-{text[8:]}-7000-8000-000000000000"
