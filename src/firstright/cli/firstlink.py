"""The link a start without users makes, by which the first admin comes in. A terminal is shown it; a log keeps no secrets."""

import sys
from pathlib import Path

from firstright import wiring
from firstright.cli.firstkey import keep
from firstright.desk import Desk
from firstright.desk.access.userasked import SetUpAsked
from firstright.storage import users

MORE = "firstright user link"


def first_link(desk: Desk, database: Path | None, console: str) -> list[str]:
    """What to say about it; nothing when somebody may sign in already. Where nobody looks, it is in a file beside the
    database file.
    """
    with desk.read() as tx:
        if users.any_user(tx):
            return []
    if sys.stdout is not None and sys.stdout.isatty():
        return [
            f"sign in    {_made(desk, console)}",
            f"           makes the first admin: once, within 30 minutes; another one with: {MORE}",
        ]
    if database is None:
        return [f"sign in    nobody can yet: {MORE}"]
    file = database.with_name(f"{database.name}.set-up-link")
    if wrong := keep(file, lambda: _made(desk, console)):
        return [f"sign in    nobody can yet: {wrong}; make a link with: {MORE}"]
    return [
        f"sign in    with the link in {file}",
        f"           makes the first admin: once, within 30 minutes; another one with: {MORE}",
    ]


def _made(desk: Desk, console: str) -> str:
    done = wiring.admit(desk, SetUpAsked(), by="firstright serve")
    return f"{console}/set-up/{done.token}"
