"""What becomes of a meeting under the turn: put down, moved, ended, with its reminders and letters; and when its lead gets another
owner. Whether it may is asked by whoever calls.
"""

from collections import Counter
from datetime import datetime

import msgspec

from firstright.core.causes.booking import OVER, SCHEDULED
from firstright.core.lead import Cause, Facts, Holder, HolderKind, Lead
from firstright.core.meetings import CANCELLED, Booked, MeetingType, Span, span
from firstright.core.slots import covers, is_here
from firstright.desk.alarming import letter
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.letter import Letter
from firstright.desk.meetingletters import tell_both, tell_lead, tell_rep
from firstright.storage import meetings
from firstright.storage.meetings import MeetingRow
from firstright.storage.rows import JobRow

NOBODYS = "meeting.unowned"
GONE = "who it was with is here no more"


def put_down(batch: Batch, row: MeetingRow, facts: Facts) -> None:
    """A new meeting, with its letters and reminders."""
    meetings.add(batch.tx, row)
    batch.begins(row.lead_id)
    remind(batch, row)
    tell_both(batch, row, "invitation.booked", facts)


def put_off(
    batch: Batch, row: MeetingRow, starts: datetime, type: MeetingType, facts: Facts, by: str
) -> MeetingRow:
    """The same meeting at another time, told to both."""
    at = span(type, starts)
    moved = msgspec.structs.replace(
        row,
        starts_at=at.starts,
        ends_at=at.ends,
        since_at=at.since,
        until_at=at.until,
        sequence=row.sequence + 1,
        changed_at=batch.turn.now,
        changed_by=by,
        answer="",  # they are asked anew
        answered_at=None,
    )
    meetings.save(batch.tx, moved)
    meetings.forget_reminders(batch.tx, moved)
    remind(batch, moved)
    tell_both(batch, moved, "invitation.moved", facts, before=row.starts_at)
    return moved


def end(batch: Batch, row: MeetingRow, state: str, by: str, reason: str = "") -> MeetingRow:
    """Held, called off, or nobody came. Told by the caller, where it is told."""
    ended = msgspec.structs.replace(
        row,
        state=state,
        sequence=row.sequence + 1,
        changed_at=batch.turn.now,
        changed_by=by,
        reason=reason,
    )
    meetings.save(batch.tx, ended)
    meetings.forget_reminders(batch.tx, ended)
    return ended


def remind(batch: Batch, row: MeetingRow) -> None:
    """Reminders that are still ahead; each names the sequence it is about, so that none outlives a move."""
    type = batch.policy.policy.meetings.get(row.type)
    for before in type.remind if type else ():
        due = row.starts_at - before
        if due > batch.turn.now:
            name = f"meeting-{row.sequence}"
            batch.rows.jobs.append(
                JobRow(batch.new_id(), "remind", "deadlines", row.lead_id, row.id, name, due)
            )
    batch.endings.retold.append(row.lead_id)


def moved_on(batch: Batch, done: Concluded, was: Holder, now: Holder, rule: str) -> dict[str, int]:
    """What became of live meetings of a lead that has another owner: with them where they are free then, else kept and told, also
    while nobody has it yet; called off where nobody of ours can keep it, or it is over."""
    if done.cause is Cause.BOOKED or was == now:  # also one that an older policy had kinds of meetings for
        return {}
    live = [
        row
        for row in meetings.of_lead(batch.tx, done.after.id)
        if row.state == "booked" and row.starts_at > batch.turn.now
    ]
    into = done.act.joined.into if done.act and done.act.joined else ""
    if into and done.cause is Cause.MERGED:  # two again: it has come back, and is where its lead is
        for row in live:
            _goes_along(batch, row, into)
        return {}
    return Counter(_moved_on(batch, row, done.after, now, rule) for row in live)


def _goes_along(batch: Batch, row: MeetingRow, into: str) -> None:
    """Two leads were one person: the meeting is that of the one that stands, with whom it was booked."""
    standing = batch.lead_row(into)
    meetings.forget_reminders(batch.tx, row)
    person, status = (standing.person_id, standing.status) if standing else (None, SCHEDULED)
    was = row.was if status == SCHEDULED else status
    moved = msgspec.structs.replace(row, lead_id=into, person_id=person, was=was)
    meetings.save(batch.tx, moved)
    batch.begins(into)
    remind(batch, moved)


