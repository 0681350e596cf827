"""What people do to a lead: its owner accepts, somebody takes it from a queue, somebody touches, the lead itself answers.

All but the claim keep the lead where it is and say which clocks are met. Declining routes it anew: see `decide`.
"""

from firstright.core.compiled import Compiled
from firstright.core.decision import Accepted, AlarmSet, ClockMet, Decision, Effect, Engaged, TaskDone
from firstright.core.escalation import LOOKED_AT_AGAIN
from firstright.core.followup import OWNER, SPEED, STUCK, owner_clock, service_of
from firstright.core.landing import Landing, Notes
from firstright.core.lead import Act, Cause, Holder, HolderKind, Lead, Outcome
from firstright.core.pulling import pull_pool, taken
from firstright.core.routing import concluded, kept
from firstright.core.status import touched_status
from firstright.core.telling import holders, manager, subscribers, tell
from firstright.core.world import World


def accepted(lead: Lead, act: Act, policy: Compiled, world: World) -> Decision:
    """The owner says it is theirs: the clock of the assignment is met, and one from now on to the touch begins.

    Also where somebody else has touched the lead: who has done so as its owner has accepted it by that.
    """
    rule = next((rule for rule in policy.policy.rules if rule.id == lead.rule), None)
    landing = Landing(Outcome.OWNER, "accepted", lead.holder, rule)
    clocks = owner_clock(landing, service_of(landing, policy), policy.policy, world)
    effects: list[Effect] = [Accepted(act.by), ClockMet(OWNER, world.as_of), *clocks]
    if not clocks:
        effects.append(AlarmSet(Cause.NO_REPLY, world.as_of + STUCK))
    return kept(lead, "accepted", *effects, *subscribers("lead.accepted", policy.policy))


def claimed(lead: Lead, act: Act, policy: Compiled, world: World) -> Decision:
    """Somebody takes a lead out of a queue: it is theirs from now on, under the rule and the first action it came with.

    Out of that of a pull pool only a member whom nothing rules out, and it costs them a turn.
    """
    rule = next((rule for rule in policy.policy.rules if rule.id == lead.rule), None)
    holder, notes = Holder(HolderKind.REP, act.by), Notes()
    pool = pull_pool(lead.holder, policy.policy.pools, policy.policy.queues)
    if pool is None:
        return concluded(Landing(Outcome.OWNER, "claimed", holder, rule), lead, policy, world, notes)
    picked = taken(lead, act.by, pool, policy, world)
    notes.asked.append(picked.asked)
    if not picked.rep:
        return kept(lead, "not-theirs-to-take", notes=notes)
    landing = Landing(Outcome.OWNER, "claimed", holder, rule, pool.id, credits=picked.credits)
    return concluded(landing, lead, policy, world, notes)


def touched(lead: Lead, act: Act, policy: Compiled, world: World) -> Decision:
    """A human attempt by us. Anybody's is the first touch of the cycle; only the owner's meets the owner clock."""
    at = act.at or world.as_of
    effects: list[Effect] = [ClockMet(SPEED, at), TaskDone(act.by, act.channel)]
    if lead.holder == Holder(HolderKind.REP, act.by):
        effects.append(ClockMet(OWNER, at))
        if not lead.accepted:
            effects.append(Accepted(act.by))
    if lead.outcome in (Outcome.OWNER, Outcome.QUEUED):  # the clock that is met may have been the last alarm
        effects.append(AlarmSet(Cause.NO_REPLY, world.as_of + STUCK))
    status = touched_status(lead.status, act.channel, act.result)
    return kept(lead, "touched", *effects, *subscribers("lead.touched", policy.policy), status=status)


def engaged(lead: Lead, reason: str, policy: Compiled) -> Decision:
    """The lead did something: urgency rises and whoever has it is told. Never a second owner, never an error."""
    told = tell(
        holders(lead, policy.policy) if lead.holder.kind is HolderKind.REP else (),
        policy.policy.tell_owner,
        "lead.engaged",
        policy.policy,
    )
    return Decision(
        outcome=lead.outcome,
        reason=reason,
        holder=lead.holder,
        rule=lead.rule,
        status=lead.status,
        priority=policy.service(policy.policy.urgent_service).priority,
        lead=lead.id,
        waiting=lead.waiting,
        kept=True,
        effects=(Engaged(lead.id), *told, *subscribers("lead.engaged", policy.policy)),
    )


def reminded(lead: Lead, policy: Compiled, world: World) -> Decision:
    """Nothing has happened for long: who has the lead is reminded, and of an untouched one the manager hears, or of one that
    nobody in particular has."""
    having = holders(lead, policy.policy)
    made = tell(having, policy.policy.tell_warning, "lead.warned", policy.policy)
    if not lead.touched or not having:
        above = manager(lead, policy, world)
        made += tell((above,), policy.policy.tell_missed, "lead.missed", policy.policy)
    again = AlarmSet(Cause.NO_REPLY, world.as_of + (STUCK if lead.touched else LOOKED_AT_AGAIN))
    return kept(lead, "reminded", *made, again)
