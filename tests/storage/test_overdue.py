"""What should have happened and has not is found by name; what is merely waiting is not."""

from datetime import datetime, timedelta

import pytest

from firstright.storage import decisions, gauges, instants, overdue
from firstright.storage.gauges import Due, UnderWay
from firstright.storage.overdue import FIRST, Slice
from firstright.storage.rows import DeliveryRow, Rows
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database, Value
from storage.inbound import FIVE, NOON, job, lead, uid

SECOND = timedelta(seconds=1)
_DESTINATION = Statement(
    """INSERT INTO destination (id, name, kind, url, settings, enabled, created_at, paused_until)
       VALUES (?, ?, 'slack', '', '{}', ?, ?, ?)"""
)


def written(database: Database, rows: Rows) -> None:
    with database.write() as tx:
        decisions.write(tx, rows)


def change(database: Database, statement: str, *values: Value) -> None:
    with database.write() as tx:
        assert tx.run(Statement(statement), values) >= 1


def delivery(n: int, destination: str, **changes: object) -> DeliveryRow:
    channel = destination.partition(":")[0]
    row = DeliveryRow(uid("other", n), None, None, destination, channel, "", "", "ready", NOON)
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def destination(database: Database, n: int, name: str, *, enabled: bool = True, paused: str = "") -> None:
    with database.write() as tx:
        values = (uid("other", 100 + n), name, enabled, NOON.isoformat(), paused or None)
        tx.run(_DESTINATION, values)


def test_an_empty_workspace_has_nothing_overdue(database: Database) -> None:
    with database.read() as tx:
        assert overdue.alarms(tx, NOON) == {}
        assert (overdue.dead_jobs(tx), overdue.adrift(tx), overdue.unsent(tx, NOON)) == ([], [], [])
        assert overdue.failing(tx, NOON) == []
        assert overdue.asleep(tx, FIRST) == Slice([], None)
        assert [due for due in gauges.due(tx, NOON) if due.due or due.oldest] == []
        assert (gauges.dead_jobs(tx), gauges.deliveries(tx)) == (0, [])


def test_alarms_that_nobody_claimed_are_found_by_kind_whatever_their_priority_and_lane(
    database: Database,
) -> None:
    rows = Rows()
    rows.jobs += [
        job(1, due_at=NOON), job(2, due_at=NOON - SECOND, priority=7), job(3, kind="decide", due_at=NOON, lane="bulk"),
        job(4, due_at=NOON + SECOND), job(5, due_at=NOON, state="done"),
        job(6, kind="route", due_at=NOON, state="leased", lease_until=NOON + FIVE),
        job(7, kind="route", due_at=NOON, state="leased", lease_until=NOON),
    ]  # fmt: skip
    written(database, rows)
    with database.read() as tx:
        assert overdue.alarms(tx, NOON + SECOND) == {
            "clock": [uid("job", 2), uid("job", 1)],
            "decide": [uid("job", 3)],
            "route": [uid("job", 7)],
        }


def test_alarms_that_fail_again_and_again_are_found_though_they_are_never_due_for_long(
    database: Database,
) -> None:
    def tried(failed: int, since: datetime) -> dict[str, object]:
        payload = f'{{"failed":{failed},"since":"{instants.text(since)}"}}'
        return {"due_at": NOON + FIVE, "last_error": "ValidationError", "payload": payload}

    rows = Rows()
    rows.jobs += [
        job(1, **tried(1, NOON)), job(2, **tried(1, NOON - SECOND)), job(3, **tried(3, NOON)), job(4, **tried(4, NOON)),
        job(5, **tried(9, NOON - FIVE) | {"state": "done"}), job(6, due_at=NOON, last_error="no-policy"),
        job(7, **tried(9, NOON - FIVE) | {"due_at": NOON}), job(8, due_at=NOON),
        job(9, due_at=NOON, last_error="ValidationError", payload='{"failed":4}'),
    ]  # fmt: skip
    written(database, rows)
    with database.read() as tx:
        found = overdue.failing(tx, NOON)
    assert (found[2:], sorted(found[:2])) == ([uid("job", 2), uid("job", 4)], [uid("job", 7), uid("job", 9)])


def test_jobs_given_up_are_found(database: Database) -> None:
    rows = Rows()
    rows.jobs += [job(1, state="dead", due_at=NOON), job(2, state="dead", due_at=NOON - SECOND), job(3)]
    written(database, rows)
    with database.read() as tx:
        assert overdue.dead_jobs(tx) == [uid("job", 2), uid("job", 1)]
        assert gauges.dead_jobs(tx) == 2


def test_leads_without_a_next_instant_are_found_unless_they_have_ended(database: Database) -> None:
    rows = Rows()
    rows.leads += [
        lead(1), lead(2, next_at=None), lead(3, next_at=None, outcome="closed"),
        lead(4, next_at=None, outcome="rejected"), lead(5, next_at=None, merged_into=uid("lead", 1)),
    ]  # fmt: skip
    written(database, rows)
    with database.read() as tx:
        assert overdue.adrift(tx) == [uid("lead", 2)]


