"""Whom a decision has to be told, as rows of the outbox: to whom, in which order, and what about, fixed as it is now.

It sends nothing and words nothing.
"""

import msgspec

from firstright.core.causes.escalation import MISSED, WARNED
from firstright.core.decision import TaskGiven, Told
from firstright.core.lead import Act, HolderKind
from firstright.core.messages import About
from firstright.core.offers import OFFERED, SHARED
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.storage.rows import DeliveryRow

_json = msgspec.json.Encoder().encode


def outbox(batch: Batch, done: Concluded, told: tuple[Told, ...]) -> None:
    for each in told:
        _delivery(batch, done, each)


def _delivery(batch: Batch, done: Concluded, told: Told) -> None:
    """One row of the outbox. Of history nobody is told: it is no news."""
    if done.history:
        return
    lead, name = done.after, batch.new_id()
    batch.rows.deliveries.append(
        DeliveryRow(
            name,
            lead.id,
            None if told.lasting else lead.epoch,
            f"{told.channel}:{told.to}",
            told.channel,
            told.template,
            "" if told.lasting else told.to,
            "ready",
            done.as_of,
            person_id=lead.person,
            order_key=f"{batch.turn.n:012d}.{done.seq:06d}.{len(batch.rows.deliveries):06d}",
            event=told.event,
            about=_json(_about(done, told)).decode(),
            decision_id=done.id or None,
            created_at=done.as_of,
            trace=done.trace,
        )
    )


def _about(done: Concluded, told: Told) -> About:
    """What was missed is told as it stood then, with whoever missed it: where the lead has gone is another event."""
    missed, rang = told.event == MISSED, told.event in (MISSED, WARNED)
    decision, was, act = done.decision, done.before.holder, done.act or Act()
    lead = done.before if missed else done.after
    given = (e for e in decision.effects if isinstance(e, TaskGiven) and e.rep == decision.holder.id)
    task = None if missed else next(given, None)
    moved = was.kind is HolderKind.REP and was != lead.holder
    due = act.due if rang else task.due if task else None
    if told.event in (OFFERED, SHARED) and lead.offer:
        due = lead.offer.until
    return About(
        event=told.event,
        at=done.as_of,
        cause=done.cause,
        outcome=lead.outcome,
        reason=decision.reason,
        rule=decision.rule,
        holder_kind=lead.holder.kind,
        holder=lead.holder.id,
        previous=was.id if moved else "",
        epoch=lead.epoch,
        cycle=lead.cycle,
        priority=decision.priority,
        due=due or lead.expected_at,
        clock=act.clock,
        percent=act.percent,
        action=task.action if task else "",
        by=act.by,
    )
