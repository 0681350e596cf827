"""Business time: when a calendar is open, and how much of its time lies between two instants.

It works on aware instants only and never asks what time it is. Who is absent or overridden is not its business.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from datetime import date as Date
from typing import NamedTuple

from firstright.core.calendar import (
    DAY,
    FIRST_YEAR,
    LAST_YEAR,
    Calendar,
    CalendarProblem,
    DatedHours,
    Shift,
    problems,
    public_holidays,
    span_problems,
    zone_of,
)

__all__ = [
    "HORIZON",
    "Calendar",
    "CalendarProblem",
    "DatedHours",
    "Hours",
    "NeverOpen",
    "Shift",
    "problems",
    "public_holidays",
]

HORIZON = timedelta(days=3653)  # how far ahead an answer is looked for: ten years
LOWEST = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
HIGHEST = datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)
NOTHING = timedelta(0)
SECOND = timedelta(seconds=1)
# How much is compiled around the first question; each further stretch is at least as long as all that is known.
BACKWARD, FORWARD = timedelta(days=20), timedelta(days=60)
# A date's spans open at most a day before its midnight in UTC (zones reach +15 h) and are closed within four days
# after it (a span may last two local days, zones reach -12 h, and Apia once skipped a whole day).
EARLY, LATE = timedelta(days=1), timedelta(days=4)


class NeverOpen(Exception):
    """The calendar has not that much open time in the ten years after an instant."""

    def __init__(self, calendar: str, after: datetime) -> None:
        super().__init__(
            f"Calendar {calendar!r} is not open long enough in the ten years after {after.isoformat()}."
        )
        self.calendar = calendar
        self.after = after


class _Spans(NamedTuple):
    """Open time known for [since, until), as parallel lists in order. Replaced when it must grow, never changed.

    Replaced because the writer and the readers of one roster share it across threads. UTC datetimes, not integers:
    they compare as fast, and turning every instant into an integer and back cost more than the search itself.
    """

    since: datetime
    until: datetime
    starts: list[datetime]  # overlapping and adjoining spans merged
    ends: list[datetime]
    before: list[timedelta]  # open time in all spans before this one
    opened: list[datetime]  # the spans of single dates, not merged
    closed: list[datetime]
    day_close: list[datetime]  # the last closing of the date on which the span opened


class Hours:
    """A calendar, compiled. What it remembers between calls is a memo: answers depend on the arguments alone.

    Instants go in aware, in any zone, from 1900 to 2199, and come out in UTC; anything else is a ValueError.
    Opening and closing follow the local clock: an opening that the clock skips is the first instant after the gap,
    one that comes twice is the first; a closing that comes twice is the second.
    """

    def __init__(self, calendar: Calendar) -> None:
        """ValueError for an unknown zone, and for days and minutes that `problems` would have refused."""
        if bad := span_problems(calendar):
            raise ValueError(f"Calendar {calendar.id!r}: " + " ".join(f"{p.where}: {p.text}" for p in bad))
        self.calendar = calendar
        self._always = calendar.always
        self._zone = zone_of(calendar.zone)
        self._week = [[(s.opens, s.closes) for s in calendar.shifts if s.day == day] for day in range(7)]
        self._dated = {e.date: list(e.spans) for e in calendar.exceptions} | {
            d: [] for d in calendar.holidays
        }
        self._spans = _Spans(LOWEST, LOWEST, [], [], [], [], [], [])
        self._midnights: dict[
            Date, datetime
        ] = {}  # that were asked for: each lead of a day asks for the same

    def is_open(self, t: datetime) -> bool:
        """Whether t lies in a span. An opening instant does, a closing instant does not."""
        at = _utc(t)
        if self._always:
            return True
        spans = self._known(at, at)
        i = bisect_right(spans.starts, at) - 1
        return i >= 0 and at < spans.ends[i]

    def next_open(self, t: datetime) -> datetime:
        """t when open, else the next opening. NeverOpen when there is none within HORIZON."""
        at = _utc(t)
        if self._always:
            return at
        spans = self._known(at, at)
        while True:
            i = bisect_right(spans.ends, at)
            if i < len(spans.ends) and spans.starts[i] <= spans.until:
                opening = max(at, spans.starts[i])
                if opening <= at + HORIZON:
                    return opening
            if spans.until > at + HORIZON:
                raise NeverOpen(self.calendar.id, at)
            spans = self._known(at, spans.until)

    def next_change(self, t: datetime) -> datetime | None:
        """The first instant after t at which `is_open` changes; None when it does not within HORIZON, as for 24x7."""
        at = _utc(t)
        if self._always:
            return None
        spans = self._known(at, at)
        while True:
            i = bisect_right(spans.ends, at)
            if i < len(spans.ends):
                change = spans.starts[i] if spans.starts[i] > at else spans.ends[i]
                if change <= spans.until:
                    return change if change <= at + HORIZON else None
            if spans.until > at + HORIZON:
                return None
            spans = self._known(at, spans.until)

    def add(self, t: datetime, d: timedelta) -> datetime:
        """The earliest instant with d of open time since t; it may be a closing instant.

        A target of zero or less is refused with ValueError, as there is no such deadline; `next_open` is the
        answer to "when can work begin". NeverOpen when HORIZON does not hold that much.
        """
        at = _utc(t)
        if d <= NOTHING:
            raise ValueError(f"A target must be longer than zero, not {d}.")
        if d > HORIZON:
            raise NeverOpen(self.calendar.id, at)
        if self._always:
            return at + d
        spans = self._known(at, at)
        while True:
            target = _open_until(spans, at) + d
            i = bisect_left(spans.before, target) - 1
            if i >= 0:
                due = spans.starts[i] + (target - spans.before[i])
                if due <= spans.ends[i] and due <= spans.until and due <= at + HORIZON:
                    return due
            if spans.until > at + HORIZON:
                raise NeverOpen(self.calendar.id, at)
            spans = self._known(at, spans.until)

    def add_each(self, t: datetime, targets: Iterable[timedelta]) -> list[datetime]:
        """`add` of every target. Those that end in the span t lies in, as most do, cost no look-up of their own."""
        at = _utc(t)
        end = HIGHEST if self._always else at
        if not self._always:
            spans = self._known(at, at)
            i = bisect_right(spans.starts, at) - 1
            if i >= 0:
                end = min(spans.ends[i], spans.until)
        return [at + d if NOTHING < d <= HORIZON and at + d <= end else self.add(at, d) for d in targets]

    def elapsed(self, a: datetime, b: datetime) -> timedelta:
        """Open time from a to b; negative when b is before a, so that elapsed times always add up."""
        start, end = _utc(a), _utc(b)
        if self._always:
            return end - start
        spans = self._known(start, end) if start <= end else self._known(end, start)
        return _open_until(spans, end) - _open_until(spans, start)

    def close_of_business(self, t: datetime) -> datetime:
        """The end of the business day of `next_open(t)`: the last closing of the date on which that span opened.

        After midnight a night shift still belongs to yesterday. Where two dates overlap, the later one counts.
        24x7 closes at the next midnight of its zone. NeverOpen as for `next_open`.
        """
        at = self.next_open(t)
        if self._always:
            day = at.astimezone(self._zone).date()
            midnight = self._midnights.get(day)
            if midnight is None:
                midnight = self._midnights[day] = self._closing(day, DAY)
            return midnight
        spans = self._known(at, at)
        i = bisect_right(spans.opened, at) - 1
        while spans.closed[i] <= at:
            i -= 1
        return spans.day_close[i]

    def _known(self, first: datetime, last: datetime) -> _Spans:
        """Spans that are complete from `first` to `last`, both included."""
        spans = self._spans
        if spans.since <= first and last < spans.until:
            return spans
        width = spans.until - spans.since
        since, until = first - BACKWARD, last + FORWARD
        if width:
            since = spans.since if spans.since <= first else min(since, spans.since - width)
            until = spans.until if last < spans.until else max(until, spans.until + width)
        self._spans = grown = self._compile(
            max(since, LOWEST - BACKWARD),
            min(until, HIGHEST + HORIZON + FORWARD),
        )
        return grown

    def _compile(self, since: datetime, until: datetime) -> _Spans:
        spans = _Spans(since, until, [], [], [], [], [], [])
        total = NOTHING
        for day in range((since - LATE).toordinal(), (until + EARLY).toordinal() + 1):
            dated = self._opened_on(Date.fromordinal(day))
            for start, end in dated:
                spans.opened.append(start)
                spans.closed.append(end)
                spans.day_close.append(max(end for _, end in dated))
                if spans.ends and start <= spans.ends[-1]:
                    if end > spans.ends[-1]:
                        total += end - spans.ends[-1]
                        spans.ends[-1] = end
                else:
                    spans.starts.append(start)
                    spans.ends.append(end)
                    spans.before.append(total)
                    total += end - start
        return spans

    def _opened_on(self, date: Date) -> list[tuple[datetime, datetime]]:
        """The spans that open on a local date, in order; a span that lies inside a gap vanishes."""
        spans = self._dated.get(date)
        if spans is None:
            spans = self._week[date.weekday()]
        instants = [(self._opening(date, opens), self._closing(date, closes)) for opens, closes in spans]
        return sorted((start, end) for start, end in instants if start < end)

    def _opening(self, date: Date, minutes: int) -> datetime:
        wall, early, late = self._readings(date, minutes)
        return early if early <= late else self._after_gap(late, early, wall)

    def _closing(self, date: Date, minutes: int) -> datetime:
        wall, early, late = self._readings(date, minutes)
        return late if early <= late else self._after_gap(late, early, wall)

    def _readings(self, date: Date, minutes: int) -> tuple[datetime, datetime, datetime]:
        """A local time and its two readings in UTC. They are equal, or it comes twice; reversed, it is in a gap."""
        wall = datetime(date.year, date.month, date.day, tzinfo=self._zone) + timedelta(minutes=minutes)
        return wall, wall.astimezone(UTC), wall.replace(fold=1).astimezone(UTC)

    def _after_gap(self, low: datetime, high: datetime, wall: datetime) -> datetime:
        """The instant at which the clock jumps over `wall`: after `low`, not after `high`."""
        while high - low > SECOND:
            middle = low + (high - low) // (2 * SECOND) * SECOND
            # Both in one zone: the clocks are compared, not the instants.
            low, high = (low, middle) if middle.astimezone(self._zone) >= wall else (middle, high)
        return high


def _open_until(spans: _Spans, at: datetime) -> timedelta:
    """Open time before `at`, counted from the first span known."""
    i = bisect_right(spans.starts, at) - 1
    if i < 0:
        return NOTHING
    end = spans.ends[i]
    return spans.before[i] + ((at if at < end else end) - spans.starts[i])


def _utc(t: datetime) -> datetime:
    if t.tzinfo is not UTC:
        if t.tzinfo is None:
            raise ValueError(f"Naive datetime {t.isoformat()}: business time needs an instant with a zone.")
        t = t.astimezone(UTC)
    if not LOWEST <= t < HIGHEST:
        raise ValueError(f"{t.isoformat()} is outside {FIRST_YEAR} to {LAST_YEAR}.")
    return t
