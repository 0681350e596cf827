"""Leads that wait are decided again when what they wait for has come, each once, and by nobody who has lost the job."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from desk.office import PEOPLE, RULES, Office, office, owner
from desk.views import faults
from firstright.core.lead import Cause
from firstright.desk.explain.auditing import look
from firstright.desk.learning import LearnFacts
from firstright.desk.redecide import Redecide
from firstright.storage import instants, jobs
from firstright.storage.jobs import DueJob
from routing import ADA, CALENDARS, DAY, HEAD, HOUR, KIM, MINUTE, MONDAY, NOOR, SATURDAY, ZOE

OPENING = MONDAY + 7 * DAY - HOUR  # nine o'clock in Berlin on the Monday after SATURDAY
LIMIT = MONDAY + 30 * MINUTE + timedelta(seconds=1)  # every turn is a microsecond later than the one before
OVERFLOWING = """
[[rule]]
id = "to-sdr"
tier = "first"
when = {}
send_to = { pool = "sdr" }
when_full = { wait = "30min", overflow = "sun" }

[[rule]]
id = "rest"
tier = "last"
when = {}
send_to = { queue = "desk" }
"""
STATES = "SELECT kind, cause, state, attempts, last_error FROM job WHERE kind <> 'clock' ORDER BY id"


def full(rep: str) -> str:
    return rep.replace("pools =", "capacity = 1\npools =")


def claimed(here: Office, at: datetime, *, lease: int = 15, limit: int = 10) -> list[DueJob]:
    """As a worker of another process would: the jobs are its own from now on."""
    with here.desk.database.write() as tx:
        return jobs.claim_due(tx, at, limit, here.desk.new_id(), lease, kinds=("decide", "route"))


def test_a_lead_that_came_on_saturday_waits_and_has_an_owner_when_hours_open(database_url: str) -> None:
    with office(database_url, at=SATURDAY) as here:
        told = here.send("anna")
        assert (owner(told), told["next_at"]) == ("waiting", "2026-03-09T08:00:00Z")
        assert here.decide(OPENING - MINUTE) == []
        assert here.decide(OPENING) == [("Anna", "rep:kim")]
        row = here.lead(told)
        assert (row.outcome, row.holder_id, row.epoch, row.waiting_until) == ("owner", "kim", 2, None)
        assert here.decide(OPENING + DAY) == []
        assert here.rows(STATES) == [("decide", "hours-opened", "done", 1, "")]


def test_the_most_urgent_and_then_the_oldest_is_decided_first(database_url: str) -> None:
    urgent = RULES.replace(
        '[[rule]]\nid = "to-sdr"',
        '[[rule]]\nid = "demo"\ntier = "first"\nwhen = { intent = "demo" }\nsend_to = { pool = "sdr" }\n'
        'service = "urgent"\n\n[[rule]]\nid = "to-sdr"',
        1,
    )
    with office(database_url, at=SATURDAY) as here:
        here.publish(urgent)
        for name, facts in (("anna", {}), ("ben", {}), ("cleo", {"intent": "demo"})):
            here.send(name, **facts)
            here.at += MINUTE
        assert here.decide(OPENING) == [("Cleo", "rep:kim"), ("Anna", "rep:noor"), ("Ben", "rep:omar")]


def test_a_pool_that_is_full_is_waited_for_until_the_limit_and_then_the_overflow_takes_it(
    database_url: str,
) -> None:
    with office(database_url) as here:
        here.publish(HEAD + OVERFLOWING, CALENDARS + ADA + full(KIM) + ZOE)
        assert owner(here.send("anna")) == "kim"
        told = here.send("ben")
        assert (owner(told), str(told["next_at"])[:16]) == ("waiting", "2026-03-02T09:30")
        assert here.decide(MONDAY + 29 * MINUTE) == []
        assert here.decide(LIMIT) == [("Ben", "rep:zoe")]
        assert here.lead(told).reason == "rule:to-sdr"


def test_without_an_overflow_the_next_tier_takes_it_at_the_limit(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(people=CALENDARS + ADA + full(KIM) + ZOE)
        here.send("anna")
        told = here.send("ben")
        assert here.decide(LIMIT) == [("Ben", "queue:desk")]
        assert (here.lead(told).outcome, here.lead(told).reason) == ("queued", "rule:rest")


def test_capacity_that_was_given_meanwhile_counts_at_the_limit(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(people=CALENDARS + ADA + full(KIM) + ZOE)
        here.send("anna")
        here.send("ben")
        here.publish(people=CALENDARS + ADA + full(KIM) + NOOR + ZOE)
        assert here.decide(LIMIT) == [("Ben", "rep:noor")]


@pytest.mark.parametrize(
    "moved",
    ["UPDATE lead SET epoch = epoch + 1 WHERE id = ?", "UPDATE lead SET merged_into = id WHERE id = ?"],
)
def test_a_job_whose_lead_has_moved_on_decides_nothing(database_url: str, moved: str) -> None:
    with office(database_url, at=SATURDAY) as here:
        told = here.send("anna")
        here.change(moved, str(told["lead"]))
        before = here.rows("SELECT count(*) FROM decision")
        assert here.decide(OPENING) == []
        assert here.rows(STATES) == [("decide", "hours-opened", "cancelled", 1, "")]
        assert here.rows("SELECT count(*) FROM decision") == before


def test_a_new_holder_cancels_the_jobs_of_the_one_before(database_url: str) -> None:
    """Twice decided, once by a worker that was late: the second job's epoch is over."""
    with office(database_url, at=SATURDAY) as here:
        told = here.send("anna")
        lead = str(told["lead"])
        here.change(
            "INSERT INTO job SELECT ?, kind, lane, lead_id, ref_id, 'rerun', due_at, priority, guard_epoch, state,"
            " lease_token, lease_until, attempts, last_error, payload FROM job WHERE kind = 'decide'",
            here.desk.new_id(),
        )
        assert here.decide(OPENING) == [("Anna", "rep:kim")]
        assert here.rows(
            "SELECT state, count(*) FROM job WHERE kind = 'decide' AND lead_id = ? GROUP BY state ORDER BY state",
            lead,
        ) == [("cancelled", 1), ("done", 1)]


