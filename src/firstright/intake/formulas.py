"""Keeps a cell from being run as a formula by whoever opens an exported CSV file, and takes that guard off on the way in.

It changes nothing else of a text: what was guarded and read back is the same text again.
"""

import re
from unicodedata import category, normalize

GUARD = "'"
_RUNS = frozenset("=+-@|\u2212")  # full-width and small forms become these by NFKC
_MOVES = "\t\r\n\0"
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*", re.ASCII)


def guarded(text: str, *, number: bool = False) -> str:
    """The text with an apostrophe in front where a spreadsheet might run it. `number`: a plain number stays one."""
    if number and _NUMBER.fullmatch(text):
        return text
    return GUARD + text if _is_risky(text.lstrip(GUARD)) else text


def unguarded(text: str) -> str:
    """The text without the apostrophe that `guarded` put there; what merely begins with one keeps it."""
    return text[1:] if text.startswith(GUARD) and _is_risky(text.lstrip(GUARD)) else text


def _is_risky(text: str) -> bool:
    """By the first character that can be seen: blanks, marks and controls in front of it hide it from simple checks."""
    if text.startswith(tuple(_MOVES)):
        return True
    for letter in text:
        for folded in normalize("NFKC", letter):
            if category(folded)[0] not in "CZM":
                return folded in _RUNS
    return False


def csv_row(cells: list[str], numbers: frozenset[int] = frozenset()) -> str:
    """One guarded record, RFC 4180, every cell quoted. `numbers` are the places of columns that hold numbers."""
    safe = [guarded(cell, number=place in numbers) for place, cell in enumerate(cells)]
    return ",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in safe) + "\r\n"
