"""Turns a decision into the rows that make it true: holder history, ledger, clocks, jobs, tasks, outbox, audit.

It gives every row its id and decides nothing. Which row follows from which effect is said in one `match`.
"""

from datetime import datetime
from typing import assert_never

import msgspec

from firstright.core.actions import Acknowledged, Drafted, TodoEnded, TodoGiven
from firstright.core.clockwork import ClockExcused, ClocksPaused, ClocksResumed, ClockStopped
from firstright.core.decision import (
    ENGINE,
    Accepted,
    AlarmSet,
    ClockMet,
    ClockMissed,
    ClockStarted,
    Counted,
    CreditAsked,
    Effect,
    Engaged,
    Held,
    Locked,
    ReviewOpened,
    TaskDone,
    TaskGiven,
    TasksMoved,
    Told,
)
from firstright.core.followup import ACCEPTANCE, RECEIPT, REVIEW, SPEED, STUCK, first_alarm
from firstright.core.handoff import Offered, OfferEnded, RoleSet, TicketOpened
from firstright.core.lead import Cause, HolderKind, Lead, Outcome
from firstright.core.pipeline import Converted
from firstright.core.sequences import Enrolled, Halted
from firstright.desk import clockwork, converting, handing, nextacting, reassigning, sequencing
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.ledgering import ledger_row
from firstright.desk.outbox import outbox
from firstright.storage import statuses
from firstright.storage.clocks import Met
from firstright.storage.leads import facts_text, holds_text, load_text, mile_text
from firstright.storage.rows import (
    AssignmentRow,
    AuditRow,
    ClockRow,
    CreditRequestRow,
    DecisionRow,
    EndedAssignment,
    JobRow,
    LeadRow,
    MatchKeyRow,
    ReviewRow,
    TaskRow,
)
from firstright.storage.statuses import ChangeRow

_json = msgspec.json.Encoder().encode


# With these a cycle's clocks are over: nobody of ours owes the person a first touch any more.
ENDS_CLOCKS = frozenset({Outcome.REJECTED, Outcome.NURTURE, Outcome.SUPPORT, Outcome.PARTNER, Outcome.CLOSED})
OF_OFFERS = frozenset({ACCEPTANCE, RECEIPT})
SAID = frozenset({Cause.CLAIMED, Cause.MERGED, Cause.UNMERGED})  # by somebody, whatever follows


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
    if done.row is not None and not decision.kept:
        batch.endings.forget_alarms(lead.id)
        handing.left(batch, done)
        if decision.outcome in ENDS_CLOCKS:
            batch.endings.end_cycle(lead.id, batch.clocks)
    sequencing.followed(batch, done)
    for change in decision.credits:
        rows.ledger.append(ledger_row(batch, done, change))
    for effect in decision.effects:
        _effect(batch, done, effect)
    if done.row is not None and done.row.status != lead.status and batch.policy.policy.pipeline.own:
        statuses.changed(
            batch.tx, ChangeRow(lead.id, done.id, lead.cycle, done.row.status, lead.status, done.as_of)
        )
    rows.audits.append(
        AuditRow(
            batch.new_id(),
            done.as_of,
            batch.turn.n,
            _actor(done),
            decision.outcome,
            "lead",
            lead.id,
            done.id,
        )
    )
    if done.row is None or decision.lead:
        rows.match_keys += [MatchKeyRow(kind, value, "lead", lead.id) for kind, value in done.keys]
    return _lead(batch, done)


def _actor(done: Concluded) -> str:
    return (done.act.by if done.act else "") or "firstright"


def _effect(batch: Batch, done: Concluded, effect: Effect) -> None:
    lead, rows = done.after, batch.rows
    match effect:
        case Held():
            _held(batch, done, effect)
        case Locked():
            pass  # the lead's own row says whom it is locked to
        case ClockStarted():
            _clock(batch, done, effect)
        case TaskGiven():
            rows.tasks.append(_task(batch.new_id(), lead, effect))
        case Told():
            outbox(batch, done, (effect,))
        case AlarmSet():
            _alarm(batch, done, effect)
        case ReviewOpened():
            rows.reviews.append(_review(batch.new_id(), done, effect))
        case Engaged():
            batch.endings.raised.append((lead.id, done.decision.priority))
            if row := batch.lead_rows.get(lead.id):
                row.priority = max(row.priority, done.decision.priority)
        case Accepted():
            batch.endings.accept(lead.id, lead.epoch, done.as_of)
        case ClockMet():
            # The clocks of an offer run under the epoch of who gave it, also where a new one begins with the answer.
            whose = done.before if effect.clock in OF_OFFERS and done.before.epoch else lead
            batch.endings.meet(Met(lead.id, effect.clock, effect.at, whose.cycle, whose.epoch), batch.clocks)
        case ClockMissed():
            batch.endings.missed.append((lead.id, effect.clock, done.as_of))
        case TaskDone():
            batch.endings.do_tasks(lead.id, effect.rep, effect.channel)
        case TasksMoved():
            reassigning.tasks_moved(batch, done, effect)
        case Counted():
            pass  # the tally of a limit is part of the standing
        case CreditAsked():
            rows.credit_requests.append(_credit_request(batch.new_id(), done, effect))
        case Offered() | OfferEnded() | RoleSet() | TicketOpened():
            handing.written(batch, done, effect)
        case ClocksPaused() | ClocksResumed() | ClockStopped() | ClockExcused():
            clockwork.written(batch, done, effect)
        case Enrolled() | Halted():
            sequencing.written(batch, done, effect)
        case Converted():
            converting.written(batch, done, effect)
        case Drafted() | Acknowledged() | TodoGiven() | TodoEnded():
            nextacting.written(batch, done, effect)
        case _:
            assert_never(effect)


