"""Decisions counted by rule and outcome over a stretch of the key, the latest first."""

from datetime import timedelta

import pytest

from firstright.core.identifiers import first_of
from firstright.core.why.policyview import Went
from firstright.storage import decisions, flow
from firstright.storage.flow import Flow
from firstright.storage.rows import DecisionRow, Rows
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database
from storage.inbound import NOON, decision
from storage.test_inbox import Counting, plan

DAY = timedelta(days=1)


def made(n: int, days: int, **changes: object) -> DecisionRow:
    at = NOON + days * DAY
    return decision(n, id=first_of(at)[:-12] + f"{n:012x}", as_of=at, **changes)


def write(database: Database, *made: DecisionRow) -> None:
    rows = Rows()
    rows.decisions += made
    with database.write() as tx:
        decisions.write(tx, rows)


def test_a_period_is_counted_by_rule_and_outcome(database: Database) -> None:
    write(
        database, made(1, -3), made(2, -1), made(3, 0), made(4, 0, outcome="waiting"),
        made(5, 0, rule="", reason="step:account-owner"), made(6, 0, rule="", reason="step:account-owner"),
        made(7, 0, rule="", reason="no-dead-end", outcome="review"), made(8, 0, reason="touched"),
    )  # fmt: skip
    with database.read() as tx:
        assert flow.latest(tx, NOON - DAY) == Flow(
            [
                Went("", "step:account-owner", "owner", 2), Went("smb", "", "owner", 2),
                Went("", "no-dead-end", "review", 1), Went("", "touched", "owner", 1), Went("smb", "", "waiting", 1),
            ],
            None,
        )  # fmt: skip
        assert flow.latest(tx, NOON + DAY) == Flow([], None)


def test_of_a_long_period_the_latest_are_counted_and_it_says_from_when(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(database, *(made(n, n) for n in range(1, 10)))
    for name in ("_WENT", "_OLDEST"):
        text = getattr(flow, name).sqlite.replace(f"{flow.MOST}", "4").replace(f"{flow.MOST - 1}", "3")
        monkeypatch.setattr(flow, name, Statement(text))
    with database.read() as tx:
        assert flow.latest(tx, NOON) == Flow([Went("smb", "", "owner", 4)], NOON + 6 * DAY)
        assert flow.latest(tx, NOON + 6 * DAY) == Flow([Went("smb", "", "owner", 4)], NOON + 6 * DAY)
        assert flow.latest(tx, NOON + 7 * DAY) == Flow([Went("smb", "", "owner", 3)], None)


def test_a_period_is_a_stretch_of_the_key(database: Database) -> None:
    write(database, *(made(n, n % 300) for n in range(1, 2_001)))
    if database.dialect == "postgresql":
        with database.write() as tx:
            tx.run(Statement("ANALYZE decision"))
    with database.read() as tx:
        asked = Counting(tx)
        flow.latest(asked, NOON + 295 * DAY)
        for each in asked.asked:
            found = plan(tx, *each)
            assert "SCAN decision" not in found and "Seq Scan" not in found
            assert "decision_pkey" in found or "autoindex_decision_1 (id>?)" in found
