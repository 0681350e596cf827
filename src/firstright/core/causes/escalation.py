"""A clock has rung: who is reminded before a deadline, and how the ladder is climbed after it.

The ladder is the one that was frozen when the clock started. It is climbed from the bottom at every warning from 100 %
on, until a rung moves the lead; a lead that no rung can move stays, and is looked at again.
"""

from datetime import timedelta

from firstright.core.compiled import Compiled
from firstright.core.decision import AlarmSet, ClockMissed, Decision, Effect, Told
from firstright.core.followup import ACCEPTANCE, RECEIPT
from firstright.core.landing import Landing, Notes
from firstright.core.lead import Act, Cause, Holder, HolderKind, Lead, Outcome
from firstright.core.matching import Match
from firstright.core.policy import Rule
from firstright.core.precedence import has_room
from firstright.core.routing import concluded, kept, route
from firstright.core.telling import holders, manager, manager_rep, once, subscribers, tell
from firstright.core.world import World

MISSED, WARNED = "lead.missed", "lead.warned"
LOOKED_AT_AGAIN = timedelta(days=1)  # a lead whose clocks have all rung, and that stayed where it was
BY_NOBODY_NAMED = frozenset({Outcome.REVIEW, Outcome.SUPPORT, Outcome.PARTNER})
TAKERS = frozenset(
    {Outcome.OWNER, Outcome.QUEUED, Outcome.OFFERED}
)  # what a re-route may end in: else the next rung is better


def warned(lead: Lead, policy: Compiled) -> tuple[Told, ...]:
    """Whom a warning before the deadline is told."""
    whom = _concerned(lead, lead.act or Act(), policy)
    if not whom and lead.outcome in BY_NOBODY_NAMED and policy.policy.responsible:
        whom = (policy.policy.responsible,)
    made = tell(whom, policy.policy.tell_warning, WARNED, policy.policy)
    return (*made, *subscribers(WARNED, policy.policy))


def escalate(lead: Lead, act: Act, known: Match, policy: Compiled, world: World) -> Decision:
    """One climb of the frozen ladder."""
    notes, told = Notes(), list[Told]()
    missed: list[Effect] = [ClockMissed(act.clock, act.percent), *subscribers(MISSED, policy.policy)]
    for rung in act.ladder:
        if rung == "tell-owner":
            told += tell(_concerned(lead, act, policy), policy.policy.tell_missed, MISSED, policy.policy)
        elif rung == "tell-manager":
            above = manager(lead, policy, world)
            told += tell((above,), policy.policy.tell_missed, MISSED, policy.policy)
        elif landing := _moved(rung, lead, known, policy, world, notes):
            notes.say("rung", rung, "true", "took")
            return concluded(landing, lead, policy, world, notes, before=(*missed, *once(told)))
    again = [AlarmSet(Cause.NO_REPLY, world.as_of + LOOKED_AT_AGAIN)] if act.last else []
    return kept(lead, "escalated", *missed, *once(told), *again, notes=notes)


def _concerned(lead: Lead, act: Act, policy: Compiled) -> tuple[str, ...]:
    """Whose clock it is: of an offer whoever it was made to, else who has the lead."""
    if lead.offer is None or act.clock not in (RECEIPT, ACCEPTANCE):
        return holders(lead, policy.policy)
    return (lead.offer.to.id,) if lead.offer.to.kind is HolderKind.REP else ()


def _moved(
    rung: str, lead: Lead, known: Match, policy: Compiled, world: World, notes: Notes
) -> Landing | None:
    """Where a rung moves the lead; None when it cannot, with the reason in the notes. While somebody is asked whether they take
    it, it waits for that answer, which has a deadline of its own."""
    if lead.offer:
        notes.say("rung", rung, "offered", "next")
        return None
    match rung:
        case "re-route":
            return _re_routed(lead, known, policy, world, notes)
        case "priority-queue":
            landing = Landing(
                Outcome.QUEUED,
                "ladder:priority-queue",
                Holder(HolderKind.QUEUE, policy.policy.priority_queue),
                _rule(lead, policy),
            )
            there = landing.holder.id in policy.policy.queues
        case "manager":
            above = _manager_with_room(lead, policy, world, notes)
            landing = Landing(
                Outcome.OWNER, "ladder:manager", Holder(HolderKind.REP, above), _rule(lead, policy)
            )
            there = bool(above)
        case _:
            landing = Landing(
                Outcome.REVIEW,
                "nobody-acted",
                Holder(HolderKind.REVIEW, "nobody-acted"),
                _rule(lead, policy),
                review=lead.tried,
            )
            there = lead.outcome is not Outcome.REVIEW
    if there and landing.holder != lead.holder:
        return landing
    notes.say("rung", rung, "no-place" if not there else "there-already", "next")
    return None


def _manager_with_room(lead: Lead, policy: Compiled, world: World, notes: Notes) -> str:
    """The first up the line who is there, has not had it and has room for it."""
    past = lead.past
    while (above := manager_rep(lead, world, past)) and not has_room(above, lead, policy, world, notes):
        past = (*past, above)
    return above


def _re_routed(lead: Lead, known: Match, policy: Compiled, world: World, notes: Notes) -> Landing | None:
    """Through precedence and tiers once more, past everybody who was tried; at most so many times in a cycle."""
    if lead.hops >= policy.policy.max_hops:
        notes.say("rung", "re-route", "budget-spent", "next")
        return None
    landing = route(lead, Cause.SLA_MISSED, known, policy, world, notes)
    if landing.outcome in TAKERS and landing.holder != lead.holder:
        return landing
    notes.say("rung", "re-route", "nobody-else", "next")
    return None


def _rule(lead: Lead, policy: Compiled) -> Rule | None:
    """The rule the lead is held by: its service level and first action go with it, also up the ladder."""
    return policy.rule(lead.rule)
