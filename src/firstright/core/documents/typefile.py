"""Reads [types.NAME] of a policy: which fields a lead of that type must have, by status, and what is done while it has not."""

from firstright.core.deriving import BY
from firstright.core.documents.reading import Table, not_known
from firstright.core.leadtypes import ANY, ANY_NAME, ENTRY, STATUSES, LeadType
from firstright.core.rules.fields import Catalogue

# What we work out ourselves: nobody can be asked for it.
OURS = frozenset({*BY.values(), "junk", "score", "lifecycle", "territory", "region"})


def read_types(root: Table, catalogue: Catalogue) -> dict[str, LeadType]:
    """By the value of lead_type; "" is that of every other lead, which a policy calls "any"."""
    found = [_type(name, table, catalogue) for name, table in root.named("types", "type")]
    return {kind.id: kind for kind in found}


def _type(name: str, table: Table, catalogue: Catalogue) -> LeadType:
    required = _required(table, catalogue)
    hold, quarantine, ask = table.duration("hold"), table.flag("quarantine", False), table.text("ask")
    if hold and quarantine:
        text = "What is in quarantine is no lead that could be held: choose one of hold and quarantine."
        table.report("type.hold_and_quarantine", "hold", text)
    if (hold or quarantine) and not required.get(ENTRY):
        key = "hold" if hold else "quarantine"
        table.report(
            "key.no_effect", key, f'Nothing is required by "{ENTRY}", so "{key}" has no effect.', "warning"
        )
    if hold and not ask:
        table.report(
            "type.nobody_asked", "hold", 'A lead that is held needs somebody to find it out: ask = "REP".'
        )
    return LeadType(ANY.id if name == ANY_NAME else name, required, hold, quarantine, ask)


def _required(table: Table, catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """A list is what is required from the beginning."""
    if not isinstance(table.raw("required"), dict):
        fields = read_fields(table, "required", catalogue)
        return {ENTRY: fields} if fields else {}
    by_status = table.table("required")
    found: dict[str, tuple[str, ...]] = {}
    for status in by_status.data:
        if status not in STATUSES:
            by_status.report("status.unknown", status, not_known(status, STATUSES, "The status"))
        found[status] = read_fields(by_status, status, catalogue)
    return found


def read_fields(table: Table, key: str, catalogue: Catalogue) -> tuple[str, ...]:
    """Fields somebody can be asked for."""
    found = []
    for name in table.texts(key):
        if name not in catalogue:
            table.report("field.unknown", key, not_known(name, catalogue, "The field"))
        elif name in OURS or name.partition(".")[0] in ("score", "first", "time", "engagement"):
            table.report("type.not_theirs", key, f'"{name}" is worked out here; nobody can be asked for it.')
        else:
            found.append(name)
    return tuple(found)
