"""Needs that are relaxed while a lead waits: from which instant, told in the record, and only where somebody would be found."""

from datetime import datetime

import pytest

from firstright.core.apply import after
from firstright.core.assignment.draining import anybody, look_at
from firstright.core.decision import AlarmSet
from firstright.core.lead import Cause, Outcome
from firstright.core.limits import micros
from firstright.core.world import Standing, Tally
from routing import (
    ADA,
    CATCH_ALL,
    HEAD,
    HOUR,
    KIM,
    MINUTE,
    MONDAY,
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

SKILLED = TO_SDR + "needs = { skills = { saas = 3 } }\n"
STEPS = 'relax = [{ after = "20min", needs = { skills = { saas = 2 } } }, { after = "1h", needs = {} }]\n'
WAIT = 'when_full = { wait = "2h" }\n'
LATE = datetime.fromisoformat("2026-03-02T15:50:00+00:00")  # ten minutes before Berlin closes


def skilled(level: int) -> str:
    return rep("Kim Larsen", f"skills = {{ saas = {level} }}")


@pytest.mark.parametrize(("level", "minutes", "relaxed"), [(2, 20, 1), (1, 60, 2)])
def test_a_lead_is_taken_when_the_first_step_holds_that_somebody_meets(
    level: int, minutes: int, relaxed: int
) -> None:
    rules, people = policy(SKILLED + STEPS + WAIT, CATCH_ALL), roster(ADA, skilled(level))
    decision, now, held = routed(rules, where=world(people)), MONDAY, lead()
    while decision.outcome is Outcome.WAITING:
        [alarm] = effects(decision, AlarmSet)
        held, now = after(held, decision), alarm.at
        assert not look_at(held, rules, world(people, now - MINUTE)).can
        decision = routed(rules, held, world(people, now), Cause(alarm.cause))
    assert (kept_by(decision), now) == ("kim", MONDAY + minutes * MINUTE)
    assert decision.trace.asked[-1].relaxed == relaxed


def test_steps_count_the_pools_business_time() -> None:
    """At ten to five twenty minutes reach into the next morning."""
    rules, people = policy(SKILLED + STEPS + WAIT, CATCH_ALL), roster(ADA, skilled(2))
    decision = routed(rules, lead(LATE), world(people, LATE))
    assert [alarm.at for alarm in effects(decision, AlarmSet)] == [
        datetime.fromisoformat("2026-03-03T08:10:00+00:00")
    ]


def test_needs_that_nobody_will_ever_meet_are_not_waited_for() -> None:
    strict = 'relax = [{ after = "20min", needs = { skills = { saas = 2 } } }]\n'
    rules, people = policy(SKILLED + strict + WAIT, CATCH_ALL), roster(ADA, skilled(1))
    assert kept_by(routed(rules, where=world(people))) == "queue:desk"
    assert kept_by(routed(rules, where=world(roster(ADA, skilled(2))))) == "waiting"


def test_a_step_behind_the_limit_helps_nobody() -> None:
    late = 'relax = [{ after = "3h", needs = {} }]\n'
    assert (
        kept_by(routed(policy(SKILLED + late + WAIT, CATCH_ALL), where=world(roster(ADA, skilled(2)))))
        == "queue:desk"
    )


@pytest.mark.parametrize(("ago", "lands"), [(2, "waiting"), (1, "queue:desk")])
def test_a_limit_that_frees_behind_the_longest_wait_is_not_waited_for(ago: int, lands: str) -> None:
    head = HEAD.replace(
        "[queues.desk]", '[limits.few]\nmost = 1\nwithin = "4h"\npools = ["sdr"]\n\n[queues.desk]'
    )
    rules = policy(TO_SDR + WAIT, CATCH_ALL, head=head)
    where = world(roster(ADA, KIM))
    tally = Tally(at=(micros(MONDAY - ago * HOUR),))
    where = where.__class__(where.as_of, where.turn, where.roster, Standing(tallies={("few", "kim"): tally}))
    assert kept_by(routed(rules, where=where)) == lands


def test_whether_anybody_has_room_asks_for_no_needs() -> None:
    rules, people = policy(SKILLED + WAIT, CATCH_ALL), roster(ADA, KIM)
    pool = rules.policy.pools["sdr"]
    assert anybody(pool, rules, world(people)).can
    closed = anybody(pool, rules, world(people, MONDAY + 10 * HOUR))
    assert (closed.can, closed.again) == (False, datetime.fromisoformat("2026-03-03T08:00:00+00:00"))


def test_a_lead_whose_rule_is_gone_is_for_the_rules_to_say() -> None:
    rules = policy(SKILLED + STEPS + WAIT, CATCH_ALL)
    held = after(lead(), routed(rules, where=world(roster(ADA, skilled(2)))))
    assert look_at(held, policy(CATCH_ALL), world(roster(ADA))).can
