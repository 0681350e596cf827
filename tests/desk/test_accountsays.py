"""What the account of a lead says is a fact of the lead before it is decided, on both databases: seen by rules and service levels,
kept with where it came from, the same at every replay; and nobody is decided again because an account changes."""

import json
from collections import Counter

import pytest

from chaos.scene import replayed
from desk.extracts import SF_CONTACTS, SF_DEALS, SF_USERS, bring
from desk.office import PEOPLE, RULES, Office, office
from firstright.core.lead import Fact
from firstright.core.record import read_record
from firstright.core.replay import Verdict
from firstright.desk.learning import LearnFacts
from routing import CATCH_ALL, HEAD, HOUR, TO_SDR

OMAR = "005A00000000001"
USERS = SF_USERS + f"{OMAR},Omar B,omar@bay.example,true,p\n"
HEADER = "Id,Name,OwnerId,ParentId,Website,BillingCountry,BillingState,BillingCity,Industry,NumberOfEmployees,Type,IsDeleted,MasterRecordId\n"
BAY = "001A00000000001,Bay,,001A00000000002,bay.example,DE,Bayern,Munich,Chemicals,1200,customer,false,\n"
ABOVE = "001A00000000002,Bay Holding,,,holding.example,FR,,,,,,false,\n"
CONTACT = f"003A00000000001,001A00000000001,mara@home.example,Mara,Hill,{OMAR},false,\n"
BY_SIZE = """
[[rule]]
id = "large"
tier = "first"
when = { employees = { min = 1000 }, "account.parent" = "Bay Holding" }
send_to = { queue = "desk" }

[[service_for]]
when = { industry = "Chemicals" }
service = "urgent"
"""
FILLED = {
    "account.name": "Bay",
    "account.parent": "Bay Holding",
    "account.type": "customer",
    "employees": 1_200,
    "employees_band": "1001-5000",
    "industry": "Chemicals",
    "sector": "Materials",
}


def knowing(here: Office, accounts: str = BAY + ABOVE) -> None:
    here.publish(HEAD + BY_SIZE + TO_SDR + CATCH_ALL, PEOPLE)
    bring(here.desk, USERS, "users.csv")
    bring(here.desk, HEADER + accounts, "accounts.csv")


def facts(here: Office, told: dict[str, object], *names: str) -> dict[str, Fact]:
    found: dict[str, Fact] = json.loads(here.lead(told).facts)
    return {name: found[name] for name in names or found if name in found}


def test_rules_and_service_levels_see_what_the_account_says(database_url: str) -> None:
    with office(database_url, published=False) as here:
        knowing(here)
        told = here.send("anna", email="anna@bay.example", country="")
        assert (told["outcome"], told["reason"]) == ("queued", "rule:large")
        assert here.lead(told).service == "urgent"
        assert facts(here, told, *FILLED) == FILLED
        assert facts(here, told, "country", "state", "city", "filled_from") == {
            "country": "DE",
            "state": "DE-BY",
            "city": "München",
            "filled_from": [
                f"{field}:account Bay" for field in ("industry", "employees", "country", "state", "city")
            ],
        }


def test_what_the_lead_said_stays_and_a_difference_is_noted(database_url: str) -> None:
    with office(database_url, published=False) as here:
        knowing(here)
        told = here.send("anna", email="anna@bay.example", country="SE", employees="40")
        assert told["reason"] == "rule:to-sdr"
        assert facts(here, told, "country", "employees", "city", "at_odds") == {
            "country": "SE",
            "employees": 40,
            "at_odds": ["employees:account Bay:1200", "country:account Bay:DE"],
        }


def test_a_contact_from_a_private_address_brings_its_account_along(database_url: str) -> None:
    with office(database_url, published=False) as here:
        knowing(here)
        bring(here.desk, SF_CONTACTS + CONTACT, "contacts.csv")
        told = here.send("mara", email="mara@home.example", country="DE")
        assert facts(here, told, "account.name", "industry") == {
            "account.name": "Bay",
            "industry": "Chemicals",
        }


def test_every_decision_replays_equal_and_says_what_was_used(database_url: str) -> None:
    with office(database_url, published=False) as here:
        knowing(here)
        told = here.send("anna", email="anna@bay.example", country="")
        bring(here.desk, HEADER + BAY.replace("1200", "12") + ABOVE, "later.csv")
        assert replayed(here.desk.database) == (Counter({Verdict.EQUAL: 1}), [])
        (made,) = here.rows("SELECT record FROM decision")
        assert read_record(made[0]).lead.facts["employees"] == 1_200
        assert facts(here, told, "employees") == {"employees": 1_200}


def test_an_account_that_changes_decides_nobody_again_but_speaks_when_something_is_learnt(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        knowing(here)
        told = here.send("anna", email="anna@bay.example", country="")
        bring(here.desk, HEADER + BAY.replace("1200", "12") + ABOVE, "later.csv")
        here.at += HOUR
        assert here.rows("SELECT count(*) FROM decision") == [(1,)]
        assert facts(here, told, "employees") == {"employees": 1_200}
        here.desk.act(LearnFacts(str(told["lead"]), {"title": "Head of IT"}, "crm"))
        assert facts(here, told, "employees", "employees_band") == {
            "employees": 12,
            "employees_band": "11-50",
        }


@pytest.mark.parametrize("wanted", ['["industry"]', "[]"])
def test_a_policy_says_which_fields_an_account_may_fill_in(database_url: str, wanted: str) -> None:
    with office(database_url, published=False) as here:
        knowing(here)
        here.publish(RULES + f"\n[enrich]\nfrom_account = {wanted}\n", PEOPLE)
        told = here.send("anna", email="anna@bay.example", country="")
        has = facts(here, told, "industry", "employees", "country", "account.type")
        assert has == {
            "account.type": "customer",
            **({"industry": "Chemicals"} if "industry" in wanted else {}),
        }


BY_STAGE = """
[[rule]]
id = "quoted"
tier = "first"
when = { "opportunity.stage" = "Quote" }
send_to = { queue = "desk" }
"""


@pytest.mark.parametrize(("closed", "reason"), [("false", "rule:quoted"), ("true", "rule:to-sdr")])
def test_a_rule_sees_the_stage_of_the_open_opportunity_it_was_imported_with(
    database_url: str, closed: str, reason: str
) -> None:
    """It was in the catalogue and filled by nothing: such a rule never held."""
    with office(database_url, published=False) as here:
        here.publish(HEAD + BY_STAGE + TO_SDR + CATCH_ALL, PEOPLE)
        bring(here.desk, HEADER + BAY, "accounts.csv")
        bring(here.desk, SF_DEALS + f"006A00000000001,001A00000000001,Arms,Quote,{closed},false,,9,false\n")
        told = here.send("anna", email="anna@bay.example")
        assert told["reason"] == reason
        assert facts(here, told, "opportunity.stage") == (
            {"opportunity.stage": "Quote"} if closed == "false" else {}
        )
        assert replayed(here.desk.database) == (Counter({Verdict.EQUAL: 1}), [])
