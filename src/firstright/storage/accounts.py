"""What the CRM knows: accounts, contacts, opportunities, and the keys by which a lead may belong to them.

It writes what it is given, many rows at once; who is right when two systems disagree is decided elsewhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec
from sqlalchemy import Table

from firstright.core.matching import PERSONS
from firstright.core.world import Key
from firstright.storage.bulk import Bulk, write_all
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
    owner_external: str = ""  # what the CRM calls the owner, whoever of ours that is
    parent_external: str = ""  # stays when there is no such account, so that it is found when it comes
    sort_name: str = ""  # folded
    deleted_at: datetime | None = None
    merged_into: str | None = None
    modified_at: datetime | None = None  # as the CRM says: what it said earlier than this changes nothing


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
    owner_external: str = ""
    account_external: str = ""
    deleted_at: datetime | None = None
    merged_into: str | None = None
    modified_at: datetime | None = None


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
    owner_external: str = ""
    account_external: str = ""
    contact_external: str = ""
    won: bool = False
    deleted_at: datetime | None = None
    merged_into: str | None = None
    modified_at: datetime | None = None


class DomainRow(msgspec.Struct):
    account_id: str
    domain: str


SORTED_BY = 100  # characters of a folded name
AnyRow = AccountRow | ContactRow | OpportunityRow
Crm = TypeVar("Crm", bound=AnyRow)

TABLES: dict[type[msgspec.Struct], Table] = {
    AccountRow: crm.account,
    ContactRow: crm.contact,
    OpportunityRow: crm.opportunity,
}
ENTITIES: dict[type[object], str] = {
    AccountRow: "account",
    ContactRow: "contact",
    OpportunityRow: "opportunity",
}
_BULKS: dict[type[msgspec.Struct], Bulk] = {row: Bulk(table, row, "replace") for row, table in TABLES.items()}
_DOMAINS = Bulk(crm.account_domain, DomainRow, "keep")
_GIVEN, _PG_GIVEN = (
    "SELECT value FROM json_each(?)",
    "SELECT value::uuid FROM json_array_elements_text(%s::json)",
)
_NO_DOMAINS = Statement(
    f"DELETE FROM account_domain WHERE account_id IN ({_GIVEN})",
    postgresql=f"DELETE FROM account_domain WHERE account_id IN ({_PG_GIVEN})",
)
_NO_KEYS = Statement(
    f"DELETE FROM match_key WHERE entity <> 'lead' AND entity = ? AND id IN ({_GIVEN})",
    postgresql="""DELETE FROM match_key WHERE entity <> 'lead' AND entity = %s
       AND id = ANY (ARRAY(SELECT value::uuid FROM json_array_elements_text(%s::json)))""",
)
_KEY = Statement(
    "INSERT INTO match_key (kind, value, entity, id) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
)
_KEYS = Statement(
    """INSERT INTO match_key (kind, value, entity, id)
       SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?) WHERE 1 ON CONFLICT DO NOTHING""",
    postgresql="""INSERT INTO match_key (kind, value, entity, id)
       SELECT g ->> 0, g ->> 1, g ->> 2, (g ->> 3)::uuid FROM json_array_elements(%s::json) AS g
       ON CONFLICT DO NOTHING""",
)
# While it is open a deal has the domains of its account and the personal keys of its contact: names of companies are no keys of it.
# One half for each, and an empty text behind the kind: else either database walks every key of those kinds for each deal.
_HALF = """SELECT k.kind, k.value, o.id FROM opportunity AS o JOIN match_key AS k ON k.id = o.{whose}_id
         WHERE o.id {given} AND o.open AND o.deleted_at IS NULL AND k.entity <> 'lead' AND k.entity = '{whose}'
           AND k.kind || '' IN ('external', 'email', 'phone', 'domain')"""
_THEIRS = f"""INSERT INTO match_key (kind, value, entity, id) SELECT t.kind, t.value, 'opportunity', t.id FROM (
         {_HALF.format(whose="account", given="{given}")} UNION {_HALF.format(whose="contact", given="{given}")}) AS t
       WHERE t.kind <> '' ON CONFLICT DO NOTHING"""
_PG_ANY = "= ANY (ARRAY(SELECT value::uuid FROM json_array_elements_text(%s::json)))"
_DEAL_KEYS = Statement(_THEIRS.format(given=f"IN ({_GIVEN})"), postgresql=_THEIRS.format(given=_PG_ANY))
_DEALS = Statement(
    f"SELECT id FROM opportunity WHERE account_id IN ({_GIVEN}) UNION SELECT id FROM opportunity WHERE contact_id IN ({_GIVEN})",
    postgresql=f"""SELECT id FROM opportunity WHERE account_id IN ({_PG_GIVEN})
       UNION SELECT id FROM opportunity WHERE contact_id IN ({_PG_GIVEN})""",
)
_OF_SYSTEM = {
    row: Statement(f"SELECT id FROM {table.name} WHERE system = ? AND external_id = ?")
    for row, table in TABLES.items()
}
_IDS = Statement("SELECT external_id, id FROM account WHERE system = ?")
_encode = msgspec.json.Encoder().encode


def ids(tx: Tx, system: str) -> dict[str, str]:
    """The accounts there are of one system: id by external id."""
    return {external: str(name) for external, name in tx.all(_IDS, (system,))}


def put(tx: Tx, rows: Sequence[Crm]) -> None:
    """Writes them all; one whose id is known is replaced."""
    if rows:
        kind = type(rows[0])
        write_all(tx, [(_BULKS[kind], rows)])


def put_domains(tx: Tx, domains: Mapping[str, Iterable[str]], *, fresh: bool = False) -> None:
    """The domains of each account, by its id, in the place of those it had. `fresh`: they are new, and had none."""
    if not fresh and domains:
        tx.run(_NO_DOMAINS, (_ids(domains),))
    rows = [DomainRow(name, domain) for name, theirs in domains.items() for domain in sorted(set(theirs))]
    if rows:
        write_all(tx, [(_DOMAINS, rows)])


def put_keys(tx: Tx, entity: str, keys: Mapping[str, Iterable[Key]], *, fresh: bool = False) -> None:
    """The keys of each record, by its id, in the place of those it had; deals of theirs are left to `put_deal_keys`."""
    if not fresh and keys:
        tx.run(_NO_KEYS, (entity, _ids(keys)))
    rows = [
        (kind, value, entity, name)
        for name, theirs in keys.items()
        for kind, value in sorted(set(theirs))
        if entity != "contact" or kind in PERSONS  # a colleague at the same company is not this person
    ]
    if rows and tx.dialect == "sqlite":
        tx.many(_KEY, rows)
    elif rows:
        tx.run(_KEYS, (_encode(rows).decode(),))


def put_deal_keys(tx: Tx, deals: Iterable[str]) -> None:
    """The keys of these opportunities anew, from their accounts and contacts as they are now."""
    ids = _ids(deals)
    if ids != "[]":
        tx.run(_NO_KEYS, ("opportunity", ids))
        tx.run(_DEAL_KEYS, (ids, ids))


def deals_of(tx: Tx, records: Iterable[str]) -> list[str]:
    """The opportunities of these accounts and contacts."""
    ids = _ids(records)
    return [name for (name,) in tx.all(_DEALS, (ids, ids))] if ids != "[]" else []


def upsert_account(tx: Tx, row: AccountRow, domains: Iterable[str]) -> str:
    """One account; its id. Its domains, and with them the keys of its open opportunities, are replaced."""
    name = _put_one(tx, row)
    distinct = sorted(set(domains))
    put_domains(tx, {name: distinct})
    put_keys(tx, "account", {name: [("domain", domain) for domain in distinct]})
    put_deal_keys(tx, deals_of(tx, [name]))
    return name


def upsert_contact(tx: Tx, row: ContactRow, keys: Iterable[Key]) -> str:
    """One contact; its id. Only personal keys are kept."""
    name = _put_one(tx, row)
    put_keys(tx, "contact", {name: keys})
    put_deal_keys(tx, deals_of(tx, [name]))
    return name


def upsert_opportunity(tx: Tx, row: OpportunityRow) -> str:
    """One opportunity; its id."""
    name = _put_one(tx, row)
    put_deal_keys(tx, [name])
    return name


def _put_one(tx: Tx, row: AnyRow) -> str:
    known = tx.one(_OF_SYSTEM[type(row)], (row.system, row.external_id))
    if known is not None:
        row = msgspec.structs.replace(row, id=str(known[0]))
    write_all(tx, [(_BULKS[type(row)], [row])])
    return row.id


def _ids(ids: Iterable[str]) -> str:
    return _encode(list(ids)).decode()
