"""Rows of a CRM as records in our words: its ids, cleaned values, and what was wrong, by column."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstright.intake.crmrows import Read, Rows, Said, canonical, checked, instant
from firstright.intake.crmshapes import recognised

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def read(header: str, row: str, file: str = "") -> Read:
    names = header.split(",")
    return Rows(recognised(names, file)[0], names).read(dict(zip(names, row.split(","), strict=True)))


def test_fifteen_characters_and_eighteen_are_one_id_of_salesforce() -> None:
    assert (
        canonical("salesforce", "0015500000Xyy06")
        == canonical("salesforce", "0015500000Xyy06AAB")
        == "0015500000Xyy06AAB"
    )
    assert canonical("salesforce", "001A0000006Vm9r") == "001A0000006Vm9rIAC"
    assert canonical("hubspot", "0015500000Xyy06") == "0015500000Xyy06"
    assert canonical("salesforce", "L4izOo4yZpLq5io5YM8pvA==") == "L4izOo4yZpLq5io5YM8pvA=="


@given(st.text(LETTERS, min_size=15, max_size=15))
def test_ids_that_differ_only_in_case_have_other_ends(fifteen: str) -> None:
    swapped = fifteen.swapcase()
    assert (checked(fifteen) == checked(swapped)) == (fifteen == swapped)


def test_an_account_of_salesforce_is_cleaned_as_a_lead_would_be() -> None:
    header = (
        "Id,Name,OwnerId,ParentId,Website,Phone,BillingCountry,NumberOfEmployees,IsDeleted,LastModifiedDate"
    )
    row = "001A0000006Vm9r,Hill  GmbH,005A0000001,,https://WWW.Hill.co.uk/about; hill.test,+49 30 901820,Deutschland,1.200,false,2026-10-28 9:30:00"
    assert read(header, row) == Read(
        Said(
            "account",
            "001A0000006Vm9rIAC",
            name="Hill GmbH",
            owner="005A0000001",
            domains=("hill.co.uk", "hill.test"),
            facts={
                "country": "DE", "phone": "+4930901820", "phone_country": "DE", "phone_zone": "Europe/Berlin", "phone_kind": "fixed",
                "employees": 1200, "employees_band": "1001-5000", "zone": "Europe/Berlin",
            },
            changed=datetime(2026, 10, 28, 9, 30, tzinfo=UTC),
            modified=datetime(2026, 10, 28, 9, 30, tzinfo=UTC),
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "is_open", "won"),
    [
        ("false,false", True, False),
        ("true,false", False, False),
        ("true,true", False, True),
        (",", None, None),
        (",true", False, True),
    ],
)
def test_a_deal_is_open_until_it_is_closed_or_won(row: str, is_open: bool | None, won: bool | None) -> None:
    said = read("Id,StageName,OwnerId,IsClosed,IsWon", f"1,Talks,5,{row}").said
    assert said is not None
    assert (said.open, said.won) == (is_open, won)


def test_what_is_wrong_is_told_by_the_columns_of_the_file() -> None:
    header = "id,property_name,property_domain,property_country,property_hs_merged_object_ids,property_createdate,property_hs_parent_company_id"
    found = read(header, "7,Hill,gmail.com,Atlantis,8;9;8,yesterday,7")
    assert [(each.pointer, each.code) for each in found.problems] == [
        ("/property_createdate", "time.invalid"),
        ("/property_hs_parent_company_id", "parent.self"),
        ("/property_country", "country.unknown"),
        ("/property_domain", "domain.shared"),
    ]
    assert found.said is not None
    assert (found.said.absorbs, found.said.above, found.said.domains) == (("8", "9"), "", ())


def test_an_older_version_of_a_record_is_passed_over_and_a_deleted_one_says_only_that() -> None:
    header = "id,name,owner_id,parent_id,is_deleted,master_record_id,_fivetran_active"
    assert read(header, "7,Hill,5,,false,,false") == Read(None, passed=True)
    assert read(header, "7,Hill,5,,true,8,true").said == Said("account", "7", owner="5", gone=True, into="8")


def test_merges_of_marketo_and_hubspot_name_the_record_that_stays_first() -> None:
    header = "id,activity_type_id,lead_id,merge_ids,primary_attribute_value_id"
    assert read(header, "1,32,71,[72|73],71").said == Said("contact", "71", "merge", absorbs=("72", "73"))
    assert read("deal_id,merged_deal_id", "5,6").said == Said("opportunity", "5", "merge", absorbs=("6",))
    assert read("deal_id,merged_deal_id", "5,5") == Read(None, passed=True)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-10-28", datetime(2026, 10, 28, tzinfo=UTC)),
        ("2020-12-30 3:15:52", datetime(2020, 12, 30, 3, 15, 52, tzinfo=UTC)),
        ("2020-05-15 22:18:25 UTC", datetime(2020, 5, 15, 22, 18, 25, tzinfo=UTC)),
        ("2026-10-28T10:00:00+02:00", datetime(2026, 10, 28, 8, tzinfo=UTC)),
        ("28/10/2026", None),
    ],
)
def test_an_instant_without_a_zone_is_utc(text: str, at: datetime | None) -> None:
    assert instant(text) == at


def test_a_name_with_what_moves_a_cursor_is_none_and_a_long_one_is_cut() -> None:
    header = "Account ID,Name,Type"
    found = read(header, f"7,Hill\x1b[2J,{'x' * 301}")
    assert [(each.pointer, each.code) for each in found.problems] == [
        ("/Name", "text.control_char"),
        ("/Type", "length.max"),
    ]
    assert found.said is not None
    assert (found.said.name, found.said.type) == ("", "x" * 300)


def test_when_a_record_was_created_or_worked_with_says_nothing_of_when_it_was_changed() -> None:
    for column, says in (("CreatedDate", False), ("LastActivityDate", False), ("SystemModstamp", True)):
        said = read(f"Id,Name,OwnerId,ParentId,{column}", "1,Hill,,,2026-03-01").said
        assert said is not None
        assert (said.changed, said.modified is not None) == (datetime(2026, 3, 1, tzinfo=UTC), says)
