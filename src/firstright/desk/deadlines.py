"""A clock rings: somebody is reminded, or the ladder that was frozen with it is climbed. Which rung holds, the core says.

After downtime one ring stands for all that were slept through: nobody is told three times at once.
"""

from datetime import datetime

import msgspec

from firstright.core.causes.escalation import warned
from firstright.core.followup import ACCEPTANCE, AFTER, OWNER, SILENCE, SPEED
from firstright.core.lead import Act, Cause, Lead
from firstright.core.matchkeys import match_keys
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.consequences import ENDS_CLOCKS
from firstright.desk.deciding import decide_in, remind_in
from firstright.desk.duework import DueWork
from firstright.desk.spent import spent_on_offer
from firstright.storage.jobs import DueJob
from firstright.storage.rows import ClockRow, JobRow, LeadRow

RE_ROUTE = "re-route"
RINGS = ("running", "missed")  # one that stands still is silent
MISSED = 100  # per cent: the deadline itself
Warnings = tuple[tuple[int, datetime], ...]

_warnings = msgspec.json.Decoder(Warnings).decode
_ladder = msgspec.json.Decoder(tuple[str, ...]).decode


class Ring(DueWork):
    """One alarm of a clock. Void when the clock was met or its holder is another by now: then it does nothing."""

    def needs(self, batch: Batch) -> None:
        super().needs(batch)
        batch.want_clock(self.job.ref_id)
        if self.job.cause == OWNER:  # the only clock whose ladder moves a lead
            batch.want_keys(self.keys)

    def perform(self, batch: Batch) -> list[Concluded]:
        """The decision a missed deadline led to; none for a reminder, and for an alarm that was void."""
        job, clock, row = self.job, batch.clocks.get(self.job.ref_id), batch.lead_row(self.job.lead_id)
        if not batch.holds(job):
            return []
        if clock is None or row is None or _is_void(job, clock, row):
            batch.endings.finish(job, "cancelled")
            batch.endings.retold.append(job.lead_id)
            return []
        batch.endings.finish(job)
        now = self.as_of or batch.turn.now
        moments = _moments(clock)
        percent, _ = max(m for m in moments if m[1] <= now)
        later = [at for _, at in moments if at > now]
        if later:
            batch.rows.jobs.append(_alarm(batch, job, clock, row, min(later)))
        batch.rang.append((clock.clock, (now - job.due_at).total_seconds()))
        lead = batch.lead(job.lead_id)
        assert lead is not None
        act = Act(
            clock=clock.clock,
            percent=percent,
            due=clock.due_at,
            ladder=_ladder(clock.ladder),
            last=not later,
        )
        if percent < MISSED:
            remind_in(batch, msgspec.structs.replace(lead, act=act), warned(lead, batch.policy))
            return []
        if RE_ROUTE in act.ladder or job.cause == ACCEPTANCE:
            batch.know(match_keys(lead.facts, lead.source))
        if lead.offer and job.cause == ACCEPTANCE:
            act = msgspec.structs.replace(act, spent=spent_on_offer(batch, lead, "expired"))
        if clock.clock == SILENCE:
            return [self._unanswered(batch, lead, act, clock)]
        lead = msgspec.structs.replace(lead, act=act)
        done = decide_in(batch, lead, Cause.SLA_MISSED, job.id, as_of=self.as_of)
        clock.state = "missed"
        return [done]

    def _unanswered(self, batch: Batch, lead: Lead, act: Act, clock: ClockRow) -> Concluded:
        """What we wrote got no answer: that is the lead's doing, and no ladder is climbed for it."""
        silent = msgspec.structs.replace(act, channel=act.ladder[0].removeprefix(AFTER) if act.ladder else "")
        batch.endings.missed.append((lead.id, clock.clock, self.as_of or batch.turn.now))
        asked = msgspec.structs.replace(lead, act=silent)
        done = decide_in(batch, asked, Cause.NO_REPLY, self.job.id, as_of=self.as_of)
        clock.state = "missed"
        return done


def _is_void(job: DueJob, clock: ClockRow, row: LeadRow) -> bool:
    moved = job.guard_epoch not in (None, row.epoch) or row.merged_into is not None
    over = clock.clock == SPEED and (clock.cycle != row.cycle or row.outcome in ENDS_CLOCKS)
    return moved or over or clock.state not in RINGS or clock.met_at is not None


def _moments(clock: ClockRow) -> Warnings:
    """When it rings, ascending: its warnings, and the deadline itself also where no warning says 100."""
    found = _warnings(clock.warnings)
    if all(percent != MISSED for percent, _ in found):
        found = tuple(sorted((*found, (MISSED, clock.due_at)), key=lambda moment: (moment[1], moment[0])))
    return found


def _alarm(batch: Batch, job: DueJob, clock: ClockRow, row: LeadRow, at: datetime) -> JobRow:
    return JobRow(
        batch.new_id(),
        "clock",
        "deadlines",
        job.lead_id,
        clock.id,
        clock.clock,
        at,
        row.priority,
        job.guard_epoch,
    )
