"""Turns a decision into the rows that make it true: holder history, ledger, clocks, jobs, tasks, outbox, audit.

It gives every row its id and decides nothing. Which row follows from which effect is said in one `match`.
"""

from datetime import datetime
from typing import assert_never

import msgspec

from firstright.core.decision import (
    ENGINE,
    AlarmSet,
    ClockStarted,
    CreditChange,
    Decision,
    Effect,
    Engaged,
    Held,
    ReviewOpened,
    TaskGiven,
    Told,
    Turned,
)
from firstright.core.followup import first_alarm
from firstright.core.lead import Cause, Lead, Outcome
from firstright.core.matchkeys import MatchKeys
from firstright.desk.batch import Batch
from firstright.storage.leads import facts_text, holds_text
from firstright.storage.rows import (
    AssignmentRow,
    AuditRow,
    ClockRow,
    DecisionRow,
    DeliveryRow,
    EligibleSetRow,
    EndedAssignment,
    JobRow,
    LeadRow,
    LedgerRow,
    MatchKeyRow,
    ReviewRow,
    TaskRow,
)

_json = msgspec.json.Encoder().encode


# With these a cycle's clocks are over: nobody of ours owes the person a first touch any more.
ENDS_CLOCKS = frozenset({Outcome.REJECTED, Outcome.NURTURE, Outcome.SUPPORT, Outcome.PARTNER, Outcome.CLOSED})


class Concluded(msgspec.Struct, frozen=True):
    """A decision with the identifiers it is stored under, the lead before and after it."""

    id: str
    decision: Decision
    before: Lead
    after: Lead
    cause: Cause
    trigger: str
    as_of: datetime
    seq: int
    row: LeadRow | None  # the stored row, when the lead was there before
    keys: MatchKeys  # by which it can be found from now on
    problems: str = "[]"  # of a new lead, as JSON
    trace: str = ""  # traceparent of the decision's span, for what is delivered about it


def consequences(batch: Batch, done: Concluded, record: bytes) -> LeadRow | None:
    """Adds all rows of one decision to the batch. Gives the lead's new row, or None when it did not change."""
    decision, lead = done.decision, done.after
    rows = batch.rows
    rows.decisions.append(
        DecisionRow(
            done.id,
            lead.id,
            done.trigger,
            done.cause,
            batch.turn.n,
            done.seq,
            done.as_of,
            ENGINE,
            batch.policy.version,
            batch.roster.version,
            decision.outcome,
            decision.reason,
            decision.rule,
            decision.holder.kind,
            decision.holder.id,
            record,
        )
    )
    if done.before.epoch and decision.outcome in ENDS_CLOCKS and _changes(decision):
        batch.ended.append(lead.id)
    for change in decision.credits:
        rows.ledger.append(_ledger(batch, done, change))
    for effect in decision.effects:
        _effect(batch, done, effect)
    rows.audits.append(
        AuditRow(
            batch.new_id(), done.as_of, batch.turn.n, "firstright", decision.outcome, "lead", lead.id, done.id
        )
    )
    if done.row is None or decision.lead:
        rows.match_keys += [MatchKeyRow(kind, value, "lead", lead.id) for kind, value in done.keys]
    return _lead(batch, done)


def _changes(decision: Decision) -> bool:
    """Whether the lead's row changes; else it is kept as it is, and only its urgency may have risen."""
    return bool(decision.effects) and not any(isinstance(e, Engaged) for e in decision.effects)


