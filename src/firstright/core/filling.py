"""Merge fields of a text are filled in here, once: what a value brings along is text, and never a field again.

Which fields there are is the linter's to say (`documents.mergefields`), what each becomes is the caller's.
"""

import re
from collections.abc import Callable

FIELD = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)\}")
_CONTROLS = [c for c in (*range(0x20), *range(0x7F, 0xA0)) if chr(c) not in "\n\t"]
_TURNING = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))  # would make what follows read backwards
_UNFIT = dict.fromkeys((*_CONTROLS, *_TURNING))


def filled(text: str, value_of: Callable[[str], str]) -> str:
    """The text with `value_of(name)` for every {name}; other braces stay as they are."""
    return FIELD.sub(lambda field: value_of(field[1]), text)


def one_line(text: str, longest: int) -> str:
    """Without line breaks, control characters and runs of spaces; cut to `longest` characters."""
    line = " ".join(text.split()).translate(_UNFIT)
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def lines(text: str) -> str:
    """Line breaks of every kind as one, and no other control character but the tab."""
    return "\n".join(text.splitlines()).translate(_UNFIT)
