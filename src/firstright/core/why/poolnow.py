"""A pool as it would answer now, were a lead to come that asks nothing of anybody: who could take it, who would, who is kept from it.

It decides about no lead: what a real one needs may rule out more. Pools whose members take leads themselves give to nobody.
"""

from collections.abc import Sequence
from datetime import datetime

from firstright.core import limits
from firstright.core.assignment.assign import settled
from firstright.core.assignment.credit import align, bits_of
from firstright.core.assignment.eligibility import ask
from firstright.core.assignment.methods import Asking
from firstright.core.assignment.turning import leads_until
from firstright.core.compiled import Compiled
from firstright.core.decision import Asked, Code
from firstright.core.lead import Cause, Lead
from firstright.core.policy import NO_NEEDS
from firstright.core.pools import LEAD, Method, Pool
from firstright.core.roster import BY_PERFORMANCE, Roster
from firstright.core.why.barriers import Asking as Telling
from firstright.core.why.explanation import Barrier
from firstright.core.why.whynot import measured
from firstright.core.world import PoolStanding, Standing, World

MAIN = "main"  # the lane of daily leads; imports may have others
# Of these the ledger alone says whose turn comes when; the others also look at the lead, at loads, or at who is there.
BY_LEDGER = frozenset(
    {Method.CREDIT, Method.PERFORMANCE, Method.SEQUENCE, Method.LEAST_RECENT, Method.EQUAL_COUNT}
)


class PoolNow:
    """One pool of the policy at one instant; `members` have the weights of that instant."""

    def __init__(
        self, pool: Pool, policy: Compiled, roster: Roster, standing: Standing, as_of: datetime
    ) -> None:
        by = BY_PERFORMANCE if pool.method is Method.PERFORMANCE else ""
        plain = Lead({}, "", as_of)
        self.pool = pool
        self.members = roster.weighed(pool.id, as_of, by)
        self._plain = plain
        self._as_of = as_of
        self._answer = ask(
            pool, plain, Cause.ARRIVED, NO_NEEDS, None, policy, World(as_of, 0, roster, standing)
        )
        free = ((1 << len(self.members.ids)) - 1) & ~self._answer.out
        self.eligible = bits_of(free)
        self._first = bits_of(free & ~self._answer.soft) or self.eligible  # others stand back for these
        where = standing.pool(pool.id, MAIN)
        self._credit = align(where, self.members.ids).credit
        self.standing, _ = settled(where, self.members, self._answer.ruled, MAIN, by)
        self._period = 0
        if pool.method is Method.EQUAL_COUNT:
            start, _ = limits.window(pool.period, pool.zone or policy.policy.zone, as_of)
            self._period = int(start.timestamp())
        have = self._answer.stood
        reached = tuple([(name, f"{bits:x}", until) for name, bits, until in have.limits])
        codes = tuple([(code, f"{bits:x}") for code, bits in self._answer.ruled.items()])
        self._asked = Asked(pool.id, len(self.members.ids), codes, "", reached, have.measured)
        self._telling = Telling(self._asked, NO_NEEDS, plain, policy, roster, as_of, standing)

    @property
    def next(self) -> str:
        """Who would get it; empty where nobody could, or nobody is given any."""
        if not self.eligible or self.pool.method is Method.PULL:
            return ""
        return self.members.ids[self._won(self.standing, self._first)]

    def before(self, rep: str) -> int | None:
        """How many leads come before theirs by the ledger, as if they were on; None within a thousand, and where the ledger
        does not say it alone. Where the least loaded gets it, how many have more room now."""
        me = self.members.ids.index(rep)
        if self.pool.method is Method.LOAD:
            left = sorted({*self._first, me})
            while (won := self._won(self.standing, left)) != me:
                left.remove(won)
            return len({*self._first, me}) - len(left)
        if self.pool.method not in BY_LEDGER:
            return None
        return leads_until(rep, self.members, self.standing, self._first, pick=self._won, period=self._period)

    def credit(self, rep: str) -> int:
        """As the ledger has it, 10⁻⁹ leads; what leavers had is spread among the others with the next turn."""
        return self._credit[self.members.ids.index(rep)]

    def weight(self, rep: str) -> int:
        return self.members.weights[self.members.ids.index(rep)]

    def can(self, rep: str) -> bool:
        return self.members.ids.index(rep) in self.eligible

    def barriers(self, rep: str) -> tuple[Barrier, ...]:
        """Why they could not, with every code."""
        i = self.members.ids.index(rep)
        codes = [code for code in Code if self._answer.ruled.get(code, 0) >> i & 1]
        return self._telling.barriers(self.members.reps[i], self.members.places[i], i, codes)

    def measured(self, rep: str) -> str:
        """What the method compares of them beside the ledger, in words."""
        i = self.members.ids.index(rep)
        if self.pool.method is Method.BEST_FIT:
            return ""  # a lead that prefers nothing fits everybody alike
        return measured(self.pool, self._asked, self.members, i, NO_NEEDS)

    def _won(self, standing: PoolStanding, among: Sequence[int]) -> int:
        asking = Asking(
            self.pool,
            self.members,
            standing,
            NO_NEEDS,
            self._plain,
            self._answer,
            cost=LEAD,
            period=self._period,
            as_of=self._as_of,
        )
        return asking.won(among)
