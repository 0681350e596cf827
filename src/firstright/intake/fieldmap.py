"""A source's map: which of its columns is which of our fields, and how its values become ours. Read from TOML.

It moves and translates; whether a value is a country or a phone number is the core's to say. `apply_map` is in `mapping`.
"""

import re
from collections.abc import Mapping
from datetime import time
from functools import cached_property, lru_cache

import msgspec

from firstright.core.documents.reading import Reading, Table
from firstright.core.rules.fields import CATALOGUE, Catalogue, FieldType
from firstright.core.rules.findings import Finding
from firstright.intake.dates import When, format_problem
from firstright.intake.jsonbody import CONTACTS
from firstright.intake.shape import is_settable

LONGEST_SOURCE = 100  # characters: it is part of keys that an index must hold

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_SPREAD = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


class Column(msgspec.Struct, frozen=True):
    """How one field is filled: from columns (joined, when several), through `values`, as a date when `when` says so.

    Names of columns and the keys of `values` are folded. `otherwise` replaces what `values` does not list;
    `listed` turns such a value into a problem instead.
    """

    field: str
    columns: tuple[str, ...]
    join: str = " "
    values: Mapping[str, str] = {}
    otherwise: str = ""
    listed: bool = False
    when: When | None = None


class Lookup(msgspec.Struct, frozen=True):
    """Rows of another file, joined where its `key` equals our `column`; its columns are then `name.Column`."""

    name: str
    file: str
    key: str
    column: str


class FieldMap(msgspec.Struct, frozen=True, dict=True):
    """One source's map. Column names are folded, except those of `lookups`' files."""

    source: str
    fields: tuple[Column, ...]
    file: str = ""  # the file it is usually read from
    country: str = ""
    encoding: str = ""
    delimiter: str = ""
    required: tuple[str, ...] = ()  # fields
    constants: Mapping[str, str] = {}
    arrived: When | None = None
    event: str = ""  # column
    extra: bool = True  # keep columns that are mapped to nothing
    kept: frozenset[str] = frozenset()  # only these of them; empty: all
    ignored: frozenset[str] = frozenset()
    nulls: frozenset[str] = frozenset()  # folded texts that mean nothing was given
    lookups: tuple[Lookup, ...] = ()

    @cached_property
    def used(self) -> frozenset[str]:
        """Columns that are mapped or ignored: what is kept beside is in none of them."""
        return frozenset(name for column in self.fields for name in column.columns) | self.ignored


@lru_cache(16_384)  # every row of a file asks about every column of it
def folded(column: str) -> str:
    """A column's name as it is compared: trimmed, without regard to case."""
    return column.strip().casefold()


def read_map(
    text: str, *, file: str = "map.toml", catalogue: Catalogue = CATALOGUE
) -> tuple[FieldMap | None, tuple[Finding, ...]]:
    """The map of a TOML text, and all findings in document order; no map when one of them is an error.

    `catalogue` is the policy's, so that its custom fields can be mapped to.
    """
    reading = Reading(text, file, "map")
    found = _map(reading.root, catalogue) if reading.data else None
    return (None if reading.failed else found), tuple(reading.findings)


def usable_map(text: str, catalogue: Catalogue = CATALOGUE) -> FieldMap | None:
    """What of a map that was right once can still be used: a policy may have lost a field since. None: nothing can."""
    reading = Reading(text, "map.toml", "map")
    return _map(reading.root, catalogue) if reading.data else None


def _map(root: Table, catalogue: Catalogue) -> FieldMap:
    head = root.table("source", "[source]")
    zone = head.zone_name("zone", "UTC") if head.has("zone") else ""
    fields = _columns(root, catalogue, zone)
    constants = _constants(root, catalogue)
    arrived = _arrived(root, zone)
    event = folded(head.text("event"))
    kept = head.raw("extra") if isinstance(head.raw("extra"), bool) else None
    source = head.text("name", needed=True)
    if len(source) > LONGEST_SOURCE:
        head.report("length.max", "name", f"A source's name has at most {LONGEST_SOURCE} characters.")
    found = FieldMap(
        source=source,
        fields=fields,
        file=head.text("file"),
        country=head.text("country"),
        encoding=head.text("encoding"),
        delimiter=_delimiter(head),
        required=head.texts("required"),
        constants=constants,
        arrived=arrived,
        event=event,
        extra=kept is not False,
        kept=frozenset() if kept is not None else frozenset(map(folded, head.texts("extra"))),
        ignored=frozenset(map(folded, head.texts("ignore"))),
        nulls=frozenset(map(folded, head.texts("nulls"))),
        lookups=tuple(_lookup(name, table) for name, table in root.named("lookups", "lookup")),
    )
    _judge(root, head, found)
    head.close()
    root.close()
    return found


