"""Holds a lead for what its type, or a rule, must know: in status needs-enrichment, with somebody asked to find it out, and
for a while only. Whoever owns the lead already has it at once.
"""

from firstright.core.compiled import Compiled
from firstright.core.decision import TaskGiven
from firstright.core.holding import hold
from firstright.core.landing import Landing, Notes
from firstright.core.lead import Cause, Facts, Lead, Outcome, Waiting
from firstright.core.leadtypes import ANY, ANY_NAME, TASK_CHANNEL, missing, task, type_of
from firstright.core.policy import Rule
from firstright.core.rules.conditions import fields_of
from firstright.core.rules.predicates import is_missing
from firstright.core.world import World

STATUS = "needs-enrichment"
FOR_FACTS = ("type:", "enrich:")  # what the limits of such holds are kept under begins with
UNDECIDED = frozenset({Outcome.PENDING, Outcome.WAITING})  # one that somebody had is held for nothing more


def held_for_facts(
    lead: Lead, cause: Cause, facts: Facts, policy: Compiled, world: World, notes: Notes
) -> Landing | None:
    """The hold of a lead whose type requires what it has not said; None where there is none, or it is over."""
    types = policy.policy.types
    if not types or lead.outcome not in UNDECIDED:
        return None
    kind = type_of(types, facts)
    if not kind.hold or not (fields := missing(kind, facts)):
        return None
    name = kind.id or ANY_NAME
    waiting = hold(lead, cause, f"type:{name}", world.as_of + kind.hold, since=world.as_of)
    if waiting.until <= world.as_of:
        notes.say("type", name, "lacking", "next")
        return None
    notes.say("type", name, "lacking", "waited")
    return landing(f"type:{name}", waiting, _asked(kind.ask, fields, waiting, lead, world))


def waits_for_facts(lead: Lead) -> bool:
    """Whether it is held until something is known of it."""
    waiting = lead.waiting if lead.outcome is Outcome.WAITING else None
    return waiting is not None and waiting.rule.startswith(FOR_FACTS)


def held_for_rule(
    rule: Rule, waiting: Waiting, lead: Lead, facts: Facts, policy: Compiled, world: World
) -> Landing:
    """The hold of a lead for a rule that can say neither yes nor no. Who is asked, the type of the lead says, else "any"."""
    types = policy.policy.types
    ask = type_of(types, facts).ask or types.get(ANY.id, ANY).ask
    fields = tuple(sorted(name for name in fields_of(rule.when) if is_missing(facts.get(name))))
    return landing(f"rule:{rule.id}", waiting, _asked(ask, fields, waiting, lead, world), rule)


def landing(reason: str, waiting: Waiting, asked: TaskGiven | None, rule: Rule | None = None) -> Landing:
    return Landing(
        Outcome.WAITING,
        reason,
        rule=rule,
        waiting=waiting,
        next_at=waiting.until,
        again=Cause.ENRICHED,
        status=STATUS,
        task=asked,
    )


def _asked(ask: str, fields: tuple[str, ...], waiting: Waiting, lead: Lead, world: World) -> TaskGiven | None:
    """The task, once: a hold that goes on has given it."""
    goes_on = lead.waiting is not None and lead.waiting.rule == waiting.rule
    if goes_on or not fields or ask not in world.roster.reps:
        return None
    return TaskGiven(task(fields), TASK_CHANNEL, ask, waiting.until)