def _moved_on(batch: Batch, row: MeetingRow, lead: Lead, now: Holder, rule: str) -> str:
    rep = batch.roster.reps.get(row.rep_id)
    gone = rep is None or not is_here(rep, batch.roster, row.starts_at)
    if now == Holder(HolderKind.REP, row.rep_id):
        return "kept"
    if rule == "cancel" or lead.outcome in OVER or (gone and rule == "keep"):
        _call_off(batch, row, lead.facts, GONE if gone else "")
        return CANCELLED
    if now.kind is not HolderKind.REP:
        batch.rows.deliveries += letter(
            batch, batch.policy.policy.responsible, _of_nobody(row, gone), NOBODYS
        )
        return "kept"
    if rule == "move" and _is_free(batch, row, now.id):
        _hand_on(batch, row, lead, now.id)
        return "moved"
    if gone:
        _call_off(batch, row, lead.facts, GONE)
        return CANCELLED
    reason = f"the lead is with {_name(batch, now.id)} now"
    tell_rep(batch, row, "invitation.reminder", row.rep_id, reason=reason)
    return "kept"


def _of_nobody(row: MeetingRow, gone: bool) -> Letter:
    """Whoever takes it up has the meeting, if they are free then; until somebody does it is with who had it."""
    when = f"{row.starts_at:%Y-%m-%d %H:%M} UTC"
    said = f"It is still with {row.rep_id}{', who is here no more' if gone else ''}, and goes to whoever takes the lead up."
    return Letter(f"firstright: a lead that nobody has meets us at {when}", f"{said} Lead {row.lead_id}.")


def _call_off(batch: Batch, row: MeetingRow, facts: Facts, reason: str) -> None:
    """As if somebody had cancelled it; what that is to its lead is decided once this decision is done."""
    ended = end(batch, row, CANCELLED, "firstright", reason)
    tell_both(batch, ended, "invitation.cancelled", facts, reason=reason)
    batch.unmet.append((row.lead_id, row.id, as_act(batch, ended, CANCELLED)))


def as_act(batch: Batch, row: MeetingRow, state: str) -> Booked:
    """What became of a meeting, as its lead hears it. With another one ahead the lead stays scheduled."""
    others = meetings.of_lead(batch.tx, row.lead_id)
    ahead = any(each.is_ahead(batch.turn.now) and each.id != row.id for each in others)
    was = SCHEDULED if ahead else row.was
    return Booked(row.type, row.rep_id, row.starts_at, row.ends_at, state, row.pool, was=was)


def _hand_on(batch: Batch, row: MeetingRow, lead: Lead, rep: str) -> None:
    """Who had it is told that it is off, the others who it is with now."""
    tell_rep(
        batch, msgspec.structs.replace(row, sequence=row.sequence + 1), "invitation.cancelled", row.rep_id
    )
    moved = msgspec.structs.replace(
        row,
        rep_id=rep,
        epoch=lead.epoch,
        sequence=row.sequence + 1,
        changed_at=batch.turn.now,
        changed_by="firstright",
        answer="",
        answered_at=None,
    )
    meetings.save(batch.tx, moved)
    meetings.forget_reminders(batch.tx, moved)
    remind(batch, moved)
    tell_lead(batch, moved, "invitation.moved", lead.facts, before=row.starts_at)
    tell_rep(batch, moved, "invitation.booked", rep)


def _is_free(batch: Batch, row: MeetingRow, rep_id: str) -> bool:
    rep = batch.roster.reps.get(rep_id)
    if rep is None or not covers(row.span, rep, batch.roster):
        return False
    return not any(row.span.clashes(other) for other in day_of(batch, rep_id, row.span, but=row.id))


def day_of(batch: Batch, rep_id: str, around: Span, *, but: str = "") -> tuple[Span, ...]:
    """Their live meetings around a time."""
    return meetings.days(batch.tx, (rep_id,), around.since, around.until, but=but)[rep_id]


def _name(batch: Batch, rep_id: str) -> str:
    rep = batch.roster.reps.get(rep_id)
    return (rep.name if rep else "") or rep_id
