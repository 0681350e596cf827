"""What a team page asks: what reps have in hand, and who had how many turns lately. Whose it is the caller says.

Nothing here reads a history whole. The rows of a ledger are numbered without a gap and in the order of their instants, so
the first one of a period is found by halving; and of one rotation only the latest rows are counted.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.core.assignment.turning import Counted
from firstright.core.why.teamview import InHand
from firstright.storage import instants
from firstright.storage.inbox import MOST, OPEN
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

MOST_ROWS = 5_000  # of one rotation's ledger, the latest

_HELD = f"FROM lead WHERE holder_kind = 'rep' AND holder_id = h.value AND {OPEN}"
_WALK = "ORDER BY touched, expected_at, id"
_HAND = f"""SELECT h.value,
         (SELECT count(*) FROM (SELECT 1 {_HELD} {_WALK} LIMIT {MOST}) AS held),
         (SELECT count(*) FROM (SELECT 1 {_HELD} AND touched = FALSE {_WALK} LIMIT {MOST}) AS fresh),
         (SELECT o.arrived_at FROM lead AS o WHERE o.id = (
            SELECT held.id FROM (SELECT id {_HELD} {_WALK} LIMIT {MOST}) AS held ORDER BY held.id LIMIT 1))
       FROM"""
_HANDS = Statement(
    f"{_HAND} json_each(?) AS h", postgresql=f"{_HAND} json_array_elements_text(%s::json) AS h"
)
# Between row `low`, which is before the instant, and row `high`, which is not.
_AT = "(SELECT l.at FROM ledger AS l WHERE l.pool = s.pool AND l.lane = s.lane AND l.seq = (s.low + s.high) / 2)"
_HALVING = f"""UNION ALL
         SELECT s.pool, s.lane, s.since, CASE WHEN {_AT} < s.since THEN (s.low + s.high) / 2 ELSE s.low END,
           CASE WHEN {_AT} < s.since THEN s.high ELSE (s.low + s.high) / 2 END
         FROM search AS s WHERE s.high - s.low > 1)
       SELECT pool, lane, high FROM search WHERE high - low = 1"""
_SINCE = Statement(
    f"""WITH RECURSIVE search (pool, lane, since, low, high) AS (
         SELECT r.value ->> 0, r.value ->> 1, r.value ->> 2, 0, (r.value ->> 3) + 1 FROM json_each(?) AS r
         {_HALVING}""",
    postgresql=f"""WITH RECURSIVE search (pool, lane, since, low, high) AS (
         SELECT r.value ->> 0, r.value ->> 1, (r.value ->> 2)::timestamptz, 0::bigint, (r.value ->> 3)::bigint + 1
         FROM json_array_elements(%s::json) AS r
         {_HALVING}""",
)
# Grouping them is ours: SQLite sorts them for it, which takes six times as long as counting.
_COUNT = Statement(
    """SELECT l.pool, l.rep, l.cost, l.eligible FROM json_each(?) AS r CROSS JOIN ledger AS l
       WHERE l.pool = r.value ->> 0 AND l.lane = r.value ->> 1 AND l.seq >= r.value ->> 2 AND l.kind = 'turned'""",
    postgresql="""SELECT l.pool, l.rep, l.cost, l.eligible FROM json_array_elements(%s::json) AS r
       CROSS JOIN LATERAL (SELECT * FROM ledger WHERE pool = r.value ->> 0 AND lane = r.value ->> 1
         AND seq >= (r.value ->> 2)::bigint AND kind = 'turned' ORDER BY pool, lane, seq) AS l""",
)
_SETS = Statement(
    "SELECT hash, members FROM eligible_set WHERE hash IN (SELECT value FROM json_each(?))",
    postgresql="SELECT hash, members FROM eligible_set WHERE hash IN (SELECT json_array_elements_text(%s::json))",
)
_ROW_AT = Statement("SELECT at FROM ledger WHERE pool = ? AND lane = ? AND seq = ?")
_TOLD = "k.pool, k.seq, k.rep, k.at, d.id, d.lead_id, d.policy_version, d.roster_version, d.rule, d.record"
_ORDER = "ORDER BY k.at DESC, k.pool, k.seq DESC"
_LATEST = Statement(
    f"""SELECT {_TOLD} FROM (
         SELECT l.pool, l.seq, l.rep, l.at, l.decision_id FROM json_each(?) AS r CROSS JOIN ledger AS l
         WHERE l.pool = r.value ->> 0 AND l.lane = r.value ->> 1 AND l.seq IN (
           SELECT w.seq FROM ledger AS w WHERE w.pool = r.value ->> 0 AND w.lane = r.value ->> 1
             AND w.seq <= r.value ->> 2 AND w.kind = 'turned' ORDER BY w.seq DESC LIMIT ?)) AS k
       JOIN decision AS d ON d.id = k.decision_id {_ORDER} LIMIT ?""",
    postgresql=f"""SELECT {_TOLD} FROM json_array_elements(%s::json) AS r CROSS JOIN LATERAL (
         SELECT pool, seq, rep, at, decision_id FROM ledger WHERE pool = r.value ->> 0 AND lane = r.value ->> 1
           AND seq <= (r.value ->> 2)::bigint AND kind = 'turned' ORDER BY pool DESC, lane DESC, seq DESC LIMIT %s) AS k
       JOIN decision AS d ON d.id = k.decision_id {_ORDER} LIMIT %s""",
)
_encode = msgspec.json.Encoder().encode
_members = msgspec.json.Decoder(tuple[tuple[str, int], ...]).decode


class Rotation(NamedTuple):
    """A pool's ledger in one lane and the number of its last row (`PoolStanding.seq`)."""

    pool: str
    lane: str
    last: int


class Turns(NamedTuple):
    """Counted leads since an instant. `cut` has when counting begins, by pool, where there were more than are counted."""

    rows: list[Counted]
    cut: dict[str, datetime]


def hands(tx: Tx, reps: Iterable[str]) -> dict[str, InHand]:
    """By rep; the oldest is the one that came first among the five hundred most urgent."""
    found = tx.all(_HANDS, (_encode(list(reps)).decode(),))
    return {
        rep: InHand(held, untouched, instants.read_maybe(oldest)) for rep, held, untouched, oldest in found
    }


def turns(tx: Tx, rotations: Iterable[Rotation], since: datetime) -> Turns:
    """Who won how many leads from an instant on, by whom they were shared; at most the latest five thousand of a rotation."""
    asked = list(rotations)
    first = {(pool, lane): seq for pool, lane, seq in first_rows(tx, asked, since)}
    begin, cut = [], {}
    for pool, lane, last in asked:
        seq = first[pool, lane]
        if last - seq >= MOST_ROWS:
            seq = last - MOST_ROWS + 1
            cut[pool] = instants.read(tx.all(_ROW_AT, (pool, lane, seq))[0][0])
        begin.append((pool, lane, seq))
    found = Counter(tx.all(_COUNT, (_encode(begin).decode(),)))
    sets: dict[str, str] = dict(tx.all(_SETS, (_encode(sorted({row[3] for row in found})).decode(),)))
    rows = [
        Counted(pool, rep, cost, n, _members(sets[key]))
        for (pool, rep, cost, key), n in sorted(found.items())
    ]
    return Turns(rows, cut)


def first_rows(tx: Tx, rotations: list[Rotation], since: datetime) -> list[tuple[str, str, int]]:
    """The first row of each rotation at or after an instant; one behind the last when there is none."""
    asked = [(pool, lane, instants.text(since), last) for pool, lane, last in rotations]
    return [(pool, lane, seq) for pool, lane, seq in tx.all(_SINCE, (_encode(asked).decode(),))]


class Latest(NamedTuple):
    """A counted lead of a rotation and the decision that counted it. `record` is empty when it was erased."""

    pool: str
    seq: int
    rep: str
    at: datetime
    decision_id: str
    lead_id: str
    policy_version: int
    roster_version: int
    rule: str
    record: bytes


def latest(tx: Tx, rotations: Iterable[Rotation], limit: int) -> list[Latest]:
    """The newest counted leads of all these rotations together, each up to and with its row `last`."""
    asked = _encode([tuple(rotation) for rotation in rotations]).decode()
    return [
        Latest._make((pool, seq, rep, instants.read(at), *rest[:5], bytes(rest[5])))
        for pool, seq, rep, at, *rest in tx.all(_LATEST, (asked, limit, limit))
    ]
