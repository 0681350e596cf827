"""A whole base against itself: candidates by keys, each pair weighed once, clusters of what is linked. In memory, in one process;
it reads no file and merges nothing."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

import msgspec

from firstright.core.lead import Facts
from firstright.core.likeness.blocking import wide_keys
from firstright.core.likeness.companies import compare_firms
from firstright.core.likeness.firms import Firm, firm
from firstright.core.likeness.names import compare_names
from firstright.core.likeness.people import compare_people
from firstright.core.likeness.rarity import UNKNOWN, Rarity, rarity_of
from firstright.core.likeness.traits import Person, person
from firstright.core.likeness.value import REVIEW, Likeness, Verdict

PERSON, COMPANY = "person", "company"
CROWDED = 50  # records under one key: beyond that it names nobody, and others must find them
_ENOUGH, _ONE_IN = 30, 5  # pairs of one house and birth date, and how many of them may have two given names
_HOUSEFUL = 10
_STEP = 2_000  # records between two words on how far it is

Told = Callable[[int, int], None]
Traits = Person | Firm


class Pair(msgspec.Struct, frozen=True):
    """Two records by their place in the base, the lower first."""

    a: int
    b: int
    likeness: Likeness


def kind_of(facts: Facts) -> str:
    """A company is what has a company's name and no person's."""
    named = any(facts.get(name) for name in ("first_name", "last_name", "name"))
    return COMPANY if facts.get("company") and not named else PERSON


def learned(base: Sequence[Facts], kinds: Sequence[str]) -> Rarity:
    """How frequent names, words, cities, mailboxes and numbers are in this base, and whether it knows twins."""
    found = rarity_of(_features(facts, kind) for facts, kind in zip(base, kinds, strict=True))
    return msgspec.structs.replace(found, twins=_knows_twins(base, kinds))


def _knows_twins(base: Sequence[Facts], kinds: Sequence[str]) -> bool:
    """Where those born on one day who live in one house nearly always have one given name too, the base is full of copies,
    and another given name is a slip. Without such pairs to count we believe in twins."""
    houses: dict[tuple[str, ...], list[Person]] = {}
    for facts, kind in zip(base, kinds, strict=True):
        who = person(facts) if kind == PERSON and facts.get("birth_date") and facts.get("street") else None
        if who and who.given and who.place.numbers and who.born:
            houses.setdefault((who.born, *who.place.numbers, *who.place.words[:1]), []).append(who)
    pairs = [
        pair for people in houses.values() if len(people) < _HOUSEFUL for pair in combinations(people, 2)
    ]
    other = sum(compare_names(a, b, UNKNOWN)[0].verdict is Verdict.DIFFERS for a, b in pairs)
    return len(pairs) < _ENOUGH or other * _ONE_IN > len(pairs)


def alike(
    base: Sequence[Facts], kinds: Sequence[str], *, least: int = REVIEW, told: Told = lambda done, of: None
) -> Iterator[Pair]:
    """Pairs of one kind with a score of at least `least`, in the order of the base. `told` hears (records done, of)."""
    rarity = learned(base, kinds)
    traits: list[Traits] = [
        firm(facts) if kind == COMPANY else person(facts) for facts, kind in zip(base, kinds, strict=True)
    ]
    for at, others in _candidates(base, kinds, told):
        for other in sorted(others):
            found = _weighed(traits[at], traits[other], rarity)
            if found is not None and found.score >= least:
                yield Pair(at, other, found)


def candidates(base: Sequence[Facts], kinds: Sequence[str]) -> set[tuple[int, int]]:
    """Pairs that share a key: what blocking lets through, for measuring it."""
    return {(at, other) for at, others in _candidates(base, kinds, lambda done, of: None) for other in others}


def _candidates(base: Sequence[Facts], kinds: Sequence[str], told: Told) -> Iterator[tuple[int, set[int]]]:
    """For each record the later ones that share a key with it."""
    under: dict[tuple[str, str, str], list[int]] = {}
    of: list[list[list[int]]] = []
    for at, (facts, kind) in enumerate(zip(base, kinds, strict=True)):
        of.append(mine := [])
        for name, value in wide_keys(facts, kind):
            block = under.setdefault((kind, name, value), [])
            block.append(at)
            mine.append(block)
        if at % _STEP == 0:
            told(at // 4, len(base))
    under.clear()
    quarter = len(base) // 4
    for at, mine in enumerate(of):
        others = {other for block in mine if len(block) <= CROWDED for other in block if other > at}
        of[at] = []
        if others:
            yield at, others
        if at % _STEP == 0:
            told(quarter + at * 3 // 4, len(base))


def _weighed(a: Traits, b: Traits, rarity: Rarity) -> Likeness | None:
    if isinstance(a, Person) and isinstance(b, Person):
        return compare_people(a, b, rarity)
    if isinstance(a, Firm) and isinstance(b, Firm):
        return compare_firms(a, b, rarity)
    return None


def clusters(size: int, linked: Iterable[tuple[int, int]]) -> Mapping[int, tuple[int, ...]]:
    """Records that hang together, by the first of them; who is alone is left out."""
    parent = list(range(size))

    def top(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for a, b in linked:
        one, other = sorted((top(a), top(b)))
        parent[other] = one
    found: dict[int, list[int]] = {}
    for at in range(size):
        found.setdefault(top(at), []).append(at)
    return {first: tuple(members) for first, members in found.items() if len(members) > 1}


def _features(facts: Facts, kind: str) -> Iterator[tuple[str, str]]:
    if kind == COMPANY:
        yield from (("word", word) for word in firm(facts).name.words)
        return
    who = person(facts)
    if who.given:
        yield "given", who.given[0]
    if who.family:
        yield "family", max(who.family, key=lambda word: (len(word), word))
    if who.place.city:
        yield "city", who.place.city
    if who.reach.mailbox:
        yield "mailbox", who.reach.mailbox
    if len(who.reach.phone) >= 6:
        yield "phone", who.reach.phone[-8:]
