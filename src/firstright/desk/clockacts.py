"""What people say about clocks: that they stand still, that they go on, that a miss is excused or was counted in the wrong hours.

Who may is asked here, under the turn, of the actor they are. What follows is the core's to say.
"""

from datetime import datetime, timedelta
from functools import lru_cache

from firstright.core.authority import Actor, Right
from firstright.core.causes.pausing import PAUSABLE
from firstright.core.clockwork import (
    EXCUSES,
    ClockExcused,
    Moments,
    Pausing,
    held_to,
    put_right,
    verdict,
)
from firstright.core.compiled import Compiled
from firstright.core.decision import ClockStarted
from firstright.core.followup import SPEED, clock_in
from firstright.core.hours import NeverOpen
from firstright.core.lead import Act, Cause, Holder, HolderKind, Lead
from firstright.core.record import read_record
from firstright.core.roster import Roster
from firstright.core.servicelevels import PAUSES, Service
from firstright.desk.acting import not_one, with_act
from firstright.desk.assigning import LONGEST_REASON, ByHand, wrong_reason
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.deciding import decide_in
from firstright.desk.versions import rostered
from firstright.storage import clocks, people, recorded
from firstright.storage.rows import ClockRow

LONGEST_PAUSE = timedelta(days=90)
MOST_DECISIONS = 10_000  # of one lead, in which the beginning of a clock is looked for


class OnClocks(ByHand):
    """Something about clocks of a lead. `actor` is who says so; `rep`, where a program speaks for one, who they are to be."""

    cause = Cause.OVERRIDDEN

    def not_theirs(self, batch: Batch, lead: Lead) -> list[str]:
        if lead.holder == Holder(HolderKind.REP, self.actor.rep) or self.actor.may(Right.ASSIGN):
            return []
        return [f"lead: {self.actor.name} may do this only to a lead of their own"]


class PauseClocks(OnClocks):
    """They stand still until an instant, because we wait for somebody else. Said again it moves the limit."""

    verb = "pause-clocks"

    def __init__(
        self,
        lead: str,
        actor: Actor,
        why: str,
        until: datetime,
        *,
        note: str = "",
        epoch: int | None = None,
        key: str = "",
    ) -> None:
        super().__init__(lead, actor, note, epoch=epoch, key=key)
        self.why = why
        self.until = until

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        found, now = [], batch.turn.now
        states = states_of(batch.policy)
        if self.why not in states:
            found.append(not_one(f'why: "{self.why}"', self.why, states))
        if self.until <= now:
            found.append(f"until: {self.until.isoformat()} has passed")
        elif self.until > now + LONGEST_PAUSE:
            found.append(f"until: is at most {LONGEST_PAUSE.days} days ahead; say so again then")
        if lead.outcome not in PAUSABLE:
            found.append("lead: nobody is working it, so that nothing of theirs could stand still")
        if len(self.reason) > LONGEST_REASON:
            found.append(f"note: has at most {LONGEST_REASON} characters")
        return found

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        asked = Pausing(self.why, self.until)
        return decide_in(batch, with_act(lead, _said(self, asked)), self.cause, trigger)


class ResumeClocks(OnClocks):
    """They go on, with the business time that was left."""

    verb = "resume-clocks"

    def __init__(
        self, lead: str, actor: Actor, note: str = "", *, epoch: int | None = None, key: str = ""
    ) -> None:
        super().__init__(lead, actor, note, epoch=epoch, key=key)

    def is_so(self, lead: Lead) -> bool:
        return lead.pause is None

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        return []

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        return decide_in(batch, with_act(lead, _said(self, Pausing())), self.cause, trigger)


class ExcuseMiss(OnClocks):
    """A miss that is nobody's fault: it is shown as excused from now on, and counted nowhere."""

    verb = "excuse"

    def __init__(
        self,
        lead: str,
        actor: Actor,
        clock: str,
        reason: str,
        note: str,
        *,
        key: str = "",
    ) -> None:
        """`clock` is the row's id, or the name of a clock: then the latest one of it that was missed is meant."""
        super().__init__(lead, actor, note, key=key)
        self.clock = clock
        self.why = reason

    def not_theirs(self, batch: Batch, lead: Lead) -> list[str]:
        """Nobody excuses their own misses."""
        if self.actor.sees_all:
            return []
        if not self.actor.may(Right.ASSIGN) or (self.actor.rep and lead.holder.id == self.actor.rep):
            return [f"lead: {self.actor.name} may not excuse a miss of it"]
        return []

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        found = [reason.replace("reason:", "note:", 1) for reason in wrong_reason(self.reason)]
        if self.why not in EXCUSES:
            found.append(not_one(f'reason: "{self.why}"', self.why, EXCUSES))
        if missed_clock(batch, lead, self.clock) is None:
            found.append(f'clock: "{self.clock}" names no clock of the lead that was missed')
        return found

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        row = missed_clock(batch, lead, self.clock)
        assert row is not None
        said = self.found(batch, lead, row)
        act = Act(by=self.by, reason=self.why, note=self.reason, called=_called(self.actor), excused=said)
        return decide_in(batch, with_act(lead, act), Cause.CORRECTED, trigger)

    def found(self, batch: Batch, lead: Lead, row: ClockRow) -> ClockExcused:
        return ClockExcused(row.id, row.clock, self.why, self.actor.user, self.reason)


