"""Postcodes in the form a country prints them. Whether a code is given out is not known here, and lost leading zeros
are not put back."""

import re

from firstright.core.clean.problem import Refusal

_DIGITS_AND_LETTERS = re.compile(r"[A-Z0-9](?:[A-Z0-9 -]*[A-Z0-9])?")
_US_NINE = re.compile(r"(\d{5})-?(\d{4})")
# Where the blank stands, counted from the end.
_BLANK_BEFORE_LAST = {"GB": 3, "CA": 3, "IE": 4, "NL": 2, "SE": 2, "CZ": 2, "SK": 2, "GR": 2}
_PREFIXED = re.compile(r"[A-Z]{1,2}-(?=\d)")


def postcode(text: str, country: str) -> str | Refusal:
    """Upper case, the blank where GB, CA, IE, NL, SE, CZ, SK and GR have it, "12345-6789" in the US, no "D-"."""
    code = text.upper()
    if not code.isascii() or not _DIGITS_AND_LETTERS.fullmatch(code):
        return Refusal("postcode.invalid", "a postcode has only letters A to Z, digits, blanks and hyphens")
    code = _PREFIXED.sub("", code, count=1)
    if country == "US" and (nine := _US_NINE.fullmatch(code.replace(" ", ""))):
        return f"{nine[1]}-{nine[2]}"
    tail = _BLANK_BEFORE_LAST.get(country)
    whole = code.replace(" ", "").replace("-", "")
    if tail is None or len(whole) <= tail:
        return code
    return f"{whole[:-tail]} {whole[-tail:]}"
