"""The other side of the intake benches: the rows a run left, put into a fresh database by the bare driver, one transaction
a lead, one connection. It parses nothing, decides nothing and looks nothing up.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Any, TypeAlias, cast

import psycopg
from psycopg import sql

from firstright.storage.database import open_database
from firstright.storage.sqlite import PRAGMAS

# Which column of a table leads to the lead. Other tables hold what is not of one lead.
LEAD_OF = {
    "arrival": "lead_id",
    "lead": "id",
    "match_key": "id",
    "decision": "lead_id",
    "ledger": "decision_id",
    "assignment": "lead_id",
    "clock": "lead_id",
    "job": "lead_id",
    "task": "lead_id",
    "delivery": "lead_id",
    "review_item": "lead_id",
    "engagement": "lead_id",
    "audit": "subject_id",
}
SHARED = ("eligible_set", "standing")  # written first, in one transaction that is not timed

StoredRow: TypeAlias = tuple[Any, ...]  # whatever its columns hold: it goes back as it came
Leads: TypeAlias = dict[str, dict[str, list[StoredRow]]]  # by lead, by table


def sqlite_seconds(left: Path, fresh: Path, most: float) -> tuple[int, float]:
    """How many leads of `left` were written into `fresh` within `most` seconds, and in how many exactly."""
    with closing(open_database(f"sqlite:///{fresh}", node="replay")) as database:
        database.migrate()
    with closing(sqlite3.connect(left)) as old, closing(sqlite3.connect(fresh, isolation_level=None)) as new:
        for name, value, _ in PRAGMAS:
            new.execute(f"PRAGMA {name} = {value}")
        inserts = {table: _insert(old, table) for table in (*SHARED, *LEAD_OF)}
        leads = _by_lead(
            {t: old.execute(f"SELECT * FROM {t}").fetchall() for t in LEAD_OF},
            {t: _columns(old, t) for t in LEAD_OF},
        )
        for table in SHARED:
            new.executemany(inserts[table], old.execute(f"SELECT * FROM {table}").fetchall())
        return _timed(lambda work: _sqlite_lead(new, inserts, work), leads, most)


def _sqlite_lead(
    connection: sqlite3.Connection, inserts: dict[str, str], work: dict[str, list[StoredRow]]
) -> None:
    connection.execute("BEGIN IMMEDIATE")
    for table, rows in work.items():
        if len(rows) == 1:
            connection.execute(inserts[table], rows[0])
        else:
            connection.executemany(inserts[table], rows)
    connection.execute("COMMIT")


def _columns(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    return tuple(str(row[1]) for row in connection.execute(f"PRAGMA table_info({table})"))


def _insert(connection: sqlite3.Connection, table: str) -> str:
    names = _columns(connection, table)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"


def postgres_seconds(left: str, fresh: str, most: float) -> tuple[int, float]:
    """The same between two databases of one server: one statement, one round trip, one commit a lead."""
    with closing(open_database(fresh, node="replay")) as database:
        database.migrate()
    with psycopg.connect(left) as old, psycopg.connect(fresh, autocommit=True) as new:
        new.prepare_threshold = 0
        new.execute("SET plan_cache_mode = force_generic_plan")
        new.execute("SET timezone = 'UTC'")
        leads = _by_lead(
            {t: list(_json_rows(old, t)) for t in LEAD_OF}, dict.fromkeys(LEAD_OF, ("lead", "row"))
        )
        for table in SHARED:
            rows = [row for _, row in _json_rows(old, table)]
            new.execute(_populate([table]), (_array(rows),))
        statements = {tables: _populate(tables) for tables in {tuple(work) for work in leads.values()}}
        return _timed(lambda work: _postgres_lead(new, statements, work), leads, most)


def _postgres_lead(
    connection: "psycopg.Connection[StoredRow]",
    statements: dict[tuple[str, ...], sql.Composed],
    work: dict[str, list[StoredRow]],
) -> None:
    values = [_array([row for _, row in rows]) for rows in work.values()]
    connection.execute(statements[tuple(work)], values)


def _json_rows(connection: "psycopg.Connection[StoredRow]", table: str) -> Iterator[StoredRow]:
    named = sql.SQL("SELECT {}::text, row_to_json(t)::text FROM {} AS t").format(
        sql.Identifier("t", LEAD_OF[table]) if table in LEAD_OF else sql.Literal(""), sql.Identifier(table)
    )
    yield from connection.execute(named)


def _populate(tables: Sequence[str]) -> sql.Composed:
    parts = [
        sql.SQL("{} AS (INSERT INTO {} SELECT * FROM json_populate_recordset(NULL::{}, %s::json))").format(
            sql.Identifier(f"into_{table}"), sql.Identifier(table), sql.Identifier(table)
        )
        for table in tables
    ]
    return sql.SQL("WITH {} SELECT 1").format(sql.SQL(", ").join(parts))


def _array(rows: Sequence[str]) -> str:
    return f"[{','.join(rows)}]"


def _by_lead(tables: dict[str, list[StoredRow]], columns: dict[str, tuple[str, ...]]) -> Leads:
    """Rows of each lead, tables in the order of LEAD_OF. What belongs to no lead of the run is left out."""
    found: Leads = {}
    lead_of_decision: dict[str, str] = {}
    for table, rows in tables.items():
        names = columns[table]
        at = 0 if names == ("lead", "row") else names.index(LEAD_OF[table])
        for row in rows:
            lead = str(row[at])
            if table == "ledger":
                lead = lead_of_decision.get(lead, "")
            elif table == "decision":
                lead_of_decision[_id(row, names)] = lead
            found.setdefault(lead, {}).setdefault(table, []).append(row)
    return {lead: work for lead, work in found.items() if "lead" in work}


def _id(row: StoredRow, names: tuple[str, ...]) -> str:
    if names == ("lead", "row"):
        return cast("str", json.loads(row[1])["id"])
    return str(row[names.index("id")])


def _timed(
    write: Callable[[dict[str, list[StoredRow]]], None], leads: Leads, most: float
) -> tuple[int, float]:
    began = now = perf_counter()
    done = 0
    for work in leads.values():
        write(work)
        done += 1
        now = perf_counter()
        if now - began > most:
            break
    return done, now - began
