"""What follows from an assignment: both clocks with their warnings, tasks in business time, whom to tell, the next instant."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from firstright.core.apply import after
from firstright.core.decision import AlarmSet, ClockStarted, Held, ReviewOpened, TaskGiven, Told
from firstright.core.followup import first_alarm
from firstright.core.landing import Landing, Notes
from firstright.core.lead import NOBODY, Cause, Holder, HolderKind, Outcome
from firstright.core.routing import concluded
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
    SATURDAY,
    TO_SDR,
    effects,
    kept_by,
    lead,
    policy,
    rep,
    roster,
    routed,
    world,
)

RULES = policy(TO_SDR, CATCH_ALL)
URGENT = policy(TO_SDR + 'service = "urgent"\n', CATCH_ALL)
CLOSING = MONDAY + 7 * HOUR
LADDER = ("tell-owner", "tell-manager", "re-route", "review")
KIM_HAS_IT = Holder(HolderKind.REP, "kim")


def clocks(decision: object) -> dict[str, ClockStarted]:
    return {c.clock: c for c in effects(decision, ClockStarted)}  # type: ignore[arg-type]  # decisions only


def test_everything_that_follows_from_an_urgent_assignment() -> None:
    decision = routed(URGENT)
    quarter = timedelta(seconds=15)
    assert decision.effects == (
        Held(NOBODY, KIM_HAS_IT, MONDAY + 30 * MINUTE),
        ClockStarted(
            "speed-to-lead", "pool", "berlin", MONDAY, MONDAY + 5 * MINUTE,
            ((50, MONDAY + 10 * quarter), (80, MONDAY + 16 * quarter), (100, MONDAY + 20 * quarter), (150, MONDAY + 30 * quarter)),
            ("tell-owner", "tell-manager"),
        ),
        ClockStarted(
            "owner", "pool", "berlin", MONDAY, MONDAY + HOUR,
            ((50, MONDAY + 30 * MINUTE), (80, MONDAY + 48 * MINUTE), (100, MONDAY + HOUR), (150, MONDAY + 90 * MINUTE)),
            LADDER,
        ),
        TaskGiven("call", "call", "kim", MONDAY + 5 * MINUTE),
        Told("kim", "yours", "email", "lead.assigned"),
    )  # fmt: skip
    assert (decision.expected_at, decision.next_at) == (MONDAY + 5 * MINUTE, MONDAY + 10 * quarter)
    assert (decision.service, decision.priority, decision.status) == ("urgent", 10, "routed")


def test_the_same_business_day_ends_when_the_pools_calendar_closes() -> None:
    speed = clocks(routed(RULES))["speed-to-lead"]
    assert (speed.started, speed.due) == (MONDAY, CLOSING)


def test_what_arrives_after_hours_is_due_on_the_next_business_day() -> None:
    decision = routed(RULES, lead(SATURDAY), world(as_of=SATURDAY))
    assert clocks(decision)["speed-to-lead"].due == CLOSING + 7 * DAY
    assert decision.expected_at == CLOSING + 7 * DAY


def test_the_speed_clock_runs_from_the_arrival_and_the_owner_clock_from_the_assignment() -> None:
    late = routed(RULES, lead(MONDAY - HOUR), world(as_of=MONDAY))
    found = clocks(late)
    assert (found["speed-to-lead"].started, found["owner"].started) == (MONDAY - HOUR, MONDAY)
    assert found["owner"].due == MONDAY + 2 * HOUR


def test_the_speed_clock_starts_once_a_cycle() -> None:
    first = routed(RULES)
    again = routed(RULES, after(lead(), first), world(as_of=MONDAY + HOUR), Cause.DECLINED)
    assert list(clocks(first)) == ["speed-to-lead", "owner"]
    assert (kept_by(again), list(clocks(again)), again.expected_at) == (
        "noor",
        ["owner"],
        first.expected_at,
    )


def test_a_lead_that_waited_gets_no_second_speed_clock_when_it_is_taken() -> None:
    held = after(lead(SATURDAY), routed(RULES, lead(SATURDAY), world(as_of=SATURDAY)))
    taken = routed(RULES, held, world(as_of=SATURDAY + 45 * HOUR), Cause.HOURS_OPENED)
    assert list(clocks(taken)) == ["owner"]


def test_an_owner_clock_over_night_counts_open_hours_only() -> None:
    """Two hours from 16:30 in Berlin: half an hour today, one and a half tomorrow."""
    at = CLOSING - HOUR / 2
    assert clocks(routed(RULES, lead(at), world(as_of=at)))["owner"].due == CLOSING + 16 * HOUR + 90 * MINUTE


def test_a_clock_over_the_night_the_clocks_change_is_an_hour_earlier_in_utc() -> None:
    """Friday 27 March 16:00 in Berlin plus two hours is Monday 10:00 there, which is 08:00 UTC by then."""
    friday = datetime(2026, 3, 27, 15, 0, tzinfo=UTC)
    due = clocks(routed(RULES, lead(friday), world(as_of=friday)))["owner"].due
    assert due == datetime(2026, 3, 30, 8, 0, tzinfo=UTC)


def test_a_clock_on_24x7_ignores_the_night() -> None:
    always = HEAD.replace('untouched = "2h"\nreview', 'untouched = "2h"\nbasis = "24x7"\nreview')
    at = CLOSING - HOUR / 2
    owner = clocks(routed(policy(TO_SDR, CATCH_ALL, head=always), lead(at), world(as_of=at)))["owner"]
    assert (owner.basis, owner.calendar, owner.due) == ("24x7", "", at + 2 * HOUR)


def test_a_clock_on_the_owners_basis_runs_in_the_owners_hours() -> None:
    owners = HEAD.replace('untouched = "2h"\nreview', 'untouched = "2h"\nbasis = "owner"\nreview')
    people = roster(rep("Kim Larsen", calendar="short"), calendars=SHORT)
    owner = clocks(routed(policy(TO_SDR, CATCH_ALL, head=owners), where=world(people)))["owner"]
    assert (owner.calendar, owner.due) == ("short", MONDAY + 23 * HOUR + HOUR)


SHORT = """
[calendars.berlin]
zone = "Europe/Berlin"
hours = { mon-fri = "09:00-17:00" }

