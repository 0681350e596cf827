"""Long work that somebody asked for, a slice at a time: what is slow is read and worked out without the turn, what came of it is put
down under it together with where the next slice begins. A node that dies loses one slice; whoever has the job next goes on.

What a slice is, each kind says. It keeps nobody waiting: its jobs are in the lane behind all others.
"""

import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

import msgspec

from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.desk import BULK, Desk
from firstright.desk.duework import DueWork
from firstright.desk.previewing import preview_slice
from firstright.desk.rereading import arrivals_slice, events_slice
from firstright.desk.slices import Slice
from firstright.errors import DatabaseError, FirstrightError, NotFound, Refused
from firstright.storage import audit, errands, jobs
from firstright.storage.errands import Errand
from firstright.storage.jobs import DueJob

KIND = ("errand",)
LEASE = 30  # seconds: far longer than a slice takes
LONGEST = 500  # characters of why somebody stops one
AGAIN = 0.2  # seconds between two looks how far another node is

log = logging.getLogger("firstright.errands")


class OfKind(Protocol):
    def __call__(self, desk: Desk, errand: Errand, /) -> Slice: ...


SLICES: Mapping[str, OfKind] = {
    errands.PREVIEW: preview_slice,
    errands.HOOK: events_slice,
    errands.QUARANTINE: arrivals_slice,
}


class Done(msgspec.Struct, frozen=True):
    """How far an errand is, or how far it went. `counts`: what became of what was done, by name. `stopped_by` and `stopped_why`: who had
    no more of it done, and why; by nobody where it could not go on."""

    errand: str
    state: str
    total: int
    done: int
    counts: dict[str, int]
    stopped_by: str = ""
    stopped_why: str = ""

    def how(self) -> str:
        """How one that was stopped came to it; empty for any other."""
        if self.state != errands.STOPPED:
            return ""
        return stopped_words(self.stopped_by, self.stopped_why)


def stopped_words(by: str, why: str) -> str:
    told = f"stopped by {by}" if by else "stopped by itself"
    return f"{told}: {why}" if why else told


def done_of(errand: Errand) -> Done:
    stopped = errand.stopped_by, errand.stopped_why
    return Done(errand.id, errand.state, errand.total, errand.done, {**errand.counts}, *stopped)


class Stopped(msgspec.Struct, frozen=True):
    errand: str


class StopErrand:
    """No more of it is done. What was done stays. `why` in their own words, where they say it."""

    lane = "person"

    def __init__(self, errand: str, by: str, why: str = "") -> None:
        self.errand = errand
        self.by = by
        self.why = why.strip()

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> Stopped | FirstrightError:
        if errands.one(batch.tx, self.errand) is None:
            return NotFound(f"errand {self.errand[:80]}")
        if len(self.why) > LONGEST:
            return Refused([f"reason: has more than {LONGEST} characters"])
        now, n = batch.turn.now, batch.turn.n
        if errands.end(batch.tx, self.errand, errands.STOPPED, now, by=self.by, why=self.why):
            audit.append(batch.tx, batch.new_id(), now, n, self.by, "stop-errand", "errand", self.errand)
        return Stopped(self.errand)

    def rescue(self, batch: Batch, failure: Exception) -> Stopped | FirstrightError:
        raise failure


def work_errand(desk: Desk, now: datetime) -> bool:
    """Does one slice of one errand. False where none is due."""
    with desk.read() as tx:
        at = desk.instant(tx, now)
        if not jobs.anything_due(tx, at, lane=BULK, kinds=KIND):
            return False
    job = desk.writer.submit(_Claim(at, desk.new_id())).result()
    if job is None:
        return False
    with desk.read() as tx:
        errand = errands.one(tx, job.ref_id)
    desk.writer.submit(_PutDown(job, _worked(desk, errand))).result()
    return True


def carry_out(
    desk: Desk, name: str, now: Callable[[], datetime], progress: Callable[[int, int], None]
) -> Done:
    """Until it is over: here, or by whoever else is at it."""
    while True:
        with desk.read() as tx:
            errand = errands.one(tx, name)
        if errand is None:
            raise NotFound(f"errand {name}")
        progress(errand.done, errand.total)
        if not errand.is_under_way:
            return done_of(errand)
        if not work_errand(desk, now()):
            time.sleep(AGAIN)


def _worked(desk: Desk, errand: Errand | None) -> Slice | Exception | None:
    if errand is None or not errand.is_under_way:
        return None
    try:
        return SLICES[errand.kind](desk, errand)
    except DatabaseError:
        raise  # the lease runs out, and somebody goes on
    except Refused as over:
        return Slice(errand.place, over=True, failed="; ".join(over.reasons))
    except Exception as failure:
        log.exception("errand.slice_failed", extra={"job": errand.id})
        return failure


class _Claim:
    lane = BULK

    def __init__(self, now: datetime, token: str) -> None:
        self.now = now
        self.token = token

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> DueJob | None:
        now = min(self.now, batch.turn.now)
        found = jobs.claim_due(batch.tx, now, 1, self.token, LEASE, lane=BULK, kinds=KIND)
        return found[0] if found else None

    def rescue(self, batch: Batch, failure: Exception) -> DueJob | None:
        raise failure


class _PutDown(DueWork):
    """What came of a slice, and that the errand goes on or is over."""

    def __init__(self, job: DueJob, came: Slice | Exception | None) -> None:
        super().__init__(job)
        self.came = came

    def perform(self, batch: Batch) -> list[Concluded]:
        if not batch.holds(self.job):
            return []
        if isinstance(self.came, Exception):
            return super().rescue(batch, self.came)
        errand = errands.one(batch.tx, self.job.ref_id)
        if errand is None or not errand.is_under_way or self.came is None:
            batch.endings.finish(self.job, "cancelled")
            return []
        self._goes_on(batch, errand, self.came)
        return []

    def _goes_on(self, batch: Batch, errand: Errand, came: Slice) -> None:
        came.put_down(batch.tx)
        counts = errands.counted(errand.counts, came.counts)
        total = came.total or errand.total
        done = errand.done + came.n
        errands.go_on(
            batch.tx, errand._replace(total=total, done=done, place=came.place or errand.place, counts=counts)
        )
        if came.over:
            state = errands.STOPPED if came.failed else errands.DONE
            errands.end(batch.tx, errand.id, state, batch.turn.now, why=came.failed)
            batch.endings.finish(self.job)
        else:
            jobs.again(batch.tx, self.job.id, self.job.lease_token, self.job.due_at, "")
