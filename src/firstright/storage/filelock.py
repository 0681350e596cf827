"""Who owns a SQLite file: an advisory lock beside it, and the name of its holder inside. It reads no rows."""

import fcntl
import os
from pathlib import Path

from firstright.errors import AlreadyServing, DatabaseUnavailable

_REMOTE = ("nfs", "cifs", "smb", "ceph", "lustre", "glusterfs", "afs", "fuse.sshfs")
_MOUNTS = Path("/proc/self/mounts")


class FileLock:
    """Held until released or until the process ends, however it ends."""

    def __init__(self, path: Path, holder: str) -> None:
        self._path = path
        self._holder = holder
        self._file: int | None = None

    def take(self) -> None:
        """AlreadyServing when somebody else has it."""
        if self._file is not None:
            return
        try:
            file = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DatabaseUnavailable(f"{self._path}: {error.strerror}") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 500).decode("utf-8", "replace").strip() or "another process"
            os.close(file)
            raise AlreadyServing(str(self._path), holder) from None
        os.ftruncate(file, 0)
        os.write(file, f"{self._holder} (process {os.getpid()})\n".encode())
        self._file = file

    def release(self) -> None:
        """The file stays: deleting it would let two processes lock two files of one name."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def network_file_system(path: Path) -> str:
    """The type of the file system if it is a network's, where SQLite's locks cannot be trusted; else empty."""
    try:
        mounts = [line.split()[1:3] for line in _MOUNTS.read_text().splitlines()]
    except OSError:
        return ""
    place = path.resolve()
    over = [(len(at), kind) for at, kind in mounts if place.is_relative_to(at)]
    kind = max(over, default=(0, ""))[1]
    return kind if kind.startswith(_REMOTE) else ""
