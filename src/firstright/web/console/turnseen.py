"""One rep as a page shows them: their hours, their turn in each rotation, and what became of the leads their
rotations were asked for. It fetches nothing.
"""

from datetime import UTC, datetime, timedelta
from datetime import date as Date
from zoneinfo import ZoneInfo

import msgspec

from firstright.core.hours import Hours
from firstright.core.pools import LEAD
from firstright.core.roster import Absence, Rep, Roster
from firstright.core.why.barrierwords import barrier_phrase
from firstright.core.why.moments import DAYS, MONTHS, Moments
from firstright.core.why.skips import MyTurn, Skip
from firstright.core.why.verdicts import capital
from firstright.web.console.gate import zone_of
from firstright.web.console.teamseen import credit_part, owed
from firstright.web.console.visit import Visit

WEEK = 7  # days shown
MINUTES = 1440
FARTHEST = 2 * LEAD  # of a bar of credit
CLOSES_AT_MIDNIGHT = "24:00"


class Day(msgspec.Struct, frozen=True):
    """Open time of one local day: as text, and as (beginning, length) in minutes of the day. `at` is now, today."""

    name: str
    said: str
    spans: tuple[tuple[int, int], ...]
    at: int | None


class TurnSeen(msgspec.Struct, frozen=True):
    pool: str
    name: str
    said: str
    near: bool
    weight: int
    credit: str
    part: float
    meant: str
    among: str


class SkipSeen(msgspec.Struct, frozen=True):
    """`what` is what it was to them, in a word or three; `why` the datum behind it."""

    decision: str
    at: datetime
    pool: str
    rule: str
    what: str
    tone: str
    why: str
    lead: str


def week(rep: Rep, roster: Roster, now: datetime) -> list[Day]:
    """Today and the six days after it, in the zone of their calendar."""
    zone = ZoneInfo(zone_of(rep.id, roster))
    hours = roster.hours_of(rep)
    today = now.astimezone(zone).date()
    return [_day(hours, today + timedelta(days=n), zone, now, n) for n in range(WEEK)]


def _day(hours: Hours, date: Date, zone: ZoneInfo, now: datetime, ahead: int) -> Day:
    begin = datetime(date.year, date.month, date.day, tzinfo=zone)
    end = begin + timedelta(days=1)  # of the local clock
    spans = _spans(hours, begin.astimezone(UTC), end.astimezone(UTC))
    said = ", ".join([f"{_clock(a, begin)}–{_clock(b, begin)}" for a, b in spans])
    closed = "public holiday" if date in hours.calendar.holidays else "closed"
    name = "Today" if not ahead else f"{DAYS[date.weekday()]} {date.day} {MONTHS[date.month - 1]}"
    parts = tuple((_minute(a, begin), max(1, _minute(b, begin) - _minute(a, begin))) for a, b in spans)
    whole = parts == ((0, MINUTES),)
    return Day(name, "all day" if whole else said or closed, parts, None if ahead else _minute(now, begin))


def _spans(hours: Hours, begin: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    found = []
    at, is_open = begin, hours.is_open(begin)
    while at < end:
        change = hours.next_change(at) or end
        if is_open:
            found.append((at, min(change, end)))
        at, is_open = change, not is_open
    return found


def _minute(at: datetime, begin: datetime) -> int:
    """Of the local clock, so that a day on which it is put back has as many minutes as any other."""
    local = at.astimezone(begin.tzinfo)
    return MINUTES if local.date() > begin.date() else 60 * local.hour + local.minute


def _clock(at: datetime, begin: datetime) -> str:
    local = at.astimezone(begin.tzinfo)
    return CLOSES_AT_MIDNIGHT if local.date() > begin.date() else f"{local.hour:02}:{local.minute:02}"


def dates(absence: Absence, zone: ZoneInfo) -> str:
    """`21 Dec to 1 Jan 2027` for whole days: the last one is the last on which they are away."""
    starts, ends = absence.starts.astimezone(zone), absence.ends.astimezone(zone)
    whole = not (starts.hour or starts.minute or ends.hour or ends.minute)
    if not whole:
        return f"{day(starts)} {starts:%H:%M} to {day(ends)} {ends:%H:%M}"
    last = ends - timedelta(days=1)
    return day(starts) if last.date() <= starts.date() else f"{day(starts)} to {day(last)}"


def day(at: datetime) -> str:
    """`Mon 21 Dec 2026`"""
    return f"{DAYS[at.weekday()]} {at.day} {MONTHS[at.month - 1]} {at.year}"


def turn(place: MyTurn, *, me: bool) -> TurnSeen:
    whose, whom = ("yours", "you are") if me else ("theirs", "they are")
    if place.before == 0:
        said = f"The next one is {whose}"
    elif place.before is None:
        said = f"None of the next thousand is {whose}"
    else:
        said = f"{'Your' if me else 'Their'} turn in about {place.before + 1} leads"
    if not place.am_on:
        said += f", were {'you' if me else 'they'} on"
    return TurnSeen(
        place.pool,
        place.name,
        said,
        place.before == 0 and place.am_on,
        place.weight,
        owed(place.credit),
        credit_part(max(-FARTHEST, min(FARTHEST, place.credit)), FARTHEST),
        _meant(place.credit, whom, me),
        f"{place.on or 'nobody'} can take one now" + ("" if place.am_on else f"; {whom} not among them"),
    )


def _meant(credit: int, whom: str, me: bool) -> str:
    they, their = ("you", "your") if me else ("they", "their")
    if abs(credit) < LEAD // 200:
        return f"{they} have had exactly {their} share"
    return f"{whom} owed leads" if credit > 0 else f"{they} have had more than {their} share"


def skip(visit: Visit, told: Skip, *, me: bool) -> SkipSeen:
    what, tone, why = _what(visit, told, me)
    return SkipSeen(told.decision, told.at, told.name, visit.rule(told.rule), what, tone, why, told.lead)


def _what(visit: Visit, told: Skip, me: bool) -> tuple[str, str, str]:
    winner = told.winner.name if told.winner else "somebody"
    match told.verdict:
        case "won":
            return "Got it", "good", _before(told, me)
        case "eligible":
            return "Could have", "accent", f"It was the turn of {winner}{_against(told, me)}."
        case "ruled-out":
            tell = Moments(visit.zone, visit.now)
            barriers = "; ".join([barrier_phrase(barrier, tell) for barrier in told.barriers])
            return "Could not", "", f"{capital(barriers or 'not eligible')}. It went to {winner}."
        case "erased":
            return "Erased", "", "What was decided is not known any more."
        case _:
            return "Not a member", "", f"{'You were' if me else 'They were'} not in the rotation then."


def _before(told: Skip, me: bool) -> str:
    whose = "your" if me else "their"
    credit = "" if told.credit is None else f": credit {owed(told.credit)} before it"
    return f"It was {whose} turn{credit}."


def _against(told: Skip, me: bool) -> str:
    """More credit wins between equal weights; else whose next lead is due soonest."""
    if told.credit is None or told.of_winner is None:
        return ""
    yours, theirs = owed(told.credit), owed(told.of_winner)
    mine = "your" if me else "their"
    if told.of_winner > told.credit:
        return f": credit {theirs} against {mine} {yours}"
    return f", whose next one was due sooner: credit {theirs} with their weight, {mine} {yours}"
