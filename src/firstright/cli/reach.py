"""Where a command writes: at a desk of its own, or through the server that owns the database file. It decides nothing.

On SQLite one process owns the file: whoever gets its lock. The lock is tried first, so that a dead server's socket never
matters; who does not get it asks at the control door. On PostgreSQL every process may write.
"""

import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TypeVar

import msgspec

from firstright import settings, wiring
from firstright.cli.exits import CONFIGURATION, FOUND, USAGE, Stop
from firstright.cli.house import own_house
from firstright.desk import Desk
from firstright.errors import AlreadyServing, NoPolicy, NotFound, Refused, Superseded
from firstright.settings import Settings
from firstright.web import controllines as lines
from firstright.web.commands.house import House, Progress, untold
from firstright.web.commands.request import LARGEST, Request
from firstright.web.controlsocket import connected

PATIENCE = 10.0  # seconds: another command has the file for a moment, or a server is about to open its door
STEP = 0.05
SILENCE = 600.0  # seconds without a word from the server, after which a person should look
SILENT = f"the server has said nothing for {SILENCE / 60:.0f} minutes, and may still be at it"

T = TypeVar("T")

_line = msgspec.json.Decoder(lines.Line).decode


class Own:
    """Writes at a desk of this process."""

    def __init__(self, house: House) -> None:
        self._house = house

    def __call__(self, request: Request[T], progress: Progress = untold) -> T:
        return request.done(self._house.telling(progress))


class Remote:
    """Has a server write: the same words with the same answers and errors. Good for one."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def __call__(self, request: Request[T], progress: Progress = untold) -> T:
        self._send(request)
        for line in self._lines():
            if line.progress is not None:
                progress(line.progress.done, line.progress.of)
            elif line.error is not None:
                raise lines.as_error(line.error)
            else:
                return msgspec.json.decode(line.ok, type=request.answer())
        raise Stop(
            "the server ended before it answered: what was asked for is done or not, look before you ask again",
            code=CONFIGURATION,
        )

    def _send(self, request: Request[object]) -> None:
        try:
            raw = lines.line(request)
        except UnicodeEncodeError:
            raise Stop("a file whose name is not UTF-8 cannot be named to the server") from None
        if len(raw) > LARGEST:
            raise Stop(f"a server takes at most {LARGEST} bytes at once, and this is {len(raw)}")
        self._connection.settimeout(SILENCE)
        try:
            self._connection.sendall(raw)
        except (BrokenPipeError, ConnectionResetError):
            return  # it hung up early, and may have said why

    def _lines(self) -> Iterator[lines.Line]:
        """Until the server has nothing more to say."""
        with self._connection.makefile("rb") as lines:
            while True:
                try:
                    raw = lines.readline()
                except TimeoutError:
                    raise Stop(SILENT, code=CONFIGURATION) from None
                except OSError:
                    return
                if not raw.endswith(b"\n"):
                    return
                yield _line(raw)


@contextmanager
def reach(database: str | None) -> Iterator[Own | Remote]:
    """Whom to ask, once. Stop, with who has the file, when nobody there takes commands."""
    chosen = settings.read(database=database or None)
    found = _reached(chosen)
    with closing(found):
        yield Own(own_house(found, chosen)) if isinstance(found, Desk) else Remote(found)


def ask(
    database: str | None,
    request: Request[T],
    progress: Progress = untold,
    *,
    refused: int = USAGE,
    lead: str = "",
) -> T:
    """Asks once, at the one or the other. Stop with every reason: what is named or needed is not there, was changed by somebody
    else meanwhile, or is refused, which ends the command with the code `refused`. `lead` is the one that it is about, if one alone.
    """
    try:
        with reach(database) as asking:
            return asking(request, progress)
    except (NotFound, NoPolicy) as error:
        raise Stop(str(error), code=FOUND) from None
    except Superseded as error:
        raise Stop(f"lead {lead}: {error}; nothing was changed" if lead else str(error), code=FOUND) from None
    except Refused as error:
        raise Stop(*error.reasons, code=refused) from None


def _reached(chosen: Settings) -> Desk | socket.socket:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return wiring.open_desk(chosen)
        except AlreadyServing as error:
            owner = error
        if chosen.sqlite_path is not None and (connection := connected(chosen.sqlite_path, PATIENCE)):
            return connection
        if time.monotonic() > until:
            file = owner.path.removesuffix(".lock")
            said = f"{file} is in use by {owner.holder}, which takes no commands: try again when it has ended"
            raise Stop(said, code=CONFIGURATION)
        time.sleep(STEP)
