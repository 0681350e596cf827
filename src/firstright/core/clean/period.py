"""A stretch of time as people and programs name it: days of a zone, or instants. It knows no clock: now is handed in."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from firstright.core.clean.problem import Refusal
from firstright.core.clean.timestamp import YEARS, instant

USUAL = 30  # days, where no beginning is named


def period(begins: str, ends: str, zone: str, now: datetime) -> tuple[datetime, datetime] | Refusal:
    """[begins, ends) in UTC. A day is the midnight with which it begins in `zone`; a named end does not belong to it.

    Without an end it goes up to now; without a beginning it begins with the day thirty days before its end.
    """
    place = ZoneInfo(zone)
    until = _moment(ends, place) if ends else now
    if isinstance(until, Refusal):
        return until
    earlier = (until.astimezone(place) - timedelta(days=USUAL)).date()
    since = _moment(begins, place) if begins else _midnight(earlier, place)
    if isinstance(since, Refusal):
        return since
    if since >= until:
        return Refusal("period.empty", "ends before it begins")
    return since, until


def _moment(text: str, zone: ZoneInfo) -> datetime | Refusal:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return instant(text)
    if day.year not in YEARS or day.year == YEARS.start:  # midnight may be in the year before
        return Refusal("time.range", f"the year must be from {YEARS.start + 1} to {YEARS.stop - 1}")
    return _midnight(day, zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
