"""Files of a CRM's records on their way in: which file, how far it got, what was wrong with its rows. It reads no file."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.core.identifiers import is_id
from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

_COLUMNS = "id, name, system, kind, state, counters, actor, started_at, ended_at, file_hash, map_hash"
_FIND = Statement(f"SELECT {_COLUMNS} FROM crm_import WHERE file_hash = ? AND map_hash = ?")
_ONE = Statement(f"SELECT {_COLUMNS} FROM crm_import WHERE id = ?")
_LATEST = Statement(f"SELECT {_COLUMNS} FROM crm_import ORDER BY id DESC LIMIT ?")
_ADD = Statement(
    """INSERT INTO crm_import (id, file_hash, map_hash, name, system, kind, state, counters, actor, started_at, ended_at)
       VALUES (?, ?, ?, ?, ?, ?, 'running', '{}', ?, ?, NULL)"""
)
_AGAIN = Statement("UPDATE crm_import SET state = 'running', counters = '{}', ended_at = NULL WHERE id = ?")
_FORGET = Statement("DELETE FROM crm_import_problem WHERE import_id = ?")
_COUNT = Statement("UPDATE crm_import SET counters = ? WHERE id = ?")
_END = Statement("UPDATE crm_import SET state = 'done', ended_at = ? WHERE id = ?")
_PROBLEM = Statement(
    "INSERT INTO crm_import_problem (import_id, line, outcome, problems) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_TROUBLED = Statement(
    """SELECT line, outcome, problems FROM crm_import_problem WHERE import_id = ? AND line > ?
       ORDER BY line LIMIT ?"""
)
_CODES = Statement("SELECT count(*) FROM crm_import_problem WHERE import_id = ?")
_counts = msgspec.json.Decoder(dict[str, int]).decode
_encode = msgspec.json.Encoder(order="deterministic").encode

Trouble = tuple[int, str, str]  # (record, outcome, problems as JSON)


class CrmImport(NamedTuple):
    """One file under one map. Each row taken is in one of `counts`, so their sum is how far it came."""

    id: str
    name: str
    system: str
    kind: str
    state: str  # running | done
    counts: dict[str, int]
    actor: str
    started_at: datetime
    ended_at: datetime | None
    file_hash: str
    map_hash: str

    @property
    def taken(self) -> int:
        return sum(self.counts.values())


def find(tx: Tx, file_hash: str, map_hash: str) -> CrmImport | None:
    row = tx.one(_FIND, (file_hash, map_hash))
    return None if row is None else _read(row)


def one(tx: Tx, import_id: str) -> CrmImport | None:
    row = tx.one(_ONE, (import_id,)) if is_id(import_id) else None
    return None if row is None else _read(row)


def latest(tx: Tx, limit: int = 20) -> list[CrmImport]:
    """Newest first."""
    return [_read(row) for row in tx.all(_LATEST, (limit,))]


def add(
    tx: Tx,
    import_id: str,
    file_hash: str,
    map_hash: str,
    *,
    name: str,
    system: str,
    kind: str,
    actor: str,
    now: datetime,
) -> None:
    tx.run(_ADD, (import_id, file_hash, map_hash, name, system, kind, actor, instants.text(now)))


def again(tx: Tx, import_id: str) -> None:
    """It begins anew, with its first row."""
    tx.run(_FORGET, (import_id,))
    tx.run(_AGAIN, (import_id,))


def count(tx: Tx, import_id: str, counts: Mapping[str, int]) -> None:
    tx.run(_COUNT, (_encode(dict(counts)).decode(), import_id))


def trouble(tx: Tx, import_id: str, rows: Iterable[Trouble]) -> None:
    tx.many(_PROBLEM, [(import_id, *row) for row in rows])


def end(tx: Tx, import_id: str, now: datetime) -> None:
    tx.run(_END, (instants.text(now), import_id))


def troubled(tx: Tx, import_id: str, limit: int = 500, *, after: int = 0) -> list[Trouble]:
    """Rows with problems behind number `after`, in file order."""
    return [(line, what, told) for line, what, told in tx.all(_TROUBLED, (import_id, after, limit))]


def troubles(tx: Tx, import_id: str) -> int:
    row = tx.one(_CODES, (import_id,))
    return int(row[0]) if row else 0


def _read(row: Row) -> CrmImport:
    counts, times = _counts(row[5]), (instants.read(row[7]), instants.read_maybe(row[8]))
    return CrmImport._make((str(row[0]), *row[1:5], counts, row[6], *times, row[9], row[10]))
