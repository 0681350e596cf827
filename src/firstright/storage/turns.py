"""The decision turn: whose batch it is, at which instant, under which policy and roster. It is the only lock there is."""

from datetime import datetime, timedelta
from typing import NamedTuple

from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

_LAST = Statement("SELECT at FROM turn WHERE id = 1")
_RETURNING = "RETURNING n, previous_node, at, policy_version, roster_version"
_TAKE = Statement(
    f"UPDATE turn SET n = n + 1, previous_node = node, node = ?, at = ? WHERE id = 1 AND at < ? {_RETURNING}",
    postgresql=f"""UPDATE turn SET n = n + 1, previous_node = node, node = %s,
       at = greatest(at + interval '1 microsecond', coalesce(%s::timestamptz, clock_timestamp()))
       WHERE id = 1 {_RETURNING}""",
)
_PEEK = Statement("SELECT n, node, at, policy_version, roster_version FROM turn WHERE id = 1")
_STEP = timedelta(microseconds=1)


class Turn(NamedTuple):
    n: int
    previous_node: str  # who had the turn before: its memory of the standing is the exact one
    now: datetime  # as_of for everything in this batch, later than that of every turn before
    policy_version: int
    roster_version: int


def take(tx: Tx, node: str, now: datetime | None) -> Turn:
    """The next turn; the row stays locked until the transaction ends.

    `now` is needed on SQLite; on PostgreSQL None asks the server's clock. A clock that stands still or went back gives
    the instant one microsecond after the last turn's.
    """
    if tx.dialect == "postgresql":
        row = tx.all(_TAKE, (node, None if now is None else instants.text(now)))[0]
    else:
        if now is None:
            raise ValueError("SQLite has no clock of its own: the caller supplies now")
        row = _taken(tx, node, instants.text(now))
    return Turn(row[0], row[1], instants.read(row[2]), row[3], row[4])


def _taken(tx: Tx, node: str, at: str) -> Row:
    """On SQLite."""
    rows = tx.all(_TAKE, (node, at, at))
    if not rows:  # the clock stands still, or went back
        after = instants.text(instants.read(tx.all(_LAST)[0][0]) + _STEP)
        rows = tx.all(_TAKE, (node, after, after))
    return rows[0]


def peek(tx: Tx) -> Turn:
    """Where the turn stands, without taking it; `previous_node` is who took it last."""
    row = tx.all(_PEEK)[0]
    return Turn(row[0], row[1], instants.read(row[2]), row[3], row[4])
