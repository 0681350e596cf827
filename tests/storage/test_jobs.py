"""Due jobs are claimed once, most urgent first; a lease that ran out gives nothing away."""

from datetime import datetime, timedelta

from firstright.storage import decisions, endings, jobs
from firstright.storage.jobs import DueJob
from firstright.storage.rows import DeliveryRow, Rows
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database
from storage.inbound import FIVE, NOON, clock, job, routed, uid

SECOND = timedelta(seconds=1)
STATES = Statement("SELECT state FROM job ORDER BY id")


def write(database: Database, rows: Rows) -> None:
    with database.write() as tx:
        decisions.write(tx, rows)


def claim(database: Database, at: object, limit: int = 10, token: str = "t1", **more: object) -> list[DueJob]:
    with database.write() as tx:
        return jobs.claim_due(tx, at, limit, token, 15, **more)


def test_what_is_due_is_claimed_by_priority_then_age_and_only_once(database: Database) -> None:
    rows = Rows()
    rows.jobs += [
        job(1, due_at=NOON + SECOND), job(2, due_at=NOON), job(3, due_at=NOON + SECOND, priority=2, kind="decide"),
        job(4, due_at=NOON + FIVE), job(5, due_at=NOON, lane="bulk"), job(6, due_at=NOON, priority=1),
    ]  # fmt: skip
    write(database, rows)
    assert claim(database, NOON - SECOND) == []
    first = claim(database, NOON + SECOND, 3)
    assert first[0] == DueJob(
        uid("job", 3), "decide", "deadlines", uid("lead", 3), uid("clock", 3), "sla-missed", NOON + SECOND, 2, None,
        "t1", 1, "{}",
    )  # fmt: skip
    assert [j.id for j in first] == [uid("job", n) for n in (3, 6, 2)]
    assert [j.id for j in claim(database, NOON + SECOND)] == [uid("job", 1)]
    assert [j.id for j in claim(database, NOON + 2 * SECOND, kinds=["decide"])] == []
    assert [j.id for j in claim(database, NOON + 2 * SECOND, lane="bulk")] == [uid("job", 5)]


def test_a_job_is_finished_only_by_the_lease_that_holds_it(database: Database) -> None:
    write(database, routed(1))
    claim(database, NOON + FIVE)
    with database.write() as tx:
        endings.finish(tx, [(uid("job", 1), "t2", "cancelled")])
        assert tx.all(STATES) == [("leased",)]
        endings.finish(tx, [(uid("job", 1), "t1", "done")])
        endings.finish(tx, [(uid("job", 1), "t1", "cancelled")])
        assert tx.all(STATES) == [("done",)]


def test_a_job_that_failed_is_due_again_later(database: Database) -> None:
    write(database, routed(1))
    claim(database, NOON + FIVE)
    with database.write() as tx:
        assert jobs.again(tx, uid("job", 1), "t1", NOON + 2 * FIVE, "timed out")
    assert claim(database, NOON + FIVE) == []
    assert [j.attempts for j in claim(database, NOON + 2 * FIVE)] == [1]


def test_failed_tries_are_no_deaths(database: Database) -> None:
    """Three failed tries and then a kill: the job used to be parked, and its lead was never decided."""
    write(database, routed(1))
    at = NOON + FIVE
    for _ in range(3):
        claim(database, at)
        at += FIVE
        with database.write() as tx:
            assert jobs.again(tx, uid("job", 1), "t1", at, "timed out", '{"failed":1}')
    claim(database, at)
    [back] = claim(database, at + FIVE, token="t2")
    assert (back.attempts, back.payload) == (2, '{"failed":1}')


def test_a_job_whose_worker_died_three_times_is_parked(database: Database) -> None:
    write(database, routed(1))
    at = NOON + FIVE
    for attempt in (1, 2, 3):
        assert [j.attempts for j in claim(database, at, token=f"t{attempt}")] == [attempt]
        assert claim(database, at + 15 * SECOND) == []
        at += 16 * SECOND
    assert claim(database, at) == []
    with database.read() as tx:
        assert tx.all(STATES) == [("dead",)]


