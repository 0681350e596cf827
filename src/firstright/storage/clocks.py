"""Clocks as stored: read for the alarms that rang, ended when they are met or missed. What follows is the core's to say."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.core.followup import SPEED
from firstright.storage import instants
from firstright.storage.rows import ClockRow, LeadRow
from firstright.storage.schema.work import clock as table
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

_NAMES = ", ".join(table.columns.keys())
_AT = tuple(place for place, name in enumerate(table.columns.keys()) if name.endswith("_at"))
_BY_ID = Statement(
    f"SELECT {_NAMES} FROM clock WHERE id IN (SELECT value FROM json_each(?))",
    postgresql=f"""SELECT {_NAMES} FROM clock
       WHERE id IN (SELECT value::uuid FROM json_array_elements_text(%s::json))""",
)
_OF_LEAD = Statement(f"SELECT {_NAMES} FROM clock WHERE lead_id = ? ORDER BY id")
# A missed clock that is met late stays missed: when it was met says how late. What an earlier holder missed, or an earlier
# cycle, nobody can meet any more.
_MET = Statement(
    """UPDATE clock SET met_at = ?, state = CASE WHEN state = 'missed' OR due_at < ? THEN 'missed' ELSE 'met' END
       WHERE lead_id = ? AND clock = ? AND met_at IS NULL AND state IN ('running', 'paused', 'missed')
       AND cycle = ? AND (clock = 'speed-to-lead' OR epoch = ?)"""
)
_SILENCED = Statement(
    """UPDATE job SET state = 'cancelled', lease_until = NULL
       WHERE lead_id = ? AND kind = 'clock' AND cause = ? AND state = 'ready'"""
)
_SILENCED_ONE = Statement(
    """UPDATE job SET state = 'cancelled', lease_until = NULL
       WHERE lead_id = ? AND kind = 'clock' AND ref_id = ? AND state = 'ready'"""
)
_CHANGED = Statement(
    "UPDATE clock SET state = ?, paused_at = ?, due_at = ?, warnings = ?, calendar = ? WHERE id = ?"
)
# The alarm that ends a pause: whoever has a lead waits for no hours to open.
_LIMIT_FORGOTTEN = Statement(
    """UPDATE job SET state = 'cancelled', lease_until = NULL
       WHERE lead_id = ? AND kind = 'decide' AND cause = 'hours-opened' AND state = 'ready'"""
)
_encode = msgspec.json.Encoder().encode


def load(tx: Tx, ids: Iterable[str]) -> dict[str, ClockRow]:
    """The clocks that are there, by id."""
    return {row[0]: _row(row) for row in tx.all(_BY_ID, (_encode(list(ids)).decode(),))}


def of_lead(tx: Tx, lead_id: str) -> list[ClockRow]:
    """Every clock of the lead, oldest first."""
    return [_row(row) for row in tx.all(_OF_LEAD, (lead_id,))]


def counting(tx: Tx, row: LeadRow) -> list[ClockRow]:
    """Those that count now: speed-to-lead of this cycle, the others of this holder."""
    return [
        each
        for each in of_lead(tx, row.id)
        if each.cycle == row.cycle and (each.clock == SPEED or each.epoch == row.epoch)
    ]


class Met(NamedTuple):
    """The clock of this name of one lead ended well. Of which cycle and holder: the others' stay as they are."""

    lead: str
    clock: str
    at: datetime
    cycle: int
    epoch: int


def meet(tx: Tx, met: Iterable[Met]) -> None:
    """The clocks that still run are met, and their alarms are silent."""
    ended = [(instants.text(m.at), m) for m in met]
    tx.many(_MET, [(at, at, m.lead, m.clock, m.cycle, m.epoch) for at, m in ended])
    tx.many(_SILENCED, [(m.lead, m.clock) for _, m in ended])


def change(tx: Tx, row: ClockRow, *, silent: bool) -> None:
    """The clock stands as the row says; `silent`: what it was to ring for is forgotten."""
    paused = instants.text(row.paused_at) if row.paused_at else None
    tx.run(_CHANGED, (row.state, paused, instants.text(row.due_at), row.warnings, row.calendar, row.id))
    if silent:
        tx.run(_SILENCED_ONE, (row.lead_id, row.id))


def forget_limit(tx: Tx, lead_id: str) -> None:
    """The pause of the lead has another limit, or is over."""
    tx.run(_LIMIT_FORGOTTEN, (lead_id,))


def _row(stored: tuple[object, ...]) -> ClockRow:
    values = list(stored)
    for place in _AT:
        values[place] = instants.read_maybe(values[place])
    return ClockRow(*values)  # type: ignore[arg-type]  # a row of all columns, in column order
