"""Instants, spans and credits as people read them: local time with the zone named, whole leads. English only, no locale."""

from datetime import datetime
from zoneinfo import ZoneInfo

from firstright.core.pools import LEAD

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Moments:
    """Tells instants in one zone. The year is left out where it is that of `as_of`."""

    def __init__(self, zone: str, as_of: datetime) -> None:
        self._zone = ZoneInfo(zone)
        self._year = as_of.astimezone(self._zone).year
        self.place = zone.rpartition("/")[2].replace("_", " ")

    def __call__(self, at: datetime) -> str:
        """`Mon 23 Nov 09:00 Berlin`; an hour that the clock shows twice also says which of the two."""
        return self._told(at, year=at.astimezone(self._zone).year != self._year)

    def with_year(self, at: datetime) -> str:
        return self._told(at, year=True)

    def abbreviated(self, at: datetime) -> str:
        """`Mon 9 Mar 09:05 CET`, as messages tell it, the minute that has begun; the zone's abbreviation tells an hour shown twice
        apart."""
        local = at.astimezone(self._zone).replace(second=0)
        return f"{_clock(local, year=local.year != self._year)} {local.tzname()}"

    def _told(self, at: datetime, *, year: bool) -> str:
        local = at.astimezone(self._zone)
        twice = local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()
        place = f"{self.place} ({local.tzname()})" if twice else self.place
        return f"{_clock(local, year=year)} {place}"


def _clock(local: datetime, *, year: bool) -> str:
    seconds = f":{local.second:02}" if local.second else ""
    day = f"{DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]}"
    return f"{day}{f' {local.year}' if year else ''} {local.hour:02}:{local.minute:02}{seconds}"


def leads(credit: int) -> str:
    """Credit in leads with its sign, cut to thousandths: `+0.333`, `−1`, `0`."""
    whole, part = divmod(abs(credit) // (LEAD // 1000), 1000)
    if not whole and not part:
        return "0"
    sign = "−" if credit < 0 else "+"
    return f"{sign}{whole}" + (f".{part:03}".rstrip("0") if part else "")


def listed(words: tuple[str, ...] | list[str], joint: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    words = list(words)
    return f" {joint} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
