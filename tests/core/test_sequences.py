"""Sequences as data: what ends one, when a step is due, and what is wrong with one in a policy."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from firstright.core.documents.lint import load
from firstright.core.documents.policyfile import read_policy
from firstright.core.lead import Act, Cause, Holder, HolderKind, Outcome
from firstright.core.outreach import Asks, Outreach
from firstright.core.sequences import (
    By,
    Counted,
    Ends,
    Sequence,
    done_so_far,
    due_after,
    ended_by,
    local_hours,
)
from routing import CATCH_ALL, HEAD, TO_SDR, lead

WELCOME = Sequence("welcome")
OWNED = replace(lead(), outcome=Outcome.OWNER, holder=Holder(HolderKind.REP, "kim"), epoch=1)
GOOD = """
[templates.hello]
text = "Hello {first_name}. {opt_out_url}"

[sequences.welcome]
name = "Welcome"
basis = "lead"
purpose = "trial"
stop_on = ["reply", "click"]
[[sequences.welcome.step]]
channel = "email"
template = "hello"
[[sequences.welcome.step]]
channel = "call"
wait = "2h"
task = "Call {first_name}"
when = { "so_far.clicked" = true, country = "DE" }

[outreach]
quiet_from = "19:30"
quiet_until = "09:00"
most_a_week = 3
apart = "2d"
[outreach.consent]
email = "opt-in"
"""
POLICY = (
    HEAD.replace('untouched = "2h"', 'untouched = "4h"')
    + TO_SDR.rstrip()
    + '\nsequence = "welcome"\n'
    + CATCH_ALL
)


def test_a_policy_says_its_steps_its_hours_and_what_needs_a_yes() -> None:
    policy, findings = read_policy(POLICY + GOOD)
    assert policy is not None and findings == ()
    found = policy.sequences["welcome"]
    assert (found.name, found.purpose, found.basis, found.stop_on) == (
        "Welcome", "trial", Counted.LEAD, (Ends.REPLY, Ends.CLICK),
    )  # fmt: skip
    assert [(s.channel, s.wait, s.template, s.task) for s in found.steps] == [
        (By.EMAIL, timedelta(0), "hello", ""),
        (By.CALL, timedelta(hours=2), "", "Call {first_name}"),
    ]
    assert policy.outreach == Outreach(
        19 * 60 + 30, 9 * 60, 3, timedelta(days=2),
        (("email", Asks.OPT_IN), ("sms", Asks.OPT_IN), ("call", Asks.OPT_OUT)),
    )  # fmt: skip
    assert policy.rules[0].sequence == "welcome"


def test_without_its_tables_nothing_is_sent_and_the_shipped_rules_hold() -> None:
    policy, _ = read_policy(HEAD + TO_SDR + CATCH_ALL)
    assert policy is not None and (policy.sequences, policy.outreach) == ({}, Outreach())


@pytest.mark.parametrize(
    ("was", "now", "code"),
    [
        ('template = "hello"', 'template = "helo"', "template.unknown"),
        (". {opt_out_url}", ".", "sequence.no_way_out"),
        ('sequence = "welcome"', 'sequence = "welcom"', "sequence.unknown"),
        ('channel = "call"\nwait = "2h"', 'channel = "email"\ntemplate = "hello"', "sequence.at_once"),
        ('task = "Call {first_name}"', 'task = "Call {firstname}"', "template.unknown_field"),
        ('stop_on = ["reply", "click"]', 'stop_on = ["replied"]', "value.unknown"),
        ('template = "hello"', "", "key.missing"),
        ('task = "Call {first_name}"', "", "key.missing"),
        ('quiet_from = "19:30"', 'quiet_from = "25:00"', "time.invalid"),
        ('basis = "lead"', 'bases = "lead"', "key.unknown"),
        ("country =", "contry =", "condition.unknown_field"),
    ],
)
def test_what_is_wrong_with_a_sequence_is_said_with_its_line(was: str, now: str, code: str) -> None:
    text = (POLICY + GOOD).replace(was, now)
    assert text != POLICY + GOOD
    _, _, findings = load(text)
    assert code in {f.code for f in findings}
    assert all(f.line for f in findings if f.code == code)


def test_a_sequence_that_asks_nobody_before_the_lead_is_taken_away_is_warned_of() -> None:
    late = (POLICY + GOOD).replace('wait = "2h"', 'wait = "3d"').replace('first_action = "call"\n', "")
    assert "sequence.too_long" in {f.code for f in load(late)[2]}
    assert "sequence.too_long" not in {f.code for f in load(late.replace('"3d"', '"1h"'))[2]}


@pytest.mark.parametrize(
    ("cause", "act", "why"),
    [
        (Cause.ENGAGED, Act(channel="reply"), "reply"),
        (Cause.ENGAGED, Act(channel="call-in"), "reply"),
        (Cause.ENGAGED, Act(channel="form"), "enquiry"),
        (Cause.ENGAGED, Act(channel="click"), ""),
        (Cause.ENGAGED, Act(channel="visit"), ""),
        (Cause.ARRIVED, None, "enquiry"),
        (Cause.BOOKED, Act(), "booked"),
        (Cause.TOUCHED, Act(channel="call", result="connected"), "reply"),
        (Cause.TOUCHED, Act(channel="call", result="no-answer"), ""),
        (Cause.CALL_OUTCOME, Act(channel="call", result="booked"), "booked"),
        (Cause.ENRICHED, Act(), ""),
        (Cause.SLA_MISSED, Act(), ""),
    ],
)
def test_an_answer_ends_it_and_what_is_none_does_not(cause: Cause, act: Act | None, why: str) -> None:
    assert ended_by(cause, act, OWNED, OWNED, WELCOME) == why


def test_what_a_sequence_does_not_name_does_not_end_it() -> None:
    assert ended_by(Cause.ENGAGED, Act(channel="reply"), OWNED, OWNED, replace(WELCOME, stop_on=())) == ""


@pytest.mark.parametrize("outcome", [Outcome.CLOSED, Outcome.REJECTED, Outcome.SUPPORT, Outcome.PARTNER])
def test_a_lead_that_is_over_is_not_written_to(outcome: Outcome) -> None:
    assert ended_by(Cause.OVERRIDDEN, None, OWNED, replace(OWNED, outcome=outcome), WELCOME) == "closed"


@pytest.mark.parametrize("status", ["won", "lost", "disqualified"])
def test_so_is_one_that_is_won_or_lost(status: str) -> None:
    assert ended_by(Cause.QUALIFIED, None, OWNED, replace(OWNED, status=status), WELCOME) == "closed"


def test_waits_are_counted_on_the_clock_of_the_lead_too() -> None:
    tokyo = local_hours("Asia/Tokyo", 8 * 60, 20 * 60)
    friday_evening = datetime(2026, 3, 6, 10, 30, tzinfo=UTC)  # half past seven there
    assert due_after(timedelta(hours=1), friday_evening, tokyo) == datetime(2026, 3, 8, 23, 30, tzinfo=UTC)
    assert due_after(timedelta(0), friday_evening, tokyo) == friday_evening


def test_what_was_done_so_far_is_told_by_kind() -> None:
    assert done_so_far(frozenset({"click"})) == {
        "so_far.replied": False, "so_far.clicked": True, "so_far.visited": False,
    }  # fmt: skip
