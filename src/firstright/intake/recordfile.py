"""Reads a CSV of people or companies for comparing them: which column is which fact, and values as far as they can be cleaned.

It is kinder than an import: what cannot be normalised stays as it was written, for a duplicate may be found by it all the same.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import BinaryIO

import msgspec

from firstright.core.clean.normalize import normalize
from firstright.core.clean.person import split_name
from firstright.core.lead import Value
from firstright.intake import csvfile
from firstright.intake.columnnames import NAMES
from firstright.intake.guessing import words
from firstright.intake.refused import Refused

# Facts that only a comparison reads.
ONLY_HERE: Mapping[str, tuple[str, ...]] = {
    "middle_name": ("middle name", "second name", "name middle"),
    "suffix": ("suffix", "name suffix", "generation"),
    "gender": ("gender", "sex", "geschlecht"),
    "birth_date": ("birth date", "birthdate", "date of birth", "dob", "birthday", "geburtsdatum", "born"),
    "street": (
        "street", "address", "street address", "address line 1", "addr line1", "address1", "address 1", "addr1", "strasse",
        "addr full", "full address", "mailing street", "billing street", "adresse", "rue", "calle",
    ),
    "street_number": ("street number", "house number", "hausnummer", "number"),
    "street_more": ("address line 2", "addr line2", "address2", "address 2", "addr2", "address line 3"),
    "ids": (
        "national id", "national id number", "passport number", "ssn", "ssn number", "soc sec id", "social security number",
        "drivers license number", "driving licence", "tax id", "vat id", "vat number", "duns", "registration number",
    ),
}  # fmt: skip
_COMPARED = (
    "first_name", "last_name", "name", "email", "phone", "company", "website", "country", "state", "city", "postcode",
    "external_id", "source",
)  # fmt: skip
_STATED = (
    "external_id",
    "source",
)  # the number of a row says nothing of another row: only who states it means it
_ADDRESS = re.compile(r"<([^<>@\s]+@[^<>\s]+)>")
_DAYS = ("%Y-%m-%d", "%Y%m%d", "%m/%d/%Y", "%d/%m/%Y", "%m/%d/%y", "%d/%m/%y", "%d.%m.%Y", "%d-%b-%y", "%d-%b-%Y",
         "%b %d %Y", "%b %d, %Y", "%d %b %Y", "%Y/%m/%d")  # fmt: skip
_UNKNOWN = frozenset({"", "-", "--", "n/a", "null", "nan", "unknown", "?"})


class Unreadable(Exception):
    """Where a file is no table of text any more, as a sentence."""


class Layout(msgspec.Struct, frozen=True):
    """Which columns hold which fact, in the order of the file."""

    columns: Mapping[str, tuple[str, ...]]


def layout(header: Sequence[str], stated: Mapping[str, str] = {}) -> Layout:  # it is never written to
    """Columns by the names they go by, except those that are `stated` (column -> fact, or "" for one not to be read)."""
    by_name = {name: fact for fact in _COMPARED if fact not in _STATED for name in NAMES.get(fact, ())}
    by_name |= {name: fact for fact, names in ONLY_HERE.items() for name in names}
    found: dict[str, list[str]] = {}
    given = {column.strip().casefold(): fact for column, fact in stated.items()}
    for column in header:
        plain = words(column.removeprefix("PRIMARY_"))
        fact = given.get(column.casefold(), by_name.get(plain) or by_name.get(words(column), ""))
        if fact:
            found.setdefault(fact, []).append(column)
    return Layout({fact: tuple(columns) for fact, columns in found.items()})


def rows(file: BinaryIO, encoding: str = "") -> Iterator[dict[str, str]] | Refused:
    """Rows by trimmed column names, each with all of them. A blank before a quote, and single quotes around a value, are not part
    of it. Raises Unreadable while it is read, where a row cannot be cut into cells."""
    sheet = csvfile.inspect(file, encoding=encoding or None)
    if isinstance(sheet, Refused):
        return sheet
    return _rows(file, sheet)


def _rows(file: BinaryIO, sheet: csvfile.Sheet) -> Iterator[dict[str, str]]:
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=sheet.encoding, newline="")
    try:
        reader = csv.reader(text, delimiter=sheet.delimiter, skipinitialspace=True)
        next(reader, None)
        for cells in reader:
            if cells:
                found = dict(zip(sheet.header, (_bare(cell) for cell in cells), strict=False))
                yield found if len(found) == len(sheet.header) else dict.fromkeys(sheet.header, "") | found
    except csv.Error as error:
        raise Unreadable(f"line {reader.line_num}: {error}") from None
    finally:
        if not file.closed:  # whoever had enough of it closed it
            text.detach()


def _bare(cell: str) -> str:
    text = cell.strip()
    if len(text) > 1 and text[0] == text[-1] == "'":
        text = text[1:-1]
    return "" if text.casefold() in _UNKNOWN else text


def facts_of(row: Mapping[str, str], where: Layout, *, country: str | None = None) -> dict[str, Value]:
    """The facts of one row. Each is clean, or as it was written."""
    raw = {fact: _joined(row, fact, columns) for fact, columns in where.columns.items()}
    if found := _ADDRESS.search(raw.get("email", "")):
        raw["email"] = found[1]
    street = " ".join(raw.pop(name, "") for name in ("street_number", "street", "street_more")).strip()
    ids = tuple(
        f"{words(column)}:{row[column]}" for column in where.columns.get("ids", ()) if row.get(column)
    )
    raw.pop("ids", None)
    given = {name: value for name, value in raw.items() if value and name in _COMPARED}
    facts: dict[str, Value] = {**given, **normalize(given, country=country, texts=True).facts}
    if "name" in facts and not ("first_name" in facts or "last_name" in facts):
        facts.update(split_name(str(facts["name"])))
    for name in ("middle_name", "suffix", "gender"):
        if raw.get(name):
            facts[name] = raw[name]
    if street:
        facts["street"] = street
    if ids:
        facts["ids"] = ids
    if raw.get("birth_date") and (day := birth_date(raw["birth_date"])):
        facts["birth_date"] = day.isoformat()
    return facts


def _joined(row: Mapping[str, str], fact: str, columns: tuple[str, ...]) -> str:
    """The first column that has something; a street's further lines follow it."""
    values = [row[column] for column in columns if row.get(column)]
    return " ".join(values) if fact in ("street", "street_more") else values[0] if values else ""


def birth_date(text: str) -> date | None:
    """Month first where both are possible: comparing knows that the two change places. Nobody is born in the future of a
    two-digit year: "97" is 1997, "25" is what strptime says."""
    for form in _DAYS:
        try:
            found = datetime.strptime(text.strip(), form).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
        if "%y" in form and found.year > 2024:
            return found.replace(year=found.year - 100)
        return found
    return None
