"""Processes that send what was told, to be killed and stopped: `firstright serve` on SQLite, `firstright worker` on PostgreSQL.

Beside them a workspace whose subscribers, webhooks on a sink, are told three things of each lead: assigned, accepted, touched.
"""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from itertools import groupby
from pathlib import Path

from chaos.scene import POLICY, arrival, opened, person, reps, roster
from chaos.server import TESTS
from firstright.desk import Desk
from firstright.desk.acting import Accept, Acted, LogTouch
from firstright.desk.destinations import Add, Wanted, work
from firstright.errors import FirstrightError
from firstright.outbound.egress import egress
from firstright.storage.database import open_database
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Value
from firstright.wiring import Sealer
from outbound.sink import SECRET, Received, Sink
from ports import free_port

LOOPBACK = "127.0.0.0/8"
EVENTS = ("lead.assigned", "lead.accepted", "lead.touched")
SUBSCRIBER = '\n[subscribers.{}]\nchannel = "webhook"\nevents = ["*"]\n'
# As if the leases had run out meanwhile: nobody waits 20 s for each of a thousand kills.
OVER = Statement("UPDATE delivery SET lease_until = '2026-01-01T00:00:00.000000Z' WHERE state = 'leased'")


class Sender:
    """One process after the other. Between two of them nobody sends."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self._process = process
        self.port = port  # of a server; 0: it is no server
        self.pid = 0

    def start(self) -> None:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        self.pid = int(self._process.stdout.readline())

    def wait(self) -> int:
        """Until it has ended, whoever ended it: its exit code, or the negative number of a signal."""
        assert self._process.stdout is not None
        code = int(self._process.stdout.readline())
        self.pid = 0
        return code

    def ended(self, within: float) -> bool:
        assert self._process.stdout is not None
        return bool(select.select([self._process.stdout], [], [], within)[0])

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.wait()

    def stop(self) -> None:
        self.signal(signal.SIGTERM)
        assert self.wait() == 0


@contextmanager
def sending(url: str, key: Path, log: Path | None = None, *, server: bool = False) -> Iterator[Sender]:
    """A sender over the database, not started yet; one that still runs at the end is killed. `log` is where it says what;
    `server`: it takes leads on PostgreSQL, too.
    """
    port = free_port() if server or url.startswith("sqlite") else 0
    given = {"FIRSTRIGHT_EGRESS_ALLOW": LOOPBACK, "FIRSTRIGHT_KEY_FILE": str(key)}
    with (log or Path(os.devnull)).open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "chaos.zygote", url, str(port)],
            cwd=TESTS,
            env=os.environ | given,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said if log else None,
            text=True,
            start_new_session=True,
        )
    sender = Sender(process, port)
    try:
        yield sender
    finally:  # whatever is left of it, stopped or never heard of
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


class Workspace:
    """What is told to whom. On SQLite it may be changed while no sender runs, and be read always."""

    def __init__(self, url: str, places: dict[str, str], key: Path) -> None:
        """`places`: the URL of each subscriber."""
        self.url = url
        self.key = key
        self.leads = 0
        with opened(url, "founder") as desk:
            policy = POLICY + "".join(map(SUBSCRIBER.format, places))
            desk.publish_policy(policy, file="policy.toml", by="mara", reason="test")
            desk.publish_roster(roster(reps(5)), file="roster.toml", by="mara", reason="test")
            for name, where in places.items():
                register(desk, key, f"webhook:{name}", where)

    def tell(self, leads: int) -> None:
        """So many more leads: each is assigned, accepted and touched, which is told to every subscriber."""
        with opened(self.url, "teller") as desk:
            first = self.leads + 1
            self.leads += leads
            replies = desk.take_in([arrival(person(n), f"event-{n}") for n in range(first, first + leads)])
            told = [json.loads(reply.body) for reply in replies]
            for act in (Accept, _touch):
                asked: list[Future[Acted | FirstrightError]] = [
                    desk.writer.submit(act(each["lead"], each["owner"]["id"])) for each in told
                ]
                assert all(isinstance(future.result(), Acted) for future in asked)

    def rows(self, select: str, *values: Value) -> list[Row]:
        with closing(open_database(self.url, node="reader")) as database, database.read() as tx:
            return tx.all(Statement(select), values)

    def change(self, statement: Statement, *values: Value) -> int:
        with closing(open_database(self.url, node="changer")) as database, database.write() as tx:
            return tx.run(statement, values)

    def states(self) -> dict[str, int]:
        return dict(self.rows("SELECT state, count(*) FROM delivery GROUP BY state"))

    def ids(self) -> set[str]:
        return {name for (name,) in self.rows("SELECT id FROM delivery")}

    def all_sent(self) -> bool:
        return set(self.states()) == {"sent"}


def on(sink: Sink, *names: str) -> dict[str, str]:
    return {name: sink.url(f"/{name}") for name in names}


def _touch(lead: str, by: str) -> LogTouch:
    return LogTouch(lead, by, "call")


def register(desk: Desk, key: Path, name: str, url: str) -> None:
    """Signed with the secret that the sink knows."""
    asked = Add(Wanted(name, url))
    policy = egress([LOOPBACK])
    made = work(asked, by="mara", sealing=Sealer(key), egress=policy, new_secret=lambda: SECRET)
    desk.writer.submit(made).result()


def whole(sink: Sink) -> list[Received]:
    """What came to its end and was signed: who is killed while he sends leaves half a request."""
    cut = [each for each in sink.received if not each.signed]
    assert all(len(each.body) < int(each.headers["content-length"]) for each in cut)
    return [each for each in sink.received if each.signed]


def runs(received: list[Received]) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """By destination and lead what came, repeats that follow one another taken as one: (event, webhook-id)."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for each in received:
        told = json.loads(each.body)
        found.setdefault((each.path, told["data"]["lead"]["id"]), []).append((told["type"], each.id))
    return {whom: [one for one, _ in groupby(told)] for whom, told in found.items()}
