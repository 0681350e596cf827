"""Which territory of a plan a place belongs to. The most specific wins, then priority; a tie is said, never guessed."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from firstright.core.lead import Facts
from firstright.core.policy import Territory
from firstright.core.rules.predicates import Truth

# Specificity, most specific first; a territory ranks by its most specific criterion.
CRITERIA = ("accounts", "postcodes", "cities", "states", "countries", "regions")
FIELD = {
    "accounts": "domain",
    "postcodes": "postcode",
    "cities": "city",
    "states": "state",
    "countries": "country",
    "regions": "country",
}
NARROWEST = 0
Rank = tuple[int, int, int]


class Placed(msgspec.Struct, frozen=True):
    """One territory, several that tie, or none; `unknown` when the lead does not say where it is."""

    territories: tuple[Territory, ...] = ()
    unknown: bool = False


def place(plan: Iterable[Territory], facts: Facts, regions: tuple[str, ...], as_of: datetime) -> Placed:
    """The territory of `plan` that holds a lead with these facts at `as_of`. `regions` are those of its country.

    Unknown when none holds it and one might, if only the lead said more.
    """
    best: Rank | None = None
    winners: list[Territory] = []
    unknown = False
    for territory in plan:
        rank = _rank(territory, facts, regions) if _active(territory, as_of) else Truth.FALSE
        if isinstance(rank, Truth):
            unknown = unknown or rank is Truth.UNKNOWN
            continue
        if best is not None and rank > best:
            continue
        if rank != best:
            best, winners = rank, []
        winners.append(territory)
    return Placed(tuple(winners), unknown=unknown and not winners)


def _active(territory: Territory, as_of: datetime) -> bool:
    if territory.active_from and as_of < territory.active_from:
        return False
    return not (territory.active_until and territory.active_until <= as_of)


def _rank(territory: Territory, facts: Facts, regions: tuple[str, ...]) -> Rank | Truth:
    """(kind, narrowness, priority), smallest wins; false when a criterion does not hold, else unknown when one cannot say."""
    rank: tuple[int, int] | None = None
    unknown = False
    for kind, criterion in enumerate(CRITERIA):
        wanted: tuple[str, ...] = getattr(territory, criterion)
        if not wanted:
            continue
        narrowness = _holds(criterion, wanted, facts, regions)
        if narrowness is Truth.FALSE:
            return Truth.FALSE
        if narrowness is Truth.UNKNOWN:
            unknown = True
        else:
            rank = rank or (kind, int(narrowness))
    if unknown or rank is None:
        return Truth.UNKNOWN if unknown else Truth.FALSE
    return (*rank, -territory.priority)


def _holds(criterion: str, wanted: tuple[str, ...], facts: Facts, regions: tuple[str, ...]) -> int | Truth:
    """How narrow the criterion is that holds, smaller is narrower; or false, or unknown."""
    have = facts.get(FIELD[criterion])
    if not isinstance(have, str) or not have:
        return Truth.FALSE if criterion == "states" and _is_abroad(wanted, facts) else Truth.UNKNOWN
    if criterion == "postcodes":
        return _postcode(wanted, have.replace(" ", "").upper())
    if criterion == "regions":
        return Truth.FALSE if set(wanted).isdisjoint(regions) else NARROWEST
    return NARROWEST if have.casefold() in [w.casefold() for w in wanted] else Truth.FALSE


def _is_abroad(states: tuple[str, ...], facts: Facts) -> bool:
    """Whether the lead's country has none of these states, so that it need not say which of its own it is in."""
    country = facts.get("country")
    return isinstance(country, str) and not any(state.startswith(f"{country}-") for state in states)


def _postcode(wanted: tuple[str, ...], have: str) -> int | Truth:
    """How narrow the postcode criterion that holds is: exact 0, then the longest prefix, then ranges."""
    best: int | None = None
    for one in wanted:
        low, dash, high = one.partition("-")
        if one.endswith("*"):
            narrowness = 50 - len(one) if have.startswith(one[:-1].upper()) else None
        elif dash:
            narrowness = 60 if len(have) == len(low) and low <= have <= high else None
        else:
            narrowness = 0 if have == one.replace(" ", "").upper() else None
        if narrowness is not None and (best is None or narrowness < best):
            best = narrowness
    return Truth.FALSE if best is None else best
