"""Leads are taken from their holders while the holders are being told: nobody is told any more once that is committed,
except of what was on the wire by then, which is recorded.
"""

import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from chaos.scene import POLICY, arrival, broken, opened, person, reps, roster
from chaos.sender import LOOPBACK, register
from firstright.desk import Desk
from firstright.desk.acting import Acted, Decline
from firstright.outbound.channels import channels
from firstright.outbound.egress import egress
from firstright.storage.deliveries import Mine
from firstright.storage.statement import Statement
from firstright.wiring import Sealer, dice, now
from firstright.worker.postman import Posting, Postman, _Round
from outbound.sink import Exchange, Sink, Step, ok
from patience import PATIENCE, until

TOLD = POLICY.replace("[[precedence]]", "", 1).replace('step = "previous-owner"\nwithin = "90d"\n', "")
TOLD = TOLD.replace("[policy]", '[policy]\ntell_owner = "ping"')
TOLD += '\n[templates.ping]\nchannel = "slack"\ntext = "{email} for {owner_name}"\n'
ROWS = Statement(
    "SELECT l.facts, d.rep_id, d.state, d.last_error, d.epoch FROM delivery AS d JOIN lead AS l ON l.id = d.lead_id"
)
LEASED = Statement("SELECT count(*) FROM delivery WHERE state = 'leased'")
WAYS = 8  # on the wire to one place at a time
Alert = tuple[str, str]  # whom the lead is, who is told


class Sales:
    """Leads that have been assigned, and what became of what their holders were to be told."""

    def __init__(self, desk: Desk, leads: int) -> None:
        self.desk = desk
        replies = desk.take_in([arrival(person(n), f"event-{n}") for n in range(leads)])
        self.leads = [json.loads(reply.body) for reply in replies]
        self.before = {(f"p{n}@firm{n}.example", told["owner"]["id"]) for n, told in enumerate(self.leads)}

    def give_back(self) -> None:
        futures = [
            self.desk.writer.submit(Decline(told["lead"], told["owner"]["id"], "busy", epoch=1))
            for told in self.leads
        ]
        assert all(isinstance(future.result(), Acted) for future in futures)

    def states(self, epoch: int) -> dict[Alert, str]:
        with self.desk.read() as tx:
            rows = tx.all(ROWS)
        return {
            (json.loads(facts)["email"], rep): f"{state} {error}".strip()
            for facts, rep, state, error, of in rows
            if of == epoch
        }

    def in_flight(self) -> int:
        with self.desk.read() as tx:
            return int(tx.all(LEASED)[0][0])

    def finished(self) -> bool:
        return not any(
            state in ("ready", "leased", "behind")
            for epoch in (1, 2)
            for state in self.states(epoch).values()
        )


def told(sink: Sink) -> Counter[Alert]:
    return Counter(_told(each.body) for each in sink.received)


def _told(body: bytes) -> Alert:
    found = re.fullmatch(r"(\S+) for (\S+)", json.loads(body)["text"])
    assert found
    return found[1], found[2]


@contextmanager
def office(url: str, sink: Sink, tmp_path: Path, leads: int) -> Iterator[Sales]:
    with opened(url) as desk:
        desk.publish_policy(TOLD, file="policy.toml", by="mara", reason="test")
        desk.publish_roster(roster(reps(5)), file="roster.toml", by="mara", reason="test")
        register(desk, tmp_path / "key", "slack", sink.url("/services"))
        yield Sales(desk, leads)
        assert broken(desk.database) == []


def postman(here: Sales, tmp_path: Path, clock: "Gate | None" = None) -> Postman:
    allowed = egress([LOOPBACK])
    means = Posting(
        channels=lambda: channels(allowed),
        open_secret=Sealer(tmp_path / "key").open,
        now=now,
        dice=dice,
        clock=clock or now,
    )
    return Postman(here.desk, means)


class Gate:
    """A clock at which everybody but the first must wait: the first looks what is due, the others are about to send."""

    def __init__(self) -> None:
        self._first = threading.Semaphore(1)
        self.open = threading.Event()

    def __call__(self) -> datetime:
        if not self._first.acquire(blocking=False):
            assert self.open.wait(PATIENCE)
        return now()


@pytest.mark.slow
def test_only_what_was_on_the_wire_is_sent_and_it_is_recorded(database_url: str, tmp_path: Path) -> None:
    go = threading.Event()

    def held(line: Exchange) -> None:
        assert go.wait(PATIENCE)
        ok(b"ok").run(line)

    with Sink() as sink, office(database_url, sink, tmp_path, 20) as here:
        sink.otherwise = Step(held, acts=True, keeps=True)
        with postman(here, tmp_path):
            sink.wait(WAYS)
            on_the_wire = set(told(sink))
            here.give_back()
            go.set()
            until(here.finished)
        before, after = here.states(1), here.states(2)
        assert set(before) == here.before
        assert {alert for alert, state in before.items() if state == "sent"} == on_the_wire
        assert {state for alert, state in before.items() if alert not in on_the_wire} == {
            "cancelled superseded"
        }
        assert set(after.values()) == {"sent"}
        assert told(sink) == Counter([*on_the_wire, *after])


@pytest.mark.slow
def test_what_was_claimed_and_not_yet_sent_is_not_sent(database_url: str, tmp_path: Path) -> None:
    gate = Gate()
    with Sink() as sink, office(database_url, sink, tmp_path, 20) as here:
        with postman(here, tmp_path, gate):
            until(lambda: here.in_flight() == WAYS)
            here.give_back()
            gate.open.set()
            until(here.finished)
        assert set(here.states(1).values()) == {"cancelled superseded"}
        assert told(sink) == Counter(list(here.states(2)))


@pytest.mark.slow
def test_a_postman_that_does_not_look_again_tells_people_of_leads_they_have_lost(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without the look right before each attempt, all that was claimed goes out."""
    gate = Gate()

    def trusting(self: object, each: object) -> Mine:
        gate()
        return Mine.OURS

    monkeypatch.setattr(_Round, "_looked_up", trusting)
    with Sink() as sink, office(database_url, sink, tmp_path, 20) as here:
        with postman(here, tmp_path, gate):
            until(lambda: here.in_flight() == WAYS)
            here.give_back()
            gate.open.set()
            until(here.finished)
        assert len(set(told(sink)) & here.before) == WAYS


@pytest.mark.slow
def test_raced_every_alert_is_sent_and_recorded_or_neither(database_url: str, tmp_path: Path) -> None:
    with Sink() as sink, office(database_url, sink, tmp_path, 120) as here:
        with postman(here, tmp_path):
            sink.wait(20)
            here.give_back()
            late = len(sink.received)
            until(here.finished)
        before = here.states(1)
        sent = {alert for alert, state in before.items() if state == "sent"}
        assert set(before.values()) == {"sent", "cancelled superseded"}  # both happened
        assert told(sink) == Counter([*sent, *here.states(2)])
        assert sum(_told(each.body) in here.before for each in sink.received[late:]) <= WAYS
