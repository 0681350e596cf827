"""Sequences under way and the notes of what became of their steps. When a step is due and what it does, the desk says."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.storage import instants
from firstright.storage.bulk import insert_into
from firstright.storage.schema.outreach import enrolment, outreach_note
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

NONE_YET = 50  # enrolments of one lead that are shown

_COLUMNS = ", ".join(enrolment.columns.keys())
_NOTE_COLUMNS = ", ".join(outreach_note.columns.keys())
_ADD = insert_into(enrolment)
_NOTE = insert_into(outreach_note)
_RUNNING = Statement(f"SELECT {_COLUMNS} FROM enrolment WHERE lead_id = ? AND state = 'running'")
_OF_PERSON = Statement(f"SELECT {_COLUMNS} FROM enrolment WHERE person_id = ? AND state = 'running'")
_OF_LEAD = Statement(
    f"SELECT {_COLUMNS} FROM enrolment WHERE lead_id = ? ORDER BY started_at DESC, id DESC LIMIT ?"
)
_NOTES = Statement(f"SELECT {_NOTE_COLUMNS} FROM outreach_note WHERE lead_id = ? ORDER BY at, id")
_WAITS = Statement(
    """UPDATE enrolment SET step = ?, due_at = ?, code = ?, datum = ?, epoch = ?
       WHERE id = ? AND state = 'running'"""
)
_END = Statement(
    """UPDATE enrolment SET state = ?, reason = ?, ended_at = ?, due_at = NULL, code = '', datum = ''
       WHERE id = ? AND state = 'running'"""
)
_CARRIED = Statement("UPDATE enrolment SET epoch = ? WHERE id = ?")
_REOPENED = Statement(
    "UPDATE enrolment SET state = 'running', reason = '', ended_at = NULL WHERE id = ? AND state = 'finished'"
)
_FORGET = Statement(
    """UPDATE job SET state = 'cancelled', lease_until = NULL
       WHERE lead_id = ? AND kind = 'step' AND state = 'ready'"""
)
_UNSENT = "lead_id = ? AND event = 'lead.step' AND state IN ('behind', 'ready')"
# One that is leased is ours no more, so that its attempt is not made: postman asks before each.
_WITHDRAW = Statement(
    f"""UPDATE delivery SET state = 'cancelled', last_error = ?, lease_token = '', lease_until = NULL
       WHERE {_UNSENT} RETURNING id""",
)
_WITHDRAW_LEASED = Statement(
    """UPDATE delivery SET state = 'cancelled', last_error = ?, lease_token = '', lease_until = NULL
       WHERE lead_id = ? AND event = 'lead.step' AND state = 'leased'"""
)
_UNSAY = Statement(
    "UPDATE outreach_note SET what = 'withdrawn' WHERE lead_id = ? AND delivery_id = ? AND what = 'sent'"
)
_FAILED = Statement(
    "UPDATE outreach_note SET what = 'failed', datum = ? WHERE lead_id = ? AND delivery_id = ? AND what = 'sent'"
)
_UNSURE = Statement(
    "UPDATE outreach_note SET code = ? WHERE lead_id = ? AND delivery_id = ? AND what = 'sent' AND code = ''"
)
_SAID = Statement(
    "UPDATE outreach_note SET what = 'sent', datum = '' WHERE lead_id = ? AND delivery_id = ? AND what = 'failed'"
)
_KINDS = Statement("SELECT DISTINCT kind FROM engagement WHERE lead_id = ? AND at >= ?")
_COUNTS = Statement(
    "SELECT sequence, state, step, reason, count(*) FROM enrolment GROUP BY sequence, state, step, reason"
)
_TEMPLATES = Statement(
    """SELECT n.template, count(*), count(CASE WHEN e.reason IN ('reply', 'booked', 'enquiry') THEN 1 END)
       FROM outreach_note AS n JOIN enrolment AS e ON e.id = n.enrolment_id
       WHERE n.what = 'sent' AND n.at >= ? GROUP BY n.template ORDER BY n.template"""
)


class Enrolment(msgspec.Struct):
    id: str
    lead_id: str
    person_id: str
    epoch: int
    sequence: str
    state: str  # running | finished | stopped
    reason: str
    step: int  # the next one, from 0
    due_at: datetime | None
    code: str  # why that waits
    datum: str
    started_by: str
    started_at: datetime
    ended_at: datetime | None = None


class Note(msgspec.Struct):
    id: str
    lead_id: str
    person_id: str
    enrolment_id: str | None
    delivery_id: str | None
    sequence: str
    step: int
    what: str
    channel: str
    template: str
    rep_id: str
    code: str
    datum: str
    at: datetime


class Count(NamedTuple):
    sequence: str
    state: str
    step: int
    reason: str
    number: int


class Fared(NamedTuple):
    """How often a template was sent, and how many of those sequences ended with an answer."""

    template: str
    sent: int
    answered: int


def add(tx: Tx, row: Enrolment) -> None:
    tx.run(_ADD, _values(row))


def note(tx: Tx, row: Note) -> None:
    tx.run(_NOTE, _values(row))


def running(tx: Tx, lead_id: str) -> Enrolment | None:
    """The sequence a lead is in."""
    row = tx.one(_RUNNING, (lead_id,))
    return None if row is None else _enrolment(row)


def running_of_person(tx: Tx, person: str) -> list[Enrolment]:
    return [_enrolment(row) for row in tx.all(_OF_PERSON, (person,))]


def of_lead(tx: Tx, lead_id: str) -> list[Enrolment]:
    """Newest first."""
    return [_enrolment(row) for row in tx.all(_OF_LEAD, (lead_id, NONE_YET))]


def notes(tx: Tx, lead_id: str) -> list[Note]:
    """Oldest first."""
    return [_read_note(row) for row in tx.all(_NOTES, (lead_id,))]


def wait(tx: Tx, row: Enrolment) -> None:
    """Its next step, when that is tried, why it waits, and with which holder."""
    due = None if row.due_at is None else instants.text(row.due_at)
    tx.run(_WAITS, (row.step, due, row.code, row.datum, row.epoch, row.id))


def end(tx: Tx, name: str, state: str, reason: str, at: datetime) -> None:
    tx.run(_END, (state, reason, instants.text(at), name))


def carry(tx: Tx, name: str, epoch: int) -> None:
    """Also one that is through: its last step may still be on the wire."""
    tx.run(_CARRIED, (epoch, name))


def reopen(tx: Tx, name: str) -> None:
    """It was through, but for what was not sent after all."""
    tx.run(_REOPENED, (name,))


def forget_steps(tx: Tx, leads: Iterable[str]) -> None:
    tx.many(_FORGET, [(lead,) for lead in leads])


def withdraw(tx: Tx, lead_id: str, why: str, *, leased: bool) -> list[str]:
    """Steps that were not sent are not sent any more; their deliveries. `leased`: also those a worker has in hand."""
    gone = [str(name) for (name,) in tx.all(_WITHDRAW, (why, lead_id))]
    if leased:
        tx.run(_WITHDRAW_LEASED, (why, lead_id))
    unsay(tx, lead_id, gone)
    return gone


def unsay(tx: Tx, lead_id: str, deliveries: Iterable[str]) -> None:
    """What was noted as sent by these deliveries was not."""
    tx.many(_UNSAY, [(lead_id, name) for name in deliveries])


def failed(tx: Tx, lead_id: str, delivery: str, why: str) -> None:
    """What was noted as sent went nowhere in the end."""
    tx.run(_FAILED, (why, lead_id, delivery))


def unsure(tx: Tx, lead_id: str, delivery: str, code: str) -> bool:
    """Nobody knows whether this went out. It counts as sent wherever touches are counted; False where no step was it."""
    return tx.run(_UNSURE, (code, lead_id, delivery)) == 1


def sent_after_all(tx: Tx, lead_id: str, delivery: str) -> None:
    """What had failed was sent once more, by hand."""
    tx.run(_SAID, (lead_id, delivery))


def engaged_since(tx: Tx, lead_id: str, since: datetime) -> frozenset[str]:
    """Kinds of what the lead did."""
    return frozenset(kind for (kind,) in tx.all(_KINDS, (lead_id, instants.text(since))))


def counts(tx: Tx) -> list[Count]:
    return [Count(*row) for row in tx.all(_COUNTS)]


def templates(tx: Tx, since: datetime) -> list[Fared]:
    return [Fared(*row) for row in tx.all(_TEMPLATES, (instants.text(since),))]


def _values(row: Enrolment | Note) -> list[str | int | bytes | bool | None]:
    values = msgspec.structs.astuple(row)
    return [instants.text(v) if isinstance(v, datetime) else v for v in values]


def _enrolment(row: Row) -> Enrolment:
    found = Enrolment(*row)
    found.id, found.lead_id, found.person_id = str(row[0]), str(row[1]), str(row[2])
    found.due_at, found.ended_at = instants.read_maybe(row[8]), instants.read_maybe(row[13])
    found.started_at = instants.read(row[12])
    return found


def _read_note(row: Row) -> Note:
    found = Note(*row)
    found.id, found.lead_id, found.person_id = str(row[0]), str(row[1]), str(row[2])
    found.enrolment_id, found.delivery_id = _name(row[3]), _name(row[4])
    found.at = instants.read(row[13])
    return found


def _name(stored: object) -> str | None:
    return None if stored is None else str(stored)
