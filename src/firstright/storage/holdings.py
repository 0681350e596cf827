"""Who has held which lead, and whom which was offered to, from when to when in the order of decisions. What somebody can take is not
known here."""

from typing import NamedTuple

from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

Moment = tuple[int, int]  # turn, and place in the turn
LAST: Moment = (2**62, 0)

_HOLDINGS = Statement(
    """SELECT a.holder_id, a.lead_id, d.turn, d.seq, n.turn, n.seq, d.id, d.cause, d.reason, d.roster_version
       FROM assignment AS a JOIN decision AS d ON d.id = a.decision_id
       LEFT JOIN assignment AS b ON b.lead_id = a.lead_id AND b.epoch = a.epoch + 1
       LEFT JOIN decision AS n ON n.id = b.decision_id
       WHERE a.holder_kind = 'rep'"""
)
# An offer is answered by a decision about its lead at that instant.
_OFFERS = Statement(
    """SELECT o.rep_id, o.lead_id, d.turn, d.seq, n.turn, n.seq, d.id, d.cause, d.reason, d.roster_version
       FROM offer AS o JOIN decision AS d ON d.id = o.decision_id
       LEFT JOIN decision AS n ON n.lead_id = o.lead_id AND n.as_of = o.answered_at AND n.id <> d.id
       WHERE o.to_kind = 'rep' AND (o.answered_at IS NULL OR n.id IS NOT NULL)
       ORDER BY o.id, n.turn DESC, n.seq DESC"""
)


class Holding(NamedTuple):
    """[begins, ends): a lead in somebody's hands, or an offer that keeps a place for it."""

    rep: str
    lead: str
    begins: Moment
    ends: Moment
    decision: str  # by which it began
    cause: str
    reason: str
    roster: int  # the version it was decided with


def everything(tx: Tx) -> list[Holding]:
    """Of all times. Those whose decisions are gone are left out."""
    offered = {(row[:2], row[6]): row for row in tx.all(_OFFERS)}  # the first answer comes last
    return [_holding(row) for row in (*tx.all(_HOLDINGS), *offered.values())]


def _holding(row: Row) -> Holding:
    rep, lead, turn, seq, until, place, decision, cause, reason, roster = row
    ends = LAST if until is None else (until, place)
    return Holding(rep, str(lead), (turn, seq), ends, str(decision), cause, reason, roster)
