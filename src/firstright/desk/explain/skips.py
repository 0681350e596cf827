"""A rep's own page: their turn in each rotation, and the latest leads their pools were asked for, why each went where.

It reads what was recorded and explains it; nothing is decided again. Only leads that were counted on a ledger are told:
one that nobody of a pool could take left no row there.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from firstright.core.authority import Actor
from firstright.core.compiled import Compiled
from firstright.core.lead import Holder, HolderKind
from firstright.core.record import read_record
from firstright.core.roster import Roster
from firstright.core.why.poolnow import MAIN
from firstright.core.why.skips import Drawn, MyTurn, Skip, my_turns, skipped
from firstright.core.why.teamview import sees
from firstright.core.world import PoolStanding
from firstright.desk.explain.explaining import Versions
from firstright.desk.explain.rotations import after as moved_on
from firstright.desk.explain.rotations import stood
from firstright.desk.explain.teams import standing_now
from firstright.storage import leads, ledger, teamview
from firstright.storage.teamview import Latest, Rotation
from firstright.storage.transactions import Tx

END = 2**62
Rows = dict[tuple[str, int], PoolStanding]


class Turns(NamedTuple):
    """`following` is what to give as `after` for the skips behind these: rows still to come, by pool; None at the end."""

    rep: str
    now: tuple[MyTurn, ...]
    skips: tuple[Skip, ...]
    following: dict[str, int] | None


def turns(
    tx: Tx,
    actor: Actor,
    queues: tuple[str, ...],
    rep: str,
    policy: Compiled,
    roster: Roster,
    versions: Versions,
    now: datetime,
    after: Mapping[str, int] | None = None,
    limit: int = 20,
) -> Turns | None:
    """None for a rep there is not, or whose leads are not the actor's to see. `after` names pools that are not theirs in
    vain."""
    if rep not in roster.reps or not sees(actor, rep):
        return None
    pools = [m.pool for m in roster.reps[rep].memberships if m.weight > 0]
    begin = {pool: (after or {}).get(pool, END if after is None else 0) for pool in pools}
    found = teamview.latest(tx, [Rotation(pool, MAIN, seq) for pool, seq in begin.items()], limit + 1)
    shown, more = found[:limit], len(found) > limit
    before = _before(tx, shown, versions)
    holders = leads.rows(tx, {row.lead_id for row in shown})
    seen = {
        name: actor.sees(Holder(HolderKind(row.holder_kind), row.holder_id), queues)
        for name, row in holders.items()
    }
    skips = tuple(
        skipped(
            rep,
            _drawn(row, before),
            versions.policy(tx, row.policy_version),
            versions.roster(tx, row.roster_version),
            lambda other: sees(actor, other),
            seen.get(row.lead_id, False),
        )
        for row in shown
    )
    left = begin | {row.pool: row.seq - 1 for row in shown}
    mine = my_turns(rep, roster, policy, standing_now(tx), now)
    return Turns(rep, mine, skips, left if more else None)


def _drawn(row: Latest, before: Rows) -> Drawn:
    record = read_record(row.record) if row.record else None
    standing = before.get((row.pool, row.seq))
    return Drawn(row.decision_id, row.lead_id, row.at, row.pool, row.rule, row.rep, record, standing)


def _before(tx: Tx, rows: list[Latest], versions: Versions) -> Rows:
    """Where each rotation stood before each of these rows: folded once per pool, from its last checkpoint."""
    found: Rows = {}
    for pool in {row.pool for row in rows}:
        seqs = [row.seq for row in rows if row.pool == pool]
        try:
            found |= _folded(tx, pool, min(seqs), max(seqs), versions)
        except (ValueError, LookupError):
            continue  # `verify` reports what cannot be followed
    return found


def _folded(tx: Tx, pool: str, first: int, last: int, versions: Versions) -> Rows:
    def rosters(version: int) -> Roster:
        return versions.roster(tx, version)

    standing = stood(tx, (pool, MAIN), first - 1, rosters)
    found = {}
    for entry in ledger.entries(tx, pool, MAIN, after=first - 1, upto=last):
        found[pool, entry.seq] = standing
        standing = moved_on(standing, entry, rosters)
    return found
