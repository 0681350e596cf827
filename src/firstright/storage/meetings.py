"""Meetings: written under the turn as they are booked, moved and ended; read by lead, by rep and by time, with the
appointments of reps' own calendars. It judges nothing."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.core.identifiers import is_id
from firstright.core.meetings import Span, appointment
from firstright.storage import instants
from firstright.storage.bulk import insert_into
from firstright.storage.schema.meetings import busy
from firstright.storage.schema.meetings import meeting as table
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx, Value


class MeetingRow(msgspec.Struct):
    """`since_at` and `until_at` hold what is kept free around it; `was` is the status its lead had before."""

    id: str
    lead_id: str
    person_id: str | None
    type: str
    rep_id: str
    starts_at: datetime
    ends_at: datetime
    since_at: datetime
    until_at: datetime
    state: str  # core.meetings.STATES
    sequence: int
    pool: str
    zone: str
    was: str
    epoch: int
    booked_at: datetime
    booked_by: str
    changed_at: datetime
    changed_by: str
    reason: str = ""
    decision_id: str | None = None
    answer: str = ""  # accepted | declined | tentative, to the invitation of its time of now
    answered_at: datetime | None = None

    def is_ahead(self, now: datetime) -> bool:
        """Whether it is booked and not over."""
        return self.state == "booked" and self.ends_at > now

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at, self.since_at, self.until_at)


_FIRST = "00000000-0000-0000-0000-000000000000"


class Place(NamedTuple):
    """Behind which meeting a page begins."""

    starts: str
    meeting: str

    def text(self) -> str:
        return f"{self.starts}.{self.meeting}"


class Figures(msgspec.Struct, frozen=True):
    """Of meetings that were to begin in a period, by the rep they were with."""

    rep: str
    booked: int  # still to be held, or nobody has said what became of them
    held: int
    no_show: int
    cancelled: int


_COLUMNS = ", ".join(MeetingRow.__struct_fields__)
_AT = frozenset(name for name in MeetingRow.__struct_fields__ if name.endswith("_at"))
_ADD = insert_into(table)
_SAVE = Statement(
    """UPDATE meeting SET lead_id = ?, person_id = ?, rep_id = ?, starts_at = ?, ends_at = ?, since_at = ?, until_at = ?, state = ?, sequence = ?,
       zone = ?, was = ?, epoch = ?, changed_at = ?, changed_by = ?, reason = ?,
       answer = ?, answered_at = ? WHERE id = ?"""
)
_ONE = Statement(f"SELECT {_COLUMNS} FROM meeting WHERE id = ?")
_OF_LEAD = Statement(f"SELECT {_COLUMNS} FROM meeting WHERE lead_id = ? ORDER BY starts_at, id")
# More than a day around: what is kept free before or after a meeting is a few hours at most.
_OF_REP = Statement(
    f"""SELECT {_COLUMNS} FROM meeting WHERE state = 'booked' AND rep_id = ? AND until_at > ? AND since_at < ?
       ORDER BY starts_at"""
)
_BUSY = Statement(
    """SELECT b.rep_id, b.starts_at, b.ends_at FROM json_each(?) AS i CROSS JOIN busy AS b ON b.rep_id = i.value
       WHERE b.ends_at > ? AND b.starts_at < ? ORDER BY b.rep_id, b.starts_at, b.ends_at""",
    postgresql="""SELECT b.rep_id, b.starts_at, b.ends_at
       FROM json_array_elements_text(%s::json) AS i JOIN busy AS b ON b.rep_id = i.value
       WHERE b.ends_at > %s AND b.starts_at < %s ORDER BY b.rep_id, b.starts_at, b.ends_at""",
)
_FORGET_BUSY = Statement("DELETE FROM busy WHERE rep_id = ?")
_ADD_BUSY = insert_into(busy)
_IN_PERIOD = "starts_at < {0} AND (starts_at, id) > ({0}, {0}) ORDER BY starts_at, id LIMIT {0}"
_BETWEEN = Statement(f"SELECT {_COLUMNS} FROM meeting WHERE starts_at >= ? AND {_IN_PERIOD.format('?')}")
_BETWEEN_OF = Statement(
    f"SELECT {_COLUMNS} FROM meeting WHERE rep_id = ? AND starts_at >= ? AND {_IN_PERIOD.format('?')}"
)
_THEIRS = "rep_id IN (SELECT value FROM json_each(?))"
_THEIRS_THERE = "rep_id IN (SELECT json_array_elements_text(%s::json))"
_LIVE = (
    "state = 'booked' AND starts_at < {0} AND (starts_at, id) > ({0}, {0}) ORDER BY starts_at, id LIMIT {0}"
)
_ALL_LIVE = Statement(f"SELECT {_COLUMNS} FROM meeting WHERE {_LIVE.format('?')}")
_LIVE_OF = Statement(
    f"SELECT {_COLUMNS} FROM meeting WHERE {_THEIRS} AND {_LIVE.format('?')}",
    postgresql=f"SELECT {_COLUMNS} FROM meeting WHERE {_THEIRS_THERE} AND {_LIVE.format('%s')}",
)
_FIGURES = Statement(
    """SELECT rep_id, sum(CASE WHEN state = 'booked' THEN 1 ELSE 0 END), sum(CASE WHEN state = 'held' THEN 1 ELSE 0 END),
         sum(CASE WHEN state = 'no-show' THEN 1 ELSE 0 END), sum(CASE WHEN state = 'cancelled' THEN 1 ELSE 0 END)
       FROM meeting WHERE starts_at >= ? AND starts_at < ? GROUP BY rep_id ORDER BY rep_id"""
)
_FORGET = Statement(
    "UPDATE job SET state = 'cancelled' WHERE kind = 'remind' AND lead_id = ? AND ref_id = ? AND state = 'ready'"
)
_MET_BY = Statement(
    """SELECT lead_id, rep_id FROM meeting WHERE lead_id IN (SELECT value FROM json_each(?)) AND state = 'booked'
       AND ends_at > ? ORDER BY starts_at, id""",
    postgresql="""SELECT lead_id, rep_id FROM meeting WHERE state = 'booked'
       AND lead_id IN (SELECT value::uuid FROM json_array_elements_text(%s::json)) AND ends_at > %s ORDER BY starts_at, id""",
)
_BOOKED_FOR = Statement(
    "SELECT m.id, d.lead_id FROM meeting AS m JOIN decision AS d ON d.id = m.decision_id WHERE m.lead_id = ?"
)
_SECRET = Statement("SELECT secret FROM link_key WHERE name = 'booking'")


def since(at: datetime) -> Place:
    """Before all that begin at that moment."""
    return Place(instants.text(at), _FIRST)


def place_of(row: MeetingRow) -> Place:
    return Place(instants.text(row.starts_at), row.id)


def read_place(text: str) -> Place:
    """ValueError for what no `Place.text` wrote."""
    starts, _, meeting = text.rpartition(".")
    if not is_id(meeting) or not starts:
        raise ValueError("this is no place in a list")
    return Place(instants.text(instants.read(starts)), meeting)


def add(tx: Tx, row: MeetingRow) -> None:
    """At once, so that whoever is next in the same turn sees it."""
    tx.run(_ADD, [_value(value) for value in msgspec.structs.astuple(row)])


def save(tx: Tx, row: MeetingRow) -> None:
    whose = (row.lead_id, row.person_id, row.rep_id)
    values = (*whose, row.starts_at, row.ends_at, row.since_at, row.until_at, row.state, row.sequence)
    last = (
        row.zone,
        row.was,
        row.epoch,
        row.changed_at,
        row.changed_by,
        row.reason,
        row.answer,
        row.answered_at,
        row.id,
    )
    tx.run(_SAVE, [_value(value) for value in (*values, *last)])


def one(tx: Tx, id: str) -> MeetingRow | None:
    row = tx.one(_ONE, (id,))
    return None if row is None else _read(row)


def of_lead(tx: Tx, lead_id: str) -> list[MeetingRow]:
    """All there ever were, by when they begin."""
    return [_read(row) for row in tx.all(_OF_LEAD, (lead_id,))]


def booked_for(tx: Tx, lead_id: str) -> dict[str, str]:
    """Of the meetings of a lead, for which lead each was booked: another one where they are one since. One whose decision is
    gone is left out."""
    return {str(meeting): str(lead) for meeting, lead in tx.all(_BOOKED_FOR, (lead_id,))}


def next_of(tx: Tx, lead_id: str, now: datetime) -> MeetingRow | None:
    """The live one that is not over; else None."""
    live = [row for row in of_lead(tx, lead_id) if row.is_ahead(now)]
    return live[0] if live else None


def met_by(tx: Tx, lead_ids: Collection[str], now: datetime) -> dict[str, str]:
    """The rep of the next live meeting of each lead that has one."""
    given = msgspec.json.encode(sorted(lead_ids)).decode()
    rows = tx.all(_MET_BY, (given, instants.text(now)))
    return {str(lead): str(rep) for lead, rep in reversed(rows)}


def days(
    tx: Tx, reps: Collection[str], since: datetime, until: datetime, *, but: str = ""
) -> dict[str, tuple[Span, ...]]:
    """Live meetings and appointments by rep that touch [since, until), as the slots see them; all but the one that is to be moved."""
    own = appointments(tx, reps, since, until)
    return {
        rep: (*(row.span for row in _of_rep(tx, rep, since, until) if row.id != but), *own.get(rep, ()))
        for rep in reps
    }


def appointments(tx: Tx, reps: Collection[str], since: datetime, until: datetime) -> dict[str, list[Span]]:
    """What their own calendars say they have in [since, until), by start; reps who have none are left out."""
    found: dict[str, list[Span]] = {}
    if reps:
        names = msgspec.json.encode(sorted(reps)).decode()
        for rep, starts, ends in tx.all(_BUSY, (names, instants.text(since), instants.text(until))):
            found.setdefault(str(rep), []).append(appointment(instants.read(starts), instants.read(ends)))
    return found


def set_appointments(tx: Tx, rep: str, spans: Iterable[tuple[datetime, datetime]]) -> None:
    """Instead of all there were of this rep."""
    tx.run(_FORGET_BUSY, (rep,))
    tx.many(
        _ADD_BUSY, [(rep, instants.text(starts), instants.text(ends)) for starts, ends in sorted(set(spans))]
    )


def agenda(tx: Tx, rep: str, since: datetime, until: datetime) -> list[MeetingRow]:
    return _of_rep(tx, rep, since, until)


def between(
    tx: Tx, since: datetime, until: datetime, limit: int, *, rep: str = "", after: Place | None = None
) -> list[MeetingRow]:
    """Those that begin in [since, until), whatever became of them, of one rep where one is named, the first first, behind a place."""
    begin = instants.text(since)
    values = (begin, instants.text(until), *(after or Place(begin, _FIRST)), limit)
    found = tx.all(_BETWEEN_OF, (rep, *values)) if rep else tx.all(_BETWEEN, values)
    return [_read(row) for row in found]


def live(tx: Tx, reps: Collection[str] | None, after: Place, until: datetime, limit: int) -> list[MeetingRow]:
    """Booked ones of these reps, of everybody for None, that begin behind a place and before `until`, the first first."""
    values = (instants.text(until), *after, limit)
    if reps is None:
        return [_read(row) for row in tx.all(_ALL_LIVE, values)]
    whose = msgspec.json.encode(sorted(reps)).decode()
    return [_read(row) for row in tx.all(_LIVE_OF, (whose, *values))]


def figures(tx: Tx, since: datetime, until: datetime) -> list[Figures]:
    rows = tx.all(_FIGURES, (instants.text(since), instants.text(until)))
    return [Figures(row[0], *(int(number) for number in row[1:])) for row in rows]


def forget_reminders(tx: Tx, row: MeetingRow) -> None:
    """It is at another time now, or over: what was to remind of it does not."""
    tx.run(_FORGET, (row.lead_id, row.id))


def secret(tx: Tx) -> bytes:
    """What booking links are signed with: made once, by the migration."""
    row = tx.one(_SECRET)
    assert row is not None
    return str(row[0]).encode()


def _of_rep(tx: Tx, rep: str, since: datetime, until: datetime) -> list[MeetingRow]:
    return [_read(row) for row in tx.all(_OF_REP, (rep, instants.text(since), instants.text(until)))]


def _value(value: object) -> Value:
    if isinstance(value, datetime):
        return instants.text(value)
    assert value is None or isinstance(value, str | int)
    return value


def _read(row: Row) -> MeetingRow:
    values: Iterable[object] = (
        instants.read_maybe(value) if name in _AT else value
        for name, value in zip(MeetingRow.__struct_fields__, row, strict=True)
    )
    return MeetingRow(*values)  # type: ignore[arg-type]  # a stored row: in the order of the columns
