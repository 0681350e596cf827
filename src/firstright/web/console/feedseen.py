"""How a calendar that is read by URL is doing, as a page shows it. It fetches nothing."""

from datetime import datetime

import msgspec

from firstright.storage.feeds import FeedRow

BUSY = (
    ("", "Only out of office"),
    ("7200", "And busy for 2 h"),
    ("14400", "And busy for 4 h"),
    ("28800", "And busy for 8 h"),
)


class FeedSeen(msgspec.Struct, frozen=True):
    """`read_at` is the last look that went well; `problem` is why the latest did not, `next_at` when the next one is."""

    host: str
    state: str
    tone: str
    said: str
    read_at: datetime | None
    problem: str
    next_at: datetime


def feed_seen(row: FeedRow) -> FeedSeen:
    state, tone = ("not read", "bad") if row.problem else ("read", "good") if row.read_at else ("new", "")
    host = row.host.partition("://")[2]
    return FeedSeen(host, state, tone, row.said, row.read_at, row.problem, row.due_at)
