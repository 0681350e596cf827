"""Handing a lead over: it is offered, and who gave it keeps it until somebody says yes. Notes were judged before.

Who is to have it says `receiving`, who follows where nobody says yes `onward`.
"""

from msgspec.structs import replace

from firstright.core.causes.creditback import LOOKED_AT, Back, back, with_back
from firstright.core.causes.onward import AFTER_NO, offered, onward
from firstright.core.causes.overriding import OVER
from firstright.core.causes.receiving import BACK_HOME, Case, home, receiver
from firstright.core.compiled import Compiled
from firstright.core.decision import Accepted, ClockMissed, Counted, Decision, Effect
from firstright.core.handoff import FIRST, HandoffType, Offered, OfferEnded, RoleSet, TicketOpened
from firstright.core.landing import Landing, Notes
from firstright.core.lead import NOBODY, Act, Cause, Holder, HolderKind, Lead, Offer, Outcome
from firstright.core.matching import Match
from firstright.core.offers import RECALLED, SHARED, TICKET_OPENED, ended, partner_told
from firstright.core.routing import anew, concluded, kept, route
from firstright.core.telling import subscribers
from firstright.core.world import World

EARLIER = "earlier"  # the role of who had a lead that went to nurture, and is to have it back


def handed(lead: Lead, act: Act, known: Match, policy: Compiled, world: World) -> Decision:
    """The offer, or the handoff itself where nobody is asked; or what stands in its way."""
    case = Case(lead, act, known, policy, world, Notes())
    if case.given.back:
        return _recalled(case)
    kind = policy.policy.handoffs.get(case.given.type)
    if kind is None:
        return kept(lead, "no-such-handoff")
    if lead.offer:
        return kept(lead, "offered-already")
    if kind.kind in ("support", "nurture"):
        return _put_down(case, kind)
    landing = receiver(case, kind)
    if landing is None:
        return kept(lead, "nobody-to-take-it", notes=case.notes)
    return offered(case, landing) if landing.offer else _given(case, kind, landing)


def answered(lead: Lead, act: Act, cause: Cause, known: Match, policy: Compiled, world: World) -> Decision:
    """An open offer is accepted or declined by whom it was made to."""
    offer = lead.offer
    if offer is None or act.by != offer.to.id:
        return kept(lead, "not-theirs-to-answer")
    case = Case(lead, act, known, policy, world, Notes())
    if cause is Cause.ACCEPTED:
        return _accepted(case, offer)
    given, case = _paid_back(case, act.reason)
    over = ended("declined", world, act.reason, act.by)
    if why := LOOKED_AT.get(act.reason):
        landing = Landing(Outcome.REVIEW, why, Holder(HolderKind.REVIEW, why), review=(act.by,))
        return with_back(case.lands(landing, *over), given)
    kind = policy.policy.handoffs.get(offer.kind)
    rungs = ("next", "review") if offer.kind == FIRST else AFTER_NO[kind.declined if kind else "back"]
    return with_back(onward(case, offer, rungs, over, cause), given)


def expired(lead: Lead, act: Act, known: Match, policy: Compiled, world: World) -> Decision:
    """Nobody has said yes in time: the frozen ladder is climbed. An alarm of an offer that is over does nothing."""
    offer = lead.offer
    if offer is None or (offer.until is not None and world.as_of < offer.until):
        return kept(lead, "unchanged")
    given, case = _paid_back(Case(lead, act, known, policy, world, Notes()), "expired")
    over = (ClockMissed(act.clock, act.percent), *ended("expired", world))
    return with_back(onward(case, offer, act.ladder, over, Cause.SLA_MISSED), given)


def homeward(lead: Lead, policy: Compiled, world: World, notes: Notes) -> Landing | None:
    """Back to who had it before it was handed to nurture, where that was said and they are there and have room."""
    earlier = dict(lead.roles).get(EARLIER, "")
    return home(Case(lead, Act(), Match(), policy, world, notes), earlier) if earlier else None


def _paid_back(case: Case, reason: str) -> tuple[Back, Case]:
    """What comes back of the turn it had cost who was asked, and the case in the world in which it has."""
    spent = case.act.spent
    given = back(reason, spent, case.policy.policy, case.world) if spent else Back(case.world)
    return given, case._replace(world=given.world)


def _given(case: Case, kind: HandoffType, landing: Landing) -> Decision:
    """Theirs from now on: nobody is asked."""
    roles = _roles(kind, case.lead.holder, landing.holder)
    shared = landing.outcome is Outcome.PARTNER
    told = partner_told(SHARED, landing.holder.id, case.policy.policy) if shared else ()
    return case.lands(landing, *_noted(case, kind.id, landing.holder), *roles, *told)


