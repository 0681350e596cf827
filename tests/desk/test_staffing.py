"""Who is there: absences, hours of a day, taking leads, joining and leaving, each as a roster that differs in nothing else."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import date as Date

import pytest

from desk.office import PEOPLE, Office, office, owner
from desk.test_assigning import ADA, KIM, MARA
from desk.test_pausing import current
from desk.views import faults
from firstright.core.authority import Actor
from firstright.core.documents.rosterfile import read_roster
from firstright.core.roster import Absence, Rep
from firstright.desk.staff.absences import AbsenceAsked, AbsenceEnded
from firstright.desk.staff.attending import HoursAsked, OnAsked
from firstright.desk.staff.calendars import CalendarAsked, feed
from firstright.desk.staff.repwork import Changed, RepWork
from firstright.desk.staff.staffing import JoinAsked, LeaveAsked, StepAsked
from firstright.errors import FirstrightError, Refused
from firstright.storage import people
from routing import DAY, HOUR, MINUTE, MONDAY, NOOR, OMAR, SATURDAY


def at(instant: datetime) -> str:
    return instant.isoformat()


WEEK = AbsenceAsked("kim", "the sea", "vacation", at(MONDAY + HOUR), at(MONDAY + 7 * DAY), "noor")
TEXT = "2026-03-02 10:00 UTC to 2026-03-09 09:00 UTC"


def does(here: Office, work: RepWork[Changed]) -> Changed | FirstrightError:
    try:
        return here.desk.act(work)
    except FirstrightError as refusal:
        return refusal


def kim(here: Office) -> Rep:
    document, _ = read_roster(current(here))
    assert document is not None
    return next(each for each in document.reps if each.id == "kim")


def owners_of(here: Office, *names: str) -> set[str]:
    return {owner(here.send(name)) for name in names}


def test_who_is_away_gets_no_lead_and_is_back_at_that_instant(database_url: str) -> None:
    with office(database_url) as here:
        said = f"vacation from {TEXT}, noor stands in"
        assert here.desk.act(WEEK.work(KIM)) == Changed("kim", 2, True, said)
        assert here.desk.act(WEEK.work(KIM)) == Changed("kim", 2, False, said)
        here.at = MONDAY + HOUR
        assert owners_of(here, "anna", "ben", "cara") == {"noor", "omar"}
        here.at = MONDAY + 7 * DAY
        assert "kim" in owners_of(here, "dora", "edda", "fine")
        assert faults(here) == []


def test_the_roster_differs_in_that_row_and_the_change_says_who_and_why(database_url: str) -> None:
    commented = PEOPLE.replace("\n[[rep]]", "\n# one of us\n[[rep]]")
    row = 'absences = [{ type = "vacation", from = 2026-03-02T10:00:00Z, until = 2026-03-09T09:00:00Z, backup = "noor" }]\n'
    with office(database_url, published=False) as here:
        here.publish(people=commented)
        here.desk.act(WEEK.work(ADA))
        assert current(here) == commented.replace('id = "kim"\n', f'id = "kim"\n{row}')
        reason = f"absence kim, vacation from {TEXT}, noor stands in: the sea"
        assert here.rows("SELECT published_by, reason FROM roster_version WHERE version = 2") == [
            ("Ada Krüger", reason)
        ]
        assert here.rows("SELECT actor, action FROM audit WHERE subject_id = 'kim'") == [
            (ADA.user, "absence-rep")
        ]


def test_an_absence_ends_now_or_was_never_to_be(database_url: str) -> None:
    with office(database_url) as here:
        before = current(here)
        here.desk.act(WEEK.work(KIM))
        here.desk.act(AbsenceEnded("kim", "no sea", WEEK.starts).work(KIM))
        assert current(here).replace("absences = []\n", "") == before
        here.desk.act(WEEK.work(KIM))
        here.at = MONDAY + 2 * HOUR
        here.desk.act(AbsenceEnded("kim", "rain", WEEK.starts).work(KIM))
        assert kim(here).absences == (Absence("vacation", MONDAY + HOUR, MONDAY + 2 * HOUR, "noor"),)
        assert "kim" in owners_of(here, "anna", "ben", "cara")
        got = does(here, AbsenceEnded("kim", "rain", WEEK.starts).work(KIM))
        assert isinstance(got, Refused)
        assert list(got.reasons) == ["from: that absence is over since 2026-03-02 11:00 UTC"]


def test_the_hours_of_one_day_are_those_said_for_it(database_url: str) -> None:
    monday = MONDAY.date()
    with office(database_url) as here:
        asked = HoursAsked("kim", "dentist", monday, ("12:00-15:00", "22:00-02:00+1"))
        assert here.desk.act(asked.work(KIM)).says == "2026-03-02 12:00-15:00, 22:00-02:00+1"
        assert owners_of(here, "anna", "ben", "cara") == {"noor", "omar"}
        here.at = MONDAY + 2.5 * HOUR
        assert "kim" in owners_of(here, "dora", "edda", "fine")
        assert here.desk.act(HoursAsked("kim", "off", monday, ()).work(KIM)).says == "2026-03-02 closed"
        assert "kim" not in owners_of(here, "gina", "hans", "ida")
        assert (
            here.desk.act(HoursAsked("kim", "on", monday, None).work(KIM)).says
            == "2026-03-02 as the calendar says"
        )
        assert kim(here).exceptions == ()
        assert "kim" in owners_of(here, "jana", "karl", "lea")
        assert faults(here) == []


def test_who_takes_leads_takes_them_whatever_hours_and_absences_say(database_url: str) -> None:
    with office(database_url, at=SATURDAY) as here:
        here.desk.act(
            AbsenceAsked("kim", "sea", "vacation", at(SATURDAY - HOUR), at(SATURDAY + 7 * DAY)).work(KIM)
        )
        assert owner(here.send("anna")) == "waiting"
        asked = OnAsked("kim", "a launch", at(SATURDAY + 3 * HOUR - MINUTE / 2))
        assert here.desk.act(asked.work(KIM)).says == "until 2026-03-07 14:00 UTC"
        assert owners_of(here, "ben", "cara") == {"kim"}
        assert here.desk.act(OnAsked("kim", "done").work(KIM)).changed
        assert owner(here.send("dora")) == "waiting"
        assert not here.desk.act(OnAsked("kim", "done").work(KIM)).changed
        assert faults(here) == []


def test_a_new_place_in_a_pool_counts_from_the_next_lead_on(database_url: str) -> None:
    ramp = (StepAsked(at(MONDAY - DAY), 2), StepAsked(at(MONDAY + 7 * DAY), 4))
    with office(database_url) as here:
        asked = JoinAsked("kim", "more of it", "sun", 4, ramp, left=at(MONDAY + 30 * DAY))
        assert here.desk.act(asked.work(ADA)).changed
        assert not here.desk.act(asked.work(ADA)).changed
        row = (
            "sun = { weight = 4, ramp = [{ from = 2026-03-01T09:00:00Z, weight = 2 }, "
            "{ from = 2026-03-09T09:00:00Z, weight = 4 }], left = 2026-04-01T09:00:00Z }"
        )
        assert f"pools = {{ sdr = 1, {row} }}" in current(here)
        here.desk.act(JoinAsked("kim", "less of it", "sun", 1).work(ADA))
        assert "pools = { sdr = 1, sun = 1 }" in current(here)


REFUSED: list[tuple[Callable[[], RepWork[Changed]], list[str]]] = [
    (lambda: AbsenceAsked("noor", "x", "sick", at(MONDAY), at(MONDAY + DAY)).work(KIM), ["rep: Kim Larsen may not say when to be away for others"]),
    (lambda: AbsenceAsked("omar", "x", "sick", at(MONDAY), at(MONDAY + DAY)).work(ADA), ["rep: Ada Krüger may not say when to be away for others"]),
    (
        lambda: AbsenceAsked("kim", " ", "Sick leave", at(MONDAY), at(MONDAY), "kimm").work(KIM),
        ['backup: "kimm" is not known; did you mean kim?', 'type: is a word of small letters, digits and dashes, such as "vacation"', "until: is not after from, so nobody would be away", "reason: is needed, in a few words of your own"],
    ),
    (lambda: AbsenceAsked("kim", "x", "sick", at(MONDAY - DAY), at(MONDAY), "kim").work(KIM), ["backup: nobody stands in for themselves", "until: 2026-03-02 09:00 UTC has passed"]),
    (lambda: AbsenceAsked("kim", "x", "sick", at(MONDAY - 40 * DAY), at(MONDAY + DAY)).work(KIM), ["from: is a month ago at most"]),
    (lambda: AbsenceAsked("kim", "x", "sick", at(MONDAY), at(MONDAY + 2000 * DAY)).work(KIM), ["until: is five years after from at most; who does not come back leaves"]),
    (lambda: AbsenceEnded("kim", "x", at(MONDAY)).work(KIM), ["from: no absence begins at 2026-03-02 09:00 UTC"]),
    (lambda: HoursAsked("kim", "x", MONDAY.date(), ("nine to five",)).work(KIM), ["hours: 'nine to five' is not a span of hours; write \"09:00-12:00\", or \"22:00-02:00+1\" for a night"]),
    (lambda: HoursAsked("kim", "x", Date(2020, 1, 1), ()).work(KIM), ["date: is today, or within two years"]),
    (lambda: OnAsked("kim", "x", at(MONDAY + 25 * HOUR)).work(KIM), ["until: is a day from now at most where somebody says so for themselves"]),
    (lambda: OnAsked("kim", "x", at(MONDAY)).work(KIM), ["until: 2026-03-02 09:00 UTC has passed"]),
    (lambda: LeaveAsked("kim", "x").work(KIM), ["rep: Kim Larsen may not have leave themselves"]),
    (lambda: LeaveAsked("kim", "x", at(MONDAY - 2 * DAY)).work(ADA), ["at: 2026-02-28 09:00 UTC is more than a day ago"]),
    (lambda: JoinAsked("kim", "x", "sdr").work(KIM), ["rep: Kim Larsen may not set places in pools for themselves"]),
    (
        lambda: JoinAsked("kim", "x", "sdrs", 0, (StepAsked(at(MONDAY), 1), StepAsked(at(MONDAY), 0))).work(MARA),
        ['pool: "sdrs" is not known; did you mean sdr?', "weight: is a whole number from 1 to 1,000,000", "ramp: each weight is a whole number from 1 to 1,000,000", "ramp: each step begins later than the one before it"],
    ),
    (lambda: LeaveAsked("kimm", "x").work(MARA), ['rep: "kimm" is not known; did you mean kim?']),
]  # fmt: skip


def test_every_refusal_says_why_and_publishes_nothing(database_url: str) -> None:
    with office(database_url) as here:
        for work, reasons in REFUSED:
            got = does(here, work())
            assert isinstance(got, Refused)
            assert list(got.reasons) == reasons
        assert here.rows("SELECT count(*) FROM roster_version") == [(1,)]


def test_what_the_reader_of_rosters_refuses_is_said_and_not_written(database_url: str) -> None:
    with office(database_url) as here:
        got = does(here, HoursAsked("kim", "x", MONDAY.date(), ("09:00-12:00", "11:00-13:00")).work(KIM))
        assert isinstance(got, Refused)
        assert "overlaps" in got.reasons[0]
        assert kim(here).exceptions == ()


def test_the_rows_of_people_are_those_of_the_document(database_url: str) -> None:
    tables = {
        "rep": "id, left_at, paused_until, place",
        "absence": "rep_id, starts_at, ends_at, type, backup",
        "membership": "pool, rep_id, weight, joined_at, left_at",
    }
    selects = [f"SELECT {columns} FROM {name} ORDER BY 1, 2" for name, columns in tables.items()]
    with office(database_url) as here:
        here.desk.act(WEEK.work(KIM))
        here.desk.act(JoinAsked("zoe", "x", "sdr", 2, joined=at(MONDAY)).work(MARA))
        here.desk.act(LeaveAsked("noor", "x", at(MONDAY + DAY)).work(ADA))
        short = [here.rows(select) for select in selects]
        document, _ = read_roster(current(here))
        assert document is not None
        with here.desk.database.write() as tx:
            people.materialise(tx, document)
        assert [here.rows(select) for select in selects] == short


ICS = "BEGIN:VCALENDAR\r\n{}END:VCALENDAR\r\n"
OFF = "BEGIN:VEVENT\r\nUID:{}\r\nDTSTART:{}\r\nDURATION:{}\r\nX-MICROSOFT-CDO-BUSYSTATUS:{}\r\nEND:VEVENT\r\n"


def calendar(*entries: tuple[str, str, str, str]) -> str:
    return ICS.format("".join(OFF.format(*entry) for entry in entries))


def test_a_calendar_replaces_what_it_said_before_and_nothing_else(database_url: str) -> None:
    first = calendar(
        ("a", "20260303T080000Z", "PT4H", "OOF"),
        ("b", "20260304T080000Z", "PT4H", "OOF"),
        ("c", "20260305T080000Z", "PT4H", "BUSY"),
    )
    second = calendar(("b", "20260304T080000Z", "PT4H", "OOF"), ("d", "20260306T080000Z", "P1D", "OOF"))
    own = Absence("vacation", MONDAY + HOUR, MONDAY + 7 * DAY, "noor")

    def fed(uid: str, day: int, hours: int, kind: str = "out-of-office") -> Absence:
        begins = datetime(2026, 3, day, 8, tzinfo=UTC)
        return Absence(kind, begins, begins + timedelta(hours=hours), feed=uid)

    with office(database_url) as here:
        here.desk.act(WEEK.work(KIM))
        got = feed(here.desk, CalendarAsked("kim", first), KIM)
        assert got == Changed("kim", 3, True, "2 absences from the calendar")
        assert kim(here).absences == (own, fed("a", 3, 4), fed("b", 4, 4))
        assert not feed(here.desk, CalendarAsked("kim", first), KIM).changed
        feed(here.desk, CalendarAsked("kim", first, busy_over=3 * 3600), KIM)
        assert kim(here).absences[-1] == fed("c", 5, 4, "busy")
        feed(here.desk, CalendarAsked("kim", second), KIM)
        assert kim(here).absences == (own, fed("b", 4, 4), fed("d", 6, 24))
        here.at = datetime(2026, 3, 4, 9, tzinfo=UTC)
        got_refused = does(here, AbsenceEnded("kim", "x", at(kim(here).absences[1].starts)).work(ADA))
        assert isinstance(got_refused, Refused)
        assert "their calendar" in got_refused.reasons[0]
        assert faults(here) == []


@pytest.mark.parametrize("actor", [KIM, ADA])
def test_a_file_that_is_no_calendar_changes_nothing(database_url: str, actor: Actor) -> None:
    with office(database_url) as here:
        with pytest.raises(Refused) as caught:
            feed(here.desk, CalendarAsked("kim", "<html>"), actor)
        assert list(caught.value.reasons) == [
            "file: line 1: is outside of any BEGIN:VCALENDAR: this is no iCalendar file"
        ]
        assert NOOR + OMAR in current(here)


def test_days_and_times_are_those_where_the_rep_lives(database_url: str) -> None:
    with office(database_url) as here:
        here.desk.act(AbsenceAsked("kim", "sea", "vacation", "2026-03-28", "2026-03-30").work(KIM))
        here.desk.act(
            AbsenceAsked("kim", "sea", "vacation", "2026-04-01T09:30", "2026-04-01T12:00Z").work(KIM)
        )
        assert [(each.starts, each.ends) for each in kim(here).absences] == [
            (datetime(2026, 3, 27, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)),
            (datetime(2026, 4, 1, 7, 30, tzinfo=UTC), datetime(2026, 4, 1, 12, tzinfo=UTC)),
        ]
        got = does(here, AbsenceAsked("kim", "sea", "vacation", "tomorrow", "2026-13-01").work(KIM))
        assert isinstance(got, Refused)
        assert [reason.partition(" is neither")[0] for reason in got.reasons] == [
            'from: string "tomorrow"',
            'until: string "2026-13-01"',
        ]
