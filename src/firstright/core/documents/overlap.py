"""Territories of one plan that would both hold the same lead, shown by a lead that falls in both. It resolves nothing.

Every tie is confirmed by asking `territory.place` about the example, so none is a false alarm.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import combinations, islice, product

from firstright.core.documents.case import Case
from firstright.core.lead import Value
from firstright.core.lists import Accounts
from firstright.core.policy import Territory
from firstright.core.rules.findings import Finding
from firstright.core.territory import Plan

MOST_PAIRS = 20_000
MOST_TIES = 100
MOST_ASKED = 500
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_TRIES = 24  # examples tried for a pair before it counts as apart

Regions = dict[str, tuple[str, ...]]


def ties(case: Case) -> Iterator[Finding]:
    """At most MOST_TIES findings, each at a territory that ties with one before it in the document."""
    plans: dict[str, list[int]] = {}
    for index, territory in enumerate(case.policy.territories):
        if ("territory", index) not in case.how.broken:
            plans.setdefault(territory.plan, []).append(index)
    for members in plans.values():
        yield from islice(_tied(case, members), MOST_TIES)


def _tied(case: Case, members: list[int]) -> Iterator[Finding]:
    all_ = case.policy.territories
    plan = _Plan([all_[i] for i in members], case.policy.regions)
    named: set[int] = set()
    for one, two in _pairs(case, members):
        example = plan.example(all_[one], all_[two]) if two not in named else None
        if example:
            named.add(two)
            said = ", ".join(f"{field} {value}" for field, value in example.items())
            line = case.how.spans.line("territory", one) if case.how.spans else 0
            first = f'"{all_[one].id}"' + (f" on line {line}" if line else "")
            text = f"A lead with {said} is in {first} and here alike; give one of them a higher priority."
            yield case.of_territory(two, "territory.tie", text)


def _pairs(case: Case, members: list[int]) -> list[tuple[int, int]]:
    """Pairs that share a place: only they can tie. Ordered as in the document."""
    sharing: dict[tuple[str, str], list[int]] = {}
    for index in members:
        for key in _places(case.policy.territories[index], case.policy.regions):
            sharing.setdefault(key, []).append(index)
    found: dict[tuple[int, int], None] = {}
    for group in sharing.values():
        for pair in combinations(group, 2):
            found[pair] = None
            if len(found) > MOST_PAIRS:
                return sorted(found)
    ranged = [i for i in members if any("-" in p for p in case.policy.territories[i].postcodes)]
    for pair in combinations(ranged[:200], 2):
        found[pair] = None
    return sorted(found)


def _places(territory: Territory, regions: Regions) -> set[tuple[str, str]]:
    """What the territory's most specific criterion names, countries for regions."""
    for kind in ("accounts", "postcodes", "cities", "states", "countries"):
        if values := getattr(territory, kind):
            return {(kind, value.casefold().replace(" ", "")) for value in values}
    return {("regions", country) for region in territory.regions for country in regions.get(region, ())}


class _Plan:
    """The territories of a plan, asked for leads that fall in two of them at once.

    Lists of accounts are imported beside the policy and are not known here: they are taken to be empty.
    """

    def __init__(self, territories: list[Territory], regions: Regions) -> None:
        self.lists: Accounts = {name: frozenset() for t in territories for name in t.accounts_from}
        self.all = Plan(territories, lists=self.lists)
        self.regions = regions
        self.asked = 0

    def example(self, one: Territory, two: Territory) -> dict[str, Value] | None:
        """A lead that ties, with nothing more specific in the plan that would take it."""
        as_of = max(t.active_from or _LONG_AGO for t in (one, two))
        alone = Plan((one, two), lists=self.lists)
        for facts in islice(_leads(one, two, self.regions), _TRIES):
            # The two alone first: asking a plan of thousands is slow.
            if self._both(alone, facts, as_of, one, two) and self.asked < MOST_ASKED:
                self.asked += 1
                if self._both(self.all, facts, as_of, one, two):
                    return facts
        return None

    def _both(
        self,
        plan: Plan,
        facts: dict[str, Value],
        as_of: datetime,
        one: Territory,
        two: Territory,
    ) -> bool:
        within = tuple(r for r, countries in self.regions.items() if facts.get("country") in countries)
        placed = plan.place(facts, within, as_of).territories
        return one in placed and two in placed


def _leads(one: Territory, two: Territory, regions: Regions) -> Iterator[dict[str, Value]]:
    """Leads that may lie in both: shared values first, one of each criterion that either of them asks about."""
    states = _shared(one.states, two.states)
    countries = [state[:2] for state in states if state] or _shared(
        _countries(one, regions), _countries(two, regions)
    )
    for country, state, postcode, city, domain in product(
        dict.fromkeys(countries),
        states,
        _postcodes(one, two),
        _shared(one.cities, two.cities),
        _shared(one.accounts, two.accounts),
    ):
        if state and state[:2] != country:
            continue
        facts: dict[str, Value] = {
            "country": country,
            "state": state,
            "postcode": postcode,
            "city": city,
            "domain": domain,
        }
        yield {field: value for field, value in facts.items() if value}


def _shared(one: Iterable[str], two: Iterable[str]) -> list[str]:
    """Values both allow; an empty list allows everything, and two of them need no value at all."""
    first, second = list(one), list(two)
    if not first or not second:
        return first or second or [""]
    folded = {value.casefold() for value in second}
    return [value for value in first if value.casefold() in folded]


def _countries(territory: Territory, regions: Regions) -> list[str]:
    of_regions = [country for region in territory.regions for country in regions.get(region, ())]
    if not territory.regions:
        return list(territory.countries)
    return of_regions if not territory.countries else [c for c in territory.countries if c in of_regions]


def _postcodes(one: Territory, two: Territory) -> list[str]:
    """Samples of every postcode, prefix and range of either."""
    if not one.postcodes and not two.postcodes:
        return [""]
    samples: dict[str, None] = {}
    for code in (*one.postcodes, *two.postcodes):
        low, dash, high = code.partition("-")
        if dash:
            samples.update({low: None, high: None})
        else:
            samples[code.replace("*", "")] = None
    return list(samples)
