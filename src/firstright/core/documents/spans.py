"""Where things stand in a TOML text: a scanner that maps every table and key to its line, column and bytes.

tomllib names a place for syntax errors only; this scanner gives the places of what was read well. It does not
judge the text: on a broken one it finds what it can and never raises.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import msgspec

Path = tuple[str | int, ...]

LONGEST = 64
"""Names of one dotted key that are kept: a key of 100,000 would make 100,000 tables of as many names."""

# No possessive groups here: before Python 3.11.5 they match wrongly. Possessive sets of characters are sound.
_STRING = (
    r'"""(?:[^"\\]++|\\[\s\S]|"{1,2}(?!"))*"{3,5}|'
    r"'''(?:[^']++|'{1,2}(?!'))*'{3,5}|"
    r'"(?:[^"\\\n]|\\.)*"|'
    r"'[^'\n]*+'"
)
_KEY_PART = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*+'""")
_PART = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.)*"|'[^'\n]*+')"""
_DOTTED = rf"{_PART}(?:[ \t]*+\.[ \t]*+{_PART})*"
_STATEMENT = re.compile(
    rf"[ \t]*+(?:\[(?P<array>\[)?[ \t]*+(?P<header>{_DOTTED})[ \t]*+\]{{1,2}}|(?P<key>{_DOTTED})[ \t]*+=[ \t]*+)"
)
_NEXT_LINE = re.compile(r"[^\n]*+\n?")
_PLAIN = re.compile(r"""(?:"(?!"")(?:[^"\\\n]|\\.)*"|'(?!'')[^'\n]*+'|[^\s,#\[\]{}"'][^,#\[\]{}"'\n]*+)""")
_TOKEN = re.compile(
    rf"(?P<string>{_STRING})|(?P<open>[\[{{])|(?P<close>[\]}}])|(?P<skip>#[^\n]*+|[^\"'#\[\]{{}}]++)"
)
_FLAT_LIST = re.compile(r"""\[(?:[^\[\]{}"'#]++|"(?!"")(?:[^"\\\n]|\\.)*"|'(?!'')[^'\n]*+')*\]""")
_INSIDE = re.compile(rf"(?:[\s,]|#[^\n]*+)*(?:(?P<key>{_DOTTED})[ \t]*+=[ \t]*+)?")
_ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([btnfr"\\]))')
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}


class Place(msgspec.Struct, frozen=True):
    """Line and column count from 1 (column in characters); start and end are UTF-8 byte offsets, half-open."""

    line: int
    column: int
    start: int
    end: int


class Stretch(NamedTuple):
    """From the header or key up to the end of the value (a table: of its last statement), in characters, half-open."""

    start: int
    end: int
    value: int = -1  # where the value begins; -1 for tables and what dotted keys imply


class _Found(msgspec.Struct, gc=False):
    start: int
    end: int
    value: int = -1  # these three as in Stretch


class Spans:
    """Places of tables ("pools", "x"), of array tables ("rule", 3), and of keys in them, however deep.

    Keys within inline values are found on demand, so that scanning a large file stays cheap.
    """

    def __init__(
        self,
        text: str,
        found: dict[Path, _Found],
        deepest: tuple[int, Path] = (0, ()),
        twice: tuple[tuple[Path, int, int], ...] = (),
        headers: frozenset[Path] = frozenset(),
    ) -> None:
        self._text = text
        self._found = found
        self._twice = twice
        self.headers = (
            headers  # tables with a header of their own; those of dotted keys and inline ones have none
        )
        self.depth, self.deepest = deepest  # how deep names and brackets nest, and where they do so most

    @classmethod
    def of(cls, text: str) -> "Spans":
        return _Scanner(text).run()

    def line(self, *path: str | int) -> int:
        """Line of the path, or of its nearest known ancestor; 1 for what the file does not hold."""
        return self.position(*path)[0]

    def position(self, *path: str | int) -> tuple[int, int]:
        """Line and column of the path, or of its nearest known ancestor; (1, 1) for what the file does not hold."""
        start = self._nearest(path).start
        line = self._line_at(start)
        return line, start - self._starts[line - 1] + 1

    @property
    def repeated(self) -> tuple[tuple[Path, int, int], ...]:
        """Keys and tables that are given again, which TOML forbids: the path, its first line, the line of the repeat."""
        return tuple((path, self._line_at(first), self._line_at(again)) for path, first, again in self._twice)

    def place(self, *path: str | int) -> Place | None:
        """Where exactly the path stands, value included (a table: to its last statement); None when absent."""
        found = self._resolve(path)
        if found is None:
            return None
        line = self._line_at(found.start)
        start = len(self._text[: found.start].encode(errors="surrogatepass"))
        body = len(self._text[found.start : found.end].encode(errors="surrogatepass"))
        return Place(line, found.start - self._starts[line - 1] + 1, start, start + body)

    def stretch(self, *path: str | int) -> Stretch | None:
        """The same for whoever writes into the text: in characters, and with the place of the value by itself."""
        found = self._resolve(path)
        return Stretch(found.start, found.end, found.value) if found else None

    def within(self, *path: str | int) -> tuple[tuple[Path, Stretch], ...]:
        """What the inline table or list at this path holds, in its order, with the names below the path (dotted: several)."""
        found = self._resolve(path)
        children = _Inside(self._text, found).children(found) if found and found.value >= 0 else ()
        return tuple((names, Stretch(c.start, c.end, c.value)) for names, c in children)

    def paths(self) -> tuple[Path, ...]:
        """Every table and statement key in document order; keys within inline values are not listed."""
        return tuple(self._found)

    def count(self, name: str) -> int:
        """How many tables an array of tables at the top has: `[[rule]]`."""
        index = 0
        while (name, index) in self._found:
            index += 1
        return index

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(m.end() for m in re.finditer("\n", self._text))]

    def _line_at(self, offset: int) -> int:
        return bisect_right(self._starts, offset)

    def _nearest(self, path: Path) -> _Found:
        for size in range(len(path), 0, -1):
            if found := self._resolve(path[:size]):
                return found
        return _Found(0, 0)

    def _resolve(self, path: Path) -> _Found | None:
        if found := self._found.get(path):
            return found
        for size in range(len(path) - 1, 0, -1):
            holder = self._found.get(path[:size])
            if holder is not None and holder.value >= 0:
                return _Inside(self._text, holder).find(path[size:])
        return None


class _Scanner:
    """One pass over the statements. Path parts of array tables carry the index of the latest element."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: dict[Path, _Found] = {}
        self.counts: dict[Path, int] = {}
        self.table: Path = ()
        self.holder: _Found | None = None
        self.deepest: tuple[int, Path] = (0, ())
        self.headers: set[Path] = set()
        self.twice: list[tuple[Path, int, int]] = []

    def run(self) -> Spans:
        at, end = 0, len(self.text)
        while at < end:
            if match := _STATEMENT.match(self.text, at):
                at = self._key(match) if match["key"] is not None else self._header(match)
            at = _line_end(self.text, at)
        return Spans(self.text, self.found, self.deepest, tuple(self.twice), frozenset(self.headers))

    def _header(self, match: re.Match[str]) -> int:
        parts = _parts(match["header"])
        path = self._latest(parts[:LONGEST], own=match["array"] is None)
        start = match.start() + len(match[0]) - len(match[0].lstrip(" \t"))
        found = _Found(start, match.end())
        if match["array"] is not None:
            count = self.counts.get(path, 0)
            self.counts[path] = count + 1
            self.found.setdefault(path, found)
            path = (*path, count)
        self._imply(path, found)
        if path in self.headers:
            self.twice.append((path, self.found[path].start, found.start))
        self.headers.add(path)
        if path in self.found and self.found[path].value < 0:
            self.found[path] = found  # a header is a better place than what implied the table before
        self.found.setdefault(path, found)
        self.table, self.holder = path, found
        self._note(path, max(len(parts), len(path)))
        return match.end()

    def _latest(self, parts: tuple[str, ...], *, own: bool) -> Path:
        """Written names -> path with indices; the last part gets one only when it names an element's own table."""
        path: Path = ()
        for position, part in enumerate(parts):
            path = (*path, part)
            if (own or position < len(parts) - 1) and (count := self.counts.get(path)):
                path = (*path, count - 1)
        return path

    def _key(self, match: re.Match[str]) -> int:
        text = match["key"]
        parts = (text,) if text.isalnum() else _parts(text)
        path = (*self.table, *parts[:LONGEST])
        end, depth = _value_end(self.text, match.end())
        found = _Found(match.start("key"), end, match.end())
        if len(parts) > 1:
            self._imply(path, found)
        if self.found.setdefault(path, found) is not found:
            self.twice.append((path, self.found[path].start, found.start))
        if self.holder is not None:
            self.holder.end = end
        self._note(path, len(self.table) + len(parts) + depth)
        return end

    def _imply(self, path: Path, found: _Found) -> None:
        for size in range(1, len(path)):
            self.found.setdefault(path[:size], _Found(found.start, found.end))

    def _note(self, path: Path, depth: int) -> None:
        if depth > self.deepest[0]:
            self.deepest = (depth, path)


class _Inside:
    """Keys and elements within one inline value, walked in order until the path asked for."""

    def __init__(self, text: str, holder: _Found) -> None:
        self.text = text
        self.holder = holder

    def find(self, path: Path) -> _Found | None:
        found: _Found | None = self.holder
        while path and found is not None:
            found, path = self._step(found, path)
        return found

    def _step(self, holder: _Found, path: Path) -> tuple[_Found | None, Path]:
        """The child on the way to `path`, and what of the path is left below it."""
        for names, child in self.children(holder):
            if names == path[: len(names)]:
                return child, path[len(names) :]
            if path == names[: len(path)]:
                return _Found(child.start, child.end), ()  # implied by a dotted key: the key is the place
        return None, path

    def children(self, holder: _Found) -> Iterator[tuple[Path, _Found]]:
        if holder.value >= len(self.text) or self.text[holder.value] not in "[{":
            return
        at, index = holder.value + 1, 0
        while at < holder.end - 1:
            match = _INSIDE.match(self.text, at)
            if match is None or match.end() >= holder.end - 1:
                return
            names: Path = _parts(match["key"]) if match["key"] is not None else (index,)
            end, _ = _value_end(self.text, match.end())
            begin = match.start("key") if match["key"] is not None else match.end()
            yield names, _Found(begin, end, match.end())
            at, index = max(end, match.end() + 1), index + 1


def _line_end(text: str, at: int) -> int:
    match = _NEXT_LINE.match(text, at)
    return match.end() if match is not None else len(text)


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(_unquoted(part) for part in _KEY_PART.findall(dotted))


def _unquoted(part: str) -> str:
    if part[0] == "'":
        return part[1:-1]
    return _ESCAPE.sub(_unescaped, part[1:-1]) if part[0] == '"' else part


def _unescaped(match: re.Match[str]) -> str:
    digits = match[1] or match[2]
    if not digits:
        return _ESCAPED[match[3]]
    code = int(digits, 16)
    return chr(code) if code <= 0x10FFFF else match[0]


def _value_end(text: str, at: int) -> tuple[int, int]:
    """Where the value that begins at `at` ends, and how deep its brackets go."""
    if match := _PLAIN.match(text, at):
        return at + len(match[0].rstrip()), 0
    if match := _FLAT_LIST.match(text, at):
        return match.end(), 1
    depth = deepest = 0
    if text[at : at + 1] not in {'"', "'", "[", "{"}:
        return at, 0  # a broken text: no value here
    while match := _TOKEN.match(text, at):
        at = match.end()
        kind = match.lastgroup
        if kind == "open":
            depth += 1
            deepest = max(deepest, depth)
        elif kind == "close":
            depth -= 1
        if depth <= 0 and kind != "skip":
            return at, deepest
    return at, deepest
