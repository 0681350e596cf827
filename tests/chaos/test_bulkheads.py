"""Ten places are told of every lead. Six of them fall ill, each in its own way: the other four notice nothing, leads are
taken all the time, nothing is followed, and nothing that they send back fills the memory.

FIRSTRIGHT_CHAOS_LEADS says how many leads are taken while all are well, and again while six are ill.
"""

import gzip
import http.client
import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple  # an answer is JSON

import pytest

from chaos.scene import opened, person
from chaos.sender import EVENTS, Workspace, on, runs, sending, whole
from chaos.server import Client
from firstright.desk.access.keys import SCOPES, NewKey
from firstright.storage import instants
from firstright.wiring import make_key
from outbound.sink import Exchange, Sink, Step, gzip_bomb, hang, huge, ok, redirect, status, throttled
from patience import PATIENCE, until

LEADS = int(os.environ.get("FIRSTRIGHT_CHAOS_LEADS", "20"))
PACE = 0.25  # seconds between two leads
HEALTHY = ("crm", "erp", "billing", "board")
ILL = ("hangs", "fails", "throttles", "redirects", "floods", "bombs")
ERRORS = {
    ("hangs", "no answer within 15 s"),
    ("fails", "500 Internal Server Error"),
    ("throttles", "429 Too Many Requests"),
    ("redirects", "301"),
}
WAYS = 8  # deliveries on the way to one place at a time
MOST_GROWTH = 100  # MiB: eight answers of 50 MB or a single bomb are more
TRIED = (
    "SELECT destination, last_error, created_at, due_at FROM delivery WHERE state = 'ready' AND attempts = 1"
)


class Healthy:
    """Answers at once, and notes when each came."""

    def __init__(self, sink: Sink) -> None:
        self.at: dict[str, float] = {}
        sink.otherwise = Step(self._run, acts=True, keeps=True)

    def _run(self, line: Exchange) -> None:
        self.at.setdefault(line.id, time.time())
        ok().run(line)


class Desk(NamedTuple):
    """Somebody who sends leads to the server, and works them."""

    port: int
    key: str

    def work(self, first: int) -> list[float]:
        """Seconds that each lead took to be taken in."""
        took = []
        with Client(self.port, self.key) as line:
            for number in range(first, first + LEADS):
                began = time.monotonic()
                answer = line.send(person(number), f"event-{number}")
                took.append(time.monotonic() - began)
                assert answer is not None and answer.status == 201
                told = json.loads(answer.body)
                self._act(told["lead"], "accept", {"rep": told["owner"]["id"]})
                self._act(told["lead"], "touches", {"rep": told["owner"]["id"], "channel": "call"})
                time.sleep(max(0.0, PACE - (time.monotonic() - began)))
        return took

    def _act(self, lead: str, verb: str, body: dict[str, Any]) -> None:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        line.request("POST", f"/v1/leads/{lead}/{verb}", json.dumps(body), headers)
        answer = line.getresponse()
        assert answer.status in (200, 201), answer.read()
        line.close()


class Figures(NamedTuple):
    """p99 in milliseconds, of the healthy places and of intake."""

    told: float
    intake: float


def p99(seconds: list[float]) -> float:
    return round(1000 * sorted(seconds)[int(len(seconds) * 0.99)], 1)


def lateness(sink: Sink, at: dict[str, float], since: int) -> list[float]:
    """Seconds from the decision until it arrived."""
    made = {
        each.id: datetime.fromisoformat(json.loads(each.body)["timestamp"]) for each in whole(sink)[since:]
    }
    return [at[name] - when.timestamp() for name, when in made.items()]


def peak_memory(pid: int) -> int:
    """MiB."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) // 1024


@contextmanager
def places(url: str, key: Path) -> Iterator[tuple[Workspace, Sink, dict[str, Sink]]]:
    """The healthy ones on one receiver, each of the others on its own."""
    with ExitStack() as stack:
        well = stack.enter_context(Sink())
        ill = {name: stack.enter_context(Sink()) for name in ILL}
        urls = on(well, *HEALTHY) | {name: sink.url() for name, sink in ill.items()}
        yield Workspace(url, urls, key), well, ill


def fall_ill(ill: dict[str, Sink], trap: Sink) -> None:
    ill["hangs"].otherwise = hang()
    ill["fails"].otherwise = status(500)
    ill["throttles"].otherwise = throttled("600")
    ill["redirects"].script(*[redirect()] * 2)
    ill["redirects"].otherwise = redirect(trap.url())
    ill["floods"].otherwise = huge()
    ill["bombs"].otherwise = gzip_bomb(gzip.compress(bytes(256 << 20), 1))


@pytest.mark.slow
def test_six_ill_places_of_ten_are_nobody_elses_trouble(database_url: str, tmp_path: Path) -> None:
    key = tmp_path / "key"
    with (
        places(database_url, key) as (here, well, ill),
        Sink() as trap,
        sending(database_url, key, server=True) as sender,
    ):
        noted = Healthy(well)
        with opened(database_url) as desk:
            door = Desk(sender.port, make_key(desk, NewKey("chaos", "web", SCOPES, country="DE"), by="mara"))
        sender.start()
        until(lambda: answers(sender.port))
        intake = door.work(0)
        until(here.all_sent)
        before = Figures(p99(lateness(well, noted.at, 0)), p99(intake))
        heard, memory = len(well.received), peak_memory(sender.pid)
        fall_ill(ill, trap)
        intake = door.work(LEADS)
        until(lambda: len(well.received) == 2 * heard)
        after = Figures(p99(lateness(well, noted.at, heard)), p99(intake))
        until(lambda: {name for name, _, _ in tried(here)} == {"hangs", "fails", "throttles", "redirects"})
        grown = peak_memory(sender.pid) - memory
        sender.kill()
    print(f"all well: {before}, six ill: {after}, memory: {memory} MiB + {grown}")
    assert grown < MOST_GROWTH
    assert {tuple(event for event, _ in chain) for chain in runs(whole(well)).values()} == {EVENTS}
    assert Counter(each.id for each in whole(well)) == Counter(list(noted.at))
    assert trap.connections == 0
    for name, error, waits in tried(here):
        assert (name, error.split(":")[0]) in ERRORS
        assert waits >= (
            600 if name == "throttles" else 4
        )  # the second try is after 5 s, give or take a fifth
    assert len(ill["throttles"].received) - heard // len(HEALTHY) <= WAYS
    assert all(len(sink.received) > heard // len(HEALTHY) for sink in ill.values())


def tried(here: Workspace) -> list[tuple[str, str, float]]:
    """What waits for its second try: (place, what the first one met, seconds from the decision to the second)."""
    return [
        (to.removeprefix("webhook:"), error, (instants.read(due) - instants.read(made)).total_seconds())
        for to, error, made, due in here.rows(TRIED)
    ]


def answers(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        line.request("GET", "/healthz")
        return line.getresponse().status == 200
    except OSError:
        return False
    finally:
        line.close()
