"""The walk through the rules: three-valued conditions, exclusive rules, waiting, overflow, and no lead that falls through."""

from datetime import datetime, timedelta

import msgspec
import pytest

from firstright.core.apply import after
from firstright.core.decision import AlarmSet, Told
from firstright.core.lead import Cause, Holder, HolderKind, Outcome, Waiting
from firstright.core.world import Candidate
from routing import (
    ADA,
    CATCH_ALL,
    DAY,
    HOUR,
    KIM,
    MINUTE,
    MONDAY,
    NOOR,
    SATURDAY,
    TO_SDR,
    ZOE,
    effects,
    kept_by,
    lead,
    policy,
    rep,
    roster,
    routed,
    verdicts,
    world,
)

NEXT_MONDAY = datetime.fromisoformat("2026-03-09T08:00:00+00:00")  # 09:00 in Berlin


def rule(ident: str, tier: str, when: str, send_to: str, more: str = "") -> str:
    return f'\n[[rule]]\nid = "{ident}"\ntier = "{tier}"\nwhen = {{ {when} }}\nsend_to = {{ {send_to} }}\n{more}\n'


LARGE = rule("large", "first", "employees = { min = 100 }", 'rep = "ada"')
SMALL = rule("small", "first", "employees = { max = 99 }", 'rep = "kim"')


def test_tiers_are_tried_in_the_policys_order_whatever_the_order_of_the_file() -> None:
    rules = policy(
        CATCH_ALL, rule("late", "second", "", 'rep = "kim"'), rule("early", "first", "", 'rep = "ada"')
    )
    assert kept_by(routed(rules)) == "ada"


def test_the_first_true_rule_of_a_tier_wins() -> None:
    rules = policy(
        rule("one", "first", 'country = "DE"', 'rep = "ada"'),
        rule("two", "first", "", 'rep = "kim"'),
        CATCH_ALL,
    )
    assert kept_by(routed(rules)) == "ada"


def test_unknown_is_not_false_and_does_not_fire() -> None:
    """Nobody said how large Acme is: neither the rule for large nor the one for small companies takes it."""
    rules = policy(LARGE, SMALL, CATCH_ALL)
    assert kept_by(routed(rules)) == "queue:desk"
    assert kept_by(routed(rules, lead(employees=100))) == "ada"
    assert kept_by(routed(rules, lead(employees=99))) == "kim"


def test_not_of_an_unknown_is_unknown() -> None:
    rules = policy(rule("small", "first", "not = { employees = { min = 100 } }", 'rep = "kim"'), CATCH_ALL)
    assert kept_by(routed(rules)) == "queue:desk"


def test_an_unknown_rule_may_ask_for_a_person() -> None:
    rules = policy(LARGE + 'on_unknown = "review"\n', SMALL, CATCH_ALL)
    decision = routed(rules)
    assert (kept_by(decision), decision.reason) == ("review:incomplete", "rule:large")
    assert verdicts(decision) == [("large", "unknown", "review")]


def test_an_unknown_rule_may_wait_for_enrichment_and_then_goes_on() -> None:
    rules = policy(LARGE + 'on_unknown = "enrich-then-retry"\nenrich_for = "2min"\n', SMALL, CATCH_ALL)
    first = routed(rules)
    until = MONDAY + 2 * MINUTE
    assert (first.outcome, first.waiting) == (Outcome.WAITING, Waiting("enrich:large", until, since=MONDAY))
    assert effects(first, AlarmSet) == [AlarmSet(Cause.ENRICHED, until)]
    held = after(lead(), first)
    in_time = msgspec.structs.replace(held, facts={**held.facts, "employees": 500})
    assert kept_by(routed(rules, in_time, world(as_of=MONDAY + MINUTE), Cause.ENRICHED)) == "ada"
    too_late = routed(rules, held, world(as_of=until), Cause.ENRICHED)
    assert verdicts(too_late) == [("large", "unknown", "next"), ("rest", "true", "took")]


def test_a_second_enrichment_does_not_prolong_the_wait() -> None:
    rules = policy(LARGE + 'on_unknown = "enrich-then-retry"\nenrich_for = "2min"\n', CATCH_ALL)
    held = after(lead(), routed(rules))
    again = routed(rules, held, world(as_of=MONDAY + MINUTE), Cause.ENRICHED)
    assert again.waiting == Waiting("enrich:large", MONDAY + 2 * MINUTE, since=MONDAY)


