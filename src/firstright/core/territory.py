"""Which territory of a plan a place belongs to. The most specific wins, then priority; a tie is said, never guessed.

A territory that has moved may be held over for a while: it still holds the lead, and says whose that is until then.
"""

from collections.abc import Iterable, Iterator, Set
from datetime import datetime

import msgspec

from firstright.core.clean.cities import city_names
from firstright.core.lead import Facts
from firstright.core.lists import NO_LISTS, Accounts
from firstright.core.policy import Holdover, Policy, Target, Territory
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
RANGE = 100  # behind every beginning of a postcode
Rank = tuple[int, int, int]


class Placed(msgspec.Struct, frozen=True):
    """One territory, several that tie, or none; `unknown` when the lead does not say where it is.

    With a `holdover` the one territory sends where it sent before it moved.
    """

    territories: tuple[Territory, ...] = ()
    unknown: bool = False
    holdover: Holdover | None = None

    @property
    def target(self) -> Target | None:
        """Where the lead goes from there; None unless exactly one territory holds it."""
        if self.holdover:
            return self.holdover.send_to
        return self.territories[0].send_to if len(self.territories) == 1 else None


def place(
    plan: "Plan | Iterable[Territory]", facts: Facts, regions: tuple[str, ...], as_of: datetime
) -> Placed:
    """The territory of `plan` that holds a lead with these facts at `as_of`. `regions` are those of its country.

    Unknown when none holds it and one might, if only the lead said more.
    """
    return (plan if isinstance(plan, Plan) else Plan(plan)).place(facts, regions, as_of)


class Plan:
    """The territories of one plan, found by what they name: a hundred thousand accounts are one look into a table."""

    def __init__(
        self, territories: Iterable[Territory], holdovers: Iterable[Holdover] = (), lists: Accounts = NO_LISTS
    ) -> None:
        """KeyError for a list that is not among `lists`."""
        self.pieces = tuple(_Piece(at, territory, lists) for at, territory in enumerate(territories))
        self._by: dict[str, dict[str, list[_Piece]]] = {criterion: {} for criterion in CRITERIA}
        self._of: dict[str, list[_Piece]] = {criterion: [] for criterion in CRITERIA}
        self._elsewhere: list[_Piece] = []  # those that name no place, or parts of postcodes
        for piece in self.pieces:
            self._enter(piece)
        self._holdovers: dict[str, tuple[Holdover, ...]] = {}
        for held in holdovers:
            self._holdovers[held.territory] = (*self._holdovers.get(held.territory, ()), held)

    def __iter__(self) -> Iterator[Territory]:
        return iter([piece.territory for piece in self.pieces])

    def __len__(self) -> int:
        return len(self.pieces)

    def place(self, facts: Facts, regions: tuple[str, ...], as_of: datetime) -> Placed:
        best: Rank | None = None
        winners: list[Territory] = []
        unknown = False
        for piece in self._possible(facts, regions):
            rank = piece.rank(facts, regions) if is_active(piece.territory, as_of) else Truth.FALSE
            if isinstance(rank, Truth):
                unknown = unknown or rank is Truth.UNKNOWN
                continue
            if best is not None and rank > best:
                continue
            if rank != best:
                best, winners = rank, []
            winners.append(piece.territory)
        held = self._held_over(winners[0], facts, as_of) if len(winners) == 1 else None
        return Placed(tuple(winners), unknown=unknown and not winners, holdover=held)

    def _enter(self, piece: "_Piece") -> None:
        anchor = next((c for c in CRITERIA if piece.names[c]), "")
        if not anchor or (anchor == "postcodes" and piece.parts):
            self._elsewhere.append(piece)
            return
        self._of[anchor].append(piece)
        for named in piece.names[anchor]:
            for name in named:
                self._by[anchor].setdefault(name, []).append(piece)

    def _possible(self, facts: Facts, regions: tuple[str, ...]) -> list["_Piece"]:
        """Every piece that may hold the lead or could if it said more, in the order of the document."""
        found = {piece.at: piece for piece in self._elsewhere}
        for criterion, table in self._by.items():
            if not table:
                continue
            if not (have := _read(criterion, facts)):  # each of them could hold it
                found.update({piece.at: piece for piece in self._of[criterion]})
            for name in regions if criterion == "regions" else have:
                found.update({piece.at: piece for piece in table.get(name, ())})
        return [found[at] for at in sorted(found)]

    def _held_over(self, territory: Territory, facts: Facts, as_of: datetime) -> Holdover | None:
        """The first that is in force; one that names accounts goes before one of the whole territory."""
        going = [h for h in self._holdovers.get(territory.id, ()) if _in_force(h, as_of)]
        domain = facts.get("domain")
        named = (h for h in going if domain in h.accounts)
        return next(named, None) or next((h for h in going if not h.accounts), None)


