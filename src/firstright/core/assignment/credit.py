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

from msgspec.structs import replace

from firstright.core.pools import LEAD
from firstright.core.world import PoolStanding

NOBODY = (2, 0, 0)  # ranks after everybody
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
    best, even = NOBODY, list[tuple[int, tuple[int, ...]]]()
    for weight, members in classes:  # of equal weights, the one with the most credit is due first
        most = max([credit[i] for i in members])
        owed = (most + cost * weight // total) * scale
        # The first of these wins when nobody is ripe: the others' credit is held by people who are away.
        rank = (1, 0, -owed)
        if owed >= cost - SLACK:
            rank = (0, -((owed - step + cost) * total // (step * weight)), -owed)
        if rank < best:
            best, even = rank, [(most, members)]
        elif rank == best:
            even.append((most, members))
    return min([(last[i], i) for most, members in even for i in members if credit[i] == most])[1]


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
    standing: PoolStanding,
    weights: Sequence[int],
    eligible: Sequence[int],
    won: int,
    cost: int = LEAD,
    *,
    owing: Sequence[int] = (),
    period: int = 0,
) -> PoolStanding:
    """The standing after `won` took one lead of `cost`. The sum of credits does not change.

    `owing` are members whose absence is made up: what they would have earned is noted as owed to them.
    """
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
    owed = standing.owed
    if owing:
        debts = list(owed or (0,) * len(credit))
        for i in owing:
            debts[i] += missed(weights, i, total, cost)
        owed = tuple(debts)
    counts = counts_in(standing, period) if period else standing.counts
    if counts:  # also by another method: whoever goes back to counting within the period counts it
        counted = list(counts)
        counted[won] += cost
        counts = tuple(counted)
    return PoolStanding(
        standing.seq + 1,
        standing.members,
        tuple(credit),
        tuple(last),
        owed,
        period or standing.period,
        counts,
    )


def missed(weights: Sequence[int], absent: int, total: int, cost: int) -> int:
    """What somebody who is away would have earned of a lead beside those who shared it, whose weights sum to `total`."""
    return cost * weights[absent] // (total + weights[absent])


def counts_in(standing: PoolStanding, period: int) -> tuple[int, ...]:
    """What each member got in a period, in 10⁻⁹ leads. At its beginning credit is carried over, no more than one lead."""
    if standing.period == period and standing.counts:
        return standing.counts
    return tuple([-max(-LEAD, min(LEAD, credit)) for credit in standing.credit])


def align(standing: PoolStanding, members: tuple[str, ...]) -> PoolStanding:
    """The same standing over another pool order: joiners start at zero, members who are gone keep their row
    at the end until their credit is spread.
    """
    if standing.members == members:
        return standing
    there = set(members)
    was = dict(zip(standing.members, range(len(standing.members)), strict=True))
    gone = tuple([rep for rep, i in was.items() if rep not in there and standing.credit[i]])
    order = (*members, *gone)
    places = [was.get(rep) for rep in order]

    def over(values: tuple[int, ...]) -> tuple[int, ...]:
        return tuple([0 if i is None else values[i] for i in places]) if values else ()

    return PoolStanding(
        standing.seq,
        order,
        tuple([0 if i is None else standing.credit[i] for i in places]),
        tuple([0 if i is None else standing.last[i] for i in places]),
        over(standing.owed),
        standing.period,
        over(standing.counts),
    )


def spread(
    standing: PoolStanding, weights: Sequence[int], leaver: int, stayers: Sequence[int]
) -> PoolStanding:
    """A leaver's credit shared pro rata by weight; what rounding leaves goes to the first. The sum does not change.
    What they were owed for an absence ends with them."""
    credit = list(standing.credit)
    amount, credit[leaver] = credit[leaver], 0
    _share(credit, amount, weights, stayers)
    owed = standing.owed
    if owed:
        owed = tuple([0 if i == leaver else debt for i, debt in enumerate(owed)])
    return replace(standing, seq=standing.seq + 1, credit=tuple(credit), owed=owed)


def made_up(
    standing: PoolStanding, weights: Sequence[int], rep: int, amount: int, payers: Sequence[int]
) -> PoolStanding:
    """Part of a debt of absence paid by others, pro rata by weight; nothing, when it has lapsed. The sum does not change."""
    credit = list(standing.credit)
    if amount:
        credit[rep] += amount
        _share(credit, -amount, weights, payers)
    owed = list(standing.owed or (0,) * len(credit))
    owed[rep] = owed[rep] - amount if amount else 0
    return replace(
        standing, seq=standing.seq + 1, credit=tuple(credit), owed=tuple(owed) if any(owed) else ()
    )


def returned(standing: PoolStanding, rep: int, cost: int) -> PoolStanding:
    """Credit given back, or adjusted by hand: the sum grows by as much. Where it counts by period, it is as if they had got
    so much less."""
    credit, counts = list(standing.credit), list(standing.counts)
    credit[rep] += cost
    if counts:
        counts[rep] -= cost
    return replace(standing, seq=standing.seq + 1, credit=tuple(credit), counts=tuple(counts))


def _share(credit: list[int], amount: int, weights: Sequence[int], among: Sequence[int]) -> None:
    total = sum([weights[i] for i in among])
    left = amount
    for i in among:
        share = amount * weights[i] // total
        credit[i] += share
        left -= share
    credit[among[0]] += left
