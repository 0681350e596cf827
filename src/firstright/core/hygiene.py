"""What is looked for in the base by itself, and when it is worth somebody's time. It reads nothing."""

from datetime import timedelta

import msgspec


class Hygiene(msgspec.Struct, frozen=True):
    """How the audit of data, and the watch over sources, judge. Shares are per cent, differences of shares are points."""

    every: timedelta = timedelta(days=1)  # between two audits of the base
    watch_every: timedelta = timedelta(hours=1)  # between two looks at what sources send
    against: timedelta = timedelta(days=28)  # what a source did before is what it is judged by
    least: int = 20  # arrivals of a source, below which nothing is said of it
    fill_drop: int = 30  # points by which the share of a field that is filled may fall before it is said
    unmapped_rise: int = 10  # points
    wrong_rise: int = 10  # points, of values that could not be read
    format_shift: int = 30  # points of a field's values that look otherwise
    silent_after: int = 12  # arrivals that should have come since the last one
    spike: int = 5  # times what is usual of these hours
    stale_owner: timedelta = timedelta(days=30)  # without a touch
    quiet_rule: timedelta = timedelta(days=30)  # in which a rule took no lead
    alarm_open: timedelta = timedelta(days=7)  # an alarm that nobody has ended


HYGIENE = Hygiene()
