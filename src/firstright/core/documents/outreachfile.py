"""Reads [outreach] of a policy: when somebody may be written to, how often, and which channels need a yes."""

import re

from firstright.core.documents.reading import Table
from firstright.core.outreach import DAY, OUTREACH, Asks, Outreach
from firstright.core.rules.fields import Catalogue

MOST_A_WEEK = 100
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_CHANNELS = ("email", "sms", "call")


def read_outreach(root: Table, catalogue: Catalogue) -> Outreach:
    """What is left out is as shipped."""
    table = root.table("outreach", "[outreach]")
    apart = table.duration("apart", zero=True)
    found = Outreach(
        quiet_from=_clock(table, "quiet_from", OUTREACH.quiet_from),
        quiet_until=_clock(table, "quiet_until", OUTREACH.quiet_until),
        most_a_week=table.number("most_a_week", 0, MOST_A_WEEK, OUTREACH.most_a_week),
        apart=OUTREACH.apart if apart is None else apart,
        consent=_consent(table.table("consent", "[outreach.consent]")),
    )
    table.close()
    return found


def _clock(table: Table, key: str, default: int) -> int:
    text = table.text(key)
    if not text:
        return default
    shape = _CLOCK.fullmatch(text)
    if shape is None:
        table.report("time.invalid", key, f'"{text}" is no time of the day such as "20:00".')
        return default
    return (int(shape[1]) * 60 + int(shape[2])) % DAY


def _consent(table: Table) -> tuple[tuple[str, Asks], ...]:
    shipped = dict(OUTREACH.consent)
    found = tuple((channel, table.choice(channel, Asks, shipped[channel])) for channel in _CHANNELS)
    table.close()
    return found
