"""How a database is opened, what it promises at start, and what its errors become."""

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from shutil import copyfile
from threading import Event, Thread

import psycopg
import pytest

from firstright.errors import (
    AlreadyServing,
    BadValue,
    CommitUnknown,
    Conflict,
    DatabaseBusy,
    DatabaseUnavailable,
    UnsafeDatabase,
)
from firstright.storage import decisions, turns
from firstright.storage import filelock as filelock_module
from firstright.storage.database import open_database
from firstright.storage.postgres import PostgresDatabase
from firstright.storage.sqlite import LEAST_MOVED, TIMES, SqliteDatabase, translated
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database
from storage.inbound import NOON, routed

LEADS = Statement("SELECT count(*) FROM lead")
NODE = Statement("SELECT node FROM turn")
RENAME = Statement("UPDATE turn SET node = ?")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> Iterator[str]:
    url = f"sqlite:///{tmp_path / 'one.db'}"
    with closing(open_database(url, node="first")) as database:
        database.migrate()
    yield url


def test_settings_are_read_back_from_the_running_database(database: Database) -> None:
    with database.write() as tx:
        turns.peek(tx)
    found = database.settings()
    if database.dialect == "sqlite":
        version = found.pop("sqlite_version")
        assert tuple(map(int, version.split("."))) >= (3, 37)
        assert found == {
            "journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "trusted_schema": "0",
            "secure_delete": "1", "busy_timeout": "5000", "temp_store": "2", "wal_autocheckpoint": "8000",
            "cache_size": "-16000",
        }  # fmt: skip
    else:
        assert {name: found[name] for name in found if name not in ("server_version", "tcp_user_timeout")} == {
            "statement_timeout": "10s", "lock_timeout": "3s", "idle_in_transaction_session_timeout": "10s",
            "client_connection_check_interval": "5s", "timezone": "UTC", "jit": "off", "fsync": "on",
            "synchronous_commit": "on", "full_page_writes": "on", "application_name": "firstright ada/reader",
            "tcp_keepalives_idle": "0",
        }  # fmt: skip  # a Unix socket has no keepalives


def test_what_is_written_is_there_after_reopening_and_what_failed_is_not(
    database: Database, database_url: str
) -> None:
    with database.write() as tx:
        decisions.write(tx, routed(1))
    with pytest.raises(RuntimeError, match="stop"), database.write() as tx:
        decisions.write(tx, routed(2))
        raise RuntimeError("stop")
    database.close()
    with closing(open_database(database_url, node="b")) as again, again.read() as tx:
        assert tx.one(LEADS) == (1,)


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"readonly|read-only"), database.read() as tx:
        tx.run(RENAME, ("me",))


def test_a_reader_sees_one_snapshot_while_others_write(database: Database) -> None:
    with database.read() as tx:
        assert tx.one(LEADS) == (0,)
        with database.write() as writing:
            decisions.write(writing, routed(1))
        assert tx.one(LEADS) == (0,)
    with database.read() as tx:
        assert tx.one(LEADS) == (1,)


def test_writers_stand_in_line(database: Database) -> None:
    entered, order = Event(), []

    def second() -> None:
        entered.set()
        with database.write() as tx:
            order.append(tx.one(NODE))

    with database.write() as tx:
        thread = Thread(target=second)
        thread.start()
        entered.wait()
        tx.run(RENAME, ("first",))
        order.append("first wrote")
    thread.join()
    assert order == ["first wrote", ("first",)]


def test_a_broken_constraint_is_a_conflict_that_names_it(database: Database) -> None:
    with pytest.raises(Conflict) as refusal, database.write() as tx:
        tx.run(Statement("UPDATE turn SET id = 2"))
    assert refusal.value.constraint == "one_row"


def test_a_value_of_the_wrong_type_is_a_bad_value(database: Database) -> None:
    with pytest.raises(BadValue), database.write() as tx:
        tx.run(Statement("UPDATE turn SET n = ?"), ("many",))