def test_waiting_for_facts_takes_nothing_from_the_wait_for_people() -> None:
    """On Saturday Acme's size comes in after a minute: the pool is closed, and its own limit counts from there."""
    ask = 'on_unknown = "enrich-then-retry"\nenrich_for = "2min"\n'
    rules = policy(rule("large", "first", "employees = { min = 100 }", 'pool = "sdr"', ask), CATCH_ALL)
    held = after(lead(SATURDAY), routed(rules, lead(SATURDAY), world(as_of=SATURDAY)))
    told = msgspec.structs.replace(held, facts={**held.facts, "employees": 500})
    decision = routed(rules, told, world(as_of=SATURDAY + MINUTE), Cause.ENRICHED)
    spent = (("enrich:large", SATURDAY + 2 * MINUTE),)
    since = SATURDAY + MINUTE
    assert decision.waiting == Waiting(
        "rule:large", NEXT_MONDAY + 30 * MINUTE, spent=spent, pool="sdr", since=since
    )


def test_two_exclusive_rules_contradict_each_other() -> None:
    named = rule("named", "first", 'domain = "acme.example"', 'rep = "ada"', "exclusive = true")
    partner = rule("partner", "first", 'country = "DE"', 'partner = "Robotix"', "exclusive = true")
    decision = routed(policy(named, partner, CATCH_ALL))
    assert kept_by(decision) == "review:exclusive-conflict"
    assert verdicts(decision) == [
        ("named", "exclusive-conflict", "review"),
        ("partner", "exclusive-conflict", "review"),
    ]


def test_one_exclusive_rule_goes_before_the_rules_above_it() -> None:
    plain = rule("plain", "first", "", 'rep = "kim"')
    named = rule("named", "first", 'domain = "acme.example"', 'rep = "ada"', "exclusive = true")
    assert kept_by(routed(policy(plain, named, CATCH_ALL))) == "ada"


def test_exclusive_rules_of_different_tiers_do_not_contradict_each_other() -> None:
    first = rule("first", "first", "", 'rep = "ada"', "exclusive = true")
    second = rule("second", "second", "", 'rep = "kim"', "exclusive = true")
    assert kept_by(routed(policy(first, second, CATCH_ALL))) == "ada"


@pytest.mark.parametrize(
    ("target", "where", "outcome"),
    [
        ('queue = "desk"', Holder(HolderKind.QUEUE, "desk"), Outcome.QUEUED),
        ('review = "unclear-fit"', Holder(HolderKind.REVIEW, "unclear-fit"), Outcome.REVIEW),
        ('partner = "Robotix"', Holder(HolderKind.PARTNER, "Robotix"), Outcome.PARTNER),
        ('support = "helpdesk"', Holder(HolderKind.NONE), Outcome.SUPPORT),
        ('reject = "student"', Holder(HolderKind.NONE), Outcome.REJECTED),
        ('nurture = "30d"', Holder(HolderKind.NONE), Outcome.NURTURE),
    ],
)
def test_every_other_target_takes_the_lead_at_once(target: str, where: Holder, outcome: Outcome) -> None:
    decision = routed(policy(rule("it", "first", "", target), CATCH_ALL))
    assert (decision.outcome, decision.holder, decision.reason) == (outcome, where, "rule:it")


def test_nurture_comes_back_after_its_pause() -> None:
    decision = routed(policy(rule("cold", "first", "", 'nurture = "30d"'), CATCH_ALL))
    assert decision.next_at == MONDAY + 30 * DAY
    assert effects(decision, AlarmSet) == [AlarmSet(Cause.RERUN, MONDAY + 30 * DAY)]


def test_only_rejection_has_no_next_instant() -> None:
    targets = (
        'queue = "desk"',
        'review = "unclear-fit"',
        'partner = "R"',
        'support = "h"',
        'nurture = "30d"',
        'rep = "ada"',
        'pool = "sdr"',
    )
    decisions = [routed(policy(rule("it", "first", "", t), CATCH_ALL)) for t in (*targets, 'reject = "spam"')]
    assert [d.next_at is None for d in decisions] == [False] * 7 + [True]


def test_a_rule_outside_its_dates_is_silent() -> None:
    dated = rule("fair", "first", "", 'rep = "kim"', "active_from = 2026-03-03\nactive_until = 2026-03-05")
    rules = policy(dated, CATCH_ALL)
    days = [kept_by(routed(rules, where=world(as_of=MONDAY + n * DAY))) for n in range(4)]
    assert days == ["queue:desk", "kim", "kim", "queue:desk"]


