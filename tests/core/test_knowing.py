"""What is known of a lead beside what it says becomes facts before anything is decided, and is the same when asked again."""

import msgspec
import pytest

from firstright.core.knowing import joined, knowing
from firstright.core.lead import Cause, Fact, Lead, Outcome
from firstright.core.matching import Match
from firstright.core.world import Candidate
from routing import CATCH_ALL, DAY, HOUR, MONDAY, lead, policy

TABLES = """
[[intent]]
id = "pricing-page"
is = "pricing"
when = { pages = { contains = "/pricing" } }

[score]
mql = 20

[[score.points]]
id = "wants-prices"
points = 15
kind = "urgency"
half_life = "7d"
when = { intent = "pricing" }

[[score.points]]
id = "german"
points = 10
when = { country = "DE" }

[[rule]]
id = "by-search"
tier = "first"
when = { "first.source" = "search" }
send_to = { queue = "desk" }
"""
RULES = policy(TABLES, CATCH_ALL)
PLAIN = policy(CATCH_ALL)
NOBODY = Match()


def person(outcome: Outcome = Outcome.OWNER, **facts: Fact) -> Match:
    known = msgspec.structs.replace(lead(**facts), id="p1", outcome=outcome, epoch=1)
    return Match(people=(Candidate("lead", "p1", "email", open=outcome is Outcome.OWNER, lead=known),))


def test_a_lead_nothing_is_known_of_and_no_table_speaks_of_is_left_alone() -> None:
    came = lead()
    assert knowing(came, Cause.ARRIVED, NOBODY, PLAIN, MONDAY) is came


def test_a_later_table_sees_what_an_earlier_one_said() -> None:
    came = lead(pages=("https://ours.example/pricing",))
    facts = knowing(came, Cause.ARRIVED, NOBODY, RULES, MONDAY).facts
    assert {name: facts[name] for name in facts if name not in came.facts} == {
        "intent": "pricing",
        "intent_by": "pricing-page",
        "score": 25,
        "score.fit": 10,
        "score.urgency": 15,
        "lifecycle": "mql",
    }


@pytest.mark.parametrize("cause", [Cause.ACCEPTED, Cause.TOUCHED, Cause.HOURS_OPENED, Cause.OFFBOARDED])
def test_whoever_only_acts_on_a_lead_changes_nothing_that_is_known_of_it(cause: Cause) -> None:
    came = lead(pages=("https://ours.example/pricing",))
    assert knowing(came, cause, NOBODY, RULES, MONDAY) is came


@pytest.mark.parametrize("known", [NOBODY, person(source="search", pages=("/pricing",))])
def test_asked_again_on_what_it_gave_it_gives_the_same(known: Match) -> None:
    once = knowing(lead(source="form"), Cause.ARRIVED, known, RULES, MONDAY)
    assert knowing(once, Cause.ARRIVED, known, RULES, MONDAY) == once


def test_who_comes_again_is_known_by_how_they_first_came_and_all_they_did_since() -> None:
    known = person(source="search", pages=("/a", "/pricing"), **{"engagement.count": 2})
    facts = knowing(lead(source="form", pages=("/b",)), Cause.ARRIVED, known, RULES, MONDAY).facts
    assert facts["first.source"] == "search"
    assert facts["pages"] == ("/a", "/pricing", "/b")
    assert (facts["engagement.count"], facts["engagement.last"]) == (3, MONDAY.isoformat())
    assert (facts["intent"], facts["lifecycle"]) == ("pricing", "mql")


def test_after_a_closed_cycle_what_they_did_in_it_counts_no_more_but_how_they_first_came_does() -> None:
    known = person(Outcome.REJECTED, source="search", pages=("/pricing",), **{"engagement.count": 9})
    facts = knowing(lead(source="form"), Cause.ARRIVED, known, RULES, MONDAY + DAY).facts
    assert (facts["first.source"], facts["engagement.count"]) == ("search", 1)
    assert "pages" not in facts
    assert "intent" not in facts


def test_who_came_once_first_came_as_they_came() -> None:
    seen = RULES.with_derived(lead(source="search").facts, (), MONDAY)
    assert seen["first.source"] == "search"


def test_an_address_in_a_form_changes_nobodys_telephone_number() -> None:
    before: dict[str, Fact] = {"email": "anna@acme.example", "phone": "+4930901820", "city": "Berlin"}
    now: dict[str, Fact] = {"email": "anna@acme.example", "phone": "+15005550006", "city": "Bonn"}
    assert joined(before, now) == {**before, "city": "Bonn"}


def test_what_was_worked_out_before_is_worked_out_anew_but_what_they_said_stays() -> None:
    worked_out: dict[str, Fact] = {"intent": "pricing", "intent_by": "row", "score": 90, "lifecycle": "sql"}
    assert joined(worked_out, {"country": "DE"}) == {"country": "DE"}
    assert joined({"intent": "demo"}, {"country": "DE"}) == {"intent": "demo", "country": "DE"}


def test_a_fact_that_is_learnt_is_judged_with_all_the_others() -> None:
    stood = msgspec.structs.replace(lead(country="FR"), outcome=Outcome.OWNER, epoch=1)
    knows = knowing(stood, Cause.ENRICHED, NOBODY, RULES, MONDAY + HOUR)
    assert knows.facts["score"] == 0
    learnt: Lead = msgspec.structs.replace(knows, facts={**knows.facts, "country": "DE"})
    assert knowing(learnt, Cause.ENRICHED, NOBODY, RULES, MONDAY + HOUR).facts["score"] == 10
