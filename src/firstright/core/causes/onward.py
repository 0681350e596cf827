"""Who is asked, or has the lead, after somebody who has not said yes to an offer: the first rung that holds, at last a review. It
never ends in silence.
"""

from collections.abc import Iterable

from msgspec.structs import replace

from firstright.core.assignment.eligibility import person_codes
from firstright.core.assignment.line import manager_of
from firstright.core.causes.receiving import BACK_HOME, Case, receiver, to_rep
from firstright.core.decision import ClockMet, Decision, Effect, TaskGiven
from firstright.core.followup import OWNER
from firstright.core.handoff import FIRST
from firstright.core.landing import Landing
from firstright.core.lead import Cause, Holder, HolderKind, Offer, Outcome
from firstright.core.precedence import has_room
from firstright.core.routing import route
from firstright.core.world import World

AFTER_NO = {
    "next": ("next", "manager", "back", "review"),
    "back": ("back", "review"),
    "review": ("review",),
}
NOBODY_ACTED = "nobody-acted"


def onward(
    case: Case, offer: Offer, rungs: Iterable[str], over: tuple[Effect, ...], cause: Cause
) -> Decision:
    """`over` ends the offer, and comes first."""
    for rung in rungs:
        if decision := _climbed(rung, case, offer, over, cause):
            return decision
        case.notes.say("rung", rung, "nobody-else", "next")
    return _reviewed(case, over)


def offered(case: Case, landing: Landing, over: tuple[Effect, ...] = ()) -> Decision:
    """The giver keeps it, and has done with it what their clock asked for."""
    lead = case.lead
    acted = (ClockMet(OWNER, case.world.as_of),) if lead.outcome is Outcome.OWNER else ()
    landing = replace(landing, outcome=Outcome.OFFERED, holder=lead.holder, status=lead.status)
    return _once(case.lands(landing, *over, *acted))


def _climbed(rung: str, case: Case, offer: Offer, over: tuple[Effect, ...], cause: Cause) -> Decision | None:
    match rung:
        case "next" if offer.kind == FIRST:
            return _routed(case, over, cause)
        case "next":
            return _next(case, offer, over)
        case "manager" if offer.to.kind is HolderKind.REP:
            return _manager(case, offer, over)
        case "back" if case.giver and _is_here(case.giver, case.world):
            lead = case.lead
            landing = Landing(Outcome.OWNER, BACK_HOME, lead.holder, case.rule, status=lead.status)
            return _once(case.lands(landing, *over))
        case "review":
            return _reviewed(case, over)
        case _:
            return None


def _routed(case: Case, over: tuple[Effect, ...], cause: Cause) -> Decision:
    """As a new lead is, past everybody it was tried with."""
    past = tuple(dict.fromkeys((*case.lead.tried, *case.asked)))
    subject = replace(case.lead, tried=past)
    return case.lands(route(subject, cause, case.known, case.policy, case.world, case.notes), *over)


def _next(case: Case, offer: Offer, over: tuple[Effect, ...]) -> Decision | None:
    """Of the same pool, as often as the type says."""
    kind = case.policy.policy.handoffs.get(offer.kind)
    if kind is None or len(case.asked) >= kind.hops or not offer.pool:
        return None
    found = receiver(case.by(offer.kind, offer.by), kind)
    return offered(case, found, over) if found else None


def _manager(case: Case, offer: Offer, over: tuple[Effect, ...]) -> Decision | None:
    lead, world = case.lead, case.world
    above = manager_of(offer.to.id, world.roster, world.as_of, (*case.asked, lead.holder.id))
    if not above or not has_room(above, lead, case.policy, world, case.notes):
        return None
    return offered(case, to_rep(case.by(offer.kind, offer.by), above), over)


def _reviewed(case: Case, over: tuple[Effect, ...]) -> Decision:
    holder = Holder(HolderKind.REVIEW, NOBODY_ACTED)
    return case.lands(Landing(Outcome.REVIEW, NOBODY_ACTED, holder, case.rule, review=case.asked), *over)


def _once(decision: Decision) -> Decision:
    """Without a task that its holder has had before."""
    rest = tuple([e for e in decision.effects if not isinstance(e, TaskGiven)])
    return replace(decision, effects=rest) if len(rest) < len(decision.effects) else decision


def _is_here(rep: str, world: World) -> bool:
    """Somebody who is only away keeps their lead: so does every owner."""
    found = world.roster.reps.get(rep)
    return found is not None and not any(
        code in ("INACTIVE", "LEFT")
        for code in person_codes(found, world.roster, world.as_of, hours=False)[0]
    )
