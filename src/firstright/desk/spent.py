"""The turn a lead, or an offer of it, cost somebody: found under the turn, so that what is given back is judged by what truly was.

It asks the ledger and what this batch has added to it. It decides nothing.
"""

from datetime import datetime

import msgspec

from firstright.core.causes.creditback import found_so
from firstright.core.decision import Turned
from firstright.core.lead import HolderKind, Lead, Spent
from firstright.core.limits import window
from firstright.core.pools import Period
from firstright.core.record import read_record
from firstright.desk.batch import Batch
from firstright.storage import credits, offers, recorded
from firstright.storage.credits import Held
from firstright.storage.rows import CreditRequestRow


def spent_on(batch: Batch, lead: Lead, reason: str) -> Spent | None:
    """The turn its holder had for this lead; None where it cost none (by hand, by precedence), where the reason gives
    nothing back anyway, and where something was said about it before."""
    rule = batch.policy.policy.credit_back.get(reason)
    if rule is None or not rule.credit or lead.holder.kind is not HolderKind.REP:
        return None
    held = _held(batch, lead)
    if held is None or _asked_before(batch, lead, held.since):
        return None
    turn = _turn(batch, held.decision_id, lead.holder.id)
    if turn is None:
        return None
    spent = Spent(
        turn.winner, turn.pool, turn.lane, turn.cost, held.since, 0, 0, verified=found_so(lead.facts)
    )
    return _of_month(batch, spent)


def spent_on_offer(batch: Batch, lead: Lead, reason: str) -> Spent | None:
    """The same of the turn that its open offer cost whom it is made to."""
    rule, offer = batch.policy.policy.credit_back.get(reason), offers.open_of(batch.tx, lead.id)
    if rule is None or not rule.credit or offer is None or not offer.pool or offer.decision_id is None:
        return None
    turn = _turn(batch, offer.decision_id, offer.rep_id)
    if turn is None or _asked_before(batch, lead, offer.offered_at, offer.rep_id):
        return None
    found = found_so(lead.facts)
    spent = Spent(turn.winner, turn.pool, turn.lane, turn.cost, offer.offered_at, 0, 0, verified=found)
    return _of_month(batch, spent)


def spent_for(batch: Batch, asked: CreditRequestRow) -> Spent:
    """The turn of something that was asked: as it was then, with what was given back by now."""
    return _of_month(batch, Spent(asked.rep, asked.pool, asked.lane, asked.cost, asked.asked_at, 0, 0))


def _held(batch: Batch, lead: Lead) -> Held | None:
    for row in reversed(batch.rows.assignments):
        if (row.lead_id, row.epoch) == (lead.id, lead.epoch):
            return Held(row.decision_id, row.started_at)
    return credits.held(batch.tx, lead.id, lead.epoch)


def _asked_before(batch: Batch, lead: Lead, since: datetime, rep: str = "") -> bool:
    """Whether what became of this very turn was decided before: it is given back once."""
    asked = [row for row in batch.rows.credit_requests if row.lead_id == lead.id]
    asked += credits.of_lead(batch.tx, lead.id)
    return any(row.rep == (rep or lead.holder.id) and row.asked_at >= since for row in asked)


def _turn(batch: Batch, decision_id: str, rep: str) -> Turned | None:
    made = next((row.record for row in batch.rows.decisions if row.id == decision_id), None)
    if made is None:
        stored = recorded.one(batch.tx, decision_id)
        made = stored.record if stored else b""
    if not made:
        return None  # the person was erased, and the record with them
    changes = read_record(made).decision().credits
    return next((c for c in changes if isinstance(c, Turned) and c.winner == rep), None)


def _of_month(batch: Batch, spent: Spent) -> Spent:
    """With what they had on that ledger this month, rows of this batch among it."""
    policy, now = batch.policy.policy, batch.turn.now
    pool = policy.pools.get(spent.pool)
    since, _ = window(Period.MONTH, (pool.zone if pool else "") or policy.zone, now)
    last = batch.world.standing.pool(spent.pool, spent.lane).seq
    had = credits.month(batch.tx, spent.pool, spent.lane, last, spent.rep, since)
    here = [
        row.kind
        for row in batch.rows.ledger
        if (row.pool, row.lane, row.rep) == (spent.pool, spent.lane, spent.rep) and row.at >= since
    ]
    turns, back = had.turns + here.count("turned"), had.back + here.count("returned")
    return msgspec.structs.replace(spent, turns=turns, back=back)
