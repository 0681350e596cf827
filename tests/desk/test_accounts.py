"""What the CRM knows decides before any rule: owners of deals and accounts, as the last extract has them."""

import pytest

from desk.office import Office, office, owner
from firstright.desk.crm.accounts import Counts, TakeCrm
from firstright.intake.crmfiles import read_accounts, read_opportunities

ACCOUNTS = "Account ID,Name,Domains,Owner,Type,Tier,Parent\n"
DEALS = "Opportunity ID,Account ID,Owner,Open,Contact E-Mail\n"
HILL = "A-1,Hill Ltd,hill.example;hillgroup.example,omar,customer,A,\n"


def extract(here: Office, accounts: str = "", deals: str = "", system: str = "crm") -> Counts:
    work = TakeCrm(system, list(read_accounts(ACCOUNTS + accounts)), list(read_opportunities(DEALS + deals)))
    return here.desk.writer.submit(work).result()


def enquire(here: Office, name: str, domain: str = "hill.example") -> tuple[str, str]:
    """Who gets somebody of that company, and why."""
    told = here.send(name, email=f"{name}@{domain}")
    return owner(told), str(told["reason"])


def test_the_account_owner_gets_whoever_writes_from_one_of_its_domains(database_url: str) -> None:
    with office(database_url) as here:
        assert extract(here, HILL) == Counts(1, 0)
        assert enquire(here, "mara") == ("omar", "step:account-owner")
        assert enquire(here, "nils", "hillgroup.example") == ("omar", "step:account-owner")
        assert enquire(here, "stranger", "dale.example") == ("kim", "rule:to-sdr")
        assert here.rows("SELECT count(*) FROM ledger") == [(1,)]  # precedence spends no turn


def test_an_open_deal_goes_before_its_account_and_a_closed_one_does_not(database_url: str) -> None:
    with office(database_url) as here:
        extract(here, HILL, "O-1,A-1,noor,yes,\n")
        assert enquire(here, "mara") == ("noor", "step:open-opportunity")
        extract(here, HILL, "O-1,A-1,noor,no,\n")
        assert enquire(here, "nils") == ("omar", "step:account-owner")


def test_the_person_of_a_deal_is_known_by_their_private_address_too(database_url: str) -> None:
    with office(database_url) as here:
        extract(here, HILL, "O-1,A-1,noor,yes,Mara@Home.example\n")
        assert enquire(here, "mara", "home.example") == ("noor", "step:open-opportunity")


def test_a_domain_of_two_accounts_with_two_owners_goes_to_a_person_to_decide(database_url: str) -> None:
    with office(database_url) as here:
        extract(here, HILL + "A-2,Hill Holding,hill.example,noor,,,\n")
        told = here.send("mara", email="mara@hill.example")
        row = here.lead(told)
        assert (row.outcome, row.holder_kind, row.holder_id) == ("review", "review", "owner-conflict")
        [(reason, state, between)] = here.rows("SELECT reason, state, candidates FROM review_item")
        assert (reason, state) == ("owner-conflict", "open")
        assert all(rep in between for rep in ("omar", "noor"))


def test_two_accounts_of_one_owner_are_no_conflict(database_url: str) -> None:
    with office(database_url) as here:
        extract(here, HILL + "A-2,Hill Holding,hill.example,omar,,,\n")
        assert enquire(here, "mara") == ("omar", "step:account-owner")


def test_a_second_extract_replaces_what_the_first_one_said(database_url: str) -> None:
    with office(database_url) as here:
        extract(here, HILL)
        extract(here, HILL)  # the same again is one account
        assert here.rows("SELECT count(*) FROM account") == [(1,)]
        extract(here, "A-1,Hill Ltd,hillgroup.example,noor,customer,A,\n")
        assert enquire(here, "mara", "hillgroup.example") == ("noor", "step:account-owner")
        assert enquire(here, "nils", "hill.example")[1] == "rule:to-sdr"  # the domain was given up


def test_a_lead_in_work_stays_with_its_owner_when_the_account_changes_hands(database_url: str) -> None:
    with office(database_url) as here:
        extract(here, HILL)
        assert enquire(here, "mara")[0] == "omar"
        extract(here, HILL.replace("omar", "noor"))
        assert enquire(here, "mara") == ("omar", "repeat-enquiry")
        assert enquire(here, "nils") == ("noor", "step:account-owner")


def test_deals_that_come_without_their_accounts_belong_to_those_known_already(database_url: str) -> None:
    """Systems export accounts once a week and deals every night."""
    with office(database_url) as here:
        extract(here, HILL)
        extract(here, deals="O-1,A-1,noor,yes,\n")
        assert enquire(here, "mara") == ("noor", "step:open-opportunity")
        extract(here, "A-9,Hill Sub,sub.example,noor,,,A-1\n")
        assert here.rows(
            "SELECT c.external_id, p.external_id FROM account AS c JOIN account AS p ON p.id = c.parent_id"
        ) == [("A-9", "A-1")]


def test_the_same_number_in_two_systems_is_two_accounts(database_url: str) -> None:
    with office(database_url) as here:
        extract(here, HILL)
        extract(here, "A-1,Dale,dale.example,noor,,,\n", system="erp")
        assert (enquire(here, "mara")[0], enquire(here, "nils", "dale.example")[0]) == ("omar", "noor")


@pytest.mark.parametrize("owner_of", ["", "somebody who left long ago"])
def test_an_account_whose_owner_nobody_knows_claims_nothing(database_url: str, owner_of: str) -> None:
    with office(database_url) as here:
        extract(here, HILL.replace("omar", owner_of))
        assert enquire(here, "mara") == ("kim", "rule:to-sdr")
