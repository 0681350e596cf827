"""The counted leads of one rotation in a period, with who shared each and the decision that counted it. Reads only.

Never a history whole: of a long period it reads the latest rows, and says from when.
"""

from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.core.fairness import Members
from firstright.storage import instants, teamview
from firstright.storage.statement import Statement
from firstright.storage.teamview import Rotation
from firstright.storage.transactions import Tx

MOST_ROWS = 5_000  # of one report

_LAST = Statement("SELECT seq FROM ledger WHERE pool = ? AND lane = ? ORDER BY seq DESC LIMIT 1")
_AT = Statement("SELECT at FROM ledger WHERE pool = ? AND lane = ? AND seq = ?")
# In the order of the key, whole: without it PostgreSQL sorts.
_ROWS = Statement(
    """SELECT l.seq, l.kind, l.rep, l.cost, l.eligible, l.at, d.lead_id, d.roster_version, d.record
       FROM ledger AS l LEFT JOIN decision AS d ON d.id = l.decision_id
       WHERE l.pool = ? AND l.lane = ? AND l.seq >= ? AND l.seq < ? AND l.kind IN ('turned', 'returned')
       ORDER BY l.pool, l.lane, l.seq"""
)
_SETS = Statement(
    "SELECT hash, members FROM eligible_set WHERE hash IN (SELECT value FROM json_each(?))",
    postgresql="SELECT hash, members FROM eligible_set WHERE hash IN (SELECT json_array_elements_text(%s::json))",
)
_encode = msgspec.json.Encoder().encode
_members = msgspec.json.Decoder(Members).decode


class Row(NamedTuple):
    """One counted lead. `record` is empty when it was erased, `lead_id` and `roster_version` where no decision made the row."""

    seq: int
    rep: str
    cost: int  # 10⁻⁹ leads
    members: Members
    at: datetime
    lead_id: str
    roster_version: int
    record: bytes


class Period(NamedTuple):
    """`rows` in the order of the ledger, `returned` as (rep, 10⁻⁹ leads). `read` is how many rows of the ledger were looked
    at; `since` from when, where the period has more than are read."""

    rows: list[Row]
    returned: list[tuple[str, int]]
    read: int
    since: datetime | None


def period(tx: Tx, pool: str, lane: str, begins: datetime, ends: datetime) -> Period:
    """Of [begins, ends). The same number of statements for any period."""
    last = tx.one(_LAST, (pool, lane))
    if last is None:
        return Period([], [], 0, None)
    rotation = [Rotation(pool, lane, int(last[0]))]
    ((*_, first),) = teamview.first_rows(tx, rotation, begins)
    ((*_, behind),) = teamview.first_rows(tx, rotation, ends)
    begin, since = first, None
    if behind - first > MOST_ROWS:
        begin = behind - MOST_ROWS
        since = instants.read(tx.all(_AT, (pool, lane, begin))[0][0])
    found = tx.all(_ROWS, (pool, lane, begin, behind))
    turned = [row for row in found if row[1] == "turned"]
    hashes = sorted({row[4] for row in turned})
    sets = {name: _members(text) for name, text in tx.all(_SETS, (_encode(hashes).decode(),))}
    rows = [
        Row(seq, rep, cost, sets[key], instants.read(at), lead or "", version or 0, bytes(record or b""))
        for seq, _, rep, cost, key, at, lead, version, record in turned
    ]
    returned = [(row[2], int(row[3])) for row in found if row[1] == "returned"]
    return Period(rows, returned, max(0, behind - begin), since)
