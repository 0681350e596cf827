"""Somebody says where a lead is: it moves to another status when what that asks for is so. It never changes who has it, but
won, lost and disqualified end its cycle.

What stands in the way was judged before (`desk.moving`), by `criteria` and what its type requires.
"""

from firstright.core.compiled import Compiled
from firstright.core.decision import Decision, Effect
from firstright.core.handoff import RoleSet
from firstright.core.landing import Landing, Notes
from firstright.core.lead import Act, Lead, Outcome
from firstright.core.pipeline import DISQUALIFIED_AS, ENDED, Converted, RoleGiven
from firstright.core.routing import concluded, kept
from firstright.core.telling import subscribers
from firstright.core.world import World

MOVED = "status:"  # begins the reason of a decision that moved a lead: status:qualified
ROLE = "role:"


def moved(lead: Lead, act: Act, policy: Compiled, world: World) -> Decision:
    """With cause qualified on its way; overridden, or crm-changed where the CRM says so, where its cycle ends."""
    assert act.moved is not None
    to = act.moved.to
    if to == lead.status:
        return kept(lead, "so-already")
    if to in ENDED:
        return _ended(lead, to, act.moved.reason, policy, world)
    told = subscribers("lead.status", policy.policy)
    return kept(lead, MOVED + to, *told, status=to)


def given_role(lead: Lead, role: RoleGiven) -> Decision:
    """Somebody has a role beside the owner from now on, or nobody any more. The owner stays."""
    if dict(lead.roles).get(role.role, "") == role.rep:
        return kept(lead, "so-already")
    effects: tuple[Effect, ...] = (RoleSet(role.role, role.rep),)
    return kept(lead, ROLE + role.role, *effects)


def converted(lead: Lead, policy: Compiled, record: Converted) -> Decision:
    """The lead has become a contact of our base. It stays with whom it is, in the status it is in."""
    if lead.contact == record.contact:
        return kept(lead, "so-already")
    return kept(lead, "converted", record, *subscribers("lead.converted", policy.policy))


def _ended(lead: Lead, to: str, why: str, policy: Compiled, world: World) -> Decision:
    """The cycle is over: nobody has it any more, and its clocks end with it."""
    reason = f"{to}:{why}" if to == DISQUALIFIED_AS else to
    if (
        lead.outcome is Outcome.CLOSED
    ):  # it is only called something else: the CRM says won of what we had lost
        return kept(lead, MOVED + to, *subscribers("lead.status", policy.policy), status=to)
    return concluded(Landing(Outcome.CLOSED, reason, status=to), lead, policy, world, Notes())
