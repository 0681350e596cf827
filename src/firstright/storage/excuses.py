"""Misses: those of a span of time, and those that were excused or put right. Whether one may be is the desk's to say."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

MOST = 500  # misses of one look

_ADD = Statement(
    """INSERT INTO clock_excuse (clock_id, lead_id, reason, note, excused_by, excused_at, was_due_at, due_at, state, id)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
)
_OF_LEAD = Statement(
    """SELECT e.clock_id, e.lead_id, e.reason, e.note, e.excused_by, e.excused_at, e.was_due_at, e.due_at, e.state, e.id,
         c.clock FROM clock_excuse AS e JOIN clock AS c ON c.id = e.clock_id WHERE e.lead_id = ? ORDER BY e.id"""
)
_LATEST = Statement(
    """SELECT e.clock_id, e.lead_id, e.reason, e.note, e.excused_by, e.excused_at, e.was_due_at, e.due_at, e.state, e.id,
         c.clock FROM clock_excuse AS e JOIN clock AS c ON c.id = e.clock_id ORDER BY e.excused_at DESC, e.id DESC LIMIT ?"""
)
# The index of misses alone is asked: when each was noticed bounds the span, and a miss is noticed once it is due.
_MISSES = """SELECT c.id, c.lead_id, c.clock, c.calendar, c.due_at, c.missed_at, c.met_at, l.rule, l.holder_kind, l.holder_id,
         l.facts FROM clock AS c JOIN lead AS l ON l.id = c.lead_id
       WHERE c.state = 'missed' AND c.missed_at >= ? AND c.due_at >= ? AND c.due_at < ?"""
_LISTED = Statement(f"{_MISSES} ORDER BY c.missed_at, c.id LIMIT ?")
_LATEST_MISSES = Statement(
    """SELECT c.id, c.lead_id, c.clock, c.calendar, c.due_at, c.missed_at, c.met_at, l.rule, l.holder_kind, l.holder_id,
         l.facts FROM clock AS c JOIN lead AS l ON l.id = c.lead_id
       WHERE c.state = 'missed' AND c.missed_at >= ? ORDER BY c.missed_at DESC, c.id DESC LIMIT ?"""
)


class Excuse(NamedTuple):
    """`due` None: excused as it was. `decision` is what did so."""

    clock_id: str
    lead: str
    reason: str
    note: str
    by: str
    at: datetime
    was_due: datetime
    due: datetime | None
    state: str
    decision: str
    clock: str = ""


class Miss(msgspec.Struct, frozen=True):
    """A clock that was missed, and with whom its lead is now."""

    id: str
    lead: str
    clock: str
    calendar: str
    due: datetime
    missed_at: datetime
    met_at: datetime | None
    rule: str
    holder_kind: str
    holder: str
    facts: str


def add(tx: Tx, excuse: Excuse) -> None:
    due = instants.text(excuse.due) if excuse.due else None
    tx.run(
        _ADD,
        (
            *excuse[:5],
            instants.text(excuse.at),
            instants.text(excuse.was_due),
            due,
            excuse.state,
            excuse.decision,
        ),
    )


def of_lead(tx: Tx, lead_id: str) -> list[Excuse]:
    """The oldest first."""
    return [_excuse(row) for row in tx.all(_OF_LEAD, (lead_id,))]


def latest(tx: Tx, limit: int) -> list[Excuse]:
    """The newest first."""
    return [_excuse(row) for row in tx.all(_LATEST, (limit,))]


def misses(tx: Tx, since: datetime, until: datetime, limit: int = MOST) -> list[Miss]:
    """Clocks due in [since, until) that were missed and not excused, as they were noticed."""
    begins = instants.text(since)
    return [_miss(row) for row in tx.all(_LISTED, (begins, begins, instants.text(until), limit))]


def latest_misses(tx: Tx, since: datetime, limit: int) -> list[Miss]:
    """Noticed since an instant; the newest first."""
    return [_miss(row) for row in tx.all(_LATEST_MISSES, (instants.text(since), limit))]


def _excuse(row: Row) -> Excuse:
    at, was = instants.read(row[5]), instants.read(row[6])
    clock, lead, reason, note, by = row[:5]
    return Excuse(clock, lead, reason, note, by, at, was, instants.read_maybe(row[7]), *row[8:11])


def _miss(row: Row) -> Miss:
    due, noticed = instants.read(row[4]), instants.read(row[5])
    name, lead, clock, calendar = row[:4]
    return Miss(name, lead, clock, calendar, due, noticed, instants.read_maybe(row[6]), *row[7:11])
