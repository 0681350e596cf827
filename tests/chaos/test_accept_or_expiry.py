"""Who accepts in the last moment races the clock that takes the lead away. Never both, never early, and whoever is too late is
told who has it now. The instants are those of the database; nothing is waited for but the due instant itself.

FIRSTRIGHT_CHAOS_RACES says how many leads are raced; the published figure is of ten thousand.
"""

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from chaos.scene import POLICY, arrival, broken, opened, person, replayed, reps, roster
from chaos.test_repeats import at_once
from firstright.core.replay import Verdict
from firstright.desk import Desk
from firstright.desk.acting import Accept, Acted, Decline
from firstright.desk.batch import Batch
from firstright.errors import FirstrightError, Superseded
from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database
from firstright.wiring import now

RACES = int(os.environ.get("FIRSTRIGHT_CHAOS_RACES", "500"))
ROUND = 50  # leads that are due at the same instant
WINDOW = timedelta(milliseconds=50)  # before and after the due instant within which they are accepted
STEP = (
    0.02  # seconds by which the window moves after a round that nearly all owners, or nearly none, have won
)
AHEAD = timedelta(milliseconds=120)  # of the first accept, to get everybody to the start
CLIENTS, REPS, RIVALS = 4, 7, 200
RULES = POLICY.replace('first_touch = "2h"', 'untouched = "2h"').replace(
    'review = "4h"', 'review = "4h"\nwarnings = [100]\non_missed = ["re-route", "review"]'
)

CLOCK_DUE = Statement(
    "UPDATE clock SET due_at = ?, warnings = ? WHERE lead_id = ? AND clock = 'owner' AND state = 'running'"
)
JOB_DUE = Statement(
    "UPDATE job SET due_at = ? WHERE lead_id = ? AND kind = 'clock' AND cause = 'owner' AND state = 'ready'"
)
LEAD_DUE = Statement("UPDATE lead SET next_at = ? WHERE id = ?")
HELD = Statement("SELECT id, holder_id FROM lead")
STOOD = Statement(
    """SELECT a.lead_id, a.accepted_at, b.started_at, b.cause, b.holder_id FROM assignment AS a
       LEFT JOIN assignment AS b ON b.lead_id = a.lead_id AND b.epoch = 2 WHERE a.epoch = 1"""
)
EARLY = Statement(
    """SELECT d.lead_id, d.as_of, c.due_at FROM decision AS d JOIN clock AS c ON c.lead_id = d.lead_id AND c.epoch = 1
       AND c.state = 'missed' AND c.missed_at IS NOT NULL
       WHERE d.cause = 'sla-missed' AND (d.as_of < c.due_at OR c.missed_at < c.due_at)"""
)
FURTHER = Statement("SELECT lead_id FROM assignment WHERE epoch > 2")
NAIVE = Statement(
    "CREATE TABLE naive (lead INTEGER NOT NULL, accepted INTEGER NOT NULL, moved INTEGER NOT NULL)"
)
BEGIN = Statement("INSERT INTO naive VALUES (?, 0, 0)")
LOOK = Statement("SELECT accepted, moved FROM naive WHERE lead = ?")
ACCEPTED = Statement("UPDATE naive SET accepted = 1 WHERE lead = ?")
MOVED = Statement("UPDATE naive SET moved = 1 WHERE lead = ?")
BOTH = Statement("SELECT count(*) FROM naive WHERE accepted = 1 AND moved = 1")


class Arm:
    """Sets the owner clocks of these leads to one instant, soon, by the database's time. What it gives is that instant."""

    lane = "person"

    def __init__(self, leads: list[str]) -> None:
        self.leads = leads

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> datetime:
        due = batch.turn.now + AHEAD + WINDOW
        at, warnings = instants.text(due), msgspec.json.encode([(100, due)]).decode()
        batch.tx.many(CLOCK_DUE, [(at, warnings, lead) for lead in self.leads])
        batch.tx.many(JOB_DUE, [(at, lead) for lead in self.leads])
        batch.tx.many(LEAD_DUE, [(at, lead) for lead in self.leads])
        return due

    def rescue(self, batch: Batch, failure: Exception) -> datetime:
        raise failure


def published(desk: Desk, members: int = REPS) -> None:
    desk.publish_policy(RULES, file="policy.toml", by="mara", reason="test")
    desk.publish_roster(roster(reps(members)), file="roster.toml", by="mara", reason="test")


def taken_in(desk: Desk, count: int) -> dict[str, str]:
    """Leads and who has them."""
    arrivals = [arrival(person(n), f"event-{n}") for n in range(count)]
    for first in range(0, count, 500):
        assert {reply.status for reply in desk.take_in(arrivals[first : first + 500])} == {201}
    with desk.read() as tx:
        return dict(tx.all(HELD))


def raced(
    desk: Desk, leads: list[str], owners: dict[str, str], dice: random.Random, lag: float
) -> dict[str, object]:
    """One round: everybody's owner accepts at an instant of their own, around the deadline or so many seconds later, when a
    busy machine comes to ring. What each was answered."""
    due = desk.writer.submit(Arm(leads)).result()
    span = WINDOW.total_seconds()
    plan = sorted((dice.uniform(-span, span) + lag, lead) for lead in leads)
    asked: dict[str, Future[Acted | FirstrightError]] = {}

    def client(mine: list[tuple[float, str]]) -> None:
        for after, lead in mine:
            time.sleep(max(0.0, (due - now()).total_seconds() + after))
            asked[lead] = desk.writer.submit(Accept(lead, owners[lead], epoch=1))

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


