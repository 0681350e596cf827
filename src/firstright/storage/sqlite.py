"""SQLite: one writing connection that owns the file, readers that can only read. It decides nothing and keeps no rows."""

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from firstright.errors import (
    BadValue,
    CommitUnknown,
    Conflict,
    DatabaseBusy,
    DatabaseError,
    DatabaseUnavailable,
    SchemaMismatch,
    UnsafeDatabase,
)
from firstright.storage.filelock import FileLock, network_file_system
from firstright.storage.migrate import pending, record
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx, Value

# Name, value we set, value read back. FULL: with NORMAL a power cut loses rows that were acknowledged.
PRAGMAS = (
    ("journal_mode", "wal", "wal"),
    ("synchronous", "FULL", "2"),
    ("foreign_keys", "ON", "1"),
    ("trusted_schema", "OFF", "0"),
    ("secure_delete", "ON", "1"),
    ("busy_timeout", "5000", "5000"),
    ("temp_store", "MEMORY", "2"),
    ("wal_autocheckpoint", "8000", "8000"),  # pages of 4 KiB: the log is full
    (
        "cache_size",
        "-16000",
        "-16000",
    ),  # KiB; of 2,000 a batch of some hundred leads spills, and writes pages twice
)
# Rows changed, one to three pages each, after which a commit also moves them from the log into the file. Most of the 10 to
# 20 ms it takes is one fsync, however many they are; more than these fill the log where each lead is a commit. Large
# commits share most of their pages and nobody waits beside them: they leave it until the log is full.
LEAST_MOVED, TIMES = 2_500, 4
OLDEST = (3, 39)  # STRICT tables, `->>`, FULL JOIN
PATIENCE = 10.0  # seconds a writer waits for the one before it
MAKES_IT = "firstright serve or demo makes it"
_STATEMENTS = 400  # compiled statements kept per connection


class SqliteTx:
    dialect: Literal["sqlite"] = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._cursor = connection.cursor()

    def all(self, statement: Statement, values: Sequence[Value] = ()) -> list[Row]:
        try:
            return self._cursor.execute(statement.sqlite, values).fetchall()
        except _ERRORS as error:
            raise translated(error) from error

    def one(self, statement: Statement, values: Sequence[Value] = ()) -> Row | None:
        rows = self.all(statement, values)
        return rows[0] if rows else None

    def run(self, statement: Statement, values: Sequence[Value] = ()) -> int:
        try:
            return self._cursor.execute(statement.sqlite, values).rowcount
        except _ERRORS as error:
            raise translated(error) from error

    def many(self, statement: Statement, rows: Iterable[Sequence[Value]]) -> int:
        try:
            return self._cursor.executemany(statement.sqlite, rows).rowcount
        except _ERRORS as error:
            raise translated(error) from error

    def together(self) -> AbstractContextManager[None]:
        return nullcontext()


