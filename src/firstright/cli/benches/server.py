"""Real servers for benches: a prepared workspace, `firstright serve` as a process of its own, the load generator as another.

They are started and stopped here; nothing is measured in this process.
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryFile
from time import monotonic, sleep
from typing import IO
from urllib.parse import urlsplit, urlunsplit

import msgspec
import psycopg
from psycopg import sql

from firstright import wiring
from firstright.core.compiled import Compiled
from firstright.desk import Desk
from firstright.desk.access.keys import NewKey
from firstright.desk.arrival import Arrival, Source, cleaned, fingerprint
from firstright.errors import FirstrightError
from firstright.intake.jsonbody import parse_lead
from firstright.intake.refused import Refused
from firstright.intake.shape import Shape
from firstright.settings import Settings
from firstright.simulate.benches import workspace
from firstright.simulate.benches.load import Found, Task
from firstright.storage import destinations
from firstright.storage.destinations import DestinationRow

RULES, POOLS, REPS = 1_000, 10, 200
FILLED_AT_ONCE = 500  # leads
STARTING = 60.0  # seconds it may take to listen
STOPPING = 30.0  # seconds a server may take to finish what it has


class DidNotStart(FirstrightError):
    """A server of a bench ended before it listened; the text is what it said."""


class Node:
    """A running `firstright serve`."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.port = port

    def cpu_seconds(self) -> float:
        """Processor time it has used so far, where the system says so; else 0."""
        try:
            text = Path(f"/proc/{self.process.pid}/stat").read_text()
        except OSError:
            return 0.0
        user, system = text.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """At once and without a word, as a machine that loses its power."""
        self.process.kill()
        self.process.wait(STOPPING)


def prepared(url: str, *, rules: int = RULES, pools: int = POOLS, reps: int = REPS) -> str:
    """A workspace with the bench's policy and roster; gives an API key for it."""
    with closing(wiring.open_desk(Settings(database=url, node="bench"))) as desk:
        desk.publish_roster(workspace.roster_text(reps, pools), file="roster.toml", by="bench", reason="")
        text = workspace.policy_text(rules, pools, sent=True)
        desk.publish_policy(text, file="policy.toml", by="bench", reason="")
        with desk.database.write() as tx:
            destinations.add(tx, resting_mail(desk.new_id(), wiring.now()))
        return wiring.make_key(desk, NewKey("bench", "bench", country="DE"), by="bench")


def resting_mail(name: str, now: datetime) -> DestinationRow:
    """A mail server that has asked to be left alone for a day: what is told waits, and sending is not measured."""
    until = now + timedelta(days=1)
    return DestinationRow(
        name, "email", "email", "smtp://mail.bench.example", "{}", None, True, None, now, until
    )


def filled(url: str, leads: int, first: int) -> None:
    """Puts leads into a prepared workspace, without a server."""
    with closing(wiring.open_desk(Settings(database=url, node="bench"))) as desk:
        fill(desk, leads, first)


def fill(desk: Desk, leads: int, first: int) -> None:
    """Puts leads in through a desk, as of its clock."""
    source = Source("bench", country="DE")
    desk.warm()
    assert desk.policy is not None
    shape = Shape.of(desk.policy.policy.catalogue)
    for at in range(first, first + leads, FILLED_AT_ONCE):
        count = min(FILLED_AT_ONCE, first + leads - at)
        arrivals = [
            _arrival(body, f"before:{at + number}", source, desk.policy, shape)
            for number, body in enumerate(workspace.bodies(count, at))
        ]
        desk.take_in(arrivals)


def _arrival(body: bytes, event: str, source: Source, policy: Compiled, shape: Shape) -> Arrival:
    parsed = parse_lead(body, shape)
    if isinstance(parsed, Refused):
        raise FirstrightError(f"the bench's own lead is refused: {parsed.errors[0].reason}")
    clean = cleaned(parsed.raw, source, policy)
    mark = fingerprint("POST", "/v1/leads", body)
    return Arrival(source.name, event, mark, body, clean.facts, clean.problems)


@contextmanager
def serving(url: str) -> Iterator[Node]:
    """A server over the database, ready for leads; stopped at the end, whatever happened."""
    port = _free_port()
    with TemporaryFile("w+b") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "firstright", "serve", "--database", url, "--port", str(port)],
            stdout=said,
            stderr=said,
        )
        try:
            _await(process, said)
            yield Node(process, port)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
            process.wait(STOPPING)


def _await(process: subprocess.Popen[bytes], said: IO[bytes]) -> None:
    """Until it has said the last thing it says before it serves."""
    deadline = monotonic() + STARTING
    while b"\nAPI key" not in (text := _read(said)):
        if process.poll() is not None or monotonic() > deadline:
            raise DidNotStart(text.decode(errors="replace").strip() or "the server said nothing")
        sleep(0.02)


def _read(said: IO[bytes]) -> bytes:
    """What was said so far, without moving the place at which the server goes on writing."""
    return os.pread(said.fileno(), 65_536, 0)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def loading(task: Task) -> Iterator[subprocess.Popen[bytes]]:
    """A generator at work on a task; `found` takes its result."""
    command = [sys.executable, "-m", "firstright.simulate.benches.load"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        try:
            process.stdin.write(msgspec.json.encode(task))
            process.stdin.close()
            process.stdin = None
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def found(process: subprocess.Popen[bytes]) -> Found:
    said, _ = process.communicate()
    return msgspec.json.decode(said, type=Found)


def loaded(task: Task) -> Found:
    """Runs a task to its end. Every request must have been taken: a figure over refusals says nothing."""
    with loading(task) as process:
        result = found(process)
    if set(result.statuses) != {"201"}:
        raise FirstrightError(f"leads were not all taken as new ones: {result.statuses}")
    return result


@contextmanager
def postgres_database(base: str, name: str, template: str = "template1") -> Iterator[str]:
    """The URL of a fresh database on the server of `base`, or of a copy of another one; dropped at the end."""
    unique = f"firstright_bench_{os.getpid()}_{name}"
    with psycopg.connect(base, autocommit=True) as admin:
        names = sql.Identifier(unique), sql.Identifier(template)
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))
        try:
            yield urlunsplit(urlsplit(base)._replace(path=f"/{unique}"))
        finally:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(unique)))
