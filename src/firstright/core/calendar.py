"""Working hours as written down: shifts, holidays and dated exceptions in a zone, and what is wrong with them.

It says nothing about instants: `hours` compiles a calendar and counts in it. It reads no files and knows no people.
"""

from collections.abc import Iterator, Sequence
from datetime import date as Date
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

DAY = 1440  # minutes
WEEK = 7 * DAY
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Not places: the machine's own setting, a rule template, a placeholder, and copies with and without leap seconds.
NO_PLACES = ("localtime", "posixrules", "Factory", "posix/", "right/")
FIRST_YEAR, LAST_YEAR = 1900, 2199


class Shift(msgspec.Struct, frozen=True):
    """Open from `opens` up to, not including, `closes`: minutes after the local midnight at which `day` begins.

    `closes` is at most 24 hours after `opens` and runs past midnight as 1441 and more: 22:00-06:00 is 1320, 1800.
    The whole shift belongs to the day on which it opens, for holidays and exceptions too.
    """

    day: int  # 0 is Monday
    opens: int
    closes: int


class DatedHours(msgspec.Struct, frozen=True):
    """On that local date these (opens, closes) replace the shifts that open there; none of them means closed."""

    date: Date
    spans: tuple[tuple[int, int], ...] = ()


class Calendar(msgspec.Struct, frozen=True):
    """Working hours of a person, a pool or an office. A holiday beats an exception, an exception beats a shift.

    `holidays` are the closed local dates themselves, in any order. `always` is 24x7: all the rest but the zone is
    then without effect.
    """

    id: str
    zone: str
    shifts: tuple[Shift, ...] = ()
    holidays: tuple[Date, ...] = ()
    exceptions: tuple[DatedHours, ...] = ()
    always: bool = False


class CalendarProblem(msgspec.Struct, frozen=True):
    """Why a calendar is refused: a stable code, the field it is about (`shifts[2]`), and a sentence."""

    code: str
    where: str
    text: str


def zone_of(name: str) -> ZoneInfo:
    """The IANA zone of that name; ValueError for anything else, such as a path or the machine's own zone."""
    try:
        if not name.startswith(NO_PLACES):
            return ZoneInfo(name)
    except (
        KeyError,
        ValueError,
        OSError,
    ):  # OSError: "America" is a folder, and a name may be too long for a file
        pass
    raise ValueError(f"Unknown time zone {name!r}: use an IANA name such as Europe/Berlin.")


@lru_cache(1024)
def is_zone(name: str) -> bool:
    """Whether `zone_of` knows it."""
    try:
        zone_of(name)
    except ValueError:
        return False
    return True


def problems(calendar: Calendar) -> tuple[CalendarProblem, ...]:
    """Everything for which this calendar is refused when it is saved, in field order; empty when it is sound."""
    return (
        *_zone_problems(calendar),
        *_shift_problems(calendar.shifts),
        *_exception_problems(calendar),
        *_never_opens(calendar),
    )


def span_problems(calendar: Calendar) -> tuple[CalendarProblem, ...]:
    """Only the days and minutes that mean nothing: the part without which no instant can be computed."""
    found: list[CalendarProblem] = []
    for i, shift in enumerate(calendar.shifts):
        found += _span_problems(f"shifts[{i}]", shift.opens, shift.closes, shift.day)
    for exception in calendar.exceptions:
        for opens, closes in exception.spans:
            found += _span_problems(f"exceptions[{exception.date}]", opens, closes)
    return tuple(found)


def public_holidays(country: str, subdivision: str | None, years: range) -> tuple[Date, ...]:
    """The public holidays of a country, or of one part of it, in date order.

    ValueError names an unknown country or subdivision, and a range of years that is empty, reversed or absurd.
    """
    import holidays  # loading it costs 0.3 s at start-up, and only saving a calendar asks for it

    if not years or not {years[0], years[-1]} <= set(range(FIRST_YEAR, LAST_YEAR + 1)):
        raise ValueError(
            f"No holidays for {years}: name years from {FIRST_YEAR} to {LAST_YEAR}, the earlier first."
        )
    try:
        found = holidays.country_holidays(country.upper(), subdiv=subdivision, years=years)
    except NotImplementedError:
        place = country if subdivision is None else f"{country}-{subdivision}"
        raise ValueError(f"No public holidays known for {place!r}: use an ISO 3166 code.") from None
    return tuple(sorted(day for day in found if day.year in years))