def test_two_workers_claim_different_jobs(database_url: str) -> None:
    with office(database_url, at=SATURDAY) as here:
        for n in range(6):
            here.send(f"p{n}")
        here.at = OPENING
        first, second = claimed(here, OPENING, limit=4), claimed(here, OPENING)
        assert (len(first), len(second)) == (4, 2)
        assert {job.id for job in first}.isdisjoint(job.id for job in second)
        assert here.decide(OPENING) == []  # nothing is left for a third one


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_nodes_at_once_decide_every_lead_once(database_url: str) -> None:
    with office(database_url, at=SATURDAY) as here, office(database_url, "ben", published=False) as other:
        for n in range(40):
            here.send(f"p{n}")
        with ThreadPoolExecutor(2) as both:
            done = list(both.map(lambda node: node.decide(OPENING), (here, other)))
        assert sorted(name for each in done for name, _ in each) == sorted(f"P{n}" for n in range(40))
        assert here.rows("SELECT DISTINCT state FROM job WHERE kind = 'decide' AND lead_id IS NOT NULL") == [
            ("done",)
        ]
        held = dict(
            here.rows("SELECT holder_id, count(*) FROM lead WHERE holder_kind = 'rep' GROUP BY holder_id")
        )
        assert sorted(held.values()) == [13, 13, 14]


def test_whoever_lost_the_lease_commits_nothing(database_url: str) -> None:
    with office(database_url, at=SATURDAY) as here:
        told = here.send("anna")
        here.at = OPENING
        [late] = claimed(here, OPENING)
        [now] = claimed(here, OPENING + MINUTE)  # the lease was over: somebody else has it
        assert here.desk.writer.submit(Redecide(late)).result() == []
        assert (here.lead(told).outcome, here.lead(told).epoch) == ("waiting", 1)
        [done] = here.desk.writer.submit(Redecide(now)).result()
        assert done.cause == Cause.HOURS_OPENED
        assert (here.lead(told).holder_id, here.lead(told).epoch) == ("kim", 2)


