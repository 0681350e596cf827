"""Asks one pool and picks who takes the lead. It moves no credit itself: it says what moves (`apply` does it)."""

import msgspec

from firstright.core import credit
from firstright.core.decision import Asked, Code, CreditChange, Spread, Turned
from firstright.core.eligibility import Ruled, ask
from firstright.core.lead import Cause, Lead
from firstright.core.policy import Needs
from firstright.core.pools import LEAD, Pool
from firstright.core.roster import PoolMembers
from firstright.core.world import PoolStanding, World


class Picked(msgspec.Struct, frozen=True):
    """A pool's answer. `rep` is empty when nobody can take the lead; `ruled` then says why, member by member."""

    asked: Asked
    ruled: Ruled
    rep: str = ""
    credits: tuple[CreditChange, ...] = ()


def pick(pool: Pool, lead: Lead, cause: Cause, needs: Needs, world: World) -> Picked:
    members = world.roster.members(pool.id)
    ruled = ask(pool, lead, cause, needs, world)
    out = 0
    for bits in ruled.values():
        out |= bits
    size = len(members.ids)
    mask = ((1 << size) - 1) & ~out
    eligible = credit.bits_of(mask)
    codes = tuple([(code, f"{bits:x}") for code, bits in ruled.items()])
    if not eligible:
        return Picked(Asked(pool.id, size, codes), ruled)
    standing, spreads = settled(world.standing.pool(pool.id, lead.lane), members, ruled, lead.lane)
    won = credit.winner(standing, members.weights, eligible)
    turned = Turned(pool.id, lead.lane, standing.seq + 1, members.ids[won], LEAD, f"{mask:x}")
    return Picked(Asked(pool.id, size, codes, turned.winner), ruled, turned.winner, (*spreads, turned))


def settled(
    standing: PoolStanding, members: PoolMembers, ruled: Ruled, lane: str
) -> tuple[PoolStanding, tuple[Spread, ...]]:
    """The standing over today's members, after the credit of those who have left was spread among the rest.

    Whoever has not joined yet gets nothing of it: a joiner starts at zero.
    """
    standing = credit.align(standing, members.ids)
    size = len(members.ids)
    left = ruled.get(Code.LEFT, 0)
    stayers = ((1 << size) - 1) & ~(left | ruled.get(Code.NOT_IN_POOL, 0))
    if not left and len(standing.members) == size:
        return standing, ()
    spreads = []
    for i, amount in enumerate(standing.credit):
        if amount and (i >= size or left >> i & 1) and stayers:
            spread = Spread(members.pool, lane, standing.seq + 1, standing.members[i], f"{stayers:x}")
            standing = credit.spread(standing, members.weights, i, credit.bits_of(stayers))
            spreads.append(spread)
    return (credit.align(standing, members.ids) if spreads else standing), tuple(spreads)