[calendars.short]
zone = "Europe/Berlin"
hours = { mon-fri = "09:00-11:00" }
"""


def test_a_task_is_due_in_the_business_time_of_who_has_to_do_it() -> None:
    """Kim's day ends at 11:00; the lead comes at 10:58 and the call is due within five minutes."""
    people = roster(rep("Kim Larsen", calendar="short"), calendars=SHORT)
    at = MONDAY + 58 * MINUTE
    (task,) = effects(routed(RULES, lead(at), world(people, at)), TaskGiven)
    assert task == TaskGiven("call", "call", "kim", MONDAY + 23 * HOUR + 3 * MINUTE)


def test_a_task_without_a_span_of_its_own_is_due_with_the_first_touch() -> None:
    rules = policy(TO_SDR.replace('"call"', '"write"'), CATCH_ALL)
    assert effects(routed(rules), TaskGiven) == [TaskGiven("write", "email", "kim", CLOSING)]


def test_a_queue_keeps_a_speed_clock_in_its_own_hours_and_its_people_are_told() -> None:
    decision = routed(policy(CATCH_ALL), lead(SATURDAY), world(as_of=SATURDAY))
    assert clocks(decision)["speed-to-lead"].calendar == "berlin"
    assert effects(decision, Told) == [Told("ada", "yours", "email", "lead.queued")]
    assert decision.next_at is not None


def test_a_queues_own_service_level_is_the_decisions_too() -> None:
    urgent = HEAD.replace('tell = ["ada"]', 'tell = ["ada"]\nservice = "urgent"')
    decision = routed(policy(CATCH_ALL, head=urgent))
    assert clocks(decision)["speed-to-lead"].due == MONDAY + 5 * MINUTE
    assert (decision.service, decision.priority) == ("urgent", 10)


def test_a_review_has_a_clock_and_somebody_who_is_told() -> None:
    known = [Candidate("account", n, "domain", owner) for n, owner in (("a", "kim"), ("b", "noor"))]
    decision = routed(RULES, where=world(known=known))
    review = clocks(decision)["review"]
    assert (review.due, review.ladder) == (MONDAY + 4 * HOUR, ("tell-manager",))
    assert effects(decision, Told) == [Told("ops@ours.example", "look", "email", "lead.review")]
    assert [r.reason for r in effects(decision, ReviewOpened)] == ["owner-conflict"]


@pytest.mark.parametrize("target", ['support = "helpdesk"', 'partner = "Robotix"'])
def test_support_and_partners_have_a_ticket_clock_and_no_speed_clock(target: str) -> None:
    rules = policy(
        f'\n[[rule]]\nid = "it"\ntier = "first"\nwhen = {{}}\nsend_to = {{ {target} }}\n', CATCH_ALL
    )
    assert list(clocks(routed(rules))) == ["ticket"]


