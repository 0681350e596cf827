"""Deals that say in words whose they are: their account and contact by name, taken, told in doubt, or nobody's."""

import pytest

from desk.extracts import bring, left, tried
from desk.office import office

ACCOUNTS = """account_id,name,website
A1,Hill Works GmbH,hill-works.example
A2,Contoso Ltd,contoso.example
A3,Contoso Ltd,contoso.test
A4,Lindqvist & Söner Mekaniska AB,lindqvist.example
"""
CONTACTS = """contact_id,account_id,first_name,last_name,email
C1,A1,Mara,Hill,mara@hill-works.example
C2,A1,Bert,Stone,bert@hill-works.example
C3,A1,Ina,Wood,ina@hill-works.example
C4,A1,Ina,Wood,ina2@hill-works.example
"""
DEALS = "opportunity_id,deal_name,account_name,contact_name,contact_email,open\n"


def deal(account: str = "", contact: str = "", email: str = "", of: str = "D1") -> str:
    return f"{DEALS}{of},Arms,{account},{contact},{email},true\n"


@pytest.mark.parametrize(
    ("row", "belongs", "told"),
    [
        (("Hill Works GmbH", "Mara Hill"), ("A1", "C1"), []),
        (("hill works gmbh", "Bert Stonne"), ("A1", ""), ["contact.in_doubt"]),
        (("Hill Works",), ("", ""), ["account.in_doubt"]),
        (("Contoso Ltd",), ("", ""), ["account.in_doubt"]),
        (("Hill Works GmbH", "Ina Wood"), ("A1", ""), ["contact.in_doubt"]),
        (("Fabrikam SA", "Mara Hill"), ("", ""), ["account.unknown", "contact.unknown"]),
        (("Lindqvist & Soner Mekaniska", "", "kim@lindqvist.example"), ("A4", "kim@lindqvist.example"), ["account.alike"]),
        (("", "", "kim@lindqvist.example"), ("", "kim@lindqvist.example"), []),
    ],
    ids=[
        "both by their whole names", "the contact in doubt", "one nearly called so", "two called so", "two contacts",
        "nobody", "alike, and its domain", "no name",
    ],
)  # fmt: skip
def test_whom_a_deal_names_is_found_by_name_or_told(
    database_url: str, row: tuple[str, ...], belongs: tuple[str, str], told: list[str]
) -> None:
    with office(database_url) as here:
        for text in (ACCOUNTS, CONTACTS):
            bring(here.desk, text, system="sheet")
        dry = tried(here.desk, deal(*row), system="sheet")
        report = bring(here.desk, deal(*row), system="sheet")
        [stood] = left(here.desk, "opportunities")["opportunities"]
        assert ((stood[3] or "", stood[4] or ""), report.counts) == (belongs, {"created": 1})
        assert [each.code for _, _, wrong in dry.told for each in wrong] == told
        assert report.troubled == dry.troubled == bool(told)


def test_what_is_in_doubt_is_told_with_candidates_scores_and_reasons(database_url: str) -> None:
    with office(database_url) as here:
        bring(here.desk, ACCOUNTS, system="sheet")
        [(_, _, (one,))] = tried(here.desk, deal("Hill Works"), system="sheet").told
        assert (one.pointer, one.got) == ("/account_name", 'string "Hill Works"')
        assert one.reason.startswith("may be Hill Works GmbH (A1; ")
        assert one.reason.endswith("same name): a name alone links nobody, so give the id")
        [(_, _, (two,))] = tried(here.desk, deal("Contoso Ltd"), system="sheet").told
        assert "(A2; " in two.reason and " or Contoso Ltd (A3; " in two.reason


def test_an_id_goes_before_a_name_and_what_stood_stays_while_a_name_is_in_doubt(database_url: str) -> None:
    with office(database_url) as here:
        bring(here.desk, ACCOUNTS, system="sheet")
        by_id = "opportunity_id,deal_name,account_id,account_name,open\nD1,Arms,A2,Hill Works GmbH,true\n"
        bring(here.desk, by_id, system="sheet")
        assert left(here.desk, "opportunities")["opportunities"][0][3] == "A2"
        bring(here.desk, deal("Hill Works"), system="sheet")
        assert left(here.desk, "opportunities")["opportunities"][0][3] == "A2"
        bring(here.desk, deal("Hill Works GmbH"), system="sheet")
        assert left(here.desk, "opportunities")["opportunities"][0][3] == "A1"


def test_records_of_another_system_are_not_meant(database_url: str) -> None:
    with office(database_url) as here:
        bring(here.desk, ACCOUNTS, system="other")
        [(_, _, (one,))] = tried(here.desk, deal("Hill Works GmbH"), system="sheet").told
        assert one.code == "account.unknown"
