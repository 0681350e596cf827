"""A TOML document while it is being read: typed getters that gather what is wrong and go on.

Nothing here knows policies or rosters, and nothing is raised: a value that does not fit is reported and its default used.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import TypeVar

import msgspec

from firstright.core.calendar import zone_of
from firstright.core.documents.spans import Path, Spans
from firstright.core.rules.durations import parse_duration
from firstright.core.rules.fields import nearest, shown
from firstright.core.rules.findings import Finding, Severity

LARGEST = 16 * 1024 * 1024  # bytes
DEEPEST = 20
MOST_TABLES = (
    50_000  # of one kind: a document of 200,000 rules is refused before tomllib spends seconds on it
)
NO_TIME = frozenset(("none", "0s", "0min", "0h", "0d"))

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NUL = re.compile(r"\\(u0000|U00000000)")  # the only way to write one
_ARRAY_TABLE = re.compile(r"^[ \t]*\[\[", re.MULTILINE)
_PLACE = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)$")
_Choice = TypeVar("_Choice", bound=StrEnum)


class Source(msgspec.Struct, frozen=True):
    """Where a document came from, for whoever must cite it later. `broken` are the tables that did not read well."""

    file: str = ""
    spans: Spans | None = None
    broken: frozenset[Path] = frozenset()

    def finding(self, code: str, path: Path, where: str, text: str, severity: Severity = "error") -> Finding:
        if self.spans is None:
            return Finding(code, where, text, severity, self.file)
        line, column = self.spans.position(*path)
        return Finding(code, where, text, severity, self.file, line, column)


class Reading:
    """One document: its data as far as it parsed, and the findings so far. `kind` begins the codes of size findings."""

    def __init__(self, text: str, file: str, kind: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self._broken: set[Path] = set()
        self.spans = Spans.of("")
        self.data: dict[str, object] = {}
        if self._fits(text, kind):
            self.spans = Spans.of(text)
            self.data = self._parsed(text, kind)
            if _NUL.search(text):
                self._refuse_nul(self.data)
            if not self.data and not self.findings:
                self.report(
                    f"{kind}.empty", (), "", f"The file says nothing; a {kind} is written in TOML tables."
                )

    @property
    def root(self) -> "Table":
        return Table(self, self.data, (), "")

    @property
    def source(self) -> Source:
        return Source(self.file, self.spans, frozenset(self._broken))

    @property
    def failed(self) -> bool:
        return any(finding.severity == "error" for finding in self.findings)

    def report(self, code: str, path: Path, where: str, text: str, severity: Severity = "error") -> None:
        line, column = self.spans.position(*path)
        self.findings.append(Finding(code, where, text, severity, self.file, line, column))
        if severity == "error":
            self._broken.add(path[:2])

    def _fits(self, text: str, kind: str) -> bool:
        size = len(text.encode(errors="surrogatepass"))
        if size > LARGEST:
            megabytes = LARGEST // 1024 // 1024
            reason = f"The file has {size:,} bytes and at most {megabytes} MiB are read; split off its lists."
        elif (tables := len(_ARRAY_TABLE.findall(text))) > MOST_TABLES:
            reason = f"The file has {tables:,} tables in arrays and at most {MOST_TABLES:,} are read."
        else:
            return True
        self.findings.append(Finding(f"{kind}.too_large", "", reason, file=self.file, line=1, column=1))
        return False

    def _parsed(self, text: str, kind: str) -> dict[str, object]:
        if self.spans.depth > DEEPEST:
            reason = f"Tables and lists nest {self.spans.depth} deep here and at most {DEEPEST} are read."
            self.report(f"{kind}.too_deep", self.spans.deepest, "", reason)
            return {}
        try:
            return tomllib.loads(text.removeprefix("\ufeff"))
        except RecursionError:
            self.report(f"{kind}.too_deep", (), "", f"Tables and lists nest deeper than {DEEPEST}.")
        except ValueError as error:  # also what int() says to a number of 5,000 digits
            self.findings.append(self._syntax(str(error), text))
        return {}

    def _refuse_nul(self, data: Mapping[str, object]) -> None:
        """One database keeps the character U+0000 and the other does not: no text may hold it."""
        waiting: list[tuple[Path, object]] = [((), data)]
        while waiting:
            path, value = waiting.pop()
            children = value.items() if isinstance(value, dict) else []
            if isinstance(value, list):
                children = list(enumerate(value))
            waiting += [((*path, key), child) for key, child in children]
            if any("\0" in text for text in (value, *path[-1:]) if isinstance(text, str)):
                where = ".".join(map(str, path))
                self.report("text.control_char", path, where, "The character U+0000 cannot be stored.")

    def _syntax(self, message: str, text: str) -> Finding:
        lines = text.split("\n")
        line, column = len(lines), len(lines[-1]) + 1
        if (place := _PLACE.search(message)) and place[1]:
            line, column = int(place[1]), int(place[2])
        reason = _PLACE.sub("", message).strip()
        for path, first, again in self.spans.repeated:
            if again == line:
                name = ".".join(map(str, path))
                text = f'"{name}" is given again; it stands on line {first} already. Keep one of the two.'
                return Finding("key.duplicate", name, text, file=self.file, line=line, column=column)
        where = f"line {line}, column {column}"
        return Finding("toml.syntax", where, f"Not TOML: {reason}.", file=self.file, line=line, column=column)


class Table:
    """One table: each getter takes a key out; `close` reports the keys nobody asked for."""

    def __init__(self, reading: Reading, data: Mapping[str, object], path: Path, label: str) -> None:
        self.reading = reading
        self.data = data
        self.path = path
        self.label = label
        self.zone: tzinfo = UTC  # of dates that name none; handed down to the tables within
        self._asked: dict[str, None] = {}

    def report(self, code: str, key: str | int | None, text: str, severity: Severity = "error") -> None:
        path = self.path if key is None else (*self.path, key)
        self.reading.report(code, path, self.where(key), text, severity)

    def where(self, key: str | int | None) -> str:
        return self.label if key is None else f"{self.label} {key}".lstrip()

    def has(self, key: str) -> bool:
        self._asked[key] = None
        return key in self.data

    def raw(self, key: str) -> object:
        self._asked[key] = None
        return self.data.get(key)

    def text(self, key: str, default: str = "", *, needed: bool = False) -> str:
        value = self.raw(key)
        if isinstance(value, str) and value.strip():
            return value
        if value is None and needed:
            self.report("key.missing", key, f'"{key}" is missing and nothing can stand in for it.')
        elif value is not None:
            self.misfit(key, value, "text, in quotes and not empty")
        return default

    def texts(self, key: str) -> tuple[str, ...]:
        """A text or a list of texts, in order and without repeats."""
        value = self.raw(key)
        items = value if isinstance(value, list) else [] if value is None else [value]
        found: dict[str, None] = {}
        for item in items:
            if isinstance(item, str) and item.strip():
                found[item] = None
            else:
                self.misfit(key, item, "text, or a list of texts, none of them empty")
        return tuple(found)

    def flag(self, key: str, default: bool) -> bool:
        value = self.raw(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.misfit(key, value, "true or false")
        return default

    def number(self, key: str, low: int, high: int, default: int) -> int:
        value = self.raw(key)
        return default if value is None else self.whole(key, value, low, high, default)

    def whole(self, key: str, value: object, low: int, high: int, default: int) -> int:
        """A whole number in [low, high]; used for values that do not stand under a key of their own, too."""
        if isinstance(value, bool) or not isinstance(value, int):
            self.misfit(key, value, f"a whole number from {low:,} to {high:,}")
        elif not low <= value <= high:
            self.report("value.range", key, f"{value} is not between {low:,} and {high:,}.")
        else:
            return value
        return default

    def duration(self, key: str, *, zero: bool = False) -> timedelta | None:
        """`90s`, `5min`, `2h`, `30d`, `1w`; with `zero` also "none"."""
        value = self.raw(key)
        if zero and isinstance(value, str) and value in NO_TIME:
            return timedelta(0)
        if value is None:
            return None
        if not isinstance(value, str):
            self.misfit(key, value, 'a duration in quotes with its unit, such as "5min"')
            return None
        try:
            return parse_duration(value)
        except ValueError as error:
            self.report("duration.invalid", key, sentence(str(error)))
            return None

    def choice(
        self, key: str, known: type[_Choice], default: _Choice, *, code: str = "value.unknown"
    ) -> _Choice:
        value = self.raw(key)
        if value is None:
            return default
        for one in known:
            if one.value == value:
                return one
        self.unknown(code, key, value, [one.value for one in known])
        return default

    def instant(self, key: str) -> datetime | None:
        """A date or date and time, bare or in quotes; without a zone it is the document's, a date is its midnight."""
        value = self.raw(key)
        if isinstance(value, str):
            value = _read_instant(value)
        if isinstance(value, datetime):
            return _in_utc(value, self.zone)
        if isinstance(value, date):
            return _in_utc(datetime.combine(value, time(), self.zone), self.zone)
        if value is not None or (key in self.data):
            got = shown(self.data[key])
            self.report(
                "time.invalid", key, f"{got} is not a date such as 2026-03-01 or 2026-03-01T09:00:00+01:00."
            )
        return None

    def zone_name(self, key: str, default: str) -> str:
        """An IANA time zone that exists."""
        name = self.text(key, default)
        try:
            zone_of(name)
        except ValueError as error:
            self.report("zone.unknown", key, str(error))
            return default
        return name

    def period(self, first: str, last: str) -> tuple[datetime | None, datetime | None]:
        starts, ends = self.instant(first), self.instant(last)
        if starts and ends and ends <= starts:
            self.report(
                "time.reversed", last, f'"{last}" is not after "{first}", so nothing lies between them.'
            )
        return starts, ends

    def table(self, key: str, label: str = "") -> "Table":
        """The table under a key; an empty one when it is missing or no table."""
        value = self.raw(key)
        if value is not None and not isinstance(value, dict):
            self.misfit(key, value, "a table")
        data = value if isinstance(value, dict) else {}
        return self.at((key,), data, label or self.where(key))

    def at(self, path: Path, data: Mapping[str, object], label: str) -> "Table":
        """The table that stands at a path below this one."""
        child = Table(self.reading, data, (*self.path, *path), label)
        child.zone = self.zone
        return child

    def named(self, key: str, kind: str) -> Iterator[tuple[str, "Table"]]:
        """Tables by id under a key: `[pools.x]`, `[pools.y]`."""
        holder = self.table(key)
        for name in holder.data:
            if not _ID.fullmatch(name):
                holder.report("id.invalid", name, f'"{name}" cannot name a {kind}: {_ID_SHAPE}.')
            table = holder.table(name, f'{kind} "{name}"')
            yield name, table
            table.close()

    def rows(self, key: str, kind: str) -> Iterator["Table"]:
        """Tables of an array: `[[rule]]`. The label names the row's id where it has one."""
        value = self.raw(key)
        if value is None:
            return
        if not isinstance(value, list):
            self.misfit(key, value, f"a list of tables, each under [[{key}]]")
            return
        for index, row in enumerate(value):
            place = self.at((key, index), {}, f"{kind} {index + 1}")
            if not isinstance(row, dict):
                place.misfit(None, row, "a table")
                return  # going on would give the rows behind it the wrong places
            name = row.get("id")
            place.data = row
            place.label = f'{kind} "{name}"' if isinstance(name, str) and name else place.label
            yield place
            place.close()

    def id(self, kind: str, seen: dict[str, int]) -> str:
        """The row's id, reported when missing, misshapen or `seen` on an earlier line; it is added there."""
        name = self.text("id", needed=True)
        if not name:
            return ""
        line = self.reading.spans.line(*self.path, "id")
        if not _ID.fullmatch(name):
            self.report("id.invalid", "id", f"{shown(name)} cannot name a {kind}: {_ID_SHAPE}.")
        elif name in seen:
            self.report(
                f"{kind}.duplicate", "id", f'The id "{name}" on line {line} is taken on line {seen[name]}.'
            )
        seen.setdefault(name, line)
        return name

    def unknown(self, code: str, key: str | int, value: object, known: Iterable[str]) -> None:
        self.report(code, key, not_known(value, known))

    def misfit(self, key: str | int | None, value: object, wanted: str) -> None:
        self.report("value.type", key, f"{shown(value)} does not fit here; write {wanted}.")

    def checked(self, key: str, check: Callable[[str], str | None], code: str) -> tuple[str, ...]:
        """A list of texts of which `check` gives the wrong ones' reason; only the right ones come back."""
        found = []
        for value in self.texts(key):
            if reason := check(value):
                self.report(code, key, f"{shown(value)} {reason}.")
            else:
                found.append(value)
        return tuple(found)

    def close(self) -> None:
        for key in self.data:
            if key not in self._asked:
                self.unknown("key.unknown", key, key, self._asked)


_ID_SHAPE = "use letters, digits, dots, dashes and underscores, 64 at most"


def sentence(reason: str) -> str:
    """A reason from a lower room, with a capital and a full stop."""
    return reason[:1].upper() + reason[1:] + ("" if reason.endswith((".", "?")) else ".")


def not_known(value: object, known: Iterable[str], what: str = "") -> str:
    """The sentence for a name that is none of the known ones, with the nearest of them or all when they are few."""
    names = tuple(known)
    subject = f"{what} {shown(value)}".strip()
    if isinstance(value, str) and (near := nearest(value, names)):
        return f'{subject} is not known; did you mean "{near}"?'
    choice = f"; it can be {', '.join(names)}" if 0 < len(names) <= 12 else ""
    return f"{subject} is not known{choice}."


def _read_instant(text: str) -> datetime | date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        return None


def _in_utc(value: datetime, zone: tzinfo) -> datetime:
    local = value if value.tzinfo is not None else value.replace(tzinfo=zone)
    try:
        return local.astimezone(UTC)
    except OverflowError:  # year 1 or 9999 at the edge of what a zone can shift
        return value.replace(tzinfo=UTC)