def test_a_mistake_in_our_own_sql_is_nobody_elses_error(database: Database) -> None:
    with pytest.raises((sqlite3.Error, psycopg.Error)), database.write() as tx:
        tx.run(Statement("UPDATE nowhere SET x = 1"))
    with database.write() as tx:
        assert tx.one(LEADS) == (0,)


def test_urls_of_neither_kind_are_refused() -> None:
    for url in ("mysql://localhost/x", "sqlite:///", "postgres", ""):
        with pytest.raises(DatabaseUnavailable):
            open_database(url, node="ada")


def test_a_second_server_on_the_same_file_is_told_who_has_it(sqlite_url: str) -> None:
    with (
        closing(open_database(sqlite_url, node="first")) as first,
        closing(open_database(sqlite_url, node="b")) as second,
    ):
        with first.write() as tx:
            tx.run(RENAME, ("first",))
        with pytest.raises(AlreadyServing) as refusal, second.write():
            pass
        assert refusal.value.holder == f"first (process {os.getpid()})"
        with second.read() as tx:
            assert tx.one(NODE) == ("first",)
        first.close()
        with second.write() as tx:
            assert tx.one(NODE) == ("first",)


def test_the_lock_is_real_for_other_programs_too(sqlite_url: str) -> None:
    path = sqlite_url.removeprefix("sqlite:///") + ".lock"
    with open(path) as held, closing(open_database(sqlite_url, node="b")) as database:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(AlreadyServing), database.write():
            pass


