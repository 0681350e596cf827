"""Free slots: when somebody is open, not away and in no other meeting. Pure; it reads no table and books nothing.

A slot begins at a minute of the local clock that the grid names, lies in business hours as a whole, and keeps its buffers from
absences, appointments and other meetings. All instants are UTC, half-open.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from firstright.core.assignment.eligibility import LASTING, person_codes
from firstright.core.hours import Hours, NeverOpen
from firstright.core.meetings import OURS, MeetingType, Span, span
from firstright.core.roster import Rep, Roster

MINUTE = timedelta(minutes=1)
Open = tuple[datetime, datetime]
Days = Mapping[str, tuple[Span, ...]]  # meetings and appointments by rep


def free_slots(
    type: MeetingType,
    rep: Rep,
    roster: Roster,
    meetings: Iterable[Span],
    now: datetime,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[datetime]:
    """Where a meeting of this type may begin, ascending: not before the notice is over, not after the horizon, and within
    [since, until) where that is narrower."""
    first = max(now + type.notice, since or now)
    last = min(now + type.horizon, until or now + type.horizon)
    if first > last or not is_here(rep, roster, first):
        return []
    hours = roster.hours_of(rep)
    zone = ZoneInfo(hours.calendar.zone)
    taken = tuple(meetings)
    closed = tuple(away(rep))
    full = _full_days(type, taken, zone)
    found = []
    for opens, closes in open_spans(hours, first, last + type.length):
        for at in _starts(opens, closes - type.length, type.grid, zone):
            if not first <= at <= last or (until is not None and at >= until):
                continue
            wanted = span(type, at)
            if at.astimezone(zone).date() not in full and is_clear(wanted, closed, taken):
                found.append(at)
    return found


def is_free(
    type: MeetingType, rep: Rep, roster: Roster, meetings: Iterable[Span], now: datetime, at: datetime
) -> bool:
    """Whether a meeting of this type can begin with them at exactly that instant."""
    return at in free_slots(type, rep, roster, meetings, now, since=at, until=at + MINUTE)


def covers(wanted: Span, rep: Rep, roster: Roster) -> bool:
    """Whether they are here and open all through it, and not away in what is kept free around it."""
    if not is_here(rep, roster, wanted.starts) or not is_clear(wanted, away(rep), ()):
        return False
    spans = open_spans(roster.hours_of(rep), wanted.starts, wanted.ends)
    return next(spans, None) == (wanted.starts, wanted.ends)


def is_here(rep: Rep, roster: Roster, at: datetime) -> bool:
    """Whether they are anybody to meet at all: active and not gone by then."""
    return LASTING.isdisjoint(person_codes(rep, roster, at, hours=False)[0])


def away(rep: Rep) -> Iterator[Open]:
    """When they are away, pauses and the end of their time here included. What our own invitations put into their calendar is
    none of it: those meetings are known, and one that is to be moved would stand in its own way."""
    for absence in rep.absences:
        if not absence.feed.endswith(OURS):
            yield absence.starts, absence.ends
    if rep.paused_until:
        yield datetime.min.replace(tzinfo=UTC), rep.paused_until
    if rep.left:
        yield rep.left, datetime.max.replace(tzinfo=UTC)


def is_clear(wanted: Span, closed: Iterable[Open], meetings: Iterable[Span]) -> bool:
    """Whether nothing lies in it, nor in what is kept free around it."""
    if any(wanted.since < ends and starts < wanted.until for starts, ends in closed):
        return False
    return not any(wanted.clashes(other) for other in meetings)


def open_spans(hours: Hours, since: datetime, until: datetime) -> Iterator[Open]:
    """Stretches of business time within [since, until), ascending; the first one from where it truly opened, if that is near."""
    at = since
    while at < until:
        try:
            opens = hours.next_open(at)
        except NeverOpen:
            return
        closes = hours.next_change(opens)
        if opens >= until:
            return
        yield opens, min(closes, until) if closes else until
        if closes is None:
            return
        at = closes


def _starts(opens: datetime, last: datetime, grid: int, zone: ZoneInfo) -> Iterator[datetime]:
    """Whole minutes from `opens` to `last` whose local clock the grid divides. Each is looked at anew: clocks jump."""
    at = opens.replace(second=0, microsecond=0)
    if at < opens:
        at += MINUTE
    while at <= last:
        local = at.astimezone(zone)
        over = (local.hour * 60 + local.minute) % grid
        if over:
            at += (grid - over) * MINUTE
            continue
        yield at
        at += grid * MINUTE


def _full_days(type: MeetingType, meetings: Iterable[Span], zone: ZoneInfo) -> frozenset[object]:
    if not type.most:
        return frozenset()
    counts = Counter(each.starts.astimezone(zone).date() for each in meetings if each.ours)
    return frozenset(day for day, number in counts.items() if number >= type.most)


def pool_reps(pool: str, roster: Roster, now: datetime) -> list[Rep]:
    """Its members as of now, in pool order."""
    members = roster.members(pool)
    return [
        rep
        for rep, place in zip(members.reps, members.places, strict=True)
        if not (place.joined and now < place.joined) and not (place.left and place.left <= now)
    ]
