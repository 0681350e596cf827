"""Whom a policy has asked about a lead, and what is believed of what they say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.lead import Fact
from firstright.core.providers import FILLED_FROM, Provider, Told, key_of, learnt, origin_of, said_over
from firstright.core.rules.conditions import parse
from firstright.core.rules.fields import BUILTIN, Catalogue
from routing import MONDAY

CLEARFIELD = Provider("clearfield", "domain", {"size": "employees", "kind": "industry"})
ACME: dict[str, Fact] = {"domain": "acme.de", "country": "DE"}


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({}, "acme.de"),
        ({"employees": 3}, "acme.de"),  # the industry is not there
        ({"employees": 3, "industry": "Steel"}, ""),
    ],
)
def test_only_leads_that_lack_something_are_asked_about(more: dict[str, Fact], key: str) -> None:
    assert key_of(CLEARFIELD, {**ACME, **more}, MONDAY) == key


def test_without_the_fact_that_is_sent_or_where_it_does_not_apply_nobody_is_asked() -> None:
    condition, _ = parse({"country": ["US"]}, Catalogue(BUILTIN), "")
    american = Provider("a", "domain", {"size": "employees"}, condition)
    assert key_of(CLEARFIELD, {"country": "DE"}, MONDAY) == ""
    assert key_of(american, ACME, MONDAY) == ""
    assert key_of(american, {"domain": "acme.us"}, MONDAY) == ""  # unknown is not true
    assert key_of(american, {"domain": "acme.us", "country": "US"}, MONDAY) == "acme.us"


def test_only_what_is_to_be_known_may_be_missing() -> None:
    narrow = Provider("a", "domain", {"size": "employees", "kind": "industry"}, when_missing=("employees",))
    believed = Provider("b", "domain", {"size": "employees"}, overwrite=("employees",))
    assert key_of(narrow, {**ACME, "employees": 3}, MONDAY) == ""
    assert key_of(believed, {**ACME, "employees": 3}, MONDAY) == "acme.de"


def test_the_person_comes_first_then_the_first_provider_and_a_guess_comes_last() -> None:
    facts: dict[str, Fact] = {
        "employees": 40,
        "country": "DE",
        "zone": "Europe/Berlin",
        FILLED_FROM: ("country:phone", "zone:postcode"),
    }
    told = [
        Told("a", {"employees": 1200, "country": "FR", "industry": "Steel"}),
        Told(
            "b",
            {"employees": 1300, "country": "IT", "industry": "Wool", "zone": "Asia/Tokyo"},
            ("employees",),
        ),
    ]
    assert learnt(facts, told) == {
        "country": "FR",
        "industry": "Steel",
        "employees": 1300,
        FILLED_FROM: ("zone:postcode", "country:a", "industry:a", "employees:b"),
    }


def test_what_is_said_later_came_from_nowhere_else() -> None:
    facts: dict[str, Fact] = {"state": "US-TN", "zone": "America/Chicago", FILLED_FROM: ("zone:postcode",)}
    assert said_over(facts, {"zone": "Asia/Tokyo"}) == {"state": "US-TN", "zone": "Asia/Tokyo"}
    assert said_over(facts, {"state": "US-TX"})[FILLED_FROM] == ("zone:postcode",)
    again: dict[str, Fact] = {"city": "Austin", "zone": "America/Chicago", FILLED_FROM: ("city:postcode",)}
    assert said_over(facts, again) == {**again, "state": "US-TN"}


FIELDS = st.sampled_from(("employees", "industry", "country", "city"))
FACTS = st.dictionaries(FIELDS, st.sampled_from(("1", "2", "3")))
TOLD = st.builds(
    Told, st.sampled_from(("a", "b", "c")), FACTS, st.lists(FIELDS, max_size=2, unique=True).map(tuple)
)


@settings(max_examples=200, deadline=None)
@given(FACTS, st.lists(TOLD, max_size=3, unique_by=lambda each: each.provider))
def test_learning_the_same_again_teaches_nothing_and_each_new_fact_names_who_said_it(
    facts: dict[str, Fact], told: list[Told]
) -> None:
    found = learnt(facts, told)
    now = {**facts, **found}
    assert learnt(now, told) == {}
    said = {each.provider: each.facts for each in told}
    for field, value in found.items():
        if field != FILLED_FROM:
            assert said[origin_of(found, field)][field] == value
            assert field not in facts or any(field in each.believed for each in told)
