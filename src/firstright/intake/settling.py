"""A map that leaves the format of a date to its file, made whole by one pass over that file."""

from collections.abc import Iterable, Mapping

import msgspec

from firstright.intake.dateforms import INFER, Evidence
from firstright.intake.dates import When
from firstright.intake.fieldmap import Column, FieldMap, folded
from firstright.intake.mapfile import ARRIVED


def is_open(fieldmap: FieldMap) -> bool:
    """Whether a column's format is still to be found in the file."""
    return bool(_open(fieldmap))


def settled(fieldmap: FieldMap, rows: Iterable[Mapping[str, str]]) -> tuple[FieldMap, tuple[str, ...]]:
    """The map with every format that was to be found, or why nobody can say. `rows` are all of the file, by column."""
    asked = _open(fieldmap)
    found = {field: Evidence() for field in asked}
    titles: dict[str, str] = {}
    for row in rows:
        titles = titles or {folded(title): title for title in row}
        for field, column in asked.items():
            text = row.get(titles.get(column, ""), "")
            if text.strip().casefold() not in fieldmap.nulls:
                found[field].take(text)
    doubts = [f'column "{asked[field]}": {said}' for field, each in found.items() for said in each.doubts()]
    if doubts:
        return fieldmap, tuple(doubts)
    forms = {field: evidence.formats() for field, evidence in found.items()}
    fields = tuple(_settled(each, forms.get(each.field)) for each in fieldmap.fields)
    arrived = _with(fieldmap.arrived, forms.get(ARRIVED))
    return msgspec.structs.replace(fieldmap, fields=fields, arrived=arrived), ()


def _open(fieldmap: FieldMap) -> dict[str, str]:
    """The column by field."""
    every = {ARRIVED: fieldmap.arrived, **{each.field: each.when for each in fieldmap.fields}}
    return {field: when.column for field, when in every.items() if when is not None and _asks(when)}


def _asks(when: When) -> bool:
    return when.formats == (INFER,)


def _settled(column: Column, forms: tuple[str, ...] | None) -> Column:
    return msgspec.structs.replace(column, when=_with(column.when, forms))


def _with(when: When | None, forms: tuple[str, ...] | None) -> When | None:
    return when if when is None or forms is None else msgspec.structs.replace(when, formats=forms)
