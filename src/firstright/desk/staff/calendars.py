"""Somebody's own calendar as absences: out of office always, busy ones when they last long enough. It reads; the roster is
changed by `FeedCalendar`."""

from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from firstright.core.authority import Actor
from firstright.core.clean.problem import Problem
from firstright.core.meetings import LONGEST_HORIZON, OURS
from firstright.core.roster import Absence, Roster
from firstright.core.slots import Open
from firstright.desk import Desk
from firstright.desk.batch import Batch
from firstright.desk.moments import zone_name
from firstright.desk.staff.absences import FeedCalendar
from firstright.desk.staff.repwork import Changed
from firstright.errors import Refused
from firstright.intake.icalendarfile import Span, Window, read_calendar
from firstright.intake.icalendarlines import NotACalendar

SOON = LONGEST_HORIZON + timedelta(days=14)  # the same file is worked out anew once a week
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
    changed = desk.act(FeedCalendar(asked.rep, actor, asked.reason, read.absences, read.since, read.busy))
    return msgspec.structs.replace(changed, problems=read.problems)


class Read(NamedTuple):
    """`since`: what was over by then is not looked at. `busy` are appointments ahead, however short."""

    absences: tuple[Absence, ...]
    problems: tuple[Problem, ...]
    busy: tuple[Open, ...]
    since: datetime


def read_for(desk: Desk, rep: str, raw: bytes, busy_over: timedelta | None) -> Read:
    """What this file says of the rep, as of now. Raises Refused for what is no calendar, naming the line."""
    now, roster = desk.writer.submit(_Now()).result()
    window = Window(now - BACK, now + AHEAD)
    try:
        return Read(*absences_in(raw, rep, roster, window, busy_over, now), window.since)
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
    raw: bytes, rep: str, roster: Roster | None, window: Window, busy_over: timedelta | None, now: datetime
) -> tuple[tuple[Absence, ...], tuple[Problem, ...], tuple[Open, ...]]:
    """The absences of a file, by start, what could not be read, and the appointments that lie ahead. Whole days are those of the
    zone the rep works in."""
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
    return tuple(wanted[:MOST_FED]), tuple(problems), _ahead(read.spans, now)


def _ahead(spans: tuple[Span, ...], now: datetime) -> tuple[Open, ...]:
    """When they have something to do, as far as anybody books; meetings of ours are known already."""
    return tuple(
        (span.starts, span.ends)
        for span in spans
        if not span.away and now < span.ends and span.starts < now + SOON and not span.uid.endswith(OURS)
    )