def _delimiter(head: Table) -> str:
    value = head.raw("delimiter")
    if value is None or (isinstance(value, str) and len(value) == 1 and value not in '"\r\n'):
        return value or ""
    head.misfit("delimiter", value, 'one character, such as ";"')
    return ""


def _columns(root: Table, catalogue: Catalogue, zone: str) -> tuple[Column, ...]:
    plain = root.table("columns", "[columns]")
    found = {}
    for name in plain.data:
        field = plain.text(name)
        if field and _known(plain, name, field, catalogue):
            if field in found:
                text = f'"{field}" is already filled from another column; join them under [fields.{field}].'
                plain.report("map.field_twice", name, text)
            found[field] = Column(field, (folded(name),))
    holder = root.table("fields", "[fields]")
    for field in holder.data:
        table = holder.table(field, f'field "{field}"')
        if _known(holder, field, field, catalogue):
            if field in found:
                text = f'"{field}" is already mapped under [columns]; keep one of the two.'
                holder.report("map.field_twice", field, text)
            found[field] = _field(field, table, catalogue, zone)
            table.close()
    return tuple(found.values())


def _known(table: Table, key: str, field: str, catalogue: Catalogue) -> bool:
    settable = [name for name, one in catalogue.items() if is_settable(one)]
    if field in settable:
        return True
    if field in catalogue:
        table.report("map.read_only", key, f'"{field}" follows from other fields and cannot be filled.')
    else:
        table.unknown("map.unknown_field", key, field, settable)
    return False


def _field(field: str, table: Table, catalogue: Catalogue, zone: str) -> Column:
    columns = (*table.texts("column"), *table.texts("columns"))
    if not columns:
        table.report("key.missing", "column", 'Say which column it comes from: column = "...".')
    values = table.table("values")
    dated = catalogue[field].type is FieldType.INSTANT
    return Column(
        field=field,
        columns=tuple(map(folded, columns)),
        join=str(table.raw("join")) if isinstance(table.raw("join"), str) else " ",
        values={folded(word): values.text(word) for word in values.data},
        otherwise=table.text("otherwise"),
        listed=table.flag("listed", False),
        when=_when(table, columns[0] if columns else "", zone) if dated else None,
    )


def _arrived(root: Table, zone: str) -> When | None:
    if not root.has("arrived"):
        return None
    table = root.table("arrived", "[arrived]")
    found = _when(table, table.text("column", needed=True), zone)
    table.close()
    return found


def _when(table: Table, column: str, zone: str) -> When:
    formats = table.checked("date", format_problem, "map.date_format")
    clock, spread = table.text("time"), table.text("spread")
    at = _CLOCK.fullmatch(clock)
    between = _SPREAD.fullmatch(spread)
    if clock and not at:
        table.report("map.time", "time", f'"{clock}" is no time of day such as "10:00".')
    ends = [int(between[n]) * 60 + int(between[n + 1]) for n in (1, 3)] if between else [0, 1]
    if spread and (not between or ends[1] <= ends[0]):
        table.report("map.time", "spread", f'"{spread}" is no span of a day such as "09:00-18:00".')
    return When(
        column=folded(column),
        formats=formats,
        zone=table.zone_name("zone", zone or "UTC") if table.has("zone") else zone,
        at=time(int(at[1]), int(at[2])) if at else None,
        spread=(ends[0], ends[1]) if between else None,
    )


def _constants(root: Table, catalogue: Catalogue) -> dict[str, str]:
    table = root.table("constants", "[constants]")
    return {name: table.text(name) for name in table.data if _known(table, name, name, catalogue)}


def _lookup(name: str, table: Table) -> Lookup:
    key = table.text("key", needed=True)
    return Lookup(name, table.text("file", needed=True), key, folded(table.text("column", key)))


def _judge(root: Table, head: Table, found: FieldMap) -> None:
    filled = {column.field for column in found.fields} | found.constants.keys()
    for field in found.required:
        if field not in filled:
            head.report(
                "map.required_unmapped", "required", f'"{field}" is required, but no column fills it.'
            )
    if filled.isdisjoint(CONTACTS):
        text = f"No column fills {', '.join(CONTACTS)}: nobody of this file could be reached or known again."
        root.report("map.no_contact", "columns", text)
    names = {lookup.name for lookup in found.lookups}
    for column in found.fields:
        for name in column.columns:
            prefix = name.partition(".")[0]
            if "." in name and names and prefix not in {folded(n) for n in names}:
                text = f'"{name}" names no lookup; there are {", ".join(sorted(names))}.'
                root.report("map.unknown_lookup", "columns", text, "warning")
