"""Credit that was asked back: which turn a lead cost its holder, what was given back this month, and who waits for a yes.

Rows are written with their decision; here they are read, and what was asked is answered. Whether it may be is the desk's.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from firstright.core.authority import Actor, Right
from firstright.core.identifiers import first_of, is_id
from firstright.storage import instants, teamview
from firstright.storage.rows import CreditRequestRow
from firstright.storage.statement import Statement
from firstright.storage.teamview import Rotation
from firstright.storage.transactions import Row, Tx

MONTH = timedelta(days=30)
_FIRST_ID = "00000000-0000-0000-0000-000000000000"

_COLUMNS = (
    "id, lead_id, rep, pool, lane, cost, reason, state, asked_at, decision_id, resolved_at, resolved_by, note"
)
_SELECT = f"SELECT {_COLUMNS} FROM credit_request"
_HELD = Statement("SELECT decision_id, started_at FROM assignment WHERE lead_id = ? AND epoch = ?")
_OF_LEAD = Statement(f"{_SELECT} WHERE lead_id = ? ORDER BY id")
_GET = Statement(f"{_SELECT} WHERE id = ?")
_OF_REP = Statement(f"{_SELECT} WHERE rep = ? ORDER BY asked_at DESC, id DESC LIMIT ?")
_MONTH = Statement(
    """SELECT coalesce(sum(CASE WHEN kind = 'turned' THEN 1 ELSE 0 END), 0),
         coalesce(sum(CASE WHEN kind = 'returned' THEN 1 ELSE 0 END), 0)
       FROM ledger WHERE pool = ? AND lane = ? AND seq >= ? AND rep = ?"""
)
_RESOLVE = Statement(
    """UPDATE credit_request SET state = ?, resolved_at = ?, resolved_by = ?, note = ?
       WHERE id = ? AND state = 'asked'"""
)
_WAITING = Statement(
    f"{_SELECT} WHERE state = 'asked' AND (asked_at, id) > (?, ?) AND rep <> ? ORDER BY asked_at, id LIMIT ?"
)
_OF_TEAM = Statement(
    f"""{_SELECT} WHERE state = 'asked' AND (asked_at, id) > (?, ?) AND rep IN (SELECT value FROM json_each(?))
       ORDER BY asked_at, id LIMIT ?""",
    postgresql=f"""{_SELECT} WHERE state = 'asked' AND (asked_at, id) > (%s, %s)
       AND rep IN (SELECT json_array_elements_text(%s::json)) ORDER BY asked_at, id LIMIT %s""",
)
_BY_SOURCE = Statement(
    """SELECT l.source, r.reason, count(*) FROM credit_request AS r JOIN lead AS l ON l.id = r.lead_id
       WHERE r.id >= ? GROUP BY l.source, r.reason ORDER BY l.source, r.reason"""
)
_encode = msgspec.json.Encoder().encode


class Held(NamedTuple):
    """By which decision somebody has a lead, and since when."""

    decision_id: str
    since: datetime


class Month(NamedTuple):
    """What one rep had of one ledger since an instant."""

    turns: int
    back: int


class Place(NamedTuple):
    """Where a page ended."""

    asked_at: datetime
    id: str

    def text(self) -> str:
        """For a link: `read_place` reads it."""
        return f"{instants.text(self.asked_at)}.{self.id}"


FIRST = Place(datetime(1, 1, 1, tzinfo=UTC), _FIRST_ID)


def read_place(text: str) -> Place:
    """ValueError for what no `Place.text` wrote."""
    at, _, name = text.rpartition(".")
    if not text.isascii() or not is_id(name):
        raise ValueError("this is no place in a list")
    return Place(instants.read(at), name)


def held(tx: Tx, lead_id: str, epoch: int) -> Held | None:
    row = tx.one(_HELD, (lead_id, epoch))
    return None if row is None else Held(row[0], instants.read(row[1]))


def month(tx: Tx, pool: str, lane: str, last: int, rep: str, since: datetime) -> Month:
    """Turns and returns of one rep from an instant on; `last` is the number of the ledger's last row."""
    ((*_, first),) = teamview.first_rows(tx, [Rotation(pool, lane, last)], since)
    return Month._make(map(int, tx.all(_MONTH, (pool, lane, first, rep))[0]))


def of_lead(tx: Tx, lead_id: str) -> list[CreditRequestRow]:
    """Oldest first."""
    return _rows(tx.all(_OF_LEAD, (lead_id,)))


def of_rep(tx: Tx, rep: str, limit: int = 10) -> list[CreditRequestRow]:
    """The latest first, whatever became of them."""
    return _rows(tx.all(_OF_REP, (rep, limit)))


def load(tx: Tx, request_id: str) -> CreditRequestRow | None:
    found = _rows(tx.all(_GET, (request_id,))) if is_id(request_id) else []
    return found[0] if found else None


def waiting(tx: Tx, actor: Actor, after: Place = FIRST, limit: int = 50) -> list[CreditRequestRow]:
    """What waits for a yes or a no and is theirs to answer, the oldest first. Never what they asked for themselves."""
    if not actor.may(Right.REVIEW):
        return []
    place = (instants.text(after.asked_at), after.id)
    if actor.sees_all:
        return _rows(tx.all(_WAITING, (*place, actor.rep, limit)))
    team = sorted(actor.team - {actor.rep})
    return _rows(tx.all(_OF_TEAM, (*place, _encode(team).decode(), limit)))


def resolve(tx: Tx, request_id: str, state: str, at: datetime, by: str, note: str) -> bool:
    """Whether it was still asked."""
    return tx.run(_RESOLVE, (state, instants.text(at), by, note, request_id)) == 1


def by_source(tx: Tx, now: datetime) -> dict[str, dict[str, int]]:
    """How many turns leads of each source were said to have cost for nothing, by reason, over thirty days."""
    found: dict[str, dict[str, int]] = {}
    for source, reason, n in tx.all(_BY_SOURCE, (first_of(now - MONTH),)):
        found.setdefault(source, {})[reason] = int(n)
    return found


def _rows(found: Iterable[Row]) -> list[CreditRequestRow]:
    rows = []
    for row in found:
        asked = CreditRequestRow(*row)
        asked.asked_at = instants.read(row[8])
        asked.resolved_at = instants.read_maybe(row[10])
        rows.append(asked)
    return rows
