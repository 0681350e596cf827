"""What was kept aside because it could not become a lead: told, let go when it is one after all, and how rows of files were read.

Whether it can be a lead now is the desk's to say.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.core.authority import Right
from firstright.core.clean.problem import Problem
from firstright.core.identifiers import is_id
from firstright.storage import instants
from firstright.storage.inbox import Scope
from firstright.storage.sourceview import LAST
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

FIRST = "00000000-0000-0000-0000-000000000000"
LABELS = ("quarantined", "duplicate_conflict")
MOST_LAYOUTS = 20  # of a source, the newest: a row that none of them fits is read by none
_ASIDE = "label IN ('quarantined', 'duplicate_conflict')"
_COLUMNS = "id, source, event_id, received_at, label, status, lead_id, content_type, raw, problems"
_TOLD = "id, source, event_id, received_at, label, problems"
_LISTED = Statement(f"SELECT {_TOLD} FROM arrival WHERE {_ASIDE} AND id < ? ORDER BY id DESC LIMIT ?")
# SQLite would rather walk all arrivals of a source than the few that are in quarantine.
_FEW = "arrival INDEXED BY arrival_quarantined"
_OF_SOURCE = Statement(
    f"SELECT {_TOLD} FROM {_FEW} WHERE {_ASIDE} AND source = ? AND id < ? ORDER BY id DESC LIMIT ?",
    postgresql=f"""SELECT {_TOLD} FROM arrival WHERE {_ASIDE} AND source = %s AND id < %s
       ORDER BY id DESC LIMIT %s""",
)
_COUNTED = Statement(
    f"SELECT source, count(*) FROM {_FEW} WHERE {_ASIDE} GROUP BY source ORDER BY source",
    postgresql=f"SELECT source, count(*) FROM arrival WHERE {_ASIDE} GROUP BY source ORDER BY source",
)
_BETWEEN = (
    f"FROM {_FEW} WHERE {_ASIDE} AND label = 'quarantined' AND (? = '' OR source = ?) AND id > ? AND id < ?"
)
_AFTER = f"SELECT id {_BETWEEN} ORDER BY id LIMIT ?"
_MANY = f"SELECT count(*) {_BETWEEN}"
_BETWEEN_IDS, _HOW_MANY = (
    Statement(
        text,
        postgresql=text.replace(_FEW, "arrival").replace("? = ''", "?::text = ''").replace("?", "%s"),
    )
    for text in (_AFTER, _MANY)
)
_ONE = Statement(f"SELECT {_COLUMNS} FROM arrival WHERE id = ?")
_LET_GO = Statement(
    "UPDATE arrival SET label = ?, lead_id = ?, person_id = ?, status = ?, reply = ?, problems = ? WHERE id = ?"
)
_STILL = Statement("UPDATE arrival SET problems = ? WHERE id = ?")
_ROW = Statement(
    "UPDATE import_record SET outcome = ?, lead_id = ?, problems = ? WHERE import_id = ? AND line = ?"
)
_KEEP = Statement(
    """INSERT INTO import_layout (import_id, source, header, delimiter, map) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (import_id) DO NOTHING"""
)
_LAYOUTS = Statement(
    """SELECT import_id, header, delimiter, map FROM import_layout WHERE source = ?
       ORDER BY import_id DESC LIMIT ?"""
)
_encode = msgspec.json.Encoder().encode
_problems = msgspec.json.Decoder(tuple[Problem, ...]).decode
_header = msgspec.json.Decoder(tuple[str, ...]).decode


class Aside(NamedTuple):
    """An arrival in quarantine, as a list shows it."""

    id: str
    source: str
    event_id: str
    received_at: datetime
    label: str
    problems: tuple[Problem, ...]


class Kept(NamedTuple):
    """An arrival as it was received. `lead_id` is empty while it is no lead."""

    id: str
    source: str
    event_id: str
    received_at: datetime
    label: str
    status: int
    lead_id: str
    content_type: str
    raw: bytes
    problems: tuple[Problem, ...]

    @property
    def aside(self) -> bool:
        return self.label in LABELS

    @property
    def record(self) -> tuple[str, int] | None:
        """The import and the record of its file, where it is a row that was no lead."""
        kind, _, place = self.event_id.partition(":")
        import_id, _, number = place.partition(":")
        return (import_id, int(number)) if kind == "import" and number.isdigit() else None


class Layout(NamedTuple):
    """How a file of the source was read; `map` is JSON."""

    import_id: str
    header: tuple[str, ...]
    delimiter: str
    map: str


def listed(tx: Tx, scope: Scope, *, source: str = "", before: str = LAST, limit: int = 50) -> list[Aside]:
    """Newest first, of one source or all; `before` is the last id of the page before."""
    if not scope.actor.may(Right.SEE_SOURCES) or not is_id(before):
        return []
    rows = tx.all(_OF_SOURCE, (source, before, limit)) if source else tx.all(_LISTED, (before, limit))
    return [Aside._make((*row[:3], instants.read(row[3]), row[4], _problems(row[5]))) for row in rows]


def counted(tx: Tx, scope: Scope) -> dict[str, int]:
    """How many of each source are in quarantine."""
    rows = tx.all(_COUNTED) if scope.actor.may(Right.SEE_SOURCES) else []
    return dict(rows)


def after(tx: Tx, source: str, after: str, until: str, limit: int) -> list[str]:
    """Ids of those in quarantine under a name of their own, between two ids, both excluded, oldest first; of one source or all."""
    return [str(name) for (name,) in tx.all(_BETWEEN_IDS, (source, source, after, until, limit))]


def before(tx: Tx, source: str, until: str) -> int:
    """How many there are."""
    row = tx.one(_HOW_MANY, (source, source, FIRST, until))
    return int(row[0]) if row else 0


def one(tx: Tx, arrival_id: str) -> Kept | None:
    """For the machinery, which asks for nobody: an arrival, in quarantine or not any more."""
    row = tx.one(_ONE, (arrival_id,)) if is_id(arrival_id) else None
    return None if row is None else _kept(row)


def seen(tx: Tx, scope: Scope, arrival_id: str) -> Kept | None:
    """The same for whoever may see sources, while it is in quarantine."""
    found = one(tx, arrival_id) if scope.actor.may(Right.SEE_SOURCES) else None
    return found if found and found.aside else None


def let_go(
    tx: Tx, kept: Kept, label: str, lead_id: str, person_id: str, status: int, reply: bytes, problems: str
) -> None:
    """It has become a lead, or joined one."""
    tx.run(_LET_GO, (label, lead_id, person_id, status, reply, problems, kept.id))
    if kept.record:
        tx.run(_ROW, (label, lead_id, problems, *kept.record))


def still(tx: Tx, kept: Kept, problems: tuple[Problem, ...]) -> None:
    """It was read again and stays where it is, for these reasons now."""
    told = _encode(problems).decode()
    tx.run(_STILL, (told, kept.id))
    if kept.record:
        tx.run(_ROW, ("quarantined", None, told, *kept.record))


def keep_layout(
    tx: Tx, import_id: str, source: str, header: Sequence[str], delimiter: str, layout: str
) -> None:
    tx.run(_KEEP, (import_id, source, _encode(list(header)).decode(), delimiter, layout))


def layouts(tx: Tx, source: str) -> list[Layout]:
    """Newest first."""
    return [
        Layout(name, _header(header), delimiter, layout)
        for name, header, delimiter, layout in tx.all(_LAYOUTS, (source, MOST_LAYOUTS))
    ]


def _kept(row: Row) -> Kept:
    told = bytes(row[8]), _problems(row[9])
    return Kept._make((*row[:3], instants.read(row[3]), row[4], row[5], row[6] or "", row[7], *told))
