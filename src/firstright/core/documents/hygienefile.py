"""Reads [hygiene] of a policy: when what a source sends, and what stands in the base, is worth somebody's time."""

from datetime import timedelta

import msgspec

from firstright.core.documents.reading import Table
from firstright.core.hygiene import HYGIENE, Hygiene
from firstright.core.rules.durations import format_duration
from firstright.core.rules.fields import Catalogue

SHORTEST = {"every": timedelta(hours=1), "watch_every": timedelta(minutes=5), "against": timedelta(days=7)}
LONGEST = {"every": timedelta(days=31), "watch_every": timedelta(days=1), "against": timedelta(days=90)}
SPANS = (*SHORTEST, "stale_owner", "quiet_rule", "alarm_open")
POINTS = ("fill_drop", "unmapped_rise", "wrong_rise", "format_shift")
NUMBERS = {"least": (5, 100_000), "silent_after": (5, 10_000), "spike": (2, 1_000)}


def read_hygiene(root: Table, catalogue: Catalogue) -> Hygiene:
    """What is left out is as shipped."""
    table = root.table("hygiene", "[hygiene]")
    spans = {key: _span(table, key) for key in SPANS}
    points = {key: table.number(key, 1, 100, getattr(HYGIENE, key)) for key in POINTS}
    numbers = {key: table.number(key, *most, getattr(HYGIENE, key)) for key, most in NUMBERS.items()}
    table.close()
    return msgspec.structs.replace(HYGIENE, **spans, **points, **numbers)


def _span(table: Table, key: str) -> timedelta:
    shipped: timedelta = getattr(HYGIENE, key)
    found = table.duration(key) or shipped
    low, high = SHORTEST.get(key), LONGEST.get(key)
    if low is not None and high is not None and not low <= found <= high:
        text = f"It can be from {format_duration(low)} to {format_duration(high)}."
        table.report("hygiene.span", key, text)
        return shipped
    return found