def _zone_problems(calendar: Calendar) -> Iterator[CalendarProblem]:
    try:
        zone_of(calendar.zone)
    except ValueError as error:
        yield CalendarProblem("calendar.unknown_zone", "zone", str(error))


def _span_problems(where: str, opens: int, closes: int, day: int = 0) -> Iterator[CalendarProblem]:
    if not 0 <= day <= 6:
        yield CalendarProblem("calendar.day_range", where, f"Day {day} is not 0 (Monday) to 6 (Sunday).")
    if opens == closes:
        yield CalendarProblem(
            "calendar.empty_span", where, f"Opens and closes at {_clock(opens)}: never open."
        )
    elif not 0 <= opens < DAY:
        yield CalendarProblem(
            "calendar.minute_range", where, f"Opening minute {opens} is not 0 to {DAY - 1}."
        )
    elif closes < opens:
        text = f"Closes at {_clock(closes)}, before it opens at {_clock(opens)}; overnight is {closes + DAY}."
        yield CalendarProblem("calendar.reversed_span", where, text)
    elif closes - opens > DAY:
        text = f"Open for {closes - opens} minutes, from {_clock(opens)}: a span lasts 24 hours at most."
        yield CalendarProblem("calendar.minute_range", where, text)


def _shift_problems(shifts: Sequence[Shift]) -> Iterator[CalendarProblem]:
    placed: list[tuple[int, int, int]] = []
    for i, shift in enumerate(shifts):
        bad = tuple(_span_problems(f"shifts[{i}]", shift.opens, shift.closes, shift.day))
        yield from bad
        if not bad:
            placed.append((shift.day * DAY + shift.opens, shift.day * DAY + shift.closes, i))
    placed.sort()
    # Sunday night runs into Monday: the week's first shifts are compared once more, a week later.
    for i, other in _overlaps([*placed, *((a + WEEK, b + WEEK, i) for a, b, i in placed if a < DAY)]):
        text = f"{_named(shifts[i])} overlaps {_named(shifts[other])} (shifts[{other}])."
        yield CalendarProblem("calendar.overlap", f"shifts[{i}]", text)


def _overlaps(placed: list[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """(later, earlier) for each span, in order of opening, that opens before an earlier one has closed."""
    found: dict[tuple[int, int], None] = {}
    until, holder = -1, -1
    for opens, closes, i in placed:
        if opens < until and i != holder and (holder, i) not in found:
            found[i, holder] = None
        if closes > until:
            until, holder = closes, i
    return list(found)


def _exception_problems(calendar: Calendar) -> Iterator[CalendarProblem]:
    seen: set[Date] = set()
    holidays = frozenset(calendar.holidays)
    for exception in calendar.exceptions:
        where = f"exceptions[{exception.date}]"
        if exception.date in seen:
            yield CalendarProblem("calendar.repeated_date", where, f"{exception.date} has two exceptions.")
        seen.add(exception.date)
        if exception.spans and exception.date in holidays:
            text = f"{exception.date} is a holiday, and a holiday wins: these hours would never apply."
            yield CalendarProblem("calendar.holiday_wins", where, text)
        bad = [p for opens, closes in exception.spans for p in _span_problems(where, opens, closes)]
        yield from bad
        if not bad:
            placed = sorted((opens, closes, i) for i, (opens, closes) in enumerate(exception.spans))
            for i, other in _overlaps(placed):
                text = f"{_span(*exception.spans[i])} overlaps {_span(*exception.spans[other])}."
                yield CalendarProblem("calendar.overlap", where, text)


def _never_opens(calendar: Calendar) -> Iterator[CalendarProblem]:
    opens = any(shift.closes > shift.opens for shift in calendar.shifts) or any(
        closes > start
        for exception in calendar.exceptions
        if exception.date not in calendar.holidays
        for start, closes in exception.spans
    )
    if not (calendar.always or opens):
        text = f"Calendar {calendar.id!r} never opens: whoever waits for it would wait for ever."
        yield CalendarProblem("calendar.never_opens", "shifts", text)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _span(opens: int, closes: int) -> str:
    return f"{_clock(opens)}-{_clock(closes)}"


def _named(shift: Shift) -> str:
    return f"{NAMES[shift.day]} {_span(shift.opens, shift.closes)}"
