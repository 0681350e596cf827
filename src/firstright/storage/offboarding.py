"""Who leaves and when, as jobs, and what they have then. What is done about it the desk knows."""

from typing import NamedTuple

from firstright.storage.inbox import OPEN
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

CAUSE = "offboarded"
KIND = "route"  # the kind of a job without a lead: whose leads are routed, ref_id says

_FORGET = Statement(
    f"""UPDATE job SET state = 'cancelled'
       WHERE state = 'ready' AND lane = 'deadlines' AND kind = '{KIND}' AND cause = '{CAUSE}' AND lead_id IS NULL"""
)
# Who has a decision like that to come is not asked for another.
_HELD = Statement(
    f"""SELECT id, epoch, priority FROM lead AS l WHERE holder_kind = 'rep' AND holder_id = ? AND {OPEN} AND NOT EXISTS (
         SELECT 1 FROM job AS j WHERE j.lead_id = l.id AND j.state = 'ready' AND j.cause = '{CAUSE}')
       ORDER BY priority DESC, arrived_at, id"""
)


class InHand(NamedTuple):
    lead: str
    epoch: int
    priority: int


def forget(tx: Tx) -> None:
    """Nobody leaves any more; the caller says anew who does."""
    tx.run(_FORGET)


def in_hand(tx: Tx, rep: str) -> list[InHand]:
    """Open leads of a rep, most urgent first."""
    return [InHand(*row) for row in tx.all(_HELD, (rep,))]
