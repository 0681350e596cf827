"""Rows of what is to be done next: drafts, acknowledgements, tasks in somebody's own words. It decides nothing.

A draft is written in the transaction that gives the lead to its owner: nobody can see it before, and nobody else after.
"""

import msgspec

from firstright.core.about import About
from firstright.core.actions import Acknowledged, ActionEffect, Drafted, TodoEnded, TodoGiven
from firstright.core.decision import TaskGiven
from firstright.core.lead import Holder
from firstright.core.policy import Medium
from firstright.core.rendering import Blanks
from firstright.core.rendering import written as worded
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.mailing import Unwanted, address_for
from firstright.storage import drafts, tasks
from firstright.storage.drafts import DraftRow
from firstright.storage.rows import DeliveryRow, TaskRow

EVENT = "lead.acknowledged"
_json = msgspec.json.Encoder().encode


def written(batch: Batch, done: Concluded, effect: ActionEffect) -> None:
    """Puts down what an effect of this kind makes true. Of history nobody writes to anybody."""
    match effect:
        case Drafted():
            if not done.history:
                _draft(batch, done, effect)
        case Acknowledged():
            if not done.history:
                _acknowledgement(batch, done, effect.template)
        case TodoGiven():
            _todo(batch, done, effect)
        case TodoEnded():
            for row in batch.rows.tasks:
                if row.id == effect.task:
                    row.state = effect.state
            tasks.end(batch.tx, effect.task, effect.state)


def moved_on(batch: Batch, done: Concluded, was: Holder, now: Holder, rule: str) -> int:
    """Who has the lead from now on never sees what was written for somebody else: with `move` it is written anew for them.
    What a policy before this one had written is withdrawn, too."""
    lead = done.after
    if rule == "move" and batch.policy.drafts:
        for old in drafts.unused(batch.tx, lead.id, lead.epoch):
            if old.template in batch.policy.policy.templates:
                _draft(batch, done, Drafted(old.action, old.template, old.channel, now.id))
    return drafts.withdraw(batch.tx, lead.id, lead.epoch)


def _draft(batch: Batch, done: Concluded, effect: Drafted) -> None:
    lead, policy = done.after, batch.policy.policy
    template = policy.templates[effect.template]
    fields = Blanks(_about(done), lead.facts, lead.id, policy, batch.roster, "")
    subject, text = worded(template, fields)
    row = DraftRow(
        batch.new_id(),
        lead.id,
        lead.person or None,
        lead.epoch,
        effect.rep,
        effect.action,
        template.id,
        effect.channel,
        subject if template.subject else "",
        text,
        "ready",
        None,
        done.as_of,
    )
    drafts.add(batch.tx, row)
    batch.begins(lead.id)


def _about(done: Concluded) -> About:
    lead, decision = done.after, done.decision
    task = next(
        (e for e in decision.effects if isinstance(e, TaskGiven) and e.rep == decision.holder.id), None
    )
    return About(
        event=EVENT,
        at=done.as_of,
        cause=done.cause,
        outcome=lead.outcome,
        rule=decision.rule,
        holder_kind=lead.holder.kind,
        holder=lead.holder.id,
        epoch=lead.epoch,
        cycle=lead.cycle,
        due=task.due if task else lead.expected_at,
        expected=lead.expected_at,
        action=task.action if task else "",
    )


def _acknowledgement(batch: Batch, done: Concluded, template: str) -> None:
    """Once in a cycle, whatever is decided how often: the row of the cycle is written first, and a second one is not."""
    lead = done.after
    to = address_for(batch, lead, done.as_of)
    name, said = (None, to.why) if isinstance(to, Unwanted) else (batch.new_id(), "")
    first = drafts.acknowledge(batch.tx, lead.id, lead.cycle, lead.person, template, name, said, done.as_of)
    if not first or name is None or isinstance(to, Unwanted):
        return
    about = msgspec.structs.replace(_about(done), holder_kind="", holder="", action="", epoch=0)
    batch.rows.deliveries.append(
        DeliveryRow(
            name,
            lead.id,
            None,
            f"{Medium.EMAIL}:{to}",
            Medium.EMAIL,
            template,
            to,
            "ready",
            done.as_of,
            person_id=lead.person,
            order_key=f"{batch.turn.n:012d}.{done.seq:06d}.{len(batch.rows.deliveries):06d}",
            event=EVENT,
            about=_json(about).decode(),
            decision_id=done.id or None,
            created_at=done.as_of,
            trace=done.trace,
        )
    )


def _todo(batch: Batch, done: Concluded, effect: TodoGiven) -> None:
    lead, name = done.after, batch.new_id()
    batch.rows.tasks.append(
        TaskRow(name, lead.id, lead.epoch, effect.rep, "", effect.channel, effect.due, "open", lead.person)
    )
    by = done.act.by if done.act else ""
    tasks.say(batch.tx, name, effect.said, by, done.as_of, lead.person)
