"""The load generator: leads over keep-alive connections, closed loop or at a steady rate. A process of its own
(`python -m firstright.simulate.benches.load`), so that it shares no interpreter with the server it measures.

It reads its task as JSON from standard input, writes its findings as JSON, and understands just enough HTTP for one server.
"""

import asyncio
import sys
from collections import Counter, deque
from time import perf_counter

import msgspec

from firstright.simulate.benches import workspace

LONGEST_DRAIN = 10.0  # seconds waited for the last answers of an open loop


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """`rate` 0 is the closed loop: each connection sends as soon as it was answered. `ports` are dealt out in turn."""

    ports: tuple[int, ...]
    key: str
    connections: int
    seconds: float
    first: int = 0  # number of the first lead: no two tasks of a run send the same
    most: int = 20_000  # leads made beforehand
    rate: float = 0.0  # leads a second


class Found(msgspec.Struct, frozen=True):
    """`seconds` from the first request to the last answer; latencies in ms, in an open loop counted from the instant at
    which the request was due, so that a server that stalls does not hide it."""

    answered: int
    seconds: float
    statuses: dict[str, int]
    p50: float
    p99: float
    worst: float
    longest_gap: float  # seconds without any answer

    @property
    def rate(self) -> float:
        return self.answered / self.seconds if self.seconds else 0.0


class Connection(asyncio.Protocol):
    """One keep-alive connection with at most one request under way."""

    def __init__(self, run: "Run") -> None:
        self._run = run
        self._buffer = b""
        self._due = 0.0
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._run.ready(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._run.lost(self)

    def send(self, request: bytes, due: float) -> None:
        self._due = due
        assert self.transport is not None
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head = self._buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        at = self._buffer.find(b"content-length: ") + 16
        length = int(self._buffer[at : self._buffer.index(b"\r", at)])
        if len(self._buffer) < head + 4 + length:
            return
        status = self._buffer[9:12].decode()
        self._buffer = b""
        self._run.answered(self, status, self._due)


class Run:
    """One task under way."""

    def __init__(self, task: Task, requests: list[bytes]) -> None:
        self._task = task
        self._requests = deque(requests)
        self._idle: deque[Connection] = deque()
        self._late: deque[float] = deque()  # open loop: due, and no connection free
        self._ended = asyncio.Event()
        self._under_way = 0
        self._began = self._last = perf_counter()
        self._gap = 0.0
        self._latencies: list[float] = []
        self._statuses: Counter[str] = Counter()

    async def result(self) -> Found:
        loop = asyncio.get_running_loop()
        ports = self._task.ports
        for number in range(self._task.connections):
            await loop.create_connection(lambda: Connection(self), "127.0.0.1", ports[number % len(ports)])
        self._began = self._last = perf_counter()
        if self._task.rate:
            await self._steadily()
        else:
            for connection in list(self._idle):
                self._next(connection)
            await self._ended.wait()
        return self._found()

    async def _steadily(self) -> None:
        count = min(int(self._task.rate * self._task.seconds), len(self._requests))
        for number in range(count):
            due = self._began + number / self._task.rate
            await asyncio.sleep(max(0.0, due - perf_counter()))
            if self._idle:
                self._send(self._idle.popleft(), due)
            else:
                self._late.append(due)
        deadline = perf_counter() + LONGEST_DRAIN
        while (self._under_way or self._late) and perf_counter() < deadline:
            await asyncio.sleep(0.005)

    def ready(self, connection: Connection) -> None:
        self._idle.append(connection)

    def lost(self, connection: Connection) -> None:
        self._statuses["lost"] += 1
        if connection in self._idle:
            self._idle.remove(connection)
        else:
            self._under_way -= 1
        self._end_if_done()

    def answered(self, connection: Connection, status: str, due: float) -> None:
        now = perf_counter()
        self._under_way -= 1
        self._statuses[status] += 1
        self._latencies.append(now - due)
        self._gap = max(self._gap, now - self._last)
        self._last = now
        if self._task.rate == 0.0:
            self._next(connection)
        elif self._late:
            self._send(connection, self._late.popleft())
        else:
            self._idle.append(connection)

    def _next(self, connection: Connection) -> None:
        now = perf_counter()
        if self._requests and now - self._began < self._task.seconds:
            self._send(connection, now)
        else:
            self._end_if_done()

    def _send(self, connection: Connection, due: float) -> None:
        self._under_way += 1
        connection.send(self._requests.popleft(), due)

    def _end_if_done(self) -> None:
        if self._under_way == 0:
            self._ended.set()

    def _found(self) -> Found:
        ordered = sorted(self._latencies) or [0.0]

        def at(share: float) -> float:
            return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1e3, 2)

        return Found(
            len(self._latencies),
            self._last - self._began,
            dict(self._statuses),
            at(0.5),
            at(0.99),
            at(1.0),
            round(self._gap, 3),
        )


def request(body: bytes, key: str) -> bytes:
    head = (
        f"POST /v1/leads HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {key}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def main() -> None:
    task = msgspec.json.decode(sys.stdin.buffer.read(), type=Task)
    requests = [request(body, task.key) for body in workspace.bodies(task.most, task.first)]

    async def run() -> Found:
        return await Run(task, requests).result()

    sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(run())))


if __name__ == "__main__":
    main()
