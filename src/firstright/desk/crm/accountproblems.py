"""The rows of a CRM's file that had problems, as a CSV file to be mended and brought again: a stream, never the whole."""

from collections.abc import Iterator
from typing import BinaryIO

from firstright.desk.files.problemfile import OURS, WHOLE, cells_of, told
from firstright.intake.csvfile import Record, Sheet, inspect, read
from firstright.intake.formulas import csv_row
from firstright.storage import crmimports
from firstright.storage.transactions import Database

PAGE = 500


def problem_parts(
    database: Database, import_id: str, file: BinaryIO | None, encoding: str = ""
) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, so that spreadsheets read it as such. Without the file only what was wrong is told."""
    header: tuple[str, ...] = ()
    records: Iterator[Record] = iter(())
    if file is not None:
        sheet = inspect(file, encoding=encoding or None)
        if isinstance(sheet, Sheet):
            header = tuple(name for name in sheet.header if name not in (*OURS, WHOLE))
            records = read(file, sheet)
    numbers = frozenset([0])
    yield b"\xef\xbb\xbf" + csv_row([*OURS, *header, *([WHOLE] if header else [])]).encode()
    after = 0
    while True:
        with database.read() as tx:
            page = crmimports.troubled(tx, import_id, PAGE, after=after)
        for line, what, problems in page:
            row = [str(line), what, told(problems), *cells_of(line, records, header)]
            yield csv_row(row, numbers).encode("utf-8", "replace")
        if len(page) < PAGE:
            return
        after = page[-1][0]
