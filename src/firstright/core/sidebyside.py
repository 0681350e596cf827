"""Records beside each other, field by field: what each says, where they differ, and what would survive if they were one.

It proposes which of them should stand for the others; it merges nothing, and says nothing of how alike they are.
"""

from collections.abc import Mapping, Sequence

import msgspec

from firstright.core.lead import Fact, HolderKind, Lead
from firstright.core.matching import NOT_WORKED
from firstright.core.matchrules import Matching
from firstright.core.rules.fields import CATALOGUE
from firstright.core.survival import Record, survived

_ORDER = {name: place for place, name in enumerate(CATALOGUE)}


class Line(msgspec.Struct, frozen=True):
    """One field. `values` are in the order of the records, None where one says nothing; `taken` is the place of the record
    whose value would survive, None for a list of what all hold, or for a value that would not."""

    field: str
    values: tuple[Fact | None, ...]
    differs: bool
    taken: int | None
    rule: str


def side_by_side(records: Sequence[Record], rules: Matching) -> list[Line]:
    """The first record is the one that would stand for the others. Fields in the order of the catalogue."""
    master, *children = records
    found = survived(master, children, rules)
    places = {record.id: place for place, record in enumerate(records)}
    names = sorted({name for record in records for name in record.facts}, key=_place)
    lines = []
    for name in names:
        values = tuple([_said(record.facts, name) for record in records])
        said = [value for value in values if value is not None]
        if not said:
            continue
        survivor = found.get(name)
        joined = survivor is None or survivor.rule == "joined"
        taken = None if survivor is None or joined else places[survivor.origin]
        differs = len(set(said)) > 1
        lines.append(Line(name, values, differs, taken, survivor.rule if survivor else ""))
    return lines


def as_record(lead: Lead) -> Record:
    return Record(lead.id, lead.source, lead.arrived_at, lead.facts)


def master_of(leads: Sequence[Lead]) -> Lead:
    """Which of them had better stand for the others: one a rep works, then one that is worked, then the one that came first."""
    return min(
        leads,
        key=lambda lead: (
            lead.holder.kind is not HolderKind.REP,
            lead.outcome in NOT_WORKED,
            lead.arrived_at,
            lead.id,
        ),
    )


def _said(facts: Mapping[str, Fact], name: str) -> Fact | None:
    value = facts.get(name)
    return None if value in ("", ()) else value


def _place(name: str) -> tuple[int, str]:
    return _ORDER.get(name, len(_ORDER)), name
