"""What a batch ends or moves on beside the rows it adds: clocks met and missed, tasks done, jobs finished, what earlier
holders had begun. Noted in the order of deciding, written set by set around the batch's own rows.
"""

from datetime import datetime

from firstright.core.followup import SPEED
from firstright.storage import clocks, deliveries, endings, enrolments, jobs, leads, reassigned
from firstright.storage.clocks import Met
from firstright.storage.jobs import DueJob
from firstright.storage.reassigned import Moving, TasksToMove
from firstright.storage.rows import ClockRow, JobRow, Rows
from firstright.storage.transactions import Tx

LIVE = ("running", "paused", "missed")


class Endings:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.finished: list[tuple[str, str, str]] = []  # (job, token, state)
        self.raised: list[tuple[str, int]] = []  # (lead, priority) of engagements
        self.moved_tasks: list[TasksToMove] = []
        self.missed: list[tuple[str, str, datetime]] = []  # (lead, clock, when)
        self.reminders: list[str] = []  # leads of which the last sign of life is now
        self._decided: list[
            str
        ] = []  # leads that have landed anew: what would have decided them later has come to nothing
        self.retold: list[str] = []  # leads whose alarms changed while they stayed where they are
        self._met: list[Met] = []
        self._cycles: list[str] = []  # leads whose cycle is over: their clocks stop
        self._tasks: list[tuple[str, str, str]] = []  # (lead, rep, channel)
        self._reviewed: list[str] = []  # leads nobody has to look at any more
        self._accepted: list[tuple[str, int, datetime]] = []  # (lead, epoch, when)
        self._jobs: dict[
            str | None, list[JobRow]
        ] = {}  # of this batch, by lead, as far as they were asked for
        self._moving: list[Moving] = []  # what earlier holders of these had started is over
        self._steps: list[str] = []  # leads whose sequence has stopped
        self._counted = 0  # jobs of the batch that stand there

    def supersede(self, moving: Moving) -> None:
        self._moving.append(moving)

    def finish(self, job: DueJob, state: str = "done") -> None:
        self.finished.append((job.id, job.lease_token, state))

    def meet(self, met: Met, known: dict[str, ClockRow]) -> None:
        """Also clocks this batch has started or read: it must not have one ring that it has met before."""
        self._met.append(met)
        for row in (*self._rows.clocks, *known.values()):
            if _ends(met, row):
                row.met_at = met.at
                row.state = "missed" if row.state == "missed" or row.due_at < met.at else "met"
        for job in self._jobs_of(met.lead):
            if (job.kind, job.cause, job.state) == ("clock", met.clock, "ready"):
                job.state = "cancelled"

    def end_cycle(self, lead: str, known: dict[str, ClockRow]) -> None:
        """Also clocks and alarms this batch has started or read: they would ring for a lead that is over."""
        for row in (*self._rows.clocks, *known.values()):
            if row.lead_id == lead and row.state in ("running", "paused"):
                row.state = "cancelled"
        for job in self._jobs_of(lead):
            if (job.kind, job.state) == ("clock", "ready"):
                job.state = "cancelled"
        self._cycles.append(lead)

    def accept(self, lead: str, epoch: int, at: datetime) -> None:
        for row in self._rows.assignments:
            if (row.lead_id, row.epoch) == (lead, epoch):
                row.accepted_at = at
        self._accepted.append((lead, epoch, at))

    def do_tasks(self, lead: str, rep: str, channel: str) -> None:
        for row in self._rows.tasks:
            if (row.lead_id, row.rep_id, row.channel, row.state) == (lead, rep, channel, "open"):
                row.state = "done"
        self._tasks.append((lead, rep, channel))

    def leave_review(self, lead: str) -> None:
        for row in self._rows.reviews:
            if (row.lead_id, row.state) == (lead, "open"):
                row.state = "withdrawn"
        self._reviewed.append(lead)

    def forget_alarms(self, lead: str) -> None:
        """Every landing sets its own. Where no holder changes, as from one hold to the next, no epoch would end the others:
        they would decide once more, each, and tell of it."""
        for job in self._jobs_of(lead):
            if (job.kind, job.state) == ("decide", "ready"):
                job.state = "cancelled"
        self._decided.append(lead)

    def forget_steps(self, lead: str) -> None:
        """Its sequence is over, or goes on otherwise: what this batch has planned of it is forgotten, too."""
        for job in self._jobs_of(lead):
            if (job.kind, job.state) == ("step", "ready"):
                job.state = "cancelled"
        self._steps.append(lead)

    def forget_reminders(self, lead: str) -> None:
        for job in self._jobs_of(lead):
            if (job.kind, job.cause, job.state) == ("decide", "no-reply", "ready"):
                job.state = "cancelled"
        self.reminders.append(lead)

    def _jobs_of(self, lead: str) -> list[JobRow]:
        """What this batch has added about the lead. Each decision asks: a walk of all of them grew with the batch."""
        for job in self._rows.jobs[self._counted :]:
            self._jobs.setdefault(job.lead_id, []).append(job)
        self._counted = len(self._rows.jobs)
        return self._jobs.get(lead, [])

    def write_before(self, tx: Tx) -> None:
        """Before the batch's own rows are there, so that nothing it has just begun is ended with the rest."""
        if self.finished:
            endings.finish(tx, self.finished)
        if self.missed:
            endings.miss(tx, self.missed)
        if self._met:
            clocks.meet(tx, self._met)
        if self._cycles:
            jobs.end_clocks(tx, self._cycles)
        if self._decided:
            endings.forget(tx, self._decided)
        if self._steps:
            enrolments.forget_steps(tx, self._steps)
        if self.reminders:
            jobs.forget_reminders(tx, self.reminders)
        if self._accepted:
            jobs.accept(tx, self._accepted)
        if self._reviewed:
            jobs.withdraw_reviews(tx, self._reviewed)
        if self._tasks:
            jobs.finish_tasks(tx, self._tasks)
        if self.moved_tasks:
            reassigned.move_tasks(tx, self.moved_tasks)

    def write_after(self, tx: Tx, now: datetime) -> None:
        """Once they are there: epochs and priorities hold for them, too."""
        if self._moving:
            reassigned.tell(tx, self._moving)
            endings.supersede(tx, [(each.lead, each.epoch) for each in self._moving])
            deliveries.wake(tx, [each.lead for each in self._moving])
        if self.raised:
            leads.raise_priority(tx, self.raised, now)
            jobs.raise_priority(tx, self.raised)
        if self.retold:
            endings.retell(tx, self.retold)


def _ends(met: Met, row: ClockRow) -> bool:
    """Whether it is this clock that was met. The speed-to-lead clock is the cycle's, whoever holds the lead."""
    same = (row.lead_id, row.clock, row.cycle) == (met.lead, met.clock, met.cycle)
    his = row.clock == SPEED or row.epoch == met.epoch
    return same and his and row.state in LIVE and row.met_at is None
