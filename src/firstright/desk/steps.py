"""A step of a sequence is due: it is sent, asked of the owner, put off with its reason, or left out. Then the next is planned.

All of it is one transaction with the end of its alarm, so that no crash sends a step twice or forgets it. It words nothing:
what is sent is written when it is claimed (`stepletter`).
"""

from datetime import timedelta

import msgspec

from firstright.core.about import About
from firstright.core.filling import filled, one_line
from firstright.core.firstaction import in_business
from firstright.core.lead import Act, Cause, HolderKind, Lead, Todo
from firstright.core.outreach import STOPS, Allowed, Contact, No, Refused, Touching, judge, objections
from firstright.core.policy import Medium
from firstright.core.rendering import Fields
from firstright.core.rules.conditions import Truth, evaluate
from firstright.core.sequences import STEP_EVENT, By, Sequence, SequenceStep, done_so_far, due_after
from firstright.desk.acting import with_act
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.contacting import contact_of
from firstright.desk.deciding import decide_in
from firstright.desk.duework import DueWork
from firstright.desk.marks import marks_in
from firstright.desk.outgoing import WAYS
from firstright.desk.sequencing import BY_ITSELF, GONE, halt, hours_of, note, planned
from firstright.storage import enrolments
from firstright.storage.enrolments import Enrolment
from firstright.storage.rows import DeliveryRow

SHORTLY = timedelta(minutes=1)  # a judgement that names an instant of the past is asked again then
NO_KEY = "no-key"  # this process cannot tell who is on the list: nothing is sent
WITHOUT_KEY = timedelta(hours=1)
LONGEST_TASK = 500
WITHIN = timedelta(hours=4)  # of business time
MEDIA = {By.EMAIL: Medium.EMAIL, By.SMS: Medium.WEBHOOK}
_json = msgspec.json.Encoder().encode


class Step(DueWork):
    """Void when the sequence is over, at another step, or with another holder by now."""

    def perform(self, batch: Batch) -> list[Concluded]:
        job = self.job
        if not batch.holds(job):
            return []
        lead, found = batch.lead(job.lead_id), enrolments.running(batch.tx, job.lead_id)
        row = batch.lead_row(job.lead_id)
        if found is not None and row is not None and row.merged_into is not None:
            halt(batch, found, "merged", BY_ITSELF)
            found = None
        if lead is None or found is None or self._is_void(lead, found):
            batch.endings.finish(job, "cancelled")
            batch.endings.retold.append(job.lead_id)
            return []
        batch.endings.finish(job)
        batch.endings.retold.append(job.lead_id)
        sequence = batch.policy.policy.sequences.get(found.sequence)
        if sequence is None:
            halt(batch, found, GONE, BY_ITSELF)
            return []
        if found.step >= len(sequence.steps):
            _finished(batch, found)
            return []
        return _stepped(batch, lead, found, sequence, job.id)

    def _is_void(self, lead: Lead, found: Enrolment) -> bool:
        job = self.job
        other = (job.ref_id, job.cause) != (found.id, f"step-{found.step}")
        moved = lead.epoch != found.epoch or job.guard_epoch != lead.epoch
        return other or moved


def _stepped(batch: Batch, lead: Lead, found: Enrolment, sequence: Sequence, trigger: str) -> list[Concluded]:
    step = sequence.steps[found.step]
    if step.when is not None and not _is_meant(batch, lead, found, step):
        _done(batch, lead, found, sequence, "skipped", code="when")
        return []
    if not step.automatic:
        return _asked(batch, lead, found, sequence, trigger)
    contact = _contact(batch, lead, step)
    if contact is None:
        _put_off(batch, lead, found, Refused(No.SUPPRESSED, NO_KEY, batch.turn.now + WITHOUT_KEY), NO_KEY)
        return []
    judged = judge(
        Touching(step.channel, sequence.purpose), contact, batch.policy.policy.outreach, batch.turn.now
    )
    match judged:
        case Allowed():
            _sent(batch, lead, found, sequence)
        case Refused(until=None):
            _refused(batch, lead, found, sequence, judged)
        case Refused():
            return _later(batch, lead, found, judged, trigger)
    return []


def _is_meant(batch: Batch, lead: Lead, found: Enrolment, step: SequenceStep) -> bool:
    """What is not known is no yes."""
    kinds = enrolments.engaged_since(batch.tx, lead.id, found.started_at)
    kinds |= {row.kind for row in batch.rows.engagements if row.lead_id == lead.id}
    facts = {**batch.policy.with_derived(lead.facts, (), batch.turn.now), **done_so_far(kinds)}
    return step.when is None or evaluate(step.when, facts, batch.turn.now) is Truth.TRUE


def _contact(batch: Batch, lead: Lead, step: SequenceStep) -> Contact | None:
    marks = marks_in(batch)
    if marks is None:
        return None
    policy, roster, now = batch.policy.policy, batch.roster, batch.turn.now
    return contact_of(batch.tx, lead, step.channel, policy, roster, marks, now, batch.rows.touches)


