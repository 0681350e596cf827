"""Deciding a lead again, because a job says so: waiting ended, capacity freed, a decision that failed at arrival.

Where a lead waits for a pool, those before it in the line are offered it first: who gets the place that has come free is a
matter of priority and age, not of whose alarm rings first.
"""

from datetime import datetime

import msgspec

from firstright.core.lead import Cause, Outcome
from firstright.core.matching import match
from firstright.core.matchkeys import match_keys
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.deciding import decide_in
from firstright.desk.duework import DueWork
from firstright.desk.merging import noted_as_one
from firstright.desk.offering import Offering
from firstright.desk.others import known_to
from firstright.desk.reaching import awaiting
from firstright.storage import jobs
from firstright.storage.rows import LeadRow
from firstright.storage.waiting import FRONT, Place, place_of, read_place


class _Going(msgspec.Struct, frozen=True):
    """What a job that goes on where it stopped keeps in its payload: the place in the line behind which it does."""

    after: str = ""


_going = msgspec.json.Decoder(_Going).decode


class Line(DueWork):
    """Work that walks down the line of a pool, a bounded stretch at a time."""

    walking: Offering | None = None

    def rescue(self, batch: Batch, failure: Exception) -> list[Concluded]:
        """A lead in the line that nobody can decide keeps the others from nothing: the walk goes on behind it."""
        if self.walking is None:
            return super().rescue(batch, failure)
        self._go_on(batch, self.walking.place, self.job.due_at)
        return []

    def _walk(self, batch: Batch, pool: str, upto: Place | None = None) -> Offering:
        after = _going(self.job.payload).after
        start = read_place(after) if after else FRONT
        cause = Cause(self.job.cause)
        self.walking = Offering(batch, pool, self.job, cause, start, self.as_of)
        self.walking.walk(upto)
        found, self.walking = self.walking, None
        return found

    def _go_on(self, batch: Batch, place: Place, at: datetime) -> None:
        payload = msgspec.json.encode(_Going(place.text())).decode()
        jobs.again(batch.tx, self.job.id, self.job.lease_token, at, "", payload)


class Redecide(Line):
    """One due decision. A job whose lead has moved on since (another epoch) is cancelled and decides nothing."""

    def needs(self, batch: Batch) -> None:
        super().needs(batch)
        batch.want_keys(self.keys)

    def perform(self, batch: Batch) -> list[Concluded]:
        job, row = self.job, batch.lead_row(self.job.lead_id)
        stale = row is None or row.merged_into is not None or job.guard_epoch not in (None, row.epoch)
        lead = batch.lead(job.lead_id)
        if not batch.holds(job):
            return []
        done: list[Concluded] = []
        if row is not None and not stale and _is_in_line(row):
            walked = self._walk(batch, row.waiting_pool, place_of(row))
            done = walked.done
            if walked.rest:
                self._go_on(batch, walked.rest, job.due_at)
                batch.endings.retold.append(job.lead_id)
                return done
            if done:
                walked.arm()
        batch.endings.finish(job, "cancelled" if stale else "done")
        if stale or lead is None:
            batch.endings.retold.append(job.lead_id)  # this one may have been what it was said to wake by
            return done
        batch.know(match_keys(lead.facts, lead.source))
        known = match(known_to(batch, lead, batch.world)).person if lead.outcome is Outcome.PENDING else None
        if job.cause == Cause.NO_REPLY and batch.policy.policy.next_actions.rows:
            lead = awaiting(batch, lead)
        own = decide_in(batch, lead, Cause(job.cause), job.id, as_of=self.as_of)
        if own.after.id != lead.id:  # decided late, it turned out to be somebody we had by then
            noted_as_one(batch, lead, known.lead.facts if known and known.lead else None, own)
        return [*done, own]


class Drain(Line):
    """Somebody of a pool has room again: whoever waits for it is asked, as far as the room goes."""

    def needs(self, batch: Batch) -> None:
        batch.want_job(self.job)

    def perform(self, batch: Batch) -> list[Concluded]:
        if not batch.holds(self.job):
            return []
        walked = self._walk(batch, self.job.ref_id)
        if walked.rest:
            self._go_on(batch, walked.rest, self.job.due_at)
        else:
            batch.endings.finish(self.job)
        walked.arm()
        return walked.done


def _is_in_line(row: LeadRow) -> bool:
    return row.outcome == Outcome.WAITING and row.waiting_pool != ""
