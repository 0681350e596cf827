"""A thread that does errands, a slice at a time: a hook's quarantine read again, what a repair would come to. What is asked for, the
desk knows."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from types import TracebackType

from firstright.desk import Desk
from firstright.desk.errands import work_errand
from firstright.errors import DatabaseError, for_log

SECONDS = 1.0  # between two looks, while there is nothing to do

log = logging.getLogger("firstright.errands")


class Errands:
    """Use it as a context: the thread ends with it, between two slices."""

    def __init__(self, desk: Desk, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._now = now
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="firstright-errands", daemon=True)

    def __enter__(self) -> "Errands":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._stopped.set()
        self._thread.join()

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
