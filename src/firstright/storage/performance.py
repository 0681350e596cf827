"""What became of the leads of a pool: how many each rep won, and how many of those converted. It weighs nobody."""

from datetime import datetime

from firstright.core.assignment.performing import Record
from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

CONVERTED = ("qualified", "scheduled", "won")
_RECORDS = Statement(
    f"""SELECT l.rep, count(*), sum(CASE WHEN d.status IN ({", ".join(map(repr, CONVERTED))}) THEN 1 ELSE 0 END)
       FROM ledger AS l JOIN decision AS x ON x.id = l.decision_id JOIN lead AS d ON d.id = x.lead_id
       WHERE l.pool = ? AND l.kind = 'turned' AND l.at >= ? AND l.at < ? AND d.merged_into IS NULL GROUP BY l.rep ORDER BY l.rep"""
)
_LAST = Statement(
    "SELECT max(at) FROM audit WHERE subject_kind = 'pool' AND subject_id = ? AND action = 'weigh-pool'"
)


def records(tx: Tx, pool: str, since: datetime, until: datetime) -> dict[str, Record]:
    """By rep, for turns in [since, until), in every lane. What became of a merged lead is told of the one that stands for it."""
    found = tx.all(_RECORDS, (pool, instants.text(since), instants.text(until)))
    return {rep: Record(int(leads), int(converted)) for rep, leads, converted in found}


def last(tx: Tx, pool: str) -> datetime | None:
    """When its members were weighed for the last time."""
    row = tx.one(_LAST, (pool,))
    return instants.read_maybe(row[0]) if row else None
