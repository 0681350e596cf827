"""Which territory holds a lead: specificity, priority, dates, ties, and reps of territories who are away."""

from datetime import UTC, datetime

import pytest

from firstright.core.decision import ReviewOpened
from firstright.core.policy import Target, TargetKind, Territory
from firstright.core.territory import Placed, place
from routing import (
    ADA,
    CATCH_ALL,
    DAY,
    KIM,
    MONDAY,
    NOOR,
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

ANYWHERE = Target(TargetKind.POOL, "sdr")
MUNICH = {"country": "DE", "state": "DE-BY", "city": "München", "postcode": "80331", "domain": "acme.example"}
DACH = ("dach", "emea")


def held(*territories: Territory, **facts: str) -> list[str]:
    found = place(territories, {**MUNICH, **facts}, DACH, MONDAY)
    return [t.id for t in found.territories]


# From the most to the least specific; every one of them holds the lead in Munich.
LADDER = (
    Territory("account", "field", ANYWHERE, accounts=("acme.example",)),
    Territory("postcode", "field", ANYWHERE, postcodes=("80331",)),
    Territory("long-prefix", "field", ANYWHERE, postcodes=("803*",)),
    Territory("short-prefix", "field", ANYWHERE, postcodes=("8*",)),
    Territory("range", "field", ANYWHERE, postcodes=("80000-81999",)),
    Territory("city", "field", ANYWHERE, cities=("München",)),
    Territory("state", "field", ANYWHERE, states=("DE-BY",)),
    Territory("country", "field", ANYWHERE, countries=("DE",)),
    Territory("region", "field", ANYWHERE, regions=("dach",)),
)


@pytest.mark.parametrize("at", range(len(LADDER)))
def test_the_more_specific_territory_wins_whatever_its_priority_and_place(at: int) -> None:
    low = [
        Territory(
            t.id, t.plan, t.send_to, t.accounts, t.postcodes, t.cities, t.states, t.countries, t.regions, 9
        )
        for t in LADDER[at + 1 :]
    ]
    assert held(*reversed(low), LADDER[at]) == [LADDER[at].id]


def test_between_equals_the_larger_priority_wins() -> None:
    one = Territory("one", "field", ANYWHERE, countries=("DE",), priority=1)
    two = Territory("two", "field", ANYWHERE, countries=("DE", "AT"), priority=2)
    assert held(one, two) == ["two"]


def test_a_tie_that_is_left_names_both() -> None:
    one = Territory("one", "field", ANYWHERE, countries=("DE",))
    two = Territory("two", "field", ANYWHERE, countries=("DE", "AT"))
    assert held(one, two) == ["one", "two"]


def test_every_criterion_of_a_territory_must_hold() -> None:
    """Postcode 80331 is in Munich only if the country is Germany."""
    munich = Territory("munich", "field", ANYWHERE, postcodes=("8*",), countries=("DE",))
    assert held(munich) == ["munich"]
    assert held(munich, country="US") == []


def test_postcodes_are_compared_without_spaces_and_case() -> None:
    london = Territory("london", "field", ANYWHERE, postcodes=("SW1A 1AA",))
    assert held(london, postcode="sw1a1aa") == ["london"]


def test_a_range_holds_its_ends_and_no_longer_postcode() -> None:
    wide = Territory("wide", "field", ANYWHERE, postcodes=("13000-14199",))
    codes = ("12999", "13000", "14199", "14200", "130005")
    assert [held(wide, postcode=code) for code in codes] == [[], ["wide"], ["wide"], [], []]


def test_dates_are_half_open() -> None:
    dated = Territory(
        "spring", "field", ANYWHERE, countries=("DE",), active_from=MONDAY, active_until=MONDAY + DAY
    )
    found = [bool(place([dated], MUNICH, DACH, MONDAY + n * DAY).territories) for n in (-1, 0, 1)]
    assert found == [False, True, False]


def test_a_lead_without_a_country_is_unknown_not_elsewhere() -> None:
    assert place(LADDER, {}, (), MONDAY) == Placed((), unknown=True)
    elsewhere = {"country": "FR", "city": "Lyon", "postcode": "69001", "domain": "acme.fr"}
    assert place(LADDER, elsewhere, (), MONDAY) == Placed((), unknown=False)


def test_a_lead_that_may_be_in_a_territory_if_it_said_more_is_unknown() -> None:
    """A plan by state, and somebody from the United States who does not say which one."""
    plan = (Territory("west", "field", ANYWHERE, states=("US-CA", "US-OR")),)
    assert place(plan, {"country": "US"}, (), MONDAY) == Placed((), unknown=True)
    assert place(plan, {"country": "US", "state": "US-NY"}, (), MONDAY) == Placed((), unknown=False)
    assert place(plan, {"country": "DE"}, (), MONDAY) == Placed((), unknown=False)


FIELD = '\n[[rule]]\nid = "field"\ntier = "first"\nwhen = {}\nsend_to = { territory = "field" }\n'


def territory(ident: str, where: str, send_to: str, more: str = "") -> str:
    return f'\n[[territory]]\nid = "{ident}"\nplan = "field"\n{where}\nsend_to = {{ {send_to} }}\n{more}\n'


def test_a_rule_sends_to_the_territory_that_holds_the_lead() -> None:
    rules = policy(
        territory("bavaria", 'states = ["DE-BY"]', 'rep = "noor"'),
        territory("de", 'countries = ["DE"]', 'rep = "kim"'),
        FIELD,
        CATCH_ALL,
    )
    assert kept_by(routed(rules, lead(state="DE-BY"))) == "noor"
    assert kept_by(routed(rules, lead(state="DE-BE"))) == "kim"
    decision = routed(rules, lead(country="FR"))
    assert verdicts(decision) == [
        ("field", "false", "next"),
        ("field", "true", "next"),
        ("rest", "true", "took"),
    ]


def test_a_tie_goes_to_review_with_both_names() -> None:
    rules = policy(
        territory("one", 'countries = ["DE"]\npriority = 1', 'rep = "noor"'),
        territory("two", 'countries = ["DE"]\npriority = 1', 'rep = "kim"'),
        FIELD,
        CATCH_ALL,
    )
    decision = routed(rules)
    assert kept_by(decision) == "review:territory-conflict"
    assert effects(decision, ReviewOpened) == [ReviewOpened("territory-conflict", ("one", "two"))]


def test_a_territorys_rep_on_leave_is_replaced_by_its_backup_pool() -> None:
    away = rep(
        "Noor Haddad", 'absences = [{ type = "sick", from = "2026-03-01", until = "2026-03-08" }]', pools="{}"
    )
    rules = policy(territory("de", 'countries = ["DE"]', 'rep = "noor"', 'backup = "sdr"'), FIELD, CATCH_ALL)
    decision = routed(rules, where=world(roster(ADA, KIM, away)))
    assert (kept_by(decision), [a.pool for a in decision.trace.asked]) == ("kim", ["@noor", "sdr"])


def test_a_lead_that_does_not_say_where_it_is_may_go_to_review() -> None:
    rules = policy(
        territory("de", 'countries = ["DE"]', 'rep = "noor"'), FIELD + 'on_unknown = "review"\n', CATCH_ALL
    )
    assert kept_by(routed(rules, lead(country=""))) == "review:incomplete"


def test_a_moved_territory_is_two_dated_rows() -> None:
    rules = policy(
        territory("old", 'countries = ["DE"]', 'rep = "noor"', "active_until = 2026-03-10"),
        territory("new", 'countries = ["DE"]', 'rep = "kim"', "active_from = 2026-03-10"),
        FIELD,
        CATCH_ALL,
    )
    people = roster(ADA, KIM, NOOR, ZOE)
    turn = datetime(2026, 3, 9, 23, 0, tzinfo=UTC)  # midnight in Berlin
    owners = [kept_by(routed(rules, where=world(people, t))) for t in (MONDAY, turn - DAY / 1440, turn)]
    assert owners == ["noor", "noor", "kim"]
