"""Calendars that are refused, each problem named with its place, and public holidays."""

from datetime import UTC, date, datetime, timedelta

import pytest

from firstright.core.hours import (
    Calendar,
    CalendarProblem,
    DatedHours,
    Hours,
    Shift,
    problems,
    public_holidays,
)

NINE_TO_FIVE = tuple(Shift(day, 540, 1020) for day in range(5))


def office(
    *shifts: Shift,
    zone: str = "Europe/Berlin",
    holidays: tuple[date, ...] = (),
    exceptions: tuple[DatedHours, ...] = (),
    always: bool = False,
) -> Calendar:
    return Calendar("office", zone, shifts, holidays, exceptions, always)


@pytest.mark.parametrize(
    "zone", ["", "Mars/Base", "America", "../etc/passwd", "localtime", "right/UTC", "A" * 300]
)
def test_a_zone_that_is_no_place_is_refused_by_name(zone: str) -> None:
    found = problems(office(*NINE_TO_FIVE, zone=zone))
    assert [(p.code, p.where) for p in found] == [("calendar.unknown_zone", "zone")]
    assert repr(zone) in found[0].text
    with pytest.raises(ValueError, match="Unknown time zone"):
        Hours(office(*NINE_TO_FIVE, zone=zone))


REFUSED = {
    "empty week": (office(), [("calendar.never_opens", "shifts")]),
    "09:00-09:00": (
        office(*NINE_TO_FIVE, Shift(5, 540, 540)),
        [("calendar.empty_span", "shifts[5]")],
    ),
    "nothing but 09:00-09:00": (
        office(Shift(5, 540, 540)),
        [("calendar.empty_span", "shifts[0]"), ("calendar.never_opens", "shifts")],
    ),
    "opens at 25:00": (
        office(*NINE_TO_FIVE, Shift(5, 1500, 1560)),
        [("calendar.minute_range", "shifts[5]")],
    ),
    "opens before midnight": (office(Shift(5, -1, 60)), [("calendar.minute_range", "shifts[0]")]),
    "25 hours long": (office(Shift(5, 60, 1561)), [("calendar.minute_range", "shifts[0]")]),
    "overnight written backwards": (
        office(*NINE_TO_FIVE, Shift(5, 1080, 540)),
        [("calendar.reversed_span", "shifts[5]")],
    ),
    "an eighth day": (office(Shift(7, 540, 1020)), [("calendar.day_range", "shifts[0]")]),
    "overlapping": (
        office(Shift(0, 540, 1020), Shift(0, 1019, 1080)),
        [("calendar.overlap", "shifts[1]")],
    ),
    "the same twice": (
        office(Shift(0, 540, 1020), Shift(0, 540, 1020)),
        [("calendar.overlap", "shifts[1]")],
    ),
    "one inside another and one after it": (
        office(Shift(0, 540, 1020), Shift(0, 600, 660), Shift(0, 700, 720)),
        [("calendar.overlap", "shifts[1]"), ("calendar.overlap", "shifts[2]")],
    ),
    "a Sunday night into Monday": (
        office(Shift(0, 300, 720), Shift(6, 1320, 1800)),
        [("calendar.overlap", "shifts[0]")],
    ),
    "only a holiday": (
        office(
            holidays=(date(2026, 12, 25),),
            exceptions=(DatedHours(date(2026, 12, 25), ((540, 600),)),),
        ),
        [("calendar.holiday_wins", "exceptions[2026-12-25]"), ("calendar.never_opens", "shifts")],
    ),
    "bad exceptions": (
        office(
            *NINE_TO_FIVE,
            exceptions=(
                DatedHours(date(2026, 12, 24), ((540, 720), (700, 800))),
                DatedHours(date(2026, 12, 24), ((540, 540),)),
            ),
        ),
        [
            ("calendar.overlap", "exceptions[2026-12-24]"),
            ("calendar.repeated_date", "exceptions[2026-12-24]"),
            ("calendar.empty_span", "exceptions[2026-12-24]"),
        ],
    ),
}


@pytest.mark.parametrize(("calendar", "found"), REFUSED.values(), ids=REFUSED.keys())
def test_every_problem_of_a_calendar_is_named_with_its_place(
    calendar: Calendar, found: list[tuple[str, str]]
) -> None:
    assert [(p.code, p.where) for p in problems(calendar)] == found


def test_an_overlap_names_both_shifts() -> None:
    assert problems(office(Shift(0, 300, 720), Shift(6, 1320, 1800))) == (
        CalendarProblem(
            "calendar.overlap",
            "shifts[0]",
            "Monday 05:00-12:00 overlaps Sunday 22:00-30:00 (shifts[1]).",
        ),
    )


SOUND = {
    "nine to five": office(*NINE_TO_FIVE),
    "24x7 with nothing else": office(always=True),
    "overnight": office(Shift(4, 1080, 1980)),
    "a whole day": office(Shift(0, 0, 1440)),
    "24 hours from nine": office(Shift(0, 540, 1980), Shift(1, 540, 600)),
    "every night, adjoining": office(*(Shift(day, 1320, 2760) for day in range(7))),
    "only an exception": office(exceptions=(DatedHours(date(2026, 12, 24), ((540, 600),)),)),
    "holidays twice, on a leap day, past, and many": office(
        *NINE_TO_FIVE,
        holidays=(
            date(2028, 2, 29),
            date(2028, 2, 29),
            date(1999, 1, 1),
            *(date(2026, 1, 1) + timedelta(days=n) for n in range(400)),
        ),
    ),
}


@pytest.mark.parametrize("calendar", SOUND.values(), ids=SOUND.keys())
def test_a_sound_calendar_has_no_problems(calendar: Calendar) -> None:
    assert problems(calendar) == ()
    Hours(calendar).next_open(datetime(2026, 3, 4, 9, tzinfo=UTC))


def test_minutes_that_mean_nothing_are_not_compiled() -> None:
    with pytest.raises(ValueError, match=r"'office': shifts\[0\]: Closes at 09:00, before it opens at 18:00"):
        Hours(office(Shift(5, 1080, 540)))


def test_public_holidays_come_as_dates_in_order() -> None:
    assert public_holidays("DE", "BY", range(2026, 2027)) == (
        date(2026, 1, 1),
        date(2026, 1, 6),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 6, 4),
        date(2026, 10, 3),
        date(2026, 11, 1),
        date(2026, 12, 25),
        date(2026, 12, 26),
    )


@pytest.mark.parametrize(
    ("country", "subdivision", "years", "named"),
    [
        ("XX", None, range(2026, 2027), "'XX'"),
        ("DE", "ZZ", range(2026, 2027), "'DE-ZZ'"),
        ("DE", None, range(2027, 2026), "range(2027, 2026)"),
        ("DE", None, range(1, 10**9), "range(1, 1000000000)"),
    ],
)
def test_an_unknown_country_part_or_year_is_refused_by_name(
    country: str, subdivision: str | None, years: range, named: str
) -> None:
    with pytest.raises(ValueError) as caught:
        public_holidays(country, subdivision, years)
    assert named in str(caught.value)
