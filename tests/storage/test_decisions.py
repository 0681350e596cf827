"""What a batch leaves behind is there as given, on both databases, or not at all."""

import pytest

from firstright.errors import BadValue, Conflict
from firstright.storage import decisions, instants
from firstright.storage.rows import EndedAssignment, Rows, StandingRow
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database
from storage.inbound import FIVE, NOON, assignment, decision, lead, routed, uid

COUNTS = Statement(
    """SELECT (SELECT count(*) FROM arrival), (SELECT count(*) FROM lead), (SELECT count(*) FROM match_key),
              (SELECT count(*) FROM decision), (SELECT count(*) FROM eligible_set), (SELECT count(*) FROM ledger),
              (SELECT count(*) FROM assignment), (SELECT count(*) FROM clock), (SELECT count(*) FROM job),
              (SELECT count(*) FROM task), (SELECT count(*) FROM audit), (SELECT count(*) FROM standing)"""
)
HOLDERS = Statement(
    "SELECT epoch, holder_id, ended_at IS NULL FROM assignment WHERE lead_id = ? ORDER BY epoch"
)
ARRIVAL = Statement("SELECT id, raw, reply, status, label FROM arrival ORDER BY id")


def write(database: Database, rows: Rows) -> None:
    with database.write() as tx:
        decisions.write(tx, rows)


def test_a_batch_of_three_leads_leaves_each_row_once(database: Database) -> None:
    write(database, routed(1, 2, 3))
    with database.read() as tx:
        assert tx.one(COUNTS) == (3, 3, 6, 3, 1, 3, 3, 3, 3, 3, 3, 1)
        assert tx.all(ARRIVAL)[0] == (
            uid("arrival", 1), b'{"email": "mara@hill.example"}\x00\xff', b'{"owner":"ada"}', 201, "created",
        )  # fmt: skip


def test_an_empty_batch_writes_nothing(database: Database) -> None:
    write(database, Rows())
    with database.read() as tx:
        assert tx.one(COUNTS) == (0,) * 12


def test_a_second_decision_for_the_same_trigger_is_refused_and_leaves_nothing(database: Database) -> None:
    write(database, routed(1))
    rows = routed(2)
    rows.decisions.append(decision(3, lead_id=uid("lead", 1), trigger_id=uid("arrival", 1)))
    with pytest.raises(Conflict) as refusal:
        write(database, rows)
    assert refusal.value.constraint in ("decision_once", "decision.lead_id, decision.trigger_id")
    with database.read() as tx:
        assert tx.one(COUNTS) == (1, 1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1)


def test_a_lead_that_changes_hands_twice_in_the_batch_it_arrived_in_ends_with_the_last_holder(
    database: Database,
) -> None:
    rows = routed(1)
    rows.ended_assignments.append(EndedAssignment(uid("lead", 1), 1, NOON))
    rows.assignments.append(assignment(1, 2, holder_id="noor"))
    rows.ended_assignments.append(EndedAssignment(uid("lead", 1), 2, NOON))
    rows.assignments.append(assignment(1, 3, holder_id="lena"))
    rows.lead_changes += [lead(1, holder_id="noor", epoch=2), lead(1, holder_id="lena", epoch=3)]
    write(database, rows)
    with database.read() as tx:
        assert tx.all(HOLDERS, (uid("lead", 1),)) == [
            (1, "ada", False),
            (2, "noor", False),
            (3, "lena", True),
        ]
        assert tx.all(Statement("SELECT holder_id, epoch FROM lead")) == [("lena", 3)]


def test_a_lead_known_before_is_changed_and_its_holder_ended(database: Database) -> None:
    write(database, routed(1, 2))
    rows = Rows()
    rows.lead_changes.append(lead(1, holder_id="noor", epoch=2, touched=True, created_at=NOON + FIVE))
    rows.ended_assignments.append(EndedAssignment(uid("lead", 1), 1, NOON + FIVE))
    rows.assignments.append(assignment(1, 2, holder_id="noor", started_at=NOON + FIVE))
    rows.standing += [
        StandingRow("rep:ada", 2, "0"),
        StandingRow("rep:ada", 2, "1"),
        StandingRow("rep:noor", 2, "1"),
    ]
    write(database, rows)
    with database.read() as tx:
        assert tx.all(HOLDERS, (uid("lead", 1),)) == [(1, "ada", False), (2, "noor", True)]
        assert tx.all(Statement("SELECT scope, turn, data FROM standing ORDER BY scope")) == [
            ("rep:ada", 2, "1"), ("rep:noor", 2, "1"),
        ]  # fmt: skip
        unchanged = Statement("SELECT count(*) FROM lead WHERE created_at = ?")
        assert tx.one(unchanged, (instants.text(NOON),)) == (2,)


def test_ending_a_holder_who_does_not_hold_is_refused(database: Database) -> None:
    write(database, routed(1))
    rows = Rows()
    rows.ended_assignments.append(EndedAssignment(uid("lead", 1), 2, NOON))
    with pytest.raises(Conflict):
        write(database, rows)


def test_two_holders_at_a_time_are_refused(database: Database) -> None:
    rows = routed(1)
    rows.assignments.append(assignment(1, 2))
    with pytest.raises(Conflict):
        write(database, rows)


def test_an_instant_without_a_zone_is_refused_before_it_reaches_the_database(database: Database) -> None:
    rows = routed(1)
    rows.leads[0].next_at = NOON.replace(tzinfo=None)
    with pytest.raises(ValueError, match="no time zone"):
        write(database, rows)
    with database.read() as tx:
        assert tx.one(COUNTS) == (0,) * 12


def test_text_that_is_not_unicode_is_a_bad_value(database: Database) -> None:
    rows = routed(1)
    rows.leads[0].facts = '{"name":"\ud800"}'
    with pytest.raises(BadValue):
        write(database, rows)
