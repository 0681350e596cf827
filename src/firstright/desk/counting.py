"""Counts that are kept in memory and put down by the writer every few seconds, behind everything else. What is counted, and
under which names, its heirs say.

A count may be lost with the process; nobody who is counted waits for one.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future

from firstright.desk.writer import Work, Writer
from firstright.errors import DatabaseBusy, DatabaseUnavailable, FirstrightError, for_log

STOPPING = 5.0  # seconds


class Counting:
    """Threads may share it. `lost` is the event that is logged when something could not be put down."""

    def __init__(self, writer: Writer, every: float, log: logging.Logger, lost: str) -> None:
        self._writer = writer
        self._every = every
        self._log = log
        self._lost = lost
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._closed = False

    def put_down(self) -> None:
        """Writes what was counted so far, and waits for it."""
        written = self._flush()
        if written is not None:
            try:
                written.result(STOPPING)
            except (FirstrightError, TimeoutError) as error:
                self._log.warning(self._lost, extra=for_log(error))

    def close(self) -> None:
        """Puts down what is left; the writer must still run."""
        with self._lock:
            self._closed = True
            timer = self._timer
        if timer is not None:
            timer.cancel()
        self.put_down()

    def _soon(self) -> None:
        """Something was counted. Called under the lock, as whatever touches the counts."""
        if self._timer is None and not self._closed:
            self._timer = threading.Timer(self._every, self._flush)
            self._timer.daemon = True
            self._timer.start()

    def _flush(self) -> "Future[None] | None":
        """Takes the counts, and the timer, and has them put down; the last of what was handed over."""
        raise NotImplementedError

    def _submitted(self, work: Work[None], again: Callable[[], None]) -> "Future[None] | None":
        """`again` counts them with the next ones, because the database was away. It is called under the lock."""
        try:
            written = self._writer.submit(work)
        except FirstrightError as error:
            self._log.warning(self._lost, extra=for_log(error))
            return None

        def done(written: "Future[None]") -> None:
            if written.cancelled() or isinstance(written.exception(), DatabaseUnavailable | DatabaseBusy):
                with self._lock:
                    again()

        written.add_done_callback(done)
        return written
