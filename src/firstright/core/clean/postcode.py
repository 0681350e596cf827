"""Postcodes in the form a country prints them, with the leading zeros a spreadsheet has eaten. Whether a code is given
out is not known here."""

import re
import unicodedata

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
_PREFIXED = re.compile(r"^([A-Z]{1,3})(-|\s+)(?=\d)")
_LETTERED = frozenset({"AR", "BM", "BN", "CA", "GB", "GG", "IE", "IM", "JE", "KY", "MT", "SZ"})
_CEDEX = re.compile(r"\s*CEDEX(?:\s*\d{1,2})?$")
# Countries whose codes are digits without a blank: one that stands in them was put there for reading.
_UNBROKEN = frozenset(
    {"AT", "AU", "BE", "BG", "CH", "CN", "DE", "DK", "ES", "FI", "FR", "HR", "HU", "IN", "IT", "KR", "LU", "MX", "MY", "NO", "NZ", "PH",
     "RO", "RS", "RU", "SG", "SI", "TH", "TR", "UA", "VN", "ZA"}
)  # fmt: skip
LIMIT = 20  # characters, without the town
_DIGITS = _UNBROKEN | {"US"}
_ANY_DIGIT = re.compile(r"\d")
_WITH_WORDS = re.compile(r"(?:[^\W\d_]{2,}\.?[ ,]+)*(\d[\d -]*\d)(?:[ ,]+[^\W\d_][^\d]*)?")


def postcode(text: str, country: str) -> str | Refusal:
    """Upper case, the blank where GB, CA, IE, NL, SE, CZ, SK and GR have it, "12345-6789" in the US, no "D-", "01067" for
    the 1067 a spreadsheet made of it."""
    # Wide letters and the sign of the post are Japan's; ".0" is of a column that was read as numbers.
    code = (
        unicodedata.normalize("NFKC", text).upper().strip(" '’").removeprefix("〒").strip().removesuffix(".0")
    )
    code = _alone(code, country)
    if len(code) > LIMIT:
        return Refusal("length.max", f"longer than {LIMIT} characters")
    if not code.isascii() or not _DIGITS_AND_LETTERS.fullmatch(code):
        return Refusal("postcode.invalid", "a postcode has only letters A to Z, digits, blanks and hyphens")
    code = _CEDEX.sub("", _without_country(code, country)) or code
    whole = code.replace(" ", "").replace("-", "")
    if country in _UNBROKEN and whole.isdigit() and "-" not in code:
        code = whole
    code = _with_zeros(code, country) if code[0].isdigit() else code
    if country == "US" and (nine := _US_NINE.fullmatch(code.replace(" ", ""))):
        return f"{nine[1]}-{nine[2]}"
    if country in _DIGITS and not whole.isdigit():
        return Refusal("postcode.invalid", f"a postcode of {country} has only digits")
    tail = _BLANK_BEFORE_LAST.get(country)
    whole = code.replace(" ", "").replace("-", "")
    if tail is None or len(whole) <= tail or (country == "NL" and whole.isdigit()):
        return code
    return f"{whole[:-tail]} {whole[-tail:]}"


def _alone(code: str, country: str) -> str:
    """Without the town behind it or the state before it, where a code has no letters: "01067 Dresden", "MA 02139". What
    follows a comma and has no digit is never part of it."""
    head, comma, rest = code.partition(",")
    if comma and not _ANY_DIGIT.search(rest) and _ANY_DIGIT.search(head):
        code = head.strip()
    found = _WITH_WORDS.fullmatch(code) if country in _DIGITS else None
    return found[1] if found else code


def _without_country(code: str, country: str) -> str:
    """ "D-10115", "PL 00-950". Not of "M-1 1AE", where codes begin with letters of their own."""
    found = _PREFIXED.match(code)
    if not found:
        return code
    plate = found[2] == "-" and country not in _LETTERED
    return code[found.end() :] if plate or found[1] == country else code


def _with_zeros(code: str, country: str) -> str:
    length, lost = _ZEROS.get(country, (0, 0))
    if code.isdigit() and length - lost <= len(code) < length:
        return code.zfill(length)
    return code
