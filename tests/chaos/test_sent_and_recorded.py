"""kill -9 between sending and recording, again and again: the same id and the same bytes go out once more, nothing is lost,
and a receiver that knows ids sees each once. FIRSTRIGHT_CHAOS_SENDS says how many kills on each database; a report is made
from a thousand.
"""

import os
import signal
import threading
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest

from chaos.scene import broken, opened
from chaos.sender import EVENTS, OVER, Sender, Workspace, on, runs, sending, whole
from firstright.desk.resending import Resend
from firstright.storage.deliveries import DIED
from outbound.sink import Exchange, Received, Sink, Step, ok
from patience import until

KILLS = int(os.environ.get("FIRSTRIGHT_CHAOS_SENDS", "15"))
LEADS = 10  # told of at a time
LEASED = "SELECT id FROM delivery WHERE state = 'leased'"
TIRED = """SELECT count(*) FROM delivery WHERE state IN ('ready', 'leased')
           AND deaths + CASE WHEN state = 'leased' THEN 1 ELSE 0 END >= 2"""
ENOUGH = "SELECT count(*) >= 20 FROM delivery WHERE state IN ('ready', 'behind')"


class Killer:
    """Once armed it kills who sends, when a request has been read and acted upon: by turns before it answers and after."""

    def __init__(self, sink: Sink) -> None:
        self._lock = threading.Lock()
        self._victim = 0
        self._only = ""
        self._answers_first = False
        sink.otherwise = Step(self._run, acts=True, keeps=True)

    def arm(self, pid: int, only: str = "") -> None:
        """For the next request, or for the next that is `only` this delivery."""
        with self._lock:
            self._victim, self._only = pid, only

    def _run(self, line: Exchange) -> None:
        with self._lock:
            if not self._victim or self._only not in ("", line.id):
                return ok().run(line)
            victim, self._victim = self._victim, 0
            self._answers_first = not self._answers_first
            if self._answers_first:
                with suppress(OSError):
                    ok().run(line)
            os.kill(victim, signal.SIGKILL)


class Figures(NamedTuple):
    """What a run did, for its report."""

    kills: int
    repeated: int  # sends that a kill left without a record
    deliveries: int
    requests: int
    most_attempts: int  # of one delivery
    seconds: float


def storm(here: Workspace, sender: Sender, sink: Sink, killer: Killer) -> int:
    """How many kills left a send without its record."""
    kills = 0
    while kills < KILLS:
        if not here.rows(ENOUGH)[0][0]:
            here.tell(LEADS)
        tired = here.rows(TIRED)[0][0] > 0
        here.change(OVER)
        before = len(sink.received)
        sender.start()
        if tired:  # a third death would park them: these are left in peace until they are done
            until(lambda: here.rows(TIRED)[0][0] == 0)
        killer.arm(sender.pid)
        while not sender.ended(within=0.5):
            if here.all_sent():  # while those were left in peace: nobody is left to die for
                killer.arm(0)
                sender.signal(signal.SIGKILL)
        assert sender.wait() == -signal.SIGKILL
        sent = {each.id for each in sink.received[before:] if each.signed}
        kills += not sent.isdisjoint(name for (name,) in here.rows(LEASED))
    here.change(OVER)
    sender.start()
    until(here.all_sent)
    sender.stop()
    return kills


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_kill_between_send_and_record_sends_the_same_again_and_loses_nothing(
    database_url: str, tmp_path: Path
) -> None:
    began, key = time.monotonic(), tmp_path / "key"
    with Sink(deduplicating=True) as sink, sending(database_url, key) as sender:
        here = Workspace(database_url, on(sink, "crm", "erp"), key)
        kills = storm(here, sender, sink, Killer(sink))
        received, effects, ids = whole(sink), sink.effects, here.ids()
    attempts = by_id(received)
    figures = Figures(
        kills,
        len(received) - len(ids),
        len(ids),
        len(received),
        max(map(len, attempts.values())),
        round(time.monotonic() - began, 1),
    )
    print(figures)
    assert sorted(effects) == sorted(ids)  # one effect each, with a receiver that knows ids
    assert set(attempts) == ids
    assert {name: len({each.body for each in of}) for name, of in attempts.items()} == dict.fromkeys(ids, 1)
    told = runs(received)
    assert {tuple(event for event, _ in chain) for chain in told.values()} == {EVENTS}
    assert len(told) == 2 * here.leads
    assert (
        figures.repeated >= kills >= KILLS
    )  # the control: a receiver that does not know ids has acted so often too often
    with opened(database_url) as desk:
        assert broken(desk.database) == []


def by_id(received: list[Received]) -> dict[str, list[Received]]:
    found: dict[str, list[Received]] = defaultdict(list)
    for each in received:
        found[each.id].append(each)
    return found


@pytest.mark.slow
def test_a_delivery_over_which_workers_die_is_parked_alone_and_a_replay_sends_the_same(
    database_url: str, tmp_path: Path
) -> None:
    key = tmp_path / "key"
    with Sink() as sink, sending(database_url, key) as sender:
        here, killer = Workspace(database_url, on(sink, "crm"), key), Killer(sink)
        here.tell(6)
        poison = str(here.rows("SELECT id FROM delivery WHERE event = 'lead.assigned' ORDER BY id")[3][0])
        for _ in range(3):
            sender.start()
            killer.arm(sender.pid, only=poison)
            assert sender.wait() == -signal.SIGKILL
            here.change(OVER)
        sender.start()
        killer.arm(sender.pid, only=poison)
        until(lambda: set(here.states()) == {"sent", "dead"})
        assert here.rows("SELECT id, last_error FROM delivery WHERE state <> 'sent'") == [(poison, DIED)]
        killer.arm(0)
        sender.stop()
        with opened(database_url) as desk:
            assert desk.writer.submit(Resend([poison], "mara")).result().deliveries == [poison]
        sender.start()
        until(here.all_sent)
        sender.stop()
    attempts = by_id(whole(sink))[poison]
    assert (len(attempts), len({each.body for each in attempts})) == (4, 1)
