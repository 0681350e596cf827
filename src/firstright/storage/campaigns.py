"""Campaigns and sources that nobody had heard of, each with the first lead that came by it."""

from datetime import datetime

from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

_HEARD = Statement(
    "INSERT INTO campaign (kind, name, first_at, lead_id) VALUES (?, ?, ?, ?) ON CONFLICT (kind, name) DO NOTHING"
)
_KNOWN = Statement("SELECT lead_id FROM campaign WHERE kind = ? AND name = ?")
_AGAIN = Statement(
    "UPDATE alarm SET n = n + 1, last_at = ? WHERE kind = ? AND subject = ? AND ended_at IS NULL"
)


def heard(tx: Tx, kind: str, name: str, at: datetime, lead: str) -> bool:
    """Whether it is the first time. A look that writes nothing comes first: nearly all of them are known."""
    if tx.one(_KNOWN, (kind, name)):
        return False
    return tx.run(_HEARD, (kind, name, instants.text(at), lead)) == 1


def again(tx: Tx, kind: str, subject: str, at: datetime) -> bool:
    """One more, while its alarm is open: how many are behind it stands there."""
    return tx.run(_AGAIN, (instants.text(at), kind, subject)) == 1
