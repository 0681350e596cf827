"""Clocks that ring: never early, once each, one ring for all that were slept through, none for a clock that is met or another's."""

from collections import Counter
from datetime import datetime

import msgspec
import pytest

from desk.office import Office, office, owner
from desk.views import (
    LOUD,
    Told,
    clock_rows,
    clocks,
    deeds,
    faults,
    just_before,
    letters,
    moments,
    owners,
    running,
)
from firstright.core.messages import About
from firstright.desk.acting import Accept, Acted, LogTouch
from firstright.desk.deadlines import Ring
from firstright.errors import Superseded
from firstright.storage import jobs, leads
from firstright.storage.jobs import DueJob
from routing import ADA, CALENDARS, DAY, HOUR, KIM, MINUTE, MONDAY, TO_SDR

STAYING = LOUD.replace(
    'untouched = "2h"\n', 'untouched = "2h"\non_missed = ["tell-owner", "tell-manager"]\n', 1
)


def claimed(here: Office, at: datetime) -> list[DueJob]:
    """Jobs a worker has claimed and not done yet."""
    here.at = at
    with here.desk.database.write() as tx:
        return jobs.claim_due(tx, at, 10, "token", 14, kinds=("clock",))


def stayed(here: Office, told: Told) -> bool:
    return [who for who, _, _ in owners(here, told)] == ["kim"]


