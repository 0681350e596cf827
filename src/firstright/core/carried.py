"""What a lead carries beside its owner and how a decision changes it: an open offer, roles, clocks that stand still."""

from firstright.core.clockwork import WITH_A_DATE, ClocksPaused, ClocksResumed, Pause
from firstright.core.decision import Decision
from firstright.core.handoff import FIRST, Offered, OfferEnded, RoleSet
from firstright.core.lead import HolderKind, Lead, Offer, Outcome

CONCERNED = frozenset({Offered, OfferEnded, RoleSet, ClocksPaused, ClocksResumed})
NO = frozenset({"declined", "expired"})
Carried = tuple[Offer | None, tuple[tuple[str, str], ...], Pause | None]


def carried(lead: Lead, decision: Decision) -> Carried:
    """(offer, roles, pause) as the decision leaves them. A new cycle begins without any; a new holder without a
    pause, but for that of a meeting while nobody has it."""
    if not (lead.offer or lead.roles or lead.pause) and all(
        type(effect) not in CONCERNED for effect in decision.effects
    ):
        return None, (), None
    offer, roles, pause = (
        (None, {}, None) if decision.new_cycle else (lead.offer, dict(lead.roles), lead.pause)
    )
    if not decision.kept and decision.holder != lead.holder and not _until_taken(pause, decision):
        pause = None
    for effect in decision.effects:
        match effect:
            case Offered():
                offer = Offer(
                    effect.kind,
                    effect.to,
                    effect.by,
                    effect.pool,
                    effect.until,
                    effect.cost,
                    effect.size,
                    effect.tried,
                )
            case OfferEnded():
                offer = None
            case RoleSet():
                roles.pop(effect.role, None)
                if effect.rep:
                    roles[effect.role] = effect.rep
            case ClocksPaused():
                pause = Pause(effect.why, effect.since, effect.until)
            case ClocksResumed():
                pause = None
            case _:
                pass
    return offer, tuple(sorted(roles.items())), pause


def _until_taken(pause: Pause | None, decision: Decision) -> bool:
    """A meeting stays while nobody has its lead. No clock stands still for it then: those of whoever takes the lead up do."""
    return (
        pause is not None
        and pause.why == WITH_A_DATE
        and decision.outcome in (Outcome.QUEUED, Outcome.REVIEW)
    )


def declined(lead: Lead, decision: Decision) -> tuple[str, ...]:
    """Who was asked first in this cycle and did not take it, as the decision leaves them: none of them is asked again."""
    if decision.new_cycle:
        return ()
    offer = lead.offer
    if offer is None or offer.kind != FIRST or offer.to.kind is not HolderKind.REP:
        return lead.declined
    said_no = any(isinstance(each, OfferEnded) and each.state in NO for each in decision.effects)
    return (*lead.declined, offer.to.id) if said_no and offer.to.id not in lead.declined else lead.declined
