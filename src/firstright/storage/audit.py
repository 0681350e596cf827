"""The audit trail: rows are only added, and the database refuses anything else. Decisions add theirs with their batch."""

from datetime import datetime

import msgspec

from firstright.storage import instants
from firstright.storage.bulk import insert_into
from firstright.storage.rows import AuditRow
from firstright.storage.schema.routing import audit as table
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

_APPEND = insert_into(table)
_OF = Statement(
    """SELECT id, at, turn, actor, action, subject_kind, subject_id, decision_id, data FROM audit
       WHERE subject_kind = ? AND subject_id = ? ORDER BY id"""
)
_encode = msgspec.json.Encoder().encode


def append(
    tx: Tx,
    audit_id: str,
    now: datetime,
    turn: int,
    actor: str,
    action: str,
    subject_kind: str,
    subject_id: str,
    data: object = None,
) -> None:
    """One thing that somebody did. `data` is anything JSON can say; it must hold no personal data."""
    at = instants.text(now)
    text = _encode({} if data is None else data).decode()
    tx.run(_APPEND, (audit_id, at, turn, actor, action, subject_kind, subject_id, None, text))


def of(tx: Tx, subject_kind: str, subject_id: str) -> list[AuditRow]:
    """The history of one thing, oldest first."""
    found = tx.all(_OF, (subject_kind, subject_id))
    return [AuditRow(row[0], instants.read(row[1]), *row[2:]) for row in found]
