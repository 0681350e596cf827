"""Counts and sums of money as whole numbers, exact: ranges keep both ends, words and signs around are dropped."""

import math
import re
from functools import lru_cache

import msgspec

from firstright.core.clean.problem import Refusal

_GREATEST = 2**63 - 1  # what both databases hold
_FORMAT = Refusal("number.format", "not a number or range that can be read without guessing")
_RANGE = Refusal("number.range", "beyond what can be stored")
_NOT_INTEGER = Refusal("type.expected_integer", "must be a whole number")

_NOISE = re.compile(
    r"\b(?:employees?|people|persons?|staff|ftes?|headcount|mitarbeiter(?:innen)?|beschäftigte|angestellte|salari[ée]s"
    r"|employ[ée]s|collaborateurs|personnes|empleados|trabajadores|personas|dipendenti|persone|funcionários|pessoas"
    r"|medewerkers|werknemers|mensen|anställda|ansatte|osób|pracowników|çalışan|kişi"
    r"|ca|circa|approx|approximately|about|around|roughly|etwa|rund|environ|aproximadamente|between|zwischen|entre|tussen"
    r"|usd|eur|gbp|chf|inr|brl|cad|aud|jpy|sek|nok|dkk|pln|czk|huf|zar|mxn|sgd|hkd|cny|rmb|aed|us|rs|dollars?|euros?|pounds?"
    r"|rupees?|per year|per annum|p\.?\s?a|annual(?:ly)?|a year|im jahr|par an|al año)\b\.?|r\$|[~≈$€£¥₹₽]|[円元人名]$"
    r"|^(?:de|da|from|von|van|от)\b(?=\s*\d)"
)
_AT_LEAST = re.compile(
    r"^(?:[>≥]=?|\b(?:over|more than|at least|mehr als|mindestens|über|ab|plus de|au moins|más de|al menos|oltre|meer dan)\b)"
    r"|(?:\+|\b(?:or more|and more|and above|und mehr|et plus|y más|ou mais|e oltre|en meer)\b)$"
)
_AT_MOST = re.compile(
    r"^(?:<=?|≤|less than|fewer than|up to|under|below|unter|bis zu|weniger als|moins de|jusqu'à|menos de|hasta|meno di"
    r"|fino a|minder dan|tot)\s*(?=\d)"
)
_GROUPED = re.compile(r"(\d{1,3}(?:([.,' ])\d{3})(?:\2\d{3})*)(?:(?!\2)[.,](\d+))?")
_PLAIN = re.compile(r"(\d+)(?:[.,](\d+))?")
_TERM = re.compile(r"([\d][\d.,']*(?: \d{3})*(?:[.,]\d+)?) ?([^\W\d_]+)?\.? ?\+?")
_DASH = re.compile(r" ?(?:[-–—‒]|\b(?:to|bis|und|and|à|et|a|y|e|en|tot|до)\b) ?")
_TIMES = {
    **dict.fromkeys(("k", "tsd", "thousand", "tausend", "tys", "тыс"), 10**3),
    **dict.fromkeys(("m", "mm", "mn", "mio", "mln", "million", "millions", "millionen", "millones"), 10**6),
    **dict.fromkeys(("milhões", "milhoes", "milioni", "miljoen", "miljoner", "млн"), 10**6),
    **dict.fromkeys(("b", "bn", "mrd", "billion", "billions", "milliarden", "milliards", "mld"), 10**9),
    **dict.fromkeys(("milliarde", "milliard", "miliardi", "miljard", "млрд"), 10**9),
    **dict.fromkeys(("lakh", "lakhs", "lac", "lacs"), 10**5),
    **dict.fromkeys(("cr", "crore", "crores"), 10**7),
    "万": 10**4,
    **dict.fromkeys(("億", "亿"), 10**8),
}


class Span(msgspec.Struct, frozen=True):
    """From `least` to `most`, both included; without `most` it is that much or more. One number is both."""

    least: int
    most: int | None


