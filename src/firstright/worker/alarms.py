"""A thread that has what is due done once a second: decisions made again, clocks rung. What is due, the desk knows."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from time import monotonic

from firstright.desk import Desk
from firstright.desk.threaded import Threaded
from firstright.errors import DatabaseError, for_log

SECONDS = 1.0
WEIGHING = 600.0  # seconds between two looks whether a pool is to be weighed anew
MOST = 512  # at a time, so that a stop is noticed

log = logging.getLogger("firstright.alarms")


class Alarms(Threaded):
    """Use it as a context: the thread ends with it, between two batches."""

    def __init__(self, desk: Desk, now: Callable[[], datetime]) -> None:
        super().__init__("firstright-alarms")
        self._desk = desk
        self._now = now
        self._weighed_at = -WEIGHING
        self._ringing = threading.Lock()

    def ask_to_stop(self) -> None:
        super().ask_to_stop()
        self._desk.due.set()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nothing rings meanwhile; a round under way is finished first. History is decided as of its own instants: an alarm
        would decide what fell due then as of today.
        """
        with self._ringing:
            yield

    def _run(self) -> None:
        while not self._stopped.is_set():
            rang = False
            if self._ringing.acquire(timeout=SECONDS):
                try:
                    rang = self._ring()
                finally:
                    self._ringing.release()
            if not rang and not self._stopped.is_set():
                self._desk.due.wait(SECONDS)
                self._desk.due.clear()

    def _ring(self) -> bool:
        """Whether anything was due: then there may be more."""
        try:
            if monotonic() - self._weighed_at >= WEIGHING:
                self._weighed_at = monotonic()
                self._desk.weigh_due()
            return self._desk.work_due(self._now(), limit=MOST)[0] > 0
        except DatabaseError as error:
            log.warning("alarms.nothing-decided", extra=for_log(error))
        except Exception:  # a defect in one round must not end the only thread that keeps promises about time
            log.exception("alarms.round-failed")
        return False
