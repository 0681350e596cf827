"""What is asked again and again takes a step of an index, also before PostgreSQL has counted a table for the first time."""

import pytest

from firstright.storage import decisions, deliveries, gauges, jobs, overdue
from firstright.storage.rows import DeliveryRow, Rows
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database, Tx, Value
from storage.inbound import NOON, job, uid

MANY = 1_000
_MADE_READY = Statement("SELECT statement FROM pg_prepared_statements")


def plan(tx: Tx, statement: Statement, values: tuple[Value, ...]) -> str:
    explained = Statement(
        f"EXPLAIN QUERY PLAN {statement.sqlite}", postgresql=f"EXPLAIN {statement.postgresql}"
    )
    return "\n".join(str(row[-1]) for row in tx.all(explained, values))


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        (jobs._URGENT, ("deadlines", "clock", 2**62)),
        (jobs._FIRST, ("deadlines", "clock", 0)),
        (gauges._URGENT, ("deadlines", "clock", 2**62)),
        (overdue._URGENT, ("deadlines", "clock", 2**62)),
        (overdue._SENDING, ()),
        (deliveries._DUE, (NOON.isoformat(),)),
    ],
)
def test_the_first_of_many_is_found_without_a_walk_of_all(
    database: Database, statement: Statement, values: tuple[Value, ...]
) -> None:
    rows = Rows()
    rows.jobs += [job(n) for n in range(1, MANY)]
    rows.deliveries += [
        DeliveryRow(uid("other", n), None, None, f"email:{n % 3}", "email", "", "", "ready", NOON)
        for n in range(1, MANY)
    ]
    with database.write() as tx:
        decisions.write(tx, rows)
    with database.read() as tx:
        found = plan(tx, statement, values)
    assert "Aggregate" not in found
    assert "job_ready" in found or "delivery_ready" in found


def test_a_second_look_finds_its_statements_ready(database: Database) -> None:
    if database.dialect != "postgresql":
        pytest.skip("SQLite's driver keeps what it has compiled whatever ends a transaction")
    with database.read() as tx:
        tx.all(jobs._LEASES_OVER, (NOON.isoformat(),))
    with database.read() as tx:
        ready = [text for (text,) in tx.all(_MADE_READY)]
    assert any("lease_until" in text for text in ready)
