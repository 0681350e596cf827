"""Holes of a plan are told with a lead that falls into each, and never where one cannot be sure."""

import pytest

from firstright.core.compiled import Compiled
from firstright.core.documents.case import Case
from firstright.core.documents.policyfile import read_policy
from firstright.core.documents.territories import holes
from firstright.core.territory import place
from routing import CATCH_ALL, HEAD, MONDAY

REGIONS = '\n[regions]\ndach = ["DE", "AT", "CH"]\nbenelux = ["BE", "NL", "LU"]\n'


def piece(ident: str, where: str) -> str:
    return f'\n[[territory]]\nid = "{ident}"\nplan = "field"\nsend_to = {{ queue = "desk" }}\n{where}\n'


def sender(when: str = "") -> str:
    return f'\n[[rule]]\nid = "field"\ntier = "first"\nwhen = {{ {when} }}\nsend_to = {{ territory = "field" }}\n'


def compiled(*parts: str, when: str = "") -> Compiled:
    found, findings = read_policy(HEAD + REGIONS + "".join(parts) + sender(when) + CATCH_ALL)
    assert found is not None, findings
    return Compiled(found)


def told(*parts: str, when: str = "") -> list[tuple[str, str]]:
    return [(finding.where, finding.text) for finding in holes(Case(compiled(*parts, when=when).policy))]


def test_states_that_no_territory_names_belong_to_nobody() -> None:
    [(where, text)] = told(piece("west", 'states = ["US-CA", "US-OR"]'), piece("rest", 'states = ["US-WA"]'))
    assert where == 'territory "west" states'
    assert text == (
        "A lead from US-AK belongs to nobody in this plan, nor do those from US-AL, US-AR, US-AS, US-AZ and 48 more."
    )


def test_a_country_that_takes_the_rest_leaves_no_hole() -> None:
    assert told(piece("west", 'states = ["US-CA"]'), piece("rest", 'countries = ["US"]')) == []


def test_a_stretch_of_postcodes_that_nobody_has_is_told_by_one_of_them() -> None:
    plan = (
        piece("east", 'countries = ["DE"]\npostcodes = ["0*", "10000-39999"]'),
        piece("south", 'countries = ["DE"]\npostcodes = ["6*", "7*", "8*", "90000-99999"]'),
    )
    assert told(*plan) == [
        (
            'territory "east" postcodes',
            "A lead from DE, postcode 49999, belongs to nobody in this plan: no territory holds 40000 to 59999.",
        )
    ]


def test_small_gaps_are_passed_over_because_not_every_code_is_given_out() -> None:
    assert told(piece("all", 'countries = ["DE"]\npostcodes = ["01001-49999", "50100-99999"]')) == []


@pytest.mark.parametrize(
    "plan",
    [
        ('countries = ["GB"]\npostcodes = ["SW1*", "N*"]',),  # what letters there may be is not known here
        ('postcodes = ["10000-19999"]',),  # of which country is not said
        ('countries = ["DE"]\npostcodes = ["10000-19999"]', 'states = ["DE-BY"]'),  # cut both ways
        ('cities = ["Berlin"]\ncountries = ["DE"]',),
        ('accounts = ["acme.example"]',),
    ],
)
def test_nothing_is_said_where_it_cannot_be_known(plan: tuple[str, ...]) -> None:
    assert told(*[piece(f"t{n}", where) for n, where in enumerate(plan)]) == []


def test_a_rule_that_asks_for_a_part_itself_may_send_to_a_part_of_a_plan() -> None:
    assert told(piece("west", 'states = ["US-CA"]'), when='state = ["US-CA"]') == []


def test_countries_that_a_rule_sends_to_a_plan_without_them() -> None:
    assert told(piece("dach", 'regions = ["dach"]'), when='region = ["dach", "benelux"]') == [
        (
            'rule "field" send_to',
            "A lead from BE is sent to a plan in which it belongs to nobody, as are those from NL, LU.",
        )
    ]
    assert told(piece("dach", 'regions = ["dach"]'), when='country = ["DE", "AT"]') == []


def test_a_territory_that_ends_with_nobody_after_it() -> None:
    old = piece("old", 'countries = ["DE"]\nactive_until = 2026-04-01T00:00:00Z')
    later = piece("new", 'countries = ["DE"]\nactive_from = 2026-05-01T00:00:00Z')
    at_once = later.replace("2026-05", "2026-04")
    gone = "From 2026-04-01 00:00 UTC on a lead from DE belongs to nobody"
    assert told(old) == [('territory "old" active_until', f"{gone}.")]
    assert told(old, later) == [('territory "old" active_until', f"{gone} until 2026-05-01 00:00 UTC.")]
    assert told(old, at_once) == []


def test_a_plan_no_rule_sends_to_has_no_holes() -> None:
    found, _ = read_policy(HEAD + REGIONS + piece("west", 'states = ["US-CA"]') + CATCH_ALL)
    assert found is not None
    assert list(holes(Case(found))) == []


def test_every_example_is_nobodys_when_the_plan_is_asked() -> None:
    rules = compiled(
        piece("west", 'states = ["US-CA"]'),
        piece("mid", 'countries = ["DE"]\npostcodes = ["1*", "20000-29999"]'),
    )
    found = [finding.text for finding in holes(Case(rules.policy))]
    assert len(found) == 3
    for facts in ({"country": "US", "state": "US-AK"}, {"country": "DE", "postcode": "64999"}):
        assert place(rules.plans["field"], facts, (), MONDAY).territories == ()
