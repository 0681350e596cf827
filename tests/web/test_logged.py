"""Leads go through the whole door, and everything goes wrong that can: nothing of what they said is in the log."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from firstright import logs
from firstright.storage.statement import Statement
from web.houses import House, running

MARK = "canary"
LEAD = {
    "first_name": "Canaryann", "last_name": "Canarylee", "email": "ann@canary.example", "phone": "+49 30 47110815",
    "company": "Canary Robots", "country": "DE", "message": "my canary cannot sing",
}  # fmt: skip
SECRETS = (MARK, "47110815", "4711 0815")
REFUSE = {
    "sqlite": (
        """CREATE TRIGGER refuse BEFORE INSERT ON lead BEGIN
           SELECT RAISE(ABORT, 'Failing row contains (ann@canary.example)'); END""",
        "DROP TRIGGER refuse",
    ),
    "postgresql": (
        "ALTER TABLE lead ADD CONSTRAINT no_songs CHECK (facts NOT LIKE '%%canary%%') NOT VALID",
        "ALTER TABLE lead DROP CONSTRAINT no_songs",
    ),
}


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    stream, root = io.StringIO(), logging.getLogger()
    handler = logs.handler("json", stream)
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


@pytest.fixture
def own_house(database_url: str) -> Iterator[House]:
    yield from running(database_url)


def change(house: House, statement: str) -> None:
    with house.desk.database.write() as tx:
        tx.run(Statement(statement))


def test_no_word_of_a_lead_is_in_the_log(own_house: House, logged: io.StringIO) -> None:
    house = own_house
    assert house.send(LEAD).status_code == 201
    for broken in (
        b'{"email": "ann@canary.example"',
        b'{"email": "ann@canary.example\x00"}',
        b"canary",
        b"[" * 500,
    ):
        assert house.send(broken).status_code in (400, 422)
    house.send({**LEAD, "employees": "canary", "canary_field": 1})
    house.send(LEAD, Idempotency_Key="ann@canary.example")
    house.send({**LEAD, "message": "canary again"}, Idempotency_Key="ann@canary.example")
    house.get("/v1/leads/canary")
    house.get("/v1/leads?email=ann@canary.example")
    house.raw(b"GET /canary HTTP/1.1\r\ncanary\r\n\r\n")
    assert house.send(LEAD, Authorization="Bearer fr_live_canary00_" + "canary" * 8).status_code == 401
    refuse, allow = REFUSE[house.desk.database.dialect]
    change(house, refuse)
    stranger = {"first_name": "Canarybea", "last_name": "Canarysmith", "email": "bea@canary.example"}
    assert house.send({**LEAD, **stranger, "phone": ""}).status_code >= 500
    change(house, allow)
    change(house, "UPDATE lead SET facts = 'canary'")
    assert house.send(LEAD).status_code == 202
    said = logged.getvalue()
    events = {json.loads(line)["event"] for line in said.splitlines()}
    assert {"lead.not-taken", "work.failed"} <= events
    assert [secret for secret in SECRETS if secret in said.casefold()] == []
    assert house.key.rpartition("_")[2] not in said
