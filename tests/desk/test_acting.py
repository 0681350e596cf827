"""What people do to a lead: each act with what it changes and what it leaves alone, and every refusal with its reason."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from desk.office import Office, office, owner
from desk.views import LOUD, Told, clock_rows, clocks, faults, letters, owners, reasons, running, tasks
from firstright.desk.acting import (
    LONGEST_WHAT,
    Accept,
    Acted,
    Claim,
    Decline,
    LogEngagement,
    LogTouch,
    OnLead,
)
from firstright.desk.crm.accounts import TakeCrm
from firstright.desk.learning import LearnFacts
from firstright.errors import FirstrightError, NotFound, Refused, Superseded
from firstright.intake.crmfiles import Account
from firstright.storage import leads
from routing import ADA, CALENDARS, CATCH_ALL, DAY, HOUR, KIM, MINUTE, MONDAY, NOOR, TO_SDR, ZOE

NOBODY = "0190a000-0000-7000-8000-000000000000"
NURTURE = """
[[rule]]
id = "later"
tier = "first"
when = { intent = "download" }
send_to = { nurture = "30d" }
"""
ONLY_TOUCH = LOUD.replace('untouched = "2h"', 'untouched = "52w"')


def act(here: Office, work: OnLead) -> Acted | FirstrightError:
    """What came of it, also where nothing did."""
    try:
        return here.desk.act(work)
    except FirstrightError as refusal:
        return refusal


def untouched(here: Office) -> list[tuple[object, ...]]:
    """Everything an act could change."""
    return [
        *here.rows(
            "SELECT id, epoch, holder_id, status, touched, facts, priority, next_at FROM lead ORDER BY id"
        ),
        *here.rows("SELECT id, state, met_at, missed_at FROM clock ORDER BY id"),
        *here.rows("SELECT id, state FROM task ORDER BY id"),
        *here.rows("SELECT id, state, priority FROM job ORDER BY id"),
        *here.rows("SELECT count(*) FROM decision"),
        *here.rows("SELECT count(*) FROM delivery"),
        *here.rows("SELECT count(*) FROM touch"),
        *here.rows("SELECT count(*) FROM engagement"),
        *here.rows("SELECT count(*) FROM ledger"),
    ]


def test_who_accepts_meets_the_clock_of_the_assignment_and_one_to_the_touch_begins(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        here.at = MONDAY + 30 * MINUTE
        done = here.desk.act(Accept(str(mara["lead"]), "kim", epoch=1))
        assert done == Acted(str(mara["lead"]), done.decision, "owner", "kim", 1, "routed", False)
        assert clocks(here, mara) == [
            ("speed-to-lead", 1, "running", "02T16:00"),
            ("owner", 1, "met", "02T11:00"),
            ("owner", 1, "running", "02T11:30"),
        ]
        assert letters(here, mara, 2) == [("webhook:crm", "lead.accepted", "ready")]
        here.at = MONDAY + 40 * MINUTE
        assert here.desk.act(Accept(str(mara["lead"]), "kim")) == Acted(
            str(mara["lead"]), "", "owner", "kim", 1, "routed", True
        )
        assert len(clocks(here, mara)) == 3  # to accept twice buys no time
        assert faults(here) == []


def test_who_declines_loses_it_to_somebody_who_has_not_had_it_and_never_gets_it_back(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        given = []
        for minutes in (10, 20, 30):
            here.at = MONDAY + minutes * MINUTE
            having = here.lead(mara).holder_id
            done = here.desk.act(Decline(str(mara["lead"]), having, "busy"))
            given.append((having, done.owner, done.outcome))
        assert given == [("kim", "noor", "owner"), ("noor", "omar", "owner"), ("omar", "", "queued")]
        assert owners(here, mara)[1:] == [
            ("noor", "declined", "02T09:10"),
            ("omar", "declined", "02T09:20"),
            ("queue:desk", "declined", "02T09:30"),
        ]
        assert [(rep, state) for rep, _, state, _ in tasks(here, mara)] == [
            ("kim", "cancelled"),
            ("noor", "cancelled"),
            ("omar", "cancelled"),
        ]
        assert here.rows("SELECT rep, count(*) FROM ledger GROUP BY rep ORDER BY rep") == [
            ("kim", 1),
            ("noor", 1),
            ("omar", 1),
        ]  # each move is one turn
        assert faults(here) == []


def test_the_owners_touch_meets_both_clocks_and_does_the_task(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        here.at = MONDAY + 30 * MINUTE
        at = MONDAY + 20 * MINUTE
        done = here.desk.act(
            LogTouch(str(mara["lead"]), "kim", "call", result="no answer", note="tried twice", at=at)
        )
        assert (done.owner, done.status) == ("kim", "attempted-contact")
        assert [(c.clock, c.state, c.met_at) for c in clock_rows(here, mara)] == [
            ("speed-to-lead", "met", at),
            ("owner", "met", at),
        ]
        assert tasks(here, mara) == [("kim", "call", "done", "02T09:05")]
        assert here.rows("SELECT rep_id, channel, result, note FROM touch") == [
            ("kim", "call", "no answer", "tried twice")
        ]
        assert here.rows("SELECT cause, due_at FROM job WHERE state = 'ready'")[0][0] == "no-reply"
        assert faults(here) == []


def test_somebody_elses_touch_is_the_first_touch_and_not_the_owners(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        here.at = MONDAY + 30 * MINUTE
        here.desk.act(LogTouch(str(mara["lead"]), "zoe", "call"))
        assert [(c[0], c[2]) for c in clocks(here, mara)] == [("speed-to-lead", "met"), ("owner", "running")]
        assert tasks(here, mara) == [("kim", "call", "open", "02T09:05")]
        assert here.rings(MONDAY + 2 * HOUR + MINUTE) == [("Mara", "rule:to-sdr", "rep:noor")]
        assert faults(here) == []


def test_a_lead_of_the_front_desk_that_was_called_is_not_forgotten(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD.replace(TO_SDR, ""), CALENDARS + ADA + KIM)
        mara = here.send("mara")
        assert owner(mara) == "queued"
        got = act(here, Accept(str(mara["lead"]), "kim"))
        assert str(got) == "it is with no rep, but in queue desk by now (epoch 1)"
        here.desk.act(LogTouch(str(mara["lead"]), "kim", "call"))
        assert [c[2] for c in clocks(here, mara)] == ["met"]
        assert faults(here) == []  # it has an alarm


def test_a_late_touch_leaves_the_clock_missed_and_says_how_late(database_url: str) -> None:
    ladder = 'untouched = "2h"\non_missed = ["tell-owner"]\n'
    with office(database_url, published=False) as here:
        here.publish(LOUD.replace('untouched = "2h"\n', ladder))
        mara = here.send("mara")
        assert here.rings(MONDAY + 2 * HOUR + MINUTE) == [("Mara", "escalated", "rep:kim")]
        missed = running(here, mara).missed_at
        here.at = MONDAY + 150 * MINUTE
        here.desk.act(LogTouch(str(mara["lead"]), "kim", "email"))
        clock = clock_rows(here, mara)[1]
        assert (clock.state, clock.missed_at, clock.met_at) == ("missed", missed, here.lead(mara).updated_at)
        assert here.rings(MONDAY + 4 * HOUR) == []  # met is met: it rings no more
        assert faults(here) == []


def test_what_the_one_before_missed_nobody_meets_any_more(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        here.rings(MONDAY + 2 * HOUR + MINUTE)
        here.at = MONDAY + 3 * HOUR
        here.desk.act(Accept(str(mara["lead"]), "noor"))
        here.desk.act(LogTouch(str(mara["lead"]), "noor", "call"))
        assert [(c.clock, c.epoch, c.state, c.met_at is None) for c in clock_rows(here, mara)] == [
            ("speed-to-lead", 1, "met", False),
            ("owner", 1, "missed", True),  # Kim's
            ("owner", 2, "met", False),
            ("owner", 2, "met", False),
        ]
        assert faults(here) == []


def test_an_engagement_raises_urgency_and_stops_nothing(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        before = clocks(here, mara)
        done = here.desk.act(LogEngagement(str(mara["lead"]), "tracker", "reply"))
        assert (done.owner, done.epoch, clocks(here, mara)) == ("kim", 1, before)
        assert (here.lead(mara).priority, here.lead(mara).touched) == (10, False)
        assert letters(here, mara, 2) == [
            ("email:kim", "lead.engaged", "ready"),
            ("webhook:crm", "lead.engaged", "ready"),
        ]
        assert faults(here) == []


def test_rising_intent_of_a_nurtured_lead_begins_a_new_cycle_with_fresh_clocks(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD.replace(TO_SDR, NURTURE + TO_SDR))
        mara = here.send("mara", intent="download")
        assert (mara["outcome"], clocks(here, mara)) == ("nurture", [])
        got = act(here, Accept(str(mara["lead"]), "kim"))
        assert str(got) == "it is with no rep, but in nurture by now (epoch 1)"
        here.at = MONDAY + DAY
        here.publish(LOUD)
        done = here.desk.act(LogEngagement(str(mara["lead"]), "tracker", "reply"))
        lead = here.lead(mara)
        assert (done.owner, done.epoch, lead.cycle, lead.touched) == ("kim", 2, 2, False)
        assert clocks(here, mara) == [
            ("speed-to-lead", 2, "running", "03T16:00"),
            ("owner", 2, "running", "03T11:00"),
        ]
        assert faults(here) == []


def test_what_is_learnt_is_kept_and_found_by(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara", last_name="Hill")
        done = here.desk.act(LearnFacts(str(mara["lead"]), {"phone": "+4930901820"}, "clearbit"))
        assert (done.owner, reasons(here, mara)[-1]) == ("kim", ("enriched", "locked"))
        again = here.send("nobody", email="", first_name="Mara", last_name="Hill", phone="+4930901820")
        assert (again["lead"], again["repeat"]) == (mara["lead"], True)
        assert faults(here) == []


REFUSED: list[tuple[Callable[[str], OnLead], FirstrightError]] = [
    (lambda lead: Accept(NOBODY, "kim"), NotFound(f"lead {NOBODY}")),
    (lambda lead: Accept(lead, "kimm"), Refused(['rep: "kimm" is not known; did you mean kim?'])),
    (lambda lead: Accept(lead, "noor"), Superseded("kim", 1)),
    (lambda lead: Accept(lead, "kim", epoch=2), Superseded("kim", 1)),
    (lambda lead: Decline(lead, "noor", "busy"), Superseded("kim", 1)),
    (
        lambda lead: Decline(lead, "kimm", "bussy"),
        Refused(
            [
                'rep: "kimm" is not known; did you mean kim?',
                'reason: "bussy" is not known; did you mean busy?',
            ]
        ),
    ),
    (
        lambda lead: LogTouch(lead, "kim", "fax"),
        Refused(['channel: "fax" is not known; there are call, email, sms, chat, meeting']),
    ),
    (
        lambda lead: LogTouch(lead, "kim", "call", at=MONDAY + HOUR + 6 * MINUTE),
        Refused(["at: 2026-03-02T10:06:00+00:00 has not come yet"]),
    ),
    (
        lambda lead: LogTouch(lead, "kim", "call", at=MONDAY - DAY),
        Refused(
            ["at: 2026-03-01T09:00:00+00:00 is longer ago than the policy lets it be logged (1 day, 0:00:00)"]
        ),
    ),
    (lambda lead: LogTouch(lead, "kim", "call", epoch=0), Superseded("kim", 1)),
    (
        lambda lead: LogEngagement(lead, "tracker", "clik"),
        Refused(['kind: "clik" is not known; did you mean click?']),
    ),
    (
        lambda lead: LogEngagement(lead, "tracker", "click", at=MONDAY + 2 * HOUR),
        Refused(["at: 2026-03-02T11:00:00+00:00 has not come yet"]),
    ),
    (
        lambda lead: LogEngagement(lead, "tracker", "click", what="x" * (LONGEST_WHAT + 1)),
        Refused(["what: has at most 500 characters"]),
    ),
    (lambda lead: LearnFacts(lead, {}, "clearbit"), Refused(["facts: there are none"])),
]


def test_every_refusal_says_what_is_wrong_and_changes_nothing(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        here.at = MONDAY + HOUR
        before = untouched(here)
        for work, wanted in REFUSED:
            got = act(here, work(str(mara["lead"])))
            assert (type(got), vars(got)) == (type(wanted), vars(wanted))
        assert untouched(here) == before


def test_a_page_may_have_as_long_an_address_as_it_says(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        here.desk.act(LogEngagement(str(mara["lead"]), "tracker", "visit", what="x" * LONGEST_WHAT))
        assert here.rows("SELECT what FROM engagement") == [("x" * LONGEST_WHAT,)]


def test_a_touch_before_the_lead_came_is_none(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        got = act(here, LogTouch(str(mara["lead"]), "kim", "call", at=MONDAY - HOUR))
        came = here.lead(mara).arrived_at.isoformat()
        assert isinstance(got, Refused)
        assert got.reasons == (f"at: 2026-03-02T08:00:00+00:00 is before the lead came ({came})",)


def test_a_clock_that_runs_ahead_a_little_is_forgiven(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        here.desk.act(LogTouch(str(mara["lead"]), "kim", "call", at=MONDAY + 4 * MINUTE))
        assert clock_rows(here, mara)[0].met_at == here.lead(mara).updated_at  # not in the future


WORKS: dict[str, Callable[[str], OnLead]] = {
    "accept": lambda lead: Accept(lead, "kim", key="k1"),
    "decline": lambda lead: Decline(lead, "kim", "busy", key="k1"),
    "touch": lambda lead: LogTouch(lead, "kim", "call", key="k1"),
    "engagement": lambda lead: LogEngagement(lead, "tracker", "click", key="k1"),
    "facts": lambda lead: LearnFacts(lead, {"employees": 12}, "clearbit", key="k1"),
}


@pytest.mark.parametrize("verb", WORKS)
def test_the_same_key_again_gives_the_same_and_does_nothing_twice(database_url: str, verb: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        here.at = MONDAY + 30 * MINUTE
        work = WORKS[verb]
        first = here.desk.act(work(str(mara["lead"])))
        after = untouched(here)
        here.at += MINUTE
        again = here.desk.act(work(str(mara["lead"])))
        assert (again.lead, again.outcome, again.owner, again.epoch, again.status, again.repeat) == (
            first.lead, first.outcome, first.owner, first.epoch, first.status, True,
        )  # fmt: skip
        assert again.decision in (first.decision, "")
        assert untouched(here) == after
        assert faults(here) == []


@pytest.mark.parametrize("verb", WORKS)
def test_the_same_key_twice_in_one_turn_does_nothing_twice(database_url: str, verb: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        with here.held():
            futures = [here.desk.writer.submit(WORKS[verb](str(mara["lead"]))) for _ in range(3)]
        done = [future.result() for future in futures]
        assert [each.repeat for each in done if isinstance(each, Acted)] == [False, True, True]
        assert len(reasons(here, mara)) == 2
        assert faults(here) == []


def test_whoever_means_a_merged_lead_means_the_one_it_is_now(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara, twin = here.send("mara"), here.send("nils")
        with here.desk.database.write() as tx:
            leads.merge(tx, str(twin["lead"]), str(mara["lead"]), here.at)
        done = here.desk.act(LogTouch(str(twin["lead"]), "kim", "call"))
        assert (done.lead, done.owner) == (str(mara["lead"]), "kim")
        assert here.lead(mara).touched
        assert not here.lead(twin).touched


def test_a_declined_lead_of_an_account_does_not_return_to_its_owner(database_url: str) -> None:
    steps = '[[precedence]]\nstep = "account-owner"\n\n[[precedence]]\nstep = "previous-owner"\n\n[pools.sdr]'
    hill = Account("A-1", "Hill Ltd", ("hill.example",), "kim", "customer", "A", "")
    with office(database_url, published=False) as here:
        here.publish(LOUD.replace("[pools.sdr]", steps, 1))
        here.desk.writer.submit(TakeCrm("crm", [hill], [])).result()
        mara = here.send("mara", email="mara@hill.example")
        assert owner(mara) == "kim"
        done = here.desk.act(Decline(str(mara["lead"]), "kim", "conflict"))
        assert done.owner in ("noor", "omar")
        assert here.desk.act(Decline(str(mara["lead"]), done.owner, "busy")).owner not in ("kim", done.owner)
        assert faults(here) == []


def test_a_declined_lead_that_waits_for_the_office_still_knows_who_declined_it(database_url: str) -> None:
    people = CALENDARS + ADA + KIM + NOOR + ZOE
    with office(database_url, published=False) as here:
        here.publish(LOUD, people)
        mara = here.send("mara")
        here.at = MONDAY + 10 * HOUR  # everybody has gone home
        done = here.desk.act(Decline(str(mara["lead"]), "kim", "busy"))
        if done.outcome == "waiting":
            assert here.decide(MONDAY + DAY) == [("Mara", "rep:noor")]
        assert owners(here, mara)[-1][0] in ("noor", "queue:desk")
        assert faults(here) == []


def test_of_three_acts_in_one_turn_each_sees_what_the_one_before_did(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = str(here.send("mara")["lead"])
        with here.held():
            works = [
                Decline(mara, "kim", "busy", epoch=1),
                Accept(mara, "kim", epoch=1),
                Accept(mara, "noor", epoch=2),
            ]
            futures = [here.desk.writer.submit(work) for work in works]
        first, second, third = [future.result() for future in futures]
        assert isinstance(first, Acted)
        assert isinstance(second, Superseded)
        assert isinstance(third, Acted)
        assert (first.owner, second.owner, second.epoch, third.owner, third.epoch) == (
            "noor",
            "noor",
            2,
            "noor",
            2,
        )
        assert faults(here) == []


def test_where_no_owner_clock_runs_a_touch_by_somebody_leaves_an_alarm(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(ONLY_TOUCH + CATCH_ALL.replace("rest", "rest2"))
        mara: Told = here.send("mara")
        here.desk.act(LogTouch(str(mara["lead"]), "zoe", "call"))
        assert here.lead(mara).next_at is not None
        assert here.lead(mara).next_at < MONDAY + timedelta(days=8)
        assert faults(here) == []


TO_QUEUE = (
    LOUD.replace(TO_SDR, "").replace('tell = ["ada"]', 'tell = ["kim", "noor"]')
    + """
