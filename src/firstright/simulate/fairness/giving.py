"""Who gives a lead in a play: our core by one of its methods, or a peer's rule among those whom our filters let through.

Both ask the very same eligibility of the very same world. What a lead then is to loads and credit, `apply` does for both.
"""

from collections.abc import Callable
from functools import lru_cache

import msgspec

from firstright.core.assignment.assign import pick
from firstright.core.assignment.credit import bits_of
from firstright.core.assignment.eligibility import ask
from firstright.core.compiled import Compiled
from firstright.core.decision import CreditChange, Turned
from firstright.core.lead import Cause, Lead
from firstright.core.policy import Needs, Policy
from firstright.core.pools import LEAD, Method, Pool
from firstright.core.roster import PoolMembers
from firstright.core.rules.fields import CATALOGUE
from firstright.core.world import World
from firstright.simulate.fairness.figures import Shares
from firstright.simulate.fairness.peers import Peer
from firstright.simulate.fairness.team import POOL


class Given(msgspec.Struct, frozen=True):
    """Who got it, who shared it (10⁻⁹ leads) and what it cost; what moves on the ledger, where there is one."""

    rep: str
    shares: Shares
    paid: int
    credits: tuple[CreditChange, ...] = ()


Claims = Callable[[Lead, list[str]], str]  # who of them claims it first


class Ours:
    """A method of ours, through the core that routes real leads."""

    ours = True

    def __init__(self, method: Method, claims: Claims) -> None:
        self.name = method.value
        self.method = method
        self._claims = claims
        self._pool = Pool(POOL, method=method)
        self._policy = _policy(self._pool)

    def back(self, rep: str) -> None:
        """The ledger needs no word: nothing was earned by who was away."""

    def give(self, lead: Lead, needs: Needs, world: World) -> Given | None:
        claimer = ""
        if self.method is Method.PULL:
            out = ask(self._pool, lead, Cause.CLAIMED, needs, None, self._policy, world).out
            free = [rep for i, rep in enumerate(world.roster.members(POOL).ids) if not out >> i & 1]
            if not free:
                return None
            claimer = self._claims(lead, free)
        cause = Cause.CLAIMED if claimer else Cause.ARRIVED
        picked = pick(self._pool, lead, cause, needs, None, self._policy, world, claimer=claimer)
        if not picked.rep:
            return None
        turned = picked.credits[-1]
        assert isinstance(turned, Turned)
        members = world.roster.weighed(POOL, world.as_of, turned.by)
        shares, paid = shared(members.ids, members.weights, int(turned.eligible, 16), turned.cost)
        return Given(picked.rep, shares, paid, picked.credits)


class Theirs:
    """A peer's rule."""

    ours = False
    method = None

    def __init__(self, peer: Peer) -> None:
        self.name = peer.name
        self._peer = peer
        self._pool = Pool(POOL)
        self._policy = _policy(self._pool)

    def back(self, rep: str) -> None:
        self._peer.back(rep)

    def give(self, lead: Lead, needs: Needs, world: World) -> Given | None:
        members = world.roster.weighed(POOL, world.as_of)
        out = ask(self._pool, lead, Cause.ARRIVED, needs, None, self._policy, world).out
        free = ((1 << len(members.ids)) - 1) & ~out
        if not free:
            return None
        rep = self._peer.pick(_weights(members, free), world.as_of)
        shares, paid = shared(members.ids, members.weights, free, LEAD)
        return Given(rep, shares, paid)


Rule = Ours | Theirs


def _policy(pool: Pool) -> Compiled:
    return Compiled(Policy("a year", "year", CATALOGUE, (), (), {POOL: pool}))


def _weights(members: PoolMembers, free: int) -> dict[str, int]:
    return {members.ids[i]: members.weights[i] for i in bits_of(free)}


@lru_cache(4096)
def shared(ids: tuple[str, ...], weights: tuple[int, ...], free: int, cost: int) -> tuple[Shares, int]:
    """What each of them earns of a lead, and what its winner pays: floored as the ledger floors it."""
    total = sum(weights[i] for i in bits_of(free))
    shares = tuple((ids[i], cost * weights[i] // total) for i in bits_of(free))
    return shares, sum(share for _, share in shares)
