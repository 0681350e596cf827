"""Cuts an iCalendar file (RFC 5545) into the few components and properties that say when somebody is away, with their lines.

It reads no value: what a property means is `icalendarfile`'s. What nobody asks for (descriptions, attachments) is not even
put together, so that a file costs as much as what is wanted of it.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from icalendar.parser import Contentline

from firstright.core.clean.problem import Problem, escaped

LARGEST = 10 * 1024 * 1024  # bytes of a file
LONGEST = 64 * 1024  # characters of one property, once it is put together
MOST_COMPONENTS = 20_000
MOST_PROPERTIES = 100_000
DEEPEST = 8

_OF_EVENT = frozenset(
    ("UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "STATUS", "TRANSP", "ATTENDEE")
) | {"X-MICROSOFT-CDO-BUSYSTATUS"}  # fmt: skip
WANTED = {"VEVENT": _OF_EVENT, "VFREEBUSY": frozenset(("UID", "FREEBUSY")), "VTIMEZONE": frozenset(("TZID",))}
_ZONE_PARTS = frozenset(("STANDARD", "DAYLIGHT"))
_OF_ZONE = frozenset(("DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"))


class NotACalendar(Exception):
    """The file as a whole is none: where that shows, and how. Nothing of it was read."""

    def __init__(self, line: int, code: str, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.problem = Problem(f"/line/{line}", code, reason, "")


class Property(NamedTuple):
    """As written, only unfolded. `params` has upper-case names."""

    name: str
    params: dict[str, str]
    value: str
    line: int
    text: str
    part: int = 0  # of a time zone: the line on which the part begins that it belongs to

    def wrong(self, code: str, reason: str) -> Problem:
        return Problem(f"/line/{self.line}/{self.name}", code, reason, f'"{escaped(self.value[:64])}"')


class Component(NamedTuple):
    """A component of a kind that is wanted, with its wanted properties in order, those of zone parts within."""

    name: str
    line: int
    properties: list[Property]

    def first(self, name: str) -> Property | None:
        return next((each for each in self.properties if each.name == name), None)

    def all(self, name: str) -> list[Property]:
        return [each for each in self.properties if each.name == name]


def cut(raw: bytes) -> tuple[list[Component], list[Problem]]:
    """The wanted components in order, and the properties of theirs that are not written as any is.

    Raises NotACalendar for what is too large, is something else, or ends before it is over: a file that was cut off would
    otherwise send somebody back to work.
    """
    if len(raw) > LARGEST:
        raise NotACalendar(1, "ics.too_large", f"has {len(raw):,} bytes, and at most {LARGEST:,} are read")
    return _Cutter().run(raw)


class _Cutter:
    def __init__(self) -> None:
        self.found: list[Component] = []
        self.wrong: list[Problem] = []
        self._open: list[tuple[str, int]] = []
        self._in: Component | None = None
        self._properties = 0

    def run(self, raw: bytes) -> tuple[list[Component], list[Problem]]:
        last = 1
        for line, text in _unfolded(raw, self._wants):
            last = line
            self._take(line, text)
        if self._open:
            name, line = self._open[-1]
            raise NotACalendar(last, "ics.cut_off", f"ends before {name}, begun on line {line}, is over")
        if last == 1 and not raw.strip():
            raise NotACalendar(
                1, "ics.not_a_calendar", "is empty; an iCalendar file begins with BEGIN:VCALENDAR"
            )
        return self.found, self.wrong

    def _wants(self, name: str) -> bool:
        if name in ("BEGIN", "END") or not self._open:
            return True
        inner = self._open[-1][0]
        if inner in _ZONE_PARTS:
            return self._in is not None and name in _OF_ZONE
        return name in WANTED.get(inner, ())

    def _take(self, line: int, text: str) -> None:
        name = _name(text)
        word = text.partition(":")[2].strip().upper()
        if name == "BEGIN":
            self._begin(word, line)
        elif name == "END":
            self._end(word, line)
        elif not self._open:
            raise NotACalendar(
                line, "ics.not_a_calendar", "is outside of any BEGIN:VCALENDAR: this is no iCalendar file"
            )
        elif self._in is not None:
            self._read(self._in, name, text, line)

    def _begin(self, name: str, line: int) -> None:
        if not self._open and name != "VCALENDAR":
            raise NotACalendar(line, "ics.not_a_calendar", "an iCalendar file begins with BEGIN:VCALENDAR")
        if len(self._open) >= DEEPEST:
            raise NotACalendar(line, "ics.too_deep", f"components nest deeper than {DEEPEST}")
        self._open.append((name, line))
        if name in WANTED and len(self._open) == 2:
            if len(self.found) >= MOST_COMPONENTS:
                raise NotACalendar(line, "ics.too_many", f"has more than {MOST_COMPONENTS:,} entries")
            self._in = Component(name, line, [])
            self.found.append(self._in)

    def _end(self, name: str, line: int) -> None:
        if not self._open or self._open[-1][0] != name:
            open_ = (
                f"what is open is {self._open[-1][0]}, begun on line {self._open[-1][1]}"
                if self._open
                else ""
            )
            raise NotACalendar(
                line, "ics.nesting", f"END:{escaped(name[:32])} ends nothing{open_ and '; '}{open_}"
            )
        self._open.pop()
        if len(self._open) < 2:
            self._in = None

    def _read(self, component: Component, name: str, text: str, line: int) -> None:
        self._properties += 1
        if self._properties > MOST_PROPERTIES:
            raise NotACalendar(line, "ics.too_many", f"has more than {MOST_PROPERTIES:,} properties")
        if len(text) > LONGEST:
            found = Property(name, {}, text[:64], line, "")
            self.wrong.append(found.wrong("ics.too_long", f"is longer than {LONGEST:,} characters"))
            return
        try:
            _, params, value = Contentline(text).raw_parts()  # type: ignore[no-untyped-call]  # icalendar says no types there
        except ValueError:
            found = Property(name, {}, text, line, "")
            self.wrong.append(found.wrong("ics.property", "is not written as NAME;PARAMETER=VALUE:VALUE"))
            return
        read = {key.upper(): each if isinstance(each, str) else str(each[0]) for key, each in params.items()}
        inner, begun = self._open[-1]
        part = begun if inner in _ZONE_PARTS else 0
        component.properties.append(Property(name, read, value, line, text, part))


def _unfolded(raw: bytes, wants: Callable[[str], bool]) -> Iterator[tuple[int, str]]:
    """(line it begins on, content line); of unwanted ones only that they are there is known, so they are left out."""
    lines = raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    at = 0
    while at < len(lines):
        begins, first = at, lines[at].decode(errors="replace")
        at += 1
        while at < len(lines) and lines[at][:1] in (b" ", b"\t"):
            at += 1
        if first.strip() and wants(_name(first)):
            rest = [line[1:].decode(errors="replace") for line in lines[begins + 1 : at]]
            yield begins + 1, "".join((first, *rest))


def _name(text: str) -> str:
    return text.partition(":")[0].partition(";")[0].strip().upper()
