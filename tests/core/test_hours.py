"""Business time by example: scenario 57, precedence, clock changes, and the edges of what is answered."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from firstright.core.hours import Calendar, DatedHours, Hours, NeverOpen, Shift

NINE_TO_FIVE = tuple(Shift(day, 540, 1020) for day in range(5))
NEW_YORK = "America/New_York"
BERLIN = "Europe/Berlin"


def office(
    *shifts: Shift,
    zone: str = BERLIN,
    holidays: tuple[date, ...] = (),
    exceptions: tuple[DatedHours, ...] = (),
    always: bool = False,
) -> Calendar:
    return Calendar("office", zone, shifts, holidays, exceptions, always)


def local(text: str, zone: str = BERLIN, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


WEEK = office(*NINE_TO_FIVE)
# Monday is 2 March 2026.
SCENARIO_57 = {
    "inside one day": (WEEK, "2026-03-04 10:00", 2, "2026-03-04 12:00"),
    "over the weekend": (WEEK, "2026-03-06 16:00", 2, "2026-03-09 10:00"),
    "before opening": (WEEK, "2026-03-04 07:00", 2, "2026-03-04 11:00"),
    "after closing": (WEEK, "2026-03-04 18:00", 2, "2026-03-05 11:00"),
    "on Saturday": (WEEK, "2026-03-07 10:00", 1, "2026-03-09 10:00"),
    "on Saturday afternoon": (WEEK, "2026-03-07 15:00", 1, "2026-03-09 10:00"),
    "on Saturday evening": (WEEK, "2026-03-07 18:00", 1, "2026-03-09 10:00"),
    "over two nights": (WEEK, "2026-03-02 16:00", 10, "2026-03-04 10:00"),
    "three whole days end at a closing": (WEEK, "2026-03-02 09:00", 24, "2026-03-04 17:00"),
    "Saturday open 24 hours": (office(Shift(5, 0, 1440)), "2026-03-07 00:00", 24, "2026-03-08 00:00"),
    "a longer Tuesday": (
        office(Shift(0, 540, 1020), Shift(1, 540, 1200)),
        "2026-03-02 16:00",
        12,
        "2026-03-03 20:00",
    ),
    "a holiday on Monday": (
        office(*NINE_TO_FIVE, holidays=(date(2026, 3, 2),)),
        "2026-03-02 10:00",
        4,
        "2026-03-03 13:00",
    ),
    "only Tuesdays": (office(Shift(1, 540, 1020)), "2026-03-03 18:00", 1, "2026-03-10 10:00"),
    "New York over the weekend": (
        office(*NINE_TO_FIVE, zone=NEW_YORK),
        "2026-02-27 16:00",
        2,
        "2026-03-02 10:00",
    ),
    "New York across the clock change": (
        office(*NINE_TO_FIVE, zone=NEW_YORK),
        "2026-03-06 16:00",
        9,
        "2026-03-09 17:00",
    ),
}


@pytest.mark.parametrize(("calendar", "start", "hours", "due"), SCENARIO_57.values(), ids=SCENARIO_57.keys())
def test_a_target_in_business_hours_is_due_when_people_expect_it(
    calendar: Calendar, start: str, hours: int, due: str
) -> None:
    compiled = Hours(calendar)
    begin, end = local(start, calendar.zone), local(due, calendar.zone)
    assert compiled.add(begin, timedelta(hours=hours)) == end
    assert compiled.elapsed(begin, end) == timedelta(hours=hours)


def test_the_closing_instant_itself_is_closed_and_the_opening_instant_is_open() -> None:
    hours = Hours(WEEK)
    instants = ("08:59:59.999999", "09:00", "16:59:59.999999", "17:00")
    assert [hours.is_open(local(f"2026-03-04 {t}")) for t in instants] == [False, True, True, False]


@pytest.mark.parametrize("target", [timedelta(0), timedelta(seconds=-1)])
@pytest.mark.parametrize("always", [False, True])
def test_a_target_of_zero_or_less_is_refused(target: timedelta, always: bool) -> None:
    with pytest.raises(ValueError, match="longer than zero"):
        Hours(office(*NINE_TO_FIVE, always=always)).add(local("2026-03-04 10:00"), target)


def test_a_calendar_without_any_open_hours_raises_instead_of_searching_for_ever() -> None:
    hours, t = Hours(office()), local("2026-03-04 10:00")
    for ask in (hours.next_open, hours.close_of_business, lambda at: hours.add(at, timedelta(minutes=1))):
        with pytest.raises(NeverOpen, match="'office' is not open long enough") as caught:
            ask(t)
        assert (caught.value.calendar, caught.value.after) == ("office", t)
    assert not hours.is_open(t)
    assert hours.next_change(t) is None
    assert hours.elapsed(t, t + timedelta(days=900)) == timedelta(0)


def test_what_a_calendar_cannot_hold_in_ten_years_raises_however_much_is_known_already() -> None:
    once = office(exceptions=(DatedHours(date(2040, 1, 2), ((540, 600),)),))
    hours = Hours(once)
    assert hours.next_open(local("2035-01-01 00:00")) == local("2040-01-02 09:00")
    for known in (hours, Hours(once)):
        with pytest.raises(NeverOpen):
            known.next_open(local("2029-01-01 00:00"))
        with pytest.raises(NeverOpen):
            known.add(local("2035-01-01 00:00"), timedelta(minutes=61))
        assert known.next_change(local("2029-01-01 00:00")) is None


def test_the_next_change_is_the_closing_while_open_and_the_opening_while_closed() -> None:
    hours = Hours(WEEK)
    walk = [local("2026-03-05 09:00")]
    for _ in range(4):
        change = hours.next_change(walk[-1])
        assert change is not None
        walk.append(change)
    days = ("2026-03-05 17:00", "2026-03-06 09:00", "2026-03-06 17:00", "2026-03-09 09:00")
    assert walk[1:] == [local(day) for day in days]


def test_adjoining_shifts_are_one_span() -> None:
    hours = Hours(office(Shift(2, 540, 720), Shift(2, 720, 1020), Shift(2, 1000, 1080)))
    assert hours.next_change(local("2026-03-04 09:00")) == local("2026-03-04 18:00")
    assert hours.elapsed(local("2026-03-04 00:00"), local("2026-03-05 00:00")) == timedelta(hours=9)


def test_a_week_of_whole_days_never_changes_but_for_its_holiday() -> None:
    whole = tuple(Shift(day, 0, 1440) for day in range(7))
    t = local("2026-03-04 10:00")
    assert Hours(office(*whole)).next_change(t) is None
    assert Hours(office(*whole, holidays=(date(2031, 3, 5),))).next_change(t) == local("2031-03-05 00:00")


def test_a_night_shift_belongs_to_the_date_on_which_it_opens() -> None:
    night = Shift(0, 1320, 1800)  # Monday 22:00 to Tuesday 06:00
    tuesday_off = Hours(office(night, holidays=(date(2026, 3, 3),)))
    assert tuesday_off.add(local("2026-03-02 23:00"), timedelta(hours=7)) == local("2026-03-03 06:00")
    monday_off = Hours(office(night, holidays=(date(2026, 3, 2),)))
    assert monday_off.next_open(local("2026-03-02 23:00")) == local("2026-03-09 22:00")


def test_a_holiday_beats_an_exception_and_an_exception_beats_the_shifts() -> None:
    exceptions = (
        DatedHours(date(2026, 3, 3), ((600, 660),)),
        DatedHours(date(2026, 3, 4)),
        DatedHours(date(2026, 3, 5), ((600, 660),)),
        DatedHours(date(2026, 3, 7), ((600, 660), (720, 780))),
    )
    hours = Hours(office(*NINE_TO_FIVE, holidays=(date(2026, 3, 5),), exceptions=exceptions))
    midnights = [local(f"2026-03-{day:02d} 00:00") for day in range(2, 10)]
    open_hours = [hours.elapsed(a, b) // timedelta(hours=1) for a, b in pairwise(midnights)]
    assert open_hours == [8, 1, 0, 0, 8, 2, 0]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Honolulu"])
def test_the_edge_of_what_is_known_already_is_no_edge(zone: str) -> None:
    days = office(
        *(Shift(day, 1320, 2760) for day in (0, 2, 4)), zone="Pacific/Kiritimati"
    )  # 24 hours from 22:00
    t = local("2026-03-04 10:00")
    for quarter in range(-90, 260):
        known, u = Hours(days), t + quarter * timedelta(hours=6)
        known.is_open(t)
        fresh = Hours(days)
        assert (known.is_open(u), known.next_change(u)) == (fresh.is_open(u), fresh.next_change(u))


CLOSE_OF_BUSINESS = {
    "in the morning": (WEEK, "2026-03-04 10:00", "2026-03-04 17:00"),
    "before opening": (WEEK, "2026-03-04 07:00", "2026-03-04 17:00"),
    "at closing": (WEEK, "2026-03-04 17:00", "2026-03-05 17:00"),
    "on Friday evening": (WEEK, "2026-03-06 20:00", "2026-03-09 17:00"),
    "before a lunch break": (
        office(Shift(2, 540, 720), Shift(2, 780, 1080)),
        "2026-03-04 09:30",
        "2026-03-04 18:00",
    ),
    "after midnight in a night shift": (office(Shift(0, 1320, 1800)), "2026-03-03 03:00", "2026-03-03 06:00"),
    "whole days": (
        office(*(Shift(day, 0, 1440) for day in range(7))),
        "2026-03-04 10:00",
        "2026-03-05 00:00",
    ),
    "24x7": (office(always=True), "2026-03-04 10:00", "2026-03-05 00:00"),
    "24x7 at midnight": (office(always=True), "2026-03-05 00:00", "2026-03-06 00:00"),
    "24x7 before the day Apia skipped": (
        office(always=True, zone="Pacific/Apia"),
        "2011-12-29 12:00",
        "2011-12-31 00:00",
    ),
}


@pytest.mark.parametrize(("calendar", "t", "close"), CLOSE_OF_BUSINESS.values(), ids=CLOSE_OF_BUSINESS.keys())
def test_the_business_day_ends_with_the_last_closing_of_its_date(
    calendar: Calendar, t: str, close: str
) -> None:
    assert Hours(calendar).close_of_business(local(t, calendar.zone)) == local(close, calendar.zone)


# (zone, local date, opens, closes, opening instant, closing instant)
CLOCK_CHANGES = {
    "opening in the gap": (BERLIN, "2026-03-29", 150, 300, "01:00", "03:00"),
    "closing in the gap": (BERLIN, "2026-03-29", 60, 150, "00:00", "01:00"),
    "over the gap": (BERLIN, "2026-03-29", 60, 300, "00:00", "03:00"),
    "opening comes twice: the first": (BERLIN, "2026-10-25", 150, 300, "00:30", "04:00"),
    "closing comes twice: the second": (BERLIN, "2026-10-25", 60, 150, "-1 23:00", "01:30"),
    "both come twice: from the first to the second": (BERLIN, "2026-10-25", 130, 150, "00:10", "01:30"),
    "half an hour of gap": ("Australia/Lord_Howe", "2026-10-04", 135, 300, "-1 15:30", "-1 18:00"),
    "half an hour comes twice": ("Australia/Lord_Howe", "2026-04-05", 60, 105, "-1 14:00", "-1 15:15"),
    "midnight itself comes twice": ("America/Havana", "2025-11-01", 1080, 1440, "22:00", "+1 05:00"),
    "midnight itself is skipped": ("America/Havana", "2026-03-08", 0, 120, "05:00", "06:00"),
    "Morocco leaves Ramadan": ("Africa/Casablanca", "2026-03-22", 135, 300, "02:00", "04:00"),
    "Morocco enters Ramadan": ("Africa/Casablanca", "2026-02-15", 135, 165, "01:15", "02:45"),
    "a night into the skipped day": ("Pacific/Apia", "2011-12-29", 1320, 1800, "+1 08:00", "+1 10:00"),
}


@pytest.mark.parametrize(
    ("zone", "on", "opens", "closes", "opening", "closing"), CLOCK_CHANGES.values(), ids=CLOCK_CHANGES.keys()
)
def test_clock_changes_move_openings_and_closings_by_rule(
    zone: str, on: str, opens: int, closes: int, opening: str, closing: str
) -> None:
    day = date.fromisoformat(on)
    hours = Hours(office(zone=zone, exceptions=(DatedHours(day, ((opens, closes),)),)))
    start = hours.next_open(utc(day, opening) - timedelta(days=3))
    assert (start, hours.next_change(start)) == (utc(day, opening), utc(day, closing))


def utc(day: date, text: str) -> datetime:
    """'-1 23:00' is 23:00 UTC of the date before."""
    shift, _, clock = text.rpartition(" ")
    return datetime.fromisoformat(f"{day} {clock}+00:00") + timedelta(days=int(shift or 0))


def test_a_day_that_the_clock_skipped_has_no_business_time() -> None:
    hours = Hours(office(*NINE_TO_FIVE, zone="Pacific/Apia"))
    thursday = local("2011-12-29 16:00", "Pacific/Apia")
    assert hours.add(thursday, timedelta(hours=2)) == local("2012-01-02 10:00", "Pacific/Apia")


def test_24x7_does_not_know_holidays_or_clock_changes() -> None:
    hours = Hours(office(always=True, holidays=(date(2026, 3, 29),)))
    t = local("2026-03-29 00:30")
    assert hours.is_open(t)
    assert hours.next_open(t) == t
    assert hours.next_change(t) is None
    assert hours.add(t, timedelta(hours=24)) == t + timedelta(hours=24)
    assert hours.elapsed(t, t + timedelta(hours=24)) == timedelta(hours=24)


def test_naive_and_absurd_instants_are_refused_and_other_zones_come_back_in_utc() -> None:
    hours, t, hour = Hours(WEEK), local("2026-03-04 10:00"), timedelta(hours=1)
    naive = t.replace(tzinfo=None)
    for ask in (
        lambda: hours.is_open(naive),
        lambda: hours.next_open(naive),
        lambda: hours.next_change(naive),
        lambda: hours.add(naive, hour),
        lambda: hours.elapsed(naive, t),
        lambda: hours.elapsed(t, naive),
        lambda: hours.close_of_business(naive),
        lambda: Hours(office(always=True)).next_open(naive),
    ):
        with pytest.raises(ValueError, match="Naive datetime"):
            ask()
    for year in (1899, 2200):
        with pytest.raises(ValueError, match="outside 1900 to 2199"):
            hours.is_open(t.replace(year=year))
    tokyo = t.astimezone(ZoneInfo("Asia/Tokyo"))
    answers = [hours.next_open(tokyo), hours.add(tokyo, hour), hours.close_of_business(tokyo)]
    assert [answer.isoformat() for answer in answers] == [
        "2026-03-04T09:00:00+00:00",
        "2026-03-04T10:00:00+00:00",
        "2026-03-04T16:00:00+00:00",
    ]


@pytest.mark.parametrize("year", [1900, 2199])
def test_the_first_and_the_last_year_are_answered_like_any_other(year: int) -> None:
    hours = Hours(office(*(Shift(day, 540, 1020) for day in range(7))))
    t = datetime(year, 12, 20, 20, tzinfo=UTC)
    assert hours.elapsed(t, hours.next_open(t)) == timedelta(0)
    assert hours.add(t, timedelta(hours=8)) == hours.close_of_business(t) > t
    assert not hours.is_open(t)
