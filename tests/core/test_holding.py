"""Holds come to an end: each limit is set once, the first cause counts, and what was promised stays promised."""

from datetime import datetime

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.apply import after
from firstright.core.decision import ClockStarted, Decision, TaskGiven
from firstright.core.holding import hold
from firstright.core.lead import Cause, Lead, Outcome, Waiting
from firstright.core.world import Candidate
from routing import (
    ADA,
    CATCH_ALL,
    DAY,
    HEAD,
    HOUR,
    KIM,
    MINUTE,
    MONDAY,
    NOOR,
    OMAR,
    SATURDAY,
    TO_SDR,
    effects,
    kept_by,
    lead,
    owned,
    policy,
    rep,
    roster,
    routed,
    world,
)

TUESDAY_NINE = datetime.fromisoformat("2026-03-03T08:00:00+00:00")  # in Berlin
FULL = rep("Kim Larsen", "capacity = 1")


def until_it_lands(rules: object, subject: Lead, people: object, loads: dict[str, int]) -> list[Decision]:
    """Decisions about one lead, each when the one before asked for it, while it waits."""
    made = [routed(rules, subject, world(people, subject.arrived_at, loads=loads))]
    while made[-1].waiting and len(made) < 40:
        subject = after(subject, made[-1])
        at = made[-1].next_at
        assert at is not None
        made.append(routed(rules, subject, world(people, at, loads=loads), Cause.CAPACITY_FREED))
    return made


def full_pools(count: int) -> tuple[object, object]:
    """That many pools, each with one rep who is full, one tier each, every rule ready to wait half an hour."""
    names = [f"p{n}" for n in range(count)]
    tiers = ", ".join(f'"{name}"' for name in (*names, "last"))
    head = HEAD.replace('tiers = ["first", "second", "last"]', f"tiers = [{tiers}]")
    pools = "".join(f"\n[pools.{name}]\n" for name in names)
    rules = [
        f'\n[[rule]]\nid = "{name}"\ntier = "{name}"\nwhen = {{}}\nsend_to = {{ pool = "{name}" }}\n'
        'when_full = { wait = "30min" }\n'
        for name in names
    ]
    people = [
        rep(f"R{n} Full", "capacity = 1", pools=f"{{ {name} = 1 }}", calendar="24x7")
        for n, name in enumerate(names)
    ]
    return policy(*rules, CATCH_ALL, head=head + pools), roster(*people)


@given(st.integers(1, 5))
@settings(max_examples=5, deadline=None)
def test_a_lead_with_n_rules_to_wait_for_lands_after_at_most_n_holds(count: int) -> None:
    """Two full pools once handed a lead to and fro for ever, each with a fresh limit."""
    rules, people = full_pools(count)
    made = until_it_lands(rules, lead(), people, {f"r{n}": 1 for n in range(count)})
    assert made[-1].outcome is Outcome.QUEUED
    assert sum(decision.waiting is not None for decision in made) == count


def test_a_hold_keeps_its_first_limit_and_its_first_cause() -> None:
    begun = hold(lead(), Cause.SLA_MISSED, "rule:a", MONDAY)
    assert begun == Waiting("rule:a", MONDAY, Cause.SLA_MISSED)
    held = msgspec.structs.replace(lead(), waiting=begun)
    other = hold(held, Cause.HOURS_OPENED, "rule:b", MONDAY + HOUR)
    assert other == Waiting("rule:b", MONDAY + HOUR, Cause.SLA_MISSED, (("rule:a", MONDAY),))
    held = msgspec.structs.replace(lead(), waiting=other)
    assert hold(held, Cause.HOURS_OPENED, "rule:a", MONDAY + DAY) == Waiting(
        "rule:a", MONDAY, Cause.SLA_MISSED, (("rule:b", MONDAY + HOUR),)
    )


def test_who_missed_a_lead_in_the_evening_does_not_get_it_back_in_the_morning() -> None:
    rules, people = policy(TO_SDR, CATCH_ALL), roster(ADA, KIM, NOOR, OMAR)
    evening = MONDAY + 10 * HOUR
    missed = msgspec.structs.replace(lead(evening), **owned("kim"))
    night = routed(rules, missed, world(people, evening), Cause.SLA_MISSED)
    assert (night.outcome, night.next_at) == (Outcome.WAITING, TUESDAY_NINE)
    morning = routed(rules, after(missed, night), world(people, TUESDAY_NINE), Cause.HOURS_OPENED)
    assert kept_by(morning) == "noor"


def test_a_lead_that_waited_keeps_what_it_was_promised() -> None:
    """The speed clock ran while it waited: the first task is due by it, and the reply still names it."""
    rules = policy(TO_SDR.replace('first_action = "call"', 'first_action = "write"'), CATCH_ALL)
    subject = lead(SATURDAY)
    held = routed(rules, subject, world(as_of=SATURDAY))
    promised = held.expected_at
    assert promised is not None
    assert held.next_at is not None
    taken = routed(rules, after(subject, held), world(as_of=held.next_at), Cause.HOURS_OPENED)
    assert (taken.outcome, taken.expected_at) == (Outcome.OWNER, promised)
    assert [task.due for task in effects(taken, TaskGiven)] == [promised]
    assert [clock.clock for clock in effects(taken, ClockStarted)] == ["owner"]


def test_the_urgency_of_a_repeat_enquiry_outlives_the_next_decision() -> None:
    rules = policy(TO_SDR, CATCH_ALL)
    raised = msgspec.structs.replace(lead(), **owned("kim", priority=10))
    assert routed(rules, raised, world(), Cause.DECLINED).priority == 10
    assert routed(rules).priority == 0


def test_a_lead_that_goes_from_waiting_to_nurture_is_in_nurture() -> None:
    to_nurture = '\n[[rule]]\nid = "later"\ntier = "second"\nwhen = {}\nsend_to = { nurture = "30d" }\n'
    rules = policy(TO_SDR + 'when_full = { wait = "30min" }\n', to_nurture, CATCH_ALL)
    people = roster(rep("Kim Larsen", "capacity = 1"))
    subject = lead()
    held = after(subject, routed(rules, subject, world(people, loads={"kim": 1})))
    gone = routed(rules, held, world(people, MONDAY + 30 * MINUTE, loads={"kim": 1}), Cause.CAPACITY_FREED)
    left = after(held, gone)
    assert (left.outcome, left.status, left.rule) == (Outcome.NURTURE, "nurture", "later")


def test_a_calendar_that_has_run_out_of_open_days_leaves_nobody_without_a_deadline() -> None:
    once = '\n[calendars.berlin]\nzone = "Europe/Berlin"\nhours = {}\nexceptions = [{ date = "2020-03-02", hours = "09:00-17:00" }]\n'
    rules, people = policy(TO_SDR, CATCH_ALL), roster(KIM, calendars=once)
    decision = routed(rules, lead(), world(people))
    assert decision.outcome is Outcome.QUEUED
    assert decision.next_at is not None


def test_a_sales_enquiry_after_a_support_ticket_is_a_sales_lead() -> None:
    rules = policy(TO_SDR, CATCH_ALL)
    ticket = msgspec.structs.replace(
        lead(MONDAY - DAY, id="old"), outcome=Outcome.SUPPORT, epoch=1, status="support"
    )
    known = [Candidate("lead", "old", "email", "", True, MONDAY - DAY, lead=ticket)]
    decision = routed(rules, lead(id="new"), world(known=known))
    assert (decision.outcome, decision.lead, decision.new_cycle) == (Outcome.OWNER, "old", True)
    assert decision.expected_at is not None
