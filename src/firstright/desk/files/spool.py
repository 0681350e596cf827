"""Files that were uploaded and wait to be imported: in a folder only we may read, each under the hash of its bytes.

It knows no CSV and no import; whoever may upload is the door's to say.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import msgspec

from firstright.errors import NotFound, Refused

LARGEST = 200 * 1024 * 1024  # bytes of one file
ROOM = 4 * 1024 * 1024 * 1024  # bytes of all of them
KEPT = timedelta(days=7)
LONGEST = 200  # characters of a file's name

_HASH = re.compile(r"[0-9a-f]{64}")


class Spooled(msgspec.Struct, frozen=True):
    """A file that is here. `name` is what its owner called it."""

    sha256: str
    size: int
    name: str


class Spool:
    """The folder, 0700; its files, 0600. Threads may share it."""

    def __init__(self, folder: Path, now: Callable[[], datetime], *, largest: int = LARGEST) -> None:
        self.folder = folder
        self._now = now
        self.largest = largest

    def begin(self, name: str) -> "Spooling":
        """A file on its way in: write to it, then keep it; or leave the context, and nothing stays. Raises Refused."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.sweep()
        if self._taken() > ROOM:
            raise Refused(
                [f"uploads that are kept for {KEPT.days} days have filled their room: try again later"]
            )
        return Spooling(self, _bare(name))

    def _taken(self) -> int:
        """Bytes of everything here, also of what is still coming in; what is swept meanwhile takes none."""
        total = 0
        for path in self.folder.iterdir():
            with suppress(FileNotFoundError):
                total += path.stat().st_size
        return total

    def look(self, sha256: str) -> Spooled:
        """Raises NotFound, as for every name that is none."""
        path = self.path(sha256)
        try:
            return Spooled(sha256, path.stat().st_size, path.with_suffix(".name").read_text("utf-8"))
        except OSError:
            raise NotFound("uploaded file of this name; upload it again") from None

    def open(self, sha256: str) -> BinaryIO:
        self.look(sha256)
        return self.path(sha256).open("rb")

    def keep_map(self, sha256: str, text: str) -> str:
        """The map a file is imported under, so that the import can go on after a restart; its hash."""
        path = self.path(sha256)
        digest = hashlib.sha256(text.encode()).hexdigest()
        for each in (path, path.with_suffix(".name")):
            os.utime(each)  # it is in use: the days count anew
        _write(path.with_name(f"{sha256}-{digest}.toml"), text)
        return digest

    def map(self, sha256: str, map_hash: str) -> str:
        try:
            return self._map(sha256, map_hash).read_text("utf-8")
        except OSError:
            raise NotFound("map of this import any more; upload the file again") from None

    def maps(self) -> list[tuple[str, str]]:
        """(file hash, map hash) of everything that was ever begun and is still here."""
        found = (path.stem.partition("-") for path in sorted(self.folder.glob("*.toml")))
        return [(file, map_) for file, _, map_ in found]

    def lock(self, sha256: str, map_hash: str) -> Path:
        """What is locked while a file is imported under a map."""
        return self._map(sha256, map_hash).with_suffix(".lock")

    def sweep(self) -> int:
        """Forgets what is older than a week; how many files that were."""
        before = (self._now() - KEPT).timestamp()
        old = [path for path in self.folder.glob("*") if _age(path) < before]
        for path in old:
            with suppress(OSError):
                path.unlink()
        return len(old)

    def path(self, sha256: str) -> Path:
        if not _HASH.fullmatch(sha256):
            raise NotFound("uploaded file of this name; upload it again")
        return self.folder / f"{sha256}.csv"

    def _map(self, sha256: str, map_hash: str) -> Path:
        return self.path(sha256).with_name(f"{sha256}-{self.path(map_hash).stem}.toml")


class Spooling:
    """One file on its way in. What it is called may be told as late as it is kept."""

    def __init__(self, spool: Spool, name: str) -> None:
        self._spool = spool
        self._name = name
        self._digest = hashlib.sha256()
        self.size = 0
        made, path = tempfile.mkstemp(".part", dir=spool.folder)  # 0600
        self._file = os.fdopen(made, "wb")
        self._path = Path(path)

    def __enter__(self) -> "Spooling":
        return self

    def __exit__(self, *failure: object) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)

    def write(self, part: bytes) -> None:
        """Raises Refused beyond the largest size."""
        self.size += len(part)
        if self.size > self._spool.largest:
            raise Refused([f"a file has at most {self._spool.largest // 2**20} MiB"])
        self._digest.update(part)
        self._file.write(part)

    def keep(self) -> Spooled:
        """The file is whole. The same bytes twice are one file, kept a week from now."""
        if not self.size:
            raise Refused(["the file is empty"])
        self._file.flush()
        os.fsync(self._file.fileno())
        sha256 = self._digest.hexdigest()
        path = self._spool.path(sha256)
        _write(path.with_suffix(".name"), self._name)
        os.replace(self._path, path)
        return Spooled(sha256, self.size, self._name)


def _write(path: Path, text: str) -> None:
    """All of it or nothing, readable by us alone."""
    made, part = tempfile.mkstemp(".part", dir=path.parent)
    with open(made, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    os.replace(part, path)


def _bare(name: str) -> str:
    """The last part of a path, whatever system it is from, without what cannot be seen."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(c for c in last if c.isprintable())[:LONGEST].strip() or "leads.csv"


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return float("inf")  # somebody else was faster
