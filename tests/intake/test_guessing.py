"""Columns are told by their names and by what stands in them; people have the last word."""

from pathlib import Path

import pytest

from firstright.core.rules.fields import CATALOGUE, Field, FieldType
from firstright.intake.csvfile import Sheet, inspect
from firstright.intake.guessing import Guess, dates_of, guess

EXAMPLE = Path(__file__).parents[2] / "examples" / "leads" / "inbound.csv"
SHARED = Path(__file__).parents[3] / "shared" / "data"


def proposed(file: Path) -> dict[str, str]:
    with file.open("rb") as stream:
        sheet = inspect(stream)
    assert isinstance(sheet, Sheet)
    return {found.column: found.target for found in guess(sheet.header, sheet.sample) if found.target}


def test_our_example_is_mapped_as_its_map_says() -> None:
    assert proposed(EXAMPLE) == {
        "Event ID": "@event",
        "Submitted At": "@arrived",
        "Form": "intent",
        "First Name": "first_name",
        "Last Name": "last_name",
        "E-Mail": "email",
        "Phone": "phone",
        "Company": "company",
        "Website": "website",
        "Job Title": "title",
        "Country": "country",
        "State": "state",
        "City": "city",
        "Postcode": "postcode",
        "Language": "language",
        "Employees": "employees",
        "Product Interest": "product",
        "Message": "message",
        "Lead Source": "source",
        "UTM Medium": "medium",
        "UTM Campaign": "campaign",
        "Landing Page": "landing_page",
        "Referrer": "referrer",
        "Marketing Consent": "consent",
    }


@pytest.mark.skipif(not SHARED.exists(), reason="NOT TESTED ON FOREIGN FILES: the shared data is not here")
@pytest.mark.parametrize(
    "file, some",
    [
        ("dedupe/febrl/dataset1.csv", {"given_name": "first_name", "surname": "last_name", "suburb": "city"}),
        (
            "dedupe/splink/fake_1000.csv",
            {"first_name": "first_name", "email": "email", "unique_id": "external_id"},
        ),
        (
            "dedupe/senzing/customers.csv",
            {"EMAIL_ADDRESS": "email", "PHONE_NUMBER": "phone", "DATE": "@arrived"},
        ),
        ("dedupe/senzing/reference.csv", {"ADDR_COUNTRY": "country", "PRIMARY_NAME_FULL": "name"}),
        (
            "leads/maven_crm/accounts.csv",
            {"account": "company", "employees": "employees", "sector": "industry"},
        ),
        ("leads/dubai_real_estate/Leads.csv", {"Campaign_Name": "campaign", "Lead_Date": "@arrived"}),
        ("leads/crm_exports/salesforce/sf_lead_data.csv", {"company": "company", "utm_medium_c": "medium"}),
        ("leads/crm_exports/hubspot/contact_data.csv", {"property_firstname": "first_name"}),
        ("leads/olist_funnel/mql_iso.csv", {"origin": "source", "first_contact_date": "@arrived"}),
    ],
)
def test_foreign_files_are_told(file: str, some: dict[str, str]) -> None:
    found = proposed(SHARED / file)
    assert {column: found.get(column) for column in some} == some
    assert len(set(found.values())) == len(found)


def test_what_stands_in_a_column_overrules_its_name() -> None:
    rows = [["bounced", "anna@hill.example"], ["ok", "ben@hill.example"]]
    assert guess(["E-mail", "Reach me at"], rows) == (
        Guess("E-mail"),
        Guess("Reach me at", "email", "values"),
    )


def test_hashed_addresses_are_no_addresses() -> None:
    assert guess(["Email"], [["db320f93ead463e1a2faee198cd9a122"]]) == (Guess("Email"),)


def test_a_column_without_values_is_told_by_its_name_alone() -> None:
    assert guess(["Vorname", "PLZ", "Tel.", "?"], []) == (
        Guess("Vorname", "first_name", "name"),
        Guess("PLZ", "postcode", "name"),
        Guess("Tel.", "phone", "name"),
        Guess("?"),
    )


def test_a_date_that_can_be_read_in_two_ways_is_proposed_in_both() -> None:
    [found] = guess(["Created at"], [["03/04/2026"], ["05/06/2026"]])
    assert (found.target, found.dates) == ("@arrived", ("%d/%m/%Y", "%m/%d/%Y"))
    [found] = guess(["Created at"], [["03/04/2026"], ["25/06/2026"]])
    assert found.dates == ("%d/%m/%Y",)


def test_a_field_of_the_policys_own_is_found_by_its_label() -> None:
    custom = CATALOGUE.with_custom([Field("robot_count", FieldType.NUMBER, "Number of robots")])
    assert guess(["number of robots"], [["5"]], catalogue=custom)[0].target == "robot_count"


def test_each_field_is_proposed_once() -> None:
    found = guess(["Phone", "Mobile phone"], [["+49 30 901820", "+49 170 1234567"]])
    assert [each.target for each in found] == ["phone", ""]


def test_one_day_that_there_is_none_of_leaves_its_column_a_column_of_dates() -> None:
    (found,) = guess(("Datum",), [("03.11.2026",), ("31.02.2026",), ("04.11.2026",)])
    assert (found.target, found.dates) == ("@arrived", ("%d.%m.%Y",))
    assert dates_of(["03.11.2026", "soon"]) == ()
