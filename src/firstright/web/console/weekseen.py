"""Days as a page shows them: a rep's open hours of the week ahead, and from when to when they are away. It fetches nothing."""

from datetime import UTC, datetime, timedelta
from datetime import date as Date
from zoneinfo import ZoneInfo

import msgspec

from firstright.core.hours import Hours
from firstright.core.roster import Absence, Rep, Roster
from firstright.core.why.moments import DAYS, MONTHS
from firstright.web.console.gate import zone_of

WEEK = 7  # days shown
MINUTES = 1440
CLOSES_AT_MIDNIGHT = "24:00"


class Day(msgspec.Struct, frozen=True):
    """Open time of one local day: as text, and as (beginning, length) in minutes of the day. `at` is now, today."""

    name: str
    said: str
    spans: tuple[tuple[int, int], ...]
    at: int | None


def week(rep: Rep, roster: Roster, now: datetime) -> list[Day]:
    """Today and the six days after it, in the zone of their calendar."""
    zone = ZoneInfo(zone_of(rep.id, roster))
    hours = roster.hours_of(rep)
    today = now.astimezone(zone).date()
    return [_day(hours, today + timedelta(days=n), zone, now, n) for n in range(WEEK)]


def _day(hours: Hours, date: Date, zone: ZoneInfo, now: datetime, ahead: int) -> Day:
    begin = datetime(date.year, date.month, date.day, tzinfo=zone)
    end = begin + timedelta(days=1)  # of the local clock
    spans = _spans(hours, begin.astimezone(UTC), end.astimezone(UTC))
    said = ", ".join([f"{_clock(a, begin)}–{_clock(b, begin)}" for a, b in spans])
    closed = "public holiday" if date in hours.calendar.holidays else "closed"
    name = "Today" if not ahead else f"{DAYS[date.weekday()]} {date.day} {MONTHS[date.month - 1]}"
    parts = tuple((_minute(a, begin), max(1, _minute(b, begin) - _minute(a, begin))) for a, b in spans)
    whole = parts == ((0, MINUTES),)
    return Day(name, "all day" if whole else said or closed, parts, None if ahead else _minute(now, begin))


def _spans(hours: Hours, begin: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    found = []
    at, is_open = begin, hours.is_open(begin)
    while at < end:
        change = hours.next_change(at) or end
        if is_open:
            found.append((at, min(change, end)))
        at, is_open = change, not is_open
    return found


def _minute(at: datetime, begin: datetime) -> int:
    """Of the local clock, so that a day on which it is put back has as many minutes as any other."""
    local = at.astimezone(begin.tzinfo)
    return MINUTES if local.date() > begin.date() else 60 * local.hour + local.minute


def _clock(at: datetime, begin: datetime) -> str:
    local = at.astimezone(begin.tzinfo)
    return CLOSES_AT_MIDNIGHT if local.date() > begin.date() else f"{local.hour:02}:{local.minute:02}"


def dates(absence: Absence, zone: ZoneInfo) -> str:
    """`21 Dec to 1 Jan 2027` for whole days: the last one is the last on which they are away."""
    starts, ends = absence.starts.astimezone(zone), absence.ends.astimezone(zone)
    whole = not (starts.hour or starts.minute or ends.hour or ends.minute)
    if not whole:
        return f"{day(starts)} {starts:%H:%M} to {day(ends)} {ends:%H:%M}"
    last = ends - timedelta(days=1)
    return day(starts) if last.date() <= starts.date() else f"{day(starts)} to {day(last)}"


def day(at: datetime) -> str:
    """`Mon 21 Dec 2026`"""
    return f"{DAYS[at.weekday()]} {at.day} {MONTHS[at.month - 1]} {at.year}"
