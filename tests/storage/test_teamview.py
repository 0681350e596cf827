"""What reps have in hand and how many turns they had, read without reading a history whole."""

from datetime import timedelta

import pytest

from firstright.core.assignment.turning import Counted
from firstright.core.why.teamview import InHand
from firstright.storage import decisions, teamview
from firstright.storage.rows import EligibleSetRow, LedgerRow, Rows
from firstright.storage.statement import Statement
from firstright.storage.teamview import Latest, Rotation, Turns
from firstright.storage.transactions import Database
from storage.inbound import FIVE, NOON, decision, lead, uid
from storage.test_inbox import Counting, plan

BOTH = (("ada", 1), ("noor", 1))
SEC = timedelta(seconds=1)


def ledger(pool: str, count: int, lane: str = "main") -> Rows:
    """One row a second from noon on, the first is Noor's, the second Ada's and so on."""
    rows = Rows()
    rows.eligible_sets.append(EligibleSetRow("set-1", "smb", '[["ada",1],["noor",1]]'))
    for n in range(1, count + 1):
        name = ("ada", "noor")[n % 2]
        rows.ledger.append(
            LedgerRow(pool, lane, n, "turned", name, 10**9, "set-1", uid("decision", n), NOON + (n - 1) * SEC)
        )
    return rows


def write(database: Database, *written: Rows) -> None:
    for rows in written:
        with database.write() as tx:
            decisions.write(tx, rows)


def test_what_a_rep_has_in_hand(database: Database) -> None:
    rows = Rows()
    rows.leads += [
        lead(1, arrived_at=NOON - FIVE), lead(2, touched=True, arrived_at=NOON - 2 * FIVE), lead(3, holder_id="noor"),
        lead(4, outcome="closed"), lead(5, holder_kind="queue", outcome="queued"),
    ]  # fmt: skip
    write(database, rows)
    with database.read() as tx:
        asked = Counting(tx)
        assert teamview.hands(asked, ["ada", "noor", "omar"]) == {
            "ada": InHand(2, 1, NOON - FIVE), "noor": InHand(1, 1, NOON), "omar": InHand(),
        }  # fmt: skip
        assert len(asked.asked) == 1
        assert "lead_in_hand" in plan(tx, *asked.asked[0]) or tx.dialect == "postgresql"


@pytest.mark.parametrize(("ago", "rows"), [(-1, 9), (0, 9), (1, 8), (7, 2), (8, 1), (9, 0), (60, 0)])
def test_a_period_begins_with_its_first_row(database: Database, ago: int, rows: int) -> None:
    write(database, ledger("smb", 9), ledger("ent", 1))
    with database.read() as tx:
        asked = [Rotation("smb", "main", 9), Rotation("none", "main", 0)]
        found = teamview.turns(tx, asked, NOON + ago * SEC)
    assert sum(row.n for row in found.rows) == rows
    assert found.cut == {}


def test_turns_come_with_those_who_shared_them(database: Database) -> None:
    write(database, ledger("smb", 5), ledger("smb", 3, "import"))
    with database.read() as tx:
        assert teamview.turns(tx, [Rotation("smb", "main", 5)], NOON + SEC) == Turns(
            [Counted("smb", "ada", 10**9, 2, BOTH), Counted("smb", "noor", 10**9, 2, BOTH)], {}
        )
        assert teamview.turns(tx, [], NOON) == Turns([], {})


def test_of_a_long_rotation_the_latest_rows_are_counted_and_it_says_from_when(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teamview, "MOST_ROWS", 100)
    write(database, ledger("smb", 1_000), ledger("ent", 100))
    with database.read() as tx:
        found = teamview.turns(tx, [Rotation("smb", "main", 1_000), Rotation("ent", "main", 100)], NOON)
    assert sum(row.n for row in found.rows if row.pool == "smb") == 100
    assert sum(row.n for row in found.rows if row.pool == "ent") == 100
    assert found.cut == {"smb": NOON + 900 * SEC}


def test_a_period_is_found_by_the_key_of_the_ledger(database: Database) -> None:
    write(database, ledger("smb", 3_000))
    if database.dialect == "postgresql":
        with database.write() as tx:
            tx.run(Statement("ANALYZE ledger"))
    with database.read() as tx:
        asked = Counting(tx)
        teamview.turns(asked, [Rotation("smb", "main", 3_000)], NOON + 2_990 * SEC)
        teamview.latest(asked, [Rotation("smb", "main", 3_000)], 5)
        plans = [plan(tx, *each) for each in asked.asked]
    halving, count, _, latest = plans
    if database.dialect == "postgresql":  # it does not tell what it looks up within a recursion
        assert "ledger" not in halving
        halving = count
    for found in (halving, count, latest):
        assert "SCAN ledger" not in found and "Seq Scan on ledger" not in found
        assert "PRIMARY KEY (pool=? AND lane=?" in found or "ledger_pkey" in found


def test_the_latest_leads_of_all_pools_come_together_newest_first(database: Database) -> None:
    rows = ledger("smb", 4)
    rows.decisions += [decision(n) for n in (1, 2, 3, 4)]
    write(database, rows, ledger("ent", 2))
    with database.read() as tx:
        whole = teamview.latest(tx, [Rotation("smb", "main", 2**62), Rotation("ent", "main", 2**62)], 50)
        some = teamview.latest(tx, [Rotation("smb", "main", 3), Rotation("ent", "main", 0)], 2)
    assert [(row.pool, row.seq) for row in whole] == [
        ("smb", 4), ("smb", 3), ("ent", 2), ("smb", 2), ("ent", 1), ("smb", 1),
    ]  # fmt: skip
    assert [row.seq for row in some] == [3, 2]
    assert whole[-1] == Latest(
        "smb", 1, "noor", NOON, uid("decision", 1), uid("lead", 1), 1, 1, "smb", b'{"outcome":"owner"}'
    )
