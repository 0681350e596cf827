"""Tickets of leads that are with support: opened with their decision, moved by what their system says."""

from datetime import datetime

import msgspec

from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

_COLUMNS = "id, lead_id, kind, state, outside, note, person_id, opened_at, updated_at"
_ADD = Statement(f"INSERT INTO ticket ({_COLUMNS}) VALUES ({', '.join('?' * 9)})")
_MOVE = Statement("UPDATE ticket SET state = ?, outside = ?, note = ?, updated_at = ? WHERE id = ?")
_GET = Statement(f"SELECT {_COLUMNS} FROM ticket WHERE id = ?")
_OF_LEAD = Statement(f"SELECT {_COLUMNS} FROM ticket WHERE lead_id = ? ORDER BY id")
_CLOSE = Statement(
    "UPDATE ticket SET state = 'closed', updated_at = ? WHERE lead_id = ? AND state <> 'closed'"
)


class TicketRow(msgspec.Struct, frozen=True):
    id: str
    lead_id: str
    kind: str  # the handoff type
    state: str  # schema.handed.TICKETS
    outside: str  # its number in their system
    note: str
    person_id: str | None
    opened_at: datetime
    updated_at: datetime


def add(tx: Tx, row: TicketRow) -> None:
    opened, updated = instants.text(row.opened_at), instants.text(row.updated_at)
    tx.run(
        _ADD,
        (
            row.id,
            row.lead_id,
            row.kind,
            row.state,
            row.outside,
            row.note,
            row.person_id,
            opened,
            updated,
        ),
    )


def move(tx: Tx, row: TicketRow) -> None:
    tx.run(_MOVE, (row.state, row.outside, row.note, instants.text(row.updated_at), row.id))


def get(tx: Tx, ticket: str) -> TicketRow | None:
    row = tx.one(_GET, (ticket,))
    return _row(row) if row else None


def of_lead(tx: Tx, lead_id: str) -> list[TicketRow]:
    """Oldest first."""
    return [_row(row) for row in tx.all(_OF_LEAD, (lead_id,))]


def close(tx: Tx, lead_id: str, at: datetime) -> None:
    """The lead is back with us: nothing is open there any more."""
    tx.run(_CLOSE, (instants.text(at), lead_id))


def _row(stored: Row) -> TicketRow:
    values = list(stored)
    values[7:] = [instants.read(at) for at in stored[7:]]
    return TicketRow(*values)
