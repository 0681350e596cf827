"""Reads a rep's places in pools: weight, when they joined and left, and the ramp on the way to the full weight.

Whether there is such a pool is `lint`'s business.
"""

from datetime import UTC, datetime

from firstright.core.documents.reading import Table
from firstright.core.roster import Membership, Step

HEAVIEST = 1_000_000

_NEVER = datetime(2199, 1, 1, tzinfo=UTC)  # stands in for a date that did not read well


def read_memberships(row: Table) -> tuple[Membership, ...]:
    """`pools = { inbound = 2, overflow = { weight = 4, joined = ..., ramp = [...] } }`."""
    pools = row.table("pools")
    return tuple(_membership(pools, pool) for pool in pools.data)


def _membership(pools: Table, pool: str) -> Membership:
    if not isinstance(pools.data[pool], dict):
        return Membership(pool, weight=read_weight(pools, pool, pools.data[pool]))
    table = pools.table(pool)
    weight = read_weight(table, "weight", table.raw("weight")) if table.has("weight") else 1
    joined, left = table.period("joined", "left")
    ramp = _ramp(table)
    table.close()
    return Membership(pool, weight=weight, joined=joined, left=left, ramp=ramp)


def _ramp(place: Table) -> tuple[Step, ...]:
    found: list[Step] = []
    for row in place.rows("ramp", f"{place.label} ramp"):
        for key in ("from", "weight"):
            if not row.has(key):
                text = f'"{key}" is missing; a step of a ramp is {{ from = 2026-02-01, weight = 2 }}.'
                row.report("key.missing", key, text)
        at = row.instant("from")
        if at and found and at <= found[-1].at:
            text = "Each step begins later than the one before it; order them by their day."
            row.report("ramp.order", "from", text)
        weight = read_weight(row, "weight", row.raw("weight")) if row.has("weight") else 1
        found.append(Step(at or _NEVER, weight))
    return tuple(found)


def read_weight(table: Table, key: str, value: object) -> int:
    """A weight is at least 1: somebody who shall get nothing leaves the pool or is made inactive, visibly."""
    if value == 0 and not isinstance(value, bool):
        table.report(
            "weight.zero", key, "A weight of 0 is no place in the pool; remove it, or set active = false."
        )
        return 1
    return table.whole(key, value, 1, HEAVIEST, 1)
