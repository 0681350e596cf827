"""Files on their way in: which file, how far it got, and one outcome for each of its records. It reads no file."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

_COLUMNS = "id, name, source, total, state, started_at, ended_at"
_FIND = Statement(f"SELECT {_COLUMNS} FROM import WHERE file_hash = ? AND map_hash = ?")
_ADD = Statement(
    """INSERT INTO import (id, file_hash, map_hash, name, source, total, state, counters, as_of, actor, started_at,
       ended_at) VALUES (?, ?, ?, ?, ?, ?, 'running', '{}', ?, ?, ?, NULL)"""
)
_TAKEN = Statement("SELECT line FROM import_record WHERE import_id = ?")
_COUNTED = Statement("SELECT outcome, count(*) FROM import_record WHERE import_id = ? GROUP BY outcome")
_RECORD = Statement(
    """INSERT INTO import_record (import_id, line, outcome, lead_id, person_id, problems) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (import_id, line) DO NOTHING"""
)
_END = Statement("UPDATE import SET state = ?, counters = ?, total = ?, ended_at = ? WHERE id = ?")
_TROUBLED = Statement(
    """SELECT line, outcome, problems FROM import_record WHERE import_id = ? AND problems <> '[]'
       ORDER BY line LIMIT ?"""
)
_encode = msgspec.json.Encoder(order="deterministic").encode


class Import(NamedTuple):
    """One file under one map. The same file with the same map is the same import, whoever brings it."""

    id: str
    name: str
    source: str
    total: int
    state: str  # running | done | stopped | failed
    started_at: datetime
    ended_at: datetime | None


def find(tx: Tx, file_hash: str, map_hash: str) -> Import | None:
    row = tx.one(_FIND, (file_hash, map_hash))
    return (
        None if row is None else Import._make((*row[:5], instants.read(row[5]), instants.read_maybe(row[6])))
    )


def add(
    tx: Tx,
    import_id: str,
    file_hash: str,
    map_hash: str,
    *,
    name: str,
    source: str,
    as_of: datetime | None,
    actor: str,
    now: datetime,
) -> None:
    pinned = None if as_of is None else instants.text(as_of)
    tx.run(_ADD, (import_id, file_hash, map_hash, name, source, 0, pinned, actor, instants.text(now)))


def taken(tx: Tx, import_id: str) -> set[int]:
    """The records that have their outcome. History is taken in order of arrival: the last one says nothing of the others."""
    return {line for (line,) in tx.all(_TAKEN, (import_id,))}


def record(
    tx: Tx, import_id: str, line: int, outcome: str, lead_id: str | None, person_id: str | None, problems: str
) -> None:
    """One record's outcome; a record that has one keeps it."""
    tx.run(_RECORD, (import_id, line, outcome, lead_id, person_id, problems))


def counted(tx: Tx, import_id: str) -> dict[str, int]:
    return dict(tx.all(_COUNTED, (import_id,)))


def troubled(tx: Tx, import_id: str, limit: int = 1000) -> list[tuple[int, str, str]]:
    """(record, outcome, problems as JSON) of records with problems, in file order."""
    return [(line, outcome, problems) for line, outcome, problems in tx.all(_TROUBLED, (import_id, limit))]


def end(tx: Tx, import_id: str, state: str, now: datetime) -> dict[str, int]:
    """done, stopped or failed; the counts it ends with."""
    counts = counted(tx, import_id)
    tx.run(_END, (state, _encode(counts).decode(), sum(counts.values()), instants.text(now), import_id))
    return counts
