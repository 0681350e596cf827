"""How much more or less than by plain weight each member of a performance pool gets, worked out from what became of their leads.

The result is data of the roster, published as a version; nothing here is asked while a lead is decided. Floats are used once,
here, and end in whole per cents.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from firstright.core.pools import Performance

PLAIN = 100  # per cent


class Record(msgspec.Struct, frozen=True):
    """What somebody got in the window, and how much of it converted."""

    leads: int = 0
    converted: int = 0


def window(how: Performance, now: datetime) -> tuple[datetime, datetime]:
    """[from, until) of the leads that count: old enough to have converted, and no older than the window is long."""
    until = (now - how.closed).replace(microsecond=0)
    return until - how.window, until


def is_due(how: Performance, last: datetime | None, now: datetime) -> bool:
    return last is None or now - last >= max(how.every, timedelta(hours=1))


def multipliers(records: Mapping[str, Record], how: Performance) -> dict[str, int]:
    """Per cent by rep. Nobody converts, or nobody has leads: all are plain.

    Everybody's rate is shrunk towards the pool's by `prior` leads at that rate, so that three lucky leads make no star.
    """
    leads = sum(record.leads for record in records.values())
    converted = sum(record.converted for record in records.values())
    if not leads or not converted:
        return dict.fromkeys(records, PLAIN)
    mean = converted / leads
    found = {}
    for rep, record in records.items():
        shrunk = (record.converted + how.prior * mean) / (record.leads + how.prior or 1)
        percent = round(PLAIN * (shrunk / mean) ** (how.power / 100)) if record.leads + how.prior else PLAIN
        found[rep] = max(how.least, min(how.most, percent))
    lowest = -(-how.floor * sum(found.values()) // (PLAIN * len(found)))
    return {rep: max(percent, lowest, 1) for rep, percent in found.items()}
