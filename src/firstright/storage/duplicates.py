"""Pairs of leads: those that may be one, as a clean-up found them, and those somebody said are two. Either order of a pair is
the same pair. It merges nothing.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.core.identifiers import is_id
from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

MOST = 1_000  # open ones that are counted
_COLUMNS = "p.id, p.a, p.b, p.score, p.reasons, p.found_at, p.state, p.decided_at, p.decided_by"
# A pair that was decided stays decided; one that is open takes the latest figures.
_PROPOSE = Statement(
    """INSERT INTO duplicate_pair (id, a, b, score, reasons, found_at, state, decided_at, decided_by)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, 'open', NULL, '' WHERE NOT EXISTS (SELECT 1 FROM distinct_pair WHERE a = ?2 AND b = ?3)
       ON CONFLICT (a, b) DO UPDATE SET score = excluded.score, reasons = excluded.reasons
       WHERE duplicate_pair.state = 'open' RETURNING id""",
    postgresql="""INSERT INTO duplicate_pair (id, a, b, score, reasons, found_at, state, decided_at, decided_by)
       SELECT g.id, g.a, g.b, g.score, g.reasons, g.found_at, 'open', NULL, '' FROM (SELECT %s::uuid AS id, %s::uuid AS a,
         %s::uuid AS b, %s::bigint AS score, %s::text AS reasons, %s::timestamptz AS found_at) AS g
       WHERE NOT EXISTS (SELECT 1 FROM distinct_pair AS d WHERE d.a = g.a AND d.b = g.b)
       ON CONFLICT (a, b) DO UPDATE SET score = excluded.score, reasons = excluded.reasons
       WHERE duplicate_pair.state = 'open' RETURNING id""",
)
_ONE = Statement(f"SELECT {_COLUMNS} FROM duplicate_pair AS p WHERE p.id = ?")
_OF_PAIR = Statement(f"SELECT {_COLUMNS} FROM duplicate_pair AS p WHERE p.a = ? AND p.b = ?")
_OPEN = Statement(
    f"""SELECT {_COLUMNS} FROM duplicate_pair AS p WHERE p.state = 'open' AND (p.score, p.id) < (?, ?)
        ORDER BY p.score DESC, p.id DESC LIMIT ?"""
)
_COUNT = Statement(
    f"SELECT count(*) FROM (SELECT 1 FROM duplicate_pair WHERE state = 'open' LIMIT {MOST}) AS counted"
)
_DECIDE = Statement(
    "UPDATE duplicate_pair SET state = ?, decided_at = ?, decided_by = ? WHERE a = ? AND b = ? AND state <> ?"
)
_MARK = Statement(
    """INSERT INTO distinct_pair (a, b, at, marked_by, reason) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (a, b) DO UPDATE SET at = excluded.at, marked_by = excluded.marked_by, reason = excluded.reason"""
)
_UNMARK = Statement("DELETE FROM distinct_pair WHERE a = ? AND b = ?")
# Who is not one part of a lead is not the lead, and neither is who stands for them by now.
_NOT_IT = """WITH RECURSIVE mine (id) AS (SELECT ? UNION SELECT m.child FROM merge AS m JOIN mine ON m.master = mine.id
         WHERE m.undone_at IS NULL),
       other (id) AS (SELECT d.b FROM distinct_pair AS d JOIN mine ON d.a = mine.id
         UNION SELECT d.a FROM distinct_pair AS d JOIN mine ON d.b = mine.id
         UNION SELECT m.master FROM merge AS m JOIN other ON m.child = other.id WHERE m.undone_at IS NULL)
       SELECT id FROM other WHERE id NOT IN (SELECT id FROM mine)"""
_APART = Statement(_NOT_IT, postgresql=_NOT_IT.replace("?", "%s::uuid"))
_MARKS = Statement(
    """SELECT CASE WHEN a = ? THEN b ELSE a END, at, marked_by, reason FROM distinct_pair WHERE a = ? OR b = ?
       ORDER BY at DESC, a DESC, b DESC LIMIT ?"""
)
_MARKED = Statement(
    "SELECT a, b, at, marked_by, reason FROM distinct_pair ORDER BY at DESC, a DESC, b DESC LIMIT ?"
)
_OF_LEAD = Statement(
    f"""SELECT {_COLUMNS} FROM duplicate_pair AS p WHERE p.state = 'open' AND (p.a = ? OR p.b = ?)
        ORDER BY p.score DESC, p.id DESC LIMIT ?"""
)
_encode = msgspec.json.Encoder().encode
_texts = msgspec.json.Decoder(tuple[str, ...]).decode
LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff"


class Pair(NamedTuple):
    """Two leads that may be one. `a` comes before `b` as ids do."""

    id: str
    a: str
    b: str
    score: int  # per mille
    reasons: tuple[str, ...]
    found_at: datetime
    state: str  # schema.merged.PAIR_STATES
    decided_at: datetime | None
    decided_by: str

    @property
    def place(self) -> "Place":
        return Place(self.score, self.id)


class Mark(NamedTuple):
    """Somebody said that these are two: `lead` of whom it is asked, and the other. `by` is a user, or what gave the command."""

    lead: str
    other: str
    at: datetime
    by: str
    reason: str


class Place(NamedTuple):
    """Where a page ended: what is less likely comes behind it."""

    score: int
    id: str

    def text(self) -> str:
        """For a link: `read_place` reads it."""
        return f"{self.score}.{self.id}"


FIRST = Place(1_001, LAST_ID)


def read_place(text: str) -> Place:
    """ValueError for what no `Place.text` wrote."""
    from_score, _, name = text.partition(".")
    if not (is_id(name) and from_score.isascii() and from_score.isdigit() and len(from_score) <= 4):
        raise ValueError("this is no place in a list")
    return Place(int(from_score), name)


def propose(
    tx: Tx, pair_id: str, one: str, other: str, score: int, reasons: Iterable[str], at: datetime
) -> bool:
    """Whether it waits for somebody now. Not so for a pair that was decided: two that are two are proposed to nobody again."""
    a, b = ordered(one, other)
    why = _encode(list(reasons)).decode()
    return bool(tx.all(_PROPOSE, (pair_id, a, b, score, why, instants.text(at))))


def one(tx: Tx, pair_id: str) -> Pair | None:
    row = tx.one(_ONE, (pair_id,))
    return None if row is None else _read(row)


def of_pair(tx: Tx, first: str, second: str) -> Pair | None:
    row = tx.one(_OF_PAIR, ordered(first, second))
    return None if row is None else _read(row)


def open_pairs(tx: Tx, after: Place = FIRST, limit: int = 50) -> list[Pair]:
    """The likeliest first."""
    return [_read(row) for row in tx.all(_OPEN, (after.score, after.id, limit))]


def of_lead(tx: Tx, lead_id: str, limit: int = 20) -> list[Pair]:
    """Open ones with this lead in them, the likeliest first."""
    return [_read(row) for row in tx.all(_OF_LEAD, (lead_id, lead_id, limit))]


def count(tx: Tx) -> int:
    """Open ones, at most `MOST`."""
    found: int = tx.all(_COUNT)[0][0]
    return found


def decide(tx: Tx, first: str, second: str, state: str, at: datetime, by: str) -> None:
    """What somebody said of a pair, whether it was proposed or not."""
    tx.run(_DECIDE, (state, instants.text(at), by, *ordered(first, second), state))


def mark_distinct(tx: Tx, first: str, second: str, at: datetime, by: str, reason: str) -> None:
    """Somebody says that these are two."""
    tx.run(_MARK, (*ordered(first, second), instants.text(at), by, reason))
    decide(tx, first, second, "distinct", at, by)


def unmark_distinct(tx: Tx, first: str, second: str) -> None:
    """Somebody says that they are one after all."""
    tx.run(_UNMARK, ordered(first, second))


def distinct_from(tx: Tx, lead_id: str) -> frozenset[str]:
    """Leads of which somebody said that they are not this one, or not one that is part of it; and those that stand for them."""
    return frozenset(str(other) for (other,) in tx.all(_APART, (lead_id,)))


def marks_of(tx: Tx, lead_id: str, limit: int = 20) -> list[Mark]:
    """Who said of which leads that they are not this one, and why; the latest first."""
    rows = tx.all(_MARKS, (lead_id, lead_id, lead_id, limit))
    return [Mark(lead_id, str(other), instants.read(at), by, why) for other, at, by, why in rows]


def marks(tx: Tx, limit: int = 50) -> list[Mark]:
    """The same of all leads."""
    return [
        Mark(str(a), str(b), instants.read(at), by, why) for a, b, at, by, why in tx.all(_MARKED, (limit,))
    ]


def ordered(first: str, second: str) -> tuple[str, str]:
    return (first, second) if first < second else (second, first)


def _read(row: Row) -> Pair:
    name, a, b, score, reasons, found, state, decided, by = row
    return Pair(
        str(name),
        str(a),
        str(b),
        score,
        _texts(reasons),
        instants.read(found),
        state,
        instants.read_maybe(decided),
        by,
    )