def test_a_pool_in_hours_takes_it_by_turns() -> None:
    decision = routed(policy(TO_SDR, CATCH_ALL))
    assert (kept_by(decision), decision.rule, decision.reason) == ("kim", "to-sdr", "rule:to-sdr")


def test_outside_hours_the_lead_waits_for_the_pool_to_open() -> None:
    """The limit of half an hour is business time, so it reaches into Monday morning."""
    decision = routed(policy(TO_SDR, CATCH_ALL), lead(SATURDAY), world(as_of=SATURDAY))
    assert decision.waiting == Waiting("rule:to-sdr", NEXT_MONDAY + 30 * MINUTE, pool="sdr", since=SATURDAY)
    assert effects(decision, AlarmSet) == [AlarmSet(Cause.HOURS_OPENED, NEXT_MONDAY)]
    assert decision.next_at == NEXT_MONDAY


def test_when_hours_open_the_waiting_lead_is_taken() -> None:
    rules = policy(TO_SDR, CATCH_ALL)
    held = after(lead(SATURDAY), routed(rules, lead(SATURDAY), world(as_of=SATURDAY)))
    decision = routed(rules, held, world(as_of=NEXT_MONDAY), Cause.HOURS_OPENED)
    assert (kept_by(decision), decision.waiting) == ("kim", None)


def test_a_full_pool_is_waited_for_until_the_limit_then_overflows() -> None:
    full = roster(ADA, rep("Kim Larsen", "capacity = 1"), ZOE)
    rules = policy(TO_SDR + 'when_full = { wait = "10min", overflow = "sun" }', CATCH_ALL)
    busy = world(full, loads={"kim": 1})
    first = routed(rules, where=busy)
    until = MONDAY + 10 * MINUTE
    assert (first.waiting, first.next_at) == (Waiting("rule:to-sdr", until, pool="sdr", since=MONDAY), until)
    assert effects(first, AlarmSet) == [AlarmSet(Cause.CAPACITY_FREED, until)]
    held = after(lead(), first)
    freed = routed(rules, held, world(full, MONDAY + 5 * MINUTE), Cause.CAPACITY_FREED)
    assert kept_by(freed) == "kim"
    still = routed(rules, held, world(full, MONDAY + 5 * MINUTE, loads={"kim": 1}), Cause.CAPACITY_FREED)
    assert still.waiting == first.waiting
    late = routed(rules, held, world(full, until, loads={"kim": 1}), Cause.CAPACITY_FREED)
    assert (kept_by(late), [a.pool for a in late.trace.asked]) == ("zoe", ["sdr", "sun"])


def test_no_wait_means_overflow_at_once() -> None:
    rules = policy(TO_SDR + 'when_full = { wait = "none", overflow = "sun" }', CATCH_ALL)
    assert kept_by(routed(rules, where=world(as_of=SATURDAY))) == "zoe"


def test_a_pool_that_opens_too_late_is_not_waited_for() -> None:
    """Kim starts in April: no half hour of waiting helps."""
    late = roster(ADA, rep("Kim Larsen", pools='{ sdr = { weight = 1, joined = "2026-04-01" } }'), ZOE)
    rules = policy(TO_SDR + 'when_full = { wait = "30min", overflow = "sun" }', CATCH_ALL)
    assert kept_by(routed(rules, where=world(late))) == "zoe"


def test_a_rule_that_fires_in_vain_sends_the_lead_to_the_next_tier() -> None:
    """The second rule of the tier is not asked: the first one has spoken."""
    nobody = rule("nobody", "first", "", 'pool = "sun"', 'when_full = { wait = "none" }')
    other = rule("other", "first", "", 'rep = "kim"')
    decision = routed(
        policy(nobody, other, rule("later", "second", "", 'rep = "ada"'), CATCH_ALL),
        where=world(roster(ADA, KIM)),
    )
    assert verdicts(decision) == [("nobody", "true", "next"), ("later", "true", "took")]
    assert kept_by(decision) == "ada"


def test_what_nobody_takes_goes_to_review_and_never_into_silence() -> None:
    nobody = rule("nobody", "last", "", 'pool = "sun"', 'when_full = { wait = "none" }')
    decision = routed(policy(nobody), where=world(roster(ADA, KIM)))
    assert (kept_by(decision), decision.reason) == ("review:no-dead-end", "no-dead-end")
    assert decision.next_at is not None


