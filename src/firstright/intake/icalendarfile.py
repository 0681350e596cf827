"""Reads an iCalendar file as one person's time: when they are busy, and when they are out of office. Nothing else is kept
of it, least of all what it is about.

Occurrences are worked out within a window. An entry that cannot be read is left out and told of; a file that is none raises.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

import msgspec

from firstright.core.calendar import zone_of
from firstright.core.clean.problem import Problem
from firstright.intake.icalendarlines import Component, Property, cut
from firstright.intake.icalendarrepeats import Budget, Unreadable, repeats, until_of
from firstright.intake.icalendarvalues import parsed
from firstright.intake.icalendarzones import Zones

MOST_SPANS = 5_000
MOST_PROBLEMS = 100
LONGEST_UID = 200
A_DATE = 12  # steps of the budget that one more date costs
DAY = timedelta(days=1)


class Span(msgspec.Struct, frozen=True, order=True):
    """Half-open, in UTC. `away` is out of office, else busy. Occurrences of one entry share its uid."""

    starts: datetime
    ends: datetime
    uid: str
    away: bool


class Times(msgspec.Struct, frozen=True):
    """Spans by start, and the first hundred problems. Each problem's pointer names its line and property."""

    spans: tuple[Span, ...]
    problems: tuple[Problem, ...]


class Window(NamedTuple):
    """Only what touches this is worked out."""

    since: datetime
    until: datetime


class Moment(NamedTuple):
    """A time on the wall of a zone; `whole` is a day."""

    local: datetime
    zone: tzinfo
    whole: bool = False

    @property
    def instant(self) -> datetime:
        """In the hour that does not exist: as if it were still winter. In the one there is twice: the first."""
        return self.local.replace(tzinfo=self.zone).astimezone(UTC)


def read_calendar(raw: bytes, zone: str, window: Window, *, email: str = "") -> Times:
    """What this file says about its owner, who lives in `zone`: whole days and times without a zone are theirs.

    An entry counts as out of office where it says so (X-MICROSOFT-CDO-BUSYSTATUS:OOF, FBTYPE=BUSY-UNAVAILABLE), as busy where
    it takes time (TRANSP, BUSYSTATUS, FBTYPE), and not at all where it is free, tentative, cancelled, or declined by `email`.
    Raises NotACalendar.
    """
    components, wrong = cut(raw)
    reader = _Reader(components, zone_of(zone), window, email.casefold())
    spans = reader.spans()
    return Times(tuple(sorted(set(spans))), tuple([*wrong, *reader.wrong][:MOST_PROBLEMS]))


