"""Why somebody may not take a lead of a pull pool, in words, asked under the turn. It changes nothing."""

from firstright.core.assignment.pulling import pull_pool, taken, why_not
from firstright.core.lead import Lead
from firstright.core.policy import NO_NEEDS
from firstright.core.pools import Pool
from firstright.core.roster import Roster
from firstright.core.why.barriers import Asking
from firstright.core.why.barrierwords import barrier_phrase
from firstright.core.why.moments import Moments
from firstright.desk.batch import Batch


def pool_of(batch: Batch, lead: Lead) -> Pool | None:
    """The pull pool in whose queue a lead is."""
    policy = batch.policy.policy
    return pull_pool(lead.holder, policy.pools, policy.queues)


def no_member(pool: Pool, by: str, roster: Roster) -> list[str]:
    if by in roster.members(pool.id).ids:
        return []
    return [f"rep: {_called(by, roster)} is no member of {pool.name or pool.id}"]


def not_taken(batch: Batch, lead: Lead, pool: Pool, by: str) -> list[str]:
    """What rules a member out for this lead, each code in words; nothing where they may take it."""
    policy, world = batch.policy, batch.world
    asked = taken(lead, by, pool, policy, world).asked
    if asked.winner:
        return []
    codes = why_not(asked, by, world.roster)
    rule = next((rule for rule in policy.rules if rule.id == lead.rule), None)
    asking = Asking(
        asked, rule.needs if rule else NO_NEEDS, lead, policy, world.roster, world.as_of, world.standing
    )
    members = world.roster.members(pool.id)
    i = members.ids.index(by)
    barriers = asking.barriers(members.reps[i], members.places[i], i, list(codes))
    tell = Moments(policy.policy.zone, world.as_of)
    told = ", ".join(barrier_phrase(barrier, tell) for barrier in barriers)
    return [f"rep: {_called(by, world.roster)} cannot take it: {told}; a manager may give it by hand"]


def _called(rep: str, roster: Roster) -> str:
    known = roster.reps.get(rep)
    return (known.name if known else "") or rep