def test_leads_that_no_job_will_wake_are_found_slice_by_slice(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = Rows()
    rows.leads += [lead(n) for n in range(1, 6)]
    rows.jobs += [
        job(1),
        job(2, state="done"),
        job(3, state="leased", lease_until=NOON),
        job(5, state="dead"),
    ]
    written(database, rows)
    monkeypatch.setattr(
        overdue, "_SLICE", Statement("SELECT id FROM lead WHERE id > ? ORDER BY id LIMIT 1 OFFSET 1")
    )
    with database.read() as tx:
        assert overdue.asleep(tx, FIRST) == Slice([uid("lead", 2)], uid("lead", 2))
        assert overdue.asleep(tx, uid("lead", 2)) == Slice([uid("lead", 4)], uid("lead", 4))
        assert overdue.asleep(tx, uid("lead", 4)) == Slice([uid("lead", 5)], None)
        assert overdue.still_asleep(tx, [uid("lead", 1), uid("lead", 4)]) == [uid("lead", 4)]


def test_the_search_walks_each_table_once_however_little_the_database_knows_of_it(database: Database) -> None:
    rows = Rows()
    rows.leads += [lead(n) for n in range(1, 501)]
    rows.jobs += [job(n) for n in range(1, 501)]
    written(database, rows)
    spans = {overdue._IN_SLICE: (FIRST, uid("lead", 400)), overdue._AT_THE_END: (FIRST,)}
    for statement, span in spans.items():
        explained = Statement(
            f"EXPLAIN QUERY PLAN {statement.sqlite}", postgresql=f"EXPLAIN {statement.postgresql}"
        )
        with database.read() as tx:
            plan = "\n".join(str(row[-1]) for row in tx.all(explained, span * 3))
        assert plan.count("EXCEPT") + plan.count("Except") == 2
        assert not any(again in plan for again in ("CORRELATED", "Join", "Nested Loop", "SubPlan"))


def test_a_delivery_nobody_claims_is_found_where_its_destination_could_take_it(database: Database) -> None:
    later = (NOON + FIVE).isoformat()
    destination(database, 1, "slack")
    destination(database, 2, "slack:noor", enabled=False)
    destination(database, 3, "slack:kim", paused=later)
    destination(database, 4, "slack:zoe", paused=NOON.isoformat())
    rows = Rows()
    names = ("slack:ada", "slack:noor", "slack:kim", "slack:zoe", "email:lena")
    rows.deliveries += [delivery(n, name) for n, name in enumerate(names, 1)]
    rows.deliveries += [
        delivery(11, "slack:ada", due_at=NOON + FIVE), delivery(12, "slack:ada", state="behind"),
        delivery(13, "slack:ada", state="sent"), delivery(14, "slack:zoe"),
        delivery(15, "slack:kim", state="leased", lease_until=NOON), delivery(16, "slack:ada", state="leased",
        lease_until=NOON + FIVE),
    ]  # fmt: skip
    written(database, rows)
    with database.read() as tx:
        found = overdue.unsent(tx, NOON + SECOND)
    assert sorted(found) == [uid("other", n) for n in (1, 4, 5, 14, 15)]


def test_what_is_due_is_counted_by_lane_and_kind(database: Database) -> None:
    rows = Rows()
    minute = timedelta(minutes=1)
    rows.jobs += [
        job(1, due_at=NOON), job(2, due_at=NOON - minute, priority=3), job(3, due_at=NOON - 2 * minute),
        job(4, due_at=NOON + SECOND), job(5, kind="decide", due_at=NOON, lane="bulk"),
    ]  # fmt: skip
    written(database, rows)
    with database.read() as tx:
        found = gauges.due(tx, NOON)
        assert len(found) == 12
        assert [due for due in found if due.due] == [
            Due("deadlines", "clock", 3, 2, NOON - 2 * minute),
            Due("bulk", "decide", 1, 0, NOON),
        ]


def test_unfinished_deliveries_are_counted_by_channel_and_state(database: Database) -> None:
    rows = Rows()
    states = ("ready", "ready", "behind", "leased", "dead", "sent", "cancelled")
    rows.deliveries += [delivery(n, f"email:{n}", state=state) for n, state in enumerate(states, 1)]
    rows.deliveries.append(delivery(20, "webhook:crm"))
    written(database, rows)
    with database.read() as tx:
        assert gauges.deliveries(tx) == [
            UnderWay("email", "behind", 1),
            UnderWay("email", "dead", 1),
            UnderWay("email", "leased", 1),
            UnderWay("email", "ready", 2),
            UnderWay("webhook", "ready", 1),
        ]


def test_now_is_what_postgresql_says_and_else_what_the_caller_says(database: Database) -> None:
    with database.read() as tx:
        assert (gauges.instant(tx, NOON) == NOON) == (tx.dialect == "sqlite")


def test_a_destination_that_is_broken_and_tried_once_in_a_while_stops_no_heart(database: Database) -> None:
    """Between two pauses it is open for as long as its one attempt takes, with all that waits for it."""
    destination(database, 1, "slack", paused=(NOON - SECOND).isoformat())
    rows = Rows()
    rows.deliveries += [delivery(n, "slack:ada", due_at=NOON - 2 * FIVE) for n in (1, 2)]
    written(database, rows)
    with database.read() as tx:
        assert overdue.unsent(tx, NOON - FIVE) == []
        assert len(overdue.unsent(tx, NOON)) == 2  # five minutes later nobody has paused it anew
