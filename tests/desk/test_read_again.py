"""What lies in quarantine read again, all of it, in slices: each once, also where a node dies in the middle, and no more than was asked
for."""

import pytest

from desk.office import Office, office
from desk.test_hooking import CALL, register, told
from firstright.core.authority import Actor, Role
from firstright.desk import rereading
from firstright.desk.errands import StopErrand, carry_out, done_of, work_errand
from firstright.desk.hooking import ReplayEvent
from firstright.desk.hooks import HookAdd, HookRemove
from firstright.desk.rereading import RereadAsked, StartRereading
from firstright.errors import DatabaseError, Refused
from firstright.storage import errands, hooks
from firstright.storage.errands import Errand
from routing import MINUTE

OPS = Actor("u-mara", "Mara Diaz", Role.OPERATIONS)
ASKED = RereadAsked(hook="dialler")


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rereading, "SLICE", 2)


def aside(here: Office, n: int) -> None:
    """So many calls to somebody who is known by now."""
    register(here).change(HookAdd("dialler"), "mara")
    for i in range(n):
        told(here, CALL, name=f"evt-{i}")
    here.send("mara", last_name="Wolf")
    here.at += MINUTE


def begin(here: Office) -> str:
    return here.desk.act(StartRereading(ASKED, OPS)).errand


def stands(here: Office, name: str) -> Errand:
    with here.desk.read() as tx:
        found = errands.one(tx, name)
    assert found is not None
    return found


def ended(here: Office, name: str) -> str:
    return done_of(stands(here, name)).how()


def done(here: Office, name: str) -> dict[str, int]:
    return carry_out(here.desk, name, lambda: here.at + MINUTE, lambda done, of: None).counts


def test_all_are_read_once_in_slices_and_what_came_meanwhile_is_left(database_url: str) -> None:
    with office(database_url) as here:
        aside(here, 5)
        name = begin(here)
        assert begin(here) == name
        here.at += MINUTE
        assert work_errand(here.desk, here.at)
        assert (stands(here, name).done, stands(here, name).total) == (2, 5)
        told(here, {**CALL, "phone": "+49309999999"}, name="late")
        counts = done(here, name)
        assert sum(counts.values()) == 5
        assert (stands(here, name).state, stands(here, name).done) == ("done", 5)
        with here.desk.read() as tx:
            assert "late" in {each.event_id for each in hooks.events(tx, "dialler", aside=True)}


def test_a_node_that_dies_between_taking_and_going_on_counts_nothing_twice(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office(database_url) as here:
        aside(here, 5)
        name = begin(here)
        here.at += MINUTE

        def dies(*_: object) -> None:
            raise DatabaseError("gone")

        plain = rereading._slice
        monkeypatch.setattr(rereading, "_slice", lambda *given: dies(plain(*given)))
        with pytest.raises(DatabaseError):
            work_errand(here.desk, here.at)
        monkeypatch.setattr(rereading, "_slice", plain)
        assert stands(here, name).done == 2
        assert not work_errand(here.desk, here.at)  # the other's lease
        here.at += MINUTE
        assert sum(done(here, name).values()) == 5


def test_one_that_cannot_be_taken_keeps_the_others_from_nothing(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office(database_url) as here:
        aside(here, 3)
        plain = ReplayEvent.perform

        def perform(self: ReplayEvent, batch: object) -> object:
            if self.event.id == "evt-1":
                raise ValueError("a defect")
            return plain(self, batch)  # type: ignore[arg-type]  # as it was handed in

        monkeypatch.setattr(ReplayEvent, "perform", perform)
        counts = done(here, begin(here))
        assert (counts["failed"], sum(counts.values())) == (1, 3)


def test_it_is_stopped_by_who_says_so_and_where_its_hook_is_gone(database_url: str) -> None:
    with office(database_url) as here:
        aside(here, 3)
        name = begin(here)
        here.desk.act(StopErrand(name, "mara", " the map is wrong "))
        here.desk.act(StopErrand(name, "kim", "once more"))  # it is stopped: nothing changes
        assert (done(here, name), stands(here, name).state) == ({}, "stopped")
        assert ended(here, name) == "stopped by mara: the map is wrong"
        with pytest.raises(Refused):
            here.desk.act(StopErrand(begin(here), "mara", "x" * 501))
        name = begin(here)
        register(here).change(HookRemove("dialler"), "mara")
        assert (done(here, name), stands(here, name).state) == ({}, "stopped")
        assert ended(here, name) == "stopped by itself: dialler: is no hook any more"
        with pytest.raises(Refused):
            begin(here)
