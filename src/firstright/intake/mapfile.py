"""A map made by clicking, as the TOML text that `read_map` reads: the same file under the same text is the same import.

It writes one shape only and judges nothing; `read_map` says what is wrong with the outcome.
"""

from collections.abc import Mapping

import msgspec

EVENT, ARRIVED, IGNORED = "@event", "@arrived", "@ignore"


class Choice(msgspec.Struct, frozen=True):
    """What one column is: one of our fields, the row's own key, when it arrived, to be left out; "" keeps it beside."""

    column: str
    target: str = ""


class Clicked(msgspec.Struct, frozen=True):
    """Everything a person chose. `date` and `time` say how the column of arrival is read; empty: as RFC 3339 has it."""

    source: str
    choices: tuple[Choice, ...]
    country: str = ""
    zone: str = ""
    encoding: str = ""
    delimiter: str = ""
    date: str = ""
    time: str = ""
    nulls: tuple[str, ...] = ()
    constants: Mapping[str, str] = {}
    values: Mapping[str, Mapping[str, str]] = {}  # by field: their word -> ours


def map_text(clicked: Clicked) -> str:
    """The same choices give the same text, byte for byte."""
    parts = [
        _table("[source]", _head(clicked)),
        _table("[columns]", _plain(clicked)),
        *(_field(field, columns, clicked.values.get(field, {})) for field, columns in _others(clicked)),
        _arrived(clicked),
        _table("[constants]", {k: quoted(v) for k, v in clicked.constants.items() if v.strip()}),
    ]
    return "\n".join(part for part in parts if part)


def quoted(text: str) -> str:
    """A TOML basic string."""
    said = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{"".join(c if c.isprintable() else _escape(c) for c in said)}"'


def _escape(letter: str) -> str:
    return f"\\u{ord(letter):04x}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08x}"


def _chosen(clicked: Clicked, target: str) -> list[str]:
    return [choice.column for choice in clicked.choices if choice.target == target]


def _head(clicked: Clicked) -> dict[str, str]:
    texts = {name: getattr(clicked, name) for name in ("country", "zone", "encoding", "delimiter")}
    head = {"name": quoted(clicked.source), **{name: quoted(text) for name, text in texts.items() if text}}
    if event := _chosen(clicked, EVENT):
        head["event"] = quoted(event[0])
    for name, words in (("ignore", _chosen(clicked, IGNORED)), ("nulls", list(clicked.nulls))):
        if words:
            head[name] = _listed(words)
    return head


def _fields(clicked: Clicked) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for choice in clicked.choices:
        if choice.target and not choice.target.startswith("@"):
            found.setdefault(choice.target, []).append(choice.column)
    return found


def _is_plain(clicked: Clicked, field: str, columns: list[str]) -> bool:
    return len(columns) == 1 and not clicked.values.get(field)


def _plain(clicked: Clicked) -> dict[str, str]:
    fields = _fields(clicked)
    return {
        columns[0]: quoted(field) for field, columns in fields.items() if _is_plain(clicked, field, columns)
    }


def _others(clicked: Clicked) -> list[tuple[str, list[str]]]:
    return [(f, columns) for f, columns in _fields(clicked).items() if not _is_plain(clicked, f, columns)]


def _field(field: str, columns: list[str], values: Mapping[str, str]) -> str:
    said = {"columns": _listed(columns)}
    words = {word: ours for word, ours in values.items() if word.strip() and ours.strip()}
    if words:
        pairs = ", ".join(f"{quoted(word)} = {quoted(ours)}" for word, ours in words.items())
        said["values"] = f"{{ {pairs} }}"
    return _table(f"[fields.{quoted(field)}]", said)


def _arrived(clicked: Clicked) -> str:
    columns = _chosen(clicked, ARRIVED)
    if not columns:
        return ""
    said = {"column": quoted(columns[0])}
    said |= {name: quoted(text) for name, text in (("date", clicked.date), ("time", clicked.time)) if text}
    return _table("[arrived]", said)


def _listed(words: list[str]) -> str:
    return f"[{', '.join(map(quoted, words))}]"


def _table(head: str, lines: Mapping[str, str]) -> str:
    """Keys of ours are bare; those of a file are quoted, whatever they are."""
    if not lines:
        return ""
    bare = head in ("[source]", "[arrived]") or head.startswith("[fields.")
    said = [f"{key if bare else quoted(key)} = {value}" for key, value in lines.items()]
    return "\n".join([head, *said, ""])
