"""What people do to a lead: its owner accepts, somebody takes it from a queue, somebody touches, the lead itself answers.

All but the claim keep the lead where it is and say which clocks are met. Declining routes it anew: see `decide`.
"""

from firstright.core.assignment.pulling import pull_pool, taken
from firstright.core.causes.escalation import LOOKED_AT_AGAIN
from firstright.core.causes.pausing import going_on
from firstright.core.clockwork import ClocksPaused, ClockStopped
from firstright.core.compiled import Compiled
from firstright.core.decision import Accepted, AlarmSet, ClockMet, Decision, Effect, Engaged, TaskDone
from firstright.core.followup import (
    AFTER,
    FOLLOW_UP,
    HANDOFF,
    OWNER,
    SILENCE,
    SPEED,
    STUCK,
    clock_for,
    held_to,
    owner_clock,
    service_of,
)
from firstright.core.landing import Landing, Notes
from firstright.core.lead import Act, Cause, Holder, HolderKind, Lead, Outcome
from firstright.core.routing import concluded, kept
from firstright.core.servicelevels import Service
from firstright.core.status import REACHED, engaged_status, touched_status
from firstright.core.telling import holders, manager, subscribers, tell
from firstright.core.world import World

WRITTEN = frozenset({"email", "sms", "chat"})  # what may be answered later, or never


def accepted(lead: Lead, act: Act, policy: Compiled, world: World) -> Decision:
    """The owner says it is theirs: the clock of the assignment is met, and one from now on to the touch begins.

    Also where somebody else has touched the lead: who has done so as its owner has accepted it by that.
    """
    rule = policy.rule(lead.rule)
    landing = Landing(Outcome.OWNER, "accepted", lead.holder, rule)
    clocks = owner_clock(landing, lead, service_of(landing, policy, lead, world.as_of), policy.policy, world)
    effects: list[Effect] = [Accepted(act.by), ClockMet(OWNER, world.as_of), *clocks]
    if not clocks:
        effects.append(AlarmSet(Cause.NO_REPLY, world.as_of + STUCK))
    return kept(lead, "accepted", *effects, *subscribers("lead.accepted", policy.policy))


def claimed(lead: Lead, act: Act, policy: Compiled, world: World) -> Decision:
    """Somebody takes a lead out of a queue: it is theirs from now on, under the rule and the first action it came with.

    Out of that of a pull pool only a member whom nothing rules out, and it costs them a turn.
    """
    rule = policy.rule(lead.rule)
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


def _to_come(lead: Lead, act: Act, policy: Compiled, world: World) -> list[Effect]:
    """Clocks that begin with a touch of the owner: to the next one, and to an answer where we wrote."""
    service = held_to(lead, policy, world.as_of)
    effects: list[Effect] = []
    if service.follow_up:
        effects += [ClockMet(FOLLOW_UP, world.as_of), *_started(FOLLOW_UP, service, lead, policy, world)]
    if service.no_reply:
        effects.append(ClockStopped(SILENCE))
        if act.channel in WRITTEN and act.result not in REACHED:
            wrote = (AFTER + act.channel,)
            effects += _started(SILENCE, service, lead, policy, world, wrote)
    if effects and lead.pause:  # they stand still with the others
        effects.append(ClocksPaused(lead.pause.why, lead.pause.since, lead.pause.until))
        effects.append(AlarmSet(Cause.HOURS_OPENED, lead.pause.until))
    return effects


def _started(
    name: str,
    service: Service,
    lead: Lead,
    policy: Compiled,
    world: World,
    ladder: tuple[str, ...] | None = None,
) -> list[Effect]:
    clock = clock_for(name, service, policy, world, lead, ladder=ladder)
    return [clock] if clock else []


def touched(lead: Lead, act: Act, policy: Compiled, world: World) -> Decision:
    """A human attempt by us. Anybody's is the first touch of the cycle; only the owner's meets the owner clock."""
    at = act.at or world.as_of
    effects: list[Effect] = [ClockMet(SPEED, at), TaskDone(act.by, act.channel)]
    if lead.holder == Holder(HolderKind.REP, act.by):
        effects.append(ClockMet(OWNER, at))
        if not lead.accepted:
            effects.append(Accepted(act.by))
        if policy.policy.handoffs:
            effects.append(ClockMet(HANDOFF, at))
        if lead.outcome is Outcome.OWNER:
            effects += _to_come(lead, act, policy, world)
    if lead.outcome in (Outcome.OWNER, Outcome.QUEUED):  # the clock that is met may have been the last alarm
        effects.append(AlarmSet(Cause.NO_REPLY, world.as_of + STUCK))
    status = touched_status(lead.status, act.channel, act.result, policy.policy.pipeline)
    return kept(lead, "touched", *effects, *subscribers("lead.touched", policy.policy), status=status)


def engaged(lead: Lead, reason: str, policy: Compiled, world: World) -> Decision:
    """The lead did something: urgency rises and whoever has it is told, and what waited for it waits no more. Never a second
    owner, never an error."""
    answered: list[Effect] = []
    if lead.outcome is Outcome.OWNER and any(s.no_reply for s in policy.policy.services.values()):
        answered.append(ClockMet(SILENCE, world.as_of))
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
        status=engaged_status(lead.status, (lead.act or Act()).channel, policy.policy.pipeline),
        priority=policy.service(policy.policy.urgent_service).priority,
        lead=lead.id,
        waiting=lead.waiting,
        kept=True,
        effects=(
            Engaged(lead.id),
            *answered,
            *going_on(lead, world),
            *told,
            *subscribers("lead.engaged", policy.policy),
        ),
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
