"""Where every rotation stood before a decision: folded from the ledger, from its last checkpoint or from the first row.

It reads and folds; it never writes, and it asks no writer's memory: that is what it is checked against.
"""

from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

from firstright.core.causes.creditback import adjusted
from firstright.core.replay import Difference, Entry, Rotation, moved_in_order
from firstright.core.roster import Roster
from firstright.core.world import PoolStanding
from firstright.storage import ledger
from firstright.storage.transactions import Tx

Read = Callable[[], AbstractContextManager[Tx]]
Rosters = Callable[[int], Roster]
BY_HAND = "manual"  # the kind of row that no decision makes
AHEAD = 1_000  # rows of one rotation read at a time


def stood(tx: Tx, rotation: Rotation, seq: int, rosters: Rosters) -> PoolStanding:
    """The standing after row `seq`. ValueError when a row between the last checkpoint and it cannot be followed."""
    standing = ledger.last_check(tx, *rotation, seq)
    for entry in ledger.entries(tx, *rotation, after=standing.seq, upto=seq):
        standing = after(standing, entry, rosters)
    if standing.seq != seq:
        raise ValueError(f"the ledger of {'/'.join(rotation)} ends at row {standing.seq}")
    return standing


class Rotations:
    """All rotations in one pass over the decisions in their order. A row that cannot be followed is told, once."""

    def __init__(self, read: Read, rosters: Rosters) -> None:
        self._read = read
        self._rosters = rosters
        self._ahead: dict[str, list[Entry]] = {}  # by decision: read, not folded yet
        self._by_hand: dict[Rotation, deque[Entry]] = {}  # rows of no decision, likewise
        self._waiting: dict[Rotation, int] = {}  # how many rows of a rotation those are
        self._upto: dict[Rotation, int] = {}  # the last row read
        with read() as tx:
            self._dry = set(ledger.rotations(tx))
            self._checks = ledger.checks(tx)
        self.standing: dict[Rotation, PoolStanding] = {}

    def reach(self, decision_id: str, as_of: datetime) -> tuple[Difference, ...]:
        """Moves on by what was adjusted by hand before this decision was made: it found the rotations so."""
        for rotation in sorted(self._dry):
            self._fill(rotation)
        first: dict[Rotation, int] = {}
        for entry in self._ahead.get(decision_id, ()):
            first.setdefault((entry.pool, entry.lane), entry.seq)
        told: list[Difference] = []
        for rotation, rows in self._by_hand.items():
            before = first.get(rotation, 0)
            while rows and (rows[0].seq < before or rows[0].at <= as_of) and self._is_next(rows[0]):
                told += self._fold(rows.popleft())
        return tuple(told)

    def fold(self, decision_id: str) -> tuple[Difference, ...]:
        """Moves on by what this decision wrote into the ledger. Every decision must pass here, in order."""
        told: list[Difference] = []
        for entry in self._ahead.pop(decision_id, ()):
            told += self._fold(entry)
        return tuple(told)

    def _fold(self, entry: Entry) -> list[Difference]:
        rotation = (entry.pool, entry.lane)
        self._waiting[rotation] -= 1
        if not self._waiting[rotation]:
            self._fill(rotation)
        try:
            standing = after(self.standing.get(rotation, PoolStanding()), entry, self._rosters)
        except (ValueError, LookupError) as error:
            return [Difference(_place(entry), entry.rep, str(error))]
        self.standing[rotation] = standing
        kept = self._checks.get((*rotation, entry.seq), standing)
        return (
            []
            if kept == standing
            else [Difference(f"checkpoint {_place(entry)}", repr(kept), repr(standing))]
        )

    def _is_next(self, entry: Entry) -> bool:
        return entry.seq == self.standing.get((entry.pool, entry.lane), PoolStanding()).seq + 1

    def _fill(self, rotation: Rotation) -> None:
        self._dry.discard(rotation)
        with self._read() as tx:
            entries = ledger.entries(tx, *rotation, after=self._upto.get(rotation, 0), limit=AHEAD)
        for entry in entries:
            if entry.kind == BY_HAND:
                self._by_hand.setdefault(rotation, deque()).append(entry)
            else:
                self._ahead.setdefault(entry.decision_id or "", []).append(entry)
        if entries:
            self._upto[rotation] = entries[-1].seq
            self._waiting[rotation] = len(entries)


def after(standing: PoolStanding, entry: Entry, rosters: Rosters) -> PoolStanding:
    """The standing after one more row. ValueError when it is not the next, or cannot be followed."""
    if entry.kind == BY_HAND:
        if entry.seq != standing.seq + 1:
            raise ValueError(f"row {entry.seq} follows row {standing.seq}")
        return adjusted(standing, entry.rep, entry.cost)
    if entry.roster_version is None:
        raise ValueError("no decision made this row")
    return moved_in_order(standing, entry, rosters(entry.roster_version).members(entry.pool))


def _place(entry: Entry) -> str:
    return f"ledger {entry.pool}/{entry.lane} row {entry.seq}"
