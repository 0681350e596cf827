"""Extracts of a CRM as they come out of a spreadsheet, and the row that is named when one cannot be read."""

from datetime import UTC, datetime

import pytest

from firstright.intake.crmfiles import Account, Opportunity, read_accounts, read_opportunities

ACCOUNTS = "Account ID,Name,Domains,Owner"
DEALS = "Opportunity ID,Account ID,Owner,Open"


def test_an_account_is_read_with_its_domains_as_leads_have_them() -> None:
    text = (
        "\ufeffAccount ID,Name ,Domains,Owner,Type,Tier,Parent\r\n"
        'A-1,"Hill, Ltd",https://www.Hill.example/about; shop.hill.co.uk ,ada,customer,A,\r\n'
        '\r\nA-2,"Two\nlines",,noor,,,A-1\r\n'
    )
    assert list(read_accounts(text)) == [
        Account("A-1", "Hill, Ltd", ("hill.example", "hill.co.uk"), "ada", "customer", "A", ""),
        Account("A-2", "Two\nlines", (), "noor", "", "", "A-1"),
    ]


def test_an_opportunity_is_read_with_or_without_what_is_optional() -> None:
    text = f"{DEALS},Name,Stage,Amount EUR,Contact E-Mail,Changed\nO-1,A-1,ada,Yes,Arms,offer,1450000,M@Hill.Example,2026-10-28\n"
    assert list(read_opportunities(text)) == [
        Opportunity(
            "O-1", "A-1", "Arms", "offer", "ada", True, 1_450_000, "m@hill.example", datetime(2026, 10, 28, tzinfo=UTC)
        )
    ]  # fmt: skip
    assert list(read_opportunities(f"{DEALS}\nO-1,A-1,ada,0\n")) == [
        Opportunity("O-1", "A-1", "", "", "ada", False, None, "", None)
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the columns Opportunity ID, Account ID, Owner, Open are missing"),
        ("Opportunity ID,Owner\n", "the columns Account ID, Open are missing"),
        (f"{DEALS}\nO-1,A-1,ada,yes\nO-2,A-1,ada\n", "record 2 has another number of cells than the header"),
        (f"{DEALS}\n,A-1,ada,yes\n", "record 1 has no Opportunity ID"),
        (f"{DEALS}\nO-1,A-1,ada,maybe\n", 'record 1: Open is yes or no, not "maybe"'),
        (
            f"{DEALS},Amount EUR\nO-1,A-1,ada,yes,1.450 EUR\n",
            'record 1: Amount EUR is a whole number, not "1.450 EUR"',
        ),
        (
            f"{DEALS},Changed\nO-1,A-1,ada,yes,28.10.2026\n",
            'record 1: Changed is a day such as 2026-10-28, not "28.10.2026"',
        ),
        (f'{DEALS}\nO-1,A-1,ada,yes\nO-2,"A-1,ada,yes\n', "record 2 cannot be read: unexpected end of data"),
    ],
)
def test_the_row_that_cannot_be_read_is_named(text: str, reason: str) -> None:
    with pytest.raises(ValueError) as error:
        list(read_opportunities(text))
    assert str(error.value) == reason


def test_an_account_without_an_id_is_named() -> None:
    with pytest.raises(ValueError, match="record 1 has no Account ID"):
        list(read_accounts(f"{ACCOUNTS}\n,Hill,hill.example,ada\n"))
