"""Leads that are won, lost or disqualified, by the rep who had them when they ended. Whose may be seen the caller says.

A page walks what each rep no longer has, the latest first: one walk of an index for each of them, merged.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from firstright.core.glance import Glance
from firstright.core.identifiers import is_id
from firstright.core.pipeline import ENDED
from firstright.storage import instants
from firstright.storage.inbox import glanced
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

MOST = 2_000  # of the latest that are counted: each is a look-up, and a page waits for them

_ANY = ", ".join(f"'{status}'" for status in ENDED)
# The rep had it up to its end: the holder behind them is nobody, and is the lead's still.
_OVER = """FROM assignment AS a JOIN lead AS l ON l.id = a.lead_id AND l.epoch = a.epoch + 1
         AND l.holder_kind = 'none' AND l.merged_into IS NULL AND l.status {status}
       WHERE a.holder_kind = 'rep' AND a.holder_id = h.value AND a.ended_at IS NOT NULL AND {bound}
       ORDER BY a.ended_at DESC, a.lead_id DESC LIMIT {most}"""
_BEFORE = "(a.ended_at, a.lead_id) < (?, ?)"
_COLUMNS = "l.id, l.facts, l.status, l.reason, k.holder_id, k.ended_at, l.arrived_at, d.record"
_JOINS = """JOIN lead AS l ON l.id = k.lead_id JOIN assignment AS n ON n.lead_id = l.id AND n.epoch = l.epoch
       JOIN decision AS d ON d.id = n.decision_id
       ORDER BY k.ended_at DESC, k.lead_id DESC LIMIT ?"""


def _page(status: str) -> Statement:
    walk = _OVER.format(status=status, bound=_BEFORE, most="?")
    return Statement(
        f"""SELECT {_COLUMNS} FROM json_each(?) AS h CROSS JOIN assignment AS k
            ON (k.lead_id, k.epoch) IN (SELECT a.lead_id, a.epoch {walk}) {_JOINS}""",
        postgresql=f"""SELECT {_COLUMNS} FROM json_array_elements_text(?::json) AS h CROSS JOIN LATERAL (
            SELECT a.lead_id, a.holder_id, a.ended_at {walk}) AS k {_JOINS}""".replace("?", "%s"),
    )


_PAGES = {"": _page(f"IN ({_ANY})")} | {status: _page(f"= '{status}'") for status in ENDED}
_LATEST = _OVER.format(status=f"IN ({_ANY})", bound="a.ended_at >= ?", most=str(MOST))
_SINCE = Statement(
    f"""SELECT k.ended_at, l.status FROM json_each(?) AS h CROSS JOIN assignment AS k
       ON (k.lead_id, k.epoch) IN (SELECT a.lead_id, a.epoch {_LATEST}) JOIN lead AS l ON l.id = k.lead_id
       ORDER BY k.ended_at DESC, k.lead_id DESC LIMIT {MOST}""",
    postgresql=f"""SELECT k.ended_at, k.status FROM json_array_elements_text(?::json) AS h CROSS JOIN LATERAL (
       SELECT a.lead_id, a.ended_at, l.status {_LATEST}) AS k ORDER BY k.ended_at DESC, k.lead_id DESC
       LIMIT {MOST}""".replace("?", "%s"),
)
_encode = msgspec.json.Encoder().encode


class Place(NamedTuple):
    """Where a page ended: what is behind it ended earlier."""

    at: datetime
    id: str

    def text(self) -> str:
        """For a link: `read_place` reads it."""
        return f"{instants.text(self.at)}_{self.id}"


FIRST = Place(datetime(9999, 1, 1, tzinfo=UTC), "ffffffff-ffff-ffff-ffff-ffffffffffff")


class Ended(NamedTuple):
    """One lead that is over. `rep` had it; `record` is of the decision that ended it, empty where it was erased."""

    id: str
    glance: Glance
    status: str
    reason: str
    rep: str
    at: datetime
    arrived_at: datetime
    record: bytes

    @property
    def place(self) -> Place:
        return Place(self.at, self.id)


def read_place(text: str) -> Place:
    """ValueError for what no `Place.text` wrote."""
    at, _, name = text.partition("_")
    if not text.isascii() or not is_id(name):
        raise ValueError("this is no place in a list")
    return Place(instants.read(at), name)


def page(
    tx: Tx, reps: Iterable[str], *, status: str = "", after: Place = FIRST, limit: int = 50
) -> list[Ended]:
    """The latest first, of one status or all three. KeyError for a status that is no end."""
    held = _encode(sorted(reps)).decode()
    values = (held, instants.text(after.at), after.id, limit, limit)
    return [_ended(row) for row in tx.all(_PAGES[status], values)]


def latest(tx: Tx, reps: Iterable[str], since: datetime) -> list[tuple[datetime, str]]:
    """(when, status) of those that ended since then, the latest first, at most `MOST` of them."""
    rows = tx.all(_SINCE, (_encode(sorted(reps)).decode(), instants.text(since)))
    return [(instants.read(at), str(status)) for at, status in rows]


def _ended(row: Row) -> Ended:
    name, facts, status, reason, rep, at, arrived, record = row
    ended, came = instants.read(at), instants.read(arrived)
    return Ended(name, glanced(facts), status, reason, rep, ended, came, bytes(record))
