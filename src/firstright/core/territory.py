"""Which territory of a plan a place belongs to. The most specific wins, then priority; a tie is said, never guessed."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from firstright.core.lead import Facts
from firstright.core.policy import Territory

# Specificity, most specific first; a territory ranks by its most specific criterion.
CRITERIA = ("accounts", "postcodes", "cities", "states", "countries", "regions")


class Placed(msgspec.Struct, frozen=True):
    """One territory, several that tie, or none; `unknown` when the lead does not say where it is."""

    territories: tuple[Territory, ...] = ()
    unknown: bool = False


def place(plan: Iterable[Territory], facts: Facts, regions: tuple[str, ...], as_of: datetime) -> Placed:
    """The territory of `plan` that holds a lead with these facts at `as_of`. `regions` are those of its country."""
    best: tuple[int, int, int] | None = None
    winners: list[Territory] = []
    for territory in plan:
        rank = _rank(territory, facts, regions) if _active(territory, as_of) else None
        if rank is None or (best is not None and rank > best):
            continue
        if rank != best:
            best, winners = rank, []
        winners.append(territory)
    return Placed(tuple(winners), unknown=not winners and "country" not in facts)


def _active(territory: Territory, as_of: datetime) -> bool:
    if territory.active_from and as_of < territory.active_from:
        return False
    return not (territory.active_until and territory.active_until <= as_of)


def _rank(territory: Territory, facts: Facts, regions: tuple[str, ...]) -> tuple[int, int, int] | None:
    """(kind, narrowness, priority), smallest wins; None when any criterion does not hold."""
    rank: tuple[int, int] | None = None
    for kind, criterion in enumerate(CRITERIA):
        wanted: tuple[str, ...] = getattr(territory, criterion)
        if not wanted:
            continue
        narrowness = _holds(criterion, wanted, facts, regions)
        if narrowness is None:
            return None
        rank = rank or (kind, narrowness)
    return (*rank, -territory.priority) if rank else None


def _holds(criterion: str, wanted: tuple[str, ...], facts: Facts, regions: tuple[str, ...]) -> int | None:
    if criterion == "postcodes":
        return _postcode(wanted, str(facts.get("postcode", "")).replace(" ", "").upper())
    if criterion == "regions":
        return 0 if not set(wanted).isdisjoint(regions) else None
    have = {
        "accounts": facts.get("domain"),
        "cities": facts.get("city"),
        "states": facts.get("state"),
        "countries": facts.get("country"),
    }[criterion]
    held = isinstance(have, str) and have.casefold() in [w.casefold() for w in wanted]
    return 0 if held else None


def _postcode(wanted: tuple[str, ...], have: str) -> int | None:
    """How narrow the postcode criterion that holds is: exact 0, then the longest prefix, then ranges."""
    best: int | None = None
    for one in wanted if have else ():
        low, dash, high = one.partition("-")
        if one.endswith("*"):
            narrowness = 50 - len(one) if have.startswith(one[:-1].upper()) else None
        elif dash:
            narrowness = 60 if len(have) == len(low) and low <= have <= high else None
        else:
            narrowness = 0 if have == one.replace(" ", "").upper() else None
        if narrowness is not None and (best is None or narrowness < best):
            best = narrowness
    return best
