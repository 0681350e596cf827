"""What happens to a clock that runs: it is put on hold, goes on, is stopped, excused or put right. It reads no clock and moves
no lead.

Time that is left is business time: a clock that goes on has exactly as much of it as it had when it was stopped.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from firstright.core.hours import Hours, NeverOpen

Moments = tuple[tuple[int, datetime], ...]  # (percent, instant), ascending
NOTHING = timedelta(0)
WITH_A_DATE = "meeting-booked"  # why they stand still until a meeting
EXCUSES = ("outage", "wrong-holiday", "wrong-calendar", "wrong-data", "customer-asked", "other")


class ClocksPaused(msgspec.Struct, frozen=True, tag="paused", omit_defaults=True):
    """Clocks of the holder stand still while we wait for somebody else; at the latest until `until`."""

    why: str  # a listed state, such as waiting-on-customer
    since: datetime
    until: datetime
    by: str = ""


class ClocksResumed(msgspec.Struct, frozen=True, tag="resumed", omit_defaults=True):
    """They go on, with the business time that was left."""

    at: datetime


class ClockStopped(msgspec.Struct, frozen=True, tag="stopped"):
    """A clock of this name is not waited for any more: it was neither met nor missed."""

    clock: str


class ClockExcused(msgspec.Struct, frozen=True, tag="excused", omit_defaults=True):
    """A miss that is nobody's fault, or was none. `due` is when it was due rightly, where that was worked out anew."""

    id: str  # of the clock's row: it may be one of an earlier holder
    clock: str
    reason: str
    by: str = ""
    note: str = ""
    state: str = "excused"  # excused | met | missed | running
    due: datetime | None = None
    calendar: str = ""
    warnings: Moments = ()


class Pause(msgspec.Struct, frozen=True, omit_defaults=True):
    """Since when and for what the clocks of a lead stand still."""

    why: str
    since: datetime
    until: datetime


class Pausing(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody asks for: that clocks stand still until an instant, or, without one, that they go on."""

    why: str = ""
    until: datetime | None = None


class Left(NamedTuple):
    """Where a clock stands, and in which hours it counts."""

    hours: Hours
    due: datetime
    warnings: Moments


def gone_on(clock: Left, since: datetime, at: datetime) -> tuple[datetime, Moments]:
    """Due and warnings of a clock that stood still from `since` to `at`. What had passed by then stays where it was."""
    moved = tuple([(percent, _moved(clock.hours, when, since, at)) for percent, when in clock.warnings])
    return _moved(clock.hours, clock.due, since, at), moved


def _moved(hours: Hours, when: datetime, since: datetime, at: datetime) -> datetime:
    """The instant that has as much business time before it after `at` as `when` had after `since`."""
    if when <= since:
        return when
    left = hours.elapsed(since, when)
    try:
        return hours.add(at, left) if left > NOTHING else max(when, at)
    except NeverOpen:  # plain time, because a deadline there must be
        return at + (when - since)


def held_to(started: datetime, due: datetime, hours: Hours, *, by_day: bool) -> timedelta | None:
    """The business time a clock was started with, in the hours it was started in; None where it ends with the business day,
    which only some (`by_day`) do."""
    try:
        if by_day and due == hours.close_of_business(started):
            return None
    except NeverOpen:  # it was started in plain time
        pass
    return hours.elapsed(started, due)


def put_right(started: datetime, target: timedelta | None, hours: Hours) -> datetime:
    """When it is due in these hours; without a target by the close of the business day."""
    return hours.add(started, target) if target else hours.close_of_business(started)


def verdict(due: datetime, met_at: datetime | None, now: datetime, *, counts: bool) -> str:
    """What a clock is whose deadline is this one. What no longer counts and was not over in time is nobody's miss."""
    if met_at is not None:
        return "met" if met_at <= due else "missed"
    if now >= due:
        return "missed"
    return "running" if counts else "excused"


ClockEffect = ClocksPaused | ClocksResumed | ClockStopped | ClockExcused
