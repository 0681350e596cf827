"""Files that people export from the lists of a CRM, in any of its tongues: every column that is called like a field is that field."""

import pytest

from firstright.intake.crmmap import FIELDS
from firstright.intake.crmrows import Rows
from firstright.intake.crmshapes import recognised, shape_for

HEADERS: list[tuple[str, str, str, dict[str, tuple[str, ...]]]] = [
    (
        "hubspot",
        "account",
        "Record ID,Company name,Company Domain Name,Company owner,Country/Region,Time Zone,Number of Employees,Last Modified Date,Postal Code",
        {
            "id": ("Record ID",),
            "name": ("Company name",),
            "domains": ("Company Domain Name",),
            "owner": ("Company owner",),
            "country": ("Country/Region",),
            "employees": ("Number of Employees",),
            "changed": ("Last Modified Date",),
            "postcode": ("Postal Code",),
        },
    ),
    (
        "hubspot",
        "contact",
        "Record ID,First Name,Last Name,Email,Contact owner,Associated Company IDs (Primary),Company name,Job Title",
        {
            "id": ("Record ID",),
            "first_name": ("First Name",),
            "last_name": ("Last Name",),
            "email": ("Email",),
            "owner": ("Contact owner",),
            "account": ("Associated Company IDs (Primary)",),
            "title": ("Job Title",),
        },
    ),
    (
        "salesforce",
        "account",
        "Account ID,Account Name,Account Owner,Billing Country,Phone (1),Phone (2),Parent Account",
        {
            "id": ("Account ID",),
            "name": ("Account Name",),
            "owner": ("Account Owner",),
            "country": ("Billing Country",),
            "phone": ("Phone (1)",),
            "parent": ("Parent Account",),
        },
    ),
    (
        "zoho",
        "account",
        "Record Id,Account Name,Account Owner Id,Account Owner,Website,Billing City,Modified Time",
        {
            "id": ("Record Id",),
            "name": ("Account Name",),
            "owner": ("Account Owner",),
            "website": ("Website",),
            "city": ("Billing City",),
            "changed": ("Modified Time",),
        },
    ),
    (
        "pipedrive",
        "account",
        "Organization - ID,Organization - Name,Organization - Owner,Organization - Country of Address",
        {
            "id": ("Organization - ID",),
            "name": ("Organization - Name",),
            "owner": ("Organization - Owner",),
            "country": ("Organization - Country of Address",),
        },
    ),
    (
        "dynamics",
        "account",
        "(Do Not Modify) Account,(Do Not Modify) Row Checksum,Account Name,Main Phone,Address 1: City,Owner",
        {
            "id": ("(Do Not Modify) Account",),
            "name": ("Account Name",),
            "phone": ("Main Phone",),
            "city": ("Address 1: City",),
            "owner": ("Owner",),
        },
    ),
    (
        "sheet",
        "account",
        "Kundennummer,Firmenname,Betreuer,Land,PLZ,Ort,Umsatz,Branche,Id",
        {
            "id": ("Id",),
            "name": ("Firmenname",),
            "owner": ("Betreuer",),
            "country": ("Land",),
            "postcode": ("PLZ",),
            "city": ("Ort",),
            "revenue": ("Umsatz",),
            "industry": ("Branche",),
        },
    ),
    (
        "sheet",
        "opportunity",
        "Deal - ID,Deal - Title,Deal - Value,Deal - Stage,Deal - Owner,Account ID",
        {
            "id": ("Deal - ID",),
            "name": ("Deal - Title",),
            "amount": ("Deal - Value",),
            "stage": ("Deal - Stage",),
            "owner": ("Deal - Owner",),
            "account": ("Account ID",),
        },
    ),
]


@pytest.mark.parametrize(("system", "kind", "header", "wanted"), HEADERS)
def test_columns_are_known_by_what_they_are_called(
    system: str, kind: str, header: str, wanted: dict[str, tuple[str, ...]]
) -> None:
    """An account's name, owner and country were left out without a word."""
    shape = shape_for(system, kind)
    assert shape is not None
    columns = Rows(shape, header.split(",")).columns
    assert columns == wanted
    assert set(columns) <= set(FIELDS[kind])


def test_what_hubspot_exports_from_its_lists_is_known_by_its_header() -> None:
    lists = [header.split(",") for system, _, header, _ in HEADERS if system == "hubspot"]
    assert [(found[0].system, found[0].kind) for found in map(recognised, lists)] == [
        ("hubspot", "account"),
        ("hubspot", "contact"),
    ]


def test_a_column_the_shape_knows_is_not_taken_for_another_field() -> None:
    shape = shape_for("salesforce", "account")
    assert shape is not None
    columns = Rows(shape, ["Id", "Name", "OwnerId", "ParentId", "Company", "Owner Name", "Country"]).columns
    assert (columns["name"], columns["owner"], columns["country"]) == (("Name",), ("OwnerId",), ("Country",))
