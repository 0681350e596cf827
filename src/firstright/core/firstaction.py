"""What begins with a new owner, or before there is one: the first task, the draft for it, a sequence, an acknowledgement.

Due times are in the owner's business time. What follows later is `nextaction`; nothing here words anything.
"""

from datetime import datetime, timedelta

from firstright.core.actions import (
    AFTER_QUALIFIED,
    ASSIGNED,
    Acknowledged,
    Drafted,
    FirstAction,
    Situation,
    channel_of,
    chosen,
    is_meant,
    is_usable,
)
from firstright.core.compiled import Compiled
from firstright.core.decision import Effect, TaskGiven
from firstright.core.hours import NeverOpen
from firstright.core.landing import Landing
from firstright.core.lead import Facts, HolderKind, Lead, Outcome
from firstright.core.leadtypes import ON_THE_WAY
from firstright.core.policy import Policy, Rule, Template
from firstright.core.sequences import Enrolled
from firstright.core.world import World

QUALIFIED = frozenset(ON_THE_WAY[ON_THE_WAY.index("qualified") :])
HELD = frozenset({Outcome.OWNER, Outcome.QUEUED, Outcome.WAITING, Outcome.REVIEW, Outcome.OFFERED})
MAIN = "main"  # the lane of those who wrote just now: of an imported list nobody awaits an answer


def gated(lead: Lead, rule: Rule | None, status: str = "") -> str:
    """Why nothing may be sent to a lead of this rule yet; empty where something may. `status`: where it is another by now."""
    if rule is None or rule.outreach != AFTER_QUALIFIED:
        return ""
    return "" if (status or lead.status) in QUALIFIED else AFTER_QUALIFIED


def first(
    landing: Landing, lead: Lead, touch_due: datetime | None, policy: Compiled, world: World
) -> list[Effect]:
    """For a new owner: what the rule names, else what the table says. `touch_due` is when the action's own time is not given."""
    action = _first(landing, lead, policy, world)
    return (
        []
        if action is None
        else given(action, lead, landing.holder.id, landing.rule, touch_due, policy, world)
    )


def given(
    action: FirstAction,
    lead: Lead,
    rep: str,
    rule: Rule | None,
    otherwise: datetime | None,
    policy: Compiled,
    world: World,
    *,
    status: str = "",
) -> list[Effect]:
    """The task, the draft where a template is for it, and the sequence unless the rule wants it qualified first."""
    channel = channel_of(action, lead.facts)
    due = _opening(rep, policy, world) or (world.as_of if otherwise is None else otherwise)
    if action.within:
        due = in_business(rep, world, action.within)
    effects: list[Effect] = [TaskGiven(action.id, channel, rep, due)]
    if policy.drafts and (template := draft_for(action, channel, lead.facts, policy.policy)):
        effects.append(Drafted(action.id, template.id, channel, rep))
    if action.sequence and not (rule and rule.sequence) and not gated(lead, rule, status):
        effects.append(Enrolled(action.sequence))
    return effects


def in_business(rep: str, world: World, target: timedelta, start: datetime | None = None) -> datetime:
    """`target` later in the rep's business time, or in plain time once their calendar will not open any more."""
    known, start = world.roster.reps.get(rep), start or world.as_of
    try:
        return world.roster.hours(known.calendar if known else "").add(start, target)
    except NeverOpen:
        return start + target


def _opening(rep: str, policy: Compiled, world: World) -> datetime | None:
    """What came while nobody was there is the first thing of the owner's next day, where the policy has a table of what is next."""
    known = world.roster.reps.get(rep)
    if known is None or not policy.policy.next_actions.rows:
        return None
    hours = world.roster.hours(known.calendar)
    try:
        return None if hours.is_open(world.as_of) else hours.next_open(world.as_of)
    except NeverOpen:
        return None


def draft_for(action: FirstAction, channel: str, facts: Facts, policy: Policy) -> Template | None:
    """The text a first message begins with: the one the action names, else one for what the lead wants, else one for anybody."""
    named = policy.templates.get(action.template)
    if named and named.drafts:
        return named if named.drafts == channel else None
    intent = str(facts.get("intent", ""))
    fit = [
        t for t in policy.templates.values() if t.drafts == channel and (not t.intents or intent in t.intents)
    ]
    return min(fit, key=lambda template: not template.intents, default=None)


def acknowledged(landing: Landing, lead: Lead, calendar: str, policy: Compiled, world: World) -> list[Effect]:
    """For a cycle that begins: the person is told, where the policy says so, they left an address, and nobody is there now."""
    how = policy.policy
    asked = landing.outcome in HELD and lead.lane == MAIN and is_usable("email", lead.facts)
    if not asked or not (how.acknowledge_always or _is_closed(landing, calendar, world)):
        return []
    return [Acknowledged(how.acknowledge)]


def _first(landing: Landing, lead: Lead, policy: Compiled, world: World) -> FirstAction | None:
    how = policy.policy
    named = how.actions.get(landing.rule.first_action) if landing.rule else None
    if named and (named.when is None and not named.intents):
        return named
    if named is None and not how.next_actions.rows:
        return None
    facts = policy.with_derived(lead.facts, (), world.as_of)
    if named and is_meant(named, facts, world.as_of):
        return named
    queue = lead.holder.id if lead.holder.kind is HolderKind.QUEUE else ""
    now = Situation(ASSIGNED, landing.rule.id if landing.rule else "", queue, lead.status)
    row = chosen(how.next_actions.rows, now, facts, world.as_of)
    found = how.actions.get(row.action) if row else None
    return found if found and is_meant(found, facts, world.as_of) else None


def _is_closed(landing: Landing, calendar: str, world: World) -> bool:
    """Whether nobody works just now who could have the lead. What waits for somebody has nobody."""
    if landing.outcome is Outcome.WAITING:
        return True
    return not world.roster.hours(calendar).is_open(world.as_of)
