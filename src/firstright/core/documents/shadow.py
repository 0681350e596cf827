"""Rules nobody reaches: those that contradict themselves, and those an earlier rule always beats. Never a false alarm.

Not every such rule is found: only pairs are compared, and at most BUDGET earlier ones for each rule.
"""

from collections.abc import Iterator

from firstright.core.documents.case import Case, pulled
from firstright.core.documents.reach import always, flat, implies, never
from firstright.core.lead import Value
from firstright.core.policy import OnUnknown, Rule, TargetKind
from firstright.core.rules.findings import Finding
from firstright.core.rules.predicates import AnyOf, Condition, Op, Test, literals

BUDGET = 50
MOST_COMPARED = 100_000  # rules that ask the same of one field cannot be told apart by the index
FINAL = frozenset(
    (
        TargetKind.QUEUE,
        TargetKind.REVIEW,
        TargetKind.NURTURE,
        TargetKind.SUPPORT,
        TargetKind.PARTNER,
        TargetKind.REJECT,
    )
)
"""Targets that always take the lead; a rep, pool or territory may be full and let it fall to the next tier."""

_Key = tuple[str, Value | None]
_ANYWHERE: _Key = ("", None)


def unreachable(case: Case) -> Iterator[Finding]:
    """Findings for rules that can never decide, in the order the rules are asked."""
    walk = _Walk(case)
    for index in walk.order:
        rule = case.policy.rules[index]
        if reason := never(rule.when, case.policy.catalogue):
            text = f"The rule never matches: {reason}."
            yield case.of_rule(index, "rule.contradiction", text, "when", "warning")
            continue
        if found := walk.beaten(index):
            yield found
        walk.add(index)


class _Walk:
    """Rules in the order they are asked, indexed by what a rule they imply must look like."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.rules = case.policy.rules
        tiers = {tier: place for place, tier in enumerate(case.policy.tiers)}
        known = [i for i, r in enumerate(self.rules) if r.tier in tiers and case.rule_reads(i)]
        # Within a tier exclusive rules are asked first.
        self.order = sorted(known, key=lambda i: (tiers[self.rules[i].tier], not self.rules[i].exclusive, i))
        self.compared = 0
        self.index: dict[_Key, list[int]] = {}
        self.place = {index: place for place, index in enumerate(self.order)}
        # A rule that did not read well may turn out to let leads fall through.
        unread = [r.tier for i, r in enumerate(self.rules) if not case.rule_reads(i)]
        self.fallible: dict[str, int] = dict.fromkeys(
            unread, -1
        )  # tier -> place of the first rule in it that may let a lead fall through

    def add(self, index: int) -> None:
        rule = self.rules[index]
        for key in _anchors(rule.when):
            self.index.setdefault(key, []).append(index)
        if not self._final(rule):
            self.fallible.setdefault(rule.tier, self.place[index])

    def beaten(self, index: int) -> Finding | None:
        rule = self.rules[index]
        for other in self._candidates(rule) if self.compared < MOST_COMPARED else ():
            self.compared += 1
            earlier = self.rules[other]
            if not _outlasts(earlier, rule) or not self._stands_before(other, index):
                continue
            sure = rule.on_unknown is OnUnknown.NEXT or always(earlier.when)
            if sure and implies(rule.when, earlier.when):
                return self._finding(index, other)
        return None

    def _candidates(self, rule: Rule) -> list[int]:
        found: set[int] = set()
        for key in {_ANYWHERE, *_probes(rule.when)}:
            found.update(self.index.get(key, ())[:BUDGET])
        return sorted(found, key=self.place.__getitem__)[:BUDGET]

    def _stands_before(self, other: int, index: int) -> bool:
        """Whether the other rule, once true, keeps this one from being asked, whatever becomes of the lead."""
        earlier, rule = self.rules[other], self.rules[index]
        if earlier.tier == rule.tier:
            return earlier.exclusive or not rule.exclusive
        if not self._final(earlier):
            return False
        return self.fallible.get(earlier.tier, self.place[other]) >= self.place[other]

    def _final(self, rule: Rule) -> bool:
        """Whether it always takes the lead: a pull pool lets it wait, however full its members are."""
        return rule.send_to.kind in FINAL or pulled(rule.send_to, self.case.policy)

    def _finding(self, index: int, other: int) -> Finding | None:
        rule, earlier = self.rules[index], self.rules[other]
        line = self.case.how.spans.line("rule", other) if self.case.how.spans else 0
        named = f'"{earlier.id}"' + (f" on line {line}" if line else "")
        if rule.exclusive and earlier.exclusive and rule.tier == earlier.tier:
            text = f"Whatever matches here also matches {named}, which is exclusive too: all of it goes to review."
            return self.case.of_rule(index, "rule.exclusive_conflict", text, "when", "warning")
        if rule.watchers:
            return None  # later rules may still add watchers
        text = f"The rule is never reached: {named} takes everything that matches it. Move it up or narrow the other."
        return self.case.of_rule(index, "rule.unreachable", text, "", "warning")


def _outlasts(earlier: Rule, rule: Rule) -> bool:
    """Whether the earlier rule is active whenever the later one is."""
    begins = earlier.active_from is None or (
        rule.active_from is not None and earlier.active_from <= rule.active_from
    )
    ends = earlier.active_until is None or (
        rule.active_until is not None and rule.active_until <= earlier.active_until
    )
    return begins and ends


def _anchors(wanted: Condition) -> list[_Key]:
    """Keys of which at least one is among the `_probes` of every condition that implies `wanted`."""
    parts = flat(wanted)
    tests = [part for part in parts if isinstance(part, Test)]
    for test in tests:
        if test.op is Op.IN:
            return [(test.field, value) for value in literals(test)]
    if tests:
        return [(tests[0].field, None)]
    for part in parts:
        if isinstance(part, AnyOf):
            return [_ANYWHERE] if part.parts == () else [key for one in part.parts for key in _anchors(one)]
    return [_ANYWHERE]


def _probes(given: Condition) -> Iterator[_Key]:
    for part in flat(given):
        if isinstance(part, Test):
            yield part.field, None
            if part.op is Op.IN:
                yield part.field, literals(part)[0]
        elif isinstance(part, AnyOf) and part.parts:
            yield from _probes(part.parts[0])
