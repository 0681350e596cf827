"""PostgreSQL: one writing connection and a few reading ones, with the session settings our promises rest on."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Literal, LiteralString

import psycopg
from psycopg import errors as pg
from psycopg.types.string import TextLoader

from firstright.errors import (
    BadValue,
    CommitUnknown,
    Conflict,
    DatabaseBusy,
    DatabaseUnavailable,
    SchemaMismatch,
    UnsafeDatabase,
)
from firstright.storage.migrate import pending, record
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx, Value

# libpq's defaults leave a cut-off client blocked and its row locks held.
SETTINGS = {
    "statement_timeout": "10s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "10s",
    "client_connection_check_interval": "5s",
    "timezone": "UTC",
    "jit": "off",
}
# The writer looks up rows by key, a few hundred at most. Left to itself the planner scans and hashes whole tables while
# they are small, and keeps that plan while they grow: a look-up of 90 keys went from 2 to 20 ms within 3,000 leads.
WRITER = {
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_material": "off",
}
# What pages ask is planned for the values and for the tables as they are: a plan that is kept while they grow is a wrong one.
READER = {"plan_cache_mode": "force_custom_plan"}
SOCKET: dict[str, Any] = {
    "connect_timeout": 2,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,  # ms
}
SAFE = ("fsync", "synchronous_commit", "full_page_writes")  # off: acknowledged rows can be lost
PATIENCE = 10.0  # seconds a writer waits for the one before it
OLDEST = 140000
_BEGIN = "BEGIN"
_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

Connection = psycopg.Connection[Row]


class PostgresTx:
    dialect: Literal["postgresql"] = "postgresql"

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self, statement: Statement, values: Sequence[Value] = ()) -> list[Row]:
        try:
            return self._connection.execute(statement.postgresql, values, prepare=True).fetchall()
        except _ERRORS as error:
            raise translated(error) from error

    def one(self, statement: Statement, values: Sequence[Value] = ()) -> Row | None:
        rows = self.all(statement, values)
        return rows[0] if rows else None

    def run(self, statement: Statement, values: Sequence[Value] = ()) -> int:
        try:
            return self._connection.execute(statement.postgresql, values, prepare=True).rowcount
        except _ERRORS as error:
            raise translated(error) from error

    def many(self, statement: Statement, rows: Iterable[Sequence[Value]]) -> int:
        try:
            cursor = self._connection.cursor()
            cursor.executemany(statement.postgresql, rows)
            return cursor.rowcount
        except _ERRORS as error:
            raise translated(error) from error

    @contextmanager
    def together(self) -> Iterator[None]:
        try:
            with self._connection.pipeline():
                yield
        except _ERRORS as error:
            raise translated(error) from error

    def script(self, text: str) -> None:
        """Several statements without values, for migrations."""
        try:
            self._connection.execute(text)
        except _ERRORS as error:
            raise translated(error) from error


class PostgresDatabase:
    dialect: Literal["postgresql"] = "postgresql"

    def __init__(self, url: str, node: str) -> None:
        self._url = url
        self._node = node
        self._turn = threading.Lock()
        self._writer: Connection | None = None
        self._idle: list[Connection] = []
        self._closed = False

    @contextmanager
    def write(self) -> Iterator[Tx]:
        with self._writing() as connection:
            yield PostgresTx(connection)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        connection = self._snapshot()
        try:
            yield PostgresTx(connection)
        finally:
            self._put_back(connection)

    def migrate(self) -> list[str]:
        applied = []
        with self._writing() as connection:
            tx = PostgresTx(connection)
            for migration in pending(tx):
                try:
                    tx.script(migration.text)
                except psycopg.ProgrammingError as error:
                    said = error.diag.message_primary or str(error)
                    raise SchemaMismatch(migration.name, f"something else is stored here: {said}") from error
                record(tx, migration)
                applied.append(migration.name)
        return applied

    def settings(self) -> dict[str, str]:
        names = (
            *SETTINGS,
            *SAFE,
            "server_version",
            "application_name",
            "tcp_keepalives_idle",
            "tcp_user_timeout",
        )
        with self.read() as tx:
            return {name: (tx.one(Statement(f"SHOW {name}")) or ("",))[0] for name in names}

    def close(self) -> None:
        self._closed = True
        while self._idle:
            self._idle.pop().close()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if not self._turn.acquire(timeout=PATIENCE):
            raise DatabaseBusy(f"the writer did not come free in {PATIENCE:.0f} s")
        try:
            connection = self._begun()
            try:
                yield connection
            except BaseException:
                self._roll_back(connection)
                raise
            self._commit(connection)
        finally:
            self._turn.release()

    def _begun(self) -> Connection:
        """A writer that may have died while idle is replaced once: it had promised nothing yet."""
        if self._writer is not None:
            try:
                _said(self._writer, _BEGIN)
                return self._writer
            except DatabaseUnavailable:
                self._drop(self._writer)
        self._writer = self._connected("writer")
        _said(self._writer, _BEGIN)
        return self._writer

    def _snapshot(self) -> Connection:
        """An idle reader in a new transaction; those that died are thrown away."""
        while self._idle:
            connection = self._idle.pop()
            try:
                _said(connection, _SNAPSHOT)
                return connection
            except DatabaseUnavailable:
                connection.close()
        connection = self._connected("reader")
        _said(connection, _SNAPSHOT)
        return connection

    def _put_back(self, connection: Connection) -> None:
        """A snapshot ends with COMMIT: after ROLLBACK the driver forgets every statement it has prepared, which cost each look
        at the database a round trip, and had what it asks parsed anew."""
        try:
            connection.execute("COMMIT")
        except psycopg.Error:
            connection.close()
            return
        if self._closed:
            connection.close()
        else:
            self._idle.append(connection)

    def _commit(self, connection: Connection) -> None:
        try:
            connection.execute("COMMIT")
        except psycopg.Error as error:
            in_doubt = connection.closed and not isinstance(error, _NOT_COMMITTED)
            self._roll_back(connection)
            raise (CommitUnknown(str(error)) if in_doubt else translated(error)) from error

    def _roll_back(self, connection: Connection) -> None:
        try:
            connection.execute("ROLLBACK")
        except psycopg.Error:
            self._drop(connection)

    def _drop(self, connection: Connection) -> None:
        with suppress(psycopg.Error):
            connection.close()
        self._writer = None

    def _connected(self, role: str) -> Connection:
        settings = SETTINGS | (WRITER if role == "writer" else READER)
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        given = psycopg.conninfo.conninfo_to_dict(self._url)
        options = " ".join(part for part in (str(given.get("options") or ""), options) if part)
        name = f"firstright {self._node}/{role}"
        try:
            connection = psycopg.connect(
                self._url, autocommit=True, application_name=name, options=options, **SOCKET
            )
        except psycopg.Error as error:
            raise DatabaseUnavailable(str(error)) from error
        connection.prepared_max = 400
        for kind in ("uuid", "json", "jsonb"):
            connection.adapters.register_loader(kind, TextLoader)
        try:
            _refuse_unsafe(connection)
        except UnsafeDatabase:
            connection.close()
            raise
        return connection


_ERRORS = (psycopg.Error, UnicodeEncodeError)
_BUSY = (pg.LockNotAvailable, pg.DeadlockDetected, pg.QueryCanceled, pg.SerializationFailure)
_NOT_COMMITTED = (pg.DiskFull, pg.IdleInTransactionSessionTimeout)


def translated(error: Exception) -> Exception:
    """The driver's error as one of ours; what is a mistake in our own SQL stays as it is."""
    detail = str(error)
    match error:
        case UnicodeEncodeError() | psycopg.DataError():
            return BadValue(detail)
        case psycopg.IntegrityError():
            return Conflict(error.diag.constraint_name or detail, detail)
        case psycopg.OperationalError() if isinstance(error, _BUSY):
            return DatabaseBusy(detail)
        case psycopg.OperationalError() | pg.ReadOnlySqlTransaction() | pg.IdleInTransactionSessionTimeout():
            return DatabaseUnavailable(detail)
    return error


def _said(connection: Connection, verb: LiteralString) -> None:
    try:
        connection.execute(verb)
    except psycopg.Error as error:
        raise translated(error) from error


def _refuse_unsafe(connection: Connection) -> None:
    if connection.info.server_version < OLDEST:
        raise UnsafeDatabase("server_version", str(connection.info.server_version))
    for name in SAFE:
        row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
        if row is None or row[0] == "off":
            raise UnsafeDatabase(name, "off")
