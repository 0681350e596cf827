"""Reads the `[calendars.x]` tables of a roster: hours as people write them, closed days and public holidays.

Whether the hours make sense together (overlaps, a week that never opens) is asked of `calendar.problems`.
"""

import re
from collections.abc import Iterator
from datetime import date

from firstright.core.calendar import (
    DAY,
    Calendar,
    DatedHours,
    Shift,
    problems,
    public_holidays,
)
from firstright.core.documents.reading import Table
from firstright.core.documents.spans import Path
from firstright.core.rules.fields import shown

YEARS = range(2016, 2036)
"""The years whose public holidays are looked up. Earlier and later leads see ordinary days."""
RESERVED = "24x7"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_SPAN = re.compile(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})(\+1)?")
_WRITE = 'write "09:00-17:00", or "18:00-02:00+1" for a night'

Span = tuple[int, int]


def read_calendars(root: Table, zone: str) -> tuple[Calendar, ...]:
    """All calendars in document order; one without a zone is in `zone`."""
    return tuple(_calendar(name, table, zone) for name, table in root.named("calendars", "calendar"))


def _calendar(name: str, table: Table, zone: str) -> Calendar:
    if name == RESERVED:
        table.report("calendar.reserved", None, f'"{RESERVED}" is the shipped calendar that is always open.')
    before = len(table.reading.findings)
    shifts, places = _shifts(table)
    calendar = Calendar(
        id=name,
        zone=table.zone_name("zone", zone),
        shifts=shifts,
        holidays=tuple(sorted({*_holidays(table), *_closed(table)})),
        exceptions=_exceptions(table),
    )
    if len(table.reading.findings) == before:
        _judge(table, calendar, places)
    return calendar


def read_own_hours(row: Table, calendar: Calendar | None) -> tuple[DatedHours, ...]:
    """The dated hours of one rep, who keeps this calendar (None: is there around the clock)."""
    before = len(row.reading.findings)
    found = _exceptions(row)
    if found and len(row.reading.findings) == before:
        closed = calendar.holidays if calendar else ()
        around_the_clock = tuple(Shift(day, 0, DAY) for day in range(7))
        own = Calendar("own", calendar.zone if calendar else "UTC", around_the_clock, closed, found)
        _judge(row, own, [])
    return found


def _judge(table: Table, calendar: Calendar, places: list[Path]) -> None:
    for problem in problems(calendar):
        path: Path = ("hours",)
        if problem.where.startswith("shifts["):
            path = places[int(problem.where[7:-1])]
        elif problem.where.startswith("exceptions["):
            path = ("exceptions", *_row_of(table, problem.where[11:-1]))
        text = re.sub(r" \(shifts\[\d+\]\)", "", problem.text)
        table.reading.report(
            problem.code, (*table.path, *path), f"{table.label} {'.'.join(map(str, path))}", text
        )


def _row_of(table: Table, day: str) -> Path:
    rows = table.raw("exceptions")
    found = [i for i, row in enumerate(rows) if str(row.get("date")) == day] if isinstance(rows, list) else []
    return (found[-1],) if found else ()


def _shifts(table: Table) -> tuple[tuple[Shift, ...], list[Path]]:
    """The week's shifts, and the path each was written at."""
    if not table.has("hours"):
        table.report("key.missing", "hours", '"hours" is missing; write hours = { mon-fri = "09:00-17:00" }.')
    hours = table.table("hours")
    shifts: list[Shift] = []
    places: list[Path] = []
    for key in hours.data:
        days = _days(key)
        if not days:
            hours.report(
                "hours.day", key, f'"{key}" is no day; write mon, tue, ... or a range such as mon-fri.'
            )
        spans = tuple(_spans(hours, key))
        for day in days:
            shifts.extend(Shift(day, opens, closes) for opens, closes in spans)
            places.extend(("hours", key) for _ in spans)
    return tuple(shifts), places


def _days(key: str) -> tuple[int, ...]:
    """`mon` or `fri-mon`: days from the first to the last, over the weekend when need be."""
    first, dash, last = key.partition("-")
    if first not in DAYS or (dash and last not in DAYS):
        return ()
    start, end = DAYS.index(first), DAYS.index(last or first)
    return tuple((start + step) % 7 for step in range((end - start) % 7 + 1))


def _spans(table: Table, key: str) -> Iterator[Span]:
    value = table.raw(key)
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, str):
            table.misfit(key, item, 'hours such as "09:00-17:00", a list of them, or [] for closed')
        elif span := _span(table, key, item):
            yield span


def _span(table: Table, key: str, text: str) -> Span | None:
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        table.report("hours.invalid", key, f"{shown(text)} is not a span of hours; {_WRITE}.")
        return None
    opens = int(match[1]) * 60 + int(match[2])
    closes = int(match[3]) * 60 + int(match[4])
    if opens >= DAY or closes > DAY or int(match[2]) > 59 or int(match[4]) > 59:
        table.report(
            "hours.range", key, f"{shown(text)} names a time that no clock shows; the last is 24:00."
        )
    elif opens == closes:
        table.report(
            "hours.empty", key, f'{shown(text)} opens and closes at once; write "00:00-24:00" for all day.'
        )
    elif not match[5] and closes < opens:
        text_ = (
            f'{shown(text)} closes before it opens; write "{text.strip()}+1" if it closes on the next day.'
        )
        table.report("hours.reversed", key, text_)
    elif match[5] and closes > opens:
        table.report("hours.range", key, f"{shown(text)} lasts more than 24 hours.")
    else:
        return opens, closes + (DAY if match[5] else 0)
    return None


def _holidays(table: Table) -> tuple[date, ...]:
    if not table.has("holidays"):
        return ()
    place = table.table("holidays")
    country = place.text("country", needed=True)
    subdivision = place.text("subdivision")
    place.close()
    if not country:
        return ()
    try:
        return public_holidays(country, subdivision or None, YEARS)
    except ValueError as error:
        table.report("holidays.unknown", "holidays", str(error))
        return ()


def _closed(table: Table) -> tuple[date, ...]:
    value = table.raw("closed")
    items = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(day for item in items if (day := _date(table, "closed", item)))


def _date(table: Table, key: str, value: object) -> date | None:
    """A date, bare or in quotes; a date with a time is none."""
    if type(value) is date:
        return value
    try:
        if isinstance(value, str):
            return date.fromisoformat(value)
    except ValueError:
        pass
    table.report("time.invalid", key, f"{shown(value)} is not a date such as 2026-12-24.")
    return None


def _exceptions(table: Table) -> tuple[DatedHours, ...]:
    found = []
    for row in table.rows("exceptions", f"{table.label} exception"):
        if not row.has("date") or not row.has("hours"):
            row.report(
                "key.missing", None, "An exception needs its date and its hours; hours = [] means closed."
            )
            continue
        day = _date(row, "date", row.raw("date"))
        spans = tuple(_spans(row, "hours"))
        if day:
            found.append(DatedHours(day, spans))
    return tuple(found)
