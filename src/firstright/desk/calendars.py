"""Somebody's own calendar as absences: out of office always, busy ones when they last long enough. It reads; the roster is
changed by `FeedCalendar`."""

from datetime import datetime, timedelta

import msgspec

from firstright.core.authority import Actor
from firstright.core.clean.problem import Problem
from firstright.core.roster import Absence, Roster
from firstright.desk import Desk
from firstright.desk.absences import FeedCalendar
from firstright.desk.repwork import Changed
from firstright.errors import Refused
from firstright.intake.icalendarfile import Window, read_calendar
from firstright.intake.icalendarlines import NotACalendar

BACK, AHEAD = timedelta(days=31), timedelta(days=400)
MOST_FED = 300
AWAY, BUSY = "out-of-office", "busy"  # the types of absences that are read


class Fed(msgspec.Struct, frozen=True):
    """`problems` are entries that could not be read, each with its line and property: they count for nothing."""

    changed: Changed
    absences: int
    problems: tuple[Problem, ...] = ()


def feed(
    desk: Desk,
    rep: str,
    raw: bytes,
    actor: Actor,
    now: datetime,
    *,
    busy_over: timedelta | None = None,
    reason: str = "",
) -> Fed:
    """Replaces what this rep's calendar said before by what this file says, from a month ago to 400 days from now.

    Raises Refused for a file that is no calendar, naming the line, and what `FeedCalendar` refuses.
    """
    if desk.roster is None:
        desk.warm()
    window = Window(now - BACK, now + AHEAD)
    try:
        found, problems = absences_in(raw, rep, desk.roster, window, busy_over)
    except NotACalendar as error:
        raise Refused([f"file: {error}"]) from None
    changed = desk.act(FeedCalendar(rep, actor, reason or "from their calendar", found, window.since))
    return Fed(changed, len(found), problems)


def absences_in(
    raw: bytes, rep: str, roster: Roster | None, window: Window, busy_over: timedelta | None
) -> tuple[tuple[Absence, ...], tuple[Problem, ...]]:
    """The absences of a file, by start, and what could not be read. Whole days are those of the zone the rep works in."""
    known = roster.reps.get(rep) if roster else None
    zone = zone_of(roster, known.calendar) if roster and known else "UTC"
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


def zone_of(roster: Roster, calendar: str) -> str:
    """Where a rep with this calendar lives; without one, where the roster does."""
    return next(
        (each.zone for each in roster.document.calendars if each.id == calendar), roster.document.zone
    )
