"""What a lead is, by the policy's tables: its type, whether it is junk, what it wants, its segment. The first row that holds
says so.

It only names: what follows is for the rules to say. What is unknown does not hold, and what the sender said stands.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from firstright.core.junk import NO_CHECKS, JunkChecks
from firstright.core.lead import Fact, Value
from firstright.core.lists import NO_LISTS, Accounts
from firstright.core.rules.conditions import AllOf, Condition, fields_of
from firstright.core.rules.index import RuleIndex, lowest
from firstright.core.wording import Spoken, Wording

DERIVED = (
    "lead_type",
    "junk",
    "intent",
    "segment",
)  # in this order: a later one may ask about an earlier one
BY = {field: f"{field}_by" for field in DERIVED}
SPOKEN = ("topic", "message", "offer")  # where words are looked for, unless a row says where
NONE = "none"  # the value of a row that says: nothing of the kind, whatever stands below


class Derivation(msgspec.Struct, frozen=True):
    """One row: `field` is `value` where `when` holds and, where there are any, one of the `words` was written or one of
    the `lists` has the lead's domain. `id` is the evidence. `over`: it holds against what the sender said, too."""

    id: str
    field: str  # one of DERIVED
    value: str
    when: Condition = AllOf()
    words: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    words_in: tuple[str, ...] = SPOKEN
    over: bool = False


class Evidence(msgspec.Struct, frozen=True):
    """Why a lead is what it is: the row (or the shipped check), and which word in which field, or which domain of which
    list. `value` is empty where a row says that it is nothing of the kind."""

    field: str
    value: str
    row: str = ""  # empty: the sender said so
    shipped: bool = False  # the row is a shipped check
    word: str = ""  # as the row has it; of a shipped check, what it found
    word_in: str = ""
    list: str = ""
    listed: str = ""  # the domain that stands on it
    when: Condition = AllOf()


class Deriving:
    """All tables made ready. Nothing here changes after it is built."""

    def __init__(
        self, rows: tuple[Derivation, ...], lists: Accounts = NO_LISTS, checks: JunkChecks = NO_CHECKS
    ) -> None:
        """KeyError for a list that is not among `lists`."""
        self._tables = tuple(
            [_Table(field, [r for r in rows if r.field == field], lists) for field in DERIVED]
        )
        self._checks = checks
        self.reads = checks.reads | frozenset(
            name for row in rows for name in (*fields_of(row.when), *_worded(row))
        )
        """Fields the rows ask about or look for words in: instants among them must be handed in as such."""

    def derived(self, seen: Mapping[str, Value], as_of: datetime) -> dict[str, Fact]:
        """The derived facts, each with its `_by`. An empty text: what was derived before holds no more, and goes.

        The same when asked again on what it gave. What the sender said is not among them, but where a row is over it.
        """
        now, changed = dict(seen), dict[str, Fact]()
        for found in self._walk(now, as_of):
            for name, fact in _facts(found):
                now[name] = fact
                if fact or seen.get(name):
                    changed[name] = fact
        return changed

    def evidence(self, seen: Mapping[str, Value], as_of: datetime) -> tuple[Evidence, ...]:
        """What each field is by, in the order of DERIVED; fields that nothing is known of are left out."""
        now, found = dict(seen), list[Evidence]()
        for each in self._walk(now, as_of):
            now.update(_facts(each))
            if each.row:
                found.append(each)
        said = [
            Evidence(field, str(now[field])) for field in DERIVED if now.get(field) and not now.get(BY[field])
        ]
        return tuple(sorted([*found, *said], key=lambda each: DERIVED.index(each.field)))

    def _walk(self, seen: Mapping[str, Value], as_of: datetime) -> Iterator[Evidence]:
        """For each field what a row says; no row and no value where an earlier derivation holds no more. Whoever walks
        puts each into `seen` before the next is asked for."""
        said = Spoken(seen)
        for table in self._tables:
            field = table.field
            before = bool(seen.get(BY[field]))
            given = bool(seen.get(field)) and not before
            found = table.first(said, as_of, given=given) if table.rows else None
            if found is None and field == "junk" and not given:
                found = self._checked(said)
            if found is not None:
                yield found
            elif before:
                yield Evidence(field, "")

    def _checked(self, said: Spoken) -> Evidence | None:
        found = self._checks.find(said)
        if found is None:
            return None
        return Evidence("junk", found.value, found.id, shipped=True, word=found.word, word_in=found.field)


class _Table:
    """The rows of one field: those that are over what was said, then the others, each in document order."""

    def __init__(self, field: str, rows: list[Derivation], lists: Accounts) -> None:
        self.field = field
        self.rows = [*[r for r in rows if r.over], *[r for r in rows if not r.over]]
        self._over = (1 << sum(r.over for r in rows)) - 1
        self._index = RuleIndex([r.when for r in self.rows])
        self._plain = sum(1 << i for i, r in enumerate(self.rows) if not r.words and not r.lists)
        spoken = dict.fromkeys(name for r in self.rows if r.words for name in r.words_in)
        self._wording = {
            name: Wording([r.words if name in r.words_in else () for r in self.rows]) for name in spoken
        }
        self._lists = [(1 << i, name, lists[name]) for i, r in enumerate(self.rows) for name in r.lists]

    def first(self, said: Spoken, as_of: datetime, *, given: bool) -> Evidence | None:
        """The row that speaks."""
        standing = self._index.match(said.facts, as_of)[0]
        if given:
            standing &= self._over
        if standing and not standing & -standing & self._plain:
            standing &= self._plain | self._spoken(said) | self._listed(said.facts)
        return self._evidence(lowest(standing), said) if standing else None

    def _spoken(self, said: Spoken) -> int:
        found = 0
        for name, wording in self._wording.items():
            if said.facts.get(name):
                found |= wording.find(said.told(name))
        return found

    def _listed(self, seen: Mapping[str, Value]) -> int:
        if not self._lists:
            return 0
        domains = domains_of(seen)
        return sum({bit for bit, _, listed in self._lists if not listed.isdisjoint(domains)})

    def _evidence(self, position: int, said: Spoken) -> Evidence:
        row, bit = self.rows[position], 1 << position
        word = word_in = on = listed = ""
        for name in row.words_in if row.words else ():
            found = self._wording[name].which(said.told(name), position)
            if found and not word:
                word, word_in = found, name
        for of, name, domains in self._lists:
            if of == bit and not on:
                listed = next((d for d in domains_of(said.facts) if d in domains), "")
                on = name if listed else ""
        value = "" if row.value == NONE else row.value
        return Evidence(
            row.field, value, row.id, word=word, word_in=word_in, list=on, listed=listed, when=row.when
        )


def _facts(found: Evidence) -> tuple[tuple[str, str], tuple[str, str]]:
    return (found.field, found.value), (BY[found.field], found.row if found.value else "")


def with_derived(facts: Mapping[str, Fact], derived: Mapping[str, Fact]) -> dict[str, Fact]:
    """Facts after a derivation: what is empty goes."""
    return {name: fact for name, fact in {**facts, **derived}.items() if fact != "" or name not in derived}


def domains_of(seen: Mapping[str, Value]) -> tuple[str, ...]:
    """The domains a list may have a lead by: its company's, its e-mail's, and what that one lies under."""
    found: dict[str, None] = {}
    for field in ("domain", "email_domain"):
        have = seen.get(field)
        while isinstance(have, str) and "." in have:
            found[have.casefold()] = None
            have = have.partition(".")[2]
    return tuple(found)


def _worded(row: Derivation) -> tuple[str, ...]:
    return row.words_in if row.words else ()
