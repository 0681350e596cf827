"""Holes in a plan of territories, each shown by a lead that falls into it: a place that belongs to nobody.

Said only where it is certain, and asked of `territory` itself: of states in countries whose states we know; of postcodes of
digits, where a whole stretch is missing; of countries a rule sends to the plan; and of places whose territory ends. Nothing
is said of cities, for nobody lists them all, nor of a country that is cut by states and by postcodes at once.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

from firstright.core.clean.tables import STATE_CODES
from firstright.core.documents.case import Case
from firstright.core.documents.reach import flat
from firstright.core.lead import Value
from firstright.core.policy import Policy, TargetKind, Territory
from firstright.core.rules.findings import Finding
from firstright.core.rules.predicates import Condition, Op, Test
from firstright.core.territory import Plan, is_active, squeezed

MOST = 20  # told of one plan
NAMED = 5  # more states of a country than that are counted
NARROWING = frozenset(
    ("state", "postcode", "city")
)  # a rule that asks for them may well mean a part of the plan only
_NOBODY = {"domain": "a-company-nobody-names.example", "city": "a city nobody names"}
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_NOWHERE = frozenset(("US-AA", "US-AE", "US-AP"))  # post of the armed forces, which lies in no state
Place = dict[str, Value]
Span = tuple[int, int]  # both ends included


def holes(case: Case) -> Iterator[Finding]:
    """Warnings, at the territory beside the hole or at the rule that sends there. Plans no rule sends to are passed over."""
    for name in dict.fromkeys(territory.plan for territory in case.policy.territories):
        senders = [
            i
            for i, rule in enumerate(case.policy.rules)
            if rule.send_to.kind is TargetKind.TERRITORY and rule.send_to.id == name and case.rule_reads(i)
        ]
        if senders:
            yield from islice(_Holes(case, name, senders).findings(), MOST)


class _Holes:
    """One plan as it is asked for examples."""

    def __init__(self, case: Case, plan: str, senders: list[int]) -> None:
        all_ = case.policy.territories
        self.case = case
        self.members = [
            i for i, t in enumerate(all_) if t.plan == plan and ("territory", i) not in case.how.broken
        ]
        self.pieces = {i: all_[i] for i in self.members}
        self.senders = senders
        lists = {name: frozenset[str]() for t in self.pieces.values() for name in t.accounts_from}
        self.plan = Plan(self.pieces.values(), lists=lists)
        self.as_of = case.as_of or _LONG_AGO

    def findings(self) -> Iterator[Finding]:
        asks = {test.field for i in self.senders for test in _tests(self.case.policy.rules[i].when)}
        if not asks & NARROWING:
            yield from self._states()
            yield from self._postcodes()
        yield from self._countries()
        yield from self._ended()

    def nobodys(self, place: Place, as_of: datetime) -> bool:
        """Whether it is certain that no territory holds a lead from there."""
        regions = tuple(
            r for r, countries in self.case.policy.regions.items() if place.get("country") in countries
        )
        found = self.plan.place({**_NOBODY, **place}, regions, as_of)
        return not found.territories and not found.unknown

    def _now(self) -> datetime:
        """An instant at which the plan is what it is mostly: after all that has begun without an end."""
        begun = [t.active_from for t in self.pieces.values() if t.active_from and not t.active_until]
        return max([self.as_of, *begun])

    def _states(self) -> Iterator[Finding]:
        by_country: dict[str, int] = {}
        for i, territory in self.pieces.items():
            for state in territory.states:
                by_country.setdefault(state[:2], i)
        for country, index in by_country.items():
            codes = sorted({f"{country}-{code}" for code in STATE_CODES.get(country, {}).values()} - _NOWHERE)
            missing = [s for s in codes if self.nobodys({"country": country, "state": s}, self._now())]
            if missing:
                more = ", ".join(missing[1:NAMED]) + (
                    f" and {len(missing) - NAMED} more" if len(missing) > NAMED else ""
                )
                also = f", nor do those from {more}" if len(missing) > 1 else ""
                text = f"A lead from {missing[0]} belongs to nobody in this plan{also}."
                yield self.case.of_territory(index, "territory.hole", text, "states", "warning")

    def _postcodes(self) -> Iterator[Finding]:
        for country, index in self._cut_by_postcode().items():
            codes = [c for t in self.pieces.values() if _may_lie_in(t, country) for c in t.postcodes]
            width = _width(codes)
            for low, high in _gaps([_span(squeezed(c), width) for c in codes], width) if width else ():
                example = f"{(low + high) // 2:0{width}}"
                if self.nobodys({"country": country, "postcode": example}, self._now()):
                    text = (
                        f"A lead from {country}, postcode {example}, belongs to nobody in this plan: no territory holds "
                        f"{low:0{width}} to {high:0{width}}."
                    )
                    yield self.case.of_territory(index, "territory.hole", text, "postcodes", "warning")

    def _cut_by_postcode(self) -> dict[str, int]:
        """Countries that some territory names together with postcodes, and where it stands."""
        found: dict[str, int] = {}
        for i, territory in self.pieces.items():
            for country in territory.countries if territory.postcodes else ():
                found.setdefault(country, i)
        return found

    def _countries(self) -> Iterator[Finding]:
        for i in self.senders:
            asked = _countries_asked(self.case.policy.rules[i].when, self.case.policy)
            missing = [c for c in asked if self.nobodys({"country": c}, self._now())]
            if missing:
                text = f"A lead from {missing[0]} is sent to a plan in which it belongs to nobody."
                if len(missing) > 1:
                    text = f"{text[:-1]}, as are those from {', '.join(missing[1:])}."
                yield self.case.of_rule(i, "territory.hole", text, "send_to", "warning")

    def _ended(self) -> Iterator[Finding]:
        for i, territory in self.pieces.items():
            end = territory.active_until
            place = _inside(territory, self.case.policy)
            if end is None or end <= self.as_of or not place or not self.nobodys(place, end):
                continue
            text = f"From {end:%Y-%m-%d %H:%M} UTC on a lead {_said(place)} belongs to nobody{self._until(place, end)}."
            yield self.case.of_territory(i, "territory.hole", text, "active_until", "warning")

    def _until(self, place: Place, end: datetime) -> str:
        later = sorted(t.active_from for t in self.pieces.values() if t.active_from and t.active_from > end)
        again = next((at for at in later if not self.nobodys(place, at)), None)
        return f" until {again:%Y-%m-%d %H:%M} UTC" if again else ""


def _inside(territory: Territory, policy: Policy) -> Place:
    """A lead that the territory holds while it is in force; empty when none is easily told."""
    of_regions = [c for region in territory.regions for c in policy.regions.get(region, ())]
    state = next(iter(territory.states), "")
    country = next((c for c in territory.countries if not of_regions or c in of_regions), "")
    place = {
        "domain": next(iter(territory.accounts), ""),
        "postcode": next((c.partition("-")[0] for c in territory.postcodes if not c.endswith("*")), ""),
        "city": next(iter(territory.cities), ""),
        "state": state,
        "country": state[:2] or country or next(iter(of_regions), ""),
    }
    told = {name: value for name, value in place.items() if value}
    alone = Plan([territory], lists={name: frozenset() for name in territory.accounts_from})
    since = territory.active_from or _LONG_AGO
    regions = tuple(r for r, countries in policy.regions.items() if place["country"] in countries)
    return dict(told) if is_active(territory, since) and alone.place(told, regions, since).territories else {}


def _said(place: Place) -> str:
    """`from acme.example, DE, 10115`: what the example is known by, the widest last but one."""
    return "from " + ", ".join(
        str(place[n]) for n in ("domain", "state", "country", "city", "postcode") if n in place
    )


def _tests(condition: Condition) -> list[Test]:
    return [part for part in flat(condition) if isinstance(part, Test)]


def _countries_asked(condition: Condition, policy: Policy) -> list[str]:
    """Countries that the rule is for, where it names them or their regions."""
    for test in _tests(condition):
        if test.op is Op.IN and test.field == "country":
            return [str(value) for value in test.values]
    regions = [str(v) for t in _tests(condition) if t.op is Op.IN and t.field == "region" for v in t.values]
    return list(dict.fromkeys(c for region in regions for c in policy.regions.get(region, ())))


def _may_lie_in(territory: Territory, country: str) -> bool:
    return not territory.countries or country in territory.countries


def _width(codes: list[str]) -> int:
    """How many digits the country's codes have, as far as the plan says; 0 where they are not all digits, or differ."""
    whole = [part for code in codes if not code.endswith("*") for part in squeezed(code).split("-")]
    begins = [code[:-1] for code in codes if code.endswith("*")]
    widths = {len(code) for code in whole}
    digits = all(code.isascii() and code.isdigit() for code in (*whole, *begins) if code)
    known = widths.pop() if len(widths) == 1 else 0
    return known if digits and 3 <= known <= 7 and all(len(begin) <= known for begin in begins) else 0


def _span(code: str, width: int) -> Span:
    low, dash, high = code.partition("-")
    if code.endswith("*"):
        return int(f"{code[:-1]:0<{width}}"), int(f"{code[:-1]:9<{width}}")
    return int(low), int(high) if dash else int(low)


def _gaps(spans: list[Span], width: int) -> Iterator[Span]:
    """Stretches between them of two leading digits and more: within less, codes are missing because nobody has them."""
    begin = 0
    for low, high in sorted([*spans, (10**width, 10**width)]):
        if low - begin >= 2 * 10 ** (width - 2):
            yield begin, low - 1
        begin = max(begin, high + 1)
