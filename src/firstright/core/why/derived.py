"""Why a lead is what it is: which row or check named its type, its intent, its segment, or called it junk; and what it should
have said and has not. Worked out again from the facts of the decision, and worded.
"""

from datetime import datetime

import msgspec

from firstright.core.compiled import Compiled
from firstright.core.deriving import Evidence
from firstright.core.lead import Facts
from firstright.core.leadtypes import ENTRY, missing, type_of
from firstright.core.rules.phrases import describe, label

HEADING = "What it is"
LONGEST = 160  # characters of a condition
_NAMES = {"lead_type": "Lead type", "junk": "Junk", "intent": "Intent", "segment": "Segment"}


class DerivedSaid(msgspec.Struct, frozen=True, omit_defaults=True):
    """One derived field. `row` is empty where the sender said so; `because` is a clause."""

    field: str
    value: str
    row: str = ""
    shipped: bool = False
    because: str = ""


class KindSaid(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is derived of a lead, and the fields that its type requires and nobody knows."""

    derived: tuple[DerivedSaid, ...] = ()
    type: str = ""
    lacks: tuple[str, ...] = ()


NOTHING = KindSaid()


def kind_said(policy: Compiled, facts: Facts, as_of: datetime) -> KindSaid:
    """`facts` are those a rule sees."""
    found = policy.deriving.evidence(facts, as_of) if policy.deriving else ()
    kind = type_of(policy.policy.types, facts)
    lacks = missing(kind, facts, ENTRY)
    if not found and not lacks:
        return NOTHING
    return KindSaid(tuple([_said(each) for each in found]), kind.id, lacks)


def kind_lines(said: KindSaid) -> list[str]:
    lines = [_line(each) for each in said.derived]
    if said.lacks:
        of = f"of type {said.type}" if said.type else "of any type"
        lines.append(f"It lacks what leads {of} must say: {', '.join(map(label, said.lacks))}.")
    return lines


def _said(found: Evidence) -> DerivedSaid:
    return DerivedSaid(found.field, found.value, found.row, found.shipped, _because(found))


def _because(found: Evidence) -> str:
    if not found.row:
        return ""
    parts = []
    if found.word:
        parts.append(f"{label(found.word_in)} has “{found.word}”")
    if found.list:
        parts.append(f"{found.listed} stands on list “{found.list}”")
    asked = describe(found.when)
    if asked != "always":
        parts.append(asked if len(asked) <= LONGEST else f"{asked[: LONGEST - 1].rstrip()}…")
    return " and ".join(parts) or "nothing above it holds"


def _line(said: DerivedSaid) -> str:
    name = _NAMES[said.field]
    if not said.row:
        return f"{name}: {said.value}, as the sender said."
    by = f"shipped check “{said.row}”" if said.shipped else f"row “{said.row}”"
    return f"{name}: {said.value or 'none'}, because {said.because} ({by})."