def _sent(batch: Batch, lead: Lead, found: Enrolment, sequence: Sequence) -> None:
    """Into the outbox, for as long as the lead is with the same holder."""
    step, name, now = sequence.steps[found.step], batch.new_id(), batch.turn.now
    batch.rows.deliveries.append(
        DeliveryRow(
            name,
            lead.id,
            lead.epoch,
            WAYS[step.channel],
            MEDIA[step.channel],
            step.template,
            "",
            "ready",
            now,
            person_id=lead.person,
            order_key=f"{batch.turn.n:012d}.{batch.seq:06d}.{len(batch.rows.deliveries):06d}",
            event=STEP_EVENT,
            about=_json(about_step(batch, lead)).decode(),
            created_at=now,
        )
    )
    _done(batch, lead, found, sequence, "sent", delivery=name)


def _asked(batch: Batch, lead: Lead, found: Enrolment, sequence: Sequence, trigger: str) -> list[Concluded]:
    """A task for the owner, with everything that speaks against it; nobody is asked where nobody has the lead."""
    step = sequence.steps[found.step]
    if lead.holder.kind is not HolderKind.REP:
        _done(batch, lead, found, sequence, "skipped", code="no-owner")
        return []
    warned = _warnings(batch, lead, sequence, step)
    text = filled(
        step.task, Fields(about_step(batch, lead), lead.facts, lead.id, batch.policy.policy, batch.roster, "")
    )
    given = asked_of_owner(batch, lead, step.channel, text, f"step:{trigger}")
    now = batch.lead(lead.id) or lead
    _done(batch, now, found, sequence, "asked", code=warned[0], datum=warned[1])
    return [given]


def _warnings(batch: Batch, lead: Lead, sequence: Sequence, step: SequenceStep) -> tuple[str, str]:
    """A human may know better: they are told, and decide."""
    contact = _contact(batch, lead, step) if step.channel is By.CALL else None
    if contact is None:
        return "", ""
    rules, now = batch.policy.policy.outreach, batch.turn.now
    against = objections(Touching(step.channel, sequence.purpose), contact, rules, now)
    return (against[0].code, against[0].datum) if against else ("", "")


def asked_of_owner(batch: Batch, lead: Lead, channel: str, said: str, trigger: str) -> Concluded:
    """A task, given by a decision, because it counts to the load of its owner. Due at once it was late from its first second."""
    owner = lead.holder.id
    due = in_business(owner, batch.world, WITHIN)
    todo = Todo(channel, owner, one_line(said, LONGEST_TASK), due)
    return decide_in(batch, with_act(lead, Act(by=BY_ITSELF, todo=todo)), Cause.CALL_OUTCOME, trigger)


def _refused(batch: Batch, lead: Lead, found: Enrolment, sequence: Sequence, no: Refused) -> None:
    """Never: who wants to be left alone is left alone by all of it, else this step alone is left out."""
    if no.code in STOPS:
        halt(batch, found, no.code, BY_ITSELF)
    else:
        _done(batch, lead, found, sequence, "skipped", code=no.code, datum=no.datum)


def _later(batch: Batch, lead: Lead, found: Enrolment, no: Refused, trigger: str) -> list[Concluded]:
    """Put off to the instant that the judgement names. Where somebody else of ours is at it, the owner is asked once."""
    first = found.code != no.code
    _put_off(batch, lead, found, no, no.code)
    if no.code is No.OTHERS and first and lead.holder.kind is HolderKind.REP:
        rep = batch.roster.reps.get(no.datum)
        who = rep.name if rep and rep.name else no.datum
        text = f"Ask {who} first: they were in touch with this person or company lately, and a message of yours waits"
        return [asked_of_owner(batch, lead, "task", text, f"step:{trigger}")]
    return []


def _put_off(batch: Batch, lead: Lead, found: Enrolment, no: Refused, code: str) -> None:
    assert no.until is not None
    if found.code != code:
        note(batch, found, "waits", code=code, datum=no.datum, rep=lead.holder.id)
    found.code, found.datum = code, no.datum
    found.due_at = max(no.until, batch.turn.now + SHORTLY)
    planned(batch, found, lead.priority)


def _done(
    batch: Batch,
    lead: Lead,
    found: Enrolment,
    sequence: Sequence,
    what: str,
    *,
    code: str = "",
    datum: str = "",
    delivery: str | None = None,
) -> None:
    """This step is over, whatever came of it; the next has its time."""
    step = sequence.steps[found.step]
    note(
        batch,
        found,
        what,
        channel=step.channel,
        template=step.template,
        rep=lead.holder.id,
        code=code,
        datum=datum,
        delivery=delivery,
    )
    found.step += 1
    found.code = found.datum = ""
    if found.step >= len(sequence.steps):
        _finished(batch, found)
        return
    wait = sequence.steps[found.step].wait
    found.due_at = due_after(wait, batch.turn.now, hours_of(batch, sequence, lead))
    planned(batch, found, lead.priority)


def _finished(batch: Batch, found: Enrolment) -> None:
    enrolments.end(batch.tx, found.id, "finished", "", batch.turn.now)
    note(batch, found, "finished")


def about_step(batch: Batch, lead: Lead) -> About:
    return About(
        event=STEP_EVENT,
        at=batch.turn.now,
        cause="",
        outcome=lead.outcome,
        rule=lead.rule,
        holder_kind=lead.holder.kind,
        holder=lead.holder.id,
        epoch=lead.epoch,
        cycle=lead.cycle,
    )