class PutRight(ExcuseMiss):
    """The clock is worked out anew in the calendar as it is now, or in another one: it was met, or missed, or it still runs.
    What it is held to is what it was started with, whatever the service level says today."""

    verb = "put-right"

    def __init__(
        self,
        lead: str,
        actor: Actor,
        clock: str,
        reason: str,
        note: str,
        *,
        calendar: str = "",
        key: str = "",
    ) -> None:
        """`calendar`: counted in that one; empty: in the clock's own, as the roster has it by now."""
        super().__init__(lead, actor, clock, reason, note, key=key)
        self.calendar = calendar

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        found = super().refused(batch, lead)
        row = missed_clock(batch, lead, self.clock)
        names = tuple(calendar.id for calendar in batch.roster.document.calendars)
        if self.calendar and self.calendar not in names:
            found.append(not_one(f'calendar: "{self.calendar}"', self.calendar, names))
        elif row and _due(batch, row, self.calendar or row.calendar) is None:
            found.append(f"clock: nothing says any more what {row.clock} was held to, so excuse it")
        return found

    def found(self, batch: Batch, lead: Lead, row: ClockRow) -> ClockExcused:
        calendar = self.calendar or row.calendar
        again = _due(batch, row, calendar)
        assert again is not None
        due, warnings = again
        counts = row.cycle == lead.cycle and (row.clock == SPEED or row.epoch == lead.epoch)
        state = verdict(due, row.met_at, batch.turn.now, counts=counts)
        return ClockExcused(
            row.id, row.clock, self.why, self.actor.user, self.reason, state, due, calendar, warnings
        )


def states_of(policy: Compiled) -> tuple[str, ...]:
    """What clocks may stand still for: the shipped states and those of the policy."""
    return tuple(dict.fromkeys((*PAUSES, *policy.policy.pauses)))


def missed_clock(batch: Batch, lead: Lead, asked: str) -> ClockRow | None:
    """The one that was missed, by the id of its row or by its name, the latest of several."""
    rows = [row for row in clocks.of_lead(batch.tx, lead.id) if row.state == "missed"]
    return next((row for row in reversed(rows) if asked in (row.id, row.clock)), None)


def _due(batch: Batch, row: ClockRow, calendar: str) -> tuple[datetime, Moments] | None:
    """Due and warnings in these hours; None where no decision is left that says what the clock was started with."""
    begun = _begun(batch, row)
    if begun is None:
        return None
    clock, version = begun
    then = (
        batch.roster if version == batch.roster.version else _roster(people.load(batch.tx, version), version)
    )
    try:
        target = held_to(clock.started, clock.due, then.hours(clock.calendar), by_day=row.clock == SPEED)
        hours = batch.roster.hours(calendar)
        due = put_right(row.started_at, target, hours)
    except (KeyError, NeverOpen):
        return None
    warned = Service("", warnings=tuple(percent for percent, _ in clock.warnings))
    return due, clock_in(row.clock, warned, calendar, hours, row.started_at, due, ()).warnings


def _begun(batch: Batch, row: ClockRow) -> tuple[ClockStarted, int] | None:
    """The clock as it was started, and the roster version whose hours it was counted in."""
    for made in reversed(recorded.of_lead(batch.tx, row.lead_id, MOST_DECISIONS)):
        for effect in read_record(made.record).decision().effects if made.record else ():
            if isinstance(effect, ClockStarted) and (effect.clock, effect.started) == (
                row.clock,
                row.started_at,
            ):
                return effect, made.roster_version
    return None


@lru_cache(4)  # all misses of an hour are put right by the same few
def _roster(text: str, version: int) -> Roster:
    return rostered(text, version)


def _said(work: OnClocks, asked: Pausing) -> Act:
    return Act(by=work.by, reason=asked.why, note=work.reason, called=_called(work.actor), pausing=asked)


def _called(actor: Actor) -> str:
    return "" if actor.rep else actor.name
