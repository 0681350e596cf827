"""Nils writes on Friday evening, when everybody has gone home. He is told when to expect an answer; nothing runs over the
weekend, and on Monday morning he is somebody's.
"""

from datetime import UTC, datetime

from desk.office import office, owner
from desk.views import LOUD, clock_rows, clocks, faults, just_before, letters, moments, owners, running, tasks
from firstright.desk.acting import LogTouch
from routing import HOUR, MINUTE

FRIDAY_NIGHT = datetime(2026, 3, 6, 21, 30, tzinfo=UTC)
OPENING = datetime(2026, 3, 9, 8, tzinfo=UTC)  # nine in Berlin
CLOSING = datetime(2026, 3, 9, 16, tzinfo=UTC)


def test_nils_is_told_monday_and_has_an_owner_when_hours_open(database_url: str) -> None:
    with office(database_url, at=FRIDAY_NIGHT, published=False) as here:
        here.publish(LOUD)
        nils = here.send("nils")
        assert (nils["outcome"], nils["owner"], nils["expected_response"]) == (
            "waiting",
            None,
            "2026-03-09T16:00:00Z",
        )
        assert letters(here, nils) == []  # nobody is woken
        assert clocks(here, nils) == [("speed-to-lead", 1, "running", "09T16:00")]
        assert here.decide(just_before(OPENING)) == []
        assert here.decide(OPENING) == [("Nils", "rep:kim")]
        assert owners(here, nils) == [("none:", "arrived", "06T21:30"), ("kim", "hours-opened", "09T08:00")]
        assert tasks(here, nils) == [("kim", "call", "open", "09T08:05")]
        assert letters(here, nils) == [
            ("email:kim", "lead.assigned", "ready"),
            ("webhook:crm", "lead.assigned", "ready"),
        ]
        assert faults(here) == []


def test_the_day_of_the_first_touch_is_monday_and_its_warnings_fall_into_it(database_url: str) -> None:
    with office(database_url, at=FRIDAY_NIGHT, published=False) as here:
        here.publish(LOUD)
        nils = here.send("nils")
        speed = running(here, nils, "speed-to-lead")
        assert (speed.basis, speed.calendar, speed.due_at) == ("pool", "berlin", CLOSING)
        assert moments(speed) == {
            50: OPENING + 4 * HOUR,
            80: OPENING + 384 * MINUTE,
            100: CLOSING,
            150: datetime(2026, 3, 10, 12, tzinfo=UTC),  # half a day more is Tuesday noon
        }
        assert here.rings(OPENING) == []
        mine = running(here, nils)
        assert (mine.started_at, mine.due_at) == (here.lead(nils).updated_at, mine.started_at + 2 * HOUR)
        here.at = OPENING + HOUR
        here.desk.act(LogTouch(str(nils["lead"]), "kim", "call"))
        assert here.rings(datetime(2026, 3, 10, 20, tzinfo=UTC)) == []
        assert clocks(here, nils) == [
            ("speed-to-lead", 1, "met", "09T16:00"),
            ("owner", 2, "met", "09T10:00"),
        ]
        assert here.lead(nils).status == "attempted-contact"
        assert faults(here) == []


def test_a_deadline_that_would_fall_into_the_night_falls_into_the_next_morning(database_url: str) -> None:
    friday = datetime(2026, 3, 6, 15, tzinfo=UTC)  # an hour before closing
    with office(database_url, at=friday, published=False) as here:
        here.publish(LOUD)
        nils = here.send("nils")
        assert owner(nils) == "kim"
        mine = running(here, nils)
        rings = moments(mine)
        assert rings[100] == OPENING + (mine.due_at - OPENING) == OPENING + HOUR + (mine.started_at - friday)
        assert here.rings(rings[50]) == [
            ("Nils", "escalated", "rep:kim")
        ]  # the day is over: the manager hears of it
        assert [to for to, event, _ in letters(here, nils) if event == "lead.missed"] == [
            "webhook:crm",
            "email:kim",
            "email:ada",
        ]
        assert here.rings(just_before(rings[80])) == [("Nils", "escalated", "rep:kim")]  # and on Monday again
        assert rings[80] == OPENING + 36 * MINUTE + (mine.started_at - friday)
        assert here.rings(rings[80]) == []
        assert here.rings(just_before(rings[100])) == []
        assert here.rings(rings[100]) == [("Nils", "rule:to-sdr", "rep:noor")]
        missed = clock_rows(here, nils)[1]
        assert (missed.state, missed.missed_at) == ("missed", here.lead(nils).updated_at)
        assert owners(here, nils) == [("kim", "arrived", "06T15:00"), ("noor", "sla-missed", "09T09:00")]
        assert faults(here) == []
