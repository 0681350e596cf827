"""Clocks that are all due at one instant, raced by people who act around it: the shared half of the races against a deadline.

The instants are those of the database; nothing is waited for but the due instant itself. How a race ended, its test judges.

FIRSTRIGHT_CHAOS_RACES says how many leads are raced; the published figure is of ten thousand.
"""

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from firstright.desk import Desk
from firstright.desk.acting import Acted, OnLead
from firstright.desk.batch import Batch
from firstright.errors import FirstrightError
from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database, Row, Value
from firstright.wiring import now

RACES = int(os.environ.get("FIRSTRIGHT_CHAOS_RACES", "500"))
ROUND = 50  # leads that are due at the same instant
WINDOW = timedelta(milliseconds=50)  # before and after the due instant within which they are accepted
STEP = 0.02  # seconds by which the window moves after a round that most have won, or most have lost
AHEAD = timedelta(milliseconds=120)  # of the first accept, to get everybody to the start
CLIENTS = 4

CLOCK_DUE = Statement(
    "UPDATE clock SET due_at = ?, warnings = ? WHERE lead_id = ? AND clock = ? AND state = 'running'"
)
JOB_DUE = Statement(
    "UPDATE job SET due_at = ? WHERE lead_id = ? AND kind = 'clock' AND cause = ? AND state = 'ready'"
)
LEAD_DUE = Statement("UPDATE lead SET next_at = ? WHERE id = ?")
HELD = Statement("SELECT id, holder_id FROM lead")


class Lag:
    """Seconds after the deadline, or before it, at which a round asks: moved so that about half of those who ask win, and after
    rounds that all went the same way faster each time, as nobody knows how busy the machine is."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._way, self._step = 0, STEP

    def move(self, won: int) -> None:
        way = (won > ROUND * 0.6) - (won < ROUND * 0.4)
        if won not in (0, ROUND):
            self._step = STEP
        elif way == self._way:
            self._step *= 2
        else:
            self._step = 4 * STEP
        self._way = way
        self.seconds += way * self._step


class Arm:
    """Sets the clocks of one name of these leads to one instant, soon, by the database's time. What it gives is that instant."""

    lane = "person"

    def __init__(self, leads: list[str], clock: str) -> None:
        self.leads = leads
        self.clock = clock
        self.early = timedelta(0)  # by which everybody comes before the deadline

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> datetime:
        due = batch.turn.now + AHEAD + WINDOW + self.early
        at, warnings = instants.text(due), msgspec.json.encode([(100, due)]).decode()
        batch.tx.many(CLOCK_DUE, [(at, warnings, lead, self.clock) for lead in self.leads])
        batch.tx.many(JOB_DUE, [(at, lead, self.clock) for lead in self.leads])
        batch.tx.many(LEAD_DUE, [(at, lead) for lead in self.leads])
        return due

    def rescue(self, batch: Batch, failure: Exception) -> datetime:
        raise failure


def around(
    desk: Desk, arm: Arm, ask: Callable[[str], OnLead], dice: random.Random, lag: float
) -> dict[str, object]:
    """One round: everybody asks at an instant of their own, around the deadline or so many seconds later, when a busy machine
    comes to ring, or earlier, when it comes late to ask. What each was answered."""
    arm.early = timedelta(seconds=max(0.0, -lag))
    due = desk.writer.submit(arm).result()
    span = WINDOW.total_seconds()
    plan = sorted((dice.uniform(-span, span) + lag, lead) for lead in arm.leads)
    asked: dict[str, Future[Acted | FirstrightError]] = {}

    def client(mine: list[tuple[float, str]]) -> None:
        for after, lead in mine:
            time.sleep(max(0.0, (due - now()).total_seconds() + after))
            asked[lead] = desk.writer.submit(ask(lead))

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(client, [plan[n::CLIENTS] for n in range(CLIENTS)]))
    return {lead: future.result() for lead, future in asked.items()}


@contextmanager
def ringing(ring: Callable[[], int]) -> Iterator[None]:
    """Rings what is due in a thread for as long as the block runs, and what is left of it afterwards."""
    stopped = threading.Event()

    def loop() -> None:
        while not stopped.is_set() or ring():
            if not ring():
                stopped.wait(0.002)

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


@contextmanager
def ringer(url: str, node: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "chaos.ringer", url, node],
        cwd=Path(__file__).parents[1],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.wait()


def naively(
    database: Database, names: Iterable[Value], look: Statement, free: Row, writes: Sequence[Statement]
) -> None:
    """The control of a race: as many as there are `writes` look at each row at once, and who finds it free writes then."""
    start, rows = threading.Barrier(len(writes)), list(names)

    def run(write: Statement) -> None:
        for name in rows:
            start.wait()
            with database.read() as tx:
                found = tx.all(look, (name,)) == [free]
            if found:
                with database.write() as tx:
                    tx.run(write, (name,))

    with ThreadPoolExecutor(len(writes)) as pool:
        list(pool.map(run, writes))
