"""A table from sums to chances: mean rates of groups of like sums, made to rise (pool adjacent violators), as whole numbers."""

import itertools
from collections.abc import Sequence

GROUPS = 40
LEAST = 50  # leads of a group
HIGHEST = 999  # per mille: nobody is sure

Table = tuple[tuple[int, int], ...]


def calibrated(sums: Sequence[tuple[int, bool]]) -> Table:
    """(sum, chance per mille), both ascending. Of at least one pair."""
    ranked = sorted(sums)
    groups = max(1, min(GROUPS, len(ranked) // LEAST))
    cuts = [len(ranked) * group // groups for group in range(groups + 1)]
    pools: list[tuple[int, int, int]] = []  # leads, sum of sums, had
    for a, b in itertools.pairwise(cuts):
        part = ranked[a:b]
        pools.append((len(part), sum(s for s, _ in part), sum(had for _, had in part)))
        while len(pools) > 1 and pools[-2][2] * pools[-1][0] >= pools[-1][2] * pools[-2][0]:
            last, before = pools.pop(), pools.pop()
            pools.append((last[0] + before[0], last[1] + before[1], last[2] + before[2]))
    table: dict[int, int] = {}
    for n, total, had in pools:
        table[total // n] = min(HIGHEST, max(1, round(1000 * had / n)))
    return tuple(sorted(table.items()))
