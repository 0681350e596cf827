"""Opens the database a URL names. What it can do is `transactions.Database`; which rows there are is `schema`."""

from pathlib import Path

from firstright.errors import DatabaseUnavailable
from firstright.storage.postgres import PostgresDatabase
from firstright.storage.sqlite import SqliteDatabase
from firstright.storage.transactions import Database

_FILE = "sqlite:///"
_SERVER = ("postgresql://", "postgres://")


def open_database(url: str, *, node: str) -> Database:
    """A database for "sqlite:///relative.db", "sqlite:////absolute.db" or "postgresql://...". Connects when first used.

    `node` is this process's name, for the lock file and the server's activity view.
    """
    if url.startswith(_FILE) and len(url) > len(_FILE):
        return SqliteDatabase(Path(url.removeprefix(_FILE)), node)
    if url.startswith(_SERVER):
        return PostgresDatabase(url, node)
    raise DatabaseUnavailable("a database URL starts with sqlite:/// or postgresql://")
