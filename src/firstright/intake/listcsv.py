"""Reads a list of named accounts from a CSV file: one column of domains, everything else passed over. It stores nothing."""

from typing import BinaryIO

import msgspec

from firstright.core.clean.problem import Refusal, escaped, shown
from firstright.core.documents.listfile import MOST, NamedList, domain_of, listed
from firstright.intake.csvfile import Sheet, inspect, read
from firstright.intake.refused import Refused, refused

COLUMNS = ("domain", "website", "url", "domains")  # what the column may be called where nobody says
MOST_BAD = 1_000  # rows told of; a file of a million wrong ones is told by its first


class BadRow(msgspec.Struct, frozen=True):
    line: int
    reason: str
    got: str


class Read(msgspec.Struct, frozen=True):
    """What a file lists, and what of it could not be used. `repeated` rows named a domain that stood there before."""

    list: NamedList
    column: str
    rows: int
    repeated: int
    bad: tuple[BadRow, ...]
    more_bad: int = 0  # beyond those told


def read_list(name: str, file: BinaryIO, column: str = "", encoding: str | None = None) -> Read | Refused:
    """`column` is the header's name of it, in any case; without it the first of COLUMNS that the file has."""
    sheet = inspect(file, encoding=encoding)
    if isinstance(sheet, Refused):
        return sheet
    chosen = _column(sheet, column)
    if isinstance(chosen, Refused):
        return chosen
    return _read(name, file, sheet, chosen)


def _column(sheet: Sheet, wanted: str) -> str | Refused:
    by_name = {title.casefold(): title for title in reversed(sheet.header)}
    for name in (wanted.strip().casefold(),) if wanted else COLUMNS:
        if name in by_name:
            return by_name[name]
    said = f'has no column "{escaped(wanted)}"' if wanted else f"has no column called {', '.join(COLUMNS)}"
    has = ", ".join(escaped(title[:64]) for title in sheet.header[:20])
    return refused(422, "list.no_column", f"the file {said}; it has {has}")


def _read(name: str, file: BinaryIO, sheet: Sheet, column: str) -> Read | Refused:
    found: dict[str, None] = {}
    bad: list[BadRow] = []
    rows = repeated = wrong = 0
    for record in read(file, sheet):
        rows += 1
        cell = record.values.get(column, "") if record.values is not None else ""
        domain = domain_of(cell) if record.values is not None else record.problems[0].reason
        if record.values is not None and isinstance(domain, str):
            repeated += domain in found
            found[domain] = None
        else:
            wrong += 1
            reason = domain.reason if isinstance(domain, Refusal) else domain
            if len(bad) < MOST_BAD:
                bad.append(BadRow(record.line, reason, shown(cell or record.raw_text)))
    if len(found) > MOST:
        return refused(
            413, "list.too_long", f"a list has at most {MOST:,} domains, and here are {len(found):,}"
        )
    return Read(listed(name, found), column, rows, repeated, tuple(bad), wrong - len(bad))