[[rule]]
id = "floor"
tier = "first"
when = { intent = "pricing" }
send_to = { queue = "desk" }
"""
)


def test_of_all_who_reach_for_a_lead_in_a_queue_one_gets_it_with_the_clock_of_an_owner(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_QUEUE)
        mara = here.send("mara", intent="pricing")
        lead = str(mara["lead"])
        assert mara["outcome"] == "queued"
        got = [act(here, Claim(lead, rep, epoch=1)) for rep in ("noor", "kim", "noor")]
        won = got[0]
        assert isinstance(won, Acted)
        assert (won.outcome, won.owner, won.epoch, won.repeat) == ("owner", "noor", 2, False)
        assert [type(each) for each in got[1:]] == [Superseded, Superseded]
        assert act(here, Claim(lead, "noor")) == Acted(lead, "", "owner", "noor", 2, "routed", True)
        assert [who for who, *_ in owners(here, mara)][-1] == "noor"
        assert ("owner", 2, "running") in [clock[:3] for clock in clocks(here, mara)]
        assert here.rows("SELECT count(*) FROM ledger") == [(0,)]  # nobody's turn was spent
        assert here.rows("SELECT actor FROM audit WHERE decision_id = ?", won.decision) == [("noor",)]
        assert here.rows("SELECT epoch, origin FROM assignment ORDER BY epoch") == [
            (1, "rule"),
            (2, "person"),
        ]
        assert faults(here) == []


def test_a_queue_that_names_its_people_is_theirs_alone(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(TO_QUEUE)
        mara = here.send("mara", intent="pricing")
        refusal = act(here, Claim(str(mara["lead"]), "zoe"))
        assert isinstance(refusal, Refused)
        assert refusal.reasons == ("rep: zoe is not told of queue desk; those who are: kim, noor",)
        assert isinstance(act(here, Claim(str(mara["lead"]), "kim")), Acted)


def test_back_from_nurture_by_its_alarm_a_lead_begins_a_new_cycle_with_fresh_clocks(
    database_url: str,
) -> None:
    """The rule that sent it away has gone meanwhile: nobody who waited a month is late since the day they wrote."""
    with office(database_url, published=False) as here:
        here.publish(LOUD.replace(TO_SDR, NURTURE + TO_SDR))
        mara = here.send("mara", intent="download")
        assert mara["outcome"] == "nurture"
        here.publish(LOUD)
        assert [to for _, to in here.decide(MONDAY + 31 * DAY)] == ["rep:kim"]
        row = here.lead(mara)
        assert (row.cycle, row.touched) == (2, False)
        assert row.expected_at is not None
        assert row.expected_at > MONDAY + 31 * DAY
        assert {clock[0] for clock in clocks(here, mara) if clock[2] == "running"} == {
            "speed-to-lead",
            "owner",
        }
        assert faults(here) == []
