"""Dates with the name of a month in one of seven languages, written as the English ones that formats are made for.

Which language a file is in need not be known: no name means two months in them. Names of weekdays are not read.
"""

import re
import unicodedata
from functools import cache

from babel import Locale

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "de_AT")
ENGLISH = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MORE = {"mrz": 3, "maerz": 3, "feber": 2, "sept": 9}  # as spreadsheets and people write them

_WORD = re.compile(r"[^\W\d_]{3,}")
# 3. März 2026, 1er mars 2026, 3 de marzo de 2026, 03-mrt.-2026
_DAY_FIRST = re.compile(
    r"(\d{1,2})(?:\.|er|º|°)?[ -]?(?:de )?([A-Z][a-z]{2,8})\.?(?: del?)?[ -](\d{4})(?!\d)(.*)", re.DOTALL
)


def in_english(text: str, *, short: bool = False) -> str:
    """The text with the names of months in English, in full or in three letters; everything else as it is."""
    months = _months()

    def said(found: re.Match[str]) -> str:
        month = months.get(_plain(found[0]))
        return found[0] if month is None else ENGLISH[month - 1][: 3 if short else None]

    return _WORD.sub(said, text)


def plain(text: str) -> str:
    """`3 March 2026` of what says so in one of the languages, with what stands behind it; else the text with English months."""
    english = in_english(text)
    found = _DAY_FIRST.fullmatch(english)
    return f"{found[1]} {found[2]} {found[3]}{found[4]}" if found and found[2] in ENGLISH else english


@cache
def _months() -> dict[str, int]:
    """The number of a month by each of its names, folded."""
    found = dict(_MORE)
    for tag in LANGUAGES:
        for widths in Locale.parse(tag).months.values():
            for width in ("wide", "abbreviated"):
                found.update({_plain(name): number for number, name in widths[width].items()})
    return {name: number for name, number in found.items() if len(name) > 2}


def _plain(name: str) -> str:
    parts = unicodedata.normalize("NFKD", name.casefold().removesuffix("."))
    return "".join(letter for letter in parts if not unicodedata.combining(letter))
