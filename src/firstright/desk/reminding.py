"""Reminders that are due: of a meeting that is near. It decides nothing."""

from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.duework import DueWork
from firstright.desk.meetingletters import tell_lead
from firstright.storage import leads, meetings
from firstright.storage.meetings import MeetingRow


class Remind(DueWork):
    """One reminder, to the lead. Void when the meeting is over, called off or at another time by now; one that is with somebody
    else by now, at the same time, is reminded of. Never after the start, also when the worker was down until then.
    """

    def perform(self, batch: Batch) -> list[Concluded]:
        job = self.job
        if not batch.holds(job):
            return []
        row = meetings.one(batch.tx, job.ref_id)
        stands = row is not None and row.state == "booked" and self._is_meant(batch, row)
        lead = batch.lead_row(row.lead_id) if row is not None and stands else None
        if row is None or lead is None or batch.turn.now >= row.starts_at:
            batch.endings.finish(job, "cancelled")
        else:
            batch.endings.finish(job)
            tell_lead(batch, row, "invitation.reminder", leads.as_lead(lead).facts)
        batch.endings.retold.append(job.lead_id)
        return []

    def _is_meant(self, batch: Batch, row: MeetingRow) -> bool:
        """The job names the sequence it is about. Another holder has a new one, and gets no alarm that is due already: where the
        instant fits the meeting as it is, it is this."""
        type = batch.policy.policy.meetings.get(row.type)
        fits = row.starts_at - self.job.due_at in (type.remind if type else ())
        return fits or self.job.cause == f"meeting-{row.sequence}"
