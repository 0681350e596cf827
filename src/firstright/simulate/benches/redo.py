"""The other side of the benches of missed deadlines: exactly the rows a drain changed and added, found by comparing the
database after it with the one before, put into another copy of the one before by the bare driver, many leads a transaction.
It decides nothing and looks nothing up; only what it writes is timed.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from heapq import merge
from itertools import groupby
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple, TypeAlias

import psycopg
from sqlalchemy import Table

from firstright.simulate.benches.measure import Disagreement
from firstright.simulate.benches.replay import LEAD_OF, StoredRow
from firstright.storage.schema import metadata
from firstright.storage.sqlite import PRAGMAS

TOGETHER = 500  # leads in a transaction
_TABLES: dict[str, Table] = dict(metadata.tables)

Ask: TypeAlias = Callable[
    [str], list[Any]
]  # SQL over both: tables as they are, tables as they were in schema "was"


class Change(NamedTuple):
    """Rows of one table: new ones, or, where columns are named, known ones of which these are different now."""

    batch: int  # -1: rows that are of no single lead
    table: str
    columns: tuple[str, ...]
    rows: list[StoredRow]


class Sides(NamedTuple):
    """A database after the drain with the one before beside it."""

    ask: Ask
    stream: Callable[[str, str], Iterator[StoredRow]]  # (name, SQL)
    row: str  # what stands for a whole row of the table `fresh`
    leads: int


@contextmanager
def sqlite_sides(before: Path, after: Path) -> Iterator[Sides]:
    with closing(sqlite3.connect(after, isolation_level=None)) as connection:
        connection.execute("ATTACH ? AS was", (str(before),))
        yield _sides(
            lambda query: connection.execute(query).fetchall(),
            lambda _, query: connection.execute(query),
            "fresh.*",
        )


@contextmanager
def postgres_sides(before: str, after: str) -> Iterator[Sides]:
    """What was is copied beside what is, because PostgreSQL compares nothing across databases."""
    with psycopg.connect(before) as old, psycopg.connect(after) as new:
        new.execute("DROP SCHEMA IF EXISTS was CASCADE")
        new.execute("CREATE SCHEMA was")
        for name in _TABLES:
            new.execute(f'CREATE TABLE was."{name}" (LIKE public."{name}")')
            out = old.cursor().copy(f'COPY "{name}" TO STDOUT (FORMAT binary)')
            into = new.cursor().copy(f'COPY was."{name}" FROM STDIN (FORMAT binary)')
            with out as reading, into as writing:
                for block in reading:
                    writing.write(block)
        new.execute("ANALYZE")

        def stream(name: str, query: str) -> Iterator[StoredRow]:
            with new.cursor(name) as cursor:
                cursor.itersize = 1_000
                yield from cursor.execute(query)

        yield _sides(lambda query: _fetched(new, query), stream, "row_to_json(fresh)::text")


def _fetched(connection: "psycopg.Connection[StoredRow]", query: str) -> list[StoredRow]:
    cursor = connection.execute(query)
    return cursor.fetchall() if cursor.description else []


def _sides(ask: Ask, stream: Callable[[str, str], Iterator[StoredRow]], row: str) -> Sides:
    """Leads are dealt into batches in the order in which the drain decided about them."""
    ask("CREATE TEMP TABLE place (lead TEXT PRIMARY KEY, batch BIGINT)")
    ask(
        f"""INSERT INTO place SELECT lead, (row_number() OVER (ORDER BY turn, seq) - 1) / {TOGETHER} FROM (
              SELECT CAST(lead_id AS TEXT) AS lead, min(turn) AS turn, min(seq) AS seq FROM decision
              WHERE cause = 'sla-missed' GROUP BY lead_id) AS missed"""
    )
    return Sides(ask, stream, row, ask("SELECT count(*) FROM place")[0][0])


def gone(sides: Sides) -> dict[str, int]:
    """How many rows of which tables are no longer there: a drain takes nothing away."""
    found = {
        name: sides.ask(
            f'SELECT count(*) FROM was."{name}" AS w WHERE NOT EXISTS (SELECT 1 FROM "{name}" AS fresh WHERE {_keys(table)})'
        )
        for name, table in _TABLES.items()
    }
    return {name: rows[0][0] for name, rows in found.items() if rows[0][0]}


def _keys(table: Table) -> str:
    return " AND ".join(f'fresh."{key}" = w."{key}"' for key in _key(table))


def changes(sides: Sides) -> Iterator[Change]:
    """Batch by batch; in each, table by table, changed rows before new ones."""
    return merge(*[_of_table(sides, table) for table in _TABLES.values()], key=lambda change: change.batch)


def _of_table(sides: Sides, table: Table) -> Iterator[Change]:
    rows = sides.stream(f"rows_of_{table.name}", _query(table, sides.row))
    for (batch, changed), group in groupby(rows, key=lambda row: (row[0], row[1])):
        yield Change(batch, table.name, tuple(changed.split(",")[:-1]), [row[3:] for row in group])


def _query(table: Table, row: str) -> str:
    """Rows that changed, then rows that are new, of each batch; the changed columns, each with a comma behind it."""
    changed = " || ".join(
        f"CASE WHEN fresh.\"{c}\" IS DISTINCT FROM w.\"{c}\" THEN '{c},' ELSE '' END" for c in _names(table)
    )
    named, joins = _lead(table)
    place = f"{joins} LEFT JOIN place AS p ON p.lead = {named}"
    first = f'fresh."{_key(table)[0]}"'
    return f"""SELECT * FROM (
      SELECT coalesce(p.batch, -1) AS batch, {changed} AS changed, CAST({first} AS TEXT) AS first, {row}
      FROM "{table.name}" AS fresh JOIN was."{table.name}" AS w ON {_keys(table)} {place}) AS c WHERE changed <> ''
    UNION ALL
      SELECT coalesce(p.batch, -1), '', CAST({first} AS TEXT), {row} FROM "{table.name}" AS fresh {place}
      WHERE NOT EXISTS (SELECT 1 FROM was."{table.name}" AS w WHERE {_keys(table)})
    ORDER BY 1, 2 DESC, 3"""


def _lead(table: Table) -> tuple[str, str]:
    """(what names the lead of a row, the join it needs)."""
    column = LEAD_OF.get(table.name)
    if column is None:
        return "NULL", ""
    if table.name == "ledger":
        return "CAST(d.lead_id AS TEXT)", "LEFT JOIN decision AS d ON d.id = fresh.decision_id"
    return f'CAST(fresh."{column}" AS TEXT)', ""


def counted(sides: Sides) -> Counter[str]:
    """How many rows were changed and added, by table."""
    found: Counter[str] = Counter()
    for change in changes(sides):
        found[change.table] += len(change.rows)
    return found


def sqlite_seconds(sides: Sides, target: Path) -> tuple[int, float]:
    """(leads, seconds): WAL and synchronous=FULL, as the product has it."""
    with closing(sqlite3.connect(target, isolation_level=None)) as connection:
        for name, value, _ in PRAGMAS:
            connection.execute(f"PRAGMA {name} = {value}")

        def write(work: list[Change]) -> None:
            connection.execute("BEGIN IMMEDIATE")
            for change in work:
                connection.executemany(_sqlite_statement(change), change.rows)
            connection.execute("COMMIT")

        return sides.leads, _timed(write, sides, _sqlite_values)


def _sqlite_statement(change: Change) -> str:
    table = _TABLES[change.table]
    if change.columns:
        return (
            f'UPDATE "{change.table}" SET {_assigned(change.columns)} WHERE {_assigned(_key(table), " AND ")}'
        )
    names = _names(table)
    return (
        f'INSERT INTO "{change.table}" ({", ".join(_quoted(names))}) VALUES ({", ".join("?" * len(names))})'
    )


def _assigned(names: Iterable[str], by: str = ", ") -> str:
    return by.join(f"{name} = ?" for name in _quoted(names))


def _quoted(names: Iterable[str]) -> list[str]:
    return [f'"{name}"' for name in names]


def _names(table: Table) -> list[str]:
    return list(table.columns.keys())


def _key(table: Table) -> tuple[str, ...]:
    return tuple(table.primary_key.columns.keys())


def _sqlite_values(change: Change) -> list[StoredRow]:
    """Of a changed row only what is different now, and what names it."""
    if not change.columns:
        return change.rows
    table = _TABLES[change.table]
    names = _names(table)
    places = [names.index(name) for name in (*change.columns, *_key(table))]
    return [tuple(row[place] for place in places) for row in change.rows]


def postgres_seconds(sides: Sides, target: str) -> tuple[int, float]:
    """(leads, seconds): a statement for the rows of each table, all of a transaction in one pipeline. Rows travel as one JSON
    value, which is faster than binding them one by one."""
    with psycopg.connect(target, autocommit=True) as connection:
        connection.prepare_threshold = 0
        connection.execute("SET timezone = 'UTC'")

        def write(work: list[Change]) -> None:
            with connection.pipeline(), connection.transaction():
                for change in work:
                    connection.execute(_postgres_statement(change), change.rows)

        return sides.leads, _timed(write, sides, _postgres_values)


def _postgres_statement(change: Change) -> str:
    name, table = f'"{change.table}"', _TABLES[change.table]
    given = f"json_populate_recordset(NULL::{name}, %s::json) AS r"
    if not change.columns:
        return f"INSERT INTO {name} SELECT * FROM {given}"
    sets = ", ".join(f"{c} = r.{c}" for c in _quoted(change.columns))
    same = " AND ".join(f"{name}.{c} = r.{c}" for c in _quoted(_key(table)))
    return f"UPDATE {name} SET {sets} FROM {given} WHERE {same}"


def _postgres_values(change: Change) -> list[str]:
    if not change.columns:
        return [f"[{','.join(row[0] for row in change.rows)}]"]
    names = (*change.columns, *_key(_TABLES[change.table]))
    rows = [json.loads(row[0]) for row in change.rows]
    return [json.dumps([{name: row[name] for name in names} for row in rows])]


def _timed(
    write: Callable[[list[Change]], None], sides: Sides, values: Callable[[Change], Sequence[Any]]
) -> float:
    """Seconds of writing alone: rows are read and prepared in between."""
    if missing := gone(sides):
        raise Disagreement(f"rows are no longer there: {missing}")
    seconds = 0.0
    for _, group in groupby(changes(sides), key=lambda change: change.batch):
        work = [change._replace(rows=list(values(change))) for change in group]
        began = perf_counter()
        write(work)
        seconds += perf_counter() - began
    return seconds
