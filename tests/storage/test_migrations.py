"""The numbered migrations and the declared tables say the same, on both databases; a migration happens once or not at all."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

import postgres
from firstright.errors import SchemaMismatch
from firstright.storage import migrate
from firstright.storage.database import open_database
from firstright.storage.schema import metadata
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database, Tx

DIALECTS = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}
TABLES = sorted(metadata.tables)
ALL = ["0001_first", "0002_told", "0003_seen", "0004_fair", "0005_woken", "0006_known", "0007_mile"]


@pytest.fixture
def empty(database: Database, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without tables, of the same kind as `database`."""
    if database.dialect == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        server: postgres.Server = request.getfixturevalue("postgres_server")
        server.drop("firstright_empty")
        url = server.create("firstright_empty")
    with closing(open_database(url, node="ada")) as other:
        yield other


def test_the_migrated_tables_are_the_declared_ones(database: Database, empty: Database) -> None:
    with empty.write() as tx:
        for table in metadata.sorted_tables:
            tx.run(Statement(str(CreateTable(table).compile(dialect=DIALECTS[tx.dialect]))))
            for index in sorted(table.indexes, key=lambda i: str(i.name)):
                tx.run(Statement(str(CreateIndex(index).compile(dialect=DIALECTS[tx.dialect]))))
    with empty.read() as declared, database.read() as migrated:
        expected, found = described(declared), described(migrated)
    assert sorted(found) == TABLES
    assert found == expected


def test_migrating_twice_changes_nothing_and_says_so(empty: Database) -> None:
    assert empty.migrate() == ALL
    assert empty.migrate() == []


def test_a_migration_that_dies_half_way_leaves_nothing_and_is_done_the_next_time(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = next(migrate.known(empty.dialect))
    middle = first.text.index("CREATE TABLE lead (")
    broken = migrate.Migration(first.name, first.text[:middle] + "CREATE TABLE arrival (id TEXT);")
    monkeypatch.setattr(migrate, "known", lambda dialect: iter([broken]))
    with pytest.raises(Exception, match="already exists"):
        empty.migrate()
    monkeypatch.undo()
    with empty.read() as tx:
        assert described(tx) == {}
    assert empty.migrate() == ALL


def test_a_migration_that_was_edited_after_it_ran_is_refused(database: Database) -> None:
    with database.write() as tx:
        tx.run(Statement("UPDATE schema_migration SET hash = 'other' WHERE name = '0001_first'"))
    with pytest.raises(SchemaMismatch) as refusal:
        database.migrate()
    assert refusal.value.name == "0001_first"


def test_a_database_of_a_newer_program_is_refused(database: Database) -> None:
    with database.write() as tx:
        tx.run(Statement("UPDATE schema_migration SET name = '9999_later' WHERE name = '0001_first'"))
    with pytest.raises(SchemaMismatch, match="newer program"):
        database.migrate()


def described(tx: Tx) -> dict[str, list[tuple[object, ...]]]:
    """Per table: columns with type and nullability, constraints, indexes, as the database itself tells them."""
    return _sqlite(tx) if tx.dialect == "sqlite" else _postgresql(tx)


def _sqlite(tx: Tx) -> dict[str, list[tuple[object, ...]]]:
    found: dict[str, list[tuple[object, ...]]] = {}
    for name, text in tx.all(
        Statement("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name")
    ):
        rows = tx.all(
            Statement(f"SELECT name, type, \"notnull\", pk FROM pragma_table_info('{name}') ORDER BY cid")
        )
        # SQLite takes NOT NULL for granted in the key of a table without rowids, so ours say it and count it.
        rows += [
            ("option", *r) for r in tx.all(Statement(f"SELECT wr, strict FROM pragma_table_list('{name}')"))
        ]
        rows += sorted(("check", re.sub(r"\s+", " ", c)) for c in re.findall(r"CHECK \((.*)\)[,\n]", text))
        keys = f'SELECT "from", "table", "to" FROM pragma_foreign_key_list(\'{name}\')'
        rows += sorted(("foreign", *r) for r in tx.all(Statement(keys)))
        for index, unique, origin, partial in tx.all(
            Statement(
                f"SELECT name, \"unique\", origin, partial FROM pragma_index_list('{name}') ORDER BY name"
            )
        ):
            columns = tuple(c for (c,) in tx.all(Statement(f"SELECT name FROM pragma_index_info('{index}')")))
            where = tx.all(Statement("SELECT sql FROM sqlite_master WHERE name = ?"), (index,))
            condition = (where[0][0] or "").partition(" WHERE ")[2] if where else ""
            rows.append(("index", "" if origin != "c" else index, unique, partial, columns, condition))
        found[name] = sorted(rows, key=repr)
    return found


def _postgresql(tx: Tx) -> dict[str, list[tuple[object, ...]]]:
    found: dict[str, list[tuple[object, ...]]] = {}
    columns = """SELECT table_name, column_name, data_type, is_nullable, ordinal_position
                 FROM information_schema.columns WHERE table_schema = 'public'"""
    constraints = """SELECT r.relname, c.contype::text, CASE c.contype WHEN 'p' THEN '' ELSE c.conname END,
                            pg_get_constraintdef(c.oid)
                     FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
                     WHERE r.relnamespace = 'public'::regnamespace AND c.contype <> 'n'"""
    indexes = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    for query in (columns, constraints, indexes):
        for table, *rest in tx.all(Statement(query)):
            found.setdefault(table, []).append(tuple(rest))
    return {table: sorted(rows, key=repr) for table, rows in found.items()}
