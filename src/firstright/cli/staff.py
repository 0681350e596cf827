"""What `firstright rep absence`, `on`, `hours`, `leave`, `join` and `calendar` do. What may be said, the desk judges."""

from datetime import date
from pathlib import Path

from firstright import wiring
from firstright.cli.exits import Stop
from firstright.cli.reach import ask
from firstright.cli.reps import BY
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.core.documents.rosterfile import read_roster
from firstright.core.roster import Rep
from firstright.core.rules.durations import parse_duration
from firstright.desk.staff.absences import AbsenceAsked, AbsenceEnded
from firstright.desk.staff.attending import HoursAsked, OnAsked
from firstright.desk.staff.calendars import CalendarAsked
from firstright.desk.staff.repasked import RepAsked
from firstright.desk.staff.staffing import JoinAsked, LeaveAsked, StepAsked
from firstright.intake.icalendarlines import LARGEST
from firstright.storage import gauges, people
from firstright.web.commands.people import Staff


def on(database: str | None, rep: str, until: str, reason: str) -> None:
    _done(database, OnAsked(rep, reason, until or None), "takes leads")


def hours(database: str | None, rep: str, day: str, spans: list[str], *, closed: bool, reason: str) -> None:
    try:
        read = date.fromisoformat(day)
    except ValueError:
        raise Stop(f"{safe(day)} is not a day such as 2026-12-24") from None
    if closed and spans:
        raise Stop("--closed: a day with hours is not closed")
    given = tuple(spans) if spans or closed else None
    _done(database, HoursAsked(rep, reason, read, given), "works on")


def leave(database: str | None, rep: str, at: str, *, stays: bool, reason: str) -> None:
    _done(database, LeaveAsked(rep, reason, at or None, stays), "leaves" if not stays else "")


def join(
    database: str | None,
    rep: str,
    pool: str,
    weight: int,
    ramp: list[str],
    joined: str,
    left: str,
    reason: str,
) -> None:
    steps = tuple(_step(each) for each in ramp)
    asked = JoinAsked(rep, reason, pool, weight, steps, joined or None, left or None)
    _done(database, asked, "is in")


def calendar(database: str | None, rep: str, file: Path, busy_over: str, reason: str) -> None:
    try:
        seconds = int(parse_duration(busy_over).total_seconds()) if busy_over else None
    except ValueError as error:
        raise Stop(f"--busy-over: {error}") from None
    try:
        if file.stat().st_size > LARGEST:
            raise Stop(f"{safe(str(file))}: has more than {LARGEST:,} bytes")
        text = file.read_bytes().decode(errors="replace")
    except OSError as error:
        raise Stop(f"{safe(str(file))}: {error.strerror}") from None
    _done(database, CalendarAsked(rep, text, reason, seconds), "has")


def absence_add(
    database: str | None, rep: str, kind: str, starts: str, ends: str, backup: str, reason: str
) -> None:
    _done(database, AbsenceAsked(rep, reason, kind, starts, ends, backup), "is away:")


def absence_end(database: str | None, rep: str, starts: str, reason: str) -> None:
    _done(database, AbsenceEnded(rep, reason, starts), "is not away")


def absence_list(database: str | None, rep: str) -> None:
    """One a line: from, until, type, who stands in, and whether it is their calendar's."""
    with workspace(database or "") as (opened, place), opened.read() as tx:
        current = people.current(tx)
        text = people.load(tx, current.version) if current else ""
        now = gauges.instant(tx, wiring.now())
    document = read_roster(text)[0] if text else None
    found: Rep | None = next((each for each in document.reps if each.id == rep), None) if document else None
    if found is None:
        raise Stop(f'the roster of {place} has no rep "{safe(rep)}"')
    for each in sorted(found.absences, key=lambda absence: absence.starts):
        if each.ends > now:
            stands_in = f", {each.backup} stands in" if each.backup else ""
            fed = " (calendar)" if each.feed else ""
            print(
                safe(
                    f"{each.starts:%Y-%m-%dT%H:%MZ} to {each.ends:%Y-%m-%dT%H:%MZ} {each.type}{stands_in}{fed}"
                )
            )


def _step(written: str) -> StepAsked:
    at, _, weight = written.rpartition("=")
    if not at or not (weight.isascii() and weight.isdigit()) or len(weight) > 7:
        raise Stop(f"--ramp {safe(written)}: write a day and a weight, such as 2026-02-01=2")
    return StepAsked(at, int(weight))


def _done(database: str | None, asked: RepAsked, doing: str) -> None:
    done = ask(database, Staff(asked=asked, by=BY))
    already = "" if done.changed else " already"
    print(safe(f"{done.rep} {f'{doing} ' if doing else ''}{done.says}{already} (roster {done.version})"))
    for problem in done.problems:
        print(safe(f"not read: {problem.pointer.removeprefix('/').replace('/', ' ')}: {problem.reason}"))
