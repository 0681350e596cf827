"""Applies a source's map to its rows: raw fields for the core, when the row arrived, its key, and what is kept beside.

Pure: rows of other files come in as `Lookups`, read before by `read_lookups`.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import BinaryIO

import msgspec

from firstright.core.clean.problem import Problem, Refusal, problem
from firstright.intake.csvfile import Sheet, inspect, read
from firstright.intake.dates import When, moment
from firstright.intake.fieldmap import Column, FieldMap, Lookup, folded
from firstright.intake.jsonbody import CONTACTS, LONGEST_EVENT_ID
from firstright.intake.refused import Refused

Row = Mapping[str, str]
Lookups = Mapping[str, Mapping[str, Row]]  # lookup -> key -> row of folded columns, "customers.nationality"
NO_LOOKUPS: Lookups = MappingProxyType({})


class Mapped(msgspec.Struct, frozen=True):
    """One row in our words. `raw` is for `normalize` with `texts=True`; `extra` is what no field took.

    A row without any contact (`lead.no_contact`) is no lead; every other problem is of one value, the lead stands.
    """

    raw: dict[str, object]
    arrived_at: datetime | None
    event_id: str | None
    extra: dict[str, str]
    problems: tuple[Problem, ...]

    @property
    def is_lead(self) -> bool:
        return all(found.code != "lead.no_contact" for found in self.problems)


class HeaderCheck(msgspec.Struct, frozen=True):
    """What a header lacks. With `blocking` problems an import cannot start; `absent` columns are only missed."""

    blocking: tuple[Problem, ...]
    absent: tuple[str, ...]
    unmapped: tuple[str, ...]  # columns of the file that the map does not name


def check_header(fieldmap: FieldMap, header: tuple[str, ...]) -> HeaderCheck:
    """Hold a map against the header of a file it is to be used on."""
    have = {folded(name) for name in header}
    wanted = {name: column.field for column in fieldmap.fields for name in column.columns}
    twice = [name for name in wanted if name not in have and f"{name} (1)" in have]
    needed = [name for name, field in wanted.items() if field in fieldmap.required]
    needed += [fieldmap.event] if fieldmap.event else []
    needed += [fieldmap.arrived.column] if fieldmap.arrived else []
    needed += [lookup.column for lookup in fieldmap.lookups]
    joined = tuple(f"{folded(lookup.name)}." for lookup in fieldmap.lookups)
    blocking = [
        _lacks(name, f"{name} (1)" in have)
        for name in dict.fromkeys([*needed, *twice])
        if name not in have and not _joined(name, joined)
    ]
    contacts = [name for name, field in wanted.items() if field in CONTACTS]
    if contacts and have.isdisjoint(contacts) and not any(_joined(name, joined) for name in contacts):
        blocking += [_lacks(name) for name in contacts if name not in (*needed, *twice)]
    lost = {found.pointer for found in blocking}
    absent = (n for n in wanted if n not in have and not _joined(n, joined) and _lacks(n).pointer not in lost)
    named = {*wanted, *needed, *fieldmap.ignored}
    return HeaderCheck(tuple(blocking), tuple(absent), tuple(n for n in header if folded(n) not in named))


def _joined(name: str, prefixes: tuple[str, ...]) -> bool:
    return name.startswith(prefixes) if prefixes else False


def _lacks(name: str, several: bool = False) -> Problem:
    if several:
        reason = f"the file has several columns of this name: say which is meant, {name} (1) or {name} (2)"
        return problem(name, Refusal("csv.header_duplicate", reason), None)
    return problem(
        name, Refusal("csv.column_missing", "the map needs this column and the file does not have it"), None
    )


def apply_map(fieldmap: FieldMap, row: Row, lookups: Lookups = NO_LOOKUPS) -> Mapped:
    """One row in our words. Blank cells and the map's nulls are not given; a wrong value is a problem of its column."""
    cells = {folded(name): value for name, value in row.items()}
    problems: list[Problem] = []
    for lookup in fieldmap.lookups:
        cells.update(_joined_cells(lookup, cells, lookups, problems))
    event = _cell(fieldmap, cells, fieldmap.event) if fieldmap.event else ""
    if fieldmap.event and not event:
        problems.append(problem(fieldmap.event, Refusal("event_id.missing", "the row has no key"), ""))
    if len(event) > LONGEST_EVENT_ID:
        reason = f"a row's key has at most {LONGEST_EVENT_ID} characters"
        problems.append(problem(fieldmap.event, Refusal("length.max", reason), event))
        event = ""
    raw: dict[str, object] = dict(fieldmap.constants)
    for column in fieldmap.fields:
        value = _value(fieldmap, column, cells, event, problems)
        if value:
            raw[column.field] = value
    arrived = _moment(fieldmap.arrived, cells, event, problems) if fieldmap.arrived else None
    if not any(str(raw.get(name, "")).strip() for name in CONTACTS):
        reason = "the row has no e-mail, no phone number and no external id"
        problems.append(Problem("", "lead.no_contact", reason, ""))
    return Mapped(raw, arrived, event or None, _extra(fieldmap, row), tuple(problems))


