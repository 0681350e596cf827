"""The team page, and one rep's own: gathered in one snapshot and told by the core. It changes nothing and pauses nobody."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from firstright.core.assignment.turning import shares
from firstright.core.authority import Actor
from firstright.core.compiled import Compiled
from firstright.core.roster import Roster
from firstright.core.why.poolnow import MAIN
from firstright.core.why.teamview import Team, sees, visible
from firstright.core.why.teamview import team as told
from firstright.core.world import Standing
from firstright.storage import standing, teamview
from firstright.storage.teamview import Rotation
from firstright.storage.transactions import Tx

WEEK, MONTH = timedelta(days=7), timedelta(days=30)


def team(tx: Tx, actor: Actor, policy: Compiled, roster: Roster, now: datetime) -> Team:
    """The reps they may see, with what of each is theirs to see. The same number of queries for one rep and a hundred."""
    standing = standing_now(tx)
    reps = visible(actor, roster)
    rotations = _rotations((m.pool for rep in reps for m in rep.memberships), standing)
    week = teamview.turns(tx, rotations, now - WEEK)
    month = teamview.turns(tx, rotations, now - MONTH)
    hands = teamview.hands(tx, [rep.id for rep in reps if sees(actor, rep.id)])
    return told(actor, roster, policy, standing, hands, shares(week.rows), shares(month.rows), month.cut, now)


def standing_now(tx: Tx) -> Standing:
    """Every rotation and load as of the last turn."""
    return standing.load(tx, -1)


def _rotations(pools: Iterable[str], standing: Standing) -> list[Rotation]:
    return [
        Rotation(pool, MAIN, seq) for pool in sorted(set(pools)) if (seq := standing.pool(pool, MAIN).seq)
    ]
