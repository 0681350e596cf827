"""How often one of us has tried to reach a lead, and what we last wrote that nothing answered."""

from datetime import datetime
from typing import NamedTuple

from firstright.core.actions import UNANSWERED
from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx


class Wrote(NamedTuple):
    """The last touch of a lead."""

    channel: str
    result: str
    rep: str
    at: datetime
    answered: bool  # the lead did something after it


_COUNT = Statement(
    "SELECT result, count(*) FROM touch WHERE lead_id = ? AND channel = ? AND happened_at >= ? GROUP BY result"
)
_LAST = Statement(
    """SELECT t.channel, t.result, t.rep_id, t.happened_at,
         (SELECT count(*) FROM engagement AS e WHERE e.lead_id = t.lead_id AND e.at >= t.happened_at)
       FROM touch AS t WHERE t.lead_id = ? ORDER BY t.happened_at DESC, t.id DESC LIMIT 1"""
)


def unanswered(tx: Tx, lead_id: str, channel: str, since: datetime) -> int:
    """Touches by that channel that nobody answered."""
    return sum(
        int(n)
        for result, n in tx.all(_COUNT, (lead_id, channel, instants.text(since)))
        if result in UNANSWERED
    )


def last(tx: Tx, lead_id: str) -> Wrote | None:
    row = tx.one(_LAST, (lead_id,))
    return Wrote(row[0], row[1], row[2], instants.read(row[3]), int(row[4]) > 0) if row else None