def _alarm(batch: Batch, done: Concluded, alarm: AlarmSet) -> None:
    lead, urgent = done.after, done.decision.priority
    if alarm.cause == Cause.NO_REPLY:
        batch.endings.forget_reminders(lead.id)
    about = (lead.id, done.id, alarm.cause, alarm.at, urgent, lead.epoch)
    batch.rows.jobs.append(JobRow(batch.new_id(), "decide", "deadlines", *about))


def _review(name: str, done: Concluded, opened: ReviewOpened) -> ReviewRow:
    started = [e for e in done.decision.effects if isinstance(e, ClockStarted)]
    due = next((clock.due for clock in started if clock.clock == REVIEW), None)
    names = _json(opened.candidates).decode()
    return ReviewRow(name, done.after.id, opened.reason, "open", names, due, done.as_of)


def _credit_request(name: str, done: Concluded, asked: CreditAsked) -> CreditRequestRow:
    return CreditRequestRow(
        name,
        done.after.id,
        asked.rep,
        asked.pool,
        asked.lane,
        asked.cost,
        asked.reason,
        asked.state,
        done.as_of,
        done.id,
        None if asked.state == "asked" else done.as_of,
        note=asked.because,
    )


def _held(batch: Batch, done: Concluded, held: Held) -> None:
    lead, rows = done.after, batch.rows
    if done.before.epoch:
        rows.ended_assignments.append(EndedAssignment(lead.id, done.before.epoch, done.as_of))
        reassigning.moved_on(batch, done, held)
    if lead.contact:
        converting.followed(batch, lead)
    if held.was.kind is HolderKind.REVIEW:
        batch.endings.leave_review(lead.id)
    rows.assignments.append(
        AssignmentRow(
            lead.id,
            lead.epoch,
            held.holder.kind,
            held.holder.id,
            lead.cycle,
            "person" if done.cause in SAID or decided_by_hand(done) else "rule",
            done.cause,
            done.id,
            done.as_of,
        )
    )


def decided_by_hand(done: Concluded) -> bool:
    """Whether a person said what becomes of the lead. Who has the rules decide once more leaves it to them."""
    chosen = done.act.chosen if done.act else None
    return chosen is not None and chosen.outcome is not Outcome.PENDING


def _task(name: str, lead: Lead, task: TaskGiven) -> TaskRow:
    return TaskRow(
        name, lead.id, lead.epoch, task.rep, task.action, task.channel, task.due, "open", lead.person
    )


def _clock(batch: Batch, done: Concluded, clock: ClockStarted) -> None:
    """In history a clock that had rung for the last time before it was taken in is excused: nobody can hear it now."""
    lead, name = done.after, batch.new_id()
    last = max([clock.due, *[at for _, at in clock.warnings]])
    over = done.history and last <= batch.turn.now
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
            "excused" if over else "running",
        )
    )
    if over:
        return
    guard = None if clock.clock == SPEED else lead.epoch
    at = first_alarm(clock, max(done.as_of, batch.turn.now) if done.history else done.as_of)
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


def _lead(batch: Batch, done: Concluded) -> LeadRow | None:
    decision, lead, was = done.decision, done.after, done.row
    if decision.kept:
        return _kept(batch, done)
    if was is not None:  # the speed-to-lead clock goes on, and may ring before anything that begins now
        batch.endings.retold.append(lead.id)
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
        next_at=_woken(batch, done),
        expected_at=decision.expected_at,
        priority=decision.priority,
        merged_into=was.merged_into if was else None,
        turn=batch.turn.n,
        created_at=was.created_at if was else done.as_of,
        updated_at=done.as_of,
        holds=holds_text(waiting),
        load=load_text(lead),
        waiting_pool=waiting.pool if waiting else "",
        mile=mile_text(lead),
    )
    if was is None:
        batch.rows.leads.append(row)
    else:
        batch.rows.lead_changes.append(row)
    return row


def _kept(batch: Batch, done: Concluded) -> LeadRow | None:
    """The row of a lead that stays where it is: what was learnt or done about it, and the first alarm that is left."""
    decision, lead, was = done.decision, done.after, done.row
    if was is None:
        return None
    if not any(isinstance(e, Engaged) for e in decision.effects):
        batch.endings.retold.append(lead.id)
    return _learnt(batch, done, was)


def _learnt(batch: Batch, done: Concluded, was: LeadRow) -> LeadRow | None:
    lead, facts = done.after, facts_text(done.after.facts)
    load, mile = load_text(lead), mile_text(lead)
    before = (was.facts, was.touched, was.status, was.load, was.mile)
    stays = before == (facts, lead.touched, lead.status, load, mile)
    if stays:
        return None
    row = msgspec.structs.replace(
        was,
        facts=facts,
        touched=lead.touched,
        status=lead.status,
        turn=batch.turn.n,
        updated_at=done.as_of,
        load=load,
        mile=mile,
    )
    batch.rows.lead_changes.append(row)
    return row


def _woken(batch: Batch, done: Concluded) -> datetime | None:
    """The lead's next instant. One of history whose alarms are all over is looked at again, so that it is not forgotten."""
    at = done.decision.next_at
    now = batch.turn.now
    if not done.history or at is None or at > now:
        return at
    ahead = [job.due_at for job in batch.rows.jobs if job.lead_id == done.after.id and job.state == "ready"]
    if ahead:
        return min(ahead)
    again = done.as_of + STUCK * ((now - done.as_of) // STUCK + 1)  # spread over the week, as they came
    batch.rows.jobs.append(
        JobRow(
            batch.new_id(),
            "decide",
            "deadlines",
            done.after.id,
            done.id,
            Cause.NO_REPLY,
            again,
            done.decision.priority,
            done.after.epoch,
        )
    )
    return again
