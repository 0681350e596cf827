"""Decisions read back: one, those of a lead, or all in order. What a record means is the core's; deciding again is the desk's."""

from datetime import datetime
from typing import NamedTuple

from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

_SELECT = """SELECT id, lead_id, turn, seq, cause, as_of, engine, policy_version, roster_version, outcome, reason, rule,
       holder_kind, holder_id, record FROM decision"""
_ONE = Statement(f"{_SELECT} WHERE id = ?")
_OF_LEAD = Statement(f"{_SELECT} WHERE lead_id = ? ORDER BY turn, seq LIMIT ?")
_AFTER = Statement(f"{_SELECT} WHERE (turn, seq) > (?, ?) AND turn <= ? ORDER BY turn, seq LIMIT ?")
_COUNT = Statement("SELECT count(*) FROM decision WHERE turn <= ?")


class Recorded(NamedTuple):
    """A stored decision. `record` is what `core.record` reads; empty: it was erased."""

    id: str
    lead_id: str
    turn: int
    seq: int  # its place in the turn
    cause: str
    as_of: datetime
    engine: int
    policy_version: int
    roster_version: int
    outcome: str
    reason: str
    rule: str
    holder_kind: str
    holder_id: str
    record: bytes


def one(tx: Tx, decision_id: str) -> Recorded | None:
    row = tx.one(_ONE, (decision_id,))
    return None if row is None else _recorded(row)


def of_lead(tx: Tx, lead_id: str, limit: int = 50) -> list[Recorded]:
    """In the order in which they were decided."""
    return [_recorded(row) for row in tx.all(_OF_LEAD, (lead_id, limit))]


def after(tx: Tx, turn: int, seq: int, *, until: int, limit: int) -> list[Recorded]:
    """The next ones in the order in which they were made, after (turn, seq), up to and with turn `until`."""
    return [_recorded(row) for row in tx.all(_AFTER, (turn, seq, until, limit))]


def count(tx: Tx, until: int) -> int:
    """How many were made up to and with turn `until`."""
    found: int = tx.all(_COUNT, (until,))[0][0]
    return found


def _recorded(row: Row) -> Recorded:
    return Recorded._make((*row[:5], instants.read(row[5]), *row[6:14], bytes(row[14])))
