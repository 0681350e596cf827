"""The clock of a process: nobody who sets the machine's makes anything ring early, late or in another day."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desk.office import office
from firstright.desk.explain.auditing import Auditor, Found
from firstright.wiring import Clock
from routing import DAY, HOUR, MINUTE, MONDAY

SECOND = timedelta(seconds=1)


class Machine:
    """A wall clock that can be set, and seconds that cannot."""

    def __init__(self) -> None:
        self.wall = MONDAY
        self.steady = 1000.0
        self.stops: list[timedelta] = []  # for so long the process stands still between two looks
        self.clock = Clock(lambda: self.wall, self._seconds)

    def _seconds(self) -> float:
        seconds = self.steady
        if self.stops:
            self._pass(self.stops.pop())
        return seconds

    def _pass(self, time: timedelta) -> None:
        self.wall += time
        self.steady += time.total_seconds()

    def wait(self, time: timedelta) -> datetime:
        self._pass(time)
        return self.clock()


@pytest.mark.parametrize("step", [DAY, -DAY, 6 * SECOND, -6 * SECOND])
def test_a_clock_that_was_set_is_not_believed_and_time_goes_on(step: timedelta) -> None:
    machine = Machine()
    machine.wall += step
    assert (machine.clock(), machine.clock.is_set) == (MONDAY, True)
    assert machine.wait(HOUR) == MONDAY + HOUR
    assert machine.clock.is_set
    machine.wall -= step
    assert (machine.clock(), machine.clock.is_set) == (MONDAY + HOUR, False)


def test_small_steps_and_a_clock_that_runs_a_little_fast_are_followed() -> None:
    machine = Machine()
    for _ in range(100):
        machine.wall += 4 * SECOND
        machine.wait(MINUTE)
    assert (machine.clock(), machine.clock.is_set) == (machine.wall, False)


def test_a_process_that_stood_still_between_its_two_looks_saw_no_step() -> None:
    machine = Machine()
    machine.stops = [HOUR]
    assert machine.clock() == MONDAY + HOUR
    assert not machine.clock.is_set


def test_on_sqlite_nothing_rings_early_or_is_lost_when_the_clock_is_set(tmp_path: Path) -> None:
    machine = Machine()
    with office(f"sqlite:///{tmp_path / 'w.db'}") as here:

        def ring() -> int:
            here.at = machine.clock()
            return here.desk.work_due(here.at)[0]

        told = here.send("anna")
        due = here.lead(told).next_at
        assert due is not None
        machine.wall += DAY
        assert ring() == 0
        machine.wait(due - MONDAY - MINUTE)
        assert ring() == 0
        machine.wall -= 2 * DAY
        machine.wait(MINUTE)
        assert ring() == 1
        late = here.rows("SELECT at FROM turn")
        assert late[0][0] < (due + MINUTE).isoformat()  # no turn is of tomorrow


def test_the_heart_stops_while_the_clock_is_not_believed(tmp_path: Path) -> None:
    machine = Machine()
    with office(f"sqlite:///{tmp_path / 'w.db'}", published=False) as here:
        auditor = Auditor(here.desk.read, machine.clock, clock_is_set=lambda: machine.clock.is_set)
        assert auditor.look().beats
        machine.wall += DAY
        assert auditor.look().found == (Found("clock-set", 1),)
        machine.wall -= DAY
        assert auditor.look().beats
