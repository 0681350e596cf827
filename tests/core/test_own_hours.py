"""A person's own time: their dated hours before those of the calendar, holidays of their part of a country, and who is on whatever else says."""

from datetime import UTC, date, datetime, timedelta

import pytest

from firstright.core.assignment.eligibility import available, person_codes
from firstright.core.decision import Code
from firstright.core.hours import Calendar, DatedHours, Shift, public_holidays
from firstright.core.roster import Absence, Document, Rep, Roster
from routing import DAY, HOUR, rep, roster

BERLIN = Calendar(
    "berlin", "Europe/Berlin", tuple(Shift(day, 540, 1020) for day in range(5)), (date(2026, 12, 25),), ()
)
EVE, CHRISTMAS = date(2026, 12, 24), date(2026, 12, 25)
THURSDAY = datetime(2026, 12, 24, 8, tzinfo=UTC)  # nine in Berlin


def codes(person: Rep, at: datetime, calendar: Calendar = BERLIN) -> list[Code]:
    return person_codes(person, Roster(Document("h", (person,), (calendar,))), at, hours=True)[0]


def test_own_dated_hours_replace_that_day_of_the_calendar_and_no_other() -> None:
    short = Rep("kim", calendar="berlin", exceptions=(DatedHours(EVE, ((540, 720),)),))
    people = Roster(Document("h", (short,), (BERLIN,)))
    assert (
        people.hours_of(short).elapsed(THURSDAY - DAY, THURSDAY + DAY) == 11 * HOUR
    )  # eight on Wednesday, three then
    assert people.hours(short.calendar).elapsed(THURSDAY - DAY, THURSDAY + DAY) == 16 * HOUR
    assert (codes(short, THURSDAY), codes(short, THURSDAY + 3 * HOUR)) == ([], [Code.OUT_OF_HOURS])


def test_own_hours_of_somebody_who_is_there_round_the_clock_leave_all_other_days_open() -> None:
    off = Rep("kim", exceptions=(DatedHours(EVE, ()),))
    people = Roster(Document("h", (off,)))
    start = datetime(2026, 12, 23, tzinfo=UTC)
    assert people.hours_of(off).elapsed(start, start + 3 * DAY) == 2 * DAY
    assert people.hours_of(off).next_open(start + DAY) == start + 2 * DAY


def test_a_holiday_goes_before_own_hours_and_being_on_goes_before_a_holiday_absence_and_hours() -> None:
    keen = Rep("kim", calendar="berlin", exceptions=(DatedHours(CHRISTMAS, ((540, 1020),)),))
    away = Absence("vacation", THURSDAY - DAY, THURSDAY + 9 * DAY)
    on = Rep("kim", calendar="berlin", absences=(away,), on_until=THURSDAY + DAY + 2 * HOUR)
    friday, night = THURSDAY + DAY, THURSDAY + 12 * HOUR
    assert codes(keen, friday) == [Code.HOLIDAY]
    assert [codes(on, at) for at in (THURSDAY, night, friday)] == [[], [], []]
    assert codes(on, friday + 2 * HOUR) == [Code.ABSENT, Code.HOLIDAY]


def test_being_on_does_not_end_a_pause_nor_bring_back_who_has_gone() -> None:
    later = THURSDAY + DAY
    paused = Rep("kim", paused_until=later, on_until=later)
    gone = Rep("kim", left=THURSDAY, on_until=later)
    asleep = Rep("kim", active=False, crm_active=False, on_until=later)
    assert [codes(person, THURSDAY) for person in (paused, gone, asleep)] == [
        [Code.PAUSED], [Code.LEFT], [Code.INACTIVE, Code.CRM_INACTIVE],
    ]  # fmt: skip


def test_when_the_override_ends_is_an_instant_at_which_codes_may_change() -> None:
    until = THURSDAY + 12 * HOUR + timedelta(minutes=7)
    on = Rep("kim", calendar="berlin", on_until=until)
    people = Roster(Document("h", (on,), (BERLIN,)))
    codes_now, changes = person_codes(on, people, THURSDAY + 12 * HOUR, hours=True)
    assert (codes_now, until in changes) == ([], True)
    assert available(on, people, until, hours=True) == datetime(2026, 12, 28, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("country", "part", "day", "closed"),
    [
        ("DE", "BY", date(2026, 1, 6), True),  # Epiphany, in Bavaria and not in Berlin
        ("DE", "BE", date(2026, 1, 6), False),
        ("DE", "BE", date(2026, 3, 8), True),  # Women's Day, in Berlin
        ("DE", "BY", date(2026, 3, 8), False),
        ("GB", "SCT", date(2026, 11, 30), True),  # St Andrew's Day
        ("GB", "ENG", date(2026, 11, 30), False),
        ("US", "CA", date(2026, 7, 3), True),  # the fourth is a Saturday
    ],
)
def test_public_holidays_are_those_of_the_part_of_the_country(
    country: str, part: str, day: date, closed: bool
) -> None:
    assert (day in public_holidays(country, part, range(2026, 2027))) is closed


def test_two_offices_of_one_country_keep_their_own_holidays() -> None:
    calendars = "".join(
        f'\n[calendars.{name}]\nzone = "Europe/Berlin"\nhours = {{ mon-fri = "09:00-17:00" }}\n'
        f'holidays = {{ country = "DE", subdivision = "{part}" }}\n'
        for name, part in (("munich", "BY"), ("berlin", "BE"))
    )
    people = roster(
        rep("Kim Larsen", calendar="munich"), rep("Noor Haddad", calendar="berlin"), calendars=calendars
    )
    epiphany = datetime(2026, 1, 6, 10, tzinfo=UTC)
    found = [person_codes(people.reps[name], people, epiphany, hours=True)[0] for name in ("kim", "noor")]
    assert found == [[Code.HOLIDAY], []]
