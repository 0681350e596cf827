"""Calendars that are read by URL: whose, from where, what came of the last look and when the next is. Addresses come and go sealed;
nothing here can open them."""

from datetime import datetime

import msgspec

from firstright.storage import instants
from firstright.storage.bulk import insert_into
from firstright.storage.schema.people import rep_feed as table
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx, Value


class FeedRow(msgspec.Struct):
    """`due_at` is the next look, and while one is under way its token: whoever looked records only while it is still that."""

    rep_id: str
    host: str  # what may be shown of the address: "https://calendar.example"
    sealed: bytes  # the whole address, sealed about `sealed_about(rep)`
    busy_over: int | None  # seconds
    set_at: datetime
    set_by: str
    due_at: datetime
    etag: str = ""
    modified: str = ""
    taken: str = ""  # hash of the bytes that were taken last, and of the absences they became
    taken_at: datetime | None = None
    read_at: datetime | None = None
    said: str = ""
    failures: int = 0
    problem: str = ""


_COLUMNS = ", ".join(FeedRow.__struct_fields__)
_ADD = insert_into(table)
_ALL = Statement(f"SELECT {_COLUMNS} FROM rep_feed ORDER BY rep_id")
_ONE = Statement(f"SELECT {_COLUMNS} FROM rep_feed WHERE rep_id = ?")
_DUE = Statement(f"SELECT {_COLUMNS} FROM rep_feed WHERE due_at <= ? ORDER BY due_at LIMIT ?")
_LEASE = Statement("UPDATE rep_feed SET due_at = ? WHERE rep_id = ?")
_LOOKED = Statement(
    """UPDATE rep_feed SET due_at = ?, etag = ?, modified = ?, taken = ?, taken_at = ?, read_at = ?, said = ?, failures = ?,
       problem = ? WHERE rep_id = ?"""
)
_REMOVE = Statement("DELETE FROM rep_feed WHERE rep_id = ?")


def load(tx: Tx) -> list[FeedRow]:
    """All of them, by rep."""
    return [_read(row) for row in tx.all(_ALL)]


def one(tx: Tx, rep: str) -> FeedRow | None:
    row = tx.one(_ONE, (rep,))
    return None if row is None else _read(row)


def due(tx: Tx, now: datetime, limit: int) -> list[FeedRow]:
    """Those whose turn it is, the one that has waited longest first."""
    return [_read(row) for row in tx.all(_DUE, (instants.text(now), limit))]


def put(tx: Tx, row: FeedRow) -> None:
    """Instead of the one this rep had."""
    tx.run(_REMOVE, (row.rep_id,))
    values: list[Value] = [
        instants.text(value) if isinstance(value, datetime) else value
        for value in msgspec.structs.astuple(row)
    ]
    tx.run(_ADD, values)


def lease(tx: Tx, rep: str, until: datetime) -> None:
    """Nobody else looks until then."""
    tx.run(_LEASE, (instants.text(until), rep))


def looked(tx: Tx, row: FeedRow) -> None:
    """Writes what came of a look, as the row has it now."""
    taken_at, read_at = (None if at is None else instants.text(at) for at in (row.taken_at, row.read_at))
    due_at = instants.text(row.due_at)
    came = (row.etag, row.modified, row.taken, taken_at, read_at, row.said, row.failures, row.problem)
    tx.run(_LOOKED, (due_at, *came, row.rep_id))


def remove(tx: Tx, rep: str) -> bool:
    return tx.run(_REMOVE, (rep,)) == 1


def sealed_about(rep: str) -> str:
    """What an address is sealed about: that of one rep's calendar cannot be put under another."""
    return f"feed:{rep}"


def _read(row: Row) -> FeedRow:
    rep, host, sealed, busy_over, set_at, set_by, due_at, etag, modified, taken, taken_at, read_at, *rest = (
        row
    )
    said, failures, problem = rest
    return FeedRow(
        rep,
        host,
        bytes(sealed),
        busy_over,
        instants.read(set_at),
        set_by,
        instants.read(due_at),
        etag,
        modified,
        taken,
        instants.read_maybe(taken_at),
        instants.read_maybe(read_at),
        said,
        failures,
        problem,
    )
