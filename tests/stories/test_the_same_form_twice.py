"""Mara sends the same form twice, and then another one. She is one person with one owner; asking again makes it more urgent,
starts no clock anew and stops none.
"""

import json

from desk.office import office, owner
from desk.views import LOUD, clocks, deeds, faults, letters, moments, owners, reasons, running, tasks
from firstright.desk.acting import LogEngagement
from routing import HOUR, MINUTE, MONDAY


def test_the_same_event_twice_is_one_lead_and_one_answer(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        form = here.arrival("mara", event="form-1")
        first, again = here.desk.take_in([form])[0], here.desk.take_in([form])[0]
        mara = json.loads(first.body)
        assert (again.body, again.status, again.replayed) == (first.body, first.status, True)
        assert owners(here, mara) == [("kim", "arrived", "02T09:00")]
        assert len(letters(here, mara)) == 2
        assert deeds(here, mara) == ["owner"]
        assert faults(here) == []


def test_asking_again_raises_urgency_and_starts_no_second_clock(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        before = clocks(here, mara)
        assert (here.lead(mara).priority, len(before)) == (0, 2)
        here.at = MONDAY + 30 * MINUTE
        again = here.send("mara", phone="+49 30 901820")
        assert (again["lead"], again["repeat"], owner(again)) == (mara["lead"], True, "kim")
        assert clocks(here, mara) == before
        assert owners(here, mara) == [("kim", "arrived", "02T09:00")]
        assert tasks(here, mara) == [("kim", "call", "open", "02T09:05")]
        assert here.lead(mara).priority == 10
        assert {row[0] for row in here.rows("SELECT priority FROM job WHERE state = 'ready'")} == {10}
        assert letters(here, mara, 2) == [
            ("email:kim", "lead.engaged", "ready"),
            ("webhook:crm", "lead.engaged", "ready"),
        ]
        assert reasons(here, mara) == [("arrived", "rule:to-sdr"), ("arrived", "repeat-enquiry")]
        assert faults(here) == []


def test_what_mara_does_stops_no_clock_of_ours(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        rings = moments(running(here, mara))
        for kind in ("click", "reply"):
            here.at += HOUR / 2
            here.desk.act(LogEngagement(str(mara["lead"]), "tracker", kind))
        assert [c[2] for c in clocks(here, mara)] == ["running", "running"]
        assert here.rings(rings[100]) == [("Mara", "rule:to-sdr", "rep:noor")]
        assert here.lead(mara).priority == 10  # as urgent for Noor as it was for Kim
        assert here.rows("SELECT kind FROM engagement ORDER BY at") == [("click",), ("reply",)]
        assert faults(here) == []
