"""Pools whose leads wait in a queue until a member takes one: whose they are, who may take one, and what that turns.

A lead in a pull pool is held by the queue of the pool's name. Nobody is given one here; see `tiers`.
"""

from collections.abc import Mapping

from firstright.core.assignment.assign import Picked, pick
from firstright.core.assignment.credit import bits_of
from firstright.core.compiled import Compiled
from firstright.core.decision import Asked, Code
from firstright.core.lead import Cause, Holder, HolderKind, Lead
from firstright.core.policy import NO_NEEDS, Queue
from firstright.core.pools import Method, Pool
from firstright.core.roster import Roster
from firstright.core.world import World


def pull_pool(holder: Holder, pools: Mapping[str, Pool], queues: Mapping[str, Queue]) -> Pool | None:
    """The pool in whose queue a lead is; None for a queue of the policy's own."""
    pool = pools.get(holder.id)
    if holder.kind is not HolderKind.QUEUE or holder.id in queues or pool is None:
        return None
    return pool if pool.method is Method.PULL else None


def pulled_by(rep: str, pools: Mapping[str, Pool], roster: Roster) -> tuple[Pool, ...]:
    """Pull pools a rep is a member of, in the policy's order."""
    known = roster.reps.get(rep)
    mine = {place.pool for place in known.memberships if place.weight > 0} if known else set()
    return tuple([pool for pool in pools.values() if pool.method is Method.PULL and pool.id in mine])


def taken(lead: Lead, by: str, pool: Pool, policy: Compiled, world: World) -> Picked:
    """The pool's answer to a member who takes this lead: it is theirs where nothing rules them out, and costs a turn."""
    rule = next((rule for rule in policy.rules if rule.id == lead.rule), None)
    needs = rule.needs if rule else NO_NEEDS
    return pick(pool, lead, Cause.CLAIMED, needs, rule, policy, world, claimer=by)


def why_not(asked: Asked, by: str, roster: Roster) -> tuple[Code, ...]:
    """What rules a member out of a pool that was asked."""
    ids = roster.members(asked.pool).ids
    if by not in ids:
        return (Code.NOT_IN_POOL,)
    place = ids.index(by)
    return tuple([code for code, bits in asked.bits().items() if place in bits_of(bits)])
