"""Booking a meeting, moving it, calling it off, and saying how it went: under the turn, so that a slot and a turn are one
transaction and nobody meets two at once. Refusals name the field.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from firstright.core.calendar import zone_of
from firstright.core.causes.booking import MET, OVER, chosen
from firstright.core.causes.creditback import NO_SHOW
from firstright.core.identifiers import is_id
from firstright.core.lead import Act, Cause, HolderKind, Lead
from firstright.core.matchkeys import match_keys
from firstright.core.meetings import (
    BOOKED,
    CANCELLED,
    HELD,
    MOVED,
    NOTHING,
    THE_LEAD,
    Booked,
    MeetingType,
    Span,
    span,
)
from firstright.core.roster import Rep
from firstright.core.slots import is_free, pool_reps
from firstright.core.status import refusal
from firstright.desk import meetingmoves
from firstright.desk.acting import OnLead, not_one, with_act
from firstright.desk.batch import Batch
from firstright.desk.bookable import AROUND, met_with, zone_of_lead
from firstright.desk.concluded import Concluded
from firstright.desk.deciding import decide_in
from firstright.desk.meetingletters import tell_both
from firstright.desk.spent import spent_on
from firstright.storage import meetings
from firstright.storage.meetings import MeetingRow
from firstright.storage.rows import EngagementRow, LeadRow, TouchRow

FARTHEST = timedelta(days=400)
LONGEST_REASON = 500
TAKEN = "starts: is taken by now; choose another time"


class BookMeeting(OnLead):
    """A slot becomes a meeting: with the owner, or with whoever of the pool has the turn, who is its owner from now on.

    `by` is a rep, a user or a program; the lead itself by its link. People may book at shorter notice than the lead.
    """

    verb = "book"

    def __init__(
        self,
        lead: str,
        by: str,
        type: str,
        starts: datetime,
        *,
        zone: str = "",
        called: str = "",
        epoch: int | None = None,
        key: str = "",
    ) -> None:
        super().__init__(lead, by, epoch=epoch, key=key)
        self.type = type
        self.starts = starts
        self.zone = zone
        self.called = called

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        type = known_type(batch, self.type)
        if isinstance(type, list):
            return type
        found = [*not_bookable(lead), *_no_zone(self.zone)]
        live = meetings.next_of(batch.tx, lead.id, batch.turn.now)
        if live is not None:
            return [*found, "lead: has a meeting already; move that one"]
        if found:
            return found
        if _is_absurd(batch, self.starts):
            return [TAKEN]
        return self._no_slot(batch, lead, type)

    def _no_slot(self, batch: Batch, lead: Lead, type: MeetingType) -> list[str]:
        wanted = self._wanted(batch, lead, type)
        if wanted.rep:
            rep = batch.roster.reps[wanted.rep]
            return [] if self._is_free(batch, type, rep) else [TAKEN]
        if not type.pool:
            return ["type: is with the owner, and the lead has none"]
        return [] if chosen(lead, wanted, batch.policy, batch.world).rep else [TAKEN]

    def _is_free(self, batch: Batch, type: MeetingType, rep: Rep) -> bool:
        days = _days(batch, (rep.id,), self.starts)
        return is_free(self._asked(type), rep, batch.roster, days[rep.id], batch.turn.now, self.starts)

    def _asked(self, type: MeetingType) -> MeetingType:
        """Who is not the lead needs no notice."""
        return type if self.by == THE_LEAD else msgspec.structs.replace(type, notice=NOTHING)

    def _wanted(self, batch: Batch, lead: Lead, type: MeetingType) -> Booked:
        owner = lead.holder.id if lead.holder.kind is HolderKind.REP else ""
        rep = met_with(owner, batch.roster, batch.turn.now)
        at = span(type, self.starts)
        if rep is not None:
            return Booked(type.id, rep.id, at.starts, at.ends, was=lead.status)
        reps = pool_reps(type.pool, batch.roster, batch.turn.now)
        taken = tuple(each.id for each in reps if not self._is_free(batch, type, each))
        return Booked(
            type.id, "", at.starts, at.ends, BOOKED, type.pool, at.since, at.until, taken, was=lead.status
        )

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        type = batch.policy.policy.meetings[self.type]
        wanted = self._wanted(batch, lead, type)
        batch.know(match_keys(lead.facts, lead.source))
        act = Act(by=self.by, called=self.called, channel="meeting", booked=wanted)
        done = decide_in(batch, with_act(lead, act), Cause.BOOKED, trigger)
        now, at = batch.turn.now, span(type, self.starts)
        row = MeetingRow(
            batch.new_id(),
            lead.id,
            lead.person,
            type.id,
            done.after.holder.id,
            at.starts,
            at.ends,
            at.since,
            at.until,
            BOOKED,
            0,
            wanted.pool,
            self.zone or zone_of_lead(lead.facts, batch.policy.policy),
            lead.status,
            done.after.epoch,
            now,
            self.by,
            now,
            self.by,
            decision_id=done.id,
        )
        meetingmoves.put_down(batch, row, lead.facts)
        if self.by == THE_LEAD:
            batch.rows.engagements.append(
                EngagementRow(batch.new_id(), lead.id, None, "booking", now, lead.person)
            )
        return done


class OnMeeting(OnLead):
    """Something is done to a meeting of a lead. `meeting` empty: to the one that is ahead, also while nobody has said how an
    earlier one went."""

    def __init__(
        self,
        lead: str,
        by: str,
        *,
        meeting: str = "",
        called: str = "",
        reason: str = "",
        epoch: int | None = None,
        key: str = "",
    ) -> None:
        super().__init__(lead, by, epoch=epoch, key=key)
        self.meeting = meeting
        self.called = called
        self.reason = " ".join("".join(c if c.isprintable() else " " for c in reason).split())

    def needs(self, batch: Batch) -> None:
        if self.lead:
            super().needs(batch)

    def subject(self, batch: Batch) -> LeadRow | None:
        """Where only the meeting is named, the lead it is of."""
        if not self.lead and (row := _named(batch, self.meeting)) is not None:
            self.lead = row.lead_id
        return super().subject(batch) if self.lead else None

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        row = self.row(batch, lead)
        if len(self.reason) > LONGEST_REASON:
            return [f"reason: has at most {LONGEST_REASON} characters"]
        if row is None:
            return ["meeting: there is none of this lead"]
        if row.state != BOOKED:
            return [f"meeting: is {row.state} already"]
        return self.not_now(batch, lead, row)

    def row(self, batch: Batch, lead: Lead) -> MeetingRow | None:
        if self.meeting:
            found = _named(batch, self.meeting)
            return found if found and found.lead_id == lead.id else None
        live = [row for row in meetings.of_lead(batch.tx, lead.id) if row.state == BOOKED]
        return self.meant(live, batch.turn.now) if live else None

    def meant(self, live: list[MeetingRow], now: datetime) -> MeetingRow:
        """Which of several that are booked, the first of them first."""
        return next((row for row in live if row.is_ahead(now)), live[-1])

    def not_now(self, batch: Batch, lead: Lead, row: MeetingRow) -> list[str]:
        return []

    def _act(self, batch: Batch, row: MeetingRow, state: str, **more: object) -> Act:
        told = meetingmoves.as_act(batch, row, state)
        act = Act(by=self.by, called=self.called, reason=self.reason, channel="meeting", booked=told)
        return msgspec.structs.replace(act, **more)


class MoveMeeting(OnMeeting):
    """To another time with the same rep."""

    verb = "move-meeting"

    def __init__(
        self, lead: str, by: str, starts: datetime, *, meeting: str = "", called: str = "", key: str = ""
    ) -> None:
        super().__init__(lead, by, meeting=meeting, called=called, key=key)
        self.starts = starts

    def not_now(self, batch: Batch, lead: Lead, row: MeetingRow) -> list[str]:
        type, rep = known_type(batch, row.type), batch.roster.reps.get(row.rep_id)
        if isinstance(type, list):
            return type
        if row.starts_at <= batch.turn.now:
            return ["meeting: has begun"]
        if rep is None or _is_absurd(batch, self.starts):
            return [TAKEN]
        if self.by != THE_LEAD:
            type = msgspec.structs.replace(type, notice=NOTHING)
        days = _days(batch, (rep.id,), self.starts, but=row.id)
        free = is_free(type, rep, batch.roster, days[rep.id], batch.turn.now, self.starts)
        return [] if free else [TAKEN]

    def is_so(self, lead: Lead) -> bool:
        return False

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        row = self.row(batch, lead)
        assert row is not None
        if row.starts_at != self.starts:
            type = batch.policy.policy.meetings[row.type]
            row = meetingmoves.put_off(batch, row, self.starts, type, lead.facts, self.by)
        return decide_in(batch, with_act(lead, self._act(batch, row, MOVED)), Cause.BOOKED, trigger)


class CancelMeeting(OnMeeting):
    """Called off, by either side: both are told."""

    verb = "cancel-meeting"

    def not_now(self, batch: Batch, lead: Lead, row: MeetingRow) -> list[str]:
        return ["meeting: is over"] if row.ends_at <= batch.turn.now else []

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        row = self.row(batch, lead)
        assert row is not None
        ended = meetingmoves.end(batch, row, CANCELLED, self.by, self.reason)
        tell_both(batch, ended, "invitation.cancelled", lead.facts, reason=self.reason)
        return decide_in(batch, with_act(lead, self._act(batch, row, CANCELLED)), Cause.BOOKED, trigger)


class _Past(OnMeeting):
    """How a meeting went, once it has begun. `meeting` empty: the earliest of which nobody has said it."""

    result = ""
    outcome = ""

    def meant(self, live: list[MeetingRow], now: datetime) -> MeetingRow:
        return live[0]

    def not_now(self, batch: Batch, lead: Lead, row: MeetingRow) -> list[str]:
        return ["meeting: has not begun"] if batch.turn.now < row.starts_at else []

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        row = self.row(batch, lead)
        assert row is not None
        now, mine = batch.turn.now, lead.holder.id == row.rep_id
        spent = spent_on(batch, lead, NO_SHOW) if self.outcome == NO_SHOW and mine else None
        meetingmoves.end(batch, row, self.outcome, self.by, self.reason)
        batch.know(match_keys(lead.facts, lead.source))
        at = min(row.starts_at, now)
        act = self._act(batch, row, self.outcome, by=row.rep_id, result=self.result, at=at, spent=spent)
        done = decide_in(batch, with_act(lead, act), Cause.BOOKED, trigger)
        batch.rows.touches.append(
            TouchRow(
                batch.new_id(),
                lead.id,
                lead.epoch,
                row.rep_id,
                "meeting",
                self.result,
                self.reason,
                at,
                now,
                lead.person,
            )
        )
        return done


class MeetingHeld(_Past):
    verb = "meeting-held"
    result, outcome = MET, HELD


class MeetingMissed(_Past):
    """They did not come: the turn comes back where it was spent for this lead, and there is a task to try again."""

    verb = "meeting-no-show"
    result = outcome = NO_SHOW


def _named(batch: Batch, meeting: str) -> MeetingRow | None:
    return meetings.one(batch.tx, meeting) if is_id(meeting) else None


def _is_absurd(batch: Batch, starts: datetime) -> bool:
    """Farther off than any horizon: the first and the last days of the calendar have no day before or after them."""
    return abs(starts - batch.turn.now) > FARTHEST


def _no_zone(name: str) -> list[str]:
    try:
        zone_of(name or "UTC")
    except ValueError as error:
        return [f"zone: {str(error).rstrip('.')}"]
    return []


def known_type(batch: Batch, name: str) -> MeetingType | list[str]:
    types = batch.policy.policy.meetings
    return types.get(name) or [not_one(f'type: "{name}"', name, tuple(types))]


def not_bookable(lead: Lead) -> list[str]:
    if refusal(lead, Cause.BOOKED):
        return [f"lead: nothing is booked in status {lead.status}"]
    return [f"lead: is {lead.outcome}; nothing is booked with it"] if lead.outcome in OVER else []


def _days(
    batch: Batch, reps: Iterable[str], around: datetime, *, but: str = ""
) -> dict[str, tuple[Span, ...]]:
    return meetings.days(batch.tx, tuple(reps), around - AROUND, around + AROUND, but=but)
