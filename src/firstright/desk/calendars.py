"""Somebody's own calendar as absences: out of office always, busy ones when they last long enough. It reads; the roster is
changed by `FeedCalendar`."""

from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from firstright.core.authority import Actor
from firstright.core.clean.problem import Problem
from firstright.core.roster import Absence, Roster
from firstright.desk import Desk
from firstright.desk.absences import FeedCalendar
from firstright.desk.batch import Batch
from firstright.desk.moments import zone_name
from firstright.desk.repwork import Changed
from firstright.errors import Refused
from firstright.intake.icalendarfile import Window, read_calendar
from firstright.intake.icalendarlines import NotACalendar

BACK, AHEAD = timedelta(days=31), timedelta(days=400)
MOST_FED = 300
AWAY, BUSY = "out-of-office", "busy"  # the types of absences that are read


class CalendarAsked(
    msgspec.Struct, frozen=True, tag_field="kind", tag="calendar", forbid_unknown_fields=True
):
    """`busy_over` are seconds from which on being busy is an absence too; without it only out of office is."""

    rep: str
    text: str
    reason: str = "from their calendar"
    busy_over: int | None = None


def feed(desk: Desk, asked: CalendarAsked, actor: Actor) -> Changed:
    """Replaces what this rep's calendar said before by what this one says, from a month ago to 400 days from now.

    Raises Refused for what is no calendar, naming the line, and what `FeedCalendar` refuses.
    """
    busy_over = None if asked.busy_over is None else timedelta(seconds=asked.busy_over)
    read = read_for(desk, asked.rep, asked.text.encode(errors="replace"), busy_over)
    changed = desk.act(FeedCalendar(asked.rep, actor, asked.reason, read.absences, read.since))
    return msgspec.structs.replace(changed, problems=read.problems)


class Read(NamedTuple):
    """`since`: what was over by then is not looked at."""

    absences: tuple[Absence, ...]
    problems: tuple[Problem, ...]
    since: datetime


def read_for(desk: Desk, rep: str, raw: bytes, busy_over: timedelta | None) -> Read:
    """What this file says of the rep, as of now. Raises Refused for what is no calendar, naming the line."""
    now, roster = desk.writer.submit(_Now()).result()
    window = Window(now - BACK, now + AHEAD)
    try:
        return Read(*absences_in(raw, rep, roster, window, busy_over), window.since)
    except NotACalendar as error:
        raise Refused([f"file: {error}"]) from None


class _Now:
    """The time, by the clock that turns are taken by, and the roster of then."""

    lane = "person"

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> tuple[datetime, Roster | None]:
        return batch.turn.now, batch.memory.roster

    def rescue(self, batch: Batch, failure: Exception) -> tuple[datetime, Roster | None]:
        raise failure


def absences_in(
    raw: bytes, rep: str, roster: Roster | None, window: Window, busy_over: timedelta | None
) -> tuple[tuple[Absence, ...], tuple[Problem, ...]]:
    """The absences of a file, by start, and what could not be read. Whole days are those of the zone the rep works in."""
    known = roster.reps.get(rep) if roster else None
    zone = zone_name(known, roster.document) if roster and known else "UTC"
    read = read_calendar(raw, zone, window, email=known.email if known else "")
    wanted = [
        Absence(AWAY if span.away else BUSY, span.starts, span.ends, feed=span.uid)
        for span in read.spans
        if span.away or (busy_over is not None and span.ends - span.starts >= busy_over)
    ]
    problems = list(read.problems)
    if len(wanted) > MOST_FED:
        said = f"says {len(wanted):,} absences, and the first {MOST_FED} are kept"
        problems.append(Problem("", "ics.too_many", said, ""))
    return tuple(wanted[:MOST_FED]), tuple(problems)
