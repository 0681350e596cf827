"""Counts and sums of money as whole numbers, exact: ranges keep both ends, words and signs around are dropped."""

import math
import re
from functools import lru_cache

import msgspec

from firstright.core.clean.amountwords import TIMES, bare, split
from firstright.core.clean.problem import Refusal

_GREATEST = 2**63 - 1  # what both databases hold
_FORMAT = Refusal("number.format", "not a number or range that can be read without guessing")
_RANGE = Refusal("number.range", "beyond what can be stored")
_NOT_INTEGER = Refusal("type.expected_integer", "must be a whole number")

_GROUPED = re.compile(r"(\d{1,3}(?:([.,' ])\d{3})(?:\2\d{3})*)(?:(?!\2)[.,](\d+))?")
_LAKHS = re.compile(r"(\d{1,2}(?:,\d{2})+,\d{3})(?:\.(\d+))?")  # 12,34,567 as India writes it
_PLAIN = re.compile(r"(\d+)(?:[.,](\d+))?")
_TERM = re.compile(r"([\d][\d.,']*(?: \d{3})*(?:[.,]\d+)?) ?([^\W\d_]+)?\.? ?\+?")
_SUM = re.compile(r"(\d[\d.,]*) ?([億亿억]) ?(\d[\d.,]*) ?([万萬만])")


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
    said = bare(value)
    found = _FORMAT if said.most and said.least else _range(said.text, whole=whole)
    if isinstance(found, Refusal) or found.most != found.least or not (said.most or said.least):
        return found
    return Span(0, found.least) if said.most else Span(found.least, None)


def _range(text: str, *, whole: bool) -> Span | Refusal:
    if both := _SUM.fullmatch(text):  # 1億5000万
        parts = [_scaled(both[at], both[at + 1], whole=whole) for at in (1, 3)]
        total = sum(part for part in parts if part is not None)
        return _FORMAT if None in parts else Span(total, total)
    terms = [_TERM.fullmatch(term) for term in split(text)]
    first, last = terms[0], terms[-1]
    if first is None or last is None:
        return _FORMAT
    low = _scaled(first[1], first[2], whole=whole)
    high = _scaled(last[1], last[2], whole=whole)
    if low is not None and high is not None and not first[2] and last[2]:  # "10-50M" is ten million
        low = _scaled(first[1], last[2], whole=whole)
    return _FORMAT if low is None or high is None or low > high else Span(low, high)


def _scaled(digits: str, unit: str | None, *, whole: bool) -> int | None:
    times = TIMES.get(unit) if unit else 1
    if lakhs := _LAKHS.fullmatch(digits):
        digits = lakhs[1].replace(",", "") + (f".{lakhs[2]}" if lakhs[2] else "")
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
