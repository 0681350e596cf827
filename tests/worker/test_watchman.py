"""The watchman has done what it is time for, once over all nodes; a duty that fails keeps the others from nothing."""

from datetime import datetime

import pytest

from desk.office import office
from firstright.desk import Desk
from firstright.desk.watch.hygiene import audit_due
from firstright.storage import rounds
from firstright.worker import watchman
from firstright.worker.watchman import Watchman
from routing import MONDAY


def test_a_look_watches_and_audits_once(database_url: str) -> None:
    with office(database_url) as here:
        here.send("anna")
        keeper = Watchman(here.desk, lambda: here.at)
        keeper.look()
        with here.desk.read() as tx:
            first = [rounds.one(tx, name) for name in ("watch", "hygiene")]
            turns = here.rows("SELECT n FROM turn")
        keeper.look()
        with here.desk.read() as tx:
            assert [rounds.one(tx, name) for name in ("watch", "hygiene")] == first
        assert here.rows("SELECT n FROM turn") == turns  # an idle node takes no turns
        assert all(each.done_at and not each.lease_until for each in first)


def test_who_comes_second_finds_it_done(database_url: str) -> None:
    """A desk of another node asks in between."""
    with office(database_url) as here:
        here.desk.warm()
        assert audit_due(here.desk, here.at) is not None
        assert audit_due(here.desk, here.at) is None


def test_a_duty_that_fails_is_logged_and_the_next_is_done(
    database_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[datetime] = []

    def fails(desk: Desk, now: datetime, *, stop: object) -> None:
        raise RuntimeError("a defect")

    def works(desk: Desk, now: datetime, *, stop: object) -> None:
        done.append(now)

    monkeypatch.setattr(watchman, "DUTIES", (fails, works))
    with office(database_url) as here:
        Watchman(here.desk, lambda: here.at).look()
    assert done == [MONDAY]
    assert "watch.failed" in caplog.text


def test_a_stop_is_noticed_between_two_steps_and_nothing_is_ended(database_url: str) -> None:
    with office(database_url) as here:
        here.send("anna")
        assert audit_due(here.desk, here.at, stop=lambda: True) is None
        with here.desk.read() as tx:
            begun = rounds.one(tx, "hygiene")
        assert (begun.done_at, begun.lease_until is not None) == (None, True)
