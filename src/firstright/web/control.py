"""The control door: commands on this machine have the server write for them, because on SQLite it alone may.

It listens in threads of its own and does what is asked in its house; what a word means, and what is refused, is the word's to say.
Whatever comes through it, leads go on being taken.
"""

import logging
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import monotonic
from types import TracebackType

from firstright.errors import DatabaseUnavailable, FirstrightError
from firstright.web import controllines as lines
from firstright.web.commands.every import read_request
from firstright.web.commands.house import House
from firstright.web.commands.request import LARGEST
from firstright.web.controllines import Gone
from firstright.web.controlsocket import Listening, Taken, is_welcome

MOST = 16  # requests at a time; who comes later waits to be let in
PATIENCE = 10.0  # seconds for a whole request, and for a caller to take what it is told
STEP = 0.1  # seconds between two lines of progress
DRAIN = 20.0  # seconds a stop waits for what is under way

log = logging.getLogger("firstright.control")


class ControlDoor:
    """Use it as a context, inside that of the desk of `house`, where what comes in is done."""

    def __init__(self, house: House, file: Path) -> None:
        self._house = house
        self._file = file
        self._listening: Listening | None = None
        self._places = threading.BoundedSemaphore(MOST)
        self._stopping = threading.Event()
        self._threads: set[threading.Thread] = set()

    def __enter__(self) -> "ControlDoor":
        try:
            self._listening = Listening(self._file)
        except OSError as error:  # leads come first: a server without this door still takes them
            reason = error if isinstance(error, Taken) else error.strerror or error
            log.warning("commands.not-let-in", extra={"said": reason})
        else:
            self._begin(self._listen, self._listening.socket)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """Takes no further request, breaks imports off between two records, and waits for the rest."""
        self._stopping.set()
        if self._listening is not None:
            with suppress(OSError):
                self._listening.socket.shutdown(socket.SHUT_RDWR)  # wakes whoever waits for a caller
            self._listening.remove()
        until = monotonic() + DRAIN
        for thread in list(self._threads):
            thread.join(max(0.0, until - monotonic()))

    def _begin(self, target: Callable[[socket.socket], None], about: socket.socket) -> None:
        thread = threading.Thread(target=target, args=(about,), name="firstright-control", daemon=True)
        self._threads = {each for each in self._threads if each.is_alive()} | {thread}
        thread.start()

    def _listen(self, listener: socket.socket) -> None:
        while not self._stopping.is_set():
            if not self._places.acquire(timeout=1.0):
                continue
            try:
                connection, _ = listener.accept()
                self._begin(self._answer, connection)
            except (
                OSError,
                RuntimeError,
            ) as error:  # no file or thread to be had: the next one may be luckier
                self._places.release()
                if not self._stopping.is_set():
                    log.warning("command.not-let-in", extra={"error": type(error).__name__})
                    self._stopping.wait(1.0)

    def _answer(self, connection: socket.socket) -> None:
        try:
            with connection, suppress(Gone):
                _say(connection, self._answered(connection))
        finally:
            self._places.release()

    def _answered(self, connection: socket.socket) -> dict[str, object]:
        try:
            if not is_welcome(connection):
                log.warning("command.of-another-user")
                raise Gone
            asked = read_request(lines.received(connection, most=LARGEST, seconds=PATIENCE))
            return {"ok": asked.done(self._house.telling(_Bar(connection, self._stopping)))}
        except Gone:
            raise
        except FirstrightError as error:
            return {"error": lines.as_data(error)}
        except Exception:  # a defect in one command is nobody else's trouble
            log.exception("command.failed")
            return {"error": lines.Told("FirstrightError", ("the server failed at this, and logged why",))}


class _Bar:
    """Tells a caller how far its import is, and breaks it off when nobody listens any more or the server stops."""

    def __init__(self, connection: socket.socket, stopping: threading.Event) -> None:
        self._connection = connection
        self._stopping = stopping
        self._next = 0.0

    def __call__(self, done: int, of: int) -> None:
        if self._stopping.is_set():
            raise DatabaseUnavailable(
                "the server was stopped; the same import goes on where this one was broken off"
            )
        if monotonic() >= self._next:
            _say(self._connection, {"progress": lines.Progress(done, of)})
            self._next = monotonic() + STEP


def _say(connection: socket.socket, content: dict[str, object]) -> None:
    try:
        connection.settimeout(PATIENCE)
        connection.sendall(lines.line(content))
    except OSError as error:
        raise Gone from error
