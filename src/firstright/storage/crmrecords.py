"""The CRM's own ids: which record of ours each one is, where merged and converted ones lead, who of ours its owners are.

Every look-up takes a whole batch of ids and asks once. What a batch means for them is decided by whoever asks.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

import msgspec

from firstright.core.lead import Value
from firstright.storage import accounts, instants
from firstright.storage.accounts import TABLES, AccountRow, AnyRow, ContactRow, OpportunityRow
from firstright.storage.bulk import Bulk, write_all
from firstright.storage.schema import crm
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

MOST_CONTACTS = 500  # of one account that are compared by name
Crm = TypeVar("Crm", bound=AnyRow)


class OwnerRow(msgspec.Struct):
    """Somebody who owns records there. `rep` is empty while nobody of ours is known to be this one; `said` how it is known."""

    system: str
    external_id: str
    name: str
    email: str
    active: bool
    rep: str
    said: str
    updated_at: datetime


class AliasRow(msgspec.Struct):
    system: str
    kind: str
    external_id: str
    leads_to: str
    updated_at: datetime


class StageRow(msgspec.Struct):
    system: str
    external_id: str
    label: str
    closed: bool
    won: bool


_OWNERS, _ALIASES, _STAGES = (
    Bulk(crm.crm_owner, OwnerRow, "replace"),
    Bulk(crm.crm_alias, AliasRow, "replace"),
    Bulk(crm.crm_stage, StageRow, "replace"),
)
_IN = "IN (SELECT value FROM json_each(?))"
_PG_IN = "= ANY (ARRAY(SELECT json_array_elements_text(%s::json)))"


def _both(text: str) -> Statement:
    """`?` stands for a value, `{}` for the comparison with a list of texts."""
    return Statement(text.format(_IN), postgresql=text.replace("?", "%s").format(_PG_IN))


_KNOWN: dict[type[object], Statement] = {
    row: _both(
        f"SELECT {', '.join(table.columns.keys())} FROM {table.name} WHERE system = ? AND external_id {{}}"
    )
    for row, table in TABLES.items()
}
_IDS: dict[type[object], Statement] = {
    row: _both(
        f"SELECT external_id, id FROM {table.name} WHERE system = ? AND deleted_at IS NULL AND external_id {{}}"
    )
    for row, table in TABLES.items()
}
_CALLED = _both(
    "SELECT sort_name, external_id FROM account WHERE system = ? AND deleted_at IS NULL AND sort_name {} ORDER BY external_id"
)
_EXTERNALS: dict[type[object], Statement] = {
    row: Statement(
        f"""SELECT id, external_id FROM {table.name} WHERE system = ? AND deleted_at IS NULL
            AND id IN (SELECT value FROM json_each(?))""",
        postgresql=f"""SELECT id, external_id FROM {table.name} WHERE system = %s AND deleted_at IS NULL
            AND id = ANY (ARRAY(SELECT value::uuid FROM json_array_elements_text(%s::json)))""",
    )
    for row, table in TABLES.items()
}
_CONTACTS_AT = Statement(
    """SELECT external_id, name, facts FROM contact WHERE system = ? AND account_id = ? AND deleted_at IS NULL
       ORDER BY id LIMIT ?"""
)
_DOMAINS_OF = Statement(
    "SELECT account_id, domain FROM account_domain WHERE account_id IN (SELECT value FROM json_each(?))",
    postgresql="""SELECT account_id, domain FROM account_domain
       WHERE account_id = ANY (ARRAY(SELECT value::uuid FROM json_array_elements_text(%s::json)))""",
)
_OWNERS_OF = _both(
    "SELECT system, external_id, name, email, active, rep, said, updated_at FROM crm_owner WHERE system = ? AND external_id {}"
)
_ALL_OWNERS = Statement(
    """SELECT system, external_id, name, email, active, rep, said, updated_at FROM crm_owner WHERE system = ?
       ORDER BY external_id"""
)
_ALIASES_OF = _both(
    "SELECT external_id, leads_to FROM crm_alias WHERE system = ? AND kind = ? AND external_id {}"
)
_LEADING_TO = _both(
    "SELECT external_id, leads_to FROM crm_alias WHERE system = ? AND kind = ? AND leads_to {}"
)
_STAGES_OF = _both("SELECT external_id, closed, won FROM crm_stage WHERE system = ? AND external_id {}")
_STAGED = _both(
    "SELECT "
    + ", ".join(crm.opportunity.columns.keys())
    + " FROM opportunity WHERE system = ? AND deleted_at IS NULL AND stage {}"
)


class _Waits(NamedTuple):
    """Records that name another one which has not come: who they are, and how they get it."""

    table: str
    who: Statement
    gets: Statement


def _waits(table: str, column: str) -> _Waits:
    # Asked first and changed one by one: as one UPDATE over the given ids, SQLite walked all who wait for each of them.
    who = _both(
        f"""SELECT id, {column}_external FROM {table} WHERE system = ? AND {column}_external {{}}
       AND {column}_id IS NULL AND {column}_external <> ''"""
    )
    return _Waits(table, who, Statement(f"UPDATE {table} SET {column}_id = ? WHERE id = ?"))


_WAITING: dict[type[object], tuple[_Waits, ...]] = {
    AccountRow: (_waits("account", "parent"), _waits("contact", "account"), _waits("opportunity", "account")),
    ContactRow: (_waits("opportunity", "contact"),),
    OpportunityRow: (),
}


def _moved(table: str, column: str) -> Statement:
    """Whoever named the record that is gone names the one that stands for it; nobody when none does."""
    return Statement(f"UPDATE {table} SET {column} = ? WHERE {column} = ? RETURNING id")


_MOVED = {
    AccountRow: (
        Statement("UPDATE account SET parent_id = ? WHERE parent_id = ? AND id <> ? RETURNING id"),
        _moved("contact", "account_id"),
        _moved("opportunity", "account_id"),
    ),
    ContactRow: (_moved("opportunity", "contact_id"),),
    OpportunityRow: (),
}
_encode = msgspec.json.Encoder().encode
_facts = msgspec.json.Decoder(dict[str, str | int | bool]).decode


def known(tx: Tx, kind: type[Crm], system: str, external_ids: Iterable[str]) -> dict[str, Crm]:
    """The stored records of these ids, deleted ones among them."""
    rows = tx.all(_KNOWN[kind], (system, _texts(external_ids)))
    return {row.external_id: row for row in (_as_row(kind, found) for found in rows)}


def ids(tx: Tx, kind: type[AnyRow], system: str, external_ids: Iterable[str]) -> dict[str, str]:
    """Which records of ours these are, of those that are not deleted."""
    wanted = _texts(external_ids)
    if wanted == "[]":
        return {}
    return {external: str(name) for external, name in tx.all(_IDS[kind], (system, wanted))}


def called(tx: Tx, system: str, names: Iterable[str]) -> dict[str, list[str]]:
    """The ids there of the accounts called so, by folded name as they are sorted by."""
    found: dict[str, list[str]] = {}
    for name, external in tx.all(_CALLED, (system, _texts(names))):
        found.setdefault(name, []).append(external)
    return found


def externals(tx: Tx, kind: type[AnyRow], system: str, names: Iterable[str]) -> dict[str, str]:
    """The ids there of records of ours, of those that are that system's."""
    wanted = _texts(names)
    return {str(name): external for name, external in tx.all(_EXTERNALS[kind], (system, wanted))}


