"""Decides one lead within a batch: fetches nothing, moves the batch's world on, and adds the rows that follow."""

from datetime import datetime

import msgspec

from firstright.core.apply import after, apply, keys_of
from firstright.core.causes.owing import WITHDRAWN, withdraws
from firstright.core.decide import IMPROVING, decide_knowing
from firstright.core.decision import Decision, Told
from firstright.core.knowing import joined, knowing
from firstright.core.lead import Act, Cause, Fact, HolderKind, Lead, Spent
from firstright.core.matching import NONE, match
from firstright.core.meetings import Booked
from firstright.core.record import record_bytes
from firstright.core.scoring import rank
from firstright.core.world import Candidate
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.consequences import consequences
from firstright.desk.others import known_to, propose_unsure
from firstright.desk.outbox import outbox
from firstright.desk.questions import plan
from firstright.desk.spent import spent_on_offer
from firstright.storage.rows import AuditRow, JobRow, LeadRow

DOING = frozenset({Cause.ARRIVED, Cause.ENGAGED})  # causes that are something the lead does

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
    aside: frozenset[str] = NONE,
) -> Concluded:
    """Decides, applies, adds every row. `as_of` pins the instant; None is the turn's. `trace` is whose span this is part of.
    `aside` are leads whose holders do not count as somebody who has a claim on this one."""
    with batch.tracing.span("decide", trace, lead=lead.id, cause=cause) as under:
        return _decided(batch, lead, cause, trigger, as_of, problems, under, aside)


def _decided(
    batch: Batch,
    lead: Lead,
    cause: Cause,
    trigger: str,
    as_of: datetime | None,
    problems: str,
    trace: str,
    aside: frozenset[str],
) -> Concluded:
    world = batch.world
    if as_of is not None and as_of != world.as_of:
        world = msgspec.structs.replace(world, as_of=as_of)
    found = known_to(batch, lead, world, aside)
    lead = knowing(lead, cause, match(found), batch.policy, world.as_of, world.accounts)
    decision = decide_knowing(lead, cause, batch.policy, world, found)
    if withdraws(decision) and (owed := _owed(batch, lead, decision)):
        lead = msgspec.structs.replace(lead, act=msgspec.structs.replace(lead.act or Act(), owed=owed))
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
    _followed(batch, done, consequences(batch, done, record), found)
    return done


def _followed(batch: Batch, done: Concluded, changed: LeadRow | None, found: tuple[Candidate, ...]) -> None:
    """What comes of a decision beside its own rows: questions to others, doubts to be looked at, how the batch leaves its lead, and
    what meetings that it called off are to theirs."""
    if (
        done.decision.kept
        and done.cause in DOING
        and done.row is not None
        and batch.policy.scoring is not None
    ):
        _ask_again_if_risen(batch, done, done.row)
    plan(batch, done)
    propose_unsure(batch, done, found)
    batch.leave(done.after)
    if changed is not None:
        batch.lead_rows[changed.id] = changed
    while batch.unmet:
        lead_id, meeting, told = batch.unmet.pop(0)
        _unmet(batch, lead_id, told, f"{done.trigger}:{meeting}", done.trace)


def _unmet(batch: Batch, name: str, meeting: Booked, trigger: str, trace: str) -> None:
    """A meeting that was called off because of what was decided: to its lead that is what any cancellation is."""
    lead = batch.lead(name)
    assert lead is not None
    act = Act(by="firstright", channel="meeting", booked=meeting)
    decide_in(batch, msgspec.structs.replace(lead, act=act), Cause.BOOKED, trigger, trace=trace)


def _owed(batch: Batch, lead: Lead, decision: Decision) -> Spent | None:
    """The turn that the offer cost whom it was made to. Looked up only when one ends so."""
    subject = batch.lead(decision.lead) if decision.lead else lead
    return spent_on_offer(batch, subject, WITHDRAWN) if subject else None


def _ask_again_if_risen(batch: Batch, done: Concluded, stood: LeadRow) -> None:
    """What the lead did has brought it to a higher stage: whoever has it by now, the rules are asked at once."""
    before = msgspec.json.decode(stood.facts, type=dict[str, Fact]).get("lifecycle")
    if rank(done.after.facts.get("lifecycle")) <= rank(before):
        return
    lead, now = done.after, done.as_of
    batch.rows.jobs.append(
        JobRow(
            batch.new_id(),
            "decide",
            "deadlines",
            lead.id,
            done.id,
            Cause.SCORED,
            now,
            lead.priority,
            lead.epoch,
        )
    )
    batch.endings.retold.append(lead.id)


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
    return msgspec.structs.replace(stood, arrived_at=began, facts=joined(stood.facts, lead.facts)), row


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
