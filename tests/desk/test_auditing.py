"""The auditor's heart beats while everything that is due happens, and stops with a name for what does not."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from firstright.desk.explain.auditing import EVERY, FRESH, Auditor, Beat, Found
from firstright.errors import DatabaseUnavailable
from firstright.storage import decisions
from firstright.storage.rows import Rows
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database, Tx
from storage.inbound import NOON, job, lead, uid

SOON = timedelta(days=36_500)  # later than any clock: nothing is overdue


class Scene:
    """One lead with one alarm, and an auditor whose clocks the test sets."""

    def __init__(self, database: Database) -> None:
        rows = Rows()
        rows.leads.append(lead(1))
        rows.jobs.append(job(1, due_at=NOON + SOON))
        with database.write() as tx:
            decisions.write(tx, rows)
        self.database = database
        self.ticks = 100.0
        self.gone = False
        self.auditor = Auditor(self.read, lambda: NOON, tick=lambda: self.ticks)

    @contextmanager
    def read(self) -> Iterator[Tx]:
        if self.gone:
            raise DatabaseUnavailable("no route to mara@hill.example")
        with self.database.read() as tx:
            yield tx

    def change(self, statement: str) -> None:
        with self.database.write() as tx:
            assert tx.run(Statement(statement)) == 1


@pytest.fixture
def scene(database: Database) -> Scene:
    return Scene(database)


def test_before_the_first_look_it_does_not_beat(scene: Scene) -> None:
    assert scene.auditor.beat() == Beat(False, None)


def test_a_clean_look_is_a_heartbeat_for_ninety_seconds(scene: Scene) -> None:
    beat = scene.auditor.look()
    assert (beat.beats, beat.found, scene.auditor.beat()) == (True, (), beat)
    scene.ticks += FRESH
    assert scene.auditor.beat() == beat
    scene.ticks += 1
    assert scene.auditor.beat() == Beat(False, beat.at, (Found("no-look", 1),))
    assert FRESH >= 2 * EVERY


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE lead SET next_at = NULL", Found("leads-without-next-instant", 1, (uid("lead", 1),))),
        (
            "UPDATE job SET due_at = '2026-11-20T11:58:00.000000Z'",
            Found("overdue-clock", 1, (uid("job", 1),)),
        ),
        ("UPDATE job SET state = 'done'", Found("leads-without-alarm", 1, (uid("lead", 1),))),
    ],
)
def test_what_does_not_happen_stops_the_heart_until_it_is_mended(
    scene: Scene, damage: str, found: Found
) -> None:
    before = scene.auditor.look()
    scene.change(damage)
    assert scene.auditor.look() == Beat(False, before.at, (found,))
    scene.ticks += FRESH + 1
    assert scene.auditor.beat() == Beat(False, before.at, (found,))
    scene.change(f"UPDATE lead SET next_at = '2126-01-01T00:00:00.000000Z' WHERE id = '{uid('lead', 1)}'")
    scene.change("UPDATE job SET due_at = '2126-01-01T00:00:00.000000Z', state = 'ready'")
    assert scene.auditor.look().beats


def test_a_job_given_up_is_named_and_so_is_its_lead(scene: Scene) -> None:
    scene.change("UPDATE job SET state = 'dead'")
    assert scene.auditor.look().found == (
        Found("dead-jobs", 1, (uid("job", 1),)),
        Found("leads-without-alarm", 1, (uid("lead", 1),)),
    )


def test_a_database_that_does_not_answer_stops_the_heart(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    at = scene.auditor.look().at
    scene.gone = True
    assert scene.auditor.look() == Beat(False, at, (Found("database-unavailable", 1),))
    scene.gone = False
    assert scene.auditor.look().beats
    assert [record.getMessage() for record in caplog.records] == ["audit.not-done", "audit.found"]


def test_its_thread_looks_at_once_and_ends_with_the_block(scene: Scene) -> None:
    auditor = Auditor(scene.read, lambda: NOON, every=0.01)
    with auditor:
        while not auditor.beat().beats:
            pass
        scene.change("UPDATE lead SET next_at = NULL")
        while auditor.beat().beats:
            pass
    assert [each.what for each in auditor.beat().found] == ["leads-without-next-instant"]


STANDS = """INSERT INTO clock (id, lead_id, clock, cycle, epoch, basis, calendar, started_at, due_at, warnings, ladder, state,
            paused_at) VALUES ('{clock}', '{lead}', 'owner', 1, 1, 'pool', '', '{early}', '{late}', '[]', '[]', 'paused',
            '{early}')"""
OFFERED = """INSERT INTO offer (id, lead_id, epoch, rep_id, kind, state, reason, notes, person_id, offered_at, expires_at,
             answered_at) VALUES ('{clock}', '{lead}', 1, 'kim', 'ae', 'offered', '', '{{}}', NULL, '{early}', {end},
             NULL)"""
EARLY, LATE = "2026-11-20T10:00:00.000000Z", "2026-11-20T11:00:00.000000Z"


def test_a_clock_that_nothing_will_have_go_on_is_found(scene: Scene) -> None:
    clock = uid("clock", 1)
    scene.change(STANDS.format(clock=clock, lead=uid("lead", 1), early=EARLY, late=LATE))
    assert scene.auditor.look().found == (Found("pauses-without-limit", 1, (clock,)),)
    scene.change("UPDATE job SET kind = 'decide', cause = 'hours-opened'")
    assert scene.auditor.look().found == ()


def test_an_offer_that_should_have_ended_is_found(scene: Scene) -> None:
    name = uid("other", 1)
    scene.change(OFFERED.format(clock=name, lead=uid("lead", 1), early=EARLY, end=f"'{LATE}'"))
    assert scene.auditor.look().found == (Found("offers-without-end", 1, (name,)),)
    scene.change("UPDATE offer SET state = 'expired'")
    assert scene.auditor.look().found == ()
