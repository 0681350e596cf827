"""A database that is held, gone or back: never a 2xx for what is not stored, and no restart afterwards."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

import postgres
from firstright.storage.statement import Statement
from web.houses import House, codes

LEAD = {"email": "mara@hill.example", "country": "DE"}
_LABELS = Statement("SELECT label, count(*) FROM arrival GROUP BY label")


@contextmanager
def holding(house: House) -> Iterator[None]:
    """Somebody else holds what a turn needs, and lets go."""
    if house.database.startswith("sqlite"):
        other = sqlite3.connect(house.database.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
        other.close()
        return
    with psycopg.connect(house.database) as connection:
        connection.execute("SELECT n FROM turn FOR UPDATE")
        yield
        connection.rollback()


def labels(house: House) -> dict[str, int]:
    with house.desk.read() as tx:
        return dict(tx.all(_LABELS))


def test_a_lead_that_cannot_be_stored_in_time_is_told_so_and_stored_once(empty_house: House) -> None:
    with holding(empty_house):
        refused = empty_house.send(LEAD, Idempotency_Key="mara")
        assert (refused.status_code, codes(refused)) == (503, [("", "turn.slow")])
        assert int(refused.headers["retry-after"]) >= 1
    assert empty_house.send(LEAD, Idempotency_Key="mara").status_code == 202
    assert labels(empty_house) == {"pending": 1}


def test_reading_goes_on_while_writing_cannot(empty_house: House) -> None:
    lead = empty_house.send(LEAD).json()["lead"]
    with holding(empty_house):
        assert empty_house.get(f"/v1/leads/{lead}").status_code == 200


def test_a_database_that_is_gone_is_a_503_until_it_is_back(
    empty_house: House, request: pytest.FixtureRequest
) -> None:
    if empty_house.database.startswith("sqlite"):
        pytest.skip("a file does not go away while it is open")
    server: postgres.Server = request.getfixturevalue("postgres_server")
    name = empty_house.database.partition("?")[0].rpartition("/")[2]
    assert empty_house.send(LEAD).status_code == 202
    with psycopg.connect(server.base, autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        refused = empty_house.send(LEAD, Idempotency_Key="k")
        assert (refused.status_code, codes(refused)) == (503, [("", "database.unavailable")])
        assert "retry-after" in refused.headers
        assert empty_house.get("/healthz").status_code == 503
        assert empty_house.get("/healthz").json() == {"status": "unavailable"}
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert empty_house.send(LEAD, Idempotency_Key="k").status_code == 202
    assert empty_house.get("/healthz").status_code == 200
