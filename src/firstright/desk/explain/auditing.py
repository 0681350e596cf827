"""The auditor: looks twice a minute for what should have happened and has not, in a thread of its own.

It takes no turn, mends nothing and shares nothing with the threads that do the work, so that none of them can silence it
by being stuck. Finding nothing moves the heartbeat; whatever it finds, it names by counts and identifiers only.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from time import monotonic

import msgspec

from firstright.desk.threaded import Threaded
from firstright.errors import DatabaseError, for_log
from firstright.storage import gauges, overdue
from firstright.storage.transactions import Tx

EVERY = 30.0  # seconds between two looks
FRESH = 90.0  # seconds a clean look counts as a heartbeat: three looks
LATE = timedelta(seconds=60)  # an alarm that nobody claimed, or that has failed, for so long
UNSENT = timedelta(minutes=5)  # a delivery that nobody claimed for so long
SHOWN = 20  # identifiers of one finding

log = logging.getLogger("firstright.auditor")


class Found(msgspec.Struct, frozen=True):
    """Something that should have happened. `count` stops at overdue.MOST; `ids` are the first twenty of them."""

    what: str
    count: int
    ids: tuple[str, ...] = ()


class Beat(msgspec.Struct, frozen=True):
    """`at`: the last look that found nothing, None before the first. `found`: what the latest look found."""

    beats: bool
    at: datetime | None
    found: tuple[Found, ...] = ()


def look(tx: Tx, now: datetime) -> tuple[Found, ...]:
    """Everything found in this snapshot, but for leads without an alarm: those take a walk (`Walk`)."""
    lists = [(f"overdue-{kind}", ids) for kind, ids in sorted(overdue.alarms(tx, now - LATE).items())]
    lists += [
        ("jobs-failing", overdue.failing(tx, now - LATE)),
        ("leads-without-next-instant", overdue.adrift(tx)),
        ("dead-jobs", overdue.dead_jobs(tx)),
        ("pauses-without-limit", overdue.paused_for_ever(tx, now - LATE)),
        ("offers-without-end", overdue.offered_for_ever(tx, now - LATE)),
        ("deliveries-not-sent", overdue.unsent(tx, now - UNSENT)),
    ]
    return tuple(_found(what, ids) for what, ids in lists if ids)


def _found(what: str, ids: list[str]) -> Found:
    return Found(what, len(ids), tuple(ids[:SHOWN]))


class Walk:
    """Goes through all leads in search of those that no job will wake, ten thousand a step, and round again.

    What a step found is looked at again in each later one, until it is mended.
    """

    def __init__(self) -> None:
        self._after = overdue.FIRST
        self._asleep: list[str] = []

    def step(self, tx: Tx) -> tuple[Found, ...]:
        still = overdue.still_asleep(tx, self._asleep) if self._asleep else []
        found, last = overdue.asleep(tx, self._after)
        self._after = last or overdue.FIRST
        known = set(still)
        self._asleep = [*still, *(lead for lead in found if lead not in known)][: overdue.MOST]
        return (_found("leads-without-alarm", self._asleep),) if self._asleep else ()


class Auditor(Threaded):
    """Use it as a context: the thread ends with it. `beat` may be asked from any thread, and before it was entered."""

    def __init__(
        self,
        read: Callable[[], AbstractContextManager[Tx]],
        now: Callable[[], datetime],
        *,
        every: float = EVERY,
        tick: Callable[[], float] = monotonic,
        clock_is_set: Callable[[], bool] = lambda: False,
    ) -> None:
        """`clock_is_set`: whether somebody has set the clock that `now` reads, where that matters."""
        super().__init__("firstright-auditor")
        self._read = read
        self._now = now
        self._every = every
        self._tick = tick
        self._clock_is_set = clock_is_set
        self._walk = Walk()
        self._latest = (Beat(False, None), 0.0)  # and when, by the clock that never jumps; replaced as one

    def beat(self) -> Beat:
        """Whether the latest look was clean and is not older than ninety seconds, by a clock that never jumps."""
        beat, ticked = self._latest
        fresh = self._tick() - ticked <= FRESH
        return beat if fresh or not beat.beats else Beat(False, beat.at, (Found("no-look", 1),))

    def look(self) -> Beat:
        """Looks once, now."""
        last = self._latest[0].at
        try:
            with self._read() as tx:
                now = gauges.instant(tx, self._now())
                found = (*look(tx, now), *self._walk.step(tx))
            if self._clock_is_set():
                found = (Found("clock-set", 1), *found)
        except DatabaseError as error:
            log.warning("audit.not-done", extra=for_log(error))
            return self._seen(last, (Found("database-unavailable", 1),))
        return self._seen(last if found else now, found)

    def _seen(self, at: datetime | None, found: tuple[Found, ...]) -> Beat:
        before = {each.what for each in self._latest[0].found}
        if not before.issuperset(each.what for each in found):
            said = " ".join(f"{each.what}:{each.count}" for each in found)
            log.error("audit.found", extra={"found": said})
        beat = Beat(not found, at, found)
        self._latest = (beat, self._tick())
        return beat

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self.look()
            except Exception:  # a defect in one look: the heartbeat gets old, and says so
                log.exception("audit.failed")
            self._stopped.wait(self._every)
