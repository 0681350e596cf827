"""What was wrong with the records of an import, as a CSV file to be mended and brought again: a stream, never the whole.

Behind our own columns stand those of the file, while it is still here. Nothing in it can be run as a formula.
"""

from collections.abc import Iterator
from contextlib import ExitStack

import msgspec

from firstright.core.clean.problem import Problem
from firstright.core.rules.fields import CATALOGUE, Kind, kind
from firstright.desk.desk import Desk
from firstright.desk.files.spool import Spool
from firstright.errors import NotFound
from firstright.intake.csvfile import Record, Sheet, inspect, read
from firstright.intake.fieldmap import FieldMap, folded, read_map
from firstright.intake.formulas import csv_row
from firstright.storage import imports
from firstright.storage.imports import Shown

OURS = ("firstright record", "firstright outcome", "firstright problems")
WHOLE = "firstright row"  # of what could not be cut into cells
PAGE = 500

Trouble = tuple[int, str, str]
_problems = msgspec.json.Decoder(tuple[Problem, ...]).decode


def problem_file(desk: Desk, spool: Spool, import_id: str) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, so that spreadsheets read it as such. Raises NotFound before the first part."""
    with desk.read() as tx:
        found = imports.one(tx, import_id)
    if found is None:
        raise NotFound("import of this name")
    return _parts(desk, spool, found)


def _parts(desk: Desk, spool: Spool, found: Shown) -> Iterator[bytes]:
    with ExitStack() as opened:
        header: tuple[str, ...] = ()
        records: Iterator[Record] = iter(())
        numbers: frozenset[int] = frozenset()
        try:
            text = spool.map(found.file_hash, found.map_hash)
            fieldmap, _ = read_map(text, catalogue=desk.policy.policy.catalogue if desk.policy else CATALOGUE)
            stream = opened.enter_context(spool.open(found.file_hash))
        except NotFound:
            fieldmap = None
        if fieldmap is not None:
            sheet = inspect(stream, encoding=fieldmap.encoding or None, delimiter=fieldmap.delimiter or None)
            if isinstance(sheet, Sheet):
                header = tuple(name for name in sheet.header if name not in (*OURS, WHOLE))
                records, numbers = read(stream, sheet), _numbers(fieldmap, header)
        yield b"\xef\xbb\xbf" + csv_row([*OURS, *header, *([WHOLE] if header else [])]).encode()
        for trouble in _troubles(desk, found.id):
            cells = [str(trouble[0]), trouble[1], told(trouble[2])]
            yield csv_row(cells + cells_of(trouble[0], records, header), numbers).encode("utf-8", "replace")


def _troubles(desk: Desk, import_id: str) -> Iterator[Trouble]:
    after = 0
    while True:
        with desk.read() as tx:
            page = imports.troubled(tx, import_id, PAGE, after=after)
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1][0]


def told(problems: str) -> str:
    """Problems, as they are stored, in one line."""
    said = (
        f"{p.pointer.removeprefix('/').replace('~1', '/').replace('~0', '~')}: {p.reason}"
        for p in _problems(problems)
    )
    return "; ".join(each.removeprefix(": ") for each in said)


def cells_of(number: int, records: Iterator[Record], header: tuple[str, ...]) -> list[str]:
    """The cells of this record; both come in file order."""
    if not header:
        return []
    record = next((each for each in records if each.number == number), None)
    if record is None or record.values is None:
        return [*([""] * len(header)), record.raw_text if record else ""]
    return [*(record.values[name] for name in header), ""]


def _numbers(fieldmap: FieldMap, header: tuple[str, ...]) -> frozenset[int]:
    """Places of columns that hold numbers: a loss of five is no formula there."""
    fields = {
        c.field for c in fieldmap.fields if c.field in CATALOGUE and kind(CATALOGUE[c.field]) is Kind.NUMBER
    }
    names = {name for column in fieldmap.fields if column.field in fields for name in column.columns}
    places = (len(OURS) + n for n, name in enumerate(header) if folded(name) in names)
    return frozenset([0, *places])