def contacts_at(tx: Tx, system: str, account: str) -> list[tuple[str, str, dict[str, Value]]]:
    """(id there, name, facts) of contacts of one account of ours, so many at most."""
    found: list[tuple[str, str, dict[str, Value]]] = []
    for external, name, facts in tx.all(_CONTACTS_AT, (system, account, MOST_CONTACTS)):
        held: dict[str, Value] = {**(_facts(facts) if isinstance(facts, str | bytes) else facts)}
        found.append((external, name, held))
    return found


def domains(tx: Tx, names: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, domain in tx.all(_DOMAINS_OF, (_texts(names),)):
        found.setdefault(str(name), set()).add(domain)
    return found


def owners(tx: Tx, system: str, external_ids: Iterable[str]) -> dict[str, OwnerRow]:
    rows = tx.all(_OWNERS_OF, (system, _texts(external_ids)))
    return {row.external_id: row for row in (_owner(found) for found in rows)}


def all_owners(tx: Tx, system: str) -> list[OwnerRow]:
    return [_owner(found) for found in tx.all(_ALL_OWNERS, (system,))]


def aliases(tx: Tx, system: str, kind: str, external_ids: Iterable[str]) -> dict[str, str]:
    """Where each of these leads, one step."""
    wanted = _texts(external_ids)
    return dict(tx.all(_ALIASES_OF, (system, kind, wanted))) if wanted != "[]" else {}


def leading_to(tx: Tx, system: str, kind: str, external_ids: Iterable[str]) -> list[tuple[str, str]]:
    """(id, where it leads), of those that lead to one of these."""
    wanted = _texts(external_ids)
    return (
        [(one, other) for one, other in tx.all(_LEADING_TO, (system, kind, wanted))] if wanted != "[]" else []
    )


def stages(tx: Tx, system: str, external_ids: Iterable[str]) -> dict[str, tuple[bool, bool]]:
    """(closed, won) by stage."""
    wanted = _texts(external_ids)
    if wanted == "[]":
        return {}
    return {name: (bool(closed), bool(won)) for name, closed, won in tx.all(_STAGES_OF, (system, wanted))}


def in_stages(tx: Tx, system: str, external_ids: Iterable[str]) -> list[OpportunityRow]:
    """The opportunities that stand in one of these stages."""
    return [_as_row(OpportunityRow, row) for row in tx.all(_STAGED, (system, _texts(external_ids)))]


def put_owners(tx: Tx, rows: Sequence[OwnerRow]) -> None:
    _put(tx, _OWNERS, rows)


def put_aliases(tx: Tx, rows: Sequence[AliasRow]) -> None:
    _put(tx, _ALIASES, rows)


def put_stages(tx: Tx, rows: Sequence[StageRow]) -> None:
    _put(tx, _STAGES, rows)


def come(tx: Tx, kind: type[AnyRow], system: str, names: Mapping[str, str]) -> None:
    """Records (id by external id) that whoever named them before may have waited for: they belong together from now on."""
    if not names:
        return
    wanted = _texts(names)
    for waits in _WAITING[kind]:
        found = [(str(name), names[external]) for name, external in tx.all(waits.who, (system, wanted))]
        pairs = [(to, name) for name, to in found if to != name]
        if pairs:
            tx.many(waits.gets, pairs)
        if pairs and waits.table == "opportunity":
            accounts.put_deal_keys(tx, [name for _, name in pairs])


def move(tx: Tx, kind: type[AnyRow], gone: str, stands: str | None) -> None:
    """Who named the record that is gone (by our id) now names the one that stands for it, or none."""
    for statement in _MOVED[kind]:
        values = (stands, gone, stands or gone) if "parent_id" in statement.sqlite else (stands, gone)
        if stands is None and "UPDATE account" not in statement.sqlite:
            continue  # a contact of a deleted account stays its contact: that is history
        found = [str(name) for (name,) in tx.all(statement, values)]
        if found and "UPDATE opportunity" in statement.sqlite:
            accounts.put_deal_keys(tx, found)


def _put(tx: Tx, bulk: Bulk, rows: Sequence[msgspec.Struct]) -> None:
    if rows:
        write_all(tx, [(bulk, rows)])


def _as_row(kind: type[Crm], found: Row) -> Crm:
    row = kind(*found)
    row.id, row.updated_at = str(row.id), instants.read(row.updated_at)
    row.deleted_at, row.modified_at = (
        instants.read_maybe(row.deleted_at),
        instants.read_maybe(row.modified_at),
    )
    row.merged_into = None if row.merged_into is None else str(row.merged_into)
    if isinstance(row, AccountRow):
        row.owner_since = instants.read_maybe(row.owner_since)
        row.parent_id = _maybe(row.parent_id)
    elif isinstance(row, ContactRow):
        row.person_id, row.account_id = str(row.person_id), _maybe(row.account_id)
    else:
        row.account_id, row.contact_id = _maybe(row.account_id), _maybe(row.contact_id)
        row.open, row.won = bool(row.open), bool(row.won)
    return row


def _maybe(name: object) -> str | None:
    return None if name is None else str(name)


def _owner(found: Row) -> OwnerRow:
    row = OwnerRow(*found)
    row.active, row.updated_at = bool(row.active), instants.read(row.updated_at)
    return row


def _texts(texts: Iterable[str]) -> str:
    return _encode(list(dict.fromkeys(texts))).decode()
