"""Identifiers that sort by time (UUIDv7), read and bounded. It makes none: they are given where rows are written."""

import re
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_LATEST = 2**48 - 1
_FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def first_of(at: datetime) -> str:
    """No identifier made from this millisecond on is less: the bound from which a key is walked instead of a column."""
    millis = min(max((at - _EPOCH) // _MILLISECOND, 0), _LATEST)
    text = f"{millis:012x}"
    return f"{text[:8]}-{text[8:]}-7000-8000-000000000000"


def is_id(text: str) -> bool:
    """Whether it is written as we write them. Ask before it goes into a statement: PostgreSQL fails at what is none."""
    return _FORM.fullmatch(text) is not None
