"""Whom to tell of what: owners, watchers, managers, and the subscribers of the policy. It sends nothing and words nothing."""

from collections.abc import Collection, Iterable

from firstright.core.assignment.line import manager_of
from firstright.core.compiled import Compiled
from firstright.core.decision import Told
from firstright.core.landing import Landing
from firstright.core.lead import Holder, HolderKind, Lead, Outcome
from firstright.core.policy import Policy
from firstright.core.world import World

EVENT_OF = {
    Outcome.OWNER: "lead.assigned",
    Outcome.QUEUED: "lead.queued",
    Outcome.WAITING: "lead.waiting",
    Outcome.REVIEW: "lead.review",
    Outcome.NURTURE: "lead.nurture",
    Outcome.SUPPORT: "lead.support",
    Outcome.PARTNER: "lead.partner",
    Outcome.REJECTED: "lead.rejected",
    Outcome.CLOSED: "lead.closed",
}


def told_of(landing: Landing, lead: Lead, policy: Policy) -> list[Told]:
    """Whom a landing is told to, in a fixed order: those who have it now, who watches, who had it, who subscribed. Nobody
    hears of it twice, whatever they are to the lead."""
    if landing.outcome is Outcome.OFFERED:
        moved = lead.holder.kind is HolderKind.REP and landing.holder != lead.holder
        return tell((lead.holder.id,), policy.tell_moved, "lead.offered", policy) if moved else []
    event = EVENT_OF.get(landing.outcome, "")
    told = tell(_holders(landing.holder, policy), policy.tell_owner, event, policy)
    if landing.outcome is Outcome.REVIEW and policy.responsible:
        told += tell((policy.responsible,), policy.tell_review, event, policy)
    if landing.rule:
        told += tell(landing.rule.watchers, policy.tell_owner, event, policy)
    if lead.holder.kind is HolderKind.REP and landing.holder != lead.holder:
        told += tell((lead.holder.id,), policy.tell_moved, event, policy)
    return once(told) + subscribers(event, policy)


def once(told: Iterable[Told]) -> list[Told]:
    """The first of what each is told, in their order."""
    kept: dict[str, Told] = {}
    for each in told:
        kept.setdefault(each.to, each)
    return list(kept.values())


def tell(whom: tuple[str, ...], template: str, event: str, policy: Policy) -> list[Told]:
    """Nobody, when the policy has no template for it."""
    made = policy.templates.get(template)
    return [Told(one, made.id, made.channel, event) for one in whom if one] if made else []


def subscribers(event: str, policy: Policy) -> list[Told]:
    return [
        Told(each.id, each.template, each.channel, event, lasting=True)
        for each in policy.subscribers.values()
        if event in each.events
    ]


def holders(lead: Lead, policy: Policy) -> tuple[str, ...]:
    """Those a lead is with now: its owner, or whom its queue names."""
    return _holders(lead.holder, policy)


def manager(lead: Lead, policy: Compiled, world: World) -> str:
    """Whom a missed deadline is told: up the owner's reporting line the first who is there, else who is responsible."""
    found = manager_rep(lead, world)
    return found or policy.policy.responsible


def manager_rep(lead: Lead, world: World, past: Collection[str] = ()) -> str:
    """The first up its owner's reporting line who is there, and none of those `past`; nobody for a lead that no rep has."""
    if lead.holder.kind is not HolderKind.REP:
        return ""
    return manager_of(lead.holder.id, world.roster, world.as_of, past)


def _holders(holder: Holder, policy: Policy) -> tuple[str, ...]:
    if holder.kind is HolderKind.REP:
        return (holder.id,)
    if holder.kind is HolderKind.QUEUE and holder.id in policy.queues:
        return policy.queues[holder.id].tell
    return ()
