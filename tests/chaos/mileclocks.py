"""When a clock of an owner is due, worked out once more from what was decided: begun, put on hold by somebody's word or until a meeting,
gone on with what was left, begun anew where one lead became two. Office hours are walked by day here, by nobody's calendar.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from firstright.core.clockwork import ClocksPaused, ClocksResumed, ClockStopped
from firstright.core.decision import ClockMet, ClockStarted, Decision, Held
from firstright.core.followup import OWNER
from firstright.core.record import read_record
from firstright.storage import instants
from firstright.storage.transactions import Row
from routing import DAY, MINUTE

Ask = Callable[..., list[Row]]
BERLIN = ZoneInfo("Europe/Berlin")
NOTHING = timedelta(0)
UNTOUCHED = (60 * MINUTE, 120 * MINUTE)  # of the urgent service level, and of the standard one
DECIDED = "SELECT lead_id, cause, as_of, record FROM decision ORDER BY turn, seq"
CLOCKS = "SELECT lead_id, started_at, due_at FROM clock WHERE clock = 'owner' AND calendar = 'berlin'"


class Clock:
    """One clock, as the decisions since it began would have it."""

    def __init__(self, begun: ClockStarted, cause: str) -> None:
        self.started = begun.started
        self.first = self.due = begun.due
        self.causes = [cause]
        self.stands: datetime | None = None  # since when it is on hold
        self.over = False

    def follows(self, decision: Decision, cause: str, at: datetime) -> None:
        for effect in decision.effects:
            match effect:
                case _ if self.over:
                    return
                case ClockMet(clock="owner") | ClockStopped(clock="owner"):
                    self.over = True
                case ClocksPaused() if self.stands is None and self.due > at:
                    self.stands = at
                    self.causes.append(f"{cause} {decision.reason}")
                case ClocksResumed() if self.stands is not None:
                    self.due = gone_on(self.due, self.stands, effect.at)
                    self.stands = None
                    self.causes.append(f"{cause} {decision.reason}")


def inexact(ask: Ask) -> list[str]:
    """Clocks that are due at another instant."""
    rightly = {(clock_of, clock.started): clock for clock_of, clock in told(ask(DECIDED))}
    found = []
    for lead, started, due in ask(CLOCKS):
        clock = rightly.get((str(lead), instants.read(started)))
        if clock is None:
            found.append(f"I-22 nobody began it: {lead} {started}")
        elif clock.due != instants.read(due):
            found.append(f"I-22 due {due}, rightly {clock.due}, begun {started}: {', '.join(clock.causes)}")
    begun = [clock for clock in rightly.values() if _begun_wrong(clock)]
    return found + [
        f"I-22 due {clock.first}, begun {clock.started}: {', '.join(clock.causes)}" for clock in begun
    ]


def told(decided: list[Row]) -> Iterator[tuple[str, Clock]]:
    running: dict[str, Clock] = {}
    for lead, cause, as_of, record in decided:
        name, decision, at = str(lead), _decision(bytes(record)), instants.read(as_of)
        begun = [e for e in decision.effects if isinstance(e, ClockStarted) and e.clock == OWNER]
        if any(isinstance(e, Held) for e in decision.effects):
            running.pop(name, None)
        for each in begun:
            if each.calendar == "berlin":
                running[name] = clock = Clock(each, cause)
                yield name, clock
        if name in running:
            running[name].follows(decision, cause, at)


def gone_on(due: datetime, since: datetime, at: datetime) -> datetime:
    """With as much of office hours as was left when it was put on hold; what was over by then stays."""
    if due <= since:
        return due
    left = opened(since, due)
    return walked(at, left) if left > NOTHING else max(due, at)


def opened(since: datetime, until: datetime) -> timedelta:
    """Office hours between two instants: Monday to Friday, nine to five in Berlin."""
    return sum((max(NOTHING, min(b, until) - max(a, since)) for a, b in _days(since, until)), NOTHING)


def walked(at: datetime, left: timedelta) -> datetime:
    """The first instant that has so much of office hours behind it since `at`."""
    for a, b in _days(at, at + 30 * DAY):
        here = max(NOTHING, b - max(a, at))
        if left <= here:
            return max(a, at) + left
        left -= here
    raise AssertionError("the office never opens")


def _days(since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    day = since.astimezone(BERLIN).replace(hour=0, minute=0, second=0, microsecond=0)
    while day.astimezone(UTC) < until:
        if day.weekday() < 5:
            a, b = day.replace(hour=9), day.replace(hour=17)
            yield a.astimezone(UTC), b.astimezone(UTC)
        day += DAY


def _begun_wrong(clock: Clock) -> bool:
    return clock.first not in [walked(clock.started, span) for span in UNTOUCHED]


@lru_cache(maxsize=4096)
def _decision(record: bytes) -> Decision:
    return read_record(record).decision()
