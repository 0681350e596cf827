"""A year of leads: when each comes, what it asks for, how long it stays open, and who is at their desk when.

Nights have bursts, as campaigns do. The same year for the same seed and number; nothing here decides.
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import timedelta
from itertools import accumulate

import msgspec

from firstright.core.policy import Needs
from firstright.core.world import Presence
from firstright.simulate.fairness.team import BEGINS, ENDS, MEMBERS
from firstright.simulate.workload import Draws

DAYS = (ENDS - BEGINS).days
HOURS = 24 * DAYS
UTILISED = (
    32  # per cent of the capacity of the team that is taken on average: weekends and bursts fill the rest
)
# Relative rates by hour of the day in UTC: Europe's day, then America's, and never nothing.
BY_HOUR = (2, 2, 2, 2, 3, 5, 9, 14, 18, 20, 19, 17, 18, 21, 24, 24, 22, 20, 17, 14, 10, 7, 5, 3)
BURST_EVERY, BURST_FROM, BURST_HOURS, BURST = 26, 19, 4, 200  # days, hour, hours, rate
NOTHING_ASKED = Needs()
# What leads ask for, and how many of a hundred do. Most ask nothing; all languages are spoken by somebody on each shift or wait.
ASKED = (
    (52, NOTHING_ASKED),
    (24, Needs(language="lead")),
    (14, Needs(skills=(("enterprise", 2),))),
    (7, Needs(preferred=(("fintech", 2),))),
    (3, Needs(language="lead", skills=(("enterprise", 1),))),
)
LANGUAGES = (("en", 60), ("de", 28), ("fr", 12))


class Came(msgspec.Struct, frozen=True):
    """One lead: seconds from the beginning of the year to its arrival, and from its assignment to its closing."""

    number: int
    at: int
    stays: int
    language: str
    score: int
    size: int
    needs: int  # its place in ASKED


def year(leads: int, seed: int) -> list[Came]:
    """In the order in which they come."""
    draws = Draws(seed + 1)
    rates = list(accumulate(_rate(hour) for hour in range(HOURS)))
    at = sorted(bisect_right(rates, draws.below(rates[-1])) * 3600 + draws.below(3600) for _ in range(leads))
    stays = _stays(leads)
    asked, spoken = _cumulated([n for n, _ in ASKED]), _cumulated([n for _, n in LANGUAGES])
    return [
        Came(
            number,
            came,
            stays * (20 + draws.below(161)) // 100,
            LANGUAGES[bisect_right(spoken, draws.below(100))][0],
            draws.below(101),
            1 + draws.below(500),
            bisect_right(asked, draws.below(100)),
        )
        for number, came in enumerate(at)
    ]


def presence(hours: int, seed: int) -> dict[str, Presence]:
    """What each said of themselves in the hour that many hours into the year: five of six times that they are there."""
    draws = Draws((seed + 2) * HOURS + hours)
    said = (
        Presence.ONLINE,
        Presence.ONLINE,
        Presence.ONLINE,
        Presence.ONLINE,
        Presence.AWAY,
        Presence.OFFLINE,
    )
    return {member.id: said[draws.below(6)] for member in MEMBERS}


def claims(number: int, online: Sequence[str], seed: int) -> str:
    """Who is the first to claim lead `number`, of those who may: some are quicker than others, always the same."""
    draws = Draws((seed + 3) * 1_000_003 + number)
    quick = list(accumulate(1 + (sum(rep.encode()) % 5) for rep in online))
    return online[bisect_right(quick, draws.below(quick[-1]))]


def _rate(hour: int) -> int:
    at = BEGINS + timedelta(hours=hour)
    number = hour // 24
    if number % BURST_EVERY == BURST_EVERY - 1 and BURST_FROM <= at.hour < BURST_FROM + BURST_HOURS:
        return 10 * BURST
    return BY_HOUR[at.hour] * (10 if at.weekday() < 5 else 3)


def _stays(leads: int) -> int:
    """Seconds a lead is open on average, so that the team is as busy with few leads as with many."""
    capacity = sum(member.capacity for member in MEMBERS)
    return capacity * UTILISED * DAYS * 86_400 // (100 * max(leads, 1))


def _cumulated(parts: Sequence[int]) -> list[int]:
    return list(accumulate(parts))
