"""Deciding a lead again, because a job says so: waiting ended, capacity freed, a decision that failed at arrival."""

from firstright.core.lead import Cause
from firstright.core.matchkeys import match_keys
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.deciding import decide_in
from firstright.desk.duework import DueWork
from firstright.storage import leads


class Redecide(DueWork):
    """One due decision. A job whose lead has moved on since (another epoch) is cancelled and decides nothing."""

    def needs(self, batch: Batch) -> None:
        super().needs(batch)
        batch.want_keys(self.keys)

    def perform(self, batch: Batch) -> Concluded | None:
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
