"""A file of made-up leads for benches and tests, of any length in little memory, and the map it is imported with.

Lead number 7 is the same in every file. Nothing here imports anything.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

from firstright.simulate import workload

MAP = """[source]
name = "bench-file"
country = "DE"
event = "Event"

[columns]
"First Name" = "first_name"
"Last Name" = "last_name"
"E-Mail" = "email"
"Phone" = "phone"
"Company" = "company"
"Website" = "website"
"Title" = "title"
"Country" = "country"
"City" = "city"
"Postcode" = "postcode"
"Language" = "language"
"Industry" = "industry"
"Employees" = "employees"
"Product" = "product"
"Intent" = "intent"
"Message" = "message"
"""
_COLUMNS = (
    "first_name", "last_name", "email", "phone", "company", "website", "title", "country", "city", "postcode", "language",
    "industry", "employees", "product", "intent", "message",
)  # fmt: skip
HEADER = (
    "Event", "First Name", "Last Name", "E-Mail", "Phone", "Company", "Website", "Title", "Country", "City", "Postcode",
    "Language", "Industry", "Employees", "Product", "Intent", "Message",
)  # fmt: skip
_AT_ONCE = 1_000


def write(path: Path, leads: int, first: int = 0) -> None:
    """`leads` rows from number `first`, each with an address, a telephone and an event of its own."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        for at in range(first, first + leads, _AT_ONCE):
            out.writerows(_rows(at, min(_AT_ONCE, first + leads - at)))


def _rows(first: int, count: int) -> Iterable[list[str | int]]:
    for number, lead in enumerate(workload.leads(count, first), start=first):
        yield [f"e{number}", *(lead.get(name, "") for name in _COLUMNS)]


def write_accounts(path: Path, accounts: int) -> None:
    """Accounts of a Salesforce extract: a domain of its own each, some with two; one in twenty has a parent, which may stand
    behind it; a hundred owners.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(ACCOUNT_HEADER)
        for number in range(accounts):
            out.writerow(_account(number, accounts))


ACCOUNT_HEADER = (
    "Id", "Name", "OwnerId", "ParentId", "Type", "Website", "Phone", "BillingCountry", "BillingState", "BillingCity",
    "BillingPostalCode", "Industry", "NumberOfEmployees", "AnnualRevenue", "IsDeleted", "LastModifiedDate",
)  # fmt: skip
_WORDS = (
    "Alpine", "Baltic", "Cedar", "Delta", "Ember", "Falcon", "Granite", "Harbor", "Ivory", "Juniper", "Kestrel", "Lumen",
    "Meridian", "Nimbus", "Orchard", "Prairie", "Quartz", "Ridge", "Summit", "Tundra", "Umber", "Vertex", "Willow", "Zephyr",
)  # fmt: skip
_TRADES = (
    "Robotics",
    "Logistics",
    "Foods",
    "Systems",
    "Motors",
    "Textiles",
    "Energy",
    "Partners",
    "Labs",
    "Media",
)
_FORMS = ("Inc", "GmbH", "Ltd", "SAS", "AB", "LLC", "S.p.A.", "B.V.")


def _account(number: int, accounts: int) -> tuple[str | int, ...]:
    draws = workload.Draws(3 * number + 2)
    lead = workload.leads(1, number)[0]
    name = f"{draws.one(_WORDS)} {_made_up(draws)} {draws.one(_TRADES)} {draws.one(_FORMS)}"
    host = f"company{number}.example"
    second = f"; https://www.group{number}.example/about" if draws.below(10) == 0 else ""
    parent = _salesforce(draws.below(accounts)) if draws.below(20) == 0 else ""
    return (
        _salesforce(number), name, f"005A0000000{draws.below(100):04d}", parent, "customer", f"{host}{second}",
        f"+4930{number:08d}", lead["country"], "", lead["city"], lead["postcode"], lead["industry"], lead["employees"],
        lead["revenue"], "false", "2026-10-28 09:30:00",
    )  # fmt: skip


def _made_up(draws: workload.Draws) -> str:
    """A word nobody uses, so that names differ as names of companies do."""
    return "".join(draws.one("bcdfgklmnprstvz") + draws.one("aeiou") for _ in range(3)).title()


def _salesforce(number: int) -> str:
    return f"001A00000{number:06d}"
