"""Fairness told from ledger rows: who had how many turns against what they were entitled to, and when somebody's turn comes.

Pure, and exact to the unit of credit: over a stretch in which leads were only counted, credit moves by what was entitled
less what was paid. It decides nothing and moves no credit.
"""

from collections.abc import Callable, Iterable, Sequence

import msgspec

from firstright.core.assignment import credit
from firstright.core.roster import PoolMembers
from firstright.core.world import PoolStanding

Pick = Callable[[PoolStanding, Sequence[int]], int]
FARTHEST = 1_000  # leads looked ahead for somebody's turn


class Counted(msgspec.Struct, frozen=True):
    """`n` counted leads of one pool that one rep won, each of the same cost, shared by the same members by weight."""

    pool: str
    rep: str
    cost: int  # 10⁻⁹ leads
    n: int
    members: tuple[tuple[str, int], ...]


class Share(msgspec.Struct, frozen=True):
    """A rep's turns in a pool beside what their weight entitled them to and what their turns cost, in 10⁻⁹ leads."""

    turns: int = 0
    entitled: int = 0
    paid: int = 0

    def plus(self, turns: int, entitled: int, paid: int) -> "Share":
        return Share(self.turns + turns, self.entitled + entitled, self.paid + paid)


NOTHING = Share()


def shares(rows: Iterable[Counted]) -> dict[tuple[str, str], Share]:
    """By pool and rep. Everybody who was eligible once is there, also who never won."""
    found: dict[tuple[str, str], Share] = {}
    for row in rows:
        total = sum(weight for _, weight in row.members)
        earned = {rep: row.cost * weight // total for rep, weight in row.members}
        for rep, share in earned.items():
            found[row.pool, rep] = found.get((row.pool, rep), NOTHING).plus(0, share * row.n, 0)
        paid = sum(earned.values()) * row.n
        found[row.pool, row.rep] = found.get((row.pool, row.rep), NOTHING).plus(row.n, 0, paid)
    return found


def leads_until(
    rep: str,
    members: PoolMembers,
    standing: PoolStanding,
    eligible: Iterable[int],
    *,
    pick: Pick | None = None,
    period: int = 0,
) -> int | None:
    """How many leads of the pool come before theirs if those eligible stay so and no other is: 0 is "the next one is
    theirs". They are taken to be eligible themselves. None when it is not within a thousand, or they are no member.

    `pick` is how the pool picks one of them, by credit where nothing is said; `period` is the one it counts by.
    """
    if rep not in members.ids:
        return None
    me = members.ids.index(rep)
    among = sorted({*eligible, me})
    standing = credit.align(standing, members.ids)
    for before in range(FARTHEST):
        won = pick(standing, among) if pick else credit.winner(standing, members.weights, among)
        if won == me:
            return before
        standing = credit.turn(standing, members.weights, among, won, period=period)
    return None
