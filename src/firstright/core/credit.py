"""Entitlement credit: who has earned which share of a pool's leads, in exact integers of 10⁻⁹ leads.

Pure arithmetic on one pool's standing. It does not know who is eligible or why (`eligibility`), nor what a lead is.

For each counted lead every eligible member earns a share by weight and one of them pays what was earned, so nobody
owes or is owed for time they were absent. Who wins is Tijdeman's rule for the chairman assignment problem
(R. Tijdeman, "The chairman assignment problem", Discrete Mathematics 32, 1980): among those whose credit has
reached 1/(2n-2), the one whose next lead is due soonest. With a constant set no member ever deviates from its
share by more than 1 - 1/(2n-2) of a lead.
"""

from collections.abc import Sequence
from functools import lru_cache

from firstright.core.pools import LEAD
from firstright.core.world import PoolStanding

SLACK = 1_000  # shares are floored: a credit that is ripe in theory may be some units short


@lru_cache(512)
def bits_of(mask: int) -> tuple[int, ...]:
    """Positions of the set bits, ascending."""
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return tuple(found)


def winner(standing: PoolStanding, weights: Sequence[int], eligible: Sequence[int], cost: int = LEAD) -> int:
    """The position of the member who takes the next lead. `eligible` must not be empty.

    Ties: larger credit, then least recently assigned, then pool position.
    """
    n = len(eligible)
    if n == 1:
        return eligible[0]
    credit, last = standing.credit, standing.last
    total, classes = _by_weight(tuple(weights), tuple(eligible))
    scale = 2 * n - 2
    step = scale * cost
    ranks = []
    for weight, members in classes:  # of equal weights, the one with the most credit is due first
        most = max([credit[i] for i in members])
        since, first = min([(last[i], i) for i in members if credit[i] == most])
        owed = (most + cost * weight // total) * scale
        if owed >= cost - SLACK:
            due = -((owed - step + cost) * total // (step * weight))
            ranks.append((0, due, -owed, since, first))
        else:  # who wins when nobody is ripe: the others' credit is held by people who are away
            ranks.append((1, 0, -owed, since, first))
    return min(ranks)[-1]


@lru_cache(512)  # a pool asks again and again for the same few sets of members
def _by_weight(
    weights: tuple[int, ...], eligible: tuple[int, ...]
) -> tuple[int, tuple[tuple[int, tuple[int, ...]], ...]]:
    """(sum of the weights, members of each weight)."""
    classes: dict[int, list[int]] = {}
    for i in eligible:
        classes.setdefault(weights[i], []).append(i)
    total = sum(weight * len(members) for weight, members in classes.items())
    return total, tuple((weight, tuple(members)) for weight, members in classes.items())


def turn(
    standing: PoolStanding, weights: Sequence[int], eligible: Sequence[int], won: int, cost: int = LEAD
) -> PoolStanding:
    """The standing after `won` took one lead of `cost`. The sum of credits does not change."""
    credit = list(standing.credit)
    total = sum([weights[i] for i in eligible])
    paid = 0
    for i in eligible:
        share = cost * weights[i] // total
        credit[i] += share
        paid += share
    credit[won] -= paid
    last = list(standing.last)
    last[won] = standing.seq + 1
    return PoolStanding(standing.seq + 1, standing.members, tuple(credit), tuple(last))


def align(standing: PoolStanding, members: tuple[str, ...]) -> PoolStanding:
    """The same standing over another pool order: joiners start at zero, members who are gone keep their row
    at the end until their credit is spread.
    """
    if standing.members == members:
        return standing
    was = {rep: (c, n) for rep, c, n in zip(standing.members, standing.credit, standing.last, strict=True)}
    gone = tuple(rep for rep in standing.members if rep not in set(members) and was[rep][0])
    order = (*members, *gone)
    rows = [was.get(rep, (0, 0)) for rep in order]
    return PoolStanding(standing.seq, order, tuple([c for c, _ in rows]), tuple([n for _, n in rows]))


def spread(
    standing: PoolStanding, weights: Sequence[int], leaver: int, stayers: Sequence[int]
) -> PoolStanding:
    """A leaver's credit shared pro rata by weight; what rounding leaves goes to the first. The sum does not change."""
    amount = standing.credit[leaver]
    total = sum([weights[i] for i in stayers])
    credit = list(standing.credit)
    credit[leaver] = 0
    left = amount
    for i in stayers:
        share = amount * weights[i] // total
        credit[i] += share
        left -= share
    credit[stayers[0]] += left
    return PoolStanding(standing.seq + 1, standing.members, tuple(credit), standing.last)
