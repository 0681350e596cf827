"""Where the control door is: a Unix domain socket beside the database file, for one user. It reads no request.

Where a socket cannot be there (its path is longer than a socket's may be, or the file system has none), it is in a
private temporary folder, and a file beside the database says where.
"""

import os
import shutil
import socket
import stat
import struct
import tempfile
from contextlib import suppress
from pathlib import Path

BACKLOG = 128  # whom it cannot hold is refused at once, not kept waiting
MARK = "firstright control socket\n"  # the first line of a file that says where the socket is
_LONGEST = 4096


class Taken(OSError):
    """Something of the door's name lies beside the database and is not ours to replace."""


class Listening:
    """A bound socket that listens. Only who holds the lock of `file` may make one: it replaces whatever was left there."""

    def __init__(self, file: Path) -> None:
        self.beside = address(file)
        self._folder: Path | None = None
        _clear(self.beside)
        try:
            self.socket = _bound(self.beside)
        except OSError:
            self.socket = self._elsewhere()

    def remove(self) -> None:
        """Nobody finds the door any more. Call it while the lock is still held."""
        self.socket.close()
        self.beside.unlink(missing_ok=True)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _elsewhere(self) -> socket.socket:
        self._folder = Path(tempfile.mkdtemp(prefix="firstright-"))
        place = self._folder / "control"
        try:
            bound = _bound(place)
            note = os.open(self.beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        except OSError:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise
        with open(note, "wb") as file:
            file.write(MARK.encode() + os.fsencode(place))
        return bound


def address(file: Path) -> Path:
    """Beside the database file, as its lock is."""
    return file.with_name(f"{file.name}.control")


def connected(file: Path, patience: float) -> socket.socket | None:
    """A connection to the server of a database file; None when nobody listens, or nobody we can trust.

    Trusted is ourselves, root, and whoever owns the database file.
    """
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(patience)
    try:
        connection.connect(str(_place(address(file))))
        if is_welcome(connection, file.stat().st_uid):
            return connection
    except (OSError, ValueError):  # not there, not listening, or a path no socket can have
        pass
    connection.close()
    return None


def is_welcome(connection: socket.socket, *others: int) -> bool:
    """Whether the other end is ourselves, root or one of `others`. A system that does not say relies on the socket's mode."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("iII"))
    _, user, _ = struct.unpack("iII", credentials)
    return user in (0, os.geteuid(), *others)


def _bound(place: Path) -> socket.socket:
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        bound.bind(str(place))
        place.chmod(0o600)  # before it listens: until then nobody gets in
        bound.listen(BACKLOG)
    except OSError:
        bound.close()
        raise
    return bound


def _place(beside: Path) -> Path:
    if stat.S_ISSOCK(beside.lstat().st_mode):
        return beside
    return _named(beside) or beside


def _named(beside: Path) -> Path | None:
    """Where a note of ours says the socket is."""
    with beside.open("rb") as file:
        said = file.read(_LONGEST)
    mark = MARK.encode()
    return Path(os.fsdecode(said.removeprefix(mark))) if said.startswith(mark) else None


def _clear(beside: Path) -> None:
    """Takes away what a killed server left. Taken when it is neither a socket nor a note of ours."""
    try:
        mode = beside.lstat().st_mode
    except FileNotFoundError:
        return
    if stat.S_ISREG(mode):
        place = _named(beside)
        if place is None:
            raise Taken(f"{beside} is no socket of firstright's and is left alone")
        with suppress(OSError):  # its folder goes only when nothing else is in it
            if place.is_socket():
                place.unlink()
                place.parent.rmdir()
    elif not stat.S_ISSOCK(mode):
        raise Taken(f"{beside} is no socket of firstright's and is left alone")
    beside.unlink()
