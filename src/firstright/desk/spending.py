"""The turn a lead cost its holder: found under the turn, so that what is given back is judged by what truly was.

It asks the ledger and what this batch has added to it. Whether anything is given back is the core's to say.
"""

from datetime import datetime

import msgspec

from firstright.core.creditback import BY_ITSELF, GIVEN_LATER, Judged, found_so, judged
from firstright.core.decision import Turned
from firstright.core.lead import Act, Cause, HolderKind, Lead, Spent
from firstright.core.limits import window
from firstright.core.pools import Approval, Period
from firstright.core.record import read_record
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.deciding import decide_in
from firstright.storage import credits, recorded
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


def spent_for(batch: Batch, asked: CreditRequestRow) -> Spent:
    """The turn of something that was asked: as it was then, with what was given back by now."""
    return _of_month(batch, Spent(asked.rep, asked.pool, asked.lane, asked.cost, asked.asked_at, 0, 0))


def give(batch: Batch, lead: Lead, asked: CreditRequestRow, act: Act, note: str, by: str) -> Concluded:
    """A decision of its own, so that the row on the ledger has one and everything replays; and the answer. `act` says who
    agreed."""
    done = decide_in(batch, msgspec.structs.replace(lead, act=act), Cause.CORRECTED, trigger_of(asked))
    credits.resolve(batch.tx, asked.id, "given", batch.turn.now, by, note)
    return done


def give_found(batch: Batch, lead: Lead) -> None:
    """What was asked and has been found to be so meanwhile goes back by itself, as far as the month's cap lets it."""
    if not found_so(lead.facts):
        return
    table = batch.policy.policy.credit_back
    for asked in credits.of_lead(batch.tx, lead.id):
        rule = table.get(asked.reason)
        if asked.state != "asked" or rule is None or rule.approval is not Approval.VERIFIED:
            continue
        spent = msgspec.structs.replace(spent_for(batch, asked), verified=True)
        if may_be_given(batch, asked.reason, spent) is Judged.GIVEN:
            now = batch.lead(lead.id)
            assert now is not None
            act = Act(by=BY_ITSELF, called=BY_ITSELF, reason=asked.reason, spent=spent)
            give(batch, now, asked, act, "found to be so", BY_ITSELF)


def may_be_given(batch: Batch, reason: str, spent: Spent) -> Judged:
    """What stands against giving what somebody agrees to."""
    if spent.rep not in batch.roster.members(spent.pool).ids:
        return Judged.GONE
    agreed = msgspec.structs.replace(spent, approved=True)
    return judged(reason, agreed, batch.policy.policy, batch.turn.now)


def trigger_of(asked: CreditRequestRow) -> str:
    return f"{GIVEN_LATER}:{asked.id}"


def _held(batch: Batch, lead: Lead) -> Held | None:
    for row in reversed(batch.rows.assignments):
        if (row.lead_id, row.epoch) == (lead.id, lead.epoch):
            return Held(row.decision_id, row.started_at)
    return credits.held(batch.tx, lead.id, lead.epoch)


def _asked_before(batch: Batch, lead: Lead, since: datetime) -> bool:
    """Whether what became of this very turn was decided before: it is given back once."""
    asked = [row for row in batch.rows.credit_requests if row.lead_id == lead.id]
    asked += credits.of_lead(batch.tx, lead.id)
    return any(row.rep == lead.holder.id and row.asked_at >= since for row in asked)


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
