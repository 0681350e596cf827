"""What an arrival becomes: a lead, an engagement of a known one, or something kept to be decided when that is possible."""

import json

import pytest

from chaos.scene import broken, replayed
from desk.office import PEOPLE, RULES, Office, office, owner
from desk.views import faults
from firstright.core.replay import Verdict
from firstright.desk.receive import Receive
from firstright.storage import jobs
from routing import ADA, CALENDARS, DAY, HOUR, KIM, MINUTE, MONDAY, NOOR, OMAR, SATURDAY, ZOE

NURTURED = """
[[rule]]
id = "download"
tier = "first"
when = { intent = "download" }
send_to = { nurture = "30d" }

[[rule]]
id = "junk"
tier = "first"
when = { company = "test" }
send_to = { reject = "test entry" }
"""
LATE = HOUR + MINUTE
STORED = """SELECT a.label, a.status, count(*) FROM arrival AS a GROUP BY a.label, a.status ORDER BY a.label, a.status"""
HELD = "SELECT epoch, cycle, holder_id, cause FROM assignment WHERE lead_id = ? ORDER BY epoch"


def with_nurture(here: Office, more: str = "") -> None:
    head, rest = RULES.split("[[rule]]", 1)
    here.publish(
        head.replace("[pools.sdr]", f"{more}\n[pools.sdr]", 1) + NURTURED + "[[rule]]" + rest, PEOPLE
    )


def told_owners(here: Office, lead: object) -> list[tuple[str, str]]:
    return here.rows("SELECT rep_id, state FROM delivery WHERE lead_id = ? ORDER BY id", str(lead))


def test_a_repeat_enquiry_is_an_engagement_that_raises_the_lead_and_tells_its_owner(
    database_url: str,
) -> None:
    with office(database_url) as here:
        first = here.send("anna")
        before = here.lead(first)
        here.at += HOUR
        again = here.send("anna", intent="pricing")
        row = here.lead(first)
        assert (again["lead"], owner(again), again["repeat"]) == (first["lead"], "kim", True)
        assert (before.priority, row.priority) == (0, 10)
        assert (row.epoch, row.next_at) == (1, before.next_at)
        assert json.loads(row.facts) == {
            **json.loads(before.facts),
            "intent": "pricing",
            "first.source": "web",
            "trail": ["2026-03-02T10:00:00Z form"],
            "engagement.count": 1,
            "engagement.last": "2026-03-02T10:00:00+00:00",
        }
        assert here.rows("SELECT kind, lead_id FROM engagement") == [("enquiry", first["lead"])]
        assert told_owners(here, first["lead"]) == [("kim", "ready")] * 2
        assert here.rows("SELECT count(*) FROM ledger") == [(1,)]
        assert here.rows(STORED) == [("created", 201, 1), ("merged", 200, 1)]


def test_a_raised_lead_that_waits_is_decided_before_older_ones(database_url: str) -> None:
    with office(database_url, at=SATURDAY) as here:
        here.send("ben")
        here.send("anna")
        here.send("anna", intent="pricing")
        assert [name for name, _ in here.decide(SATURDAY + 2 * DAY)] == ["Anna", "Ben"]


def test_a_second_key_of_the_same_person_finds_the_same_lead(database_url: str) -> None:
    with office(database_url) as here:
        first = here.send("anna", phone="+49 30 901820", last_name="Ek")
        by_phone = here.send("anna", email="a.ek@home.example", phone="+49 30 901820", last_name="Ek")
        assert by_phone["lead"] == first["lead"]


def test_the_same_key_with_another_body_changes_nothing_and_the_first_reply_stays(database_url: str) -> None:
    with office(database_url) as here:
        first = here.arrival("anna", event="form-1")
        other = here.arrival("ben", event="form-1")
        created, refused, again = here.desk.take_in([first, other, first])  # all three in one batch
        assert (created.status, refused.status, again.status) == (201, 422, 201)
        assert (again.body, again.replayed, refused.replayed) == (created.body, True, False)
        assert here.rows(STORED) == [("created", 201, 1)]
        assert here.desk.take_in([other])[0].status == 422
        assert here.rows("SELECT count(*) FROM lead") == [(1,)]


