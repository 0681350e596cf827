"""Reads the limits of a policy: how many leads each rep may get, in which window, and which leads count.

Whether its pools exist, and whether it can ever be reached, is `lint`'s business.
"""

from firstright.core.documents.poolfile import read_most, read_zone
from firstright.core.documents.reading import Table
from firstright.core.pools import Limit, Period

HIGHEST_SCORE = 1_000_000
Band = tuple[int, int]


def read_limits(root: Table) -> tuple[Limit, ...]:
    """In document order."""
    return tuple(_limit(name, table) for name, table in root.named("limits", "limit"))


def _limit(name: str, table: Table) -> Limit:
    within = table.duration("within")
    period = table.choice("period", Period, Period.DAY) if table.has("period") else None
    if table.has("within") and table.has("period"):
        text = 'A limit has one window: a period ("day") or any stretch of time ("24h"), not both.'
        table.report("limit.two_windows", "within", text)
    elif not table.has("within") and not table.has("period"):
        text = 'Without a window it would never free: write period = "day", or within = "24h".'
        table.report("limit.no_window", None, text)
    if table.has("zone") and not table.has("period"):
        text = "A zone says when a period begins; a rolling window is the same everywhere."
        table.report("key.no_effect", "zone", text, "warning")
    return Limit(
        id=name,
        most=read_most(table, "a limit"),
        period=period,
        within=None if period else within,
        zone=read_zone(table),
        pools=table.texts("pools"),
        sources=table.texts("sources"),
        score=_score(table),
        hard=table.flag("hard", True),
    )


def _score(table: Table) -> Band | None:
    value = table.raw("score")
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2:
        table.misfit("score", value, "the lowest and the highest score that count, such as [80, 100]")
        return None
    low, high = (table.whole("score", one, -HIGHEST_SCORE, HIGHEST_SCORE, 0) for one in value)
    if high < low:
        text = f"No score is at least {low} and at most {high}; write [{high}, {low}]."
        table.report("limit.score", "score", text)
    return low, high
