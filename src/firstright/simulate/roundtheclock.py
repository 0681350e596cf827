"""A roster in which it is always working hours: for a demonstration, which somebody may start on a Sunday night."""

import re

_SECTION = re.compile(r"^\[calendars\.[^\]]+\]\n(?:(?!\[).*\n)*", re.MULTILINE)
_HOURS = re.compile(r"^(hours|holidays|closed|exceptions)\s*=.*\n", re.MULTILINE)
ALWAYS = 'hours = { mon-sun = "00:00-24:00" }\n'


def round_the_clock(roster: str) -> str:
    """The same text with every calendar open all day and every day. Absences, pauses and who has left stay as they are.

    For texts whose calendars say each thing on one line, as our examples do.
    """
    return _SECTION.sub(lambda section: f"{_HOURS.sub('', section[0]).rstrip()}\n{ALWAYS}\n", roster)
