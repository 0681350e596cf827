"""How fair a pool was over a period, for whoever may see it: figures by rep, and the leads behind each. Reads only.

Names and shares are for everybody who shares the rotation; scores, skips and leads only for who sees those leads.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from firstright.core import fairness as told
from firstright.core.assignment.credit import bits_of
from firstright.core.authority import Actor
from firstright.core.decision import Code
from firstright.core.fairness import Parity, RepShare, Turn
from firstright.core.glimpse import Glimpse, glimpse
from firstright.core.policy import Policy
from firstright.core.roster import PoolMembers, Roster
from firstright.core.why.poolnow import MAIN
from firstright.core.why.teamview import sees, visible
from firstright.desk.explain.explaining import Versions
from firstright.storage import fairness
from firstright.storage.fairness import Row
from firstright.storage.transactions import Tx

DENOMINATOR = "leads that took a turn of the pool's rotation"
MOST_ROSTERS = 20  # versions of the roster read for one report: a large one takes a second


class Period(msgspec.Struct, frozen=True):
    """[begins, ends), said in `zone`."""

    begins: datetime
    ends: datetime
    zone: str


class RepFairness(msgspec.Struct, frozen=True):
    """`share` without scores and skips where `seen` is false: their leads are not the visitor's to see."""

    rep: str
    name: str
    seen: bool
    share: RepShare


class GivenLead(msgspec.Struct, frozen=True):
    """One counted lead. `could` are those who shared it, `ruled` who could not take it and why; both only of reps the
    visitor is told of. `lead` is empty where it is not theirs to see."""

    seq: int
    at: datetime
    rep: str
    lead: str
    score: int | None
    could: frozenset[str]
    ruled: tuple[tuple[Code, tuple[str, ...]], ...]


class Report(msgspec.Struct, frozen=True):
    """`since` is from when leads were counted, where the period has more than are read; `skips_since` from when skips were.

    `others` are members of whom the visitor is told nothing; their leads are counted all the same.
    """

    pool: str
    name: str
    method: str
    period: Period
    lane: str
    denominator: str
    read: int  # rows of the ledger
    since: datetime | None
    skips_since: datetime | None
    counted: int
    jain: float
    furthest: int  # 10⁻⁹ leads
    parity: Parity | None
    reps: tuple[RepFairness, ...]
    others: int
    leads: tuple[GivenLead, ...]  # newest first


def report(
    tx: Tx, actor: Actor, pool: str, policy: Policy, roster: Roster, versions: Versions, asked: Period
) -> Report | None:
    """None for a pool there is not, or of which the actor is told nothing."""
    names = {rep.id: rep.name or rep.id for rep in visible(actor, roster)}
    members = roster.members(pool)
    if pool not in policy.pools or not (actor.sees_all or any(rep in names for rep in members.ids)):
        return None
    found = fairness.period(tx, pool, MAIN, asked.begins, asked.ends)
    orders = _orders(tx, found.rows, pool, versions)
    glimpses = [glimpse(row.record, pool) for row in found.rows]
    turns = [
        _turn(row, seen, orders.get(row.roster_version))
        for row, seen in zip(found.rows, glimpses, strict=True)
    ]
    whole = told.fairness(turns, found.returned, members.ids)
    if actor.sees_all:  # somebody the roster of today does not know any more had a share, too
        names |= {share.rep: share.rep for share in whole.reps if share.rep not in names}
    known = [share for share in whole.reps if share.rep in names and _is_there(share, members)]
    return Report(
        pool=pool,
        name=policy.pools[pool].name or pool,
        method=policy.pools[pool].method.value,
        period=asked,
        lane=MAIN,
        denominator=DENOMINATOR,
        read=found.read,
        since=found.since,
        skips_since=_skips_since(found.rows, orders),
        counted=whole.counted,
        jain=whole.jain,
        furthest=whole.furthest,
        parity=whole.parity,
        reps=tuple(_rep(share, names[share.rep], actor) for share in known),
        others=sum(share.rep not in names for share in whole.reps),
        leads=tuple(
            _lead(row, turn, names, actor)
            for row, turn in zip(reversed(found.rows), reversed(turns), strict=True)
        ),
    )


def _orders(tx: Tx, rows: Iterable[Row], pool: str, versions: Versions) -> dict[int, PoolMembers]:
    """The pool's members by roster version, of the latest versions met."""
    met = sorted({row.roster_version for row in rows if row.roster_version}, reverse=True)
    return {version: versions.roster(tx, version).members(pool) for version in met[:MOST_ROSTERS]}


def _turn(row: Row, seen: Glimpse, order: PoolMembers | None) -> Turn:
    ruled: tuple[tuple[Code, tuple[str, ...]], ...] = ()
    if order is not None:
        size = len(order.ids)
        ruled = tuple(
            [(code, tuple([order.ids[i] for i in bits_of(bits) if i < size])) for code, bits in seen.ruled]
        )
    return Turn(row.rep, row.cost, row.members, ruled, seen.score)


def _skips_since(rows: Iterable[Row], orders: Mapping[int, PoolMembers]) -> datetime | None:
    """When the first lead whose skips could be told was counted, if there was one before it."""
    read = [row.roster_version in orders for row in rows]
    if all(read):
        return None
    return next((row.at for row in rows if row.roster_version in orders), None)


def _is_there(share: RepShare, members: PoolMembers) -> bool:
    """Who has left long ago and had nothing in the period is not listed."""
    return bool(share.eligible or share.returned) or (
        share.rep in members.ids and members.reps[members.ids.index(share.rep)].left is None
    )


def _rep(share: RepShare, name: str, actor: Actor) -> RepFairness:
    seen = sees(actor, share.rep)
    if not seen:
        share = msgspec.structs.replace(share, scored=0, score=None, skips={})
    return RepFairness(share.rep, name, seen, share)


def _lead(row: Row, turn: Turn, names: Mapping[str, str], actor: Actor) -> GivenLead:
    seen = sees(actor, row.rep)
    ruled = [(code, tuple([rep for rep in reps if sees(actor, rep)])) for code, reps in turn.ruled]
    return GivenLead(
        row.seq,
        row.at,
        row.rep if row.rep in names else "",
        row.lead_id if seen else "",
        turn.score if seen else None,
        frozenset([rep for rep, _ in row.members if rep in names]),
        tuple([(code, reps) for code, reps in ruled if reps]),
    )
