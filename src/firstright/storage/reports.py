"""Counts people compare: outcomes by rule, who has what, each rep's entitled share, what review waits for. Reads only."""

import json
from typing import NamedTuple

from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

_OUTCOMES = Statement(
    """SELECT outcome, reason, count(*) FROM lead WHERE merged_into IS NULL GROUP BY outcome, reason
       ORDER BY count(*) DESC, outcome, reason"""
)
_OWNED = Statement(
    """SELECT holder_id, count(*) FROM assignment WHERE holder_kind = 'rep' AND ended_at IS NULL
       GROUP BY holder_id"""
)
_TURNS = Statement(
    "SELECT pool, rep, count(*) FROM ledger WHERE kind = 'turned' GROUP BY pool, rep ORDER BY pool, rep"
)
_ENTITLED = Statement(
    """SELECT l.pool, e.members, sum(l.cost) FROM ledger AS l JOIN eligible_set AS e ON e.hash = l.eligible
       WHERE l.kind = 'turned' GROUP BY l.pool, e.members"""
)
_REVIEWS = Statement(
    "SELECT reason, count(*) FROM review_item WHERE state = 'open' GROUP BY reason ORDER BY count(*) DESC, reason"
)
_LATEST = Statement(
    """SELECT lead_id, holder_id FROM decision WHERE outcome = 'owner' AND rule <> '' AND reason <> 'repeat-enquiry'
       ORDER BY turn DESC, seq DESC LIMIT 1"""
)
_PROBLEMS = Statement("SELECT problems FROM arrival WHERE problems <> '[]'")
_ARRIVALS = Statement("SELECT label, count(*) FROM arrival GROUP BY label ORDER BY label")

LEAD = 10**9


class Share(NamedTuple):
    """A rep's turns in one pool beside what their weight entitled them to, in leads."""

    pool: str
    rep: str
    turns: int
    entitled: float


def outcomes(tx: Tx) -> list[tuple[str, str, int]]:
    """(outcome, reason, leads), most first."""
    return [(outcome, reason, n) for outcome, reason, n in tx.all(_OUTCOMES)]


def owned(tx: Tx) -> dict[str, int]:
    """Leads each rep holds now, whatever gave them."""
    return dict(tx.all(_OWNED))


def shares(tx: Tx) -> list[Share]:
    """Turns and entitlement by pool and rep. Entitled: the sum over counted leads of weight over eligible weights."""
    turns = {(pool, rep): n for pool, rep, n in tx.all(_TURNS)}
    entitled: dict[tuple[str, str], float] = {}
    for pool, members, cost in tx.all(_ENTITLED):
        weights = json.loads(members)
        total = sum(weight for _, weight in weights)
        for rep, weight in weights:
            entitled[pool, rep] = entitled.get((pool, rep), 0.0) + int(cost) / LEAD * weight / total
    return [Share(*key, turns.get(key, 0), entitled[key]) for key in sorted(entitled)]


def reviews(tx: Tx) -> list[tuple[str, int]]:
    """What waits for a person, by reason."""
    return [(reason, n) for reason, n in tx.all(_REVIEWS)]


def latest_turn(tx: Tx) -> tuple[str, str] | None:
    """(lead, rep) of the latest decision in which a rule gave a lead to somebody."""
    row = tx.one(_LATEST)
    return None if row is None else (row[0], row[1])


def arrivals(tx: Tx) -> dict[str, int]:
    return dict(tx.all(_ARRIVALS))


def problems(tx: Tx) -> dict[str, int]:
    """How often each problem code was found in what came in."""
    counts: dict[str, int] = {}
    for (text,) in tx.all(_PROBLEMS):
        for found in json.loads(text):
            counts[found["code"]] = counts.get(found["code"], 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