def _joined_cells(lookup: Lookup, cells: Mapping[str, str], lookups: Lookups, problems: list[Problem]) -> Row:
    key = cells.get(lookup.column, "").strip()
    found = lookups.get(lookup.name, {}).get(key)
    if found is None and key:
        reason = f"{lookup.file} has no row with this {lookup.key}"
        problems.append(problem(lookup.column, Refusal("lookup.missing", reason), key))
    return found or {}


def _cell(fieldmap: FieldMap, cells: Mapping[str, str], column: str) -> str:
    value = cells.get(column, "").strip()
    return "" if fieldmap.nulls and value.casefold() in fieldmap.nulls else value


def _value(
    fieldmap: FieldMap, column: Column, cells: Mapping[str, str], key: str, problems: list[Problem]
) -> str:
    given = [value for name in column.columns if (value := _cell(fieldmap, cells, name))]
    if not given:
        return ""
    if column.when:
        found = _moment(column.when, cells, key, problems)
        return found.isoformat() if found else ""
    value = column.join.join(given)
    if not column.values or (meant := column.values.get(value.casefold())) is None:
        if column.values and column.listed:
            reason = "is no value that the map knows"
            problems.append(problem(column.columns[0], Refusal("value.unmapped", reason), value))
            return column.otherwise
        return column.otherwise or value
    return meant


def _moment(when: When, cells: Mapping[str, str], key: str, problems: list[Problem]) -> datetime | None:
    text = cells.get(when.column, "")
    found = moment(when, text, key)
    if isinstance(found, Refusal):
        problems.append(problem(when.column, found, text))
        return None
    return found


def _extra(fieldmap: FieldMap, row: Row) -> dict[str, str]:
    if not fieldmap.extra:
        return {}
    used, kept = fieldmap.used, fieldmap.kept
    return {
        name: value
        for name, value in row.items()
        if (folded(name) in kept if kept else folded(name) not in used) and value.strip()
    }


def read_lookups(fieldmap: FieldMap, opened: Callable[[str], BinaryIO]) -> Lookups | Refused:
    """The rows of every lookup file, by key; the first row of a key counts. `opened` gives a file by its name."""
    found: dict[str, dict[str, Row]] = {}
    for lookup in fieldmap.lookups:
        with opened(lookup.file) as file:
            sheet = inspect(file)
            if isinstance(sheet, Refused):
                return Refused(sheet.status, tuple(_in_file(lookup, p) for p in sheet.errors))
            if folded(lookup.key) not in map(folded, sheet.header):
                return Refused(422, (_in_file(lookup, _lacks(lookup.key)),))
            found[lookup.name] = {}
            for key, row in _rows(lookup, file, sheet):
                found[lookup.name].setdefault(key, row)
    return found


def _in_file(lookup: Lookup, wrong: Problem) -> Problem:
    return msgspec.structs.replace(wrong, reason=f"{lookup.file}: {wrong.reason}")


def _rows(lookup: Lookup, file: BinaryIO, sheet: Sheet) -> Iterator[tuple[str, Row]]:
    key, prefix = folded(lookup.key), folded(lookup.name)
    for record in read(file, sheet):
        cells = {folded(name): value for name, value in (record.values or {}).items()}
        if cells:
            yield cells[key].strip(), {f"{prefix}.{name}": value for name, value in cells.items()}
