"""Sequences of outreach under way: begun, moved along with their lead, stopped. Each leaves a note with its reason.

A step that is due is `steps`' business. Nothing here is a touch, and stops a clock.
"""

from firstright.core.hours import Hours
from firstright.core.lead import Act, Cause, Holder, HolderKind, Lead
from firstright.core.outreach import Outreach, zones_of
from firstright.core.sequences import (
    STEP_EVENT,
    Counted,
    Enrolled,
    Halted,
    Sequence,
    SequenceEffect,
    due_after,
    ended_by,
    local_hours,
)
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.storage import deliveries, enrolments
from firstright.storage.enrolments import Enrolment, Note
from firstright.storage.rows import DeliveryRow, JobRow

BY_ITSELF = "firstright"
GONE = "sequence-gone"  # the policy has none of that name any more
NO_REST = 24 * 60


def written(batch: Batch, done: Concluded, effect: SequenceEffect) -> None:
    """Puts down what an effect of this kind makes true. Of history nobody writes to anybody."""
    match effect:
        case Enrolled():
            if not done.history and not _had(batch, done, effect.sequence):
                begin(batch, done.after, effect.sequence, _by(done.act))
        case Halted():
            if found := enrolments.running(batch.tx, done.after.id):
                halt(batch, found, effect.reason, _by(done.act))


def _had(batch: Batch, done: Concluded, name: str) -> bool:
    """Whether the lead was in it before in this cycle: the next owner does not say hello once more by itself."""
    lead = done.after
    was = enrolments.of_lead(batch.tx, lead.id) if done.row is not None else []
    return any(each.sequence == name and each.started_at >= lead.arrived_at for each in was)


def followed(batch: Batch, done: Concluded) -> None:
    """What a decision means for the sequence the lead is in: an answer ends it, so does the end of the lead."""
    if done.row is None or not batch.policy.policy.sequences:
        return
    found = enrolments.running(batch.tx, done.after.id)
    if found is None:
        return
    sequence = batch.policy.policy.sequences.get(found.sequence) or Sequence(found.sequence)
    act = done.act or (Act(channel="enquiry") if done.cause is Cause.ARRIVED else None)
    if why := ended_by(done.cause, act, done.before, done.after, sequence):
        halt(batch, found, why, _by(done.act))


def moved_on(batch: Batch, done: Concluded, was: Holder, now: Holder, rule: str) -> int:
    """The lead has another holder: its sequence goes along, or ends. See `reassigning`. It may be one of a policy before this
    one, which had sequences."""
    found = enrolments.running(batch.tx, done.after.id)
    if found is None:
        return _last_step_moved(batch, done) if rule == "move" else 0
    if rule != "move":
        halt(batch, found, "owner-changed", _by(done.act), quietly=True, leased=False)
        return 1
    _take_back(batch, found)
    found.epoch = done.after.epoch
    found.due_at = max(found.due_at or batch.turn.now, batch.turn.now)
    planned(batch, found, done.after.priority)
    note(batch, found, "moved", rep=done.after.holder.id)
    return 1


def _last_step_moved(batch: Batch, done: Concluded) -> int:
    """One that is through but for its last step, which was not sent yet: the next holder sends it."""
    found = next(iter(enrolments.of_lead(batch.tx, done.after.id)), None)
    sequence = batch.policy.policy.sequences.get(found.sequence) if found else None
    if found is None or sequence is None or (found.state, found.epoch) != ("finished", done.before.epoch):
        return 0
    enrolments.carry(batch.tx, found.id, done.after.epoch)
    found.epoch, found.step = done.after.epoch, len(sequence.steps)
    _take_back(batch, found)
    if found.step == len(sequence.steps):
        return 0  # sent, or in the hand of a worker: see `not_sent`
    enrolments.reopen(batch.tx, found.id)
    planned(batch, found, done.after.priority)
    note(batch, found, "moved", rep=done.after.holder.id)
    return 1


def not_sent(batch: Batch, row: DeliveryRow) -> None:
    """A worker had this step in hand when its lead got another holder, and did not send it. Where the sequence went along the
    next holder does it, once."""
    lead = row.lead_id or ""
    said = next((each for each in enrolments.notes(batch.tx, lead) if each.delivery_id == row.id), None)
    found = next(iter(enrolments.of_lead(batch.tx, lead)), None)
    enrolments.unsay(batch.tx, lead, [row.id])
    if said is None or found is None or said.enrolment_id != found.id or found.epoch == row.epoch:
        return
    if found.state == "finished":
        enrolments.reopen(batch.tx, found.id)
    elif found.state != "running" or found.step != said.step + 1:
        return
    batch.endings.forget_steps(lead)
    found.step, found.due_at, found.code, found.datum = said.step, batch.turn.now, "", ""
    known = batch.lead_row(lead)
    planned(batch, found, known.priority if known else 0)


