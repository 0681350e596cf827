"""The API key a first start makes. A terminal is shown it; what else reads standard output is a log, which keeps no secrets."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

from firstright import wiring
from firstright.desk import Desk
from firstright.desk.access.keys import SCOPES, NewKey

SOURCE = "api"
MORE = "firstright key new --name NAME"


def first_key(desk: Desk, database: Path | None) -> list[str]:
    """What to say about it. Where nobody looks, it is in a file beside the database file, for its user alone; on PostgreSQL
    there is no such place, and none is made.
    """
    if sys.stdout is not None and sys.stdout.isatty():
        return [f"API key    {_made(desk)}", f"           shown once; more with: {MORE}"]
    if database is None:
        return [f"API key    none yet: {MORE}"]
    file = database.with_name(f"{database.name}.first-key")
    if wrong := keep(file, lambda: _made(desk)):
        return [f"API key    none: {wrong}; make one with: {MORE}"]
    return [
        f"API key    in {file}",
        f"           for you alone: take it and delete the file; more with: {MORE}",
    ]


def keep(file: Path, secret: Callable[[], str]) -> str:
    """A secret in a file for its user alone. It is made when there is a file to put it in; else why there is none."""
    try:
        file.unlink(missing_ok=True)  # that of a database that was here before
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    except OSError as error:
        return f"{file}: {error.strerror}"
    with open(handle, "w", encoding="ascii") as kept:
        kept.write(f"{secret()}\n")
    return ""


def _made(desk: Desk) -> str:
    return wiring.make_key(desk, NewKey("first key", SOURCE, SCOPES), by="firstright serve")