class _Piece:
    """A territory made ready to be asked: its names folded as facts are compared."""

    def __init__(self, at: int, territory: Territory, lists: Accounts) -> None:
        self.at = at
        self.territory = territory
        codes = [squeezed(code) for code in territory.postcodes]
        self.parts = tuple(code for code in codes if code.endswith("*") or "-" in code)
        self.names: dict[str, tuple[Set[str], ...]] = {
            "accounts": (
                *_set([domain.casefold() for domain in territory.accounts]),
                *[lists[name] for name in territory.accounts_from],
            ),
            "postcodes": _set(codes),
            "cities": _set([spelt.casefold() for city in territory.cities for spelt in city_names(city)]),
            "states": _set([state.casefold() for state in territory.states]),
            "countries": _set([country.casefold() for country in territory.countries]),
            "regions": _set(territory.regions),
        }

    def rank(self, facts: Facts, regions: tuple[str, ...]) -> Rank | Truth:
        """(kind, narrowness, priority), smallest wins; false when a criterion does not hold, else unknown when one
        cannot say."""
        rank: tuple[int, int] | None = None
        unknown = False
        for kind, criterion in enumerate(CRITERIA):
            if not self.names[criterion]:
                continue
            narrowness = self._holds(criterion, facts, regions)
            if narrowness is Truth.FALSE:
                return Truth.FALSE
            if narrowness is Truth.UNKNOWN:
                unknown = True
            else:
                rank = rank or (kind, int(narrowness))
        if unknown or rank is None:
            return Truth.UNKNOWN if unknown else Truth.FALSE
        return (*rank, -self.territory.priority)

    def _holds(self, criterion: str, facts: Facts, regions: tuple[str, ...]) -> int | Truth:
        """How narrow the criterion is that holds, smaller is narrower; or false, or unknown."""
        have = _read(criterion, facts)
        if not have:
            abroad = criterion == "states" and _is_abroad(self.territory.states, facts)
            return Truth.FALSE if abroad else Truth.UNKNOWN
        named = self.names[criterion]
        if criterion == "regions":
            return Truth.FALSE if all(each.isdisjoint(regions) for each in named) else NARROWEST
        if any(not each.isdisjoint(have) for each in named):
            return NARROWEST
        return _part(self.parts, have) if criterion == "postcodes" else Truth.FALSE


def plans_of(policy: Policy, lists: Accounts = NO_LISTS) -> dict[str, Plan]:
    """Every plan of a policy by its name. `lists` by their names in the policy."""
    of: dict[str, list[Territory]] = {}
    for territory in policy.territories:
        of.setdefault(territory.plan, []).append(territory)
    return {plan: Plan(pieces, policy.holdovers, lists) for plan, pieces in of.items()}


def is_active(territory: Territory, as_of: datetime) -> bool:
    if territory.active_from and as_of < territory.active_from:
        return False
    return not (territory.active_until and territory.active_until <= as_of)


def squeezed(postcode: str) -> str:
    """As postcodes are compared: without blanks and case. A hyphen stands, for it may be that of a range."""
    return postcode.replace(" ", "").upper()


def _in_force(holdover: Holdover, as_of: datetime) -> bool:
    return as_of < holdover.until and (holdover.active_from is None or holdover.active_from <= as_of)


def _set(names: Iterable[str]) -> tuple[Set[str], ...]:
    found = frozenset(names)
    return (found,) if found else ()


def _read(criterion: str, facts: Facts) -> tuple[str, ...]:
    """What the lead says to a criterion, folded as the names are, in every form a name may have; empty when nothing."""
    have = facts.get(FIELD[criterion])
    if not isinstance(have, str) or not have:
        return ()
    return _forms(squeezed(have)) if criterion == "postcodes" else (have.casefold(),)


def _forms(code: str) -> tuple[str, ...]:
    """ "94105-1234" lies in 94105, and "00-950" is written 00950 too: a hyphen in a plan is that of a range."""
    if "-" not in code:
        return (code,)
    return (code, code.partition("-")[0], code.replace("-", ""))


def _is_abroad(states: tuple[str, ...], facts: Facts) -> bool:
    """Whether the lead's country has none of these states, so that it need not say which of its own it is in."""
    country = facts.get("country")
    return isinstance(country, str) and not any(state.startswith(f"{country}-") for state in states)


def _part(parts: tuple[str, ...], have: tuple[str, ...]) -> int | Truth:
    """How narrow the beginning or range is that holds a postcode: the longest beginning, then ranges."""
    best: int | None = None
    for part in parts:
        low, _, high = part.partition("-")
        if part.endswith("*"):
            narrowness = RANGE - len(part) if any(code.startswith(part[:-1]) for code in have) else None
        else:
            within = any(len(code) == len(low) and low <= code <= high for code in have)
            narrowness = RANGE if within else None
        if narrowness is not None and (best is None or narrowness < best):
            best = narrowness
    return Truth.FALSE if best is None else best