def _accepted(case: Case, offer: Offer) -> Decision:
    """Theirs from now on, with a new epoch. It counted to their limits, and cost its turn, when it was offered."""
    lead, by, policy = case.lead, case.act.by, case.policy.policy
    kind = policy.handoffs.get(offer.kind)
    over = (*ended("accepted", case.world, by=by), *subscribers("lead.accepted", policy))
    if offer.to.kind is HolderKind.PARTNER:
        return case.lands(Landing(Outcome.PARTNER, f"handoff:{offer.kind}", offer.to, case.rule), *over)
    first = offer.kind == FIRST
    landing = Landing(
        Outcome.OWNER,
        "accepted" if first else f"handoff:{offer.kind}",
        offer.to,
        case.rule,
        offer.pool,
        status="" if first else lead.status,
        service=kind.service if kind else "",
    )
    decision = case.lands(landing, *over, *(_roles(kind, lead.holder, offer.to) if kind else ()))
    rest = [e for e in decision.effects if not isinstance(e, Counted)]
    return replace(decision, effects=(*rest, Accepted(by)))  # behind the holder whose word it is


def _put_down(case: Case, kind: HandoffType) -> Decision:
    """With support, under a ticket; or with nobody for a while. Both take it at once: they are no person who could say no."""
    reason = f"handoff:{kind.id}"
    done = (*_noted(case, kind.id, NOBODY), *_roles(kind, case.lead.holder, NOBODY))
    if kind.kind == "support":
        landing = Landing(Outcome.SUPPORT, reason, rule=case.rule, service=kind.service)
        told = subscribers(TICKET_OPENED, case.policy.policy)
        return case.lands(landing, *done, TicketOpened(kind.id), *told)
    had = case.giver if kind.back == "owner" else ""
    until = case.world.as_of + kind.wait if kind.wait else None
    landing = Landing(Outcome.NURTURE, reason, rule=case.rule, next_at=until, again=Cause.RERUN)
    return case.lands(landing, *done, *([RoleSet(EARLIER, had)] if had else ()))


def _recalled(case: Case) -> Decision:
    """Taken back: an offer that is open, or a lead that is with support, a partner or in nurture. The last begins anew."""
    lead, policy, world, notes = case.lead, case.policy, case.world, case.notes
    if lead.offer:
        return _withdrawn(case, lead.offer)
    if lead.outcome not in (Outcome.SUPPORT, Outcome.PARTNER, Outcome.NURTURE):
        return kept(lead, "nothing-to-recall")
    subject, kind = anew(lead, world), policy.policy.handoffs.get(case.given.type)
    earlier = lead.tried[-1] if lead.tried else ""
    landing = home(case, earlier) if earlier and (kind is None or kind.back == "owner") else None
    landing = landing or route(subject, Cause.HANDED_OVER, case.known, policy, world, notes)
    if landing.outcome in OVER:  # the rule that had sent it there would only do so again
        landing = Landing(Outcome.REVIEW, BACK_HOME, Holder(HolderKind.REVIEW, "unclear-fit"))
    partner = lead.holder.id if lead.outcome is Outcome.PARTNER else ""
    told: tuple[Effect, ...] = tuple(partner_told(RECALLED, partner, policy.policy)) if partner else ()
    before = (*_noted(case, case.given.type or "back", landing.holder), *told)
    return concluded(landing, subject, policy, world, notes, before=before, new_cycle=True)


def _withdrawn(case: Case, offer: Offer) -> Decision:
    """The receiver has their turn back: see `owing`."""
    over = ended("withdrawn", case.world, case.act.reason, case.act.by)
    if offer.to.kind is HolderKind.PARTNER:
        over = (*over, *partner_told(RECALLED, offer.to.id, case.policy.policy))
    if offer.kind == FIRST:
        return onward(case, offer, ("next", "review"), over, Cause.DECLINED)
    return onward(case, offer, AFTER_NO["back"], over, Cause.HANDED_OVER)


def _noted(case: Case, kind: str, to: Holder) -> tuple[Effect, ...]:
    """A handoff that nobody had to agree to, so that its notes are kept like those of an offer."""
    return Offered(kind, to, case.act.by, notes=case.given.notes), OfferEnded("accepted")


def _roles(kind: HandoffType, giver: Holder, taker: Holder) -> tuple[RoleSet, ...]:
    """Who gave it, and who has it now, each by the role the type names."""
    named = ((kind.giver, giver), (kind.taker, taker))
    return tuple([RoleSet(role, who.id) for role, who in named if role and who.kind is HolderKind.REP])
