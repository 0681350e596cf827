"""kill -9 again and again while leads come in: nothing acknowledged is lost, nothing is half there, nobody is skipped.

FIRSTRIGHT_CHAOS_SECONDS says how long on each database; a report is made from a minute or more.
"""

import os
import random
import threading
import time
from collections import Counter
from contextlib import ExitStack, closing
from typing import NamedTuple

import pytest

from chaos.scene import api_key, broken, opened, person, publish, replayed, reps
from chaos.server import Answer, Client, Server, serving
from firstright.core.replay import Verdict
from firstright.storage.database import open_database
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database

SECONDS = float(os.environ.get("FIRSTRIGHT_CHAOS_SECONDS", "8"))
MOST = 20  # times that, on a machine that has other things to do
CLIENTS, REPS = 6, 5
SEED = int(os.environ.get("FIRSTRIGHT_CHAOS_SEED", "4711"))

ARRIVALS = Statement("SELECT event_id, status, reply FROM arrival")
TURNS = Statement("SELECT rep, count(*) FROM ledger GROUP BY rep")


class Ledger:
    """What a client sent, and what it was told: the truth the database is compared with."""

    def __init__(self) -> None:
        self.sent: set[str] = set()
        self.told: dict[str, Answer] = {}
        self.hung_up: set[str] = set()  # sent, and left before the answer
        self.broken: set[str] = set()  # the connection broke: perhaps stored, perhaps not
        self.came_back: set[str] = set()  # of those: sent again, and it had been stored
        self.faults: list[str] = []


class Figures(NamedTuple):
    """What a run did, for its report."""

    seed: int
    kills: int
    sent: int
    acknowledged: int
    broken: int
    broken_and_stored: int
    hung_up_and_stored: int
    restart_seconds: float


def keep_sending(port: int, key: str, client: int, ledger: Ledger, stop: threading.Event) -> None:
    """New people, known people, repeated events and hang-ups, in a random order that the seed gives again."""
    chance = random.Random(SEED * 1_000 + client)
    with Client(port, key) as line:
        number = 0
        while not stop.is_set():
            number += 1
            event = f"c{client}-{number}"
            who = 1_000_000 * client + (chance.randrange(number) if chance.random() < 0.1 else number)
            ledger.sent.add(event)
            if chance.random() < 0.02:
                line.hang_up(person(who), event)
                ledger.hung_up.add(event)
                continue
            answer = line.send(person(who), event)
            if answer is None:
                ledger.broken.add(event)
                answer = _again(line, who, event, chance, stop)
                if answer is not None and answer.replayed:
                    ledger.came_back.add(event)
            elif chance.random() < 0.05:
                _repeat(line, who, event, answer, ledger)
            if answer is not None:
                _told(ledger, event, answer)


def _again(line: Client, who: int, event: str, chance: random.Random, stop: threading.Event) -> Answer | None:
    """Half of those who got no answer try until they get one; the others go away."""
    if chance.random() < 0.5:
        return None
    while not stop.is_set():
        if (answer := line.send(person(who), event)) is not None:
            return answer
        time.sleep(0.01)
    return None


def _repeat(line: Client, who: int, event: str, first: Answer, ledger: Ledger) -> None:
    again = line.send(person(who), event)
    if again is not None and (again.status, again.body) != (first.status, first.body):
        ledger.faults.append(f"{event} was answered {first} and then {again}")


def _told(ledger: Ledger, event: str, answer: Answer) -> None:
    if answer.status in (200, 201, 202):
        ledger.told[event] = answer
    else:
        ledger.faults.append(f"{event} was answered {answer}")


def compare(database: Database, ledgers: list[Ledger]) -> tuple[set[str], list[str]]:
    """(events that are stored, everything that is wrong). What is acknowledged while we look is judged next time."""
    told = {event: answer for ledger in ledgers for event, answer in list(ledger.told.items())}
    with database.read() as tx:
        stored = {
            event.removeprefix("key:"): (status, bytes(reply)) for event, status, reply in tx.all(ARRIVALS)
        }
    wrong = broken(database) + [fault for ledger in ledgers for fault in ledger.faults]
    for event, answer in told.items():
        if stored.get(event) != (answer.status, answer.body):
            wrong.append(f"{event} was acknowledged {answer} and is {stored.get(event)}")
    sent = set().union(*[list(ledger.sent) for ledger in ledgers])  # clients go on sending meanwhile
    if strangers := set(stored) - sent:
        wrong.append(f"never sent: {sorted(strangers)[:3]}")
    return set(stored), wrong


