"""Lists of deliveries as people who look after them see them: given up, on their way, ended. A page at a time, without content.

What is dead or on its way is read from the partial index of its state. What has ended has none: it only grows, so a page of
it looks at so many deliveries and no further, and says from where to go on. Nothing is changed here.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx, Value

FIRST_ID = "00000000-0000-0000-0000-000000000000"
LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"
LOOKED_AT = 5_000  # deliveries that a page of what has ended looks at
EARLY = datetime(1, 1, 1, tzinfo=UTC)


class Sending(NamedTuple):
    """One delivery. `last_error` may quote the receiver: it is text, and nothing more."""

    id: str
    lead_id: str | None
    destination: str
    event: str
    template: str
    state: str
    created_at: datetime | None
    due_at: datetime
    sent_at: datetime | None
    attempts: int
    last_status: int
    last_error: str


class Ended(NamedTuple):
    """`further` is from where to look on when the page is not full and there is more to look at; empty at the end."""

    rows: list[Sending]
    further: str


_COLUMNS = """d.id, d.lead_id, d.destination, d.event, d.template, d.state, d.created_at, d.due_at, d.sent_at, d.attempts,
       d.last_status, d.last_error"""
# "email" stands for email:kim and everybody else's, too.
_TO = "AND (destination = ? OR channel = ?)"
# With the bare id PostgreSQL and SQLite would rather walk all deliveries there ever were than sort a few hundred dead ones.
_DEAD = """SELECT id FROM delivery WHERE state = 'dead' {to} AND (id || '') < ? ORDER BY (id || '') DESC LIMIT ?"""
_WAITING = """SELECT id FROM ({each}) AS waiting WHERE (due_at, id) > (?, ?) ORDER BY due_at, id LIMIT ?"""
_WAITS = "SELECT id, due_at FROM delivery WHERE state = '{state}' {to}"
_ENDED = f"""SELECT id FROM (
         SELECT id, state, destination, channel FROM delivery WHERE id < ? ORDER BY id DESC LIMIT {LOOKED_AT}) AS looked
       WHERE state IN ('sent', 'cancelled') {{to}} ORDER BY id DESC LIMIT ?"""


def _listed(ids: str, order: str) -> dict[bool, Statement]:
    """By whether one destination is asked for."""

    def statement(to: str) -> Statement:
        each = " UNION ALL ".join(_WAITS.format(state=s, to=to) for s in ("ready", "leased", "behind"))
        chosen = ids.format(to=to, each=each)
        return Statement(f"SELECT {_COLUMNS} FROM ({chosen}) AS k JOIN delivery AS d ON d.id = k.id {order}")

    return {False: statement(""), True: statement(_TO)}


_DEAD_LIST = _listed(_DEAD, "ORDER BY d.id DESC")
_WAITING_LIST = _listed(_WAITING, "ORDER BY d.due_at, d.id")
_ENDED_LIST = _listed(_ENDED, "ORDER BY d.id DESC")
_LOOKED_AT = Statement(
    f"SELECT id FROM delivery WHERE id < ? ORDER BY id DESC LIMIT 1 OFFSET {LOOKED_AT - 1}"
)
_SWITCHED = Statement(
    """SELECT at FROM audit WHERE subject_kind = 'destination' AND subject_id = ? AND action = 'switch-destination'
       ORDER BY id DESC LIMIT 1"""
)


def dead(tx: Tx, destination: str = "", before: str = LAST_ID, limit: int = 50) -> list[Sending]:
    """What was decided last comes first; `before` is the last id of the page before. No destination: of all."""
    rows = tx.all(_DEAD_LIST[bool(destination)], (*_to(destination), before, limit))
    return list(map(_read, rows))


def waiting(
    tx: Tx, destination: str = "", after: tuple[datetime, str] = (EARLY, FIRST_ID), limit: int = 50
) -> list[Sending]:
    """What is due first comes first; `after` is when the last of the page before is due, and its id."""
    at, name = after
    rows = tx.all(_WAITING_LIST[bool(destination)], (*3 * _to(destination), instants.text(at), name, limit))
    return list(map(_read, rows))


def ended(tx: Tx, destination: str = "", before: str = LAST_ID, limit: int = 50) -> Ended:
    """What was sent or withdrawn, what was decided last first."""
    rows = tx.all(_ENDED_LIST[bool(destination)], (before, *_to(destination), limit))
    last = tx.one(_LOOKED_AT, (before,)) if len(rows) < limit else None
    return Ended(list(map(_read, rows)), last[0] if last else "")


def switched_at(tx: Tx, destination: str) -> datetime | None:
    """When a destination was last switched on or off; None when it never was."""
    row = tx.one(_SWITCHED, (destination,))
    return instants.read(row[0]) if row else None


def _to(destination: str) -> tuple[Value, ...]:
    return (destination, destination) if destination else ()


def _read(row: Row) -> Sending:
    name, lead, to, event, template, state, created, due, sent, attempts, status, error = row
    return Sending(
        name,
        lead,
        to,
        event,
        template,
        state,
        instants.read_maybe(created),
        instants.read(due),
        instants.read_maybe(sent),
        attempts,
        status,
        error,
    )
