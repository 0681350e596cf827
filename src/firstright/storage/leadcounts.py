"""How many leads stand in each status: one row a status, moved on with the leads it counts, so that nobody walks them.

Every function runs within the turn that moves leads: two that count at once would wait for each other. It knows no status.
"""

from collections import Counter
from collections.abc import Iterable

import msgspec

from firstright.storage.rows import LeadCountRow, LeadRow
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

_encode = msgspec.json.Encoder().encode

# Before they are written: what they come to is added, how the known among them stood is taken off.
_MOVE = """INSERT INTO lead_count (status, leads)
       SELECT status, sum(n) FROM ({now} UNION ALL SELECT status, -1 FROM lead WHERE {known} AND merged_into IS NULL) AS moved
       GROUP BY status HAVING sum(n) <> 0
       ON CONFLICT (status) DO UPDATE SET leads = lead_count.leads + excluded.leads"""
_MOVED = Statement(
    _MOVE.format(
        now="SELECT value ->> 0 AS status, value ->> 1 AS n FROM json_each(?)",
        known="id IN (SELECT value FROM json_each(?))",
    ),
    postgresql=_MOVE.format(
        now="SELECT value ->> 0 AS status, (value ->> 1)::bigint AS n FROM json_array_elements(%s::json)",
        known="id = ANY (ARRAY(SELECT json_array_elements_text(%s::json)::uuid))",
    ),
)
_MERGED = Statement(
    """UPDATE lead_count SET leads = leads + (SELECT count(*) FROM lead WHERE id = ? AND merged_into IS NOT NULL) - ?
       WHERE status = (SELECT status FROM lead WHERE id = ?)"""
)
_BY_STATUS = Statement("SELECT status, leads FROM lead_count ORDER BY status")


def move(tx: Tx, fresh: Iterable[LeadRow], changed: Iterable[LeadRow]) -> list[LeadCountRow]:
    """Called before these are written: new leads, and those that are there with what becomes of them. Where all are new, as at
    intake, nobody has to be asked how they stood: what they come to is given back, to be added with the rest of the rows.
    """
    known = list(changed)
    now = Counter([row.status for row in (*fresh, *known) if row.merged_into is None])
    if not known:
        return [LeadCountRow(status, n) for status, n in now.items()]
    counts, names = [list(each) for each in now.items()], [row.id for row in known]
    tx.run(_MOVED, (_encode(counts).decode(), _encode(names).decode()))
    return []


def merge(tx: Tx, lead_id: str, merged: bool) -> None:
    """Called before the lead is merged into another, or is itself again: which of both it was before is looked up."""
    tx.run(_MERGED, (lead_id, int(merged), lead_id))


def by_status(tx: Tx) -> dict[str, int]:
    """Leads by status, those that were merged into others left out. A status in which none ever stood is not named."""
    return {str(status): int(leads) for status, leads in tx.all(_BY_STATUS)}
