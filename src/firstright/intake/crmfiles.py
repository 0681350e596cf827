"""Reads accounts and open opportunities from the plain CSV files a CRM exports. One shape; maps for others come later."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import msgspec

from firstright.core.clean.domain import registrable

YES = frozenset({"yes", "true", "1", "y"})


class Account(msgspec.Struct, frozen=True):
    """An account as the file gives it. `domains` are registrable; one account may have several."""

    external_id: str
    name: str
    domains: tuple[str, ...]
    owner: str
    type: str
    tier: str
    parent: str


class Opportunity(msgspec.Struct, frozen=True):
    external_id: str
    account: str  # external id
    name: str
    stage: str
    owner: str
    open: bool
    amount: int | None
    contact_email: str
    changed: datetime | None


def read_accounts(text: str) -> Iterator[Account]:
    """Columns: Account ID, Name, Domains (";" between several), Owner, Type, Tier, Parent. ValueError names the row."""
    for row in _rows(text, ("Account ID", "Name", "Domains", "Owner")):
        domains = [
            registrable(d.strip()) or d.strip().lower() for d in row["Domains"].split(";") if d.strip()
        ]
        yield Account(
            row["Account ID"],
            row["Name"],
            tuple(domains),
            row["Owner"],
            row.get("Type", ""),
            row.get("Tier", ""),
            row.get("Parent", ""),
        )


def read_opportunities(text: str) -> Iterator[Opportunity]:
    """Columns: Opportunity ID, Account ID, Name, Stage, Owner, Open, Amount EUR, Contact E-Mail, Changed."""
    for row in _rows(text, ("Opportunity ID", "Account ID", "Owner", "Open")):
        amount = row.get("Amount EUR", "")
        yield Opportunity(
            row["Opportunity ID"],
            row["Account ID"],
            row.get("Name", ""),
            row.get("Stage", ""),
            row["Owner"],
            row["Open"].casefold() in YES,
            int(amount) if amount else None,
            row.get("Contact E-Mail", "").casefold(),
            _midnight(row.get("Changed", "")),
        )


def _rows(text: str, needed: tuple[str, ...]) -> Iterator[dict[str, str]]:
    reader = csv.DictReader(text.splitlines(), strict=True)
    lacking = [name for name in needed if name not in (reader.fieldnames or ())]
    if lacking:
        raise ValueError(f"the columns {', '.join(lacking)} are missing")
    for number, row in enumerate(reader, start=1):
        if None in row or None in row.values():
            raise ValueError(f"record {number} has another number of cells than the header")
        yield {name.strip(): value.strip() for name, value in row.items()}


def _midnight(text: str) -> datetime | None:
    return datetime.combine(date.fromisoformat(text), time(), UTC) if text else None
