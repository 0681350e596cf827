"""What its account says fills in what the lead did not say, never over it, with where it came from; and comes to the same when
asked again."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.accountfacts import (
    AT_ODDS,
    GROUPS,
    Facts,
    origin,
    said_by_account,
    with_account,
    with_stage,
)
from firstright.core.decide import decide
from firstright.core.decision import ClockStarted
from firstright.core.knowing import knowing
from firstright.core.lead import Cause, Fact
from firstright.core.matching import NOTHING, Match
from firstright.core.providers import FILLED_FROM, FROM_ACCOUNT, origin_of, origins
from firstright.core.world import Candidate
from routing import CATCH_ALL, MONDAY, effects, lead, policy, world

ACME: dict[str, Fact] = {
    "account.name": "Acme",
    "account.type": "customer",
    "industry": "Chemicals",
    "sector": "Materials",
    "employees": 1_200,
    "employees_band": "1001-5000",
    "country": "DE",
    "state": "DE-BY",
    "city": "Munich",
}
FIELDS = ("industry", "sector", "employees", "employees_band", "country", "state", "city", "postcode")
values = st.sampled_from(["a", "b", 7])
facts_of = st.dictionaries(st.sampled_from(FIELDS), values, max_size=8)
says_of = st.builds(
    lambda facts, name: {**facts, "account.name": name},
    facts_of,
    st.sampled_from(["Acme", "A: B", "x" * 200]),
)
wanted = st.sets(st.sampled_from(FROM_ACCOUNT)).map(tuple)


def filled(**said: Fact) -> dict[str, Fact]:
    return with_account(said, said, ACME, FROM_ACCOUNT)


@settings(max_examples=300, deadline=None)
@given(facts_of, says_of, wanted)
def test_nothing_the_lead_said_is_changed_and_all_that_is_new_has_its_origin(
    said: Facts, says: Facts, which: tuple[str, ...]
) -> None:
    now = with_account(said, said, says, which)
    assert {name: now.get(name) for name in said} == dict(said)
    new = {name for name in now if name not in said and not name.startswith("account.")}
    heads = {each.partition(":")[0] for each in origins(now)}
    follow = {name for group in GROUPS if group.fields[0] in heads for name in group.fields}
    assert heads <= set(which) and heads <= new <= follow | {FILLED_FROM, AT_ODDS}
    assert {now[name] == says[name] for name in heads} <= {True}
    assert {origin_of(now, name) for name in heads} <= {origin(says)}


@settings(max_examples=300, deadline=None)
@given(facts_of, says_of, says_of, wanted)
def test_it_is_the_same_when_asked_again_and_forgets_what_another_account_said(
    said: Facts, before: Facts, says: Facts, which: tuple[str, ...]
) -> None:
    once = with_account(said, said, says, which)
    assert with_account(once, once, says, which) == once
    other = with_account(said, said, before, which)
    now = with_account(other, other, says, which)
    assert {name: now.get(name) for name in said} == dict(said)
    # What only the other one said stays, as its own: that this one is silent makes it no falser.
    assert {each for each in origins(now) if each not in origins(once)} <= set(origins(other))


@pytest.mark.parametrize(
    ("said", "gets"),
    [
        ({}, {"industry", "sector", "employees", "employees_band", "country", "state", "city"}),
        ({"country": "DE"}, {"industry", "sector", "employees", "employees_band", "state", "city"}),
        ({"country": "FR"}, {"industry", "sector", "employees", "employees_band"}),
        ({"country": "DE", "city": "Berlin"}, {"industry", "sector", "employees", "employees_band"}),
        ({"country": "DE", "state": "DE-BE"}, {"industry", "sector", "employees", "employees_band"}),
        ({"country": "DE", "state": "DE-BY"}, {"industry", "sector", "employees", "employees_band", "city"}),
        ({"postcode": "10115"}, {"industry", "sector", "employees", "employees_band"}),
        ({"employees_band": "11-50", "country": "FR"}, {"industry", "sector"}),
    ],
)
def test_a_place_is_filled_in_only_where_nothing_speaks_for_another(
    said: dict[str, Fact], gets: set[str]
) -> None:
    now = filled(**said)
    assert {n for n in now if n not in said and n in ACME and not n.startswith("account.")} == gets


def test_where_both_differ_that_is_noted_by_the_coarsest_word_both_have() -> None:
    now = filled(
        country="FR", employees=1_300, employees_band="1001-5000", industry="Banks", sector="Financials"
    )
    assert now[AT_ODDS] == ("industry:account Acme:Chemicals", "country:account Acme:DE")
    assert AT_ODDS not in filled(country="DE", employees_band="1001-5000")
    assert AT_ODDS not in with_account(now, {"country": "DE"}, ACME, ())


def test_a_guess_from_a_telephone_number_gives_way() -> None:
    guessed: dict[str, Fact] = {"country": "FR", FILLED_FROM: ("country:phone",)}
    now = with_account(guessed, guessed, ACME, ("country",))
    assert (now["country"], now[FILLED_FROM]) == ("DE", ("country:account Acme",))


def account(name: str, key: str = "domain") -> Candidate:
    return Candidate("account", name, key, label=name)


def test_of_two_accounts_that_match_equally_only_what_both_say_or_one_is_silent_about_is_believed() -> None:
    says: dict[str, Facts] = {
        "one": {"country": "DE", "industry": "Banks"},
        "two": {"country": "FR", "industry": "Banks"},
    }
    both = Match(accounts=(account("one"), account("two")))
    assert said_by_account(both, says) == {"account.name": "one", "industry": "Banks"}
    weaker = Match(accounts=(account("one"), account("two", "company")))
    assert said_by_account(weaker, says) == {"account.name": "one", "country": "DE", "industry": "Banks"}


def test_the_account_of_a_known_contact_speaks_where_the_lead_matches_none() -> None:
    mara = Candidate("contact", "mara", "email", account="acme")
    assert said_by_account(Match(contacts=(mara,)), {"acme": ACME}) == ACME
    assert said_by_account(NOTHING, {"acme": ACME}) == {}


def test_a_known_person_keeps_what_they_said_the_first_time() -> None:
    before = msgspec.structs.replace(lead(country="FR", id="p1"), epoch=1)
    known = Match(
        people=(Candidate("lead", "p1", "email", lead=before),),
        accounts=(Candidate("account", "acme", "domain", label="Acme"),),
    )
    came = lead(country="")
    facts = knowing(came, Cause.ARRIVED, known, policy(CATCH_ALL), MONDAY, {"acme": ACME}).facts
    assert "country" not in facts
    assert (facts["industry"], facts[AT_ODDS]) == ("Chemicals", ("country:account Acme:DE",))


SERVICE = """
[[service_for]]
when = { "account.type" = "customer", industry = "Chemicals" }
service = "urgent"
"""


@pytest.mark.parametrize("industry", ["Chemicals", "Banks"])
def test_a_service_level_by_condition_sees_what_the_account_says(industry: str) -> None:
    here = world(known=[account("acme")])
    here = msgspec.structs.replace(here, accounts={"acme": {**ACME, "industry": industry}})
    came = lead(domain="acme.example")
    decision = decide(came, Cause.ARRIVED, policy(SERVICE, CATCH_ALL), here)
    assert decision.service == ("urgent" if industry == "Chemicals" else "standard")
    assert bool(effects(decision, ClockStarted))


def deal(name: str, stage: str, key: str = "email") -> Candidate:
    return Candidate("opportunity", name, key, facts=(("opportunity.stage", stage),) if stage else ())


@pytest.mark.parametrize(
    ("deals", "stage"),
    [
        ((), None),
        ((deal("one", "Quote"),), "Quote"),
        ((deal("one", "Quote"), deal("two", "Quote")), "Quote"),
        ((deal("one", "Quote"), deal("two", "Demo")), None),
        ((deal("one", "Quote"), deal("two", "")), None),
        ((deal("one", "Quote"), deal("two", "Demo", "domain")), "Quote"),
    ],
)
def test_the_stage_of_the_open_opportunity_is_known_where_there_is_one(
    deals: tuple[Candidate, ...], stage: str | None
) -> None:
    known = Match(opportunities=deals)
    for before in ({"city": "Ulm"}, {"city": "Ulm", "opportunity.stage": "Old"}):
        now = with_stage(before, known)
        assert now == {"city": "Ulm"} | ({"opportunity.stage": stage} if stage else {})
        assert with_stage(now, known) is now