class SqliteDatabase:
    """A file. The first write or migration takes its lock and keeps it until close: one server per file."""

    dialect: Literal["sqlite"] = "sqlite"

    def __init__(self, path: Path, node: str) -> None:
        self._path = path
        self._lock = FileLock(path.with_name(path.name + ".lock"), node)
        self._turn = threading.Lock()
        self._writer: sqlite3.Connection | None = None
        self._unmoved = 0  # rows changed since pages were moved last
        self._idle: list[sqlite3.Connection] = []
        self._closed = False

    @contextmanager
    def write(self) -> Iterator[Tx]:
        if not self._turn.acquire(timeout=PATIENCE):
            raise DatabaseBusy(f"the writer did not come free in {PATIENCE:.0f} s")
        try:
            connection = self._writing()
            changed = connection.total_changes
            _begin(connection, "BEGIN IMMEDIATE")
            try:
                yield SqliteTx(connection)
            except BaseException:
                self._roll_back(connection)
                raise
            self._commit(connection)
            self._move(connection, connection.total_changes - changed)
        finally:
            self._turn.release()

    @contextmanager
    def read(self) -> Iterator[Tx]:
        connection = self._idle.pop() if self._idle else self._reading()
        try:
            _begin(connection, "BEGIN")
            yield SqliteTx(connection)
        finally:
            self._put_back(connection)

    def migrate(self) -> list[str]:
        applied = []
        with self.write() as tx:
            for migration in pending(tx):
                for statement in _statements(migration.text):
                    try:
                        tx.run(Statement(statement))
                    except sqlite3.OperationalError as error:
                        raise SchemaMismatch(
                            migration.name, f"something else is stored here: {error}"
                        ) from error
                record(tx, migration)
                applied.append(migration.name)
        return applied

    def settings(self) -> dict[str, str]:
        """Of the writing connection if there is one, else of a reader."""
        with self.read() as tx:
            found = {name: str((tx.one(Statement(f"PRAGMA {name}")) or ("",))[0]) for name, _, _ in PRAGMAS}
        if self._writer is not None:
            found |= {name: _pragma(self._writer, name) for name, _, _ in PRAGMAS}
        return {"sqlite_version": sqlite3.sqlite_version, **found}

    def close(self) -> None:
        self._closed = True
        while self._idle:
            self._idle.pop().close()
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        self._lock.release()

    def _writing(self) -> sqlite3.Connection:
        if self._writer is None:
            self._lock.take()
            self._writer = self._opened("rwc")
        return self._writer

    def _reading(self) -> sqlite3.Connection:
        connection = self._opened("rw")
        connection.execute("PRAGMA query_only = ON")
        return connection

    def _put_back(self, connection: sqlite3.Connection) -> None:
        try:
            connection.execute("ROLLBACK")
        except sqlite3.Error:
            connection.close()
            return
        if self._closed:
            connection.close()
        else:
            self._idle.append(connection)

    def _opened(self, mode: str) -> sqlite3.Connection:
        if sqlite3.sqlite_version_info < OLDEST:
            raise UnsafeDatabase("sqlite_version", sqlite3.sqlite_version)
        if system := network_file_system(self._path):
            raise UnsafeDatabase("file system", system)
        if mode == "rwc":
            _create(self._path)
        uri = f"file:{quote(str(self._path))}?mode={mode}"
        try:
            connection = sqlite3.connect(
                uri, uri=True, isolation_level=None, check_same_thread=False, cached_statements=_STATEMENTS
            )
            for name, value, wanted in PRAGMAS:
                connection.execute(f"PRAGMA {name} = {value}")
                if (found := _pragma(connection, name)) != wanted:
                    connection.close()
                    raise UnsafeDatabase(name, found)
        except sqlite3.Error as error:
            if not self._path.exists():
                raise DatabaseUnavailable(f"{self._path} is not there: {MAKES_IT}") from error
            raise DatabaseUnavailable(f"{self._path}: {error}") from error
        return connection

    def _commit(self, connection: sqlite3.Connection) -> None:
        try:
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            in_doubt = _name(error).startswith("SQLITE_IOERR")
            self._roll_back(connection)
            raise (CommitUnknown(str(error)) if in_doubt else translated(error)) from error

    def _move(self, connection: sqlite3.Connection, rows: int) -> None:
        """On the connection that writes, and nowhere else: SQLite before 3.51.3 can lose pages when two do it.

        What fails is tried again later: it is committed, and stays in the log until then.
        """
        self._unmoved += rows
        if self._unmoved >= max(LEAST_MOVED, TIMES * rows):
            self._unmoved = 0
            with suppress(sqlite3.Error):
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def _roll_back(self, connection: sqlite3.Connection) -> None:
        """A connection that cannot even roll back is dropped; the next write opens another."""
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:
            with suppress(sqlite3.Error):
                connection.close()
            self._writer = None


_ERRORS = (sqlite3.Error, UnicodeEncodeError, OverflowError)
_WRONG_TYPE = 3091  # SQLITE_CONSTRAINT_DATATYPE, which Python 3.11 has no name for
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_INTERRUPT")
_GONE = (
    "SQLITE_FULL",
    "SQLITE_READONLY",
    "SQLITE_IOERR",
    "SQLITE_CANTOPEN",
    "SQLITE_CORRUPT",
    "SQLITE_NOTADB",
)


def translated(error: Exception) -> Exception:
    """The driver's error as one of ours; what is a mistake in our own SQL stays as it is."""
    name, detail = _name(error), str(error)
    wrong_type = getattr(error, "sqlite_errorcode", 0) == _WRONG_TYPE
    if wrong_type or isinstance(error, UnicodeEncodeError | OverflowError | sqlite3.DataError):
        return BadValue(detail)
    if isinstance(error, sqlite3.IntegrityError):
        return Conflict(detail.partition("failed: ")[2] or detail, detail)
    kinds: tuple[tuple[tuple[str, ...], type[DatabaseError]], ...] = (
        (_BUSY, DatabaseBusy),
        (_GONE, DatabaseUnavailable),
    )
    return next((kind(detail) for names, kind in kinds if name.startswith(names)), error)


def _name(error: Exception) -> str:
    return str(getattr(error, "sqlite_errorname", ""))


def _begin(connection: sqlite3.Connection, verb: str) -> None:
    try:
        connection.execute(verb)
    except sqlite3.Error as error:
        raise translated(error) from error


def _pragma(connection: sqlite3.Connection, name: str) -> str:
    return str(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _create(path: Path) -> None:
    """An empty file for the owner only, its name safe on disk: SQLite does not fsync the folder of a new database."""
    if path.exists():
        return
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        folder = os.open(path.parent, os.O_RDONLY)
    except OSError as error:
        raise DatabaseUnavailable(f"{path}: {error.strerror}") from error
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _statements(text: str) -> Iterator[str]:
    """A file's statements one by one: `executescript` would commit the transaction it is part of."""
    lines: list[str] = []
    for line in text.splitlines():
        lines.append(line)
        if sqlite3.complete_statement("\n".join(lines)):
            yield "\n".join(lines)
            lines = []
