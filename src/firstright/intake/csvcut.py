"""Cuts a stream of text into CSV records, each physical record exactly once, whatever is wrong with it.

It knows no header and judges no value. A quote that is never closed costs only its own line: what follows is cut anew.
"""

import re
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from io import TextIOWrapper
from typing import BinaryIO

import msgspec

from firstright.core.clean.problem import Refusal


class Limits(msgspec.Struct, frozen=True):
    """What one import may hold. `record` bounds memory: no quote is followed, and no line kept, beyond it."""

    size: int = 2 * 1024**3  # bytes
    rows: int = 1_000_000
    columns: int = 10_000
    field: int = 128 * 1024  # characters
    record: int = 1024 * 1024  # characters


LIMITS = Limits()


class Cut(msgspec.Struct, frozen=True):
    """One record: its cells, or why it has none. `line` is where it starts, `fault_line` where it went wrong."""

    line: int
    raw: str
    cells: list[str] | None
    fault: Refusal | None = None
    fault_line: int = 0


class _Line(msgspec.Struct, frozen=True):
    number: int
    text: str  # with its terminator
    cut_off: bool = False  # longer than is kept


# No possessive groups: before Python 3.11.5 they match wrongly. A quote that closes is not followed by another.
_QUOTED = re.compile(r'"((?:[^"]++|"")*)"(?!")')
_CLOSING = re.compile(r'(?<!")(?:"")*"(?!")')  # an odd run of quotes: its last one closes


class _Lines:
    """Physical lines, numbered from 1, ended by LF, CR or both. The file stays open and belongs to the caller."""

    def __init__(self, file: BinaryIO, encoding: str, longest: int) -> None:
        file.seek(0)
        self._text = TextIOWrapper(file, encoding, newline="")
        self._longest = longest
        self._number = 0
        self._ahead = ""  # one character of the next line
        self._returned: deque[_Line] = deque()

    def take(self) -> _Line | None:
        if self._returned:
            return self._returned.popleft()
        text = self._read()
        if not text:
            return None
        self._number += 1
        cut_off = len(text) >= self._longest and text[-1] != "\n"
        if cut_off:
            self._pass_over(text)
        return _Line(self._number, text, cut_off)

    def give_back(self, lines: list[_Line]) -> None:
        self._returned.extendleft(reversed(lines))

    def release(self) -> None:
        """Let go of the file without closing it. One that is closed already was broken off from outside."""
        with suppress(ValueError):
            self._text.detach()

    def _read(self) -> str:
        ahead, self._ahead = self._ahead, ""
        return ahead if ahead == "\r" else ahead + self._text.readline(self._longest - len(ahead))

    def _pass_over(self, text: str) -> None:
        """Read to the end of a line that is too long, without keeping it."""
        while len(text) >= self._longest and text[-1] not in "\r\n":
            text = self._text.readline(self._longest)
        if text[-1:] == "\r":
            following = self._text.readline(1)  # CR LF may have been cut in two
            self._ahead = "" if following == "\n" else following


def records(file: BinaryIO, encoding: str, delimiter: str, limits: Limits = LIMITS) -> Iterator[Cut]:
    """Every record of the file in order. Lines without a character are no records; the file is not closed."""
    lines = _Lines(file, encoding, limits.record)
    try:
        while (line := lines.take()) is not None:
            bare = line.text.rstrip("\r\n")
            if line.cut_off:
                reason = f"a line of more than {limits.record:,} characters"
                yield Cut(line.number, bare, None, Refusal("csv.field_too_long", reason), line.number)
            elif '"' in bare:
                yield _Quoted(lines, delimiter, limits).cut(line)
            elif bare:
                yield _checked(line.number, bare, bare.split(delimiter), limits)
    finally:
        lines.release()


def _checked(line: int, raw: str, cells: list[str], limits: Limits) -> Cut:
    if len(raw) <= limits.field or all(len(cell) <= limits.field for cell in cells):
        return Cut(line, raw, cells)
    return Cut(
        line,
        raw,
        None,
        Refusal("csv.field_too_long", f"a cell of more than {limits.field:,} characters"),
        line,
    )


class _Quoted:
    """Cuts one record that holds quotes, over as many lines as they reach."""

    def __init__(self, lines: _Lines, delimiter: str, limits: Limits) -> None:
        self._lines = lines
        self._delimiter = delimiter
        self._limits = limits
        self._taken: list[_Line] = []
        self._cells: list[str] = []
        self._open: list[str] = []  # what stands behind the open quote so far
        self._opened = 0  # how many lines had been taken when it opened

    def cut(self, line: _Line) -> Cut:
        size = 0
        following: _Line | None = line
        while following is not None:
            self._taken.append(following)
            size += len(following.text)
            if following.cut_off or size > self._limits.record:
                break
            stray = self._scan(following.text)
            if stray and len(self._taken) > self._opened:
                break  # it closed on a later line, but not as a closing quote does: it was never meant to
            if stray:
                return self._fault(
                    "csv.stray_quote", "text stands behind the closing quote", following.number
                )
            if not self._open:
                return _checked(line.number, self._raw(), self._cells, self._limits)
            following = self._lines.take()
        return self._unclosed()

    def _scan(self, text: str) -> bool:
        """Take the cells of one line; whether a closing quote is followed by more than its delimiter."""
        if not self._open:
            return self._rest(text, 0)
        closing = _CLOSING.search(text)
        if closing is None:
            self._open.append(text)
            return False
        at = closing.end()
        if not self._ends_well(text, at):
            return True
        self._cells.append("".join((*self._open, text[: at - 1])).replace('""', '"'))
        self._open.clear()
        return text[at : at + 1] == self._delimiter and self._rest(text, at + 1)

    def _rest(self, text: str, at: int) -> bool:
        """Cells from `at` to the end of the line, or to a quote that stays open."""
        while True:
            if text[at : at + 1] != '"':
                end = text.find(self._delimiter, at)
                self._cells.append(text[at:end] if end >= 0 else text[at:].rstrip("\r\n"))
            elif quoted := _QUOTED.match(text, at):
                end = quoted.end()
                self._cells.append(quoted[1].replace('""', '"'))
                if not self._ends_well(text, end):
                    self._opened = len(self._taken)
                    return True
                end = end if text[end : end + 1] == self._delimiter else -1
            else:
                self._opened = len(self._taken)
                self._open.append(text[at + 1 :])
                return False
            if end < 0:
                return False
            at = end + 1

    def _ends_well(self, text: str, at: int) -> bool:
        return text[at : at + 1] in ("", "\r", "\n", self._delimiter)

    def _unclosed(self) -> Cut:
        self._lines.give_back(self._taken[self._opened :])
        del self._taken[self._opened :]
        reason = "the quote that opens here is never closed"
        return self._fault("csv.unclosed_quote", reason, self._taken[-1].number)

    def _fault(self, code: str, reason: str, line: int) -> Cut:
        return Cut(self._taken[0].number, self._raw(), None, Refusal(code, reason), line)

    def _raw(self) -> str:
        return "".join(line.text for line in self._taken).rstrip("\r\n")
