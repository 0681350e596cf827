"""The writer: one thread per node that takes whatever waits and commits it together, under one decision turn.

It knows lanes, batches and failures; what a piece of work does is the work's own business. A batch that fails is
tried again one by one, so that one bad lead harms nobody; work that fails alone says itself what is left of it.
"""

import asyncio
import logging
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import NamedTuple, Protocol, TypeVar, cast

from firstright.desk.batch import Batch
from firstright.errors import DatabaseBusy, DatabaseError, DatabaseUnavailable, FirstrightError

LANES = ("person", "intake", "deadlines", "bulk")  # most urgent first
PEOPLE = ("person", "intake")  # lanes in which somebody waits for an answer


class Pace(NamedTuple):
    """How a batch is filled: who is taken, in this order, how many in all, and how long it may take to decide."""

    shares: tuple[tuple[str, int], ...]
    rows: int  # pieces of work in one transaction
    seconds: float  # what is left then waits for the next


# Somebody waits for an answer. What nobody waits for is passed over a few times, then goes along, so that it is not starved:
# a little of it in each of these batches cost every one of them what writing any of it costs.
ASKED = Pace((("person", 64), ("intake", 64)), 64, 0.02)
SHARED = Pace((("person", 64), ("deadlines", 8), ("bulk", 8), ("intake", 64)), 64, 0.02)
MOST_PASSED = 3  # batches
# Somebody came lately: a batch is kept so short that whoever comes next waits little. While all is calm it ends when somebody does.
LATELY = Pace((("deadlines", 6), ("bulk", 8)), 14, 0.02)
CALM = Pace(
    (("person", 64), ("intake", 64), ("deadlines", 224), ("bulk", 64), ("deadlines", 256), ("bulk", 256)),
    256,
    0.15,
)
RECENT = 1.0  # seconds since somebody came: the next one may come at any moment

log = logging.getLogger("firstright.writer")

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


class Work(Protocol[T_co]):
    """One cause, ready to be decided. `perform` runs under the turn and adds its rows to the batch."""

    @property
    def lane(self) -> str: ...

    def needs(self, batch: Batch) -> None:
        """Names what must be fetched before any work of the batch is performed."""

    def perform(self, batch: Batch) -> T_co: ...

    def rescue(self, batch: Batch, failure: Exception) -> T_co:
        """What is kept when `perform` failed on its own; raises `failure` when nothing can be."""


Result = object
Answer = tuple["Waiting", Result, Exception | None]


class Transact(Protocol):
    """Runs a function under one decision turn and commits what it added; on any error nothing happened."""

    def __call__(self, fn: Callable[[Batch], T], /) -> T: ...


class Waiting:
    """One piece of work in its lane, and who waits for its result: a thread, or a task of an event loop."""

    __slots__ = ("future", "loop", "work")

    def __init__(self, work: Work[object], loop: asyncio.AbstractEventLoop | None) -> None:
        self.work = work
        self.loop = loop
        self.future: Future[object] | asyncio.Future[object] = loop.create_future() if loop else Future()


