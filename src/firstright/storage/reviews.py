"""One review at a time: read, claimed, released, resolved. Lists of them are read elsewhere; what a claim means is the desk's."""

from datetime import datetime

from firstright.storage import instants
from firstright.storage.rows import ReviewRow
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

_GET = Statement(
    """SELECT id, lead_id, reason, state, candidates, due_at, opened_at, claimed_by, claimed_at, resolution,
       resolved_at, resolved_by, note FROM review_item WHERE id = ?"""
)
_CLAIM = Statement(
    """UPDATE review_item SET state = 'claimed', claimed_by = ?, claimed_at = ?
       WHERE id = ? AND state IN ('open', 'claimed')"""
)
_RELEASE = Statement(
    "UPDATE review_item SET state = 'open', claimed_by = '', claimed_at = NULL WHERE id = ? AND state = 'claimed'"
)
_RESOLVE = Statement(
    """UPDATE review_item SET state = 'resolved', resolution = ?, resolved_at = ?, resolved_by = ?, note = ?
       WHERE lead_id = ? AND state IN ('open', 'claimed')"""
)


def load(tx: Tx, review_id: str) -> ReviewRow | None:
    row = tx.one(_GET, (review_id,))
    if row is None:
        return None
    found = ReviewRow(*row)
    found.due_at = instants.read_maybe(row[5])
    found.opened_at = instants.read(row[6])
    found.claimed_at = instants.read_maybe(row[8])
    found.resolved_at = instants.read_maybe(row[10])
    return found


def claim(tx: Tx, review_id: str, by: str, at: datetime) -> bool:
    """Whoever had it before. Whether that is right is judged before, under the turn."""
    return tx.run(_CLAIM, (by, instants.text(at), review_id)) == 1


def release(tx: Tx, review_id: str) -> bool:
    return tx.run(_RELEASE, (review_id,)) == 1


def resolve(tx: Tx, lead_id: str, resolution: str, at: datetime, by: str, note: str) -> int:
    """What is open about this lead is decided."""
    return tx.run(_RESOLVE, (resolution, instants.text(at), by, note, lead_id))
