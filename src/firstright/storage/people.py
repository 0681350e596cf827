"""Roster versions, and the current one as rows that reports and the console can join. Decisions read the document."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from firstright.core.roster import Document, Rep
from firstright.storage import instants
from firstright.storage.bulk import insert_into
from firstright.storage.schema import people as tables
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx, Value
from firstright.storage.versions import Version, Versions

_versions = Versions("roster_version", "roster_version")

publish = _versions.publish
current = _versions.current
load = _versions.load
history = _versions.history
one = _versions.one

_CLEAR = tuple(
    Statement(f"DELETE FROM {name}") for name in ("absence", "membership", "calendar", "pool", "rep")
)
_REP, _POOL, _MEMBERSHIP, _CALENDAR, _ABSENCE = (
    insert_into(table)
    for table in (tables.rep, tables.pool, tables.membership, tables.calendar, tables.absence)
)
_OF_REP = (
    Statement("DELETE FROM absence WHERE rep_id = ?"),
    Statement("DELETE FROM membership WHERE rep_id = ?"),
)
_CHANGE = Statement("UPDATE rep SET left_at = ?, paused_until = ?, place = ? WHERE id = ?")
_POOLS = Statement("SELECT id FROM pool")
_encode = msgspec.json.Encoder().encode


def materialise(tx: Tx, document: Document) -> None:
    """Replaces the rows of reps, pools, memberships, calendars and absences by those of this document."""
    for statement in _CLEAR:
        tx.run(statement)
    tx.many(_REP, [_rep_row(place, rep) for place, rep in enumerate(document.reps)])
    pools = dict.fromkeys(m.pool for rep in document.reps for m in rep.memberships)
    tx.many(_POOL, [(pool, place) for place, pool in enumerate(pools)])
    tx.many(_MEMBERSHIP, _membership_rows(document.reps))
    tx.many(_CALENDAR, [(c.id, c.zone, _encode(c).decode()) for c in document.calendars])
    tx.many(_ABSENCE, _absence_rows(document.reps))


def change(tx: Tx, document: Document, rep: Rep) -> None:
    """The rows of this one rep, the only thing in which a published document differs from the one before."""
    place = next(place for place, each in enumerate(document.reps) if each.id == rep.id)
    for statement in _OF_REP:
        tx.run(statement, (rep.id,))
    tx.run(_CHANGE, (_maybe(rep.left), _maybe(rep.paused_until), place, rep.id))
    pools = dict.fromkeys(m.pool for each in document.reps for m in each.memberships)
    known = {pool for (pool,) in tx.all(_POOLS)}
    tx.many(_POOL, [(pool, at) for at, pool in enumerate(pools) if pool not in known])
    tx.many(_MEMBERSHIP, _membership_rows([rep]))
    tx.many(_ABSENCE, _absence_rows([rep]))


def _membership_rows(reps: Iterable[Rep]) -> list[tuple[Value, ...]]:
    """One for each place, also where a text says a pool twice."""
    rows = {
        (m.pool, rep.id): (m.weight, _maybe(m.joined), _maybe(m.left))
        for rep in reps
        for m in rep.memberships
    }
    return [(*key, *rest) for key, rest in rows.items()]


def _absence_rows(reps: Iterable[Rep]) -> list[tuple[Value, ...]]:
    rows = {
        (rep.id, instants.text(a.starts)): (instants.text(a.ends), a.type, a.backup)
        for rep in reps
        for a in rep.absences
    }
    return [(*key, *rest) for key, rest in rows.items()]


def _rep_row(place: int, rep: Rep) -> tuple[Value, ...]:
    return (
        rep.id,
        rep.name,
        rep.email,
        rep.active,
        rep.calendar,
        rep.manager,
        rep.capacity,
        _encode(rep.languages).decode(),
        _encode(rep.skills).decode(),
        _maybe(rep.left),
        _maybe(rep.paused_until),
        place,
    )


def _maybe(instant: datetime | None) -> str | None:
    return None if instant is None else instants.text(instant)


__all__ = ["Version", "change", "current", "history", "load", "materialise", "one", "publish"]
