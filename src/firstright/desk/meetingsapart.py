"""What leads say of their meetings once two are one, and when they are two again: each goes back with the lead it was booked for,
which the decision that booked it names, and both leads have the status that follows. Who they are held with from now on is
`meetingmoves`.
"""

from collections.abc import Collection, Iterable, Sequence

import msgspec

from firstright.core.causes.booking import SCHEDULED, before_it
from firstright.core.clockwork import WITH_A_DATE, Pause
from firstright.core.lead import Act, Cause, HolderKind, Lead
from firstright.core.meetings import BOOKED, HELD, MOVED, Booked
from firstright.core.record import read_record
from firstright.core.statuses import ON_THE_WAY
from firstright.desk.batch import Batch
from firstright.desk.deciding import decide_in
from firstright.desk.meetingmoves import remind
from firstright.storage import meetings, recorded
from firstright.storage.meetings import MeetingRow

_BEFORE = ON_THE_WAY[: ON_THE_WAY.index(SCHEDULED)]


def go_back(batch: Batch, child: Lead, parts: Collection[str], wholes: Iterable[str]) -> list[MeetingRow]:
    """Out of `wholes`, the leads that stood for the child, whatever was booked for it or for a lead that is a part of it; what
    was booked while they were one is the whole's. They are told as the whole had them."""
    went = []
    for whole in wholes:
        booked_for = meetings.booked_for(batch.tx, whole)
        for row in meetings.of_lead(batch.tx, whole):
            if booked_for.get(row.id) not in parts:
                continue
            live = row.state == BOOKED and row.starts_at > batch.turn.now
            if live:
                meetings.forget_reminders(batch.tx, row)
            own = msgspec.structs.replace(
                row, lead_id=child.id, person_id=child.person, was=_before(batch, row) or row.was
            )
            meetings.save(batch.tx, own)
            batch.begins(child.id)
            went.append(row)
            if live:
                remind(batch, own)
    return went


def came_along(batch: Batch, lead: Lead, trigger: str) -> None:
    """A lead that has taken a live meeting along with another one is scheduled like one that was booked itself: its sequences end,
    and its clocks stand still until they meet."""
    live = _live(batch, meetings.of_lead(batch.tx, lead.id))
    if live is None or lead.status not in _BEFORE:
        return
    theirs = lead.holder.kind is HolderKind.REP
    told = Booked(
        live.type, live.rep_id, live.starts_at, live.ends_at, BOOKED if theirs else MOVED, was=live.was
    )
    act = Act(by="firstright", channel="meeting", booked=told)
    subject = msgspec.structs.replace(lead, act=act)
    decide_in(batch, subject, Cause.BOOKED, f"{trigger}:{live.id}")


def _before(batch: Batch, row: MeetingRow) -> str:
    """The status of the lead it was booked for, before it was; empty where that decision is gone."""
    kept = recorded.one(batch.tx, row.decision_id) if row.decision_id else None
    act = read_record(kept.record).lead.act if kept else None
    return act.booked.was if act and act.booked else ""


def with_status(batch: Batch, lead: Lead, lost: Sequence[MeetingRow] = ()) -> Lead:
    """The lead with the status that its meetings leave it: scheduled with one that is to come, and no longer where those it had
    were called off, missed, or the other one's (`lost`). Who was called scheduled without a meeting stays so."""
    rows = meetings.of_lead(batch.tx, lead.id)
    had = [*rows, *lost]
    if _live(batch, rows) is not None:
        return msgspec.structs.replace(lead, status=SCHEDULED) if lead.status in _BEFORE else lead
    if lead.status != SCHEDULED or not had or any(row.state in (BOOKED, HELD) for row in rows):
        return lead
    last = max(had, key=lambda row: (row.changed_at, row.id))
    return msgspec.structs.replace(lead, status=before_it(lead, last.was))


def dated(batch: Batch, lead: Lead) -> Lead:
    """The lead with its clocks at a stand until it is met, as they stood before it was part of another."""
    live = _live(batch, meetings.of_lead(batch.tx, lead.id))
    if live is None or live.starts_at <= batch.turn.now:
        return lead
    return msgspec.structs.replace(lead, pause=Pause(WITH_A_DATE, batch.turn.now, live.starts_at))


def has_no_date(batch: Batch, lead: Lead) -> bool:
    """Whether its clocks stand still until a meeting that is not its own any more."""
    still = lead.pause is not None and lead.pause.why == WITH_A_DATE
    return still and _live(batch, meetings.of_lead(batch.tx, lead.id)) is None


def _live(batch: Batch, rows: Iterable[MeetingRow]) -> MeetingRow | None:
    return next((row for row in rows if row.is_ahead(batch.turn.now)), None)
