"""What stands is written a row a scope, and comes back as far as later turns changed it."""

from datetime import datetime

from firstright.core.world import Load, PoolStanding, Presence, Seen, Standing, Tally
from firstright.storage import decisions, standing, turns
from firstright.storage.rows import Rows
from firstright.storage.transactions import Database
from storage.inbound import FIVE, NOON

SMB = PoolStanding(7, ("ada", "noor"), (-500_000_000, 500_000_000), (7, 6))
OWED = PoolStanding(3, ("ada",), (0,), (3,), (200,), 1_772_000_000, (1_000_000_000,))
EARLY = Standing(
    changed_pools={("smb", "import:fair"): SMB, ("ent", "main"): OWED},
    changed_loads={"ada": Load(3, 4_500_000_000, 1, 2, 70)},
    changed_tallies={("cooldown:smb", "ada"): Tally(at=(5, 9)), ("daily", "ada"): Tally(4, 2)},
)
LATE = Standing(
    changed_loads={"noor": Load()},
    changed_tallies={("daily", "noor"): Tally(4, 1)},
    changed_seen={"noor": Seen(Presence.AWAY, NOON + FIVE)},
)


def write(database: Database, what: Standing, turn: int, at: datetime = NOON) -> None:
    rows = Rows()
    rows.standing += standing.rows(what, turn)
    with database.write() as tx:
        turns.take(tx, "ada", at)
        decisions.write(tx, rows)


def test_standing_comes_back_as_far_as_later_turns_changed_it(database: Database) -> None:
    write(database, EARLY, 4)
    write(database, LATE, 5)
    with database.read() as tx:
        assert standing.load(tx, -1) == Standing(
            EARLY.changed_pools,
            EARLY.changed_loads | LATE.changed_loads,
            EARLY.changed_tallies | LATE.changed_tallies,
            LATE.changed_seen,
        )
        assert standing.load(tx, 4) == Standing(
            {}, LATE.changed_loads, LATE.changed_tallies, LATE.changed_seen
        )
        assert standing.load(tx, 5) == Standing()
