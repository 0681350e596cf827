"""What a booking page shows: days, slots and a meeting in the visitor's own time. It fetches nothing and books nothing."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from firstright.core.clean.tables import ZONES
from firstright.core.meetings import MeetingType

ZONE_NAMES = tuple(sorted(set(ZONES.values())))


class Slot(msgspec.Struct, frozen=True):
    at: str  # the instant, as a link carries it
    time: str
    half: str  # morning | afternoon | evening


class Day(msgspec.Struct, frozen=True):
    day: str
    weekday: str
    number: int
    month: str
    said: str
    slots: tuple[Slot, ...]


class Asked(msgspec.Struct, frozen=True):
    """What the address asked for, as far as it can be read."""

    what: str = ""
    zone: str = ""
    day: str = ""
    at: datetime | None = None
    move: bool = False


class Page(msgspec.Struct, frozen=True):
    """One booking page: what it is, with whom, and the days there are."""

    action: str
    type: MeetingType
    minutes: int
    rep: str
    zone: str
    days: tuple[Day, ...]
    day: Day | None
    others: tuple[MeetingType, ...] = ()
    chosen: str = ""  # said: the slot to confirm
    at: str = ""
    move: bool = False
    booked: str = ""  # said: the meeting there is
    until: str = ""
    began: bool = False
    answered: str = ""  # said: what they answered to the invitation
    answers: tuple[tuple[str, str], ...] = ()  # what can be answered now, and its words
    n: str = ""  # how the meetings stood when the page was made: a form sent twice is one


class SharedPage(msgspec.Struct, frozen=True):
    """What a partner sees of a lead that is offered to them."""

    action: str
    title: str
    said: str
    facts: tuple[tuple[str, str], ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()
    open: bool = False


def asked(given: dict[str, str]) -> Asked:
    return Asked(
        given.get("what", "")[:64],
        given.get("zone", "") if given.get("zone") in ZONE_NAMES else "",
        given.get("day", "")[:10],
        instant(given.get("at", "")),
        "move" in given,
    )


def instant(text: str) -> datetime | None:
    """An instant as a link carries it; None for anything else."""
    try:
        at = datetime.fromisoformat(text[:32])
        return at.astimezone(UTC) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def days_of(slots: Sequence[datetime], zone: str) -> tuple[Day, ...]:
    """By the visitor's days."""
    place = ZoneInfo(zone)
    found: dict[date, list[Slot]] = {}
    for at in slots:
        local = at.astimezone(place)
        half = "Morning" if local.hour < 12 else "Afternoon" if local.hour < 18 else "Evening"
        found.setdefault(local.date(), []).append(Slot(carried(at), f"{local:%H:%M}", half))
    return tuple(
        Day(day.isoformat(), f"{day:%a}", day.day, f"{day:%b}", f"{day:%A} {day.day} {day:%B}", tuple(slots))
        for day, slots in found.items()
    )


def day_of(days: Sequence[Day], wanted: str) -> Day | None:
    """The one that was asked for, else the first."""
    return next((day for day in days if day.day == wanted), days[0] if days else None)


def carried(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def said(at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B %Y}, {local:%H:%M}"


def clock(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M}"


def minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
