"""A receiver of webhooks that does as its script says, one step a request, and keeps a ledger of what it was sent.

with Sink() as sink:
    sink.script(status(500), throttled("7"), accept_then_lose())   # then `ok()` for ever
    ...send to sink.url("/crm")...
    sink.wait(3)
    sink.received    # every request read to its end, in order: path, id, headers, body, signed
    sink.effects     # the webhook-ids it acted on; with `deduplicating=True` each of them once
"""

import socket
import ssl
import struct
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO, Self

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from patience import PATIENCE

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass(frozen=True)
class Received:
    """One request as it came. `signed` is whether one signature was right; None when the sink knows no secret."""

    path: str
    id: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    signed: bool | None = None


class Exchange:
    """What a step may do to its connection. `id` is the webhook-id of the request, if it has one."""

    def __init__(self, line: socket.socket, stopped: threading.Event, id: str) -> None:
        self.line = line
        self.stopped = stopped
        self.id = id

    def send(self, data: bytes) -> None:
        self.line.sendall(data)

    def pause(self, seconds: float) -> None:
        self.stopped.wait(seconds)

    def until(self, gate: threading.Event) -> None:
        """Until it opens, or the server stops."""
        while not gate.wait(0.02) and not self.stopped.is_set():
            pass

    def reset(self) -> None:
        """RST, not FIN."""
        self.line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.line.close()


@dataclass(frozen=True)
class Step:
    """What one request gets. `acts`: the receiver has acted on it, whatever the sender is told."""

    run: Callable[[Exchange], None]
    acts: bool = False
    keeps: bool = False  # the connection may carry another request
    before_body: bool = False


def ok(body: bytes = b"ok", **headers: str) -> Step:
    return status(200, body, **headers)


def status(code: int, body: bytes = b"", **headers: str) -> Step:
    """`Retry_After="7"` is written as Retry-After: 7."""
    return Step(lambda line: line.send(_reply(code, body, headers)), acts=200 <= code < 300, keeps=True)


def throttled(retry_after: str) -> Step:
    return status(429, b"slow down", Retry_After=retry_after)


def redirect(to: str = "http://169.254.169.254/latest/meta-data/", code: int = 301) -> Step:
    return status(code, b"", Location=to)


def held(gate: threading.Event, then: Step) -> Step:
    """Nothing until somebody opens the gate: who answers late does so after something, not after some seconds."""

    def run(line: Exchange) -> None:
        line.until(gate)
        then.run(line)

    return Step(run, acts=then.acts, keeps=then.keeps)


def hang() -> Step:
    return Step(lambda line: line.pause(3600))


def dribble(every: float = 0.02) -> Step:
    """A header that never ends, one byte at a time: each read is quick, the whole is not."""
    return Step(lambda line: _drip(line, b"HTTP/1.1 200 OK\r\nX-Slow: ", every))


