"""What a lead asks of a rep, and what the lists say against one: skills, language, licence, territory, conflicts of interest.

Bitsets over a pool's members. None of it changes with time but licences, and none of it is preferred: that is best-fit's.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from firstright.core.compiled import Compiled
from firstright.core.decision import Code
from firstright.core.lead import Facts, Lead
from firstright.core.policy import NO_NEEDS, Needs
from firstright.core.roster import PoolMembers, Rep, Roster
from firstright.core.territory import place

Ruled = dict[Code, int]
NOTHING: Ruled = {}
WHERE = ("country", "state")  # what a licence can be for


def unmet(
    members: PoolMembers, lead: Lead, needs: Needs, policy: Compiled, roster: Roster, as_of: datetime
) -> Ruled:
    """Members ruled out per code; codes that rule out nobody are left out."""
    listed = _listed(members, roster)
    if needs is NO_NEEDS and not listed:
        return NOTHING
    found: Ruled = {}
    if needs.language:
        language = lead.facts.get("language") if needs.language == "lead" else needs.language
        if isinstance(language, str):
            found[Code.LANGUAGE] = _without_language(members, roster, language)
    if needs.skills:
        found[Code.SKILL_MISSING] = _without_skills(members, roster, needs.skills)
    if needs.licence:
        found[Code.NO_LICENCE] = _without_licence(members, licence(needs, lead.facts), as_of)
    if needs.territory:
        found[Code.TERRITORY] = _outside(members, territory(needs, lead.facts, policy, as_of))
    if listed:
        for code, value in ((c, v) for v in named(lead.facts) for c in (Code.CONFLICT, Code.DO_NOT_ASSIGN)):
            if bits := listed.get((code, value), 0):
                found[code] = found.get(code, 0) | bits
    return {code: bits for code, bits in found.items() if bits}


def licence(needs: Needs, facts: Facts) -> str:
    """The licence that is asked for; empty when it is one for where the lead is, and that is not known."""
    if needs.licence not in WHERE:
        return needs.licence
    have = facts.get(needs.licence)
    return have if isinstance(have, str) else ""


def territory(needs: Needs, facts: Facts, policy: Compiled, as_of: datetime) -> str:
    """The one territory of the plan that holds the lead; empty when none does, or several tie."""
    plan = policy.plans.get(needs.territory, ())
    found = place(plan, facts, policy.regions_of(facts), as_of).territories
    return found[0].id if len(found) == 1 else ""


def named(facts: Facts) -> tuple[str, ...]:
    """What the lists call a lead by: its address, the domain of that, its company's domain."""
    values = (facts.get(name) for name in ("email", "email_domain", "domain"))
    return tuple(dict.fromkeys(value.casefold() for value in values if isinstance(value, str)))


def _without_language(members: PoolMembers, roster: Roster, language: str) -> int:
    primary = language.partition("-")[0].lower()

    def mute(rep: Rep) -> bool:
        return not any(own.partition("-")[0].lower() == primary for own in rep.languages)

    return _remembered(roster, ("language", members.pool, primary), members.reps, mute)


def _without_skills(members: PoolMembers, roster: Roster, skills: tuple[tuple[str, int], ...]) -> int:
    def lacks(rep: Rep) -> bool:
        return any(rep.skills.get(skill, 0) < level for skill, level in skills)

    return _remembered(roster, ("skills", members.pool, skills), members.reps, lacks)


def _without_licence(members: PoolMembers, wanted: str, as_of: datetime) -> int:
    """Nobody has the one that is asked for where it cannot be told which that is."""
    return mask(members.reps, lambda rep: not holds(rep, wanted, as_of))


def holds(rep: Rep, wanted: str, as_of: datetime) -> bool:
    return any(own.name == wanted and (own.until is None or as_of < own.until) for own in rep.licences)


def _outside(members: PoolMembers, wanted: str) -> int:
    return mask(members.reps, lambda rep: not wanted or wanted not in rep.territories)


def _listed(members: PoolMembers, roster: Roster) -> dict[tuple[Code, str], int]:
    """Who is named on which list with what; empty for a pool none of whose members is."""
    key = ("listed", members.pool)
    before = roster.memo.get(key)
    known: dict[tuple[Code, str], int] = before if isinstance(before, dict) else {}
    if before is None:
        for i, rep in enumerate(members.reps):
            for code, values in ((Code.CONFLICT, rep.conflicts), (Code.DO_NOT_ASSIGN, rep.do_not_assign)):
                for value in values:
                    entry = (code, value.casefold())
                    known[entry] = known.get(entry, 0) | 1 << i
        roster.memo[key] = known
    return known


def mask(reps: Iterable[Rep], test: Callable[[Rep], bool]) -> int:
    bits = 0
    for i, rep in enumerate(reps):
        if test(rep):
            bits |= 1 << i
    return bits


def _remembered(roster: Roster, key: object, reps: Iterable[Rep], test: Callable[[Rep], bool]) -> int:
    known = roster.memo.get(key)
    if not isinstance(known, int):
        known = roster.memo[key] = mask(reps, test)
    return known
