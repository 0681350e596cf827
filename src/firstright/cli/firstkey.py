"""The API key a first start makes. A terminal is shown it; what else reads standard output is a log, which keeps no secrets."""

import os
import sys
from pathlib import Path

from firstright import wiring
from firstright.desk import Desk
from firstright.desk.keys import SCOPES, NewKey

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
    try:
        file.unlink(missing_ok=True)  # that of a database that was here before
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    except OSError as error:
        return [f"API key    none: {file}: {error.strerror}; make one with: {MORE}"]
    with open(handle, "w", encoding="ascii") as kept:
        kept.write(f"{_made(desk)}\n")
    return [
        f"API key    in {file}",
        f"           for you alone: take it and delete the file; more with: {MORE}",
    ]


def _made(desk: Desk) -> str:
    return wiring.make_key(desk, NewKey("first key", SOURCE, SCOPES), by="firstright serve")
