"""What all work has in common that a due job asks for: whose lead it fetches, and what is left of it when it fails."""

from datetime import datetime, timedelta

import msgspec

from firstright.core.matchkeys import MatchKeys
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.storage import instants, jobs
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


class DueWork:
    """One claimed job. `perform` is what makes it a kind: it asks `batch.holds` first, and finishes the job."""

    def __init__(self, job: DueJob, keys: MatchKeys = (), *, as_of: datetime | None = None) -> None:
        """`keys` are fetched with those of the whole batch; they are a guess from when the job was claimed."""
        self.job = job
        self.lane = job.lane
        self.keys = keys
        self.as_of = as_of

    def needs(self, batch: Batch) -> None:
        batch.want_job(self.job)
        if self.job.lead_id:
            batch.want_lead(self.job.lead_id)

    def perform(self, batch: Batch) -> list[Concluded]:
        """What was decided; nothing when the job was out of date, or is another worker's by now."""
        raise NotImplementedError

    def rescue(self, batch: Batch, failure: Exception) -> list[Concluded]:
        """Later, and longer each time: a lead nobody can decide must not be given up, nor tried all day."""
        job, tried, now = self.job, _tries(self.job.payload), batch.turn.now
        failed = tried.failed + 1
        due = now + min(FIRST_WAIT * 2 ** min(failed, 10), LONGEST_WAIT)
        payload = msgspec.json.encode(_Tries(failed, tried.since or instants.text(now))).decode()
        put_off = jobs.again(batch.tx, job.id, job.lease_token, due, type(failure).__name__, payload)
        if put_off and job.lead_id:
            jobs.tell_next(batch.tx, job.lead_id, now)
        return []
