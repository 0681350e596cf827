"""A server to be killed, and clients that keep a ledger of what it acknowledged."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from patience import PATIENCE, until
from ports import free_port

TESTS = Path(__file__).parents[1]


class Answer(NamedTuple):
    status: int
    body: bytes
    replayed: bool


class Server:
    """One port, one server after the other. Between `kill` and `start` nobody serves."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self._process = process
        self.port = port
        self.pid = 0
        self.kills = 0

    def start(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        self.pid = int(self._process.stdout.readline())
        until(self._answers)

    def _answers(self) -> bool:
        """Its socket is open long before it can take anything."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            line.request("GET", "/healthz")
            line.getresponse().read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            line.close()
        return True

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self._end(signal.SIGKILL)
        self.kills += 1

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        assert self._process.stdout is not None
        os.kill(self.pid, how)
        self._process.stdout.readline()
        self.pid = 0


@contextmanager
def serving(url: str) -> Iterator[Server]:
    """A server over the database, not started yet; whatever runs at the end is ended."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "chaos.zygote", url, str(port)],
        cwd=TESTS,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    server = Server(process, port)
    try:
        yield server
        if server.pid:
            server.stop()
    finally:
        if server.pid:
            server.kill()
        process.communicate(timeout=PATIENCE)


class Client:
    """One connection that is opened again when it broke."""

    def __init__(self, port: int, key: str) -> None:
        self._port = port
        self._key = key
        self._connection: http.client.HTTPConnection | None = None

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, raw: dict[str, str], event: str) -> Answer | None:
        """The answer, or None when the connection broke: then nobody knows what became of it."""
        try:
            connection = self._request(raw, event)
            response = connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException):
            self.close()
            return None
        return Answer(response.status, body, response.headers.get("Idempotent-Replayed") == "true")

    def hang_up(self, raw: dict[str, str], event: str) -> None:
        """Sends and leaves without waiting for the answer."""
        with suppress(OSError, http.client.HTTPException):
            self._request(raw, event)
        self.close()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _request(self, raw: dict[str, str], event: str) -> http.client.HTTPConnection:
        if self._connection is None:
            self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Content-Type": "application/json",
            "Idempotency-Key": event,
        }
        self._connection.request("POST", "/v1/leads", json.dumps(raw).encode(), headers)
        return self._connection
