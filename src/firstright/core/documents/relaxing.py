"""What is wrong with what rules ask of reps: requirements nobody meets, steps that ask for more, steps nobody lives to see.

Hours, absences and loads are not looked at: they pass. Licences that have run out are known only with an `as_of`.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

from firstright.core.documents.case import Case, pulled, to_pool
from firstright.core.documents.reading import not_known
from firstright.core.policy import Needs, Rule, TargetKind
from firstright.core.roster import Rep
from firstright.core.rules.durations import format_duration
from firstright.core.rules.findings import Finding

WHERE = {"country": re.compile("[A-Z]{2}"), "state": re.compile("[A-Z]{2}-[A-Z0-9]{1,3}")}
"""Licences for where the lead is, and the shape of their names."""
MOST_NAMED = 5


def relaxing(case: Case) -> Iterator[Finding]:
    team = _Team(case) if case.roster is not None else None
    for i, rule in enumerate(case.policy.rules):
        if not case.rule_reads(i):
            continue
        yield from _unheard(case, i, rule)
        yield from _steps(case, i, rule)
        if team is not None:
            yield from team.nobody(i, rule)
            yield from team.no_such_skill(i, rule)


def _unheard(case: Case, i: int, rule: Rule) -> Iterator[Finding]:
    """Requirements of a rule that asks no pool."""
    kind = rule.send_to.kind
    if kind in (TargetKind.POOL, TargetKind.TERRITORY) and not pulled(rule.send_to, case.policy):
        return
    if rule.when_full.overflow:
        return  # the pool it overflows to is asked
    keys = [key for key, value in (("needs", rule.needs != Needs()), ("relax", rule.relax)) if value]
    if pulled(rule.send_to, case.policy):
        keys = [key for key in keys if key == "relax"]  # who claims a lead must still meet what it needs
    for key in keys:
        text = f'"{key}" is asked of the members of a pool, and this rule asks none.'
        yield case.of_rule(i, "key.no_effect", text, key, "warning")


def _steps(case: Case, i: int, rule: Rule) -> Iterator[Finding]:
    before = rule.needs
    for place, step in enumerate(rule.relax):
        if more := list(_more(before, step.needs)):
            text = f"A step that relaxes asks for more than before: {', '.join(more)}."
            yield case.of_rule(i, "relax.more", text, "relax", "warning", place)
        before = step.needs
    service = case.policy.services.get(rule.service or case.policy.default_service)
    longest = rule.when_full.wait
    if longest is None:
        longest = service.routing if service and service.routing else timedelta(0)
    for place, step in enumerate(rule.relax):
        if step.after > longest:
            text = (
                f"A lead waits here for {format_duration(longest)} at most, so this never comes; "
                f'write when_full = {{ wait = "{format_duration(step.after)}" }}.'
            )
            yield case.of_rule(i, "relax.too_late", text, "relax", "warning", place)


def _more(before: Needs, now: Needs) -> Iterator[str]:
    """What is asked for that was not asked for before, or not at that level."""
    had = dict(before.skills)
    for skill, level in now.skills:
        if level > had.get(skill, 0):
            yield f'"{skill}" at {level}'
    for key in ("language", "licence", "territory"):
        value = getattr(now, key)
        if value and value != getattr(before, key):
            yield f'{key} "{value}"'


class _Team:
    """Whoever the roster has, asked whether they meet what a rule needs."""

    def __init__(self, case: Case) -> None:
        self.case = case
        reps = case.roster.reps if case.roster else ()
        self.skills = dict.fromkeys(skill for rep in reps for skill in rep.skills)
        self.pools: dict[str, list[Rep]] = {}  # who may ever take a lead there
        for rep in reps:
            for place in rep.memberships:
                if case.takes(rep, place):
                    self.pools.setdefault(place.pool, []).append(rep)
        self.plans: dict[str, set[str]] = {}
        for territory in case.policy.territories:
            self.plans.setdefault(territory.plan, set()).add(territory.id)

    def nobody(self, i: int, rule: Rule) -> Iterator[Finding]:
        """Requirements that no member meets, each by itself; else all of them together."""
        pool = to_pool(rule.send_to)
        if not pool or rule.needs == Needs():
            return
        reps = self.pools.get(pool, [])
        alone = list(self._each(pool, reps, rule.needs)) if reps else []
        for code, text in alone:
            yield self.case.of_rule(i, code, text, "needs", "warning")
        lacking = {rep.id: lacks for rep in reps if (lacks := self._lacks(rep, rule.needs))}
        if reps and not alone and len(lacking) == len(reps):
            named = [f"{rep} lacks {' and '.join(lacks)}" for rep, lacks in lacking.items()][:MOST_NAMED]
            rest = f", and {len(reps) - MOST_NAMED} more lack something" if len(reps) > MOST_NAMED else ""
            text = f'Nobody in pool "{pool}" meets all of it at once: {", ".join(named)}{rest}.'
            yield self.case.of_rule(i, "needs.nobody", text, "needs", "warning")

    def _each(self, pool: str, reps: list[Rep], needs: Needs) -> Iterator[tuple[str, str]]:
        """(code, sentence) for each requirement that no member meets."""
        tongue = needs.language
        if tongue not in ("", "lead") and not any(_speaks(rep, tongue) for rep in reps):
            yield (
                "language.nobody",
                f'Nobody in pool "{pool}" speaks "{tongue}", so the rule could never be met.',
            )
        for skill, level in needs.skills:
            best = max(rep.skills.get(skill, 0) for rep in reps)
            if best < level:
                who = [rep.id for rep in reps if best and rep.skills.get(skill) == best]
                whose = f" ({', '.join(who[:MOST_NAMED])})" if who else ""
                text = f'Nobody in pool "{pool}" has the skill "{skill}" at {level}; the highest is {best}{whose}.'
                yield "skill.nobody", text
        if needs.licence and not any(self._licensed(rep, needs.licence) for rep in reps):
            yield "licence.nobody", f'Nobody in pool "{pool}" has {_licence(needs.licence)}.'
        if needs.territory and not any(self._covers(rep, needs.territory) for rep in reps):
            text = f'Nobody in pool "{pool}" covers a territory of plan "{needs.territory}".'
            yield "territory.nobody", text

    def _lacks(self, rep: Rep, needs: Needs) -> list[str]:
        lacks = [f'"{skill}" at {level}' for skill, level in needs.skills if rep.skills.get(skill, 0) < level]
        if needs.language not in ("", "lead") and not _speaks(rep, needs.language):
            lacks.append(f'language "{needs.language}"')
        if needs.licence and not self._licensed(rep, needs.licence):
            lacks.append(_licence(needs.licence))
        if needs.territory and not self._covers(rep, needs.territory):
            lacks.append(f'a territory of plan "{needs.territory}"')
        return lacks

    def _licensed(self, rep: Rep, wanted: str) -> bool:
        """Whether they have it; for where the lead is, whether they have one that could be of such a place."""
        as_of = self.case.as_of
        held = [own.name for own in rep.licences if not (as_of and own.until and own.until <= as_of)]
        if wanted in WHERE:
            return any(WHERE[wanted].fullmatch(name) for name in held)
        return wanted in held

    def _covers(self, rep: Rep, plan: str) -> bool:
        return plan not in self.plans or not self.plans[plan].isdisjoint(rep.territories)

    def no_such_skill(self, i: int, rule: Rule) -> Iterator[Finding]:
        """Skills that nobody at all has, where no pool was asked about them above."""
        asked = [*rule.needs.preferred, *(rule.needs.skills if not to_pool(rule.send_to) else ())]
        for step in rule.relax:
            asked += (*step.needs.skills, *step.needs.preferred)
        told = dict(rule.needs.skills) if to_pool(rule.send_to) else {}
        for skill in dict.fromkeys(skill for skill, _ in asked):
            if skill not in self.skills and skill not in told:
                text = not_known(skill, self.skills, "The skill")
                yield self.case.of_rule(i, "skill.unknown", text, "needs", "warning")


def _speaks(rep: Rep, wanted: str) -> bool:
    primary = wanted.partition("-")[0].lower()
    return primary in {own.partition("-")[0].lower() for own in rep.languages}


def _licence(wanted: str) -> str:
    return f"a licence for any {wanted}" if wanted in WHERE else f'the licence "{wanted}"'
