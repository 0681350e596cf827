"""A thread that has done what is done once in a while: sources watched, the base audited, models looked at, leads that lie found. When it is time, the desk knows."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from firstright.desk import Desk
from firstright.desk.threaded import Threaded
from firstright.desk.watch.drifting import look_due
from firstright.desk.watch.hygiene import audit_due
from firstright.desk.watch.stewards import look_overdue
from firstright.desk.watch.stuck import sweep_due
from firstright.desk.watch.watching import watch_due
from firstright.errors import DatabaseError, for_log

FIRST = 60.0  # seconds: a process that has just begun has other things to do
EVERY = 60.0  # seconds between two looks whether something is due

log = logging.getLogger("firstright.watchman")


class Duty(Protocol):
    """What is done when it is time to; between two of its steps it asks whether to `stop`."""

    def __call__(self, desk: Desk, now: datetime, /, *, stop: Callable[[], bool]) -> object: ...


def _drift(desk: Desk, now: datetime, /, *, stop: Callable[[], bool]) -> object:
    """One step: it is done once begun."""
    return look_due(desk, now)


DUTIES: tuple[Duty, ...] = (watch_due, audit_due, _drift, sweep_due, look_overdue)


class Watchman(Threaded):
    """Use it as a context: the thread ends with it, between two duties."""

    def __init__(self, desk: Desk, now: Callable[[], datetime]) -> None:
        super().__init__("firstright-watchman")
        self._desk = desk
        self._now = now

    def look(self) -> None:
        """Does whatever it is time for, now."""
        for duty in DUTIES:
            if self._stopped.is_set():
                return
            try:
                duty(self._desk, self._now(), stop=self._stopped.is_set)
            except DatabaseError as error:
                log.warning("watch.not-done", extra=for_log(error))
            except Exception:  # a defect in one round must not end the thread
                log.exception("watch.failed")

    def _run(self) -> None:
        wait = FIRST
        while not self._stopped.wait(wait):
            self.look()
            wait = EVERY
