"""Stored decisions made again: the same bytes, whatever happened to rosters and policies since; and what tells of tampering."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chaos.scene import POLICY, arrival, opened, person, publish, replayed, reps, roster
from firstright.core.decision import ENGINE
from firstright.core.replay import Difference, Verdict
from firstright.desk import Desk
from firstright.desk.explain.replaying import Replaying
from firstright.storage import ledger, recorded
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database

EXAMPLES = Path(__file__).parents[2] / "examples"
TUESDAY = datetime(2026, 11, 17, 10, 0, tzinfo=UTC)  # in the past: nothing is decided as of later than now
EVER = 2**40


def take(desk: Desk, numbers: range, *, at: datetime | None = None) -> None:
    arrivals = [arrival(person(n), f"event-{n}") for n in numbers]
    if at is not None:
        arrivals = [type(a)(a.source, a.event, a.fingerprint, a.raw, a.facts, as_of=at) for a in arrivals]
    desk.take_in(arrivals)


def decisions(database: Database) -> list[recorded.Recorded]:
    with database.read() as tx:
        return recorded.after(tx, -1, 0, until=EVER, limit=10_000)


def changed(database: Database, statement: str, *values: str | int | bytes) -> None:
    with database.write() as tx:
        assert tx.run(Statement(statement), values) == 1


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with opened(database_url) as desk:
        publish(desk, 3)
        yield desk


def test_a_year_of_changes_replays_equal_together_and_one_by_one(desk: Desk) -> None:
    take(desk, range(7))
    desk.publish_roster(roster(reps(5)), file="r", by="mara", reason="two joiners")
    take(desk, range(7, 20))
    desk.publish_roster(
        roster(reps(5), left={"rep1": "2026-01-01"}, capacity={"rep0": 6}),
        file="r",
        by="mara",
        reason="one leaves",
    )
    take(desk, range(20, 40))
    desk.publish_roster(roster(["rep4", "rep3", "new"]), file="r", by="mara", reason="another order")
    desk.publish_policy(POLICY.replace("30min", "45min"), file="p", by="mara", reason="slower")
    take(desk, range(30, 60))  # ten of them have been here before
    verdicts, others = replayed(desk.database)
    assert (verdicts, others) == ({Verdict.EQUAL: 60}, [])
    again = Replaying(desk.database)
    alone = [done for row in decisions(desk.database) for done in again.named(row.id)]
    assert [done.verdict for done in alone] == [Verdict.EQUAL] * 60


def test_the_example_policy_replays_equal_with_its_hours_accounts_and_full_reps(database_url: str) -> None:
    with opened(database_url) as desk:
        for kind, publish_it in (("policies", desk.publish_policy), ("rosters", desk.publish_roster)):
            text = (EXAMPLES / kind / "inbound.toml").read_text()
            publish_it(text, file="inbound.toml", by="mara", reason="example")
        arrivals = []
        for n in range(200):
            raw = {
                **person(n), "email": f"p{n}@company{n % 17}.example", "employees": str((5, 80, 3000)[n % 3]),
                "country": ("DE", "US", "SE", "FR")[n % 4], "language": ("de", "en", "fr", "")[n % 4],
            }  # fmt: skip
            one = arrival(raw, f"event-{n}")
            at = TUESDAY + timedelta(minutes=7 * n)
            arrivals.append(type(one)(one.source, one.event, one.fingerprint, one.raw, one.facts, as_of=at))
        desk.take_in(arrivals)
        verdicts, others = replayed(desk.database)
        outcomes = {row.outcome for row in decisions(desk.database)}
    assert (verdicts, others) == ({Verdict.EQUAL: 200}, [])
    assert outcomes == {"owner", "waiting"}


def test_a_rotation_is_folded_from_its_last_checkpoint(desk: Desk) -> None:
    take(desk, range(1_010))
    with desk.read() as tx:
        found = ledger.checks(tx)
    assert [key[:2] for key in found] == [("round", "main")]
    assert 1_000 <= next(iter(found))[2] <= 1_010
    changed(desk.database, "UPDATE ledger SET rep = 'rep2' WHERE seq = 1 AND rep = ?", "rep0")
    last = decisions(desk.database)[-1]
    assert [done.verdict for done in Replaying(desk.database).named(last.id)] == [Verdict.EQUAL]


def test_a_changed_record_differs_and_says_where_and_no_other_decision_does(desk: Desk) -> None:
    take(desk, range(9))
    row = decisions(desk.database)[4]
    forged = row.record.replace(b'"id":"rep1"', b'"id":"rep2"')
    assert forged != row.record
    changed(desk.database, "UPDATE decision SET record = ? WHERE id = ?", forged, row.id)
    told = (
        Difference("column holder", "rep rep1", "rep rep2"),
        Difference("/holder/id", '"rep2"', '"rep1"'),
        Difference("/effects/0/holder/id", '"rep2"', '"rep1"'),
    )
    _, others = replayed(desk.database)
    assert [(done.decision, done.verdict, done.differences) for done in others] == [
        (row.id, Verdict.DIFFERS, told)
    ]
    assert Replaying(desk.database).named(row.id) == others


def test_facts_that_were_changed_in_a_record_differ(desk: Desk) -> None:
    take(desk, range(3))
    row = decisions(desk.database)[1]
    forged = row.record.replace(b'"email":', b'"nobody":')
    changed(desk.database, "UPDATE decision SET record = ? WHERE id = ?", forged, row.id)
    _, others = replayed(desk.database)
    assert [(done.decision, done.verdict) for done in others] == [(row.id, Verdict.DIFFERS)]
    assert Difference("/outcome", '"owner"', '"queued"') in others[0].differences


@pytest.mark.parametrize("record", [b"{", b"{}", b'{"policy": 1}', b"\xff"])
def test_a_record_that_cannot_be_read_differs(desk: Desk, record: bytes) -> None:
    take(desk, range(2))
    row = decisions(desk.database)[0]
    changed(desk.database, "UPDATE decision SET record = ? WHERE id = ?", record, row.id)
    verdicts, others = replayed(desk.database)
    assert verdicts == {Verdict.DIFFERS: 1, Verdict.EQUAL: 1}
    assert others[0].differences[0].where == "record"


def test_a_row_that_says_something_else_than_its_record_differs(desk: Desk) -> None:
    take(desk, range(2))
    row = decisions(desk.database)[1]
    changed(desk.database, "UPDATE decision SET holder_id = 'rep2' WHERE id = ?", row.id)
    _, others = replayed(desk.database)
    assert [done.differences for done in others] == [(Difference("column holder", "rep rep2", "rep rep1"),)]


def test_a_ledger_row_that_is_gone_is_told_where_it_was(desk: Desk) -> None:
    take(desk, range(6))
    changed(desk.database, "DELETE FROM ledger WHERE seq = ?", 3)
    _, others = replayed(desk.database)
    assert Difference("ledger round/main row 4", "rep0", "row 4 follows row 2") in [
        told for done in others for told in done.differences
    ]


def test_decisions_of_another_engine_and_erased_ones_are_named_and_do_not_disturb_the_rest(
    desk: Desk,
) -> None:
    take(desk, range(6))
    rows = decisions(desk.database)
    changed(desk.database, "UPDATE decision SET engine = ? WHERE id = ?", ENGINE + 1, rows[1].id)
    changed(desk.database, "UPDATE decision SET record = ? WHERE id = ?", b"", rows[3].id)
    verdicts, others = replayed(desk.database)
    assert verdicts == {Verdict.EQUAL: 4, Verdict.OTHER_ENGINE: 1, Verdict.ERASED: 1}
    assert [done.decision for done in others] == [rows[1].id, rows[3].id]
    again = Replaying(desk.database)
    assert [again.named(row.id)[0].verdict for row in rows[1:4:2]] == [Verdict.OTHER_ENGINE, Verdict.ERASED]


def test_a_lead_is_replayed_decision_by_decision(desk: Desk) -> None:
    take(desk, range(3))
    desk.take_in([arrival(person(1), "again")])
    lead = decisions(desk.database)[1].lead_id
    assert [done.verdict for done in Replaying(desk.database).named(lead)] == [Verdict.EQUAL] * 2
