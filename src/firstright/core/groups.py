"""A buying group: people of one company who came shortly after each other. Pure; who is of one company is said elsewhere."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple


class Came(NamedTuple):
    """Somebody of the company, and when they came."""

    lead: str
    at: datetime


def group_of(lead: str, came: Iterable[Came], within: timedelta) -> tuple[Came, ...]:
    """Those with whom this lead came, itself among them, in the order of their coming: nobody longer than `within` after
    whoever came before. Only the lead itself where nobody else came so near; nothing where it is not among them."""
    ordered = sorted(came, key=lambda each: (each.at, each.lead))
    group: list[Came] = []
    for each in ordered:
        if group and each.at - group[-1].at > within:
            if any(known.lead == lead for known in group):
                break
            group = []
        group.append(each)
    return tuple(group) if any(known.lead == lead for known in group) else ()
