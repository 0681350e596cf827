"""A thread that does errands, a slice at a time: a hook's quarantine read again, what a repair would come to. What is asked for, the
desk knows."""

import logging
from collections.abc import Callable
from datetime import datetime

from firstright.desk import Desk
from firstright.desk.errands import work_errand
from firstright.desk.threaded import Threaded
from firstright.errors import DatabaseError, for_log

SECONDS = 1.0  # between two looks, while there is nothing to do

log = logging.getLogger("firstright.errands")


class Errands(Threaded):
    """Use it as a context: the thread ends with it, between two slices."""

    def __init__(self, desk: Desk, now: Callable[[], datetime]) -> None:
        super().__init__("firstright-errands")
        self._desk = desk
        self._now = now

    def _run(self) -> None:
        while not self._stopped.wait(0 if self._worked() else SECONDS):
            pass

    def _worked(self) -> bool:
        try:
            return work_errand(self._desk, self._now())
        except DatabaseError as error:
            log.warning("errands.nothing-done", extra=for_log(error))
        except Exception:  # a defect in one must not end the thread of all
            log.exception("errands.failed")
        return False
