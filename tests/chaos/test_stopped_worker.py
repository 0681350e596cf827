"""A worker that sleeps through its leases (SIGSTOP, SIGCONT) records nothing of what another has done meanwhile.

The leases are ended by hand, unless FIRSTRIGHT_CHAOS_SECONDS says to sleep for so long: 60 for the report.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from chaos.scene import arrival, broken, opened, person, publish
from chaos.sender import OVER, Sender, Workspace, on, runs, sending, whole
from chaos.server import TESTS
from firstright.storage.statement import Statement
from firstright.wiring import now
from outbound.sink import Exchange, Sink, Step, ok
from patience import PATIENCE, until

SECONDS = float(os.environ.get("FIRSTRIGHT_CHAOS_SECONDS", "0"))
REALLY = SECONDS >= 25  # longer than any lease
ROWS = "SELECT id, state, attempts, deaths, lease_token, sent_at, last_status FROM delivery ORDER BY id"
LEASED = "SELECT id, lease_token FROM delivery WHERE state = 'leased'"
# What a recorder without tokens would do with an attempt that seems to have failed.
NAIVE = Statement("UPDATE delivery SET state = 'ready', attempts = attempts + 1 WHERE id = ?")
FENCED = Statement(f"{NAIVE.sqlite} AND state = 'leased' AND lease_token = ?")
DUE = Statement("UPDATE job SET due_at = '2026-01-01T00:00:00.000000Z' WHERE kind = 'route'")
JOBS_OVER = Statement("UPDATE job SET lease_until = '2026-01-01T00:00:00.000000Z' WHERE state = 'leased'")
CLAIMED = Statement("SELECT count(*) FROM job WHERE kind = 'route' AND state = 'leased'")
MADE = Statement("SELECT lead_id, count(*) FROM decision GROUP BY lead_id")
WAYS = 16  # as many as are on the wire at a time: eight to each of two places
LEADS = 30


class Held:
    """A receiver that lets everybody wait until it is told to go on."""

    def __init__(self, sink: Sink) -> None:
        self.go = threading.Event()
        sink.otherwise = Step(self._run, acts=True, keeps=True)

    def _run(self, line: Exchange) -> None:
        assert self.go.wait(SECONDS + PATIENCE)
        ok().run(line)


def asleep(sender: Sender, sink: Sink) -> None:
    """It stands still with all its ways full, and holds no lock."""
    sink.wait(WAYS)
    time.sleep(0.5)
    sender.signal(signal.SIGSTOP)


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_who_slept_records_nothing_of_what_another_sent(database_url: str, tmp_path: Path) -> None:
    key, log = tmp_path / "key", tmp_path / "log"
    with Sink() as sink, sending(database_url, key, log) as first, sending(database_url, key) as second:
        here, held = Workspace(database_url, on(sink, "crm", "erp"), key), Held(sink)
        here.tell(LEADS)
        first.start()
        asleep(first, sink)
        lost = [(str(name), str(token)) for name, token in here.rows(LEASED)]
        assert len(lost) == WAYS
        began = time.monotonic()
        held.go.set()
        if not REALLY:
            here.change(OVER)
        second.start()
        until(here.all_sent)
        print(f"everything sent {time.monotonic() - began:.1f} s after the worker stopped")
        time.sleep(max(0.0, SECONDS - (time.monotonic() - began)) if REALLY else 0)
        rows = here.rows(ROWS)
        first.signal(signal.SIGCONT)
        until(lambda: log.read_text().count("delivery.lease-lost") == WAYS)
        assert here.rows(ROWS) == rows
        assert {row[1:4] for row in rows} == {("sent", 1, 0), ("sent", 1, 1)}
        here.tell(2)  # and both go on
        until(here.all_sent)
        second.stop()
        here.tell(2)
        until(here.all_sent)
        first.stop()
    attempts = [each.id for each in whole(sink)]
    assert sorted(attempts) == sorted([*here.ids(), *[name for name, _ in lost]])
    assert {len(chain) for chain in runs(whole(sink)).values()} == {3}
    # The control: by name and token nothing would have been changed, by name alone everything.
    assert sum(here.change(FENCED, name, token) for name, token in lost) == 0
    assert sum(here.change(NAIVE, name) for name, _ in lost) == WAYS


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_slept_alone_records_each_delivery_once(database_url: str, tmp_path: Path) -> None:
    key = tmp_path / "key"
    with Sink(deduplicating=True) as sink, sending(database_url, key) as sender:
        here, held = Workspace(database_url, on(sink, "crm", "erp"), key), Held(sink)
        here.tell(LEADS)
        sender.start()
        asleep(sender, sink)
        held.go.set()
        time.sleep(SECONDS if REALLY else 1)
        sender.signal(signal.SIGCONT)
        until(here.all_sent)
        sender.stop()
    assert sorted(sink.effects) == sorted(here.ids())
    assert {len(chain) for chain in runs(whole(sink)).values()} == {3}


@pytest.mark.slow
def test_who_slept_decides_nothing_that_another_decided(database_url: str) -> None:
    with opened(database_url) as desk:
        replies = desk.take_in([arrival(person(n), f"event-{n}") for n in range(LEADS)])
        publish(desk)
        with desk.database.write() as tx:
            assert tx.run(DUE) == LEADS
    alone = database_url.startswith("sqlite")  # there one process only may write: it finds its own work again
    sleeper = subprocess.Popen(
        [sys.executable, "-m", "chaos.stopping", database_url], cwd=TESTS, stdout=subprocess.PIPE, text=True
    )
    try:
        os.waitid(os.P_PID, sleeper.pid, os.WSTOPPED)
        if not alone:
            _another_decides(database_url)
        elif REALLY:
            time.sleep(SECONDS)
        sleeper.send_signal(signal.SIGCONT)
        assert int(sleeper.communicate(timeout=PATIENCE)[0]) == (LEADS if alone else 0)
    finally:
        sleeper.kill()
        sleeper.wait()
    with opened(database_url) as desk:
        with desk.read() as tx:
            made: dict[str, int] = dict(tx.all(MADE))
        assert made == {json.loads(reply.body)["lead"]: 1 for reply in replies}
        assert broken(desk.database) == []


def _another_decides(url: str) -> None:
    with opened(url, "another") as desk:
        with desk.read() as tx:
            assert tx.all(CLAIMED) == [(LEADS,)]
        assert desk.work_due(now()) == (0, [])  # while the leases last they are the other's
        began, done = time.monotonic(), 0
        if not REALLY:
            with desk.database.write() as tx:
                tx.run(JOBS_OVER)
        while done < LEADS:
            done += len(desk.work_due(now())[1])
            time.sleep(0.05)
            assert time.monotonic() - began < PATIENCE
        print(f"taken over after {time.monotonic() - began:.1f} s")
        assert done == LEADS
        time.sleep(max(0.0, SECONDS - (time.monotonic() - began)) if REALLY else 0)