def begin(batch: Batch, lead: Lead, name: str, by: str) -> Enrolment | None:
    """The lead is in this sequence from now on, and in no other. It goes on with one it is in."""
    sequence = batch.policy.policy.sequences.get(name)
    if sequence is None or not sequence.steps:
        return None
    found = enrolments.running(batch.tx, lead.id)
    if found is not None and (found.sequence, found.epoch) == (name, lead.epoch):
        return found
    if found is not None:
        halt(batch, found, "replaced", by)
    now = batch.turn.now
    due = due_after(sequence.steps[0].wait, now, hours_of(batch, sequence, lead))
    row = Enrolment(
        batch.new_id(), lead.id, lead.person, lead.epoch, name, "running", "", 0, due, "", "", by, now
    )
    enrolments.add(batch.tx, row)
    batch.begins(lead.id)
    note(batch, row, "started", rep=by)
    planned(batch, row, lead.priority)
    return row


def halt(
    batch: Batch, found: Enrolment, why: str, by: str = "", *, quietly: bool = False, leased: bool = True
) -> None:
    """Nothing more of it is done: the step that is planned is forgotten, what is not on the wire yet is not sent. `leased`: a
    step in a worker's hand is taken from it; else its epoch tells the worker, who tells what became of it."""
    enrolments.end(batch.tx, found.id, "stopped", why, batch.turn.now)
    batch.endings.forget_steps(found.lead_id)
    unsent(batch, found.lead_id, why, leased=leased)
    note(batch, found, "stopped", code=why, rep=by)
    if not quietly:
        batch.endings.retold.append(found.lead_id)


def unsent(batch: Batch, lead: str, why: str, *, leased: bool = True) -> None:
    """Steps that wait in the outbox, this batch's too, go nowhere."""
    for row in batch.rows.deliveries:
        if (row.lead_id, row.event) == (lead, STEP_EVENT) and row.state in ("ready", "behind"):
            row.state, row.last_error = "cancelled", why
            enrolments.unsay(batch.tx, lead, [row.id])
    if enrolments.withdraw(batch.tx, lead, why, leased=leased):
        deliveries.wake(batch.tx, [lead])


def planned(batch: Batch, row: Enrolment, priority: int) -> None:
    """Its next step has an alarm, which only the holder of now can ring."""
    enrolments.wait(batch.tx, row)
    assert row.due_at is not None
    batch.rows.jobs.append(
        JobRow(
            batch.new_id(),
            "step",
            "deadlines",
            row.lead_id,
            row.id,
            f"step-{row.step}",
            row.due_at,
            priority,
            row.epoch,
        )
    )
    batch.endings.retold.append(row.lead_id)


def note(
    batch: Batch,
    row: Enrolment,
    what: str,
    *,
    channel: str = "",
    template: str = "",
    rep: str = "",
    code: str = "",
    datum: str = "",
    delivery: str | None = None,
) -> None:
    """One line of the timeline."""
    said = Note(
        batch.new_id(),
        row.lead_id,
        row.person_id,
        row.id,
        delivery,
        row.sequence,
        row.step,
        what,
        channel,
        template,
        rep,
        code,
        datum,
        batch.turn.now,
    )
    enrolments.note(batch.tx, said)


def hours_of(batch: Batch, sequence: Sequence, lead: Lead) -> Hours:
    """In whose business time its waits are counted."""
    roster, rules = batch.roster, batch.policy.policy.outreach
    owner = roster.reps.get(lead.holder.id) if lead.holder.kind is HolderKind.REP else None
    match sequence.basis:
        case Counted.ALWAYS:
            return roster.hours("")
        case Counted.LEAD:
            own = roster.hours(owner.calendar).calendar.zone if owner else ""
            zone = zones_of(lead.facts, own, batch.policy.policy.zone)[0]
            return local_hours(zone, *_awake(rules))
        case Counted.OWNER:
            return roster.hours(owner.calendar if owner else "")


def _awake(rules: Outreach) -> tuple[int, int]:
    if rules.quiet_from == rules.quiet_until:
        return 0, NO_REST
    later = NO_REST if rules.quiet_from < rules.quiet_until else 0
    return rules.quiet_until, rules.quiet_from + later


def _take_back(batch: Batch, found: Enrolment) -> None:
    """A step that its last holder had not sent yet is to be sent by the next one. What is on the wire counts as sent."""
    gone = [
        row.id
        for row in batch.rows.deliveries
        if (row.lead_id, row.event, row.state) == (found.lead_id, STEP_EVENT, "ready")
    ]
    for row in batch.rows.deliveries:
        if row.id in gone:
            row.state, row.last_error = "cancelled", deliveries.SUPERSEDED
    enrolments.unsay(batch.tx, found.lead_id, gone)
    gone += enrolments.withdraw(batch.tx, found.lead_id, deliveries.SUPERSEDED, leased=False)
    if gone and found.step:
        found.step -= 1
        found.due_at = batch.turn.now


def _by(act: Act | None) -> str:
    return (act.by if act else "") or BY_ITSELF