class Writer:
    """Owns the only connection that writes. Results are delivered after the commit, never before."""

    def __init__(self, transact: "Transact", took: Callable[[int], None] = lambda pieces: None) -> None:
        self._transact = transact
        self._took = took  # told how many pieces of work each commit held
        self.patience = 1.0  # times the seconds a batch may take
        self._lanes: dict[str, deque[Waiting]] = {lane: deque() for lane in LANES}
        self._waiting = threading.Condition()
        self._stopping = False
        self._asked_at = -math.inf  # monotonic seconds at which somebody last waited for an answer
        self._passed = 0  # batches in a row that passed over what nobody waits for
        self._pace = CALM
        self._gave_way = False  # the batch under way ended because somebody came
        self._room = {
            pace: pace.rows for pace in (ASKED, SHARED, LATELY, CALM)
        }  # pieces that can be expected to be done in time
        self._thread = threading.Thread(target=self._run, name="firstright-writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Finishes what waits, then ends the thread."""
        with self._waiting:
            self._stopping = True
            self._waiting.notify()
        if self._thread.is_alive():
            self._thread.join()

    def submit(self, work: Work[T]) -> "Future[T]":
        """Puts work into its lane; the future resolves once its transaction is committed."""
        return cast("Future[T]", self._enqueue(Waiting(work, None)))

    def awaitable(self, work: Work[T]) -> "asyncio.Future[T]":
        """The same for a task of the running event loop, woken once per batch and not once per lead."""
        return cast("asyncio.Future[T]", self._enqueue(Waiting(work, asyncio.get_running_loop())))

    def _enqueue(self, waiting: Waiting) -> object:
        with self._waiting:
            if self._stopping:
                raise DatabaseUnavailable("the writer has stopped")
            self._lanes[waiting.work.lane].append(waiting)
            self._waiting.notify()
        return waiting.future

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    @property
    def is_calm(self) -> bool:
        """Nobody has come for a while: what is due may be done in large batches."""
        return time.monotonic() - self._asked_at > RECENT

    def depth(self) -> dict[str, int]:
        return {lane: len(queue) for lane, queue in self._lanes.items()}

    def _run(self) -> None:
        while True:
            with self._waiting:
                while not any(self._lanes.values()):
                    if self._stopping:
                        return
                    self._waiting.wait()
                batch = self._take()
            if batch:
                self._together(batch)

    def _take(self) -> list[Waiting]:
        taken: list[Waiting] = []
        now = time.monotonic()
        if any(self._lanes[lane] for lane in PEOPLE):
            self._asked_at = now
            self._pace = ASKED if self._passed < MOST_PASSED else SHARED
        else:
            self._pace = CALM if now - self._asked_at > RECENT else LATELY
        others = any(self._lanes[lane] for lane in LANES if lane not in PEOPLE)
        self._passed = self._passed + 1 if others and self._pace is ASKED else 0
        room = self._room[self._pace]
        for lane, most in self._pace.shares:
            queue = self._lanes[lane]
            for _ in range(min(len(queue), most, room - len(taken))):
                waiting = queue.popleft()
                if not waiting.future.cancelled():  # its caller was told to try again: nobody counts on it
                    taken.append(waiting)
        return taken

    def _together(self, batch: list[Waiting]) -> None:
        try:
            done, left = self._transact(lambda under: self._perform(under, batch))
        except (
            DatabaseUnavailable,
            DatabaseBusy,
        ) as failure:  # nobody's fault: one time-out for all is enough
            _deliver([(waiting, None, failure) for waiting in batch])
            return
        except Exception as failure:  # whatever it was, every piece of work gets an answer of its own
            if len(batch) == 1:
                self._alone(batch[0], failure)
            else:
                for waiting in batch:
                    self._together([waiting])
            return
        self._took(len(done))
        pace, room = self._pace, self._room[self._pace]
        if not left:
            self._room[pace] = min(pace.rows, room + room // 4 + 1)
        elif not self._gave_way:
            self._room[pace] = len(done)
        with self._waiting:
            for waiting in reversed(left):
                self._lanes[waiting.work.lane].appendleft(waiting)
        _deliver([(waiting, result, None) for waiting, result in done])

    def _perform(
        self, batch: Batch, all_waiting: list[Waiting]
    ) -> tuple[list[tuple[Waiting, object]], list[Waiting]]:
        """Performs work until the time is up, or until somebody comes beside what nobody waits for; gives what was done and what
        is left for the next turn."""
        for waiting in all_waiting:
            waiting.work.needs(batch)
        batch.fetch()
        done: list[tuple[Waiting, object]] = []
        until, gives_way = time.perf_counter() + self._pace.seconds * self.patience, self._pace is CALM
        self._gave_way = False
        for i, waiting in enumerate(all_waiting):
            self._gave_way = gives_way and any(self._lanes[lane] for lane in PEOPLE)
            if done and (self._gave_way or time.perf_counter() > until):
                return done, all_waiting[i:]
            done.append((waiting, waiting.work.perform(batch)))
        return done, []

    def _alone(self, waiting: Waiting, failure: Exception) -> None:
        if isinstance(failure, DatabaseError):
            _deliver([(waiting, None, failure)])
            return
        if not isinstance(failure, FirstrightError):  # a defect: whoever waits is told little, or is nobody
            log.error("work.failed", extra={"kind": type(waiting.work).__name__}, exc_info=failure)
        try:
            result = self._transact(lambda under: _rescue(under, waiting.work, failure))
        except Exception as second:
            _deliver([(waiting, None, second)])
        else:
            _deliver([(waiting, result, None)])


def _deliver(answers: list[Answer]) -> None:
    """Resolves futures: a thread's at once, an event loop's all together, because waking a loop costs a system call."""
    loops: dict[asyncio.AbstractEventLoop, list[Answer]] = {}
    for answer in answers:
        loop = answer[0].loop
        if loop is None:
            _resolve([answer])
        else:
            loops.setdefault(loop, []).append(answer)
    for loop, theirs in loops.items():
        with suppress(RuntimeError):  # the loop was closed while we committed: its callers are gone
            loop.call_soon_threadsafe(_resolve, theirs)


def _resolve(answers: list[Answer]) -> None:
    for waiting, result, failure in answers:
        try:
            if failure is None:
                waiting.future.set_result(result)
            else:
                waiting.future.set_exception(failure)
        except (InvalidStateError, asyncio.InvalidStateError):
            if (
                not waiting.future.cancelled()
            ):  # asked beforehand, it could be cancelled before the answer was used
                raise


def _rescue(batch: Batch, work: Work[object], failure: Exception) -> object:
    work.needs(batch)
    batch.fetch(rescuing=True)
    return work.rescue(batch, failure)
