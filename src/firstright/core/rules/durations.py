"""Spans of time as people write them in a policy: a whole number and an unit. It knows no calendar: 1d is 24 hours."""

import re
from datetime import timedelta

LONGEST = timedelta(days=3650)

_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "min": 60, "s": 1}
_SHAPE = re.compile(r"(-?)([0-9]{1,12}) ?([A-Za-z]*)", re.ASCII)
_HOW = "write a whole number and a unit: 90s, 5min, 2h, 30d or 1w"


def parse_duration(text: str) -> timedelta:
    """Read `90s`, `5min`, `2h`, `30d` or `1w`.

    ValueError carries a sentence that says what to write instead. `5m` is refused because it reads as minutes to
    one person and as months to the next.
    """
    shape = _SHAPE.fullmatch(text.strip())
    if shape is None:
        raise ValueError(f'"{text}" is not a duration; {_HOW}')
    minus, digits, unit = shape.groups()
    if unit not in _SECONDS:
        raise ValueError(_unit_problem(text, digits, unit))
    if minus or int(digits) == 0:
        raise ValueError(f'"{text}" is not more than zero; {_HOW}')
    seconds = int(digits) * _SECONDS[unit]
    if seconds > LONGEST.total_seconds():
        raise ValueError(f'"{text}" is longer than ten years ({LONGEST.days}d)')
    return timedelta(seconds=seconds)


def _unit_problem(text: str, digits: str, unit: str) -> str:
    if not unit:
        return f'"{text}" has no unit; {_HOW}'
    if unit in ("m", "M"):
        return f'"{text}" could mean minutes or months; write {digits}min or a number of days such as 30d'
    return f'"{text}" has the unknown unit "{unit}"; {_HOW}'


def format_duration(span: timedelta) -> str:
    """The shortest spelling `parse_duration` reads back: the largest unit that divides it. Below a second is cut off."""
    seconds = int(span.total_seconds())
    if seconds == 0:
        return "0s"
    unit = next(name for name, size in _SECONDS.items() if seconds % size == 0)
    return f"{seconds // _SECONDS[unit]}{unit}"
