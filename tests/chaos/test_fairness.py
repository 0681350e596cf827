"""Eight clients at once on one pool of equal reps: nobody gets more than one lead more, on one node and on two.

Beside it a round robin that reads its place, thinks, and writes it back, because a test that cannot fail shows nothing.
"""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from chaos.scene import arrival, holders, opened, person, publish, replayed, reps, spread
from firstright.core.replay import Verdict
from firstright.storage.database import open_database
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database
from patience import PATIENCE

LEADS, CLIENTS, REPS = 2_000, 8, 7
SHARE = LEADS // CLIENTS
EACH = Counter({rep: LEADS // REPS + (place < LEADS % REPS) for place, rep in enumerate(reps(REPS))})

PLACE = Statement("CREATE TABLE naive (place INTEGER NOT NULL, given TEXT NOT NULL)")
BEGIN = Statement("INSERT INTO naive VALUES (0, '')")
READ = Statement("SELECT max(place) FROM naive")
WRITE = Statement("INSERT INTO naive VALUES (?, ?)")
GIVEN = Statement("SELECT given, count(*) FROM naive WHERE given <> '' GROUP BY given")


def test_counts_stay_within_one_on_one_node(database_url: str) -> None:
    with opened(database_url) as desk:
        publish(desk, REPS)

        def take(client: int) -> None:
            for number in range(client * SHARE, (client + 1) * SHARE):
                assert desk.take_in([arrival(person(number), f"event-{number}")])[0].status == 201

        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(take, range(CLIENTS)))
        assert holders(desk.database) == EACH
        assert replayed(desk.database)[0] == {Verdict.EQUAL: LEADS}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_counts_stay_within_one_on_two_nodes(database_url: str) -> None:
    with opened(database_url) as desk:
        publish(desk, REPS)
    with node(database_url, "ada", 0) as ada, node(database_url, "ben", LEADS // 2) as ben:
        for each in (ada, ben):
            assert each.stdin is not None
            each.stdin.write("go\n")
            each.stdin.flush()
        said = [each.communicate(timeout=PATIENCE)[0] for each in (ada, ben)]
    assert [json.loads(each) for each in said] == [{"201": LEADS // 2}] * 2
    database = open_database(database_url, node="auditor")
    assert holders(database) == EACH
    assert taken_in_turns(database) > 50
    assert replayed(database)[0] == {Verdict.EQUAL: LEADS}
    database.close()


def test_the_naive_round_robin_is_seen_to_be_unfair(database: Database) -> None:
    with database.write() as tx:
        tx.run(PLACE)
        tx.run(BEGIN)

    def give(_: int) -> None:
        with database.read() as tx:
            place = tx.all(READ)[0][0]
        with database.write() as tx:
            tx.run(WRITE, (place + 1, f"rep{place % REPS}"))

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(give, range(LEADS)))
    with database.read() as tx:
        counts = Counter(dict(tx.all(GIVEN)))
    assert counts.total() == LEADS
    assert spread(counts, reps(REPS)) > 1


@contextmanager
def node(url: str, name: str, first: int) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "chaos.client", url, name, str(CLIENTS // 2), str(first), str(LEADS // 2)],
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


def taken_in_turns(database: Database) -> int:
    """How often the turn went from one node to the other while they worked: without that, nothing was shown."""
    with database.read() as tx:
        came = [row[0] for row in tx.all(Statement("SELECT event_id FROM arrival ORDER BY received_at, id"))]
    nodes = [int(event.removeprefix("event-")) < LEADS // 2 for event in came]
    return sum(a != b for a, b in pairwise(nodes))
