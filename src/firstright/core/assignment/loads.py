"""What a lead is to its owner's load, and how loads change: by the difference between a lead before and after a decision.

Whether somebody is full is for `stood` to say.
"""

from firstright.core.lead import HolderKind, Lead, Offer
from firstright.core.pools import Measure
from firstright.core.world import NO_LOAD, Load, Standing


def load_of(lead: Lead) -> Load:
    """What the lead is to whoever has it; nothing while no rep has it."""
    if lead.holder.kind is not HolderKind.REP:
        return NO_LOAD
    waiting = not (lead.accepted or lead.touched)
    return Load(1, lead.cost, int(waiting), len(lead.tasks), lead.size)


def offered(offer: Offer) -> Load:
    """What an open offer is to whom it is made: as the lead would be, so that two offers cannot fill one place."""
    return Load(1, offer.cost, 1, 0, offer.size)


def shift(loads: dict[str, Load], standing: Standing, before: Lead, now: Lead) -> None:
    """Takes from `loads` what the lead was to its owner, and adds what it is to the one it has now."""
    was, is_ = load_of(before), load_of(now)
    if before.offer is not now.offer:
        if before.offer and before.offer.to.kind is HolderKind.REP:
            _add(loads, standing, before.offer.to.id, offered(before.offer), -1)
        if now.offer and now.offer.to.kind is HolderKind.REP:
            _add(loads, standing, now.offer.to.id, offered(now.offer), +1)
    if before.holder == now.holder and was == is_:
        return
    if was is not NO_LOAD:
        _add(loads, standing, before.holder.id, was, -1)
    if is_ is not NO_LOAD:
        _add(loads, standing, now.holder.id, is_, +1)


def _add(loads: dict[str, Load], standing: Standing, rep: str, more: Load, sign: int) -> None:
    has = loads.get(rep) or standing.loads.get(rep) or NO_LOAD
    loads[rep] = Load(
        has.leads + sign * more.leads,
        has.cost + sign * more.cost,
        has.queue + sign * more.queue,
        has.tasks + sign * more.tasks,
        has.size + sign * more.size,
    )


def measured(load: Load, measure: Measure) -> int:
    """One number of a load; costs in 10⁻⁹ leads."""
    match measure:
        case Measure.LEADS:
            return load.leads
        case Measure.COST:
            return load.cost
        case Measure.TASKS:
            return load.tasks
        case Measure.QUEUE:
            return load.queue
        case Measure.FIELD:
            return load.size
