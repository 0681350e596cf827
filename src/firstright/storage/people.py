"""Roster versions, and the current one as rows that reports and the console can join. Decisions read the document."""

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
_PAUSE = Statement("UPDATE rep SET paused_until = ? WHERE id = ?")
_encode = msgspec.json.Encoder().encode


def materialise(tx: Tx, document: Document) -> None:
    """Replaces the rows of reps, pools, memberships, calendars and absences by those of this document."""
    for statement in _CLEAR:
        tx.run(statement)
    tx.many(_REP, [_rep_row(place, rep) for place, rep in enumerate(document.reps)])
    pools = dict.fromkeys(m.pool for rep in document.reps for m in rep.memberships)
    tx.many(_POOL, [(pool, place) for place, pool in enumerate(pools)])
    members = {
        (m.pool, rep.id): (m.weight, _maybe(m.joined), _maybe(m.left))
        for rep in document.reps
        for m in rep.memberships
    }
    tx.many(_MEMBERSHIP, [(*key, *rest) for key, rest in members.items()])
    tx.many(_CALENDAR, [(c.id, c.zone, _encode(c).decode()) for c in document.calendars])
    absences = {
        (rep.id, instants.text(a.starts)): (instants.text(a.ends), a.type, a.backup)
        for rep in document.reps
        for a in rep.absences
    }
    tx.many(_ABSENCE, [(*key, *rest) for key, rest in absences.items()])


def pause(tx: Tx, rep: str, until: datetime) -> None:
    """The one thing in which a published document differs from the one before."""
    tx.run(_PAUSE, (instants.text(until), rep))


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


__all__ = ["Version", "current", "history", "load", "materialise", "one", "pause", "publish"]
