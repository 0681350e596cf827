"""The tables that say what a lead is, as people read them: a sentence for each row, and what a lead of a type must say."""

import msgspec

from firstright.core.deriving import DERIVED, NONE, SPOKEN, Derivation
from firstright.core.leadtypes import ANY_NAME, ENTRY, LeadType
from firstright.core.policy import Policy
from firstright.core.rules.durations import format_duration
from firstright.core.rules.phrases import describe, label

MOST_WORDS = 6  # named of a row
CHECKS = "shipped-checks"


class RowView(msgspec.Struct, frozen=True):
    """`if_` is a clause; a row that names nothing at all has none."""

    id: str
    value: str
    if_: str


class TableView(msgspec.Struct, frozen=True):
    """The rows of a field in the order in which they are asked; the shipped checks are the last of those about junk."""

    field: str
    name: str
    rows: tuple[RowView, ...]


class TypeView(msgspec.Struct, frozen=True):
    name: str
    says: tuple[str, ...]


def tables(policy: Policy) -> tuple[TableView, ...]:
    """Those that have rows."""
    found = [TableView(field, label(field), _rows(policy, field)) for field in DERIVED]
    return tuple([each for each in found if each.rows])


def types(policy: Policy) -> tuple[TypeView, ...]:
    return tuple([TypeView(kind.id or ANY_NAME, tuple(_says(kind))) for kind in policy.types.values()])


def _rows(policy: Policy, field: str) -> tuple[RowView, ...]:
    rows = [row for row in policy.derivations if row.field == field]
    ordered = [*[r for r in rows if r.over], *[r for r in rows if not r.over]]
    found = [RowView(r.id, "none" if r.value == NONE else r.value, _if(r)) for r in ordered]
    if field == "junk" and policy.junk.ids:
        found.append(RowView(CHECKS, "junk", f"a shipped check finds it: {', '.join(policy.junk.ids)}"))
    return tuple(found)


def _if(row: Derivation) -> str:
    named = []
    if row.words:
        where = " or ".join(label(name) for name in row.words_in)
        place = f" in {where}" if row.words_in != SPOKEN else ""
        named.append(f"somebody writes {_listed(row.words)}{place}")
    if row.lists:
        named.append(f"the domain is on list {' or '.join(row.lists)}")
    asked = describe(row.when)
    parts = [*([" or ".join(named)] if named else []), *([asked] if asked != "always" else [])]
    said = " and ".join(parts) or "nothing above it holds"
    return f"{said}, whatever the sender said" if row.over else said


def _listed(words: tuple[str, ...]) -> str:
    shown = ", ".join(f"“{word}”" for word in words[:MOST_WORDS])
    more = len(words) - MOST_WORDS
    return f"{shown} or one of {more} more" if more > 0 else shown


def _says(kind: LeadType) -> list[str]:
    lines = [
        f"{'When it comes' if status == ENTRY else f'By {status}'} it must say {', '.join(map(label, fields))}."
        for status, fields in kind.required.items()
    ]
    if kind.hold:
        lines.append(f"It waits {format_duration(kind.hold)} for it, and {kind.ask or 'nobody'} is asked.")
    if kind.quarantine:
        lines.append("Without it, it stays in quarantine.")
    return lines