class _Reader:
    def __init__(self, components: Sequence[Component], zone: tzinfo, window: Window, email: str) -> None:
        self._components = components
        self._zone = zone
        self._window = window
        self._email = email
        self._zones = Zones([each for each in components if each.name == "VTIMEZONE"])
        self._strange: set[str] = set()
        self._budget = Budget()
        self.wrong: list[Problem] = []

    def spans(self) -> list[Span]:
        found: list[Span] = []
        moved = self._moved()
        for each in self._components:
            for span in self._of(each, moved):
                if len(found) >= MOST_SPANS:
                    first = each.properties[0]
                    self.wrong.append(first.wrong("ics.too_many", f"more than {MOST_SPANS:,} are not read"))
                    return found
                found.append(span)
        return found

    def _moved(self) -> set[tuple[str, datetime]]:
        """(uid, instant) of occurrences that an entry of their own stands in for."""
        found: set[tuple[str, datetime]] = set()
        for each in self._components:
            which = each.first("RECURRENCE-ID")
            if each.name == "VEVENT" and which and (at := self._moment(which)):
                found.add((_uid(each), at.instant))
        return found

    def _of(self, component: Component, moved: set[tuple[str, datetime]]) -> Iterator[Span]:
        try:
            if component.name == "VFREEBUSY":
                yield from self._free_busy(component)
            elif component.name == "VEVENT" and (away := _is_away(component, self._email)) is not None:
                yield from self._event(component, away, moved)
        except Unreadable as error:
            at = component.first("RRULE") or component.properties[0]
            self.wrong.append(at.wrong(error.code, error.reason))

    def _event(self, component: Component, away: bool, moved: set[tuple[str, datetime]]) -> Iterator[Span]:
        begins = component.first("DTSTART") or Property("DTSTART", {}, "", component.line, "")
        start = self._moment(begins)
        length = self._length(component, start) if start else None
        if start is None or length is None:
            return
        own = component.first("RECURRENCE-ID") is not None
        uid = _uid(component)
        skipped = self._skipped(component)
        for each, lasts in self._occurrences(component, start, length):
            if each.instant in skipped or (not own and (uid, each.instant) in moved):
                continue
            span = Span(each.instant, _end(each, lasts), uid, away)
            if span.starts < span.ends and self._is_seen(span):
                yield span

    def _occurrences(
        self, component: Component, start: Moment, length: timedelta
    ) -> Iterator[tuple[Moment, timedelta]]:
        if not component.all("RRULE"):
            yield start, length
        for rule in component.all("RRULE"):
            for local in self._repeats(rule.value, start):
                if local + length + DAY * 2 > self._window.since.replace(tzinfo=None):
                    yield start._replace(local=local), length
        for dates in component.all("RDATE"):
            for each, lasts in self._moments(dates):
                yield each, lasts or length

    def _repeats(self, rule: str, start: Moment) -> Iterator[datetime]:
        last = self._window.until.astimezone(start.zone).replace(tzinfo=None)
        end = until_of(rule)
        if end is not None and end.tzinfo is not None:
            end = end.astimezone(start.zone).replace(tzinfo=None)
        return repeats(rule, start.local, end, last, self._budget)

    def _length(self, component: Component, start: Moment) -> timedelta | None:
        """On the clock; a day that ends as it begins is that day."""
        if ends := component.first("DTEND"):
            end = self._moment(ends)
            if end is None:
                return None
            if start.whole:
                return max(DAY, end.local - start.local)
            if end.instant < start.instant:
                self.wrong.append(ends.wrong("ics.reversed", "the entry ends before it begins"))
                return None
            return end.instant - start.instant
        if lasts := component.first("DURATION"):
            read = parsed(lasts.value)
            if isinstance(read, timedelta) and timedelta() <= read < timedelta(days=36_600):
                return read
            self.wrong.append(lasts.wrong("ics.duration", "is not a duration such as PT1H30M"))
            return None
        return DAY if start.whole else timedelta()

    def _skipped(self, component: Component) -> set[datetime]:
        return {each.instant for dates in component.all("EXDATE") for each, _ in self._moments(dates)}

    def _free_busy(self, component: Component) -> Iterator[Span]:
        for each in component.all("FREEBUSY"):
            kind = each.params.get("FBTYPE", "BUSY").upper()
            if kind in ("FREE", "BUSY-TENTATIVE"):
                continue
            for value in each.value.split(","):
                self._budget.spend(A_DATE)
                read = parsed(value)
                if not isinstance(read, tuple):
                    self.wrong.append(each._replace(value=value).wrong("ics.period", "is not a period"))
                    continue
                first, last = read
                starts = self._placed(first, each).instant
                ends = starts + last if isinstance(last, timedelta) else self._placed(last, each).instant
                span = Span(starts, ends, _uid(component), kind == "BUSY-UNAVAILABLE")
                if span.starts < span.ends and self._is_seen(span):
                    yield span

    def _is_seen(self, span: Span) -> bool:
        return span.ends > self._window.since and span.starts < self._window.until

    def _moments(self, dates: Property) -> Iterator[tuple[Moment, timedelta | None]]:
        """Each of a list; how long it lasts where it is a period."""
        for value in dates.value.split(","):
            self._budget.spend(A_DATE)
            given = dates._replace(value=value)
            if found := self._moment(given):
                yield found, self._lasts(given, found)

    def _lasts(self, given: Property, begins: Moment) -> timedelta | None:
        read = parsed(given.value)
        if not isinstance(read, tuple):
            return None
        last = read[1]
        return last if isinstance(last, timedelta) else self._placed(last, given).instant - begins.instant

    def _moment(self, given: Property) -> Moment | None:
        """Of a period, its start."""
        read = parsed(given.value)
        if isinstance(read, tuple):
            read = read[0]
        if read is None or isinstance(read, timedelta):
            self.wrong.append(
                given.wrong("ics.time", "is not a date or a date and time between 1900 and 2199")
            )
            return None
        return self._placed(read, given)

    def _placed(self, read: datetime, given: Property) -> Moment:
        whole = "T" not in given.value.upper()
        if read.tzinfo is not None:
            return Moment(read.replace(tzinfo=None), UTC)
        return Moment(read, self._zone if whole else self._zone_of(given), whole)

    def _zone_of(self, given: Property) -> tzinfo:
        """Theirs, for a time without a zone, and for a zone that leads nowhere, which is told once."""
        name = given.params.get("TZID", "")
        found = self._zones.get(name) if name else self._zone
        if found is None and name not in self._strange:
            self._strange.add(name)
            said = f"TZID {name[:64]!r} is not known, and not defined in the file: read as their own time"
            self.wrong.append(given.wrong("ics.zone", said))
        return found or self._zone


def _end(start: Moment, length: timedelta) -> datetime:
    if start.whole:
        return start._replace(local=start.local + length).instant
    return start.instant + length


def _is_away(component: Component, email: str) -> bool | None:
    """True is out of office, False busy; None takes no time of theirs."""
    said = {each.name: each.value.strip().upper() for each in component.properties}
    if said.get("STATUS") in ("CANCELLED", "TENTATIVE") or _declined(component, email):
        return None
    match said.get("X-MICROSOFT-CDO-BUSYSTATUS", ""):
        case "OOF":
            return True
        case "FREE" | "TENTATIVE" | "WORKINGELSEWHERE":
            return None
        case "BUSY":
            return False
    return None if said.get("TRANSP") == "TRANSPARENT" else False


def _declined(component: Component, email: str) -> bool:
    asked = [
        each for each in component.all("ATTENDEE") if each.params.get("PARTSTAT", "").upper() == "DECLINED"
    ]
    return bool(email) and any(each.value.casefold().removeprefix("mailto:") == email for each in asked)


def _uid(component: Component) -> str:
    """Of an entry that has none: what the file calls such an entry, and where it stands in it."""
    found = component.first("UID")
    said = "".join(c for c in found.value if c.isprintable())[:LONGEST_UID] if found else ""
    return said or f"{component.name.lower()}-{component.line}"
