"""Leads in line: those that wait for members of a pool, and those queued for whoever takes them, the most urgent and then
the oldest first. It looks; what becomes of them is decided elsewhere.
"""

from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.storage import instants
from firstright.storage.leads import COLUMNS, as_row
from firstright.storage.rows import LeadRow
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

_NAMES = ", ".join(COLUMNS)
_ORDER = "ORDER BY priority DESC, arrived_at, id LIMIT ?"
_BEHIND = "priority <= ? AND (priority < ? OR (arrived_at, id) > (?, ?)) AND merged_into IS NULL"
_WAITS = "FROM lead WHERE outcome = 'waiting' AND waiting_pool"
_QUEUED = "FROM lead WHERE outcome = 'queued' AND holder_id"
# One step of the index for each pool, however many wait.
_POOLS = Statement(
    f"""WITH RECURSIVE waits (pool) AS (
         SELECT min(waiting_pool) {_WAITS} > ''
         UNION ALL
         SELECT (SELECT min(waiting_pool) {_WAITS} > w.pool) FROM waits AS w WHERE w.pool IS NOT NULL)
       SELECT pool FROM waits WHERE pool IS NOT NULL"""
)
_FIRST = Statement(f"SELECT priority, arrived_at, id {_WAITS} = ? AND merged_into IS NULL {_ORDER}")
_NEXT = Statement(f"SELECT {_NAMES} {_WAITS} = ? AND {_BEHIND} {_ORDER}")
_NEXT_QUEUED = Statement(f"SELECT {_NAMES} {_QUEUED} = ? AND {_BEHIND} {_ORDER}")
_LOOKED_AT = """FROM job WHERE lead_id IS NULL AND kind = 'decide' AND cause = 'capacity-freed' AND ref_id = ?
       AND payload = '{}' AND state"""
_DUE = Statement(f"SELECT id {_LOOKED_AT} = 'ready' AND due_at <= ?")
_UNDER_WAY = Statement(f"SELECT id {_LOOKED_AT} = 'leased'")
_WAKING = "state = 'ready' AND kind = 'decide' AND cause IN ('capacity-freed', 'hours-opened') AND due_at > ?"
_WOKEN = Statement(
    f"""UPDATE lead SET next_at = ? WHERE outcome = 'waiting' AND EXISTS (
         SELECT 1 FROM job AS j WHERE j.lead_id = lead.id AND {_WAKING})"""
)
_DUE_NOW = Statement(
    f"UPDATE job SET due_at = ? WHERE {_WAKING} AND lead_id IN (SELECT id FROM lead WHERE outcome = 'waiting')"
)
_MOST = 2**62
_FIRST_ID = "00000000-0000-0000-0000-000000000000"
_EARLY = datetime.fromisoformat("0001-01-01T00:00:00+00:00")


class Place(NamedTuple):
    """Where a lead stands in its line."""

    priority: int
    arrived_at: datetime
    id: str

    @property
    def order(self) -> tuple[int, datetime, str]:
        """Ascending from the front."""
        return (-self.priority, self.arrived_at, self.id)

    def text(self) -> str:
        """`read_place` reads it."""
        return msgspec.json.encode([self.priority, instants.text(self.arrived_at), self.id]).decode()


FRONT = Place(_MOST, _EARLY, _FIRST_ID)


def read_place(text: str) -> Place:
    """What `Place.text` wrote."""
    priority, at, name = msgspec.json.decode(text, type=tuple[int, str, str])
    return Place(priority, instants.read(at), name)


def place_of(row: LeadRow) -> Place:
    return Place(row.priority, row.arrived_at, row.id)


def pools(tx: Tx) -> set[str]:
    """Pools with waiting leads; perhaps also some whose last one was merged into another."""
    return {pool for (pool,) in tx.all(_POOLS)}


def wake(tx: Tx, now: datetime) -> None:
    """Has every waiting lead decided again at once: what it waits under may have changed, or be gone."""
    at = instants.text(now)
    tx.run(_WOKEN, (at, at))
    tx.run(_DUE_NOW, (at, at))


def first(tx: Tx, pool: str) -> Place | None:
    """Where the first waiting lead of a pool stands; None where nothing waits."""
    row = tx.one(_FIRST, (pool, 1))
    return Place(row[0], instants.read(row[1]), str(row[2])) if row else None


def behind(tx: Tx, pool: str, place: Place, limit: int) -> list[LeadRow]:
    """The next leads that wait for a pool."""
    return _rows(tx.all(_NEXT, (pool, *_keyset(place), limit)))


def queued_behind(tx: Tx, queue: str, place: Place, limit: int) -> list[LeadRow]:
    """The next leads of a queue, or of the queue that a pull pool is."""
    return _rows(tx.all(_NEXT_QUEUED, (queue, *_keyset(place), limit)))


def drains(tx: Tx, pool: str, by: datetime) -> set[str]:
    """Jobs that will look at the front of a pool's line by then."""
    return {str(name) for (name,) in (*tx.all(_DUE, (pool, instants.text(by))), *tx.all(_UNDER_WAY, (pool,)))}


def _keyset(place: Place) -> tuple[int, int, str, str]:
    return place.priority, place.priority, instants.text(place.arrived_at), place.id


def _rows(found: list[Row]) -> list[LeadRow]:
    return [as_row(row) for row in found]
