"""From a lead to where it lands, and from a landing to the decision: the one path every cause that routes goes along.

Which causes route, and which lead is meant, is `decide`'s to say.
"""

from datetime import datetime

import msgspec

from firstright.core.compiled import Compiled
from firstright.core.decision import ClockStarted, Decision, Effect, Trace
from firstright.core.followup import SPEED, follow, next_instant, service_of
from firstright.core.holding import cause_of
from firstright.core.landing import Landing, Notes
from firstright.core.lead import Cause, Holder, HolderKind, Lead, Outcome
from firstright.core.matching import Match, in_doubt
from firstright.core.offers import made, ticketed, withdrawn
from firstright.core.precedence import precedence
from firstright.core.status import landed_status
from firstright.core.tiers import Walk
from firstright.core.world import World

MAYBE_KNOWN = "maybe-known"
# With somebody or something that has it until it acts: deciding anew to the same changes nothing.
SETTLED = frozenset(
    {Outcome.OWNER, Outcome.OFFERED, Outcome.QUEUED, Outcome.REVIEW, Outcome.SUPPORT, Outcome.PARTNER}
)


def route(lead: Lead, cause: Cause, known: Match, policy: Compiled, world: World, notes: Notes) -> Landing:
    """The gate, owner precedence, the other tiers. A hold that ends goes on with the cause it began with.

    What may be somebody we have is for a person to say, once: when it came."""
    cause = cause_of(lead, cause)
    account = known.accounts[0].facts if known.accounts else ()
    if policy.gate:
        facts = policy.with_derived(lead.facts, account, world.as_of)
        stopped = Walk(lead, cause, facts, policy, world, notes).gated()
        if stopped:
            return stopped
    if known.unsure and lead.epoch == 0 and policy.policy.matching.unsure == "review":
        for doubtful in in_doubt(known):
            notes.say("match", doubtful.id, "unsure", "review")
            return Landing(Outcome.REVIEW, MAYBE_KNOWN, Holder(HolderKind.REVIEW, "likely-duplicate"))
    claimed = precedence(lead, cause, known, policy, world, notes)
    if claimed:
        return claimed
    facts = policy.with_derived(lead.facts, account, world.as_of)
    return Walk(lead, cause, facts, policy, world, notes).land()


def routed(
    lead: Lead,
    cause: Cause,
    known: Match,
    policy: Compiled,
    world: World,
    *,
    returning: str = "",
    new_cycle: bool = False,
) -> Decision:
    """Where it lands is the decision, unless it is there already: with somebody who has it until they act, nothing changes."""
    notes = Notes()
    landing = route(lead, cause, known, policy, world, notes)
    stays = (landing.outcome, landing.holder) == (lead.outcome, lead.holder)
    if stays and lead.outcome in SETTLED and not returning and not new_cycle:
        return kept(lead, "unchanged", notes=notes)
    return concluded(landing, lead, policy, world, notes, returning=returning, new_cycle=new_cycle)


def concluded(
    landing: Landing,
    lead: Lead,
    policy: Compiled,
    world: World,
    notes: Notes,
    *,
    before: tuple[Effect, ...] = (),
    returning: str = "",
    new_cycle: bool = False,
) -> Decision:
    """The decision that `landing` is made true. `before` are effects that come first; `returning` is the lead an arrival
    turned out to belong to.
    """
    fresh = lead.epoch == 0 or lead.outcome is Outcome.PENDING or new_cycle
    before = (*withdrawn(lead, before, landing.reason, world), *before)
    service = service_of(landing, policy, lead, world.as_of)
    effects = (*before, *follow(landing, lead, service, policy, world, fresh=fresh))
    if policy.policy.handoffs:
        effects = (*effects, *ticketed(landing.outcome, lead, before, policy.policy))
    if landing.offer:
        effects = (*effects, *made(landing.offer, lead, policy, world))
    return Decision(
        outcome=landing.outcome,
        reason=landing.reason,
        holder=landing.holder,
        rule=landing.rule.id if landing.rule else "",
        service=service.id,
        status=landing.status or landed_status(lead, landing.outcome, fresh=fresh),
        priority=service.priority if fresh else max(service.priority, lead.priority),
        lead=returning,
        new_cycle=new_cycle,
        next_at=next_instant(effects, world.as_of),
        expected_at=_touch_due(effects) if fresh else lead.expected_at,
        waiting=landing.waiting,
        effects=effects,
        credits=landing.credits,
        trace=Trace(tuple(notes.considered), tuple(notes.asked)),
    )


def _touch_due(effects: tuple[Effect, ...]) -> datetime | None:
    return next((e.due for e in effects if isinstance(e, ClockStarted) and e.clock == SPEED), None)


def anew(lead: Lead, world: World) -> Lead:
    """A lead whose next cycle begins as of now."""
    return msgspec.structs.replace(
        lead,
        arrived_at=world.as_of,
        waiting=None,
        expected_at=None,
        priority=0,
        touched=False,
        locked_to="",
        tried=(),
        declined=(),
        hops=0,
        improved=0,
    )


def kept(lead: Lead, reason: str, *effects: Effect, notes: Notes | None = None, status: str = "") -> Decision:
    """The lead stays with whom it is; only what the effects say becomes true."""
    return Decision(
        outcome=lead.outcome,
        reason=reason,
        holder=lead.holder,
        rule=lead.rule,
        status=status or lead.status,
        priority=lead.priority,
        waiting=lead.waiting,
        kept=True,
        effects=effects,
        trace=Trace(tuple(notes.considered), tuple(notes.asked)) if notes else Trace(),
    )
