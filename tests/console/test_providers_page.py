"""Whom facts are asked of, in the console and over HTTP, on both databases: state, cost, answers; and a lead's page says who said what."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chaos.scene import reps
from console.visiting import visitor, words
from firstright.core.authority import Role
from firstright.desk.asking import ClaimQuestions, Ended, RecordAnswers
from firstright.desk.enriching import LearnAnswers
from firstright.desk.providers import AddProvider, Providers, SwitchProvider
from firstright.outbound.lookup import Again, Came, Found, Unknown
from outbound.outside import LOOPBACK
from web.houses import OpenBox
from web.staffed import ALWAYS, Staffed, staffed

POLICY = (
    ALWAYS
    + """
[enrich.clearfield]
name = "Clearfield"
ask = "domain"
fields = { "size" = "employees" }
budget = 4

[enrich.geodex]
ask = "email"
fields = { "country" = "country" }
"""
)


@pytest.fixture
def house(database_url: str) -> Iterator[Staffed]:
    for found in staffed(database_url):
        found.desk.publish_policy(POLICY, file="policy.toml", by="mara", reason="test")
        changed(
            found,
            AddProvider("clearfield", "https://clearfield.example/{domain}?key=hush", {"X-Key": "hush"}),
        )
        yield found


def changed(house: Staffed, asked: AddProvider | SwitchProvider) -> None:
    """In a thread aside: a browser of another test may have a loop in this one."""
    with ThreadPoolExecutor(1) as aside:
        aside.submit(Providers(house.desk, OpenBox(), LOOPBACK).change, asked, "mara").result()


def answered(house: Staffed, lead: str, came: Came) -> None:
    """Clearfield is asked, and this comes of it."""
    claimed = house.desk.writer.submit(ClaimQuestions(8, house.desk.new_id())).result()
    ended = [Ended(each, came, timedelta(milliseconds=240), 0.5) for each in claimed.asks]
    house.desk.writer.submit(RecordAnswers(ended)).result()
    house.desk.writer.submit(LearnAnswers(lead)).result()


def some(house: Staffed) -> list[str]:
    """Leads of which Clearfield knew something, did not, and was down for good."""
    leads = []
    for came in (Found({"size": 1200}), Unknown("HTTP 404: they do not know it"), Again("HTTP 503")):
        leads.append(house.owned()[0])
        answered(house, leads[-1], came)
    return leads


def test_a_program_sees_state_cost_and_answers_and_no_secret(house: Staffed) -> None:
    some(house)
    answer = house.see("/v1/providers")
    clearfield, geodex = answer.json()["providers"]
    assert clearfield | {"month": "", "problem_at": "", "failing_since": ""} == {
        "provider": "clearfield", "name": "Clearfield", "state": "failing", "why": "HTTP 503", "ask": "domain",
        "fields": ["employees"], "url": "https://clearfield.example/{domain}?...", "month": "", "spent": 3,
        "budget": 4, "waiting": 1, "known": 1, "unknown": 1, "failed": 0, "shelf": 0, "wrong": 0, "hit_rate": 50, "took": 240,
        "problem": "HTTP 503", "problem_at": "", "failing_since": "", "paused_until": None,
    }  # fmt: skip
    assert (geodex["state"], geodex["failed"]) == ("not registered", 3)
    assert "hush" not in answer.text
    blind = house.new_key("door", scopes=("leads:write",))
    assert house.get("/v1/providers", Authorization=f"Bearer {blind}").status_code == 403


def test_operations_sees_the_same_on_a_page(house: Staffed) -> None:
    some(house)
    with visitor(house, Role.OPERATIONS) as seen:
        page = seen.page("/providers")
        said = words(page)
        assert "Clearfield employees, by domain" in said
        assert "1 known, 1 unknown, 0 failed" in said
        assert "3 of 4" in said
        assert "no provider of that name is registered" in said
        assert "hush" not in page
    changed(house, SwitchProvider("clearfield", False))
    with visitor(house, Role.OPERATIONS) as seen:
        assert "switched off by mara" in words(seen.page("/providers"))
    with visitor(house, Role.REP, reps(1)[0]) as seen:
        assert seen.see("/providers").status_code == 403


def test_a_leads_page_says_who_was_asked_what_they_said_and_what_that_changed(house: Staffed) -> None:
    knows, unknown, down = some(house)
    with visitor(house, Role.OPERATIONS) as seen:
        said = words(seen.page(f"/leads/{knows}"))
        assert "Clearfield said employees 1,200" in said
        assert "not moved: locked" in said
        assert "employees 1200, from Clearfield" in said.replace("Employees", "employees")
        assert "geodex did not answer: no provider of that name is registered" in said
        assert "Clearfield does not know: HTTP 404" in words(seen.page(f"/leads/{unknown}"))
        assert "Clearfield is being asked: HTTP 503" in words(seen.page(f"/leads/{down}"))


def test_a_postcode_that_filled_in_a_zone_says_so_on_the_page_and_in_the_explanation(house: Staffed) -> None:
    lead = house.send({"email": "z@zone.example", "country": "US", "postcode": "37201"}).json()["lead"]
    with visitor(house, Role.OPERATIONS) as seen:
        said = words(seen.page(f"/leads/{lead}"))
    assert "America/Chicago, from the postcode" in said
    assert "Time zone America/Chicago, from the postcode." in said
    assert "filled in from" not in said
