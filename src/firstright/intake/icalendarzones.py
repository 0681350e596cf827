"""The time zone that a calendar file means by a TZID: a place, the name Windows has for one, or what the file itself defines.

A definition is believed only where it says when it changes by the year: others could be made to run for hours.
"""

from datetime import timedelta, tzinfo

from dateutil.rrule import rrulestr
from icalendar import Timezone
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from firstright.core.calendar import zone_of
from firstright.intake.icalendarlines import Component
from firstright.intake.icalendarrepeats import without
from firstright.intake.icalendarvalues import clock

MOST_ZONES = 50
MOST_CHANGES = 200  # parts of one definition
YEARS = timedelta(days=3660)


class Zones:
    """By TZID, found once each. None for one that leads nowhere."""

    def __init__(self, components: list[Component]) -> None:
        self._defined: dict[str, Component] = {}
        for each in components:
            name = each.first("TZID")
            if name and len(self._defined) < MOST_ZONES:
                self._defined[name.value] = each
        self._known: dict[str, tzinfo | None] = {}

    def get(self, name: str) -> tzinfo | None:
        if name not in self._known:
            self._known[name] = _place(name) or self._own(name)
        return self._known[name]

    def _own(self, name: str) -> tzinfo | None:
        component = self._defined.get(name)
        if component is None or len(component.properties) > MOST_CHANGES or not _is_tame(component):
            return None
        text = "\r\n".join(_written(component))
        try:
            defined = Timezone.from_ical(text)
            read = defined.to_tz(lookup_tzid=False) if isinstance(defined, Timezone) else None
        except (ValueError, KeyError, IndexError, OverflowError, TypeError):
            return None
        return read if isinstance(read, tzinfo) else None


def _place(name: str) -> tzinfo | None:
    """An IANA name, also behind what some programs put before it: "/freeassociation.sourceforge.net/Europe/Berlin"."""
    asked = WINDOWS_TO_OLSON.get(name, name).strip()
    tails = (asked, *("/".join(asked.split("/")[-n:]) for n in (3, 2) if asked.count("/") >= n))
    for each in tails:
        try:
            return zone_of(each)
        except ValueError:
            continue
    return None


def _is_tame(component: Component) -> bool:
    """Whether each change of it that repeats comes by the year, and does come."""
    parts = {each.part: clock(each.value) for each in component.properties if each.name == "DTSTART"}
    for each in component.all("RRULE"):
        begins, rule = parts.get(each.part), without(each.value, "UNTIL", "COUNT")
        if begins is None or "FREQ=YEARLY" not in rule.upper().split(";"):
            return False
        try:
            found = rrulestr(rule, dtstart=begins).replace(until=begins + YEARS)
            if next(iter(found), None) is None:
                return False
        except (ValueError, IndexError, OverflowError):
            return False
    return True


def _written(component: Component) -> list[str]:
    """The component as text once more, with the parts it was cut into; which kind a part is makes no difference."""
    lines = ["BEGIN:VTIMEZONE", *(each.text for each in component.properties if not each.part)]
    for part in dict.fromkeys(each.part for each in component.properties if each.part):
        own = [each.text for each in component.properties if each.part == part]
        lines += ["BEGIN:STANDARD", *own, "END:STANDARD"]
    return [*lines, "END:VTIMEZONE"]
