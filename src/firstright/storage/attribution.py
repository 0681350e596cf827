"""The arrivals of a lead, those of leads that were merged into it among them, with the record each was decided on. Reads only."""

from datetime import datetime
from typing import NamedTuple

from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

MOST = 200

_OF_LEAD = Statement(
    """SELECT a.id, a.source, a.received_at, a.label, d.record FROM (
         SELECT ? AS id UNION SELECT m.child FROM merge AS m WHERE m.master = ? AND m.undone_at IS NULL) AS l
       JOIN arrival AS a ON a.lead_id = l.id
       LEFT JOIN decision AS d ON d.lead_id = a.lead_id AND d.trigger_id = a.id
       ORDER BY a.id DESC LIMIT ?""",
    postgresql="""SELECT a.id, a.source, a.received_at, a.label, d.record FROM (
         SELECT %s::uuid AS id UNION SELECT m.child FROM merge AS m WHERE m.master = %s AND m.undone_at IS NULL) AS l
       JOIN arrival AS a ON a.lead_id = l.id
       LEFT JOIN decision AS d ON d.lead_id = a.lead_id AND d.trigger_id = a.id::text
       ORDER BY a.id DESC LIMIT %s""",
)


class Arrived(NamedTuple):
    """`record` is empty where nothing was decided on it yet, or it was erased."""

    id: str
    source: str
    at: datetime
    label: str
    record: bytes


def of_lead(tx: Tx, lead_id: str, limit: int = MOST) -> list[Arrived]:
    """Newest first."""
    rows = tx.all(_OF_LEAD, (lead_id, lead_id, limit))
    return [
        Arrived(str(name), source, instants.read(at), label, bytes(record or b""))
        for name, source, at, label, record in rows
    ]
