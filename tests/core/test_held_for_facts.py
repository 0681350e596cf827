"""A lead is held for what its type must say, with somebody asked to find it out, once, and never for ever."""

from datetime import timedelta

import msgspec

from firstright.core.apply import after
from firstright.core.decision import AlarmSet, Decision, TaskGiven
from firstright.core.lead import Cause, Lead, Outcome, Waiting
from firstright.core.why.sentences import sentences
from firstright.core.world import Candidate
from routing import (
    CATCH_ALL,
    DAY,
    MINUTE,
    MONDAY,
    TO_SDR,
    effects,
    explained,
    kept_by,
    lead,
    owned,
    policy,
    routed,
    verdicts,
    world,
)

TYPES = """
[types.any]
required = ["product"]
hold = "30min"
ask = "ada"
"""
HELD = policy(TYPES, TO_SDR, CATCH_ALL)
UNTIL = MONDAY + 30 * MINUTE
ASKED = TaskGiven("Find out: product", "internal", "ada", UNTIL)


def stands(decision: Decision, subject: Lead) -> Lead:
    return after(subject, decision)


def test_a_lead_that_lacks_something_is_held_with_a_limit_and_somebody_is_asked() -> None:
    found = routed(HELD)
    assert (found.outcome, found.reason, found.status) == (Outcome.WAITING, "type:any", "needs-enrichment")
    assert found.waiting == Waiting("type:any", UNTIL, Cause.ARRIVED, since=MONDAY)
    assert effects(found, TaskGiven) == [ASKED]
    assert AlarmSet(Cause.ENRICHED, UNTIL) in effects(found, AlarmSet)
    assert verdicts(found) == [("any", "lacking", "waited")]


def test_a_lead_that_says_it_is_routed_at_once() -> None:
    assert kept_by(routed(HELD, lead(product="arm"))) == "kim"


def test_what_is_required_without_a_hold_holds_nobody() -> None:
    rules = policy(TYPES.replace('hold = "30min"', "").replace('ask = "ada"', ""), TO_SDR, CATCH_ALL)
    assert kept_by(routed(rules)) == "kim"


def test_the_hold_ends_when_the_fact_arrives() -> None:
    held = stands(routed(HELD), lead())
    knows = msgspec.structs.replace(held, facts={**held.facts, "product": "arm"})
    assert kept_by(routed(HELD, knows, world(as_of=MONDAY + 5 * MINUTE), Cause.ENRICHED)) == "kim"


def test_the_hold_goes_on_when_something_else_arrives_and_nobody_is_asked_twice() -> None:
    held = stands(routed(HELD), lead())
    found = routed(HELD, held, world(as_of=MONDAY + 5 * MINUTE), Cause.ENRICHED)
    assert (found.outcome, effects(found, TaskGiven)) == (Outcome.WAITING, [])
    assert found.waiting is not None
    assert found.waiting.until == UNTIL


def test_when_the_time_is_up_it_is_routed_on_what_there_is() -> None:
    held = stands(routed(HELD), lead())
    found = routed(HELD, held, world(as_of=UNTIL), Cause.ENRICHED)
    assert (kept_by(found), found.status) == ("kim", "routed")
    assert verdicts(found) == [("any", "lacking", "next"), ("to-sdr", "true", "took")]


def test_whoever_has_the_account_has_the_lead_at_once() -> None:
    theirs = Candidate("account", "acc-1", "domain", "noor")
    assert kept_by(routed(HELD, lead(), world(known=[theirs]))) == "noor"


def test_a_lead_that_somebody_had_is_not_held_when_they_give_it_back() -> None:
    subject = msgspec.structs.replace(lead(), **owned("kim", rule="to-sdr"))
    assert kept_by(routed(HELD, subject, cause=Cause.DECLINED)) == "noor"


def test_each_type_has_a_hold_of_its_own() -> None:
    types = TYPES + '[types.partner]\nrequired = ["phone"]\nhold = "2h"\nask = "kim"\n'
    found = routed(policy(types, TO_SDR, CATCH_ALL), lead(lead_type="partner", product="arm"))
    assert found.waiting is not None
    assert (found.reason, found.waiting.until) == ("type:partner", MONDAY + timedelta(hours=2))
    assert [task.rep for task in effects(found, TaskGiven)] == ["kim"]


def test_a_rule_that_waits_for_a_field_does_so_in_the_same_status_and_asks_too() -> None:
    waits = """
[[rule]]
id = "big"
tier = "first"
when = { employees = { min = 500 } }
send_to = { pool = "sdr" }
on_unknown = "enrich-then-retry"
enrich_for = "10min"
"""
    rules = policy('[types.any]\nrequired = { qualified = ["employees"] }\nask = "ada"\n', waits, CATCH_ALL)
    found = routed(rules)
    assert (found.outcome, found.reason, found.status) == (Outcome.WAITING, "rule:big", "needs-enrichment")
    task = TaskGiven("Find out: employees", "internal", "ada", MONDAY + 10 * MINUTE)
    assert effects(found, TaskGiven) == [task]


def test_somebody_who_is_not_in_the_roster_is_not_asked_and_the_hold_ends_all_the_same() -> None:
    rules = policy(TYPES.replace("ada", "gone"), TO_SDR, CATCH_ALL)
    found = routed(rules)
    assert (found.outcome, effects(found, TaskGiven)) == (Outcome.WAITING, [])
    assert kept_by(routed(rules, stands(found, lead()), world(as_of=MONDAY + DAY), Cause.ENRICHED)) == "kim"


def test_the_task_is_no_task_of_whoever_has_the_lead_next() -> None:
    assert stands(routed(HELD), lead()).tasks == ()


def test_the_explanation_says_what_it_waits_for() -> None:
    told = sentences(explained(HELD, lead(), world()))
    assert told[0] == (
        "This lead waits for enrichment until Mon 2 Mar 10:30 Berlin at the latest because leads of its type must say more: "
        "product."
    )
    assert "It lacks what leads of any type must say: product." in told
    assert "Task for Ada Krüger: Find out: product, within the team, due Mon 2 Mar 10:30 Berlin." in told