def judged(database: Database, answers: dict[str, object], owners: dict[str, str]) -> Counter[str]:
    """How the races ended: by what is stored, which must be what was answered, one way or the other for each lead."""
    ends: Counter[str] = Counter()
    with database.read() as tx:
        stood = {row[0]: row[1:] for row in tx.all(STOOD)}
        assert tx.all(EARLY) == []
        assert tx.all(FURTHER) == []
    assert stood.keys() == answers.keys() == owners.keys()
    for lead, (accepted, moved, cause, taker) in stood.items():
        answer = answers[lead]
        if isinstance(answer, Acted):
            assert (answer.owner, answer.epoch) == (owners[lead], 1)
            assert (accepted is not None, moved) == (True, None)
            ends["accepted"] += 1
        else:
            assert isinstance(answer, Superseded)
            assert (answer.owner, answer.epoch, cause) == (taker, 2, "sla-missed")
            assert (accepted, taker == owners[lead]) == (None, False)
            ends["moved"] += 1
    return ends


def race(url: str, *, beside: int) -> Counter[str]:
    """All rounds on one node, with further nodes as processes `beside` it that only ring."""
    dice = random.Random(20260302)
    with opened(url) as desk:
        published(desk)
        owners = taken_in(desk, RACES)
        names = list(owners)
        answers: dict[str, object] = {}
        lag = 0.0
        with ExitStack() as stack:
            others = [stack.enter_context(ringer(url, f"ben{n}")) for n in range(beside)]
            stack.enter_context(ringing(lambda: desk.work_due(now())[0]))
            for first in range(0, RACES, ROUND):
                answered = raced(desk, names[first : first + ROUND], owners, dice, lag)
                won = sum(isinstance(each, Acted) for each in answered.values())
                lag = max(0.0, lag + STEP * ((won > ROUND * 0.6) - (won < ROUND * 0.4)))
                answers |= answered
            rung = [int(other.communicate(timeout=60)[0]) for other in others]
        assert all(rung)  # else the other node raced in nothing
        ends = judged(desk.database, answers, owners)
        assert min(ends["accepted"], ends["moved"]) > RACES // 50  # else it was no race
        assert broken(desk.database) == []
        assert set(replayed(desk.database)[0]) == {Verdict.EQUAL}
    print(
        f"\n{RACES} races, {beside} nodes beside, {lag:.2f} s behind at the end: {dict(ends)}, rung elsewhere: {rung}"
    )
    return ends


def test_an_owner_who_accepts_at_the_last_moment_has_it_or_has_lost_it_never_both(database_url: str) -> None:
    assert race(database_url, beside=0).total() == RACES


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_same_with_a_second_node_that_rings(database_url: str) -> None:
    assert race(database_url, beside=1).total() == RACES


def test_looking_first_and_writing_then_is_seen_to_do_both(database: Database) -> None:
    with database.write() as tx:
        tx.run(NAIVE)
        tx.many(BEGIN, [(lead,) for lead in range(ROUND)])
    start = threading.Barrier(2)

    def run(write: Statement) -> None:
        for lead in range(ROUND):
            start.wait()
            with database.read() as tx:
                free = tx.all(LOOK, (lead,)) == [(0, 0)]
            if free:
                with database.write() as tx:
                    tx.run(write, (lead,))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, (ACCEPTED, MOVED)))
    with database.read() as tx:
        assert tx.all(BOTH)[0][0] > 0


def test_of_two_hundred_who_accept_the_same_lead_at_once_only_its_owner_has_it(database_url: str) -> None:
    with opened(database_url) as desk:
        published(desk, RIVALS)
        ((lead, holder),) = taken_in(desk, 1).items()

        def accept(number: int) -> Acted | FirstrightError:
            return desk.writer.submit(Accept(lead, f"rep{number}", epoch=1)).result()

        answers = at_once(RIVALS, accept)
        won = [each for each in answers if isinstance(each, Acted)]
        lost = [(each.owner, each.epoch) for each in answers if isinstance(each, Superseded)]
        assert [(each.owner, each.epoch) for each in won] == [(holder, 1)]
        assert lost == [(holder, 1)] * (RIVALS - 1)
        assert broken(desk.database) == []


def test_of_two_hundred_declines_of_one_holder_at_once_one_moves_the_lead(database_url: str) -> None:
    with opened(database_url) as desk:
        published(desk)
        ((lead, holder),) = taken_in(desk, 1).items()

        def decline(number: int) -> Acted | FirstrightError:
            return desk.writer.submit(Decline(lead, holder, "busy", epoch=1, key=f"k{number}")).result()

        answers = at_once(RIVALS, decline)
        won = [each for each in answers if isinstance(each, Acted)]
        lost = [(each.owner, each.epoch) for each in answers if isinstance(each, Superseded)]
        assert [each.epoch for each in won] == [2]
        assert lost == [(won[0].owner, 2)] * (RIVALS - 1)
        assert won[0].owner != holder
        assert broken(desk.database) == []
