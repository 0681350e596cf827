"""The credit ledger read back, and its checkpoints: where a rotation stood after a row. Rows are written with their batch.

It folds nothing: what a row does to a standing is the core's to say.
"""

from datetime import datetime

import msgspec

from firstright.core.replay import Entry
from firstright.core.world import PoolStanding
from firstright.storage import instants
from firstright.storage.standing import pool_standing, pool_text
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

Rotation = tuple[str, str]  # (pool, lane)
_END = 2**62

_ENTRIES = Statement(
    """SELECT l.pool, l.lane, l.seq, l.kind, l.rep, l.cost, e.members, o.members, l.period, l.decision_id,
         d.roster_version, l.at
       FROM ledger AS l LEFT JOIN eligible_set AS e ON e.hash = l.eligible LEFT JOIN eligible_set AS o ON o.hash = l.owing
       LEFT JOIN decision AS d ON d.id = l.decision_id
       WHERE l.pool = ? AND l.lane = ? AND l.seq > ? AND l.seq <= ? ORDER BY l.seq LIMIT ?"""
)
_ROTATIONS = Statement("SELECT DISTINCT pool, lane FROM ledger ORDER BY pool, lane")
_CHECK = Statement(
    """INSERT INTO checkpoint (pool, lane, seq, data) VALUES (?, ?, ?, ?)
       ON CONFLICT (pool, lane, seq) DO UPDATE SET data = excluded.data"""
)
_LAST = Statement(
    "SELECT data FROM checkpoint WHERE pool = ? AND lane = ? AND seq <= ? ORDER BY seq DESC LIMIT 1"
)
_CHECKS = Statement("SELECT pool, lane, seq, data FROM checkpoint ORDER BY pool, lane, seq")
_COUNTS = Statement(
    """SELECT rep, count(*) FROM ledger
       WHERE pool = ? AND lane = ? AND kind = 'turned' AND at >= ? AND at < ? GROUP BY rep ORDER BY rep"""
)
_UNTIL = Statement("SELECT seq FROM ledger WHERE pool = ? AND lane = ? AND at <= ? ORDER BY seq DESC LIMIT 1")
_members = msgspec.json.Decoder(tuple[tuple[str, int], ...]).decode


def entries(
    tx: Tx, pool: str, lane: str, *, after: int = 0, upto: int = _END, limit: int = _END
) -> list[Entry]:
    """Rows after seq `after` up to and with `upto`, in order."""
    return [_entry(row) for row in tx.all(_ENTRIES, (pool, lane, after, upto, limit))]


def until(tx: Tx, pool: str, lane: str, at: datetime) -> int:
    """The last row up to and with this instant; 0 before the first."""
    row = tx.one(_UNTIL, (pool, lane, instants.text(at)))
    return 0 if row is None else int(row[0])


def rotations(tx: Tx) -> list[Rotation]:
    """Every (pool, lane) that has rows."""
    return [(pool, lane) for pool, lane in tx.all(_ROTATIONS)]


def check(tx: Tx, pool: str, lane: str, standing: PoolStanding) -> None:
    """Keeps where the rotation stands after row `standing.seq`."""
    tx.run(_CHECK, (pool, lane, standing.seq, pool_text(standing)))


def last_check(tx: Tx, pool: str, lane: str, upto: int) -> PoolStanding:
    """The last standing kept that is not after row `upto`; the empty one before the first."""
    row = tx.one(_LAST, (pool, lane, upto))
    return PoolStanding() if row is None else pool_standing(row[0])


def checks(tx: Tx) -> dict[tuple[str, str, int], PoolStanding]:
    """Every standing kept, by (pool, lane, seq)."""
    return {(pool, lane, seq): pool_standing(data) for pool, lane, seq, data in tx.all(_CHECKS)}


def counts(tx: Tx, pool: str, lane: str, since: datetime, until: datetime) -> dict[str, int]:
    """Counted leads per rep in [since, until)."""
    return dict(tx.all(_COUNTS, (pool, lane, instants.text(since), instants.text(until))))


def _entry(row: Row) -> Entry:
    pool, lane, seq, kind, rep, cost, shared, owing, period, decision, roster, at = row
    return Entry(
        pool,
        lane,
        seq,
        kind,
        rep,
        cost,
        _members(shared) if shared else (),
        _members(owing) if owing else (),
        period,
        decision,
        roster,
        instants.read(at),
    )
