"""What work of one turn must notice of work before it in the same turn, which no table shows yet."""

import pytest

from chaos.scene import broken
from desk.office import Office, office
from desk.views import LOUD, clocks, faults, owners, reasons, running
from firstright.desk.acting import LogTouch, OnLead
from firstright.desk.deadlines import Ring
from firstright.desk.learning import LearnFacts
from firstright.desk.receive import Receive
from firstright.storage import jobs
from routing import ADA, CALENDARS, CATCH_ALL, HOUR, KIM, MINUTE, MONDAY, NOOR

ALARMS = "SELECT cause, state FROM job WHERE kind = 'clock' ORDER BY id"
NAMED = "SELECT id FROM match_key WHERE kind = 'email' AND value = ?"
TO_NURTURE = """
[[rule]]
id = "later"
tier = "first"
when = { country = "FR" }
send_to = { nurture = "2d" }
"""
AT_THE_DESK = LOUD[: LOUD.index("[[rule]]")] + TO_NURTURE + CATCH_ALL


def in_one_turn(here: Office, *work: OnLead | Ring | Receive) -> None:
    with here.held():
        futures = []
        for each in work:
            each.lane = "deadlines"  # else people go before alarms
            futures.append(here.desk.writer.submit(each))  # type: ignore[arg-type]  # each has its own result
    for future in futures:
        future.result()


def test_an_address_that_two_leads_learn_names_the_first_of_them(database_url: str) -> None:
    with office(database_url) as here:
        anna, ben = (str(here.send(name)["lead"]) for name in ("anna", "ben"))
        in_one_turn(here, *(LearnFacts(lead, {"email": "both@new.example"}, "kim") for lead in (anna, ben)))
        assert here.rows(NAMED, "both@new.example") == [(anna,)]
        assert faults(here) == []


def test_whoever_holds_anothers_address_is_not_found_by_it_after_a_touch(database_url: str) -> None:
    with office(database_url) as here:
        anna, ben = (str(here.send(name)["lead"]) for name in ("anna", "ben"))
        here.desk.act(LearnFacts(ben, {"email": "anna@anna.example"}, "kim"))
        in_one_turn(here, LogTouch(ben, "kim", "call"), LearnFacts(ben, {"employees": 5}, "kim"))
        assert here.rows(NAMED, "anna@anna.example") == [(anna,)]
        assert faults(here) == []


@pytest.mark.parametrize("first", ["ring", "end"])
def test_a_cycle_that_ends_where_its_clock_rings_leaves_no_alarm(database_url: str, first: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(AT_THE_DESK)
        mara = here.send("mara")
        here.at = running(here, mara, "speed-to-lead").due_at - HOUR  # warned, and not missed
        with here.desk.database.write() as tx:
            (job,) = jobs.claim_due(tx, here.at, 10, "token", 14, kinds=("clock",))
        ring, end = Ring(job), LearnFacts(str(mara["lead"]), {"country": "FR"}, "kim")
        in_one_turn(here, *((ring, end) if first == "ring" else (end, ring)))
        assert clocks(here, mara) == [("speed-to-lead", 1, "cancelled", "02T16:00")]
        assert {state for _, state in here.rows(ALARMS)} <= {"done", "cancelled"}
        warned = here.rows("SELECT count(*) FROM audit WHERE action = 'warned'")
        assert warned == [(1 if first == "ring" else 0,)]
        assert faults(here) == []


def test_the_clock_of_a_cycle_that_is_over_is_silent_though_its_alarm_was_claimed(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(AT_THE_DESK)
        mara = here.send("mara")
        late = running(here, mara, "speed-to-lead").due_at
        assert [reason for _, reason, _ in here.rings(late)] == ["escalated"]
        here.at = late + 30 * HOUR
        with here.desk.database.write() as tx:
            due = jobs.claim_due(tx, here.at, 10, "token", 14, kinds=("clock",))
        assert [job.cause for job in due] == ["speed-to-lead"]
        here.desk.act(LearnFacts(str(mara["lead"]), {"country": "FR"}, "kim"))
        assert here.desk.writer.submit(Ring(due[0])).result() == []
        assert here.rows("SELECT state FROM job WHERE id = ?", due[0].id) == [("cancelled",)]
        assert faults(here) == []


def test_a_repeat_enquiry_does_not_make_its_turn_forget_who_had_the_lead(database_url: str) -> None:
    """Kim and Noor have both let it lie: it must not go to one of them again because Mara wrote in the same moment."""
    with office(database_url, published=False) as here:
        here.publish(LOUD, CALENDARS + ADA + KIM + NOOR)
        mara = here.send("mara")
        assert here.rings(MONDAY + 2 * HOUR + MINUTE) == [("Mara", "rule:to-sdr", "rep:noor")]
        here.at = MONDAY + 4 * HOUR + 2 * MINUTE
        with here.desk.database.write() as tx:
            due = jobs.claim_due(tx, here.at, 10, "token", 14, kinds=("clock",))
        (ring,) = [Ring(job) for job in due if job.cause == "owner"]
        in_one_turn(here, Receive(here.arrival("mara")), ring)
        assert [who for who, _, _ in owners(here, mara)] == ["kim", "noor", "queue:desk"]
        assert reasons(here, mara)[2:] == [("arrived", "repeat-enquiry"), ("sla-missed", "rule:rest")]


def test_a_lead_whose_only_alarm_a_worker_has_still_says_when_it_wakes(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(AT_THE_DESK)
        mara = here.send("mara")
        here.at = running(here, mara, "speed-to-lead").due_at
        with here.desk.database.write() as tx:
            (job,) = jobs.claim_due(tx, here.at, 10, "token", 14, kinds=("clock",))
        here.desk.act(LearnFacts(str(mara["lead"]), {"employees": 5}, "kim"))
        assert here.lead(mara).next_at == job.due_at
        assert broken(here.desk.database) == []
        here.desk.writer.submit(Ring(job)).result()
        assert faults(here) == []


def test_an_alarm_that_comes_back_void_is_no_next_instant(database_url: str) -> None:
    """A worker died with it, and meanwhile its lead went on."""
    with office(database_url, published=False) as here:
        here.publish(AT_THE_DESK.replace('nurture = "2d"', 'support = "helpdesk"'))
        mara = here.send("mara")
        here.at = running(here, mara, "speed-to-lead").due_at
        with here.desk.database.write() as tx:
            jobs.claim_due(tx, here.at, 10, "dead", 14, kinds=("clock",))
        here.desk.act(LearnFacts(str(mara["lead"]), {"country": "FR"}, "kim"))
        here.at += MINUTE
        with here.desk.database.write() as tx:
            jobs.claim_due(tx, here.at, 0, "nobody", 14, kinds=("clock",))
        here.desk.act(LearnFacts(str(mara["lead"]), {"employees": 5}, "kim"))
        assert here.rings(here.at) == []
        assert faults(here) == []  # it says when it wakes
