"""Expands what repeats in a calendar, by the clock on the wall, within a window: never more than is asked for.

It counts in local times without a zone, because people repeat a meeting at nine, not every 168 hours.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from math import prod

from dateutil.rrule import rrulestr
from icalendar import vRecur

from firstright.intake.icalendarvalues import clock

MOST_STEPS = 400_000  # days walked for one file, all rules together
MOST_A_DAY = 24
# A rule that never comes again is looked for up to the year 9999. The days of 400 years are those of the 400 before, so that
# every rule is walked as late as can be: then that is near.
CYCLE, NEAR = 400, 9999 - 400
_FRUITLESS = 366 * CYCLE
_DAILY = frozenset(("YEARLY", "MONTHLY", "WEEKLY", "DAILY"))


class Unreadable(Exception):
    """A code, and why."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Budget:
    """How much may still be walked for this file."""

    def __init__(self, steps: int = MOST_STEPS) -> None:
        self._left = steps

    def spend(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise Unreadable("ics.too_many", "with this the file repeats more than can be worked out")


def repeats(
    rule: str, begins: datetime, until: datetime | None, last: datetime, budget: Budget
) -> Iterator[datetime]:
    """Local starts from `begins` up to `last`, ascending. `until` is the rule's own end as local time, where it has one.

    Raises Unreadable for what is no rule, repeats within the day, or is too much.
    """
    try:
        read = vRecur.from_ical(rule)
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable("ics.rule", f"is not a rule that is known: {error}") from None
    freq = str(_one(read, "FREQ", "")).upper()
    if freq not in _DAILY:
        raise Unreadable("ics.rule", "repeats more often than by the day, or says not how often")
    if not _is_at_least(_one(read, "INTERVAL", 1), 1):
        raise Unreadable("ics.rule", "repeats without going on: an interval is 1 or more")
    if not _is_at_least(_one(read, "COUNT", 0), 0):
        raise Unreadable("ics.rule", "repeats less often than never: a count is 0 or more")
    if "RSCALE" in read:
        raise Unreadable("ics.rule", "counts in another calendar than the Gregorian")
    times = prod(len(_all(read, name)) or 1 for name in ("BYHOUR", "BYMINUTE", "BYSECOND"))
    if times > MOST_A_DAY:
        raise Unreadable("ics.rule", f"repeats {times:,} times a day, and at most {MOST_A_DAY} are read")
    end = min(last, until) if until else last
    if end < begins:
        return iter(())
    budget.spend(((end - begins).days + 366) * times)
    later = (NEAR - begins.year) // CYCLE * CYCLE + CYCLE
    try:
        found = rrulestr(without(rule, "UNTIL", "COUNT"), dtstart=_later(begins, later))
    except (ValueError, TypeError, OverflowError) as error:
        raise Unreadable("ics.rule", f"is not a rule that is known: {error}") from None
    count = _one(read, "COUNT", None)
    return islice(_walked(iter(found), later, end, budget), count if isinstance(count, int) else None)


def _walked(found: Iterator[datetime], later: int, end: datetime, budget: Budget) -> Iterator[datetime]:
    try:
        for each in found:
            local = _later(each, -later)
            if local > end:
                return
            yield local
    except (
        ValueError,
        IndexError,
    ) as error:  # some rules are only found out on the way, such as a 99th Monday
        raise Unreadable("ics.rule", f"is not a rule that is known: {error}") from None
    budget.spend(_FRUITLESS)


def _later(at: datetime, years: int) -> datetime:
    return at.replace(year=at.year + years)


def until_of(rule: str) -> datetime | None:
    """The UNTIL of a rule: a day is its last moment; aware where it is in UTC. None where it has none that can be read."""
    for part in rule.split(";"):
        name, _, value = part.partition("=")
        if name.strip().upper() == "UNTIL":
            whole = len(value.strip()) == 8
            read = clock(value.strip())
            return read + timedelta(days=1, seconds=-1) if read and whole else read
    return None


def without(rule: str, *names: str) -> str:
    """The rule without these parts."""
    return ";".join(part for part in rule.split(";") if part.partition("=")[0].strip().upper() not in names)


def _all(read: vRecur, name: str) -> list[object]:
    found = read.get(name, [])
    return found if isinstance(found, list) else [found]


def _is_at_least(value: object, least: int) -> bool:
    return not isinstance(value, int) or value >= least


def _one(read: vRecur, name: str, default: object) -> object:
    return next(iter(_all(read, name)), default)
