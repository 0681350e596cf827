"""My turn, and why not me: where a rep stands in each rotation, and what became of the leads its pools were asked for.

Pure. Whose leads and names the visitor may see is handed in; who won is told as "another rep" where it is not.
"""

from collections.abc import Callable
from datetime import datetime

import msgspec

from firstright.core.compiled import Compiled
from firstright.core.decision import Asked
from firstright.core.record import Record
from firstright.core.roster import Roster
from firstright.core.why.explanation import SOMEBODY, Barrier, Person
from firstright.core.why.poolnow import PoolNow
from firstright.core.why.whynot import members
from firstright.core.world import PoolStanding, Standing

Sees = Callable[[str], bool]


class MyTurn(msgspec.Struct, frozen=True):
    """A rep in one rotation now. `before` leads come before theirs if everybody who is on stays so and nobody else comes: 0
    is "the next one is theirs", None not within a thousand, or that the method goes by more than the ledger. It is told as
    if they were on, whether they are or not; where the least loaded gets it, it says how many have more room.
    """

    pool: str
    name: str
    weight: int
    credit: int  # 10⁻⁹ leads
    before: int | None
    on: int  # members who could take a lead now
    am_on: bool
    method: str = "credit"  # pools.Method
    barriers: tuple[Barrier, ...] = ()  # why they could not
    measured: str = ""  # what the method compares of them, in words


class Skip(msgspec.Struct, frozen=True):
    """One counted lead of a pool of theirs. `credit` and `of_winner` stood to their names before it, in 10⁻⁹ leads; None
    where the ledger cannot say. `lead` is empty where it is not the visitor's to see, `winner_measured` where the winner is not.
    """

    decision: str
    at: datetime
    pool: str
    name: str
    rule: str
    lead: str
    verdict: str  # won | eligible | ruled-out | not-a-member | erased
    barriers: tuple[Barrier, ...] = ()
    credit: int | None = None
    of_winner: int | None = None
    winner: Person | None = None
    method: str = "credit"  # pools.Method
    measured: str = ""  # what the method compared of them, in words
    winner_measured: str = ""


class Drawn(msgspec.Struct, frozen=True):
    """A counted lead as stored: the decision, its record (None: erased), where the rotation stood before it."""

    decision: str
    lead: str
    at: datetime
    pool: str
    rule: str
    winner: str
    record: Record | None
    standing: PoolStanding | None


def my_turns(
    rep: str, roster: Roster, policy: Compiled, standing: Standing, as_of: datetime
) -> tuple[MyTurn, ...]:
    """In the order of their memberships."""
    found = []
    for place in roster.reps[rep].memberships:
        pool = policy.policy.pools.get(place.pool)
        if pool is None or rep not in roster.members(place.pool).ids:
            continue
        now = PoolNow(pool, policy, roster, standing, as_of)
        found.append(
            MyTurn(
                place.pool,
                pool.name or place.pool,
                now.weight(rep),
                now.credit(rep),
                now.before(rep),
                len(now.eligible),
                now.can(rep),
                pool.method,
                now.barriers(rep),
                now.measured(rep),
            )
        )
    return tuple(found)


def skipped(rep: str, drawn: Drawn, policy: Compiled, roster: Roster, sees: Sees, lead_seen: bool) -> Skip:
    """What this lead was to the rep. `policy` and `roster` are the versions of the decision."""
    lead = drawn.lead if lead_seen else ""
    known = policy.policy.pools.get(drawn.pool)
    name = (known.name if known else "") or drawn.pool
    asked = _asked(drawn)
    if drawn.record is None or asked is None:
        return Skip(drawn.decision, drawn.at, drawn.pool, name, drawn.rule, lead, "erased")
    rule = next((rule for rule in policy.rules if rule.id == drawn.rule), None)
    standing = None
    if drawn.standing is not None:
        standing = Standing({(drawn.pool, drawn.record.lead.lane): drawn.standing})
    told = members(asked, rule, drawn.record.lead, policy, roster, drawn.record.as_of, standing)
    mine = next((member for member in told if member.rep.id == rep), None)
    winner = next((member for member in told if member.rep.id == drawn.winner), None)
    return Skip(
        drawn.decision,
        drawn.at,
        drawn.pool,
        name,
        drawn.rule,
        lead,
        mine.verdict if mine else "not-a-member",
        mine.barriers if mine else (),
        mine.credit if mine else None,
        winner.credit if winner else None,
        (winner.rep if sees(winner.rep.id) else SOMEBODY) if winner else None,
        known.method if known else "credit",
        mine.measured if mine else "",
        winner.measured if winner and sees(winner.rep.id) else "",
    )


def _asked(drawn: Drawn) -> Asked | None:
    if drawn.record is None:
        return None
    return next((a for a in drawn.record.decision().trace.asked if a.pool == drawn.pool and a.winner), None)
