"""Whether a lead that waits for a pool could be taken now, and else when to look again. It takes nothing and moves nothing.

What is asked before a waiting lead is decided again, so that one which must go on waiting costs no decision.
"""

from datetime import UTC, datetime

import msgspec

from firstright.core.assignment.eligibility import Answer, ask, next_opening
from firstright.core.compiled import Compiled
from firstright.core.holding import cause_of
from firstright.core.lead import Cause, Lead
from firstright.core.policy import NO_NEEDS
from firstright.core.pools import Measure, Pool
from firstright.core.relaxing import needs_of, steps_held
from firstright.core.world import World

# Says nothing that could rule anybody out: limits by source or score do not know it.
ANYBODYS = Lead({}, source="", arrived_at=datetime(1970, 1, 1, tzinfo=UTC))


class Look(msgspec.Struct, frozen=True):
    """`can` is whether somebody may take it now; `again` when time may next make a difference, where nobody can."""

    can: bool
    again: datetime | None = None


def anybody(pool: Pool, policy: Compiled, world: World) -> Look:
    """Whether any member is there, with room, for a lead of no needs. Where nobody is, no lead has to be looked at."""
    plain = msgspec.structs.replace(
        pool, load=Measure.LEADS
    )  # how much else a lead is to a load, only it can say
    answer = ask(plain, ANYBODYS, Cause.CAPACITY_FREED, NO_NEEDS, None, policy, world)
    return _look(plain, answer, world)


def look_at(lead: Lead, policy: Compiled, world: World) -> Look:
    """Whether a waiting lead could be taken. One whose pool or rule is gone can: the rules say what becomes of it."""
    going = lead.waiting
    pool = policy.policy.pools.get(going.pool) if going else None
    rule = next((rule for rule in policy.rules if rule.id == lead.rule), None)
    if going is None or pool is None or rule is None:
        return Look(True)
    needs = needs_of(rule, steps_held(rule, pool, lead, world))
    answer = ask(pool, lead, cause_of(lead, Cause.CAPACITY_FREED), needs, rule, policy, world)
    return _look(pool, answer, world)


def _look(pool: Pool, answer: Answer, world: World) -> Look:
    everybody = (1 << len(world.roster.members(pool.id).ids)) - 1
    if everybody & ~answer.out:
        return Look(True)
    return Look(False, next_opening(pool, answer, world.roster, world.as_of))
