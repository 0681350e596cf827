"""Alarms about what is watched: one open at a time of a kind and a subject, raised again counts. It tells nobody; `desk.alarming`
does.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

ITSELF = "firstright"  # who ends an alarm when what it was about is over
MOST = 1_000  # open ones that are read, and counted

_COLUMNS = "id, kind, subject, source, field, severity, detail, raised_at, last_at, n, ended_at, ended_by"
_RAISE = Statement(
    f"""INSERT INTO alarm ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, NULL, '')
        ON CONFLICT (kind, subject) WHERE ended_at IS NULL DO UPDATE SET n = alarm.n + 1, last_at = excluded.last_at,
        severity = excluded.severity, detail = excluded.detail RETURNING id"""
)
_END = Statement(
    "UPDATE alarm SET ended_at = ?, ended_by = ? WHERE kind = ? AND subject = ? AND ended_at IS NULL RETURNING id"
)
_OPEN = Statement(
    f"SELECT {_COLUMNS} FROM alarm WHERE ended_at IS NULL ORDER BY raised_at DESC, id DESC LIMIT {MOST}"
)
_ONE = Statement(f"SELECT {_COLUMNS} FROM alarm WHERE id = ?")
_ENDED = Statement(
    f"SELECT {_COLUMNS} FROM alarm WHERE ended_at IS NOT NULL ORDER BY ended_at DESC, id DESC LIMIT ?"
)
_BY_KIND = Statement(
    f"""SELECT kind, severity, count(*) FROM (
          SELECT kind, severity FROM alarm WHERE ended_at IS NULL LIMIT {MOST}) AS o
        GROUP BY kind, severity ORDER BY kind, severity"""
)
_ACCEPTED = Statement(
    """SELECT source, field, max(ended_at) FROM alarm WHERE ended_at IS NOT NULL AND ended_by <> ? AND source <> ''
       GROUP BY source, field"""
)
_encode = msgspec.json.Encoder(order="deterministic").encode
_detail = msgspec.json.Decoder(dict[str, object]).decode


class Alarm(NamedTuple):
    """`detail` holds the figures of the last time it was raised; `n` how often it was; `ended_by` nobody while it is open."""

    id: str
    kind: str
    subject: str
    source: str
    field: str
    severity: str  # schema.watched.SEVERITIES
    detail: Mapping[str, object]
    raised_at: datetime
    last_at: datetime
    n: int
    ended_at: datetime | None
    ended_by: str


def raise_alarm(
    tx: Tx,
    alarm_id: str,
    kind: str,
    subject: str,
    now: datetime,
    *,
    source: str = "",
    field: str = "",
    severity: str = "warning",
    detail: Mapping[str, object] | None = None,
) -> bool:
    """Whether it is new: one that is open already is counted and takes the new figures. `detail` must hold no personal data."""
    at, figures = instants.text(now), _encode(dict(detail or {})).decode()
    given = (alarm_id, kind, subject, source, field, severity, figures, at, at)
    return [str(name) for (name,) in tx.all(_RAISE, given)] == [alarm_id]


def end_alarm(tx: Tx, kind: str, subject: str, now: datetime, by: str = ITSELF) -> str:
    """The id of the one that was open; empty when there was none."""
    found = tx.all(_END, (instants.text(now), by, kind, subject))
    return str(found[0][0]) if found else ""


def open_alarms(tx: Tx) -> list[Alarm]:
    """Newest first."""
    return [_read(row) for row in tx.all(_OPEN)]


def ended_alarms(tx: Tx, limit: int) -> list[Alarm]:
    """Those that ended last first."""
    return [_read(row) for row in tx.all(_ENDED, (limit,))]


def one(tx: Tx, alarm_id: str) -> Alarm | None:
    row = tx.one(_ONE, (alarm_id,))
    return None if row is None else _read(row)


def accepted(tx: Tx) -> dict[tuple[str, str], datetime]:
    """When somebody last ended an alarm about this source and field by hand: since then it is as it shall be."""
    return {(source, field): instants.read(at) for source, field, at in tx.all(_ACCEPTED, (ITSELF,))}


def open_by_kind(tx: Tx) -> dict[tuple[str, str], int]:
    """How many are open, by (kind, severity)."""
    return {(kind, severity): int(n) for kind, severity, n in tx.all(_BY_KIND)}


def _read(row: Row) -> Alarm:
    name, kind, subject, source, field, severity, detail, raised, last, n, ended, by = row
    began, again, over = instants.read(raised), instants.read(last), instants.read_maybe(ended)
    return Alarm(
        str(name), kind, subject, source, field, severity, _detail(detail), began, again, int(n), over, by
    )
