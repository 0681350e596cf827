"""Clocks of a lead stand still while we wait for somebody else, go on, or had a miss that is excused. The lead stays where it is.

Whether a state is one of the list, and who may say so, was judged before.
"""

import msgspec

from firstright.core.clockwork import WITH_A_DATE, ClockExcused, ClocksPaused, ClocksResumed
from firstright.core.decision import AlarmSet, Decision, Effect
from firstright.core.followup import ACCEPTANCE, RECEIPT, SPEED, STUCK
from firstright.core.lead import Act, Cause, HolderKind, Lead, Outcome
from firstright.core.reassigning import Reassignment
from firstright.core.routing import kept
from firstright.core.slots import is_here
from firstright.core.world import World

# The first touch is owed to the person whatever we wait for, and an offer is another's to answer.
NEVER_PAUSED = frozenset({SPEED, RECEIPT, ACCEPTANCE})
PAUSABLE = frozenset({Outcome.OWNER, Outcome.REVIEW, Outcome.SUPPORT, Outcome.PARTNER})


def paused(lead: Lead, act: Act, world: World) -> Decision:
    """From now on until the limit; somebody who says so again moves the limit."""
    asked = act.pausing
    if asked is None or asked.until is None:
        return resumed(lead, world) if lead.pause else kept(lead, "unchanged")
    if lead.outcome not in PAUSABLE or asked.until <= world.as_of:
        return kept(lead, "unchanged")
    since = lead.pause.since if lead.pause else world.as_of
    standing = ClocksPaused(asked.why, since, asked.until, act.by)
    return kept(lead, "paused", standing, AlarmSet(Cause.HOURS_OPENED, asked.until))


def limit_reached(lead: Lead, world: World) -> Decision:
    """The alarm of a pause: it is over, unless its limit was moved meanwhile."""
    if lead.pause is None or world.as_of < lead.pause.until:
        return kept(lead, "unchanged")
    return resumed(lead, world)


def resumed(lead: Lead, world: World) -> Decision:
    return kept(lead, "resumed", *going_on(lead, world))


def going_on(lead: Lead, world: World) -> tuple[Effect, ...]:
    """What makes clocks of a lead go on that stand still; nothing where none do."""
    if lead.pause is None:
        return ()
    return ClocksResumed(world.as_of), AlarmSet(Cause.NO_REPLY, world.as_of + STUCK)


def with_date(decision: Decision, lead: Lead, cause: Cause, rules: Reassignment, world: World) -> Decision:
    """The decision that also has the clocks of a new owner stand still until a meeting that goes along, or is kept for them."""
    pause, now = lead.pause, decision.holder
    moved = not decision.kept and not decision.new_cycle and now != lead.holder and now.kind is HolderKind.REP
    if pause is None or pause.why != WITH_A_DATE or not moved or pause.until <= world.as_of:
        return decision
    last = lead.tried[-1:] or ("",)  # whom it is with while nobody has the lead
    rep = world.roster.reps.get(lead.holder.id if lead.holder.kind is HolderKind.REP else last[0])
    if (
        cause is Cause.BOOKED
        or rules.under(cause).meetings == "cancel"
        or not (rep and is_here(rep, world.roster, pause.until))
    ):
        return decision  # paused anew, or called off
    still = (ClocksPaused(WITH_A_DATE, pause.since, pause.until), AlarmSet(Cause.HOURS_OPENED, pause.until))
    return msgspec.structs.replace(decision, effects=(*decision.effects, *still))


def excused(lead: Lead, miss: ClockExcused) -> Decision:
    return kept(lead, "excused" if miss.due is None else "put-right", miss)