def test_every_warning_comes_once_and_none_early(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(STAYING)
        mara = here.send("mara")
        told, rings = len(letters(here, mara)), moments(running(here, mara))
        for percent in (50, 80, 100, 150):
            assert here.rings(just_before(rings[percent])) == []
            assert len(letters(here, mara)) == told
            here.rings(rings[percent])
            told = len(letters(here, mara))
            assert here.rings(rings[percent]) == []
            assert len(letters(here, mara)) == told
        assert Counter(letters(here, mara, 2)) == {
            ("email:kim", "lead.warned", "ready"): 2,
            ("webhook:crm", "lead.missed", "ready"): 2,
            ("email:kim", "lead.missed", "ready"): 2,
            ("email:ada", "lead.missed", "ready"): 2,
        }
        assert deeds(here, mara) == ["owner", "warned", "warned", "owner", "owner"]
        missed = clock_rows(here, mara)[1]
        assert (missed.state, missed.missed_at is not None and missed.missed_at >= missed.due_at) == (
            "missed",
            True,
        )
        assert faults(here) == []


def test_after_downtime_one_ring_stands_for_all_that_were_slept_through(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(STAYING)
        mara = here.send("mara")
        assert here.rings(MONDAY + 2 * HOUR + MINUTE) == [("Mara", "escalated", "rep:kim")]
        assert letters(here, mara, 2) == [
            ("webhook:crm", "lead.missed", "ready"),
            ("email:kim", "lead.missed", "ready"),
            ("email:ada", "lead.missed", "ready"),
        ]  # no warning of what is too late by now
        about = here.rows("SELECT about FROM delivery WHERE event = 'lead.missed' AND rep_id = 'kim'")[0][0]
        assert '"percent":100' in str(about)
        assert here.rings(MONDAY + 3 * HOUR + MINUTE) == [("Mara", "escalated", "rep:kim")]
        assert faults(here) == []


def test_a_worker_that_slept_for_days_climbs_each_ladder_once(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(STAYING)
        mara = here.send("mara")
        assert (
            here.rings(MONDAY + 3 * DAY) == [("Mara", "escalated", "rep:kim")] * 2
        )  # one for each of its two clocks
        assert [event for to, event, _ in letters(here, mara) if to == "email:kim"] == [
            "lead.assigned",
            *["lead.missed"] * 2,
        ]
        assert here.rows("SELECT kind, cause FROM job WHERE state = 'ready'") == [("decide", "no-reply")]
        assert stayed(here, mara)
        assert faults(here) == []


def test_a_clock_that_is_met_between_the_claim_and_the_ring_does_nothing(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        due = claimed(here, running(here, mara).due_at)
        assert [job.cause for job in due] == ["owner"]
        here.desk.act(LogTouch(str(mara["lead"]), "kim", "call"))
        before = letters(here, mara)
        assert [here.desk.writer.submit(Ring(job)).result() for job in due] == [[]]
        assert stayed(here, mara)
        assert letters(here, mara) == before
        assert here.rows("SELECT state FROM job WHERE id = ?", due[0].id) == [("cancelled",)]
        assert faults(here) == []


@pytest.mark.parametrize("first", ["accept", "ring"])
def test_in_one_turn_whoever_comes_first_has_it(database_url: str, first: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        (job,) = claimed(here, running(here, mara).due_at)
        accept, ring = Accept(str(mara["lead"]), "kim", epoch=1), Ring(job)
        accept.lane = ring.lane  # else people go before alarms
        with here.held():
            for work in (accept, ring) if first == "accept" else (ring, accept):
                future = here.desk.writer.submit(work)  # type: ignore[arg-type]  # each has its own result
                if work is accept:
                    answer = future
        got = answer.result()
        if first == "accept":
            assert isinstance(got, Acted)
            assert stayed(here, mara)
            late, begun = clock_rows(here, mara)[1:]  # too late by a microsecond, and nobody had noticed
            assert (late.state, late.missed_at, late.met_at == begun.started_at) == ("missed", None, True)
            assert (begun.clock, begun.state) == ("owner", "running")
        else:
            assert isinstance(got, Superseded)
            assert (got.owner, got.epoch) == ("noor", 2)
            assert [(c[0], c[2]) for c in clocks(here, mara)][1:] == [
                ("owner", "missed"),
                ("owner", "running"),
            ]
        assert faults(here) == []


def test_the_alarm_of_a_holder_who_has_lost_it_is_void(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        here.rings(MONDAY + 2 * HOUR + MINUTE)
        old = here.rows(
            "SELECT id FROM job WHERE kind = 'clock' AND cause = 'owner' AND guard_epoch = 1 AND state = 'cancelled'"
        )
        assert len(old) == 1  # its 150 %
        here.change("UPDATE job SET state = 'ready' WHERE id = ?", old[0][0])
        before = (owners(here, mara), letters(here, mara), clocks(here, mara))
        assert here.rings(MONDAY + 3 * HOUR + MINUTE / 2) == []  # before half of Noor's two hours
        assert (owners(here, mara), letters(here, mara), clocks(here, mara)) == before
        assert here.rows("SELECT state FROM job WHERE id = ?", old[0][0]) == [("cancelled",)]


def test_the_alarm_of_a_lead_that_was_merged_away_is_void(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara, nils = here.send("mara"), here.send("nils")
        with here.desk.database.write() as tx:
            leads.merge(tx, str(nils["lead"]), str(mara["lead"]), here.at)
        assert here.rings(MONDAY + 2 * HOUR + MINUTE) == [("Mara", "rule:to-sdr", "rep:omar")]
        assert [who for who, _, _ in owners(here, nils)] == ["noor"]


def test_a_deadline_that_no_warning_names_rings_all_the_same(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD.replace('untouched = "2h"\n', 'untouched = "2h"\nwarnings = [150]\n', 1))
        mara = here.send("mara")
        due = running(here, mara).due_at
        assert here.rings(just_before(due)) == []
        assert here.rings(due) == [("Mara", "rule:to-sdr", "rep:noor")]
        assert faults(here) == []


def test_a_lead_nobody_moves_is_looked_at_again_every_day(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(STAYING, CALENDARS + ADA + KIM)
        mara = here.send("mara")
        for hours in range(1, 24 * 5):
            here.rings(MONDAY + hours * HOUR)
        reminders = [event for to, event, _ in letters(here, mara) if to == "email:ada"]
        assert reminders == ["lead.missed"] * 7  # four rings, and on Wednesday, Thursday, Friday
        assert stayed(here, mara)
        assert faults(here) == []


def test_speed_to_lead_takes_nobodys_lead_away(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD.replace('first_touch = "same-business-day"', 'first_touch = "30min"', 1))
        mara = here.send("mara")
        assert here.rings(MONDAY + 46 * MINUTE) == [("Mara", "escalated", "rep:kim")]
        assert stayed(here, mara)
        assert here.rings(MONDAY + 2 * HOUR + MINUTE) == [("Mara", "rule:to-sdr", "rep:noor")]
        speed = [c for c in clocks(here, mara) if c[0] == "speed-to-lead"]
        assert speed == [("speed-to-lead", 1, "missed", "02T09:30")]  # never set anew inside a cycle
        here.desk.act(LogTouch(str(mara["lead"]), "noor", "call"))
        first = clock_rows(here, mara)[0]
        assert (first.state, first.met_at is None) == ("missed", False)
        assert faults(here) == []


def test_each_move_costs_one_turn_and_a_look_that_moves_nothing_none(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        for span in (2 * HOUR + MINUTE, 4 * HOUR + 2 * MINUTE, 6 * HOUR + 3 * MINUTE, 2 * DAY):
            here.rings(MONDAY + span)
        assert here.rows(
            "SELECT rep, count(*) FROM ledger WHERE kind = 'turned' GROUP BY rep ORDER BY rep"
        ) == [
            ("kim", 1),
            ("noor", 1),
            ("omar", 1),
        ]
        assert len(owners(here, mara)) == 4
        assert faults(here) == []


def test_a_hundred_leads_due_at_once_each_have_one_new_owner(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        told = [here.send(f"p{n}") for n in range(100)]
        first = {str(each["lead"]): owner(each) for each in told}
        rung = here.rings(MONDAY + 2 * HOUR + 5 * MINUTE)
        assert len(rung) == 100
        now = dict(here.rows("SELECT id, holder_id FROM lead"))
        assert all(now[lead] != had for lead, had in first.items())
        assert here.rows("SELECT count(*) FROM assignment WHERE epoch > 2") == [(0,)]
        assert faults(here) == []


def test_the_most_urgent_rings_first_and_then_the_oldest(database_url: str) -> None:
    urgent = '[[rule]]\nid = "hot"\ntier = "first"\nwhen = { intent = "demo" }\nsend_to = { pool = "sdr" }\nservice = "urgent"\n\n'
    with office(database_url, published=False) as here:
        here.publish(LOUD.replace(TO_SDR, urgent + TO_SDR))
        for name, intent in (("a", ""), ("b", ""), ("c", "demo")):
            here.send(name, intent=intent)
            here.at += MINUTE
        rung = [name for name, why, _ in here.rings(MONDAY + 3 * HOUR) if why != "escalated"]
        assert rung[:3] == ["C", "A", "B"]


def test_a_miss_is_told_with_whoever_missed_it_and_the_instant_that_passed(database_url: str) -> None:
    """The manager was told that Noor had not called, by a time that had not come yet."""
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        due = running(here, mara).due_at
        assert here.rings(MONDAY + 2 * HOUR + MINUTE) == [("Mara", "rule:to-sdr", "rep:noor")]
        told = {
            (to, event): msgspec.json.decode(about, type=About)
            for to, event, about in here.rows(
                "SELECT destination, event, about FROM delivery ORDER BY order_key"
            )
        }
        for to in ("email:kim", "email:ada", "webhook:crm"):
            missed = told[to, "lead.missed"]
            assert (missed.holder, missed.previous, missed.epoch, missed.due) == ("kim", "", 1, due)
        given = told["email:noor", "lead.assigned"]
        assert (given.holder, given.previous, given.epoch) == ("noor", "kim", 2)
        assert given.due is not None
        assert given.due > due