def is_storm(ledgers: list[Ledger], kills: int, seconds: float) -> bool:
    """Enough for `really_happened`."""
    told, broken, left = (
        sum(len(getattr(ledger, kind)) for ledger in ledgers) for kind in ("told", "broken", "hung_up")
    )
    return kills >= seconds / 2 and told >= 20 * seconds and broken >= kills and left >= 3


def kill_and_start(servers: list[Server], url: str, ledgers: list[Ledger], seconds: float) -> list[float]:
    """Kills a server at random moments until time is up and enough has happened, which takes a busy machine longer; audits what
    each dead one left behind.
    """
    chance = random.Random(SEED)
    restarts: list[float] = []
    began = time.monotonic()
    while (passed := time.monotonic() - began) < seconds or (
        passed < MOST * seconds and not is_storm(ledgers, len(restarts), seconds)
    ):
        time.sleep(chance.uniform(0.05, 0.55))
        server = chance.choice(servers)
        server.kill()
        with closing(open_database(url, node="auditor")) as left:
            _, wrong = compare(left, ledgers)
        assert wrong == []
        stopped = time.monotonic()
        server.start()
        restarts.append(time.monotonic() - stopped)
    return restarts


def storm(url: str, seconds: float, nodes: int) -> Figures:
    with opened(url) as desk:
        publish(desk, REPS)
        key = api_key(desk)
    ledgers, stop = [Ledger() for _ in range(CLIENTS)], threading.Event()
    with ExitStack() as stack:
        servers = [stack.enter_context(serving(url)) for _ in range(nodes)]
        for server in servers:
            server.start()
        threads = [
            threading.Thread(
                target=keep_sending, args=(servers[client % nodes].port, key, client, ledger, stop)
            )
            for client, ledger in enumerate(ledgers)
        ]
        for thread in threads:
            thread.start()
        try:
            restarts = kill_and_start(servers, url, ledgers, seconds)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        kills = sum(server.kills for server in servers)
    return _audited(url, ledgers, kills, max(restarts))


def _audited(url: str, ledgers: list[Ledger], kills: int, restart: float) -> Figures:
    with closing(open_database(url, node="auditor")) as database:
        stored, wrong = compare(database, ledgers)
        verdicts, others = replayed(database)
        with database.read() as tx:
            turns = Counter(dict(tx.all(TURNS)))
    assert (wrong, others, set(verdicts)) == ([], [], {Verdict.EQUAL})
    counts = [turns[rep] for rep in reps(REPS)]
    assert max(counts) - min(counts) <= 1
    lost = {event for ledger in ledgers for event in ledger.broken}
    came_back = {event for ledger in ledgers for event in ledger.came_back}
    return Figures(
        seed=SEED,
        kills=kills,
        sent=sum(len(ledger.sent) for ledger in ledgers),
        acknowledged=sum(len(ledger.told) for ledger in ledgers),
        broken=len(lost),
        broken_and_stored=len((lost & stored) - {e for ledger in ledgers for e in ledger.told} | came_back),
        hung_up_and_stored=len({event for ledger in ledgers for event in ledger.hung_up} & stored),
        restart_seconds=round(restart, 2),
    )


def really_happened(figures: Figures, seconds: float) -> None:
    """A storm in a glass of water shows nothing."""
    print(figures)
    assert figures.kills >= seconds / 2
    assert figures.acknowledged >= 20 * seconds
    assert figures.broken >= figures.kills  # the kills hit requests under way
    assert figures.hung_up_and_stored > 0  # stored without an answer is possible, and harmless


@pytest.mark.slow
def test_kill_nine_in_a_loop_loses_nothing_that_was_acknowledged(database_url: str) -> None:
    really_happened(storm(database_url, SECONDS, nodes=1), SECONDS)


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_kill_nine_of_one_of_two_nodes_loses_nothing_that_either_acknowledged(database_url: str) -> None:
    really_happened(storm(database_url, SECONDS, nodes=2), SECONDS)
