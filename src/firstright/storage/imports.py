"""Files on their way in: which file, how far it got, and one outcome for each of its records. It reads no file."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.core.authority import Actor, Right
from firstright.core.identifiers import is_id
from firstright.storage import instants
from firstright.storage.bulk import Bulk, write_all
from firstright.storage.rows import RecordRow
from firstright.storage.schema import intake
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

_COLUMNS = "id, name, source, total, state, started_at, ended_at"
_FIND = Statement(f"SELECT {_COLUMNS} FROM import WHERE file_hash = ? AND map_hash = ?")
_ADD = Statement(
    """INSERT INTO import (id, file_hash, map_hash, name, source, total, state, counters, as_of, actor, started_at,
       ended_at) VALUES (?, ?, ?, ?, ?, ?, 'running', '{}', ?, ?, ?, NULL)"""
)
_TAKEN = Statement("SELECT line FROM import_record WHERE import_id = ? AND line > ? ORDER BY line LIMIT ?")
_COUNTED = Statement("SELECT outcome, count(*) FROM import_record WHERE import_id = ? GROUP BY outcome")
_RECORDS = Bulk(intake.import_record, RecordRow, "keep")
_END = Statement("UPDATE import SET state = ?, counters = ?, total = ?, ended_at = ? WHERE id = ?")
_TROUBLED = Statement(
    """SELECT line, outcome, problems FROM import_record WHERE import_id = ? AND line > ? AND problems <> '[]'
       ORDER BY line LIMIT ?"""
)
_AGAIN = Statement("UPDATE import SET state = 'running', ended_at = NULL WHERE id = ? AND state <> 'done'")
_MARK = Statement("UPDATE import SET counters = ?, total = ? WHERE id = ? AND state = 'running'")
_SHOWN = "id, name, source, total, state, started_at, ended_at, counters, actor, file_hash, map_hash"
_ONE = Statement(f"SELECT {_SHOWN} FROM import WHERE id = ?")
_LATEST = Statement(f"SELECT {_SHOWN} FROM import WHERE id < ? ORDER BY id DESC LIMIT ?")
_counts = msgspec.json.Decoder(dict[str, int]).decode
_PAGE = 20_000  # record numbers read at once
LAST = "ffffffff-ffff-ffff-ffff-ffffffffffff"  # behind every id
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


class Shown(NamedTuple):
    """An import as a list shows it. `counts` are by outcome; while it runs they and `total` are a second old at most."""

    id: str
    name: str
    source: str
    total: int  # records of the file; 0 while they are being counted
    state: str  # running | done | stopped | failed
    started_at: datetime
    ended_at: datetime | None
    counts: dict[str, int]
    actor: str
    file_hash: str
    map_hash: str

    @property
    def taken(self) -> int:
        return sum(self.counts.values())


def latest(tx: Tx, actor: Actor, *, before: str = LAST, limit: int = 50) -> list[Shown]:
    """Imports, newest first, from behind `before` on."""
    if not actor.may(Right.SEE_SOURCES):
        return []
    return [_shown(row) for row in tx.all(_LATEST, (before, limit))]


def shown(tx: Tx, actor: Actor, import_id: str) -> Shown | None:
    return one(tx, import_id) if actor.may(Right.SEE_SOURCES) else None


def one(tx: Tx, import_id: str) -> Shown | None:
    """For the machinery, which asks for nobody."""
    row = tx.one(_ONE, (import_id,)) if is_id(import_id) else None
    return None if row is None else _shown(row)


def _shown(row: Row) -> Shown:
    times = instants.read(row[5]), instants.read_maybe(row[6]), _counts(row[7])
    return Shown._make((*row[:5], *times, *row[8:]))


def again(tx: Tx, import_id: str) -> None:
    """One that was stopped or had failed goes on."""
    tx.run(_AGAIN, (import_id,))


def mark(tx: Tx, import_id: str, counts: dict[str, int], total: int) -> None:
    """How far one that runs has come."""
    tx.run(_MARK, (_encode(counts).decode(), total, import_id))


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


class Numbers:
    """Record numbers, one bit each: a million of them as a set were ninety megabytes."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self._count = 0

    def add(self, number: int) -> None:
        byte, bit = divmod(number, 8)
        if byte >= len(self._bits):
            self._bits.extend(bytes(byte + 1 - len(self._bits)))
        self._count += not self._bits[byte] >> bit & 1
        self._bits[byte] |= 1 << bit

    def __contains__(self, number: int) -> bool:
        byte, bit = divmod(number, 8)
        return byte < len(self._bits) and bool(self._bits[byte] >> bit & 1)

    def __len__(self) -> int:
        return self._count


def taken(tx: Tx, import_id: str) -> Numbers:
    """The records that have their outcome. History is taken in order of arrival: the last one says nothing of the others."""
    found, after = Numbers(), 0
    while page := tx.all(_TAKEN, (import_id, after, _PAGE)):
        for (after,) in page:
            found.add(after)
    return found


def record(tx: Tx, rows: Sequence[RecordRow]) -> None:
    """Outcomes of records; a record that has one keeps it."""
    write_all(tx, [(_RECORDS, rows)])


def counted(tx: Tx, import_id: str) -> dict[str, int]:
    return dict(tx.all(_COUNTED, (import_id,)))


def troubled(tx: Tx, import_id: str, limit: int = 1000, *, after: int = 0) -> list[tuple[int, str, str]]:
    """(record, outcome, problems as JSON) of records with problems behind number `after`, in file order: for whoever may have
    the whole file. For others there is `sourceview.troubled`.
    """
    rows = tx.all(_TROUBLED, (import_id, after, limit))
    return [(line, outcome, problems) for line, outcome, problems in rows]


def end(tx: Tx, import_id: str, state: str, now: datetime, *, total: int = 0) -> dict[str, int]:
    """done, stopped or failed; the counts it ends with. `total`: records of the file, where more than were taken."""
    counts = counted(tx, import_id)
    most = max(total, sum(counts.values()))
    tx.run(_END, (state, _encode(counts).decode(), most, instants.text(now), import_id))
    return counts
