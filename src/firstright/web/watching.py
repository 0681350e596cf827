"""/metrics and /heartbeat: what this process counts, what the database holds that is due, and whether all promises about
time are kept. For this machine, or with an API key. It changes nothing.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec
from fastapi import FastAPI, Request, Response
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from firstright.desk import Desk
from firstright.desk.explain.auditing import Auditor, Beat, Found
from firstright.errors import BadConfiguration
from firstright.web.auth import Doorkeeper
from firstright.web.console.gate import names_this_machine
from firstright.web.gauging import gauged
from firstright.web.request import read_head

NOBODY = Beat(False, None, (Found("nobody-looks", 1),))


class Watch:
    """What there is to see of one process."""

    def __init__(self, desk: Desk, auditor: Auditor | None, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._auditor = auditor
        self._now = now

    def beat(self) -> Beat:
        return NOBODY if self._auditor is None else self._auditor.beat()

    def metrics(self) -> bytes:
        return self._desk.measures.text() + gauged(self._desk, self.beat(), self._now())


def at_home(request: Request) -> bool:
    """Asked from this machine itself, not through a proxy on it: details stay inside."""
    if not names_this_machine(request.headers.get("host", "")):
        return False  # another site's name that points here: whoever asks is a browser, and its user does not know
    passed_on = any(name == "forwarded" or name.startswith("x-forwarded-") for name in request.headers)
    return request.client is not None and request.client.host in ("127.0.0.1", "::1") and not passed_on


def watching(app: FastAPI, watch: Watch, keeper: Doorkeeper) -> None:
    """Adds both addresses."""

    @app.get("/metrics", summary="Figures for Prometheus")
    def metrics(request: Request) -> Response:
        head = read_head(request.scope)
        if not at_home(request):
            keeper.admit(head.authorization, "")
        return Response(watch.metrics(), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    @app.get("/heartbeat", summary="Whether everything that is due happens")
    def heartbeat(request: Request) -> Response:
        head = read_head(request.scope)
        beat = watch.beat()
        if not at_home(request):
            if not head.authorization:
                return _told(Beat(beat.beats, beat.at))
            keeper.admit(head.authorization, "")
        return _told(beat)


def _told(beat: Beat) -> Response:
    status = HTTPStatus.OK if beat.beats else HTTPStatus.SERVICE_UNAVAILABLE
    return Response(msgspec.json.encode(beat), status, media_type="application/json")


@contextmanager
def serve_metrics(desk: Desk, auditor: Auditor, now: Callable[[], datetime], port: int) -> Iterator[int]:
    """/metrics and /heartbeat alone, for a process without the HTTP door, on 127.0.0.1; gives the port (0 takes a free one).

    Raises BadConfiguration when the port is taken.
    """
    watch = Watch(desk, auditor, now)

    class Handler(_Handler):
        shown = watch

    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    except OSError as error:
        raise BadConfiguration((f"cannot listen on 127.0.0.1:{port}: {error.strerror or error}",)) from error
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="firstright-metrics", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    shown: Watch
    timeout = 10  # seconds a caller may be silent
    server_version = "firstright"
    sys_version = ""

    def do_GET(self) -> None:
        match self.path:
            case "/metrics":
                self._say(HTTPStatus.OK, CONTENT_TYPE_PLAIN_0_0_4, self.shown.metrics())
            case "/heartbeat":
                told = _told(self.shown.beat())
                self._say(HTTPStatus(told.status_code), "application/json", bytes(told.body))
            case _:
                self._say(HTTPStatus.NOT_FOUND, "text/plain", b"there are /metrics and /heartbeat\n")

    def _say(self, status: HTTPStatus, media: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", media)
        self.send_header("content-length", str(len(body)))
        self.send_header("cache-control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not logged: what was asked may hold anything."""