def test_what_came_before_the_policy_is_kept_with_its_reply_and_decided_after_it(database_url: str) -> None:
    with office(database_url, published=False) as here:
        arrival = here.arrival("anna", event="form-1")
        pending = here.desk.take_in([arrival])[0]
        lead = json.loads(pending.body)
        assert (pending.status, lead["outcome"], lead["decision"]) == (202, "pending", None)
        assert here.rows("SELECT kind, cause, state, last_error FROM job") == [
            ("route", "arrived", "ready", "no-policy")
        ]
        assert here.decide(MONDAY + MINUTE) == []
        here.publish()
        assert here.decide(MONDAY + MINUTE) == [("Anna", "rep:kim")]
        assert here.lead(lead).reason == "rule:to-sdr"
        assert here.desk.take_in([arrival])[0].body == pending.body  # for ever the reply that was given
        assert replayed(here.desk.database)[0] == {Verdict.EQUAL: 1}
        assert broken(here.desk.database) == []


def test_a_lead_kept_because_of_a_damaged_row_is_decided_once_that_is_mended(database_url: str) -> None:
    with office(database_url) as here:
        first = here.send("anna")
        facts = here.lead(first).facts
        here.change("UPDATE lead SET facts = '[1]' WHERE id = ?", str(first["lead"]))
        kept = here.send("anna", intent="pricing")
        assert (kept["outcome"], kept["lead"] != first["lead"]) == ("pending", True)
        assert here.decide(MONDAY + MINUTE) == []  # still damaged: put off
        here.change("UPDATE lead SET facts = ? WHERE id = ?", facts, str(first["lead"]))
        assert here.decide(MONDAY + HOUR) == [("Anna", "rep:kim")]
        assert here.lead(kept).merged_into == first["lead"]
        assert here.rows(
            "SELECT holder_id, count(*) FROM assignment WHERE holder_kind = 'rep' GROUP BY 1"
        ) == [("kim", 1)]
        assert here.rows("SELECT count(*) FROM ledger") == [(1,)]
        assert broken(here.desk.database) == []


@pytest.mark.parametrize("facts", [{"intent": "download"}, {"company": "test"}])
def test_after_nurture_or_a_rejection_an_enquiry_begins_a_new_cycle_of_the_same_lead(
    database_url: str, facts: dict[str, str]
) -> None:
    with office(database_url) as here:
        with_nurture(here)
        first = here.send("anna", **facts)
        assert owner(first) in ("nurture", "rejected")
        here.at += DAY
        again = here.send("anna", intent="pricing", company="Anna Ltd")
        row = here.lead(first)
        assert (again["lead"], owner(again), again["repeat"]) == (first["lead"], "kim", False)
        assert (row.cycle, row.epoch, row.arrived_at) == (2, 2, here.lead(again).updated_at)
        assert here.rows(HELD, str(first["lead"])) == [(1, 1, "", "arrived"), (2, 2, "kim", "arrived")]
        speed = here.rows(
            "SELECT cycle, count(*) FROM clock WHERE clock = 'speed-to-lead' AND lead_id = ? GROUP BY cycle",
            str(first["lead"]),
        )
        assert speed == [(2, 1)]
        assert here.decide(MONDAY + 31 * DAY) == []  # nurture's alarm is over
        assert broken(here.desk.database) == []


def test_a_lead_back_from_nurture_by_time_goes_through_the_rules_again(database_url: str) -> None:
    with office(database_url) as here:
        with_nurture(here)
        first = here.send("anna", intent="download")
        here.publish()  # downloads are for sales by now
        assert here.decide(MONDAY + 30 * DAY + MINUTE) == [("Anna", "rep:kim")]
        assert here.lead(first).cycle == 2  # back from nurture is a cycle of its own


