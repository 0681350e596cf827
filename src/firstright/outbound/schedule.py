"""When the next attempt is made. Pure: the instant and the dice come in, and nothing waits here."""

from datetime import datetime, timedelta

Schedule = tuple[timedelta, ...]  # the delay before try 1, 2, 3, ...

SOONEST = timedelta(seconds=1)
LATEST = timedelta(hours=24)
JITTER = 0.2  # a share of the delay, either way

# An alert about a lead is worth nothing two hours late: five tries in six minutes, then the caller takes the next channel.
ALERTS: Schedule = tuple(timedelta(seconds=s) for s in (0, 5, 15, 60, 300))

# The table of Standard Webhooks: ten tries over 75 h 35 min, long enough for a weekend's outage.
HOOKS: Schedule = (
    timedelta(0),
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)


def clamped(wait: timedelta) -> timedelta:
    """A receiver's Retry-After, within [1 s, 24 h]: neither "at once, for ever" nor "next year" is obeyed."""
    return min(max(wait, SOONEST), LATEST)


def next_try(
    schedule: Schedule, tries: int, now: datetime, dice: float, retry_after: timedelta | None = None
) -> datetime | None:
    """The instant of the next try when `tries` were made and all failed; None when the schedule has no try left.

    `dice` in [0, 1) moves the delay within ±20 %. A Retry-After wins when it is later, as it is: asking a receiver again
    before the time it named costs the allowance it has left.
    """
    if tries >= len(schedule):
        return None
    planned = schedule[tries] * (1 - JITTER + 2 * JITTER * dice)
    return now + (planned if retry_after is None else max(planned, clamped(retry_after)))
