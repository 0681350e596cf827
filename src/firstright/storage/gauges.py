"""How much is due and how much is under way, counted when somebody asks. Every count walks an index over what is
unfinished and stops at a bound: a history of millions costs nothing.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from firstright.storage import instants
from firstright.storage.schema.work import LANES
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

KINDS = ("decide", "clock", "route")
STATES = ("ready", "behind", "leased", "dead")
MOST = 100_000  # rows counted of one kind; a gauge at this value means "or more"
OVERDUE = timedelta(seconds=60)

_CLOCK = Statement("SELECT clock_timestamp()")
_READY = "state = 'ready' AND lane = ? AND kind = ? AND priority"
_URGENT = Statement(f"SELECT priority FROM job WHERE {_READY} < ? ORDER BY priority DESC LIMIT 1")
_DUE = Statement(
    f"""SELECT count(*), min(due_at) FROM (
          SELECT due_at FROM job WHERE {_READY} = ? AND due_at <= ? ORDER BY due_at LIMIT {MOST}) AS due"""
)
_DEAD = Statement(f"SELECT count(*) FROM (SELECT 1 FROM job WHERE state = 'dead' LIMIT {MOST}) AS dead")
# The state is a literal, because a partial index serves no other query.
_DELIVERIES = {
    state: Statement(
        f"""SELECT destination, count(*) FROM (
              SELECT destination FROM delivery WHERE state = '{state}' LIMIT {MOST}) AS d GROUP BY destination"""
    )
    for state in STATES
}


class Due(NamedTuple):
    """Jobs of one lane and kind that are due: how many, how many for longer than a minute, since when."""

    lane: str
    kind: str
    due: int
    overdue: int
    oldest: datetime | None


class UnderWay(NamedTuple):
    """Deliveries of one channel in one state."""

    channel: str
    state: str
    rows: int


def instant(tx: Tx, now: datetime) -> datetime:
    """What counts as now in this database: PostgreSQL's own clock, else the caller's."""
    return now if tx.dialect == "sqlite" else instants.read(tx.all(_CLOCK)[0][0])


def due(tx: Tx, now: datetime) -> list[Due]:
    """Every lane and kind, also where nothing is due: a series that comes and goes cannot be alerted on."""
    return [_due(tx, lane, kind, now) for lane in LANES for kind in KINDS]


def _due(tx: Tx, lane: str, kind: str, now: datetime) -> Due:
    count, overdue = 0, 0
    oldest: list[datetime] = []
    below = 2**62
    while row := tx.one(_URGENT, (lane, kind, below)):
        below = row[0]
        found, first = tx.all(_DUE, (lane, kind, below, instants.text(now)))[0]
        count += found
        if first is not None:
            oldest.append(instants.read(first))
            if oldest[-1] <= now - OVERDUE:
                overdue += tx.all(_DUE, (lane, kind, below, instants.text(now - OVERDUE)))[0][0]
    return Due(lane, kind, count, overdue, min(oldest, default=None))


def dead_jobs(tx: Tx) -> int:
    count: int = tx.all(_DEAD)[0][0]
    return count


def deliveries(tx: Tx) -> list[UnderWay]:
    """What is not sent yet or never will be, by channel and state; nothing is said about what was sent."""
    counts: dict[tuple[str, str], int] = {}
    for state, statement in _DELIVERIES.items():
        for destination, count in tx.all(statement):
            key = (destination.partition(":")[0], state)
            counts[key] = counts.get(key, 0) + count
    return [UnderWay(*key, count) for key, count in sorted(counts.items())]
