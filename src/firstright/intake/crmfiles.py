"""Reads accounts and open opportunities from the plain CSV files a CRM exports. One shape; maps for others come later."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import msgspec

from firstright.core.clean.domain import registrable, website

OPEN = {"yes": True, "true": True, "1": True, "y": True, "no": False, "false": False, "0": False, "n": False}


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
    for _, row in _rows(text, ("Account ID", "Name", "Domains", "Owner")):
        domains = [_domain(text) for d in row["Domains"].split(";") if (text := d.strip())]
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
    """Columns: Opportunity ID, Account ID, Name, Stage, Owner, Open, Amount EUR, Contact E-Mail, Changed.

    ValueError names the row: a deal whose state, amount or day cannot be read is nobody's to guess.
    """
    for number, row in _rows(text, ("Opportunity ID", "Account ID", "Owner", "Open")):
        amount, is_open = row.get("Amount EUR", ""), OPEN.get(row["Open"].casefold())
        if is_open is None:
            raise ValueError(f'record {number}: Open is yes or no, not "{row["Open"]}"')
        if amount and not amount.isdecimal():
            raise ValueError(f'record {number}: Amount EUR is a whole number, not "{amount}"')
        yield Opportunity(
            row["Opportunity ID"],
            row["Account ID"],
            row.get("Name", ""),
            row.get("Stage", ""),
            row["Owner"],
            is_open,
            int(amount) if amount else None,
            row.get("Contact E-Mail", "").casefold(),
            _midnight(number, row.get("Changed", "")),
        )


def _rows(text: str, needed: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows by column with their number, the first after the header being 1. The first needed column is their key."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    header = [name.strip() for name in next(reader, [])]
    if lacking := [name for name in needed if name not in header]:
        raise ValueError(f"the columns {', '.join(lacking)} are missing")
    number = 0
    try:
        for cells in filter(None, reader):
            number += 1
            if len(cells) != len(header):
                raise ValueError(f"record {number} has another number of cells than the header")
            row = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
            if not row[needed[0]]:
                raise ValueError(f"record {number} has no {needed[0]}")
            yield number, row
    except csv.Error as error:
        raise ValueError(f"record {number + 1} cannot be read: {error}") from None


def _domain(text: str) -> str:
    """As leads have it: a CRM's field may hold a whole web address."""
    host = website(text)
    return registrable(host) or host if isinstance(host, str) else text.lower()


def _midnight(number: int, text: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC) if text else None
    except ValueError:
        raise ValueError(f'record {number}: Changed is a day such as 2026-10-28, not "{text}"') from None
