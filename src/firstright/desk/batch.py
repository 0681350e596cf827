"""One decision turn under way: what was fetched for it, the world as it changes lead by lead, the rows it will leave.

Work adds to it in order; `write` puts everything down at once. It neither commits nor answers anybody.
"""

from collections.abc import Callable, Iterable

import msgspec

from firstright.core.compiled import Compiled
from firstright.core.roster import Roster
from firstright.core.world import Candidate, Key, Standing, World
from firstright.desk.memory import Memory
from firstright.errors import NoPolicy
from firstright.storage import arrivals, decisions, jobs, leads, ledger, world
from firstright.storage.arrivals import StoredArrival
from firstright.storage.rows import LeadRow, Rows, StandingRow
from firstright.storage.transactions import Tx
from firstright.storage.turns import Turn
from firstright.tracing import OFF, Tracing

EventKey = tuple[str, str]  # (source, event id)
CHECK_EVERY = 1_000  # ledger rows of a rotation between two checkpoints: what a replay folds at most


class Batch:
    def __init__(
        self, tx: Tx, turn: Turn, memory: Memory, new_id: Callable[[], str], tracing: Tracing = OFF
    ) -> None:
        self.tx = tx
        self.turn = turn
        self.memory = memory
        self.new_id = new_id
        self.tracing = tracing
        self.rows = Rows()
        self.stored: dict[EventKey, StoredArrival] = {}
        self.seq = 0
        self.raised: list[tuple[str, int]] = []  # (lead, priority) of repeat enquiries
        self.ended: list[str] = []  # leads whose cycle is over: their clocks stop
        self.superseded: list[tuple[str, int]] = []  # (lead, epoch): what earlier holders had started is over
        self.lead_rows: dict[str, LeadRow] = {}  # of leads there were before, as this batch leaves them
        self._events: set[EventKey] = set()
        self._keys: set[Key] = set()
        self._lead_ids: set[str] = set()
        self._world: World | None = None

    @property
    def policy(self) -> Compiled:
        if self.memory.policy is None:
            raise NoPolicy("policy")
        return self.memory.policy

    @property
    def roster(self) -> Roster:
        if self.memory.roster is None:
            raise NoPolicy("roster")
        return self.memory.roster

    @property
    def world(self) -> World:
        if self._world is None:
            self._world = World(self.turn.now, self.turn.n, self.roster, self.memory.standing())
        return self._world

    def move_to(self, world: World) -> None:
        """The world after one more decision."""
        self._world = world

    def want_event(self, source: str, event: str) -> None:
        self._events.add((source, event))

    def want_keys(self, keys: Iterable[Key]) -> None:
        self._keys.update(keys)

    def want_lead(self, lead_id: str) -> None:
        self._lead_ids.add(lead_id)

    def fetch(self, *, rescuing: bool = False) -> None:
        """Everything the work of this batch asked for, in one look-up per kind.

        `rescuing` asks for earlier events only: the rows of a known lead may be what made the work fail.
        """
        if self._events:
            self.stored = arrivals.stored(self.tx, list(self._events))
        if rescuing:
            return
        if self._lead_ids:
            self.lead_rows = leads.rows(self.tx, list(self._lead_ids))
        known: dict[Key, tuple[Candidate, ...]] = {}
        if self._keys:
            known = {key: tuple(found) for key, found in world.known(self.tx, list(self._keys)).items()}
        if self.memory.roster is not None:
            self._world = msgspec.structs.replace(self.world, known=known)

    def know(self, keys: Iterable[Key]) -> None:
        """Fetches candidates for keys that were found out only under the turn, beside those this batch has made known."""
        missing = [key for key in keys if key not in self._keys]
        if not missing:
            return
        self._keys.update(missing)
        known = dict(self.world.known)
        latest = {c.id: c for found in known.values() for c in found if c.lead}
        for key, found in world.known(self.tx, missing).items():
            here = known.get(key, ())
            ids = {candidate.id for candidate in here}
            known[key] = (*here, *[_as_left(c, latest.get(c.id)) for c in found if c.id not in ids])
        self.move_to(msgspec.structs.replace(self.world, known=known))

    def lead_row(self, lead_id: str) -> LeadRow | None:
        """The row of a lead as this batch leaves it so far."""
        row = self.lead_rows.get(lead_id)
        if row is None:
            row = leads.rows(self.tx, [lead_id]).get(lead_id)
        if row is not None:
            self.lead_rows[lead_id] = row
        return row

    def remember(self) -> None:
        """Called once the commit is known: what this turn changed is now what the writer knows."""
        self.memory.accept(self.turn.n, self._world.standing if self._world else Standing())

    def write(self) -> None:
        turn, standing = self.turn.n, self.world.standing if self._world else None
        if standing:
            for (pool, lane), where in standing.changed_pools.items():
                self.rows.standing.append(
                    StandingRow(world.pool_scope(pool, lane), turn, world.pool_text(where))
                )
                if where.seq // CHECK_EVERY > self._stood(pool, lane) // CHECK_EVERY:
                    ledger.check(self.tx, pool, lane, where)
            for rep, load in standing.changed_loads.items():
                self.rows.standing.append(StandingRow(world.rep_scope(rep), turn, world.load_text(load)))
        if self.ended:
            jobs.end_clocks(self.tx, self.ended)
        decisions.write(self.tx, self.rows)
        if self.superseded:
            jobs.supersede(self.tx, self.superseded)
        if self.raised:
            leads.raise_priority(self.tx, self.raised, self.turn.now)
            jobs.raise_priority(self.tx, self.raised)

    def _stood(self, pool: str, lane: str) -> int:
        """The last ledger row of a rotation before this turn."""
        before = self.memory.pools.get((pool, lane))
        return before.seq if before else 0


def _as_left(stored: Candidate, latest: Candidate | None) -> Candidate:
    """A stored candidate as this batch leaves it so far."""
    if latest is None:
        return stored
    lead = latest.lead if stored.lead else None
    return msgspec.structs.replace(stored, owner=latest.owner, open=latest.open, at=latest.at, lead=lead)
