"""Counts what the doors turn away, in memory, and has the writer put it down every few seconds, behind everything else.

A count may be lost with the process; a request never waits for one.
"""

import logging
from collections.abc import Iterable
from concurrent.futures import Future

from firstright.core.clean.problem import Problem
from firstright.desk.batch import Batch
from firstright.desk.counting import Counting
from firstright.desk.writer import Writer
from firstright.storage import refusals
from firstright.storage.refusals import REQUESTS, Counted

EVERY = 3.0  # seconds
MOST = 2_000  # reasons held; what comes on top is counted without its place
LONGEST = 200  # characters of a pointer, a reason or a code

Reason = tuple[str, str, str]  # source, code, pointer

log = logging.getLogger("firstright.refusals")


class Refusals(Counting):
    """Threads may share it."""

    def __init__(self, writer: Writer) -> None:
        super().__init__(writer, EVERY, log, "refusals.not-counted")
        self._counted: dict[Reason, Counted] = {}

    def note(self, source: str, errors: Iterable[Problem], request_id: str) -> None:
        """One request of this source was turned away for these reasons."""
        with self._lock:
            self._add(Counted(source, REQUESTS, "", "requests turned away", 1, request_id))
            for error in errors:
                reason, place = _plain(error.reason), _plain(error.pointer)
                self._add(Counted(source, error.code, place, reason, 1, request_id))
            self._soon()

    def _add(self, more: Counted) -> None:
        key = more[:3]
        if key not in self._counted and len(self._counted) >= MOST and more.code:
            more = more._replace(code=more.code if len(self._counted) < 2 * MOST else "others", pointer="")
            key = more[:3]
        before = self._counted.get(key)
        self._counted[key] = more._replace(n=more.n + before.n) if before else more

    def _flush(self) -> "Future[None] | None":
        with self._lock:
            counted, self._counted, self._timer = self._counted, {}, None
        if not counted:
            return None

        def again() -> None:
            for each in counted.values():
                self._add(each)

        return self._submitted(PutDown(tuple(counted.values())), again)


def _plain(text: str) -> str:
    """What a sender calls a field need not be what a database can hold."""
    return text[:LONGEST].replace("\0", "\ufffd").encode("utf-8", "replace").decode()


class PutDown:
    lane = "bulk"

    def __init__(self, counted: tuple[Counted, ...]) -> None:
        self.counted = counted

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> None:
        refusals.add(batch.tx, self.counted, batch.turn.now)

    def rescue(self, batch: Batch, failure: Exception) -> None:
        raise failure