def lower_bound(value: object, most: int, *, whole: bool) -> int | Refusal:
    """The least number meant: 1001 of "1,001-5,000", 0 of "< 10", 50 of "50+". As `span`."""
    found = span(value, most, whole=whole)
    return found if isinstance(found, Refusal) else found.least


def span(value: object, most: int, *, whole: bool) -> Span | Refusal:
    """What is meant, with both ends. `whole` refuses fractions, else they are cut off. Above `most` or below zero is
    refused."""
    match value:
        case bool():
            return _NOT_INTEGER
        case int():
            found: Span | Refusal = Span(value, value)
        case float():
            found = _of_float(value, whole=whole)
        case str():
            found = _of_text(value, whole=whole)
        case _:
            return _NOT_INTEGER
    if isinstance(found, Refusal):
        return found
    if abs(found.least) > _GREATEST:
        return _RANGE
    return found if 0 <= found.least <= most else Refusal("number.format", f"must be from 0 to {most}")


def integer(value: object) -> int | Refusal:
    """A plain whole number, signed; digits as text are read too."""
    if isinstance(value, str):
        text = value.strip()
        digits = text.removeprefix("-").removeprefix("+")
        if len(text) > 21 or not (digits.isascii() and digits.isdigit()):
            return _FORMAT
        value = int(digits) * (-1 if text.startswith("-") else 1)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return _NOT_INTEGER
    return value if abs(value) <= _GREATEST else _RANGE


def _of_float(value: float, *, whole: bool) -> Span | Refusal:
    if not math.isfinite(value) or (whole and not value.is_integer()):
        return _FORMAT
    return Span(math.floor(value), math.floor(value))


@lru_cache(maxsize=16_384)
def _of_text(value: str, *, whole: bool) -> Span | Refusal:
    if value.isascii() and value.isdigit() and len(value) < 19:
        return Span(int(value), int(value))
    if len(value) > 64:
        return _FORMAT
    text = " ".join(value.casefold().replace("’", "'").split())
    text = " ".join(_NOISE.sub(" ", text).split())
    if at_most := _AT_MOST.match(text):
        end = _range(text[at_most.end() :], whole=whole)
        return end if isinstance(end, Refusal) else Span(0, end.least)
    bare = _AT_LEAST.sub(" ", text).strip()
    found = _range(" ".join(bare.split()), whole=whole)
    if isinstance(found, Refusal) or bare == text or found.most != found.least:
        return found
    return Span(found.least, None)


def _range(text: str, *, whole: bool) -> Span | Refusal:
    terms = [_TERM.fullmatch(term) for term in _DASH.split(text, maxsplit=1)]
    first, last = terms[0], terms[-1]
    if first is None or last is None:
        return _FORMAT
    low = _scaled(first[1], first[2], whole=whole)
    high = _scaled(last[1], last[2], whole=whole)
    if low is not None and high is not None and not first[2] and last[2]:  # "10-50M" is ten million
        low = _scaled(first[1], last[2], whole=whole)
    return _FORMAT if low is None or high is None or low > high else Span(low, high)


def _scaled(digits: str, unit: str | None, *, whole: bool) -> int | None:
    times = _TIMES.get(unit) if unit else 1
    decimal = _PLAIN.fullmatch(digits)
    grouped = _GROUPED.fullmatch(digits)
    if times is None or (decimal is None and grouped is None):
        return None
    # "1.500" is 1500, but "1.500 M" is a million and a half
    if grouped and not (unit and decimal and "." in digits):
        number, fraction = re.sub(r"\D", "", grouped[1]), grouped[3] or ""
    elif decimal:
        number, fraction = decimal[1], decimal[2] or ""
    else:
        return None
    amount, rest = divmod(int(number + fraction) * times, 10 ** len(fraction))
    return None if whole and rest else amount