def test_a_file_that_is_not_there_is_created_for_the_owner_only_and_never_by_a_reader(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    with closing(open_database(f"sqlite:///{path}", node="ada")) as database:
        with pytest.raises(DatabaseUnavailable), database.read():
            pass
        assert not path.exists()
        database.migrate()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_network_file_system_is_refused(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/sda / ext4 rw 0 0\nbox:/export {tmp_path} nfs4 rw 0 0\n")
    monkeypatch.setattr(filelock_module, "_MOUNTS", mounts)
    database = open_database(sqlite_url, node="ada")
    with pytest.raises(UnsafeDatabase) as refusal, database.read():
        pass
    assert (refusal.value.setting, refusal.value.value) == ("file system", "nfs4")


def test_a_full_disk_is_unavailable_and_the_next_write_works(sqlite_url: str) -> None:
    with closing(SqliteDatabase(Path(sqlite_url.removeprefix("sqlite:///")), "ada")) as database:
        with database.write() as tx:
            pages = tx.all(Statement("PRAGMA page_count"))[0][0]
            tx.all(Statement(f"PRAGMA max_page_count = {pages}"))
        with pytest.raises(DatabaseUnavailable, match="full"), database.write() as tx:
            decisions.write(tx, routed(*range(1, 200)))
        with database.write() as tx:
            tx.all(Statement("PRAGMA max_page_count = 1000000"))
            decisions.write(tx, routed(1))
            assert tx.one(LEADS) == (1,)


def test_a_file_locked_by_a_foreign_tool_is_busy() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE t (x)")
        with pytest.raises(sqlite3.OperationalError) as error:
            connection.execute("SELECT * FROM nowhere")
    error.value.sqlite_errorname = "SQLITE_BUSY_SNAPSHOT"
    assert isinstance(translated(error.value), DatabaseBusy)


def test_a_postgresql_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    with closing(open_database(f"postgresql://nobody@/none?host={tmp_path}", node="ada")) as database:
        with pytest.raises(DatabaseUnavailable), database.write():
            pass
        with pytest.raises(DatabaseUnavailable), database.read():
            pass


@pytest.fixture
def server_database(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Database]]:
    """Opens one fresh PostgreSQL database as often as asked, with options of the caller's."""
    server = request.getfixturevalue("postgres_server")
    url = server.create(f"firstright_connections_{os.getpid()}", request.getfixturevalue("postgres_template"))
    opened: list[Database] = []

    def another(options: str = "") -> Database:
        opened.append(open_database(url + options, node="ada"))
        return opened[-1]

    yield another
    for database in opened:
        database.close()
    server.drop(f"firstright_connections_{os.getpid()}")


def kill_others(database: Database) -> None:
    with database.read() as tx:
        tx.all(
            Statement(
                """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE pid <> pg_backend_pid() AND datname = current_database()"""
            )
        )


def test_connections_that_die_while_idle_are_replaced(server_database: Callable[..., Database]) -> None:
    first, second = server_database(), server_database()
    with first.write() as tx, first.read():
        tx.run(RENAME, ("before",))
    kill_others(second)
    with first.read() as tx:
        assert tx.one(NODE) == ("before",)
    with first.write() as tx:
        tx.run(RENAME, ("after",))
    with first.read() as tx:
        assert tx.one(NODE) == ("after",)


def test_a_connection_that_dies_inside_a_transaction_is_unavailable_and_then_replaced(
    server_database: Callable[..., Database],
) -> None:
    first, second = server_database(), server_database()
    with pytest.raises(DatabaseUnavailable), first.write() as tx:
        tx.run(RENAME, ("lost",))
        kill_others(second)
        tx.one(NODE)
    with first.write() as tx:
        assert tx.one(NODE) == ("",)


def test_a_connection_that_dies_before_commit_is_answered_leaves_the_commit_unknown(
    server_database: Callable[..., Database],
) -> None:
    first, second = server_database(), server_database()
    with pytest.raises(CommitUnknown), first.write() as tx:
        tx.run(RENAME, ("perhaps",))
        kill_others(second)
    with first.write() as tx:
        assert tx.one(NODE) == ("",)


def test_a_server_that_may_lose_commits_is_refused(server_database: Callable[..., Database]) -> None:
    careless = server_database("&options=-c%20synchronous_commit%3Doff")
    with pytest.raises(UnsafeDatabase) as refusal, careless.write():
        pass
    assert (refusal.value.setting, refusal.value.value) == ("synchronous_commit", "off")


def test_a_lock_held_too_long_is_busy(server_database: Callable[..., Database]) -> None:
    first, second = server_database(), server_database()
    assert isinstance(second, PostgresDatabase)
    with first.write() as tx:
        turns.take(tx, "a", NOON)
        with pytest.raises(DatabaseBusy), second.write() as waiting:
            waiting.run(Statement("SET LOCAL lock_timeout = '50ms'"))
            turns.take(waiting, "b", NOON)
    with second.write() as tx:
        assert turns.take(tx, "b", NOON).n == 2


NOTE = Statement("INSERT INTO note (text) VALUES (?)")


def noted(path: Path, *, commits: int, rows: int) -> int:
    """How many rows of these commits are in the file itself: in a copy that leaves the log beside it out."""
    alone = path.with_name("alone.db")
    with closing(SqliteDatabase(path, "node")) as database:
        with database.write() as tx:
            tx.run(Statement("CREATE TABLE note (text TEXT)"))
            tx.many(NOTE, [("first",)] * LEAST_MOVED)  # a large one first
        with database.write() as tx:
            tx.run(NOTE, ("small",))  # moves it
        for _ in range(commits):
            with database.write() as tx:
                tx.many(NOTE, [("x" * 100,)] * rows)
        copyfile(path, alone)
    with closing(sqlite3.connect(alone)) as connection:
        return int(connection.execute("SELECT count(*) FROM note WHERE text LIKE 'x%'").fetchone()[0])


def test_what_small_commits_change_is_moved_into_the_file_and_what_large_ones_change_waits(
    tmp_path: Path,
) -> None:
    small = LEAST_MOVED // 10
    assert noted(tmp_path / "less.db", commits=9, rows=small) == 0
    assert noted(tmp_path / "enough.db", commits=10, rows=small) == 10 * small
    assert noted(tmp_path / "large.db", commits=TIMES - 1, rows=LEAST_MOVED) == 0
    assert noted(tmp_path / "several.db", commits=TIMES, rows=LEAST_MOVED) == TIMES * LEAST_MOVED
