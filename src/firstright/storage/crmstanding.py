"""How a CRM's records stand as a whole: owners nobody of ours is, references that lead nowhere, parents in a circle. It repairs
one thing, the rep behind an owner, page by page.
"""

from datetime import datetime
from typing import NamedTuple

from firstright.storage import crmrecords, instants
from firstright.storage.accounts import TABLES, AccountRow, AnyRow
from firstright.storage.crmrecords import OwnerRow
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

_HOPS = 20  # parents looked up for a circle; a longer one is not found
_SHOWN = 20  # accounts of circles that are named


class Unmapped(NamedTuple):
    """Somebody who owns records in the CRM and is none of our reps: their records count as nobody's."""

    system: str
    external_id: str
    name: str
    email: str
    active: bool
    accounts: int
    contacts: int
    opportunities: int


class Loose(NamedTuple):
    """Records that name one that is not here, and accounts that are their own parents' parents."""

    accounts_without_parent: int
    contacts_without_account: int
    opportunities_without_account: int
    opportunities_without_contact: int
    in_circles: tuple[str, ...]  # external ids, the first of them


_UNMAPPED = Statement(
    "SELECT system, external_id, name, email, active FROM crm_owner WHERE system = ? AND rep = '' ORDER BY external_id"
)
_OWNED = {
    row: Statement(
        f"""SELECT owner_external, count(*) FROM {table.name} WHERE system = ? AND owner = '' AND owner_external <> ''
       AND deleted_at IS NULL GROUP BY owner_external"""
    )
    for row, table in TABLES.items()
}
_LOOSE = tuple(
    Statement(
        f"""SELECT count(*) FROM {table} WHERE system = ? AND {column}_id IS NULL AND {column}_external <> ''
       AND deleted_at IS NULL"""
    )
    for table, column in (
        ("account", "parent"),
        ("contact", "account"),
        ("opportunity", "account"),
        ("opportunity", "contact"),
    )
)
_CIRCLES = Statement(
    f"""WITH RECURSIVE chain (start, id, far) AS (
         SELECT id, parent_id, 1 FROM account WHERE system || '' = ? AND parent_id IS NOT NULL
         UNION ALL
         SELECT c.start, p.parent_id, c.far + 1 FROM chain AS c JOIN account AS p ON p.id = c.id
         WHERE p.parent_id IS NOT NULL AND c.id <> c.start AND c.far < {_HOPS})
       SELECT a.external_id FROM chain AS c JOIN account AS a ON a.id = c.start WHERE c.id = c.start
       ORDER BY a.external_id LIMIT {_SHOWN}"""
)


def _bound(table: str) -> Statement:
    return Statement(f"SELECT id FROM {table} WHERE id > ? ORDER BY id LIMIT 1 OFFSET ?")


# The empty text keeps SQLite from walking all of a system for each page, where the id alone bounds it.
def _reown(table: str, since: str) -> Statement:
    return Statement(
        f"""UPDATE {table} SET owner = o.rep{since} FROM crm_owner AS o
       WHERE o.system = {table}.system AND o.external_id = {table}.owner_external AND o.rep <> {table}.owner
         AND {table}.system || '' = ? AND {table}.id > ? AND {table}.id <= ?"""
    )


_BOUNDS = {row: _bound(table.name) for row, table in TABLES.items()}
_REOWN = {
    row: _reown(table.name, ", owner_since = ?" if row is AccountRow else "") for row, table in TABLES.items()
}
_SYSTEMS = Statement("SELECT DISTINCT system FROM crm_owner ORDER BY system")
FIRST = "00000000-0000-0000-0000-000000000000"
_LAST = "ffffffff-ffff-ffff-ffff-ffffffffffff"


def systems(tx: Tx) -> list[str]:
    """Those of which owners are known, by name."""
    return [name for (name,) in tx.all(_SYSTEMS)]


def owners(tx: Tx, system: str) -> list[OwnerRow]:
    return crmrecords.all_owners(tx, system)


def unmapped(tx: Tx, system: str) -> list[Unmapped]:
    """Owners of this system nobody of ours is, those of most accounts first."""
    counts: list[dict[str, int]] = [dict(tx.all(_OWNED[row], (system,))) for row in TABLES]
    found = [
        Unmapped._make((*row[:4], bool(row[4]), *(by.get(row[1], 0) for by in counts)))
        for row in tx.all(_UNMAPPED, (system,))
    ]
    return sorted(found, key=lambda each: (-each.accounts, -each.opportunities, each.external_id))


def loose(tx: Tx, system: str) -> Loose:
    counts = [int((tx.one(statement, (system,)) or (0,))[0]) for statement in _LOOSE]
    circles = tuple(external for (external,) in tx.all(_CIRCLES, (system,)))
    return Loose(counts[0], counts[1], counts[2], counts[3], circles)


def reown(
    tx: Tx, kind: type[AnyRow], system: str, now: datetime, *, after: str, most: int
) -> tuple[int, str | None]:
    """Gives one page of records the rep their owner is now; (how many changed, where to go on or None)."""
    row = tx.one(_BOUNDS[kind], (after, most - 1))
    last = str(row[0]) if row else _LAST
    stamp = (instants.text(now),) if kind is AccountRow else ()
    changed = tx.run(_REOWN[kind], (*stamp, system, after, last))
    return changed, last if row else None
