"""Which territory holds a lead: specificity, priority, dates, ties, and reps of territories who are away."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.decision import ReviewOpened
from firstright.core.policy import Holdover, Target, TargetKind, Territory
from firstright.core.territory import Placed, Plan, place
from firstright.core.why.sentences import sentences
from routing import (
    ADA,
    CATCH_ALL,
    DAY,
    KIM,
    MONDAY,
    NOOR,
    ZOE,
    effects,
    explained,
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


def test_a_nine_digit_zip_code_lies_where_its_first_five_do() -> None:
    exact = Territory("mission", "field", ANYWHERE, postcodes=("94105",))
    wide = Territory("bay", "field", ANYWHERE, postcodes=("94000-94999",))
    assert held(exact, wide, postcode="94105-1234") == ["mission"]
    assert held(wide, postcode="94105-1234") == ["bay"]


def test_a_polish_postcode_may_be_written_without_its_hyphen() -> None:
    warsaw = Territory("warsaw", "field", ANYWHERE, postcodes=("00950",))
    assert held(warsaw, postcode="00-950") == ["warsaw"]


def test_beginnings_are_compared_without_blanks_too() -> None:
    assert held(Territory("soho", "field", ANYWHERE, postcodes=("sw1a 1*",)), postcode="SW1A 1AA") == ["soho"]


def test_the_accounts_of_a_list_are_named_accounts() -> None:
    listed = Territory("named", "field", ANYWHERE, accounts_from=("emea",))
    country = Territory("country", "field", ANYWHERE, countries=("DE",))
    plan = Plan([country, listed], lists={"emea": frozenset({"acme.example", "hill.example"})})
    found = [plan.place({**MUNICH, "domain": d}, DACH, MONDAY) for d in ("acme.example", "dale.example")]
    assert found == [Placed((listed,)), Placed((country,))]


def test_a_plan_without_one_of_its_lists_is_none() -> None:
    with pytest.raises(KeyError, match="emea"):
        Plan([Territory("named", "field", ANYWHERE, accounts_from=("emea",))])


OLD = Target(TargetKind.REP, "noor")
HELD = (Territory("de", "field", Target(TargetKind.REP, "kim"), countries=("DE",)),)


def to(holdovers: list[Holdover], domain: str = "acme.example", as_of: datetime = MONDAY) -> str:
    found = Plan(HELD, holdovers).place({**MUNICH, "domain": domain}, DACH, as_of).target
    return found.id if found else ""


def test_a_territory_that_moved_keeps_its_old_target_until_then() -> None:
    whole = [Holdover("de", OLD, MONDAY + DAY, active_from=MONDAY)]
    instants = [MONDAY - DAY / 1440, MONDAY, MONDAY + DAY - DAY / 1440, MONDAY + DAY]
    assert [to(whole, as_of=at) for at in instants] == ["kim", "noor", "noor", "kim"]


def test_only_the_accounts_that_are_named_are_held_over_and_they_go_first() -> None:
    some = Holdover("de", OLD, MONDAY + DAY, accounts=("acme.example",))
    assert [to([some], domain) for domain in ("acme.example", "hill.example")] == ["noor", "kim"]
    rest = Holdover("de", Target(TargetKind.REP, "zoe"), MONDAY + DAY)
    assert [to([rest, some], domain) for domain in ("acme.example", "hill.example")] == ["noor", "zoe"]


def test_a_holdover_of_another_territory_holds_nothing() -> None:
    assert to([Holdover("fr", OLD, MONDAY + DAY)]) == "kim"


def test_a_tie_is_not_settled_by_a_holdover() -> None:
    two = (*HELD, Territory("germany", "field", ANYWHERE, countries=("DE",)))
    found = Plan(two, [Holdover("de", OLD, MONDAY + DAY)]).place(MUNICH, DACH, MONDAY)
    assert found == Placed(two)
    assert found.target is None


DOMAINS, CODES = ("acme.example", "hill.example", ""), ("10115", "10117", "20095", "")
COUNTRIES, STATES = ("DE", "AT", ""), ("DE-BE", "DE-HH", "AT-9", "")
REGIONS = {"DE": ("dach", "emea"), "AT": ("dach",)}


@st.composite
def pieces(draw: st.DrawFn) -> Territory:
    def some(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(draw(st.lists(st.sampled_from([n for n in names if n]), max_size=2, unique=True)))

    return Territory(
        str(draw(st.integers(0, 10**9))),
        "field",
        ANYWHERE,
        accounts=some(DOMAINS),
        postcodes=some((*CODES, "101*", "1*", "10000-10999")),
        states=some(STATES),
        countries=some(COUNTRIES),
        regions=some(("dach", "emea")),
        priority=draw(st.integers(0, 1)),
    )


@st.composite
def places(draw: st.DrawFn) -> dict[str, str]:
    given = {
        "domain": draw(st.sampled_from(DOMAINS)),
        "postcode": draw(st.sampled_from(CODES)),
        "state": draw(st.sampled_from(STATES)),
        "country": draw(st.sampled_from(COUNTRIES)),
    }
    return {name: value for name, value in given.items() if value}


def asked_one_by_one(plan: list[Territory], facts: dict[str, str]) -> list[str]:
    """The control: every territory on its own, and the specificity of semantics said once more, in words of its own."""

    def rank(t: Territory) -> tuple[int, int, int] | None:
        code, country = facts.get("postcode"), facts.get("country")
        exact = code in t.postcodes
        begins = [p for p in t.postcodes if p.endswith("*") and code and code.startswith(p[:-1])]
        ranged = "10000-10999" in t.postcodes and code is not None and "10000" <= code <= "10999"
        holds = [
            (bool(t.accounts), facts.get("domain") in t.accounts, 0),
            (bool(t.postcodes), exact, 0),
            (bool(t.postcodes) and not exact, bool(begins), -max(map(len, begins), default=0)),
            (bool(t.postcodes) and not exact and not begins, ranged, 0),
            (bool(t.states), facts.get("state") in t.states, 0),
            (bool(t.countries), country in t.countries, 0),
            (bool(t.regions), bool(set(t.regions) & set(REGIONS.get(country or "", ()))), 0),
        ]
        code_holds = not t.postcodes or exact or begins or ranged
        if not code_holds or any(asks and not true for asks, true, _ in (holds[0], *holds[4:])):
            return None
        found = [
            (kind, narrow, -t.priority) for kind, (asks, true, narrow) in enumerate(holds) if asks and true
        ]
        return found[0] if found else None

    ranks = [(rank(t), t.id) for t in plan]
    best = min([r for r, _ in ranks if r is not None], default=None)
    return [name for r, name in ranks if r is not None and r == best]


@given(st.lists(pieces(), max_size=8, unique_by=lambda t: t.id), places())
@settings(deadline=None, max_examples=150)
def test_looking_it_up_finds_what_asking_each_territory_finds(
    plan: list[Territory], facts: dict[str, str]
) -> None:
    found = place(plan, facts, REGIONS.get(facts.get("country", ""), ()), MONDAY)
    assert [t.id for t in found.territories] == asked_one_by_one(plan, facts)


@given(st.lists(pieces(), max_size=8, unique_by=lambda t: t.id), places(), places())
@settings(deadline=None, max_examples=150)
def test_no_lead_is_nobodys_that_a_territory_holds_once_it_says_more(
    plan: list[Territory], facts: dict[str, str], more: dict[str, str]
) -> None:
    regions = REGIONS.get(facts.get("country", ""), ())
    found = place(plan, facts, regions, MONDAY)
    whole = {**more, **facts}
    later = place(plan, whole, REGIONS.get(whole.get("country", ""), ()), MONDAY)
    at_home = whole.get("state", "")[:2] in (
        "",
        whole.get("country"),
    )  # a state of another country is no place
    if not found.territories and later.territories and at_home:
        assert found.unknown


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


HOLDOVER = """
[[holdover]]
territory = "de"
send_to = { rep = "noor" }
until = 2026-04-01
accounts = ["acme.example"]
"""


def test_a_lead_of_a_held_over_account_goes_where_it_went_and_the_trace_says_so() -> None:
    rules = policy(territory("de", 'countries = ["DE"]', 'rep = "kim"'), HOLDOVER, FIELD, CATCH_ALL)
    decision = routed(rules)
    assert kept_by(decision) == "noor"
    assert verdicts(decision) == [("de", "holdover", "took"), ("field", "true", "took")]
    assert kept_by(routed(rules, lead(domain="hill.example", email="a@hill.example"))) == "kim"


def test_an_explanation_says_that_the_territory_has_moved() -> None:
    rules = policy(territory("de", 'countries = ["DE"]', 'rep = "kim"'), HOLDOVER, FIELD, CATCH_ALL)
    said = sentences(explained(rules, lead(), world()))
    assert (
        "[first] “field” matches, territory de holds it and has moved: for now it goes where it went before"
        in [line.partition(" and takes")[0] for line in said]
    )
    assert "Noor Haddad alone: takes it." in said


def test_the_backup_takes_it_when_who_keeps_it_is_away() -> None:
    away = rep("Noor Haddad", 'absences = [{ type = "sick", from = "2026-03-01", until = "2026-03-08" }]')
    moved = territory("de", 'countries = ["DE"]', 'rep = "kim"', 'backup = "sun"')
    rules = policy(moved, HOLDOVER, FIELD, CATCH_ALL)
    assert kept_by(routed(rules, where=world(roster(ADA, KIM, away, ZOE)))) == "zoe"
