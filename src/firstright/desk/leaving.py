"""When somebody leaves, what they have is decided again: a job at that instant, then one for each open lead.

Every roster that becomes current is looked through, however it came about, so that nobody who left keeps a lead. The
decision itself is the core's: cause offboarded, which no lock shields from.
"""

from datetime import datetime

from firstright.core.causes.creditback import BY_ITSELF
from firstright.core.lead import Cause
from firstright.core.roster import Document
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.duework import DueWork
from firstright.desk.handover import taken_back
from firstright.storage import offboarding, offers
from firstright.storage.jobs import DueJob
from firstright.storage.rows import JobRow

LEFT = "left"  # why an offer is taken back
MOST_OFFERS = 1_000


def is_leave(job: DueJob) -> bool:
    """Whether the job is about somebody who leaves, not about a lead."""
    return not job.lead_id and job.cause == Cause.OFFBOARDED


def plan(batch: Batch, document: Document) -> None:
    """Called for each roster that becomes current: a job for everybody who is to leave, and at once for who has gone (or is
    not named any more) and still has leads."""
    offboarding.forget(batch.tx)
    now, known = batch.turn.now, {rep.id for rep in document.reps}
    holding = _holding(batch)
    leaving = {
        rep.id: rep.left for rep in document.reps if rep.left and (rep.left > now or rep.id in holding)
    }
    for rep, left in (leaving | dict.fromkeys(sorted(holding - known), now)).items():
        batch.rows.jobs.append(_job(batch, rep, max(left, now)))


def _holding(batch: Batch) -> set[str]:
    """Reps with open leads, as this batch leaves them so far."""
    standing = batch.world.standing if batch.memory.roster else batch.memory.standing()
    return {rep for rep in (*standing.loads, *standing.changed_loads) if standing.load(rep).leads > 0}


def _job(batch: Batch, rep: str, due: datetime) -> JobRow:
    return JobRow(batch.new_id(), offboarding.KIND, "deadlines", None, rep, Cause.OFFBOARDED, due)


class Offboard(DueWork):
    """Somebody's last instant has come: each of their open leads is to be decided again, the most urgent first. In the bulk
    lane, so that somebody with a thousand of them does not keep others' leads waiting."""

    def perform(self, batch: Batch) -> list[Concluded]:
        if not batch.holds(self.job):
            return []
        batch.endings.finish(self.job)
        rep = batch.roster.reps.get(self.job.ref_id)
        now = self.as_of or batch.turn.now
        if rep is not None and (rep.left is None or rep.left > now):
            return []  # they stay after all
        for lead in offboarding.in_hand(batch.tx, self.job.ref_id):
            batch.rows.jobs.append(
                JobRow(
                    batch.new_id(),
                    "decide",
                    "bulk",
                    lead.lead,
                    "",
                    Cause.OFFBOARDED,
                    self.job.due_at,
                    lead.priority,
                    lead.epoch,
                )
            )
        return [
            taken_back(batch, offered, batch.new_id(), BY_ITSELF, LEFT)
            for offer in offers.offered_to(batch.tx, self.job.ref_id, most=MOST_OFFERS)
            if (offered := batch.lead(offer.lead_id)) and offered.offer
        ]
