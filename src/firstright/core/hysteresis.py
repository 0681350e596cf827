"""Edges that bend: where a number lies so near to an edge of the rules that it might as well be on its other side.

It moves nothing. Whole numbers only: an edge lies between two of them, and every comparison is exact.
"""

from collections.abc import Iterator, Mapping
from itertools import islice, product

from firstright.core.lead import Fact
from firstright.core.policy import Policy
from firstright.core.rules.conditions import AllOf, AnyOf, Condition, Not
from firstright.core.rules.predicates import Op, Test

MOST = 64  # ways in which the numbers of one lead may lie otherwise: few policies have more than two bending fields
Edges = Mapping[str, tuple[int, ...]]  # by field, ascending: the last number below each edge


def edges_of(policy: Policy) -> dict[str, tuple[int, ...]]:
    """Where the rules of a policy cut the fields that bend, and the tables of what rules ask for: segments, points."""
    found: dict[str, set[int]] = {name: set() for name in policy.hysteresis}
    if found:
        points = policy.score.points if policy.score else ()
        asked = [rule.when for rule in policy.rules] + [row.when for row in policy.derivations]
        for when in (*asked, *[row.when for row in points]):
            for test in _tests(when):
                if test.field in found:
                    found[test.field].update(_cuts(test))
    return {name: tuple(sorted(edges)) for name, edges in found.items()}


def other_sides(
    facts: Mapping[str, Fact], edges: Edges, per_cent: Mapping[str, int]
) -> Iterator[dict[str, Fact]]:
    """The same facts with numbers put back over edges they are beyond by no more than so many per cent of the edge;
    every way in which some of them may be, at most MOST."""
    near = {
        name: [have, *_near(have, edges[name], per_cent[name])]
        for name in edges
        if isinstance(have := facts.get(name), int) and not isinstance(have, bool)
    }
    ways = product(*near.values())
    next(ways)  # as it is
    for values in islice(ways, MOST):
        yield {**facts, **dict(zip(near, values, strict=True))}


def _near(have: int, edges: tuple[int, ...], per_cent: int) -> Iterator[int]:
    """The nearest number on the other side of each edge that is near enough."""
    for below in edges:
        if have > below and (have - below) * 100 <= per_cent * abs(below):
            yield below
        if have <= below and (below + 1 - have) * 100 <= per_cent * abs(below + 1):
            yield below + 1


def _cuts(test: Test) -> Iterator[int]:
    for value in test.values:
        if isinstance(value, bool) or not isinstance(value, int):
            continue
        if test.op in (Op.MIN, Op.BELOW, Op.IN, Op.NOT_IN):
            yield value - 1
        if test.op in (Op.MAX, Op.ABOVE, Op.IN, Op.NOT_IN):
            yield value


def _tests(condition: Condition) -> Iterator[Test]:
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _tests(part)
        case Not(part):
            yield from _tests(part)
        case _:
            yield condition
