"""A company that shares no domain with the account it has is found by its name, where something besides speaks for it."""

import json

import pytest

from desk.extracts import SF_CONTACTS, SF_USERS, bring
from desk.office import PEOPLE, RULES, Office, office, owner
from firstright.desk.learning import LearnFacts
from routing import HOUR

OMAR = "005A00000000001"
USERS = SF_USERS + f"{OMAR},Omar B,omar@bay.example,true,p\n"
ACCOUNTS = (
    "Id,Name,OwnerId,ParentId,Website,BillingCountry,BillingPostalCode,Phone,Type,IsDeleted,MasterRecordId\n"
    f"001A00000000001,Lindqvist & Söner Mekaniska AB,{OMAR},,lindqvist-soner.example,SE,412 63,+46 31 390 10 00,customer,false,\n"
)
WITH_MAIL = PEOPLE.replace('id = "omar"', 'id = "omar"\nemail = "omar@bay.example"')


def knowing(here: Office) -> None:
    here.publish(RULES, WITH_MAIL)
    bring(here.desk, USERS, "users.csv")
    bring(here.desk, ACCOUNTS, "accounts.csv")


def test_a_company_in_another_spelling_from_another_domain_goes_to_the_owner_of_its_account(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        knowing(here)
        told = here.send(
            "anna",
            company="Lindqvist och Söner Mekaniska",
            country="SE",
            postcode="412 63",
            email="anna@lindqvist.test",
        )
        assert owner(told) == "omar"
        assert told["reason"] == "step:account-owner"


def test_a_company_that_only_shares_a_word_is_not_theirs(database_url: str) -> None:
    with office(database_url, published=False) as here:
        knowing(here)
        told = here.send("anna", company="Lindqvist Bageri", country="SE", email="anna@bageri.test")
        assert (told["outcome"], told["reason"]) == ("owner", "rule:to-sdr")


def test_a_company_learnt_later_is_looked_up_then(database_url: str) -> None:
    with office(database_url, published=False) as here:
        knowing(here)
        told = here.send("anna", country="SE", postcode="412 63", email="anna@lindqvist.test")
        assert told["reason"] == "rule:to-sdr"
        here.at += HOUR
        here.desk.act(LearnFacts(str(told["lead"]), {"company": "Lindqvist & Soner Mekaniska"}, "crm"))
        row = here.lead(told)
        assert json.loads(row.facts)["company"] == "Lindqvist & Soner Mekaniska"
        assert row.holder_id == "omar"


def test_a_name_alone_links_nobody_a_person_says_whether_it_is_theirs(database_url: str) -> None:
    with office(database_url, published=False) as here:
        knowing(here)
        told = here.send(
            "anna", company="Lindqvist och Söner Mekaniska", country="SE", email="a@lindqvist.test"
        )
        assert (told["outcome"], told["reason"]) == ("review", "maybe-known")
        assert here.rows("SELECT reason, state FROM review_item") == [("likely-duplicate", "open")]


FIRM = "Lindqvist & Söner Mekaniska"
CONTACT = f"003A00000000001,001A00000000001,mara.hill@lindqvist-soner.example,Mara,Hill,{OMAR},false,,+49301234567\n"
NOBODYS = ACCOUNTS.replace(f"AB,{OMAR}", "AB,")


@pytest.mark.parametrize(
    ("name", "facts", "where"),
    [
        ("mara", {"company": FIRM, "last_name": "Hil", "phone": "+49 30 1234567"}, "step:previous-owner"),
        ("mara", {"company": FIRM}, "maybe-known"),
        ("mara", {}, "maybe-known"),
        ("bert", {"company": FIRM}, "rule:to-sdr"),
    ],
    ids=["the contact", "one of that name at that company", "perhaps the contact", "a colleague"],
)
def test_a_contact_who_writes_from_another_address_is_known(
    database_url: str, name: str, facts: dict[str, str], where: str
) -> None:
    with office(database_url, published=False) as here:
        here.publish(RULES, WITH_MAIL)
        contacts = SF_CONTACTS.replace("\n", ",\n").replace(",\n", ",Phone\n", 1) + CONTACT
        for text, file in ((USERS, "users"), (NOBODYS, "accounts"), (contacts, "contacts")):
            bring(here.desk, text, f"{file}.csv")
        said = {"last_name": "Hill", "email": f"{name[0]}.h@lindqvist-soner.example", **facts}
        told = here.send(name, **said)
        assert told["reason"] == where
