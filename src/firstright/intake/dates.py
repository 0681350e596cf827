"""Dates and times as files write them, to instants in UTC: a stated format, zone and time of day fill what is left out.

Nothing is guessed: 03/04/2026 is a date only under a format that says which of the two is the month.
"""

import zlib
from datetime import UTC, date, datetime, time

import msgspec

from firstright.core.calendar import zone_of
from firstright.core.clean.problem import Refusal
from firstright.core.clean.timestamp import instant
from firstright.intake.dateforms import INFER, alone
from firstright.intake.months import in_english, plain

_WITH_TIME = ("%H", "%I", "%X", "%c")


class When(msgspec.Struct, frozen=True):
    """How one column writes instants. Without formats, and for "" among several, it is RFC 3339, where `zone` stands in
    for a missing offset. "infer" alone is what its file says (`settling`), and where there is none, what a value says itself.

    A date alone gets `at`, or a second within `spread` (minutes of the day) that depends on the row's key only.
    """

    column: str
    formats: tuple[str, ...] = ()
    zone: str = ""
    at: time | None = None
    spread: tuple[int, int] | None = None


def moment(when: When, text: str, key: str) -> datetime | Refusal | None:
    """The instant that `text` means, in UTC; None for a blank. `key` names the row, for `spread`."""
    text = text.strip()
    if not text:
        return None
    formats = when.formats
    if formats == (INFER,):
        formats = alone(text)
        if not formats:
            return Refusal(
                "time.ambiguous", "may have the day or the month first: give the map a date format"
            )
    read = _by_format(formats, text) if formats else _rfc3339(text)
    if read is None:
        return Refusal("time.invalid", f"is no date of the form {' or '.join(when.formats) or 'YYYY-MM-DD'}")
    if not isinstance(read, datetime):
        at = _time_of_day(when, key)
        if at is None:
            return Refusal("time.zone_missing", "a date alone names no instant: give the map a time")
        read = datetime.combine(read, at)
    if read.tzinfo is None and when.zone:
        read = read.replace(tzinfo=zone_of(when.zone))
    return instant(read)


def format_problem(text: str) -> str | None:
    """Why a text is no date format that can be read back; None when it is one, or asks for the file's own."""
    if text == INFER:
        return None
    sample = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
    try:
        read = datetime.strptime(sample.strftime(text), text)  # noqa: DTZ007  # only its date is looked at
    except ValueError:
        return 'is no date format such as "%d.%m.%Y %H:%M"'
    if read.date() != sample.date():
        return 'does not say day, month and year, as "%d.%m.%Y" does'
    return None


def _by_format(formats: tuple[str, ...], text: str) -> datetime | date | None:
    for form in formats:
        if not form:
            if (found := _rfc3339(text)) is not None:
                return found
            continue
        read = _in_form(form, text)
        if read is not None:
            return read if any(part in form for part in _WITH_TIME) else read.date()
    return None


def _in_form(form: str, text: str) -> datetime | None:
    """Months may have their names in other languages, too, and what those put beside them: a dot, "de"."""
    named = "%b" in form or "%B" in form
    texts = (text, in_english(text, short="%b" in form), plain(text)) if named else (text,)
    for each in dict.fromkeys(texts):
        try:
            return datetime.strptime(each, form)  # noqa: DTZ007  # `moment` adds the zone
        except ValueError:
            continue
    return None


def _rfc3339(text: str) -> datetime | date | None:
    found = instant(text)
    if isinstance(found, datetime):
        return found
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if ":" in text else read.date()


def _time_of_day(when: When, key: str) -> time | None:
    if when.spread is None:
        return when.at
    first, last = when.spread
    second = first * 60 + zlib.crc32(key.encode(errors="replace")) % ((last - first) * 60)
    return time(second // 3600, second // 60 % 60, second % 60)
