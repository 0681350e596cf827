"""Tasks: what somebody has to do for a lead, by when. Those of an action are written with their decision; here are those of a
person's own words, the lists, and putting off."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.core.glance import Glance
from firstright.core.identifiers import is_id
from firstright.core.lead import Fact
from firstright.storage import instants
from firstright.storage.inbox import glanced
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx


class Task(NamedTuple):
    """`said` are the words of who put it down; an action's task has none. `urgent` and `waited`: of its lead, whose first touch has
    waited since before its owner's day began."""

    id: str
    lead_id: str
    epoch: int
    rep: str
    action: str
    channel: str
    due_at: datetime
    state: str
    said: str
    put_off: int
    facts: dict[str, Fact]
    glance: Glance
    priority: int
    touched: bool
    arrived_at: datetime


class Place(NamedTuple):
    """Behind which task a page begins."""

    due: str
    task: str

    def text(self) -> str:
        return f"{self.due}.{self.task}"


_FIRST = "00000000-0000-0000-0000-000000000000"
BEGIN = Place(instants.text(datetime.fromisoformat("0001-01-01T00:00:00+00:00")), _FIRST)

_SELECT = """SELECT t.id, t.lead_id, t.epoch, t.rep_id, t.action, t.channel, t.due_at, t.state, o.said, o.put_off,
         l.facts, l.priority, l.touched, l.arrived_at
       FROM task AS t LEFT JOIN todo AS o ON o.task_id = t.id JOIN lead AS l ON l.id = t.lead_id"""
_OF_REP = Statement(f"{_SELECT} WHERE t.state = 'open' AND t.rep_id = ? ORDER BY t.due_at, t.id LIMIT ?")
_OPEN = Statement(f"{_SELECT} WHERE t.state = 'open' ORDER BY t.due_at, t.id LIMIT ?")
_BEHIND = "AND (t.due_at, t.id) > ({0}, {0}) ORDER BY t.due_at, t.id LIMIT {0}"
_THEIRS = "t.rep_id IN (SELECT value FROM json_each(?))"
_THEIRS_THERE = "t.rep_id IN (SELECT json_array_elements_text(%s::json))"
_PAGE = Statement(f"{_SELECT} WHERE t.state = 'open' {_BEHIND.format('?')}")
_PAGE_OF = Statement(
    f"{_SELECT} WHERE t.state = 'open' AND {_THEIRS} {_BEHIND.format('?')}",
    postgresql=f"{_SELECT} WHERE t.state = 'open' AND {_THEIRS_THERE} {_BEHIND.format('%s')}",
)
_HOW_MANY = "SELECT count(*), count(CASE WHEN t.due_at < {} THEN 1 END) FROM task AS t WHERE t.state = 'open'"
_COUNT = Statement(_HOW_MANY.format("?"))
_COUNT_OF = Statement(
    f"{_HOW_MANY.format('?')} AND {_THEIRS}",
    postgresql=f"{_HOW_MANY.format('%s')} AND {_THEIRS_THERE}",
)
_OF_LEAD = Statement(f"{_SELECT} WHERE t.lead_id = ? AND t.state = 'open' ORDER BY t.due_at, t.id")
_ONE = Statement(f"{_SELECT} WHERE t.id = ?")
_SAY = Statement(
    """INSERT INTO todo (task_id, said, given_by, given_at, put_off, person_id) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (task_id) DO UPDATE SET put_off = todo.put_off + 1"""
)
_PUT_OFF = Statement("UPDATE task SET due_at = ? WHERE id = ? AND state = 'open'")
_END = Statement("UPDATE task SET state = ? WHERE id = ? AND state = 'open'")
_WORDS = Statement(
    "SELECT task_id, said FROM todo WHERE task_id IN (SELECT value FROM json_each(?)) AND said <> ''",
    postgresql="""SELECT task_id, said FROM todo
       WHERE task_id IN (SELECT value::uuid FROM json_array_elements_text(%s::json)) AND said <> ''""",
)
_decode = msgspec.json.Decoder(dict[str, Fact]).decode
_encode = msgspec.json.Encoder().encode


def of_rep(tx: Tx, rep: str, limit: int) -> list[Task]:
    """Open ones, the first due first."""
    return [_read(row) for row in tx.all(_OF_REP, (rep, limit))]


def open_ones(tx: Tx, limit: int) -> list[Task]:
    return [_read(row) for row in tx.all(_OPEN, (limit,))]


def place_of(task: Task) -> Place:
    return Place(instants.text(task.due_at), task.id)


def read_place(text: str) -> Place:
    """ValueError for what no `Place.text` wrote."""
    due, _, task = text.rpartition(".")
    if not is_id(task) or not due:
        raise ValueError("this is no place in a list")
    return Place(instants.text(instants.read(due)), task)


def listed(tx: Tx, reps: Collection[str] | None, after: Place, limit: int) -> list[Task]:
    """Open ones of these reps, of everybody for None, the first due first."""
    if reps is None:
        return [_read(row) for row in tx.all(_PAGE, (*after, limit))]
    return [_read(row) for row in tx.all(_PAGE_OF, (_encode(sorted(reps)).decode(), *after, limit))]


def counts(tx: Tx, reps: Collection[str] | None, now: datetime) -> tuple[int, int]:
    """How many of them are open, and how many of those are late."""
    if reps is None:
        row = tx.all(_COUNT, (instants.text(now),))[0]
    else:
        row = tx.all(_COUNT_OF, (instants.text(now), _encode(sorted(reps)).decode()))[0]
    return int(row[0]), int(row[1])


def of_lead(tx: Tx, lead_id: str) -> list[Task]:
    return [_read(row) for row in tx.all(_OF_LEAD, (lead_id,))]


def one(tx: Tx, task_id: str) -> Task | None:
    row = tx.one(_ONE, (task_id,))
    return None if row is None else _read(row)


def say(tx: Tx, task_id: str, words: str, by: str, at: datetime, person: str, put_off: int = 0) -> None:
    """Notes the words of a task; of one that has a note already, that it was put off once more."""
    tx.run(_SAY, (task_id, words, by, instants.text(at), put_off, person or None))


def words(tx: Tx, ids: Sequence[str]) -> dict[str, str]:
    """What tasks say in somebody's own words, by id."""
    return dict(tx.all(_WORDS, (_encode(list(ids)).decode(),))) if ids else {}


def put_off(tx: Tx, task_id: str, due: datetime) -> bool:
    return tx.run(_PUT_OFF, (instants.text(due), task_id)) == 1


def end(tx: Tx, task_id: str, state: str) -> bool:
    return tx.run(_END, (state, task_id)) == 1


def _facts(text: str) -> dict[str, Fact]:
    with suppress(msgspec.DecodeError):  # whoever decides about that lead will say so
        return _decode(text)
    return {}


def _read(row: Row) -> Task:
    name, lead, epoch, rep, action, channel, due, state, said, put_off, facts, priority, touched, arrived = (
        row
    )
    return Task(
        str(name),
        str(lead),
        epoch,
        rep,
        action,
        channel,
        instants.read(due),
        state,
        said or "",
        put_off or 0,
        _facts(facts),
        glanced(facts),
        priority,
        bool(touched),
        instants.read(arrived),
    )
