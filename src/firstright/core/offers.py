"""An offer as a decision makes it: the promise to one receiver, the clock that limits it, and what ends it. It picks nobody."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from firstright.core.compiled import Compiled
from firstright.core.decision import ClockMet, ClockStarted, Effect, Told
from firstright.core.followup import ACCEPTANCE, RECEIPT, clock_for, held_to
from firstright.core.handoff import FIRST, Offered, OfferEnded, TicketOpened
from firstright.core.lead import HolderKind, Lead, Outcome
from firstright.core.limits import concerns, counted
from firstright.core.policy import Policy
from firstright.core.pools import Pool
from firstright.core.servicelevels import Service
from firstright.core.telling import subscribers, tell
from firstright.core.world import World

OFFERED = "lead.offered"
SHARED, RECALLED = "partner.shared", "partner.recalled"
TICKET_OPENED = "ticket.opened"
LADDER = (
    "next",
    "manager",
    "back",
    "review",
)  # what is tried when nobody has said yes; frozen with the clock
DEFAULT_ACCEPT = timedelta(minutes=30)
PARTNERS = timedelta(days=2)  # a partner whose handoff names no time


def made(offer: Offered, lead: Lead, policy: Compiled, world: World) -> tuple[Effect, ...]:
    """All that follows from offering the lead: the clock, what counts to the receiver, whom it is told."""
    clocks = _clocks(offer, lead, policy, world)
    effects: list[Effect] = [_until(offer, clocks[0].due), *clocks]
    rep = world.roster.reps.get(offer.to.id) if offer.to.kind is HolderKind.REP else None
    for limit in policy.limits_of(offer.pool) if rep else ():
        if rep and concerns(limit, lead):
            effects.append(counted(limit, rep, policy.policy.zone, world.as_of))
    if rep:
        effects += tell((rep.id,), policy.policy.tell_owner, OFFERED, policy.policy)
    if offer.to.kind is HolderKind.PARTNER:
        return (*effects, *partner_told(SHARED, offer.to.id, policy.policy))
    return (*effects, *subscribers(OFFERED, policy.policy))


def partner_told(event: str, partner: str, policy: Policy) -> list[Told]:
    """Subscribers of a partner's event: never one that is another partner's."""
    partners = {kind.to for kind in policy.handoffs.values() if kind.kind == "partner"}
    return [told for told in subscribers(event, policy) if told.to == partner or told.to not in partners]


def ticketed(outcome: Outcome, lead: Lead, before: Iterable[Effect], policy: Policy) -> tuple[Effect, ...]:
    """The ticket of a lead that lands with support, where the policy has a handoff to it; by a rule as well as by hand."""
    if outcome is not Outcome.SUPPORT or lead.outcome is Outcome.SUPPORT:
        return ()
    kind = next((kind.id for kind in policy.handoffs.values() if kind.kind == "support"), "")
    if not kind or any(isinstance(effect, TicketOpened) for effect in before):
        return ()
    return TicketOpened(kind), *subscribers(TICKET_OPENED, policy)


def ended(state: str, world: World, reason: str = "", by: str = "") -> tuple[Effect, ...]:
    """The open offer is over, and its clock with it."""
    return OfferEnded(state, reason, by), ClockMet(ACCEPTANCE, world.as_of), ClockMet(RECEIPT, world.as_of)


def withdrawn(lead: Lead, before: Iterable[Effect], reason: str, world: World) -> tuple[Effect, ...]:
    """What ends an offer that is open when the lead lands anew for another reason; nothing where that has ended it."""
    if lead.offer is None or any(isinstance(effect, OfferEnded) for effect in before):
        return ()
    return ended("withdrawn", world, reason)


def asked(lead: Lead) -> tuple[tuple[str, str], ...]:
    """(pool, whom) the lead was offered to so far in one go, the open one among them."""
    offer = lead.offer
    return (*offer.tried, (offer.pool, offer.to.id)) if offer else ()


def is_spent(lead: Lead, pool: Pool) -> bool:
    """Whether as many of this pool were asked, one after the other, as it says: somebody else is, then."""
    if pool.offer is None or lead.offer is None or lead.offer.kind != FIRST:
        return False
    return len([None for name, _ in asked(lead) if name == pool.id]) >= pool.offers


def _until(offer: Offered, due: datetime) -> Offered:
    return Offered(
        offer.kind, offer.to, offer.by, offer.pool, due, offer.notes, offer.cost, offer.size, offer.tried
    )


def _clocks(offer: Offered, lead: Lead, policy: Compiled, world: World) -> list[ClockStarted]:
    """By when it is to be accepted, and, where the service level says so, seen: in the business time of who is asked."""
    kind = policy.policy.handoffs.get(offer.kind)
    service = policy.service(kind.service) if kind and kind.service else held_to(lead, policy, world.as_of)
    ladder = ("next", "review") if offer.kind == FIRST else LADDER
    within = accept_within(offer, policy, service)
    found = [
        clock_for(ACCEPTANCE, service, policy, world, lead, holder=offer.to, target=within, ladder=ladder),
        clock_for(RECEIPT, service, policy, world, lead, holder=offer.to),
    ]
    return [clock for clock in found if clock]


def accept_within(offer: Offered, policy: Compiled, service: Service) -> timedelta:
    """How long somebody has to say yes."""
    if offer.kind == FIRST:
        pool = policy.policy.pools.get(offer.pool)
        return (pool.offer if pool else None) or service.acceptance or DEFAULT_ACCEPT
    kind = policy.policy.handoffs.get(offer.kind)
    longest = PARTNERS if offer.to.kind is HolderKind.PARTNER else DEFAULT_ACCEPT
    return (kind.accept if kind else None) or service.acceptance or longest