def test_a_new_epoch_cancels_what_earlier_holders_had_and_nothing_else(database: Database) -> None:
    rows = routed(1, 2)
    rows.jobs += [
        job(11, lead_id=uid("lead", 1), guard_epoch=1),
        job(12, lead_id=uid("lead", 1), guard_epoch=2),
    ]
    rows.clocks += [
        clock(11, lead_id=uid("lead", 1), clock="owner"),
        clock(12, lead_id=uid("lead", 2), clock="owner"),
    ]
    for n in (1, 2):
        rows.deliveries.append(
            DeliveryRow(
                uid("other", n), uid("lead", n), 1, "slack:ada", "slack", "told", "ada", "ready", NOON
            )
        )
    write(database, rows)
    with database.write() as tx:
        endings.supersede(tx, [(uid("lead", 1), 2)])
        assert tx.all(STATES) == [("ready",), ("ready",), ("cancelled",), ("ready",)]
        assert tx.all(Statement("SELECT state FROM clock ORDER BY id")) == [
            ("running",), ("running",), ("cancelled",), ("running",),
        ]  # fmt: skip
        assert tx.all(Statement("SELECT state FROM task ORDER BY id")) == [("cancelled",), ("open",)]
        assert tx.all(Statement("SELECT state, last_error FROM delivery ORDER BY id")) == [
            ("cancelled", "superseded"), ("ready", ""),
        ]  # fmt: skip


def test_a_look_says_whether_a_claim_would_find_anything(database: Database) -> None:
    rows = Rows()
    rows.jobs += [job(1, due_at=NOON + SECOND, kind="decide", priority=2), job(2, due_at=NOON, kind="clock")]
    write(database, rows)

    def looked(at: object, *kinds: str) -> bool:
        with database.read() as tx:
            return jobs.anything_due(tx, at, kinds=kinds)

    assert not looked(NOON, "decide")
    assert looked(NOON + SECOND, "decide")
    assert not looked(NOON + SECOND, "route")
    claim(database, NOON + SECOND, kinds=["decide"])
    assert not looked(NOON + SECOND, "decide")
    assert looked(NOON + FIVE, "decide"), "its lease has run out"


def test_the_first_instant_at_which_a_claim_finds_something(database: Database) -> None:
    def first(*kinds: str) -> datetime | None:
        with database.read() as tx:
            return jobs.first_due(tx, kinds=kinds)

    assert first("decide", "clock") is None
    rows = Rows()
    rows.jobs += [
        job(1, due_at=NOON + FIVE), job(2, due_at=NOON + SECOND, priority=3), job(3, due_at=NOON, kind="decide"),
        job(4, due_at=NOON, lane="bulk"),
    ]  # fmt: skip
    write(database, rows)
    assert [first("clock"), first("decide"), first("clock", "decide"), first("route")] == [
        NOON + SECOND, NOON, NOON, None,
    ]  # fmt: skip
    claim(database, NOON, kinds=["decide"])  # if its worker dies, not before the end of its lease
    back = first("decide")
    assert back is not None and timedelta(0) < back - (NOON + 15 * SECOND) < SECOND
    assert claim(database, NOON + 15 * SECOND, kinds=["decide"]) == []
    assert len(claim(database, back, kinds=["decide"])) == 1


def test_what_is_due_about_a_lead_is_raised_with_it_and_never_lowered(database: Database) -> None:
    rows = Rows()
    rows.jobs += [job(1, lead_id=uid("lead", 1)), job(2, lead_id=uid("lead", 1), priority=20), job(3)]
    write(database, rows)
    with database.write() as tx:
        jobs.raise_priority(tx, [(uid("lead", 1), 10)])
        assert tx.all(Statement("SELECT priority FROM job ORDER BY id")) == [(10,), (20,), (0,)]
