"""Postcodes in the form a country prints them, with the leading zeros a spreadsheet has eaten. Whether a code is given
out is not known here."""

import re

from firstright.core.clean.problem import Refusal

_DIGITS_AND_LETTERS = re.compile(r"[A-Z0-9](?:[A-Z0-9 -]*[A-Z0-9])?")
_US_NINE = re.compile(r"(\d{5})-?(\d{4})")
# Where the blank stands, counted from the end.
_BLANK_BEFORE_LAST = {"GB": 3, "CA": 3, "IE": 4, "NL": 2, "SE": 2, "CZ": 2, "SK": 2, "GR": 2}
# Digits of a code where some begin with a zero, and how many a number may have lost: 00501 is Holtsville, 00100 Helsinki.
_ZEROS = {
    **dict.fromkeys(
        ("DE", "ES", "FR", "IT", "MX", "MY", "TR", "UA", "KR", "TH", "SA", "EE", "HR", "MA", "KZ"), (5, 1)
    ),
    **dict.fromkeys(("US", "PR", "FI"), (5, 2)),
    **dict.fromkeys(("AU", "NO"), (4, 1)),
    "BR": (8, 1),
    "JP": (7, 1),
    "SG": (6, 1),
    "CO": (6, 1),
}
_PREFIXED = re.compile(r"[A-Z]{1,2}-(?=\d)")


def postcode(text: str, country: str) -> str | Refusal:
    """Upper case, the blank where GB, CA, IE, NL, SE, CZ, SK and GR have it, "12345-6789" in the US, no "D-", "01067" for
    the 1067 a spreadsheet made of it."""
    code = text.upper().removesuffix(".0")  # of a column that was read as numbers
    if not code.isascii() or not _DIGITS_AND_LETTERS.fullmatch(code):
        return Refusal("postcode.invalid", "a postcode has only letters A to Z, digits, blanks and hyphens")
    code = _PREFIXED.sub("", code, count=1)
    code = _with_zeros(code, country) if code[0].isdigit() else code
    if country == "US" and (nine := _US_NINE.fullmatch(code.replace(" ", ""))):
        return f"{nine[1]}-{nine[2]}"
    tail = _BLANK_BEFORE_LAST.get(country)
    whole = code.replace(" ", "").replace("-", "")
    if tail is None or len(whole) <= tail:
        return code
    return f"{whole[:-tail]} {whole[-tail:]}"


def _with_zeros(code: str, country: str) -> str:
    length, lost = _ZEROS.get(country, (0, 0))
    if code.isdigit() and length - lost <= len(code) < length:
        return code.zfill(length)
    return code
