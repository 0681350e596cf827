"""Writes one change into a roster's text: a key set, a row appended or taken out, and not another byte. It judges nothing;
`rosterfile` reads.

A path begins at the document: ("rep", 3, "absences", 0, "until"). All functions want a text that is readable, and raise
LookupError for a place that it does not have.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple, assert_never

from firstright.core.documents.spans import Path, Spans, Stretch

Written = str | bool | int | datetime | date | Sequence["Written"] | Mapping[str, "Written"]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_BETWEEN = re.compile(r"[\s,]*")  # what may go with an element that is taken out; a comment may not
_COMMA = re.compile(r"\s*,")


class Put(NamedTuple):
    """This key has this value, whatever it had before."""

    path: Path
    value: Written


class Append(NamedTuple):
    """More rows of a list of tables, behind the others."""

    path: Path
    rows: Sequence[Mapping[str, Written]]


class Drop(NamedTuple):
    """This key, or this row of a list, is not there any more."""

    path: Path


Edit = Put | Append | Drop


def with_pause(text: str, place: int, until: datetime) -> str:
    """The text of a readable roster in which the rep at this place (from 0, in document order) is paused until then."""
    return edited(text, [Put(("rep", place, "paused_until"), until)])


def edited(text: str, edits: Sequence[Edit]) -> str:
    """The text after these, one upon the other. All of them are about one rep, whose lines alone are walked for each.

    A new key is put behind the rep's id, or below the header of its table, with the indentation and line end found there.
    """
    if not edits:
        return text
    rep, place, *_ = edits[0].path
    if any(edit.path[:2] != (rep, place) for edit in edits):
        raise LookupError("one change is about one rep")
    start, end = _own_lines(Spans.of(text), (rep, place), len(text))
    if (start, end) == (0, len(text)):
        return _after(text, edits)
    lines = _after(text[start:end], [edit._replace(path=(rep, 0, *edit.path[2:])) for edit in edits])
    return text[:start] + lines + text[end:]


def with_value(text: str, path: Path, value: Written) -> str:
    """The text of any readable document with this key set. LookupError where no table around it is written down as one."""
    return _put(text, path, value)


def written_key(*names: str | int) -> str:
    """A dotted key, its names in quotes where TOML wants it."""
    return _key(*names)


def _own_lines(spans: Spans, rep: Path, whole: int) -> tuple[int, int]:
    """From a rep's header up to the next one that is none of theirs; everything, for one who is written in braces."""
    header = spans.stretch(*rep) if rep in spans.headers else None
    if header is None:
        return 0, whole
    begun = {path: each.start for path in spans.headers if (each := spans.stretch(*path))}
    others = [at for path, at in begun.items() if path[:2] != rep and at > header.start]
    end = min(others, default=whole)
    if any(at > end for path, at in begun.items() if path[:2] == rep):
        return 0, whole  # a table of another kind stands between theirs
    return header.start, end


def _after(text: str, edits: Sequence[Edit]) -> str:
    for edit in edits:
        match edit:
            case Put(path, value):
                text = _put(text, path, value)
            case Append(path, rows):
                text = _append(text, path, rows)
            case Drop(path):
                text = _drop(text, path)
            case _:
                assert_never(edit)
    return text


