"""A lead whose decision kills every worker that makes it is parked after three deaths, and all others of its batch are decided."""

import json
import subprocess
import sys

import pytest

from chaos.scene import arrival, broken, opened, person, publish
from chaos.server import TESTS
from firstright.storage.statement import Statement

LEADS, POISON = 30, 11
JOBS = Statement("SELECT state, count(*) FROM job WHERE kind = 'route' GROUP BY state")
DUE = Statement("UPDATE job SET due_at = '2026-01-01T00:00:00.000000Z' WHERE kind = 'route'")
PARKED = Statement("SELECT lead_id FROM job WHERE state = 'dead'")


@pytest.mark.slow
def test_a_decision_that_kills_its_worker_is_parked_alone(database_url: str) -> None:
    with opened(database_url) as desk:
        replies = desk.take_in([arrival(person(n), f"event-{n}") for n in range(LEADS)])
        poison = json.loads(replies[POISON].body)["lead"]
        publish(desk)
        with desk.database.write() as tx:
            assert tx.run(DUE) == LEADS
    done = subprocess.run(
        [sys.executable, "-m", "chaos.poisoned", database_url, poison],
        cwd=TESTS,
        capture_output=True,
        text=True,
        check=True,
    )
    with opened(database_url) as desk, desk.read() as tx:
        assert (dict(tx.all(JOBS)), tx.all(PARKED)) == ({"done": LEADS - 1, "dead": 1}, [(poison,)])
        [missed] = broken(
            desk.database
        )  # the audit says that this lead, alone, waits for something that will not come
        assert (
            missed.startswith("I-12 an-alarm-for-it") and missed.count("pending") == missed.count(poison) == 1
        )
    assert json.loads(done.stdout) == [-9, -9, -9, 0]
