"""What the CRM knows: accounts, contacts, opportunities, and the keys by which a lead may belong to them.

It writes what it is given; who is right when two systems disagree is decided elsewhere.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

import msgspec
from sqlalchemy import Table

from firstright.core.matching import PERSONAL
from firstright.core.world import Key
from firstright.storage import instants
from firstright.storage.schema import crm
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx


class AccountRow(msgspec.Struct):
    id: str  # for a new one; a known (system, external id) keeps its own
    system: str
    external_id: str
    name: str
    owner: str  # rep
    type: str  # customer, partner, competitor, ...
    tier: str
    parent_id: str | None
    facts: str
    owner_since: datetime | None
    updated_at: datetime


class ContactRow(msgspec.Struct):
    id: str
    person_id: str
    system: str
    external_id: str
    account_id: str | None
    name: str
    owner: str
    facts: str
    updated_at: datetime


class OpportunityRow(msgspec.Struct):
    id: str
    system: str
    external_id: str
    account_id: str | None
    contact_id: str | None
    name: str
    owner: str
    stage: str
    open: bool
    amount: int | None
    updated_at: datetime


Crm = TypeVar("Crm", AccountRow, ContactRow, OpportunityRow)


def _upsert(table: Table, *kept: str) -> Statement:
    """Known by (system, external id): everything but the id, and what is `kept`, is replaced."""
    names = list(table.columns.keys())
    sets = ", ".join(f"{n} = excluded.{n}" for n in names if n not in ("id", "system", "external_id", *kept))
    marks = ", ".join("?" for _ in names)
    return Statement(
        f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})"
        f" ON CONFLICT (system, external_id) DO UPDATE SET {sets} RETURNING id"
    )


_UPSERT = {
    AccountRow: _upsert(crm.account),
    ContactRow: _upsert(crm.contact, "person_id"),
    OpportunityRow: _upsert(crm.opportunity),
}
_NO_DOMAINS = Statement("DELETE FROM account_domain WHERE account_id = ?")
_DOMAIN = Statement("INSERT INTO account_domain (account_id, domain) VALUES (?, ?)")
_NO_KEYS = Statement("DELETE FROM match_key WHERE entity <> 'lead' AND entity = ? AND id = ?")
_KEY = Statement("INSERT INTO match_key (kind, value, entity, id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
_ITS_KEYS = Statement(
    """SELECT DISTINCT kind, value FROM match_key
       WHERE entity <> 'lead' AND entity IN ('account', 'contact') AND id IN (?, ?) ORDER BY kind, value"""
)
_IDS = Statement("SELECT external_id, id FROM account WHERE system = ?")
_OF_ACCOUNT = Statement("SELECT id, account_id, contact_id, open FROM opportunity WHERE account_id = ?")
_OF_CONTACT = Statement("SELECT id, account_id, contact_id, open FROM opportunity WHERE contact_id = ?")
_NOBODY = "00000000-0000-0000-0000-000000000000"


def ids(tx: Tx, system: str) -> dict[str, str]:
    """The accounts there are of one system: id by external id."""
    return dict(tx.all(_IDS, (system,)))


def upsert_account(tx: Tx, row: AccountRow, domains: Iterable[str]) -> str:
    """The account's id. Its domains, and with them the keys of its open opportunities, are replaced."""
    name = _put(tx, row)
    distinct = sorted(set(domains))
    tx.run(_NO_DOMAINS, (name,))
    tx.many(_DOMAIN, [(name, domain) for domain in distinct])
    _keys(tx, "account", name, [("domain", domain) for domain in distinct])
    for found in tx.all(_OF_ACCOUNT, (name,)):
        _opportunity_keys(tx, *found)
    return name


def upsert_contact(tx: Tx, row: ContactRow, keys: Iterable[Key]) -> str:
    """The contact's id. Only personal keys are kept: a colleague at the same company is not this person."""
    name = _put(tx, row)
    _keys(tx, "contact", name, [key for key in keys if key[0] in PERSONAL])
    for found in tx.all(_OF_CONTACT, (name,)):
        _opportunity_keys(tx, *found)
    return name


def upsert_opportunity(tx: Tx, row: OpportunityRow) -> str:
    """The opportunity's id. While open it has the domains of its account and the personal keys of its contact."""
    name = _put(tx, row)
    _opportunity_keys(tx, name, row.account_id, row.contact_id, row.open)
    return name


def _put(tx: Tx, row: Crm) -> str:
    values = msgspec.structs.astuple(row)
    stored = tuple(instants.text(v) if isinstance(v, datetime) else v for v in values)
    return str(tx.all(_UPSERT[type(row)], stored)[0][0])


def _opportunity_keys(tx: Tx, name: str, account: str | None, contact: str | None, is_open: bool) -> None:
    theirs = tx.all(_ITS_KEYS, (account or _NOBODY, contact or _NOBODY)) if is_open else []
    _keys(tx, "opportunity", name, [(kind, value) for kind, value in theirs])


def _keys(tx: Tx, entity: str, name: str, keys: Iterable[Key]) -> None:
    tx.run(_NO_KEYS, (entity, name))
    tx.many(_KEY, [(kind, value, entity, name) for kind, value in keys])
