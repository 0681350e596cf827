"""A stored workspace, for the commands that only read one. A server may run meanwhile."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from firstright import settings
from firstright.cli.exits import Stop
from firstright.storage import migrate
from firstright.storage.database import open_database
from firstright.storage.transactions import Database


@contextmanager
def workspace(database: str | None) -> Iterator[tuple[Database, str]]:
    """The database that is configured, and what to call it. Stop when it holds no workspace of this version."""
    chosen = settings.read(database=database or None)
    with closing(open_database(chosen.database, node=chosen.node)) as opened:
        with opened.read() as tx:
            if migrate.missing(tx):
                raise Stop(f"{chosen.place} is no workspace of this version: firstright doctor says more")
        yield opened, chosen.place
