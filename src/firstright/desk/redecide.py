"""Deciding a lead again, because a job says so: waiting ended, capacity freed, a decision that failed at arrival."""

from datetime import datetime, timedelta

import msgspec

from firstright.core.lead import Cause
from firstright.core.matchkeys import MatchKeys, match_keys
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.deciding import decide_in
from firstright.storage import instants, jobs, leads
from firstright.storage.jobs import DueJob

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=10)


class _Tries(msgspec.Struct, frozen=True):
    """What a job that was put off keeps in its payload. Its `attempts` say how often a node died over it.

    `since` is the instant of the first failure, as text that sorts: the auditor compares it in the database.
    """

    failed: int = 0
    since: str = ""


_tries = msgspec.json.Decoder(_Tries).decode


class Redecide:
    """One due job. A job whose lead has moved on since (another epoch) is cancelled and decides nothing."""

    lane = "deadlines"

    def __init__(self, job: DueJob, keys: MatchKeys = (), *, as_of: datetime | None = None) -> None:
        """`keys` are fetched with those of the whole batch; they are a guess from when the job was claimed."""
        self.job = job
        self.keys = keys
        self.as_of = as_of

    def needs(self, batch: Batch) -> None:
        batch.want_job(self.job)
        batch.want_lead(self.job.lead_id)
        batch.want_keys(self.keys)

    def perform(self, batch: Batch) -> Concluded | None:
        """What was decided; None when the job was out of date or another worker's by now."""
        job, row = self.job, batch.lead_row(self.job.lead_id)
        stale = row is None or row.merged_into is not None or job.guard_epoch not in (None, row.epoch)
        lead = batch.lead(job.lead_id)
        if not batch.holds(job):
            return None
        batch.endings.finish(job, "cancelled" if stale else "done")
        if stale or lead is None:
            batch.endings.retold.append(job.lead_id)  # this one may have been what it was said to wake by
            return None
        batch.know(match_keys(lead.facts, lead.source))
        done = decide_in(batch, lead, Cause(job.cause), job.id, as_of=self.as_of)
        if done.after.id != lead.id:  # decided late, it turned out to be somebody we had by then
            leads.merge(batch.tx, lead.id, done.after.id, done.as_of)
        return done

    def rescue(self, batch: Batch, failure: Exception) -> Concluded | None:
        put_off(batch, self.job, failure)
        return None


def put_off(batch: Batch, job: DueJob, failure: Exception) -> None:
    """Later, and longer each time: a lead nobody can decide must not be given up, nor tried all day."""
    tried, now = _tries(job.payload), batch.turn.now
    failed = tried.failed + 1
    due = now + min(FIRST_WAIT * 2 ** min(failed, 10), LONGEST_WAIT)
    payload = msgspec.json.encode(_Tries(failed, tried.since or instants.text(now))).decode()
    if jobs.again(batch.tx, job.id, job.lease_token, due, type(failure).__name__, payload):
        jobs.tell_next(batch.tx, job.lead_id, now)