def toml(value: Written) -> str:
    """A value as TOML writes it on one line; an instant in UTC, to the second unless it is finer."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return '"' + "".join(map(_escaped, value)) + '"'
        case datetime():
            return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
        case date():
            return value.isoformat()
        case Mapping():
            inner = ", ".join(f"{_key(key)} = {toml(each)}" for key, each in value.items())
            return f"{{ {inner} }}" if inner else "{}"
        case _:
            return f"[{', '.join(map(toml, value))}]"


def _escaped(c: str) -> str:
    return _ESCAPES.get(c) or (f"\\u{ord(c):04X}" if c < " " or c == "\x7f" else c)


def _key(*names: str | int) -> str:
    return ".".join(str(n) if _BARE.fullmatch(str(n)) else toml(str(n)) for n in names)


def _put(text: str, path: Path, value: Written) -> str:
    spans = Spans.of(text)
    old = spans.stretch(*path)
    if old is None:
        return _insert(text, spans, path, value)
    if old.value >= 0:
        start = old.start if _is_plain(text, old, path) else old.value
        written = toml(value) if start == old.value else f"{_key(path[-1])} = {toml(value)}"
        return text[:start] + written + text[old.end :]
    if isinstance(value, Mapping):
        return _merged(text, path, value)
    return _put(_drop(text, path), path, value)


def _is_plain(text: str, old: Stretch, path: Path) -> bool:
    """Whether all there is before the value is this one key: then it is written anew, tidily, as a whole."""
    written = text[old.start : old.value].rstrip(" \t=")
    return bool(written) and written.strip("\"'") == path[-1]


def _merged(text: str, path: Path, value: Mapping[str, Written]) -> str:
    """A table with statements of its own keeps them: each key is set, and those that are not wanted are taken out."""
    spans = Spans.of(text)
    depth = len(path)
    own = {p[depth] for p in spans.paths() if len(p) > depth and p[:depth] == path}
    for name in sorted(str(each) for each in own):
        if name not in value:
            text = _drop(text, (*path, name))
    for name, each in value.items():
        text = _put(text, (*path, name), each)
    return text


def _insert(text: str, spans: Spans, path: Path, value: Written) -> str:
    """A key that is not there yet, in the nearest table around it that is written down as one."""
    for size in range(len(path) - 1, 0, -1):
        around = spans.stretch(*path[:size])
        if around is None:
            continue
        inline = around.value >= 0 and text[around.value] == "{"
        if inline or path[:size] in spans.headers:
            named = f"{_key(*_named(spans, path, size))} = {toml(_held(spans, path, size, value))}"
            if inline:
                return _in_braces(text, spans, path[:size], around, named)
            return _in_lines(text, _behind(spans, path[:size], around), named)
    raise LookupError(f"the roster has no {'.'.join(map(str, path))}")


def _named(spans: Spans, path: Path, size: int) -> Path:
    """The names that go before the equals sign: one, unless tables on the way are there already and have no own place."""
    known = size
    while known + 1 < len(path) and spans.stretch(*path[: known + 1]) is not None:
        known += 1
    return path[size : known + 1]


def _held(spans: Spans, path: Path, size: int, value: Written) -> Written:
    for name in reversed(path[size + len(_named(spans, path, size)) :]):
        value = {str(name): value}
    return value


def _behind(spans: Spans, table: Path, around: Stretch) -> Stretch:
    """What a new statement of this table follows: its id, else its header."""
    return spans.stretch(*table, "id") or around._replace(end=around.start)


def _in_lines(text: str, before: Stretch, named: str) -> str:
    begins = text.rfind("\n", 0, before.start) + 1
    indent = text[begins : before.start]
    ends = text.find("\n", before.end)
    if ends < 0:
        return f"{text}\n{indent}{named}"
    return f"{text[: ends + 1]}{indent}{named}{_line_end(text, ends)}{text[ends + 1 :]}"


def _line_end(text: str, at: int) -> str:
    return "\r\n" if text[at - 1 : at] == "\r" else "\n"


def _in_braces(text: str, spans: Spans, table: Path, around: Stretch, named: str) -> str:
    held = spans.within(*table)
    if not held:
        return f"{text[: around.value]}{{ {named} }}{text[around.end :]}"
    at = next((each.end for names, each in held if names == ("id",)), held[-1][1].end)
    return f"{text[:at]}, {named}{text[at:]}"


def _append(text: str, path: Path, rows: Sequence[Mapping[str, Written]]) -> str:
    spans = Spans.of(text)
    there = spans.stretch(*path)
    if there is None:
        return _insert(text, spans, path, rows)
    if there.value < 0:
        return _more_tables(text, spans, path, rows)
    held = spans.within(*path)
    if not held:
        return f"{text[: there.value]}{toml(rows)}{text[there.end :]}"
    first, last = held[0][1], held[-1][1]
    gap = _gap(text, there.value + 1, first.start)
    return text[: last.end] + "".join(f",{gap}{toml(row)}" for row in rows) + text[last.end :]


def _gap(text: str, opened: int, first: int) -> str:
    """What stands before each row: a line end and an indentation where the first has a line of its own."""
    lead = text[opened:first]
    if "\n" not in lead or lead.strip():
        return " "
    begins = opened + lead.rfind("\n")
    return text[begins - (text[begins - 1] == "\r") : first]


def _more_tables(text: str, spans: Spans, path: Path, rows: Sequence[Mapping[str, Written]]) -> str:
    """`[[rep.absences]]` once more, behind the last of them and its keys."""
    count = 0
    while (*path, count) in spans.headers:
        count += 1
    last = spans.stretch(*path, count - 1) if count else None
    if last is None:
        raise LookupError(f"{'.'.join(map(str, path))} is no list of tables")
    indent = text[text.rfind("\n", 0, last.start) + 1 : last.start]
    ends = text.find("\n", last.end)
    line_end = _line_end(text, ends) if ends >= 0 else "\n"
    header = f"[[{_key(*[name for name in path if isinstance(name, str)])}]]"
    lines = [line for row in rows for line in (header, *(f"{_key(k)} = {toml(v)}" for k, v in row.items()))]
    written = "".join(f"{indent}{line}{line_end}" for line in lines)
    if ends < 0:
        return f"{text}{line_end}{written}"
    return text[: ends + 1] + written + text[ends + 1 :]


def _drop(text: str, path: Path) -> str:
    spans = Spans.of(text)
    old = spans.stretch(*path)
    if old is None:
        raise LookupError(f"the roster has no {'.'.join(map(str, path))}")
    if old.value < 0 or (path in spans.paths() and path not in spans.headers):
        return _without_lines(text, _statements(spans, path))
    return _without_element(text, spans, path, old)


def _statements(spans: Spans, path: Path) -> list[Stretch]:
    """Every header and statement that is this path, or within it."""
    found = [p for p in spans.paths() if p[: len(path)] == path]
    kept = [each for p in found if (each := spans.stretch(*p)) and (each.value >= 0 or p in spans.headers)]
    return [each if each.value >= 0 else each._replace(end=each.start) for each in kept]


def _without_lines(text: str, gone: Sequence[Stretch]) -> str:
    if not gone:
        raise LookupError("what dotted keys within braces say cannot be taken out")
    for each in sorted(gone, reverse=True):
        begins = text.rfind("\n", 0, each.start) + 1
        ends = text.find("\n", each.end)
        text = text[:begins] + (text[ends + 1 :] if ends >= 0 else "")
    return text


def _without_element(text: str, spans: Spans, path: Path, old: Stretch) -> str:
    """An element of an inline list or table, with the comma it does not need any more. Comments around it stay."""
    for size in range(len(path) - 1, 0, -1):
        held = [each for _, each in spans.within(*path[:size])]
        if old in held:
            break
    else:
        raise LookupError(f"{'.'.join(map(str, path))} cannot be taken out")
    place = held.index(old)
    if place + 1 < len(held) and _BETWEEN.fullmatch(text, old.end, held[place + 1].start):
        return text[: old.start] + text[held[place + 1].start :]
    if place and _BETWEEN.fullmatch(text, held[place - 1].end, old.start):
        return text[: held[place - 1].end] + text[old.end :]
    comma = _COMMA.match(text, old.end)
    return text[: old.start] + text[comma.end() if comma else old.end :]
