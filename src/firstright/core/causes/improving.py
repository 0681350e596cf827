"""Better knowledge of a lead that somebody has: whether it may move it, and whether where it would land is better at all."""

import msgspec

from firstright.core.assignment.stood import as_recorded
from firstright.core.causes.overriding import shielded
from firstright.core.compiled import Compiled
from firstright.core.decision import OTHERWISE, Decision
from firstright.core.hysteresis import other_sides
from firstright.core.knowing import knowing
from firstright.core.landing import Landing, Notes
from firstright.core.lead import Cause, HolderKind, Lead, Outcome
from firstright.core.matching import Match
from firstright.core.routing import concluded, kept, route
from firstright.core.world import World


def improved(lead: Lead, cause: Cause, known: Match, policy: Compiled, world: World) -> Decision:
    """Better knowledge moves an owned lead only while that harms nobody: unlocked, untouched, soon, seldom, upwards."""
    if refusal := _shield(lead, policy, world):
        return kept(lead, refusal)
    notes = Notes()
    # As if nobody had had it: else its owner, who is among them, would be passed over for somebody no better.
    fresh = msgspec.structs.replace(lead, tried=())
    landing = route(fresh, cause, known, policy, world, notes)
    if not _is_better(landing, lead, policy):
        return kept(lead, "no-better", notes=notes)
    if landing.holder.kind is HolderKind.REP and landing.holder.id in lead.past:
        return kept(lead, "to-and-fro", notes=notes)
    if _by_a_hair(fresh, cause, known, policy, world, notes):
        return kept(lead, "hysteresis", notes=notes)
    return concluded(landing, lead, policy, world, notes)


def _by_a_hair(fresh: Lead, cause: Cause, known: Match, policy: Compiled, world: World, notes: Notes) -> bool:
    """Whether it would stay, had the numbers that crossed an edge by little not crossed it.

    Whoever is asked only for that is noted as such, and what is noted is all that is read: a replay has no more.
    """
    read = {asked.pool: as_recorded(asked) for asked in notes.asked}
    for facts in other_sides(fresh.facts, policy.edges, policy.policy.hysteresis):
        otherwise, would = msgspec.structs.replace(fresh, facts=facts), Notes()
        if policy.knows:  # its segment, too, may hang on the number
            otherwise = knowing(otherwise, cause, known, policy, world.as_of, accounts=None)
        there = msgspec.structs.replace(world, stood={**(world.stood or {}), **read})
        landing = route(otherwise, cause, known, policy, there, would)
        for asked in would.asked:
            if asked.pool not in read:
                read[asked.pool] = as_recorded(asked)
                notes.asked.append(msgspec.structs.replace(asked, pool=OTHERWISE + asked.pool))
        if not _is_better(landing, otherwise, policy):
            return True
    return False


def _shield(lead: Lead, policy: Compiled, world: World) -> str:
    """Why no improvement may move an owned lead; empty when one may."""
    limits = policy.policy
    locked = lead.locked_until is not None and world.as_of < lead.locked_until
    if lead.touched or locked or shielded(lead, policy):
        return "locked"
    if lead.improved >= limits.max_improvements:
        return "budget-spent"
    if world.as_of > lead.arrived_at + limits.improve_within:
        return "too-late"
    return ""


def _is_better(landing: Landing, lead: Lead, policy: Compiled) -> bool:
    """Whether an owned lead may move for it: to another holder at once, under a rule above the one it is held by.

    Owner precedence stands above all rules. Waiting is never better than an owner. A rule that is gone binds nobody.
    """
    if landing.holder == lead.holder or landing.outcome in (Outcome.WAITING, Outcome.OFFERED):
        return False
    if landing.rule is None:
        return landing.outcome is Outcome.OWNER
    order = [rule.id for rule in policy.rules]
    if lead.rule and lead.rule not in order:
        return True
    return bool(lead.rule) and order.index(landing.rule.id) < order.index(lead.rule)
