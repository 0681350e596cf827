"""Decides one lead within a batch: fetches nothing, moves the batch's world on, and adds the rows that follow."""

from datetime import datetime

import msgspec

from firstright.core.apply import after, apply, keys_of
from firstright.core.decide import IMPROVING, decide_knowing
from firstright.core.decision import Decision, Told
from firstright.core.lead import Act, Cause, HolderKind, Lead
from firstright.core.matching import candidates
from firstright.core.record import record_bytes
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.consequences import consequences
from firstright.desk.outbox import outbox
from firstright.storage.rows import AuditRow, LeadRow

_json = msgspec.json.Encoder().encode


def decide_in(
    batch: Batch,
    lead: Lead,
    cause: Cause,
    trigger: str,
    *,
    as_of: datetime | None = None,
    problems: str = "[]",
    trace: str = "",
) -> Concluded:
    """Decides, applies, adds every row. `as_of` pins the instant; None is the turn's. `trace` is whose span this is part of."""
    with batch.tracing.span("decide", trace, lead=lead.id, cause=cause) as under:
        return _decided(batch, lead, cause, trigger, as_of, problems, under)


def _decided(
    batch: Batch, lead: Lead, cause: Cause, trigger: str, as_of: datetime | None, problems: str, trace: str
) -> Concluded:
    world = batch.world
    if as_of is not None and as_of != world.as_of:
        world = msgspec.structs.replace(world, as_of=as_of)
    found = candidates(lead, world)
    decision = decide_knowing(lead, cause, batch.policy, world, found)
    before, row = _subject(batch, lead, decision, world.as_of)
    record = record_bytes(
        lead,
        cause,
        decision,
        policy=batch.policy.policy.hash,
        roster=batch.roster.hash,
        turn=batch.turn.n,
        as_of=world.as_of,
        candidates=found,
        unread=batch.policy.unread,
    )
    keys = keys_of(world, before, lead)
    left = _as_left(before, decision, cause)
    batch.move_to(apply(world, before, decision, lead, keys, left))
    batch.seq += 1
    done = Concluded(
        batch.new_id(),
        decision,
        before,
        left,
        cause,
        trigger,
        world.as_of,
        batch.seq,
        row,
        keys,
        problems,
        history=as_of is not None,
        act=lead.act,
        trace=trace,
    )
    changed = consequences(batch, done, record)
    batch.leave(done.after)
    if changed is not None:
        batch.lead_rows[changed.id] = changed
    return done


def _as_left(before: Lead, decision: Decision, cause: Cause) -> Lead:
    """The lead as the decision leaves it, with the budget of better knowledge that this has used up."""
    now = after(before, decision)
    moved = now.epoch > before.epoch and before.holder.kind is now.holder.kind is HolderKind.REP
    if moved and cause in IMPROVING and not decision.new_cycle:
        return msgspec.structs.replace(now, improved=now.improved + 1)
    return now


def _subject(batch: Batch, lead: Lead, decision: Decision, as_of: datetime) -> tuple[Lead, LeadRow | None]:
    """Whom the decision is about, as it stood: the lead that came, or the one this person already was. A new cycle begins
    with the enquiry that came, or now."""
    if not decision.lead or decision.lead == lead.id:
        began = as_of if decision.new_cycle else lead.arrived_at
        return msgspec.structs.replace(lead, arrived_at=began), batch.lead_rows.get(lead.id)
    stood, row = batch.lead(decision.lead), batch.lead_row(decision.lead)
    if stood is None or row is None:
        raise LookupError(f"lead {decision.lead} was matched and is not there")
    began = lead.arrived_at if decision.new_cycle else min(lead.arrived_at, stood.arrived_at)
    return msgspec.structs.replace(stood, arrived_at=began, facts={**stood.facts, **lead.facts}), row


def remind_in(batch: Batch, lead: Lead, told: tuple[Told, ...]) -> None:
    """Tells somebody without deciding anything: a warning before a deadline. It leaves an audit row, and no decision."""
    batch.seq += 1
    act = lead.act or Act()
    reminder = Concluded(
        "",
        Decision(lead.outcome, "warned", lead.holder, lead.rule, priority=lead.priority, kept=True),
        lead,
        lead,
        Cause.SLA_MISSED,
        "",
        batch.turn.now,
        batch.seq,
        batch.lead_rows.get(lead.id),
        (),
        act=act,
    )
    outbox(batch, reminder, told)
    note = _json({"clock": act.clock, "percent": act.percent}).decode()
    batch.rows.audits.append(
        AuditRow(
            batch.new_id(), batch.turn.now, batch.turn.n, "firstright", "warned", "lead", lead.id, None, note
        )
    )
    batch.endings.retold.append(lead.id)