def test_a_rejected_lead_starts_nothing() -> None:
    rules = policy(
        '\n[[rule]]\nid = "it"\ntier = "first"\nwhen = {}\nsend_to = { reject = "spam" }\n', CATCH_ALL
    )
    decision = routed(rules)
    assert (decision.effects, decision.next_at, decision.status) == (
        (Held(NOBODY, NOBODY),),
        None,
        "disqualified",
    )


def test_owner_precedence_counts_in_the_owners_calendar() -> None:
    decision = routed(RULES, where=world(known=[Candidate("account", "a", "domain", "noor")]))
    assert {c.calendar for c in effects(decision, ClockStarted)} == {"berlin"}


def test_a_service_without_targets_still_looks_again_within_a_week() -> None:
    bare = HEAD + "\n[services.none]\n"
    rules = policy(TO_SDR + 'service = "none"\n', CATCH_ALL, head=bare)
    decision = routed(rules)
    assert effects(decision, AlarmSet) == [AlarmSet(Cause.NO_REPLY, MONDAY + 7 * DAY)]
    assert decision.next_at == MONDAY + 7 * DAY


def test_an_overdue_clock_rings_now_and_a_running_one_at_its_next_warning() -> None:
    clock = ClockStarted(
        "owner", "pool", "", MONDAY, MONDAY + HOUR, ((50, MONDAY + HOUR / 2), (100, MONDAY + HOUR)), ()
    )
    found = [first_alarm(clock, MONDAY + n * HOUR / 2) for n in (0, 1, 2, 9)]
    assert found == [MONDAY + HOUR / 2, MONDAY + HOUR, MONDAY + HOUR, MONDAY + HOUR]


def test_the_lock_begins_with_every_assignment_to_a_rep() -> None:
    (held,) = effects(routed(RULES), Held)
    assert held == Held(NOBODY, KIM_HAS_IT, MONDAY + 30 * MINUTE)
    (queued,) = effects(routed(policy(CATCH_ALL)), Held)
    assert queued.locked_until is None


def test_people_and_calendars_of_another_roster_do_not_leak_in() -> None:
    """Two rosters, same ids, other hours: each decision goes by its own."""
    night = roster(
        ADA,
        KIM,
        calendars='\n[calendars.berlin]\nzone = "Europe/Berlin"\nhours = { mon-fri = "20:00-22:00" }\n',
    )
    assert clocks(routed(RULES, where=world(night)))["speed-to-lead"].due == CLOSING + 5 * HOUR
    assert clocks(routed(RULES))["speed-to-lead"].due == CLOSING


def test_whoever_a_lead_was_handed_to_has_a_clock_of_the_handoff_to_their_first_touch() -> None:
    rules = policy(
        TO_SDR, CATCH_ALL, head=HEAD.replace('untouched = "2h"\n', 'untouched = "2h"\nhandoff = "3h"\n', 1)
    )
    rule = rules.rules[0]
    for reason, names in (
        ("handoff:ae", ["speed-to-lead", "owner", "handoff"]),
        ("rule:to-sdr", ["speed-to-lead", "owner"]),
    ):
        landing = Landing(Outcome.OWNER, reason, KIM_HAS_IT, rule, "sdr")
        decision = concluded(landing, lead(), rules, world(), Notes())
        assert list(clocks(decision)) == names
    handed = Landing(Outcome.OWNER, "handoff:ae", KIM_HAS_IT, rule, "sdr")
    clock = clocks(concluded(handed, lead(), rules, world(), Notes()))["handoff"]
    assert (clock.due, clock.ladder) == (MONDAY + 3 * HOUR, ("tell-owner", "tell-manager"))


def test_a_service_level_for_leads_of_a_kind_holds_where_none_is_named() -> None:
    more = '\n[[service_for]]\nwhen = { country = "FR" }\nservice = "urgent"\n'
    rules = policy(TO_SDR, CATCH_ALL, more)
    french = msgspec.structs.replace(lead(), facts={**lead().facts, "country": "FR"})
    assert (routed(rules).service, routed(rules, french).service) == ("standard", "urgent")
    assert clocks(routed(rules, french))["speed-to-lead"].due == MONDAY + 5 * MINUTE
    named = policy(TO_SDR + 'service = "standard"\n', CATCH_ALL, more)
    assert routed(named, french).service == "standard"