def test_a_lead_nobody_can_decide_is_put_off_longer_each_time_and_harms_no_other(database_url: str) -> None:
    with office(database_url, at=SATURDAY) as here:
        bad, _ = here.send("anna"), here.send("ben")
        here.change("UPDATE lead SET facts = '[1]' WHERE id = ?", str(bad["lead"]))
        assert here.decide(OPENING) == [("Ben", "rep:kim")]
        waits = []
        for _ in range(3):
            [(due, state, error)] = here.rows(
                "SELECT due_at, state, last_error FROM job WHERE lead_id = ? AND kind = 'decide'",
                str(bad["lead"]),
            )
            assert (state, error) == ("ready", "ValidationError")
            due = due if isinstance(due, datetime) else datetime.fromisoformat(due)
            waits.append(round((due - here.at).total_seconds()))
            assert here.lead(bad).next_at == due
            assert here.decide(due) == []
        assert waits == [10, 20, 40]
        here.change('UPDATE lead SET facts = \'{"first_name": "Anna"}\' WHERE id = ?', str(bad["lead"]))
        assert here.decide(here.at + timedelta(minutes=10)) == [("Anna", "rep:noor")]


def test_the_auditor_hears_of_an_alarm_that_only_fails(database_url: str) -> None:
    """It is put off each time, so nobody ever finds it overdue; and its lead has a next instant all the while."""
    with office(database_url, at=SATURDAY) as here:
        bad = here.send("anna")
        here.change("UPDATE lead SET facts = '[1]' WHERE id = ?", str(bad["lead"]))

        def found(at: datetime) -> list[tuple[str, int]]:
            here.decide(at)
            with here.desk.read() as tx:
                return [(each.what, each.count) for each in look(tx, at)]

        assert found(OPENING) == []
        assert found(OPENING + timedelta(seconds=11)) == []
        assert found(OPENING + timedelta(seconds=32)) == []
        assert found(OPENING + timedelta(seconds=73)) == [("jobs-failing", 1)]
        here.change('UPDATE lead SET facts = \'{"first_name": "Anna"}\' WHERE id = ?', str(bad["lead"]))
        assert found(OPENING + timedelta(minutes=10)) == []


def test_nothing_is_claimed_before_there_is_anything_to_decide_with(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.send("anna")
        assert here.decide(MONDAY + HOUR) == []
        assert here.rows(STATES) == [("route", "arrived", "ready", 0, "no-policy")]
        here.publish(RULES, PEOPLE)
        assert here.decide(MONDAY + HOUR) == [("Anna", "rep:kim")]


def test_an_alarm_that_changes_nothing_leaves_the_lead_its_next_one(database_url: str) -> None:
    """It waited for the morning, and was found out to need support before it came."""
    ticket = """
[[rule]]
id = "help"
tier = "first"
when = { country = "ES" }
send_to = { support = "helpdesk" }
"""
    with office(database_url, at=SATURDAY) as here:
        here.publish(RULES.replace("\n[[rule]]", f"{ticket}\n[[rule]]", 1))
        told = here.send("anna")
        here.desk.act(LearnFacts(str(told["lead"]), {"country": "ES"}, "kim"))
        here.decide(OPENING)
        assert here.lead(told).outcome == "support"
        [(first,)] = here.rows("SELECT min(due_at) FROM job WHERE state = 'ready'")
        assert here.lead(told).next_at == instants.read(first) > OPENING


def test_what_is_learnt_while_it_waits_sets_one_alarm_and_no_second_one(database_url: str) -> None:
    """Each hold had left its alarm behind: from nurture Anna would have been fetched on the next morning."""
    later = """
[[rule]]
id = "later"
tier = "first"
when = { country = "ES" }
send_to = { nurture = "30d" }
"""
    with office(database_url, at=SATURDAY) as here:
        here.publish(RULES.replace("\n[[rule]]", f"{later}\n[[rule]]", 1))
        told = here.send("anna")
        ready = "SELECT cause FROM job WHERE state = 'ready' AND kind = 'decide'"
        for employees in (10, 20, 30):
            here.desk.act(LearnFacts(str(told["lead"]), {"employees": employees}, "kim"))
            assert here.rows(ready) == [("hours-opened",)]
        here.desk.act(LearnFacts(str(told["lead"]), {"country": "ES"}, "kim"))
        assert here.rows(ready) == [("rerun",)]
        assert here.decide(OPENING) == []
        assert here.lead(told).outcome == "nurture"
        assert faults(here) == []
