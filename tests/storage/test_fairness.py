"""The counted leads of a period: its bounds, who shared them, and no more rows than are told of."""

from datetime import datetime

import pytest

from firstright.storage import fairness
from firstright.storage.fairness import Period, Row
from firstright.storage.rows import LedgerRow
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database
from storage.inbound import NOON, decision, uid
from storage.test_inbox import Counting, plan
from storage.test_teamview import BOTH, SEC, ledger, write


def asked(database: Database, begins: datetime, ends: datetime, pool: str = "smb") -> Period:
    with database.read() as tx:
        return fairness.period(tx, pool, "main", begins, ends)


@pytest.mark.parametrize(
    ("begin", "end", "seqs"),
    [(0, 60, [1, 2, 3, 4]), (1, 3, [2, 3]), (-5, 1, [1]), (3, 3, []), (3, 1, []), (9, 60, [])],
)
def test_a_period_begins_with_its_first_row_and_ends_before_its_last_instant(
    database: Database, begin: int, end: int, seqs: list[int]
) -> None:
    write(database, ledger("smb", 4), ledger("smb", 3, "import"), ledger("ent", 3))
    found = asked(database, NOON + begin * SEC, NOON + end * SEC)
    assert ([row.seq for row in found.rows], found.read, found.since) == (seqs, len(seqs), None)


def test_a_row_comes_with_who_shared_it_and_the_decision_that_made_it(database: Database) -> None:
    rows = ledger("smb", 2)
    rows.decisions.append(decision(1))
    given_back = LedgerRow("smb", "main", 3, "returned", "ada", 10**9, "", None, NOON + 2 * SEC)
    rows.ledger.append(given_back)
    write(database, rows)
    assert asked(database, NOON, NOON + 5 * SEC) == Period(
        [
            Row(1, "noor", 10**9, BOTH, NOON, uid("lead", 1), 1, b'{"outcome":"owner"}'),
            Row(2, "ada", 10**9, BOTH, NOON + SEC, "", 0, b""),
        ],
        [("ada", 10**9)],
        3,
        None,
    )
    assert asked(database, NOON, NOON + SEC, "none") == Period([], [], 0, None)


def test_of_a_long_period_the_latest_rows_are_read_and_it_says_from_when(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fairness, "MOST_ROWS", 100)
    write(database, ledger("smb", 1_000))
    found = asked(database, NOON, NOON + 500 * SEC)
    assert [row.seq for row in found.rows] == list(range(401, 501))
    assert (found.read, found.since) == (100, NOON + 400 * SEC)


def test_a_period_is_read_by_the_key_of_the_ledger_in_five_statements(database: Database) -> None:
    write(database, ledger("smb", 3_000))
    if database.dialect == "postgresql":
        with database.write() as tx:
            tx.run(Statement("ANALYZE ledger"))
    with database.read() as tx:
        counting = Counting(tx)
        fairness.period(counting, "smb", "main", NOON + 2_000 * SEC, NOON + 2_010 * SEC)
        assert len(counting.asked) == 5
        plans = [plan(tx, *each) for each in counting.asked]
    for found in plans:
        assert "SCAN l" not in found and "Seq Scan on ledger" not in found
    assert "PRIMARY KEY (pool=? AND lane=?" in plans[3] or "ledger_pkey" in plans[3]
