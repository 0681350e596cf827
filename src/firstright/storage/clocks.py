"""Clocks as stored: read for the alarms that rang, ended when they are met or missed. What follows is the core's to say."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from firstright.storage import instants
from firstright.storage.rows import ClockRow
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
# A missed clock that is met late stays missed: when it was met says how late.
_MET = Statement(
    """UPDATE clock SET met_at = ?, state = CASE WHEN state = 'missed' OR due_at < ? THEN 'missed' ELSE 'met' END
       WHERE lead_id = ? AND clock = ? AND met_at IS NULL AND state IN ('running', 'paused', 'missed')"""
)
_SILENCED = Statement(
    """UPDATE job SET state = 'cancelled', lease_until = NULL
       WHERE lead_id = ? AND kind = 'clock' AND cause = ? AND state = 'ready'"""
)
_MISSED = Statement(
    """UPDATE clock SET state = 'missed', missed_at = ?
       WHERE lead_id = ? AND clock = ? AND state IN ('running', 'paused')"""
)
_encode = msgspec.json.Encoder().encode


def load(tx: Tx, ids: Iterable[str]) -> dict[str, ClockRow]:
    """The clocks that are there, by id."""
    return {row[0]: _row(row) for row in tx.all(_BY_ID, (_encode(list(ids)).decode(),))}


def of_lead(tx: Tx, lead_id: str) -> list[ClockRow]:
    """Every clock of the lead, oldest first."""
    return [_row(row) for row in tx.all(_OF_LEAD, (lead_id,))]


def meet(tx: Tx, met: Iterable[tuple[str, str, datetime]]) -> None:
    """(lead, clock, when): the running clock of that name is met, its alarms are silent."""
    ended = [(lead, name, instants.text(at)) for lead, name, at in met]
    tx.many(_MET, [(at, at, lead, name) for lead, name, at in ended])
    tx.many(_SILENCED, [(lead, name) for lead, name, _ in ended])


def miss(tx: Tx, missed: Iterable[tuple[str, str, datetime]]) -> None:
    """(lead, clock, when it was noticed)."""
    tx.many(_MISSED, [(instants.text(at), lead, name) for lead, name, at in missed])


def _row(stored: tuple[object, ...]) -> ClockRow:
    values = list(stored)
    for place in _AT:
        values[place] = instants.read_maybe(values[place])
    return ClockRow(*values)  # type: ignore[arg-type]  # a row of all columns, in column order
