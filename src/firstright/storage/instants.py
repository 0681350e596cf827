"""Instants on their way into and out of a database: aware UTC in the program, text that sorts on SQLite."""

from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(4096)  # one instant fills most columns of a batch
def text(instant: datetime) -> str:
    """Fixed-width UTC with microseconds, "2026-11-22T01:33:00.000000Z". ValueError for a naive value."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} has no time zone")
    if instant.tzinfo is not UTC:
        instant = instant.astimezone(UTC)
    return instant.isoformat(timespec="microseconds")[:26] + "Z"


def read(stored: object) -> datetime:
    """What either database gives back, as aware UTC."""
    if isinstance(stored, str):
        found = datetime.fromisoformat(stored)
        return found if found.tzinfo is UTC else found.replace(tzinfo=UTC)
    if isinstance(stored, datetime) and stored.tzinfo is not None:
        return stored.astimezone(UTC)
    raise ValueError(f"{stored!r} is not an instant")


def read_maybe(stored: object) -> datetime | None:
    return None if stored is None else read(stored)