def test_a_rep_named_by_a_rule_who_is_away_goes_to_overflow() -> None:
    away = rep(
        "Ada Krüger",
        'absences = [{ type = "vacation", from = "2026-03-01", until = "2026-03-08" }]',
        pools="{}",
    )
    people = roster(away, KIM, ZOE)
    rules = policy(rule("named", "first", "", 'rep = "ada"', 'when_full = { overflow = "sun" }'), CATCH_ALL)
    decision = routed(rules, where=world(people))
    assert (kept_by(decision), [a.pool for a in decision.trace.asked]) == ("zoe", ["@ada", "sun"])


@pytest.mark.parametrize("cause", [Cause.DECLINED, Cause.SLA_MISSED, Cause.RETURNED])
def test_who_had_it_in_this_cycle_does_not_get_it_back(cause: Cause) -> None:
    held = msgspec.structs.replace(
        lead(), outcome=Outcome.OWNER, epoch=1, tried=("ada",), holder=Holder(HolderKind.REP, "ada")
    )
    named = rule("named", "first", "", 'rep = "ada"')
    assert (
        kept_by(routed(policy(named, TO_SDR.replace('"first"', '"second"'), CATCH_ALL), held, cause=cause))
        == "kim"
    )


def test_watchers_are_told_and_own_nothing() -> None:
    decision = routed(policy(TO_SDR + 'watchers = ["ada"]\n', CATCH_ALL))
    assert kept_by(decision) == "kim"
    assert effects(decision, Told) == [
        Told("kim", "yours", "email", "lead.assigned"),
        Told("ada", "yours", "email", "lead.assigned"),
    ]
    watching = routed(policy(TO_SDR + 'watchers = ["ada", "kim"]\n', CATCH_ALL))
    assert effects(watching, Told) == effects(decision, Told)  # Kim has it, and hears so once


def test_local_time_of_the_policy_can_be_asked_for() -> None:
    """08:30 UTC is 09:30 in Berlin."""
    rules = policy(rule("morning", "first", '"time.hour" = { max = 9 }', 'rep = "kim"'), CATCH_ALL)
    early, late = MONDAY - HOUR / 2, MONDAY
    assert [kept_by(routed(rules, where=world(as_of=t))) for t in (early, late)] == ["kim", "queue:desk"]


def test_regions_follow_from_the_country() -> None:
    head_and_rule = '\n[regions]\ndach = ["DE", "AT", "CH"]\nemea = ["DE", "FR"]\n' + rule(
        "dach", "first", 'region = "dach"', 'rep = "kim"'
    )
    rules = policy(head_and_rule, CATCH_ALL)
    countries = [kept_by(routed(rules, lead(country=c))) for c in ("DE", "AT", "FR", "")]
    assert countries == ["kim", "kim", "queue:desk", "queue:desk"]


def test_an_accounts_facts_are_seen_by_rules() -> None:
    account = Candidate("account", "acme", "domain", facts=(("account.type", "customer"),))
    rules = policy(rule("customers", "first", '"account.type" = "customer"', 'rep = "ada"'), CATCH_ALL)
    assert kept_by(routed(rules, where=world(known=[account]))) == "ada"
    assert kept_by(routed(rules)) == "queue:desk"


def test_a_wait_is_at_most_the_services_routing_target_where_the_rule_says_nothing() -> None:
    full = roster(ADA, rep("Kim Larsen", "capacity = 0"))
    urgent = TO_SDR + 'service = "urgent"\n'
    limits = [routed(policy(r, CATCH_ALL), where=world(full)).waiting for r in (TO_SDR, urgent)]
    assert [w and w.until - MONDAY for w in limits] == [timedelta(minutes=30), timedelta(minutes=1)]


def test_members_of_the_overflow_pool_are_asked_with_the_rules_needs() -> None:
    speaks = rep("Zoe Park", 'languages = ["fr"]', pools="{ sun = 1 }", calendar="24x7")
    french = 'needs = { language = "fr" }\nwhen_full = { wait = "none", overflow = "sun" }\n'
    rules = policy(TO_SDR + french, CATCH_ALL)
    assert kept_by(routed(rules, where=world(roster(ADA, NOOR, speaks)))) == "zoe"
    assert kept_by(routed(rules, where=world(roster(ADA, NOOR, ZOE)))) == "queue:desk"