def dribble_body(every: float = 0.02) -> Step:
    """200, and then a body that never ends."""
    return Step(
        lambda line: _drip(line, b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", every), acts=True
    )


def reset_before_body() -> Step:
    return Step(Exchange.reset, before_body=True)


def reset_after_body() -> Step:
    return Step(Exchange.reset)


def reset_in_reply() -> Step:
    """200, half of the body, RST."""

    def run(line: Exchange) -> None:
        line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        line.pause(0.05)
        line.reset()

    return Step(run, acts=True)


def accept_then_lose() -> Step:
    """The receiver acted; its answer is lost on the way."""
    return Step(Exchange.reset, acts=True)


def raw(data: bytes) -> Step:
    return Step(lambda line: line.send(data))


def garbage() -> Step:
    return raw(b"220 mail.example ESMTP\r\n\x00\xff\xfe nothing like HTTP\r\n\r\n")


def huge(megabytes: int = 50, packed: bytes = b"") -> Step:
    """200 with a body that nobody should read to its end."""

    def run(line: Exchange) -> None:
        line.send(b"HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n" % (packed, megabytes << 20))
        for _ in range(megabytes):
            line.send(bytes(1 << 20))

    return Step(run, acts=True)


def gzip_bomb(packed: bytes) -> Step:
    """200, and a few bytes that unpack to very many."""
    return status(200, packed, Content_Encoding="gzip")


class Sink:
    """A server on loopback, a thread a connection. `fresh=False` checks signatures of a clock that is not the wall's."""

    def __init__(
        self,
        *,
        secret: str | None = SECRET,
        fresh: bool = True,
        deduplicating: bool = False,
        tls: ssl.SSLContext | None = None,
        address: tuple[str, int] = ("127.0.0.1", 0),
    ) -> None:
        self._secret, self._fresh, self._tls = secret, fresh, tls
        self._deduplicating = deduplicating
        self.received: list[Received] = []
        self.effects: list[str] = []
        self.connections = 0
        self._steps: deque[Step] = deque()
        self._by_path: dict[str, deque[Step]] = {}
        self.otherwise = ok()
        self._changed = threading.Condition()
        self._stopped = threading.Event()
        self._lines: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._door = socket.create_server(address, backlog=1024)
        self.port: int = self._door.getsockname()[1]

    def url(self, path: str = "/hook", host: str = "127.0.0.1") -> str:
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    def script(self, *steps: Step, path: str | None = None) -> None:
        """What the next requests get, of one path or of any; after them `otherwise`."""
        with self._changed:
            (self._steps if path is None else self._by_path.setdefault(path, deque())).extend(steps)

    def wait(self, requests: int, seconds: float = PATIENCE) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.received) >= requests, seconds), (
                f"{len(self.received)} of {requests} requests came"
            )

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        with self._changed:
            for line in self._lines:
                with suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE)

    def _start(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                line, _ = self._door.accept()
            except OSError:
                return
            with self._changed:
                self.connections += 1
                self._lines.add(line)
            self._start(self._serve, line)

    def _serve(self, line: socket.socket) -> None:
        with suppress(OSError, ValueError), self._dressed(line) as dressed, dressed.makefile("rb") as reader:
            while self._one(dressed, reader):
                pass

    @contextmanager
    def _dressed(self, line: socket.socket) -> Iterator[socket.socket]:
        try:
            dressed = line if self._tls is None else self._tls.wrap_socket(line, server_side=True)
            with dressed:
                yield dressed
        finally:
            with self._changed:
                self._lines.discard(line)
            line.close()

    def _one(self, line: socket.socket, reader: BinaryIO) -> bool:
        start = reader.readline()
        if not start:
            return False
        path = start.split(b" ")[1].decode()
        headers: dict[str, str] = {}
        for row in iter(reader.readline, b"\r\n"):
            name, _, value = row.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        step = self._step(path)
        exchange = Exchange(line, self._stopped, headers.get("webhook-id", ""))
        if step.before_body:
            step.run(exchange)
            return False
        body = reader.read(int(headers.get("content-length", "0")))
        if not self._note(Received(path, headers.get("webhook-id", ""), headers, body), step):
            step = status(401, b"the signature is wrong")
        step.run(exchange)
        return step.keeps

    def _step(self, path: str) -> Step:
        with self._changed:
            steps = self._by_path.get(path) or self._steps
            return steps.popleft() if steps else self.otherwise

    def _note(self, request: Received, step: Step) -> bool:
        signed = None if self._secret is None or not request.id else self._verified(request)
        with self._changed:
            self.received.append(Received(request.path, request.id, request.headers, request.body, signed))
            known = self._deduplicating and request.id in self.effects
            if step.acts and signed is not False and not known:
                self.effects.append(request.id)
            self._changed.notify_all()
        return signed is not False

    def _verified(self, request: Received) -> bool:
        hook = Webhook(self._secret or "")
        if self._fresh:
            try:
                hook.verify(request.body, dict(request.headers), json_parse=False)
            except WebhookVerificationError:
                return False
            return True
        at = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), UTC)
        return hook.sign(request.id, at, request.body.decode()) in request.headers["webhook-signature"].split(
            " "
        )


def _reply(code: int, body: bytes, headers: Mapping[str, str]) -> bytes:
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {code} Scripted\r\nContent-Length: {len(body)}\r\n{more}\r\n".encode("latin-1") + body


def _drip(line: Exchange, first: bytes, every: float) -> None:
    line.send(first)
    while not line.stopped.is_set():
        line.send(b"x")
        line.pause(every)