def test_a_policy_may_make_it_a_new_lead_after_a_closed_one(database_url: str) -> None:
    with office(database_url) as here:
        with_nurture(here, 'after_closed = "new-lead"')
        first = here.send("anna", intent="download")
        again = here.send("anna", intent="pricing")
        assert (again["lead"] != first["lead"], owner(again), again["repeat"]) == (True, "kim", False)
        third = here.send("anna", intent="pricing")
        assert (third["lead"], third["repeat"]) == (again["lead"], True)


def test_a_nurtured_lead_sleeps_on_while_the_same_person_is_being_worked_as_another(
    database_url: str,
) -> None:
    with office(database_url) as here:
        with_nurture(here, 'after_closed = "new-lead"')
        first = here.send("anna", intent="download")
        again = here.send("anna", intent="pricing")
        here.publish()  # downloads are for sales by now
        here.at = MONDAY + 30 * DAY + MINUTE
        while here.desk.work_due(here.at)[0]:
            pass
        assert (here.lead(first).outcome, here.lead(again).outcome) == ("nurture", "owner")
        assert faults(here) == []


def test_after_a_closed_cycle_the_previous_owner_gets_the_person_back(database_url: str) -> None:
    with office(database_url) as here:
        first = here.send("anna")
        here.send("ben")  # Noor's; Omar is next
        here.change(
            "UPDATE lead SET outcome = 'closed', status = 'lost', next_at = NULL WHERE id = ?",
            str(first["lead"]),
        )
        here.at += 30 * DAY + HOUR
        again = here.send("anna")
        assert (again["lead"], owner(again), again["reason"]) == (first["lead"], "kim", "step:previous-owner")
        assert here.lead(first).cycle == 2
        assert here.rows("SELECT count(*) FROM ledger") == [(2,)]  # precedence spends no turn


def test_an_open_lead_whose_owner_has_left_gets_another_one_and_stays_in_its_cycle(database_url: str) -> None:
    with office(database_url) as here:
        first = here.send("anna")
        gone = KIM.replace("pools =", 'left = "2026-03-02"\npools =')
        here.publish(people=CALENDARS + ADA + gone + NOOR + OMAR + ZOE)
        here.at += LATE
        again = here.send("anna")
        assert (again["lead"], owner(again), again["repeat"]) == (first["lead"], "noor", False)
        assert (here.lead(first).cycle, here.lead(first).epoch) == (1, 2)
        assert dict(here.rows("SELECT scope, data FROM standing WHERE scope LIKE 'rep:%'")) == {
            "rep:kim": "[0,0,0,0,0]", "rep:noor": "[1,1000000000,1,1,0]",
        }  # fmt: skip
        assert here.rows("SELECT state FROM task WHERE rep_id = 'kim'") == [("cancelled",)]


def test_a_job_of_a_kept_lead_that_an_enquiry_took_up_decides_nothing_more(database_url: str) -> None:
    with office(database_url, published=False) as here:
        kept = here.send("anna")
        here.publish()
        assert owner(here.send("anna")) == "kim"
        assert here.decide(MONDAY + HOUR) == []
        with here.desk.read() as tx:
            assert jobs.first_due(tx, kinds=("decide", "route")) is None
        assert here.lead(kept).holder_id == "kim"


def test_who_writes_five_times_in_one_batch_has_written_five_times(database_url: str) -> None:
    with office(database_url) as here:
        works = [Receive(here.arrival("anna")) for _ in range(5)]
        with here.held():
            replies = [here.desk.writer.submit(work) for work in works]
        assert [reply.result().status for reply in replies] == [201, 200, 200, 200, 200]
        ((facts, turns),) = here.rows(
            "SELECT l.facts, (SELECT count(DISTINCT turn) FROM decision) FROM lead AS l"
        )
        assert (json.loads(str(facts))["engagement.count"], turns) == (4, 1)
