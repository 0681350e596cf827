"""How a destination is doing, told from what came of attempts: when it is left alone for a while, and when for good.

It changes the row it is handed and writes nothing.
"""

from datetime import datetime, timedelta

from firstright.outbound.channel import Result, Verdict
from firstright.storage.destinations import DestinationRow

BROKEN = 5  # failures in a row: from then on one attempt at a time shows whether it is back
PAUSE = timedelta(seconds=30)  # before the next attempt, when the other side did not say how long
GIVE_UP = timedelta(hours=120)  # of failures without a success: then a person must look at it


def is_paused(place: DestinationRow, now: datetime) -> bool:
    return place.paused_until is not None and now < place.paused_until


def fared(place: DestinationRow, result: Result, now: datetime) -> str:
    """Takes note of one attempt; why the destination must be switched off, or ""."""
    if result.verdict is Verdict.GONE:
        return f"answered {result.status or 410}: it is gone for good"
    if result.verdict in (Verdict.SENT, Verdict.REFUSED):  # whoever refuses one message is there
        if place.failures >= BROKEN:
            place.paused_until = None
        place.failures, place.failing_since = 0, None
        return ""
    place.failures += 1
    place.failing_since = place.failing_since or now
    if result.verdict is Verdict.THROTTLED:
        _pause(place, now + (result.retry_after or PAUSE))
    elif place.failures >= BROKEN:
        _pause(place, now + PAUSE)
    if now - place.failing_since >= GIVE_UP:
        return f"has failed without a success since {place.failing_since:%Y-%m-%d %H:%M} UTC"
    return ""


def _pause(place: DestinationRow, until: datetime) -> None:
    place.paused_until = max(until, place.paused_until or until)
