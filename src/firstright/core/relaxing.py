"""What a rule asks of a rep less and less the longer its lead waits: which step holds, and when the next ones will.

Business time of the pool, counted from when the lead began to wait under that very rule.
"""

from datetime import datetime

from firstright.core.lead import Lead
from firstright.core.policy import Needs, Rule
from firstright.core.pools import Pool
from firstright.core.world import World


def steps_held(rule: Rule, pool: Pool, lead: Lead, world: World) -> int:
    """How many of the rule's relaxations hold: those the lead has waited long enough for."""
    going = lead.waiting
    if not rule.relax or going is None or going.since is None or going.rule != f"rule:{rule.id}":
        return 0
    passed = world.roster.hours(pool.calendar).elapsed(going.since, world.as_of)
    return sum(step.after <= passed for step in rule.relax)


def needs_of(rule: Rule, held: int) -> Needs:
    """What is asked of a rep once so many steps hold."""
    return rule.relax[held - 1].needs if held else rule.needs


def easier_from(
    rule: Rule, pool: Pool, began: datetime, held: int, world: World
) -> list[tuple[datetime, Needs]]:
    """The steps that do not hold yet, with the instants from which they will. NeverOpen where business time has ended."""
    hours = world.roster.hours(pool.calendar)
    return [(hours.add(began, step.after), step.needs) for step in rule.relax[held:]]