def _effect(batch: Batch, done: Concluded, effect: Effect) -> None:
    lead, rows = done.after, batch.rows
    match effect:
        case Held():
            if done.before.epoch:
                rows.ended_assignments.append(EndedAssignment(lead.id, done.before.epoch, done.as_of))
                batch.superseded.append((lead.id, lead.epoch))
            rows.assignments.append(
                AssignmentRow(
                    lead.id,
                    lead.epoch,
                    effect.holder.kind,
                    effect.holder.id,
                    lead.cycle,
                    "rule",
                    done.cause,
                    done.id,
                    done.as_of,
                )
            )
        case ClockStarted():
            _clock(batch, done, effect)
        case TaskGiven():
            rows.tasks.append(
                TaskRow(
                    batch.new_id(),
                    lead.id,
                    lead.epoch,
                    effect.rep,
                    effect.action,
                    effect.channel,
                    effect.due,
                    "open",
                    lead.person,
                )
            )
        case Told():
            _delivery(batch, done, effect)
        case AlarmSet():
            rows.jobs.append(
                JobRow(
                    batch.new_id(),
                    "decide",
                    "deadlines",
                    lead.id,
                    done.id,
                    effect.cause,
                    effect.at,
                    done.decision.priority,
                    lead.epoch,
                )
            )
        case ReviewOpened():
            due = next((e.due for e in done.decision.effects if isinstance(e, ClockStarted)), None)
            names = _json(effect.candidates).decode()
            rows.reviews.append(
                ReviewRow(batch.new_id(), lead.id, effect.reason, "open", names, due, done.as_of)
            )
        case Engaged():
            batch.raised.append((lead.id, done.decision.priority))
            if row := batch.lead_rows.get(lead.id):
                row.priority = max(row.priority, done.decision.priority)
        case _:
            assert_never(effect)


def _clock(batch: Batch, done: Concluded, clock: ClockStarted) -> None:
    lead, name = done.after, batch.new_id()
    batch.rows.clocks.append(
        ClockRow(
            name,
            lead.id,
            clock.clock,
            lead.cycle,
            lead.epoch,
            clock.basis,
            clock.calendar,
            clock.started,
            clock.due,
            _json(clock.warnings).decode(),
            _json(clock.ladder).decode(),
        )
    )
    guard = None if clock.clock == "speed-to-lead" else lead.epoch
    at = first_alarm(clock, done.as_of)
    batch.rows.jobs.append(
        JobRow(
            batch.new_id(),
            "clock",
            "deadlines",
            lead.id,
            name,
            clock.clock,
            at,
            done.decision.priority,
            guard,
        )
    )


def _delivery(batch: Batch, done: Concluded, told: Told) -> None:
    lead, name = done.after, batch.new_id()
    batch.rows.deliveries.append(
        DeliveryRow(
            name,
            lead.id,
            lead.epoch,
            f"{told.channel}:{told.to}",
            told.channel,
            told.template,
            told.to,
            "ready",
            done.as_of,
            person_id=lead.person,
            order_key=name,
            trace=done.trace,
        )
    )


def _ledger(batch: Batch, done: Concluded, change: CreditChange) -> LedgerRow:
    bits = change.eligible if isinstance(change, Turned) else change.stayers
    digest, members = batch.memory.eligible_set(change.pool, bits, batch.roster)
    if digest not in batch.memory.written_sets:
        batch.memory.written_sets.add(digest)
        batch.rows.eligible_sets.append(EligibleSetRow(digest, change.pool, members))
    if isinstance(change, Turned):
        kind, rep, cost = "turned", change.winner, change.cost
    else:
        kind, rep, cost = "spread", change.leaver, 0
    return LedgerRow(change.pool, change.lane, change.seq, kind, rep, cost, digest, done.id, done.as_of)


def _lead(batch: Batch, done: Concluded) -> LeadRow | None:
    decision, lead, was = done.decision, done.after, done.row
    if not _changes(decision):
        return None
    waiting = lead.waiting
    row = LeadRow(
        id=lead.id,
        person_id=lead.person,
        source=lead.source,
        lane=lead.lane,
        facts=facts_text(lead.facts),
        problems=was.problems if was else done.problems,
        outcome=decision.outcome,
        reason=decision.reason,
        rule=decision.rule,
        service=decision.service,
        holder_kind=lead.holder.kind,
        holder_id=lead.holder.id,
        epoch=lead.epoch,
        cycle=lead.cycle,
        status=lead.status,
        touched=lead.touched,
        locked_to=lead.locked_to,
        locked_until=lead.locked_until,
        waiting_rule=waiting.rule if waiting else "",
        waiting_until=waiting.until if waiting else None,
        arrived_at=lead.arrived_at,
        next_at=decision.next_at,
        expected_at=decision.expected_at,
        priority=decision.priority,
        merged_into=was.merged_into if was else None,
        turn=batch.turn.n,
        created_at=was.created_at if was else done.as_of,
        updated_at=done.as_of,
        holds=holds_text(waiting),
    )
    if was is None:
        batch.rows.leads.append(row)
    else:
        batch.rows.lead_changes.append(row)
    return row
