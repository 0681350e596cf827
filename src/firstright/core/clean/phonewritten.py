"""What people write around a telephone number, and what spreadsheets make of it. It knows no ranges: whether a reading is a number is
asked elsewhere."""

import re
from collections.abc import Iterator

_EXPONENT = re.compile(r"\d+(?:[.,]\d+)?e\+?\d+", re.IGNORECASE)
_FLOAT = re.compile(r"^(\d{7,})\.0$")
_ASIDE = re.compile(r"[\s,;]*[(\[][^\d)\]+]*[)\]]\s*$")  # "(mobile)", "(Büro)"
_BETWEEN = re.compile(r"\s*(?:[,;/|\n]|\s(?:or|and|oder|und|ou|et|o|y|of|en|eller|lub)\s)\s*", re.IGNORECASE)
_DIGITS = re.compile(r"\D+")
_FORMER = re.compile(r"(?:00)?(52)1(\d{10})")  # until 2020 Mexico's mobiles were dialled with a 1
_LEAST_DIGITS = 4
_SEQUENCE = 9  # digits


def is_exponent(text: str) -> bool:
    """ "4.930901820E9": the last digits may be lost."""
    return bool(_EXPONENT.fullmatch(text))


def without_aside(text: str) -> str:
    """Without words in brackets behind it, and without the ".0" of a column that was read as numbers."""
    return _FLOAT.sub(r"\1", _ASIDE.sub("", text))


def otherwise(text: str) -> Iterator[str]:
    """Other ways to read what is no number as a whole, the likeliest first: dialled as in Europe, as it was called before, or
    the first of two."""
    if text.startswith("00"):
        yield f"+{text[2:]}"
    if former := _FORMER.fullmatch(_DIGITS.sub("", text)):
        yield f"+{former[1]}{former[2]}"
    first, *others = _BETWEEN.split(text)
    if others and len(_DIGITS.sub("", first)) >= _LEAST_DIGITS:
        yield first


def is_made_up(e164: str) -> bool:
    """+1 999 999 9999, +1 123 456 7890: typed to get past the form."""
    last = e164[-_SEQUENCE:]
    return len(set(last)) == 1 or last in "012345678901234567890"
