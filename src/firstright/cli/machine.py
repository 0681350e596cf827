"""What `firstright doctor` sees of the machine: interpreter, time zones, the SQLite library, files and disk."""

import os
import platform
import shutil
import stat
import sys
import zoneinfo
from collections.abc import Iterator
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Literal

import msgspec

from firstright import __version__
from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

TIGHT, FULL = 2 * 2**30, 200 * 2**20  # bytes free
RACE = ((3, 7, 0), (3, 51, 2))  # SQLite versions with the WAL-reset race
_CLOCK = Statement("SELECT NULL", postgresql="SELECT clock_timestamp()")


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at. `do` is what to do about it; empty when all is well."""

    what: str
    level: Literal["ok", "warning", "problem"]
    found: str
    do: str = ""


def ok(what: str, found: str, note: str = "") -> Finding:
    return Finding(what, "ok", found, note)


def warning(what: str, found: str, do: str) -> Finding:
    return Finding(what, "warning", found, do)


def problem(what: str, found: str, do: str) -> Finding:
    return Finding(what, "problem", found, do)


def looked_at(file: Path | None) -> Iterator[Finding]:
    """The program, the zones, and the SQLite file with its folder where there is one."""
    yield ok("program", f"firstright {__version__}, Python {platform.python_version()} on {sys.platform}")
    yield time_zones()
    if file is not None and file.exists():
        yield permissions(file)
        yield disk(file)


def time_zones() -> Finding:
    """Which time zone data hours are counted with: the system's where there is one, else the package's."""
    for folder in map(Path, zoneinfo.TZPATH):
        if (folder / "Europe").is_dir():
            return ok("time zones", f"{_version(folder)} in {folder}")
    try:
        return ok("time zones", f"tzdata {metadata.version('tzdata')} from the package")
    except metadata.PackageNotFoundError:
        return problem("time zones", "none found", "install the tzdata package")


def _version(folder: Path) -> str:
    for name in ("tzdata.zi", "+VERSION"):
        try:
            return (folder / name).read_text(encoding="ascii").split("\n", 1)[0].removeprefix("# version ")
        except (OSError, UnicodeDecodeError):
            continue
    return "of unknown version"


def permissions(file: Path) -> Finding:
    """A workspace is full of strangers' data: its files are for their owner alone."""
    files = [file, *(file.with_name(f"{file.name}{tail}") for tail in ("-wal", "-shm", ".lock"))]
    open_to_others = [each.name for each in files if each.exists() and each.stat().st_mode & 0o077]
    if open_to_others:
        return problem("files", f"others may read {', '.join(open_to_others)}", f"chmod 600 in {file.parent}")
    if (
        file.resolve().parent.stat().st_mode & stat.S_IWOTH
        and not file.resolve().parent.stat().st_mode & stat.S_ISVTX
    ):
        return problem("files", f"everybody may write in {file.parent}", f"chmod 700 {file.parent}")
    if not os.access(file, os.W_OK):
        return warning("files", f"{file} cannot be written by this user", "run doctor as the user who serves")
    return ok("files", f"{file} is for its owner alone")


def disk(file: Path) -> Finding:
    free = shutil.disk_usage(file.resolve().parent).free
    said = f"{free / 2**30:,.1f} GiB free for {file}"
    if free < FULL:
        return problem("disk", said, "make room: a full disk refuses leads")
    return warning("disk", said, "make room") if free < TIGHT else ok("disk", said)


def sqlite_version(version: str) -> Finding:
    """Up to 3.51.2 a checkpoint beside another one can lose pages; with one connection that writes there is no other."""
    number = tuple(int(part) for part in version.split("."))
    said = f"SQLite {version}"
    if RACE[0] <= number <= RACE[1]:
        note = (
            "has the WAL-reset race, which needs a second writer: open the file with nothing else that writes"
        )
        return ok("database", f"{said} {note}")
    return ok("database", said)


def database_clock(tx: Tx) -> datetime:
    """What PostgreSQL takes for now."""
    return instants.read(tx.all(_CLOCK)[0][0])
