"""Published texts, for ever: how a policy or a roster version is added, found and read. It does not read the text."""

from datetime import datetime
from typing import NamedTuple

from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx

LAST = 2**31 - 1  # no version has a number so high


class Version(NamedTuple):
    """A published version, without its text."""

    version: int
    hash: str
    published_at: datetime
    published_by: str
    reason: str


class Versions:
    """The versions in one table, and the pointer to the current one on the turn."""

    def __init__(self, table: str, pointer: str, extra: str = "", values: str = "") -> None:
        columns = "version, hash, published_at, published_by, reason"
        self._add = Statement(
            f"INSERT INTO {table} (version, hash, text, published_at, published_by, reason{extra})"
            f" VALUES (?, ?, ?, ?, ?, ?{values})"
        )
        self._last = Statement(f"SELECT coalesce(max(version), 0) FROM {table}")
        self._point = Statement(f"UPDATE turn SET {pointer} = ? WHERE id = 1")
        self._current = Statement(
            f"SELECT {columns} FROM {table} WHERE version = (SELECT {pointer} FROM turn)"
        )
        self._text = Statement(f"SELECT text FROM {table} WHERE version = ?")
        self._one = Statement(f"SELECT {columns} FROM {table} WHERE version = ?")
        self._all = Statement(
            f"SELECT {columns} FROM {table} WHERE version < ? ORDER BY version DESC LIMIT ?"
        )

    def publish(self, tx: Tx, text: str, digest: str, now: datetime, by: str, reason: str) -> int:
        """The number of the new version, which is current when the transaction commits."""
        version: int = tx.all(self._last)[0][0] + 1
        tx.run(self._add, (version, digest, text, instants.text(now), by, reason))
        tx.run(self._point, (version,))
        return version

    def current(self, tx: Tx) -> Version | None:
        row = tx.one(self._current)
        return None if row is None else _version(row)

    def load(self, tx: Tx, version: int) -> str:
        """The text as published. LookupError when there is no such version."""
        row = tx.one(self._text, (version,))
        if row is None:
            raise LookupError(f"version {version} was never published")
        return str(row[0])

    def one(self, tx: Tx, version: int) -> Version | None:
        row = tx.one(self._one, (version,))
        return None if row is None else _version(row)

    def history(self, tx: Tx, limit: int = 100, before: int = LAST) -> list[Version]:
        """Newest first, from behind `before`."""
        return [_version(row) for row in tx.all(self._all, (before, limit))]


def _version(row: tuple[int, str, object, str, str]) -> Version:
    return Version(row[0], row[1], instants.read(row[2]), row[3], row[4])
