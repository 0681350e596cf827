"""One decision turn under way: what was fetched for it, the world as it changes lead by lead, the rows it will leave.

Work adds to it in order; `write` puts everything down at once. It neither commits nor answers anybody.
"""

from collections.abc import Callable, Iterable

import msgspec

from firstright.core.compiled import Compiled
from firstright.core.lead import Lead
from firstright.core.matching import ALIKE, PERSONAL
from firstright.core.meetings import Booked
from firstright.core.roster import Roster
from firstright.core.world import Candidate, Key, Standing, World
from firstright.desk.arrival import Seen
from firstright.desk.endings import Endings
from firstright.desk.freeing import drains, freed, waits_in
from firstright.desk.memory import Memory
from firstright.desk.metby import with_meetings
from firstright.errors import NoPolicy
from firstright.storage import (
    accountfacts,
    arrivals,
    clocks,
    decisions,
    enrichments,
    jobs,
    leads,
    ledger,
    reassigned,
    world,
)
from firstright.storage import standing as standings
from firstright.storage.arrivals import StoredArrival
from firstright.storage.enrichments import EnrichmentRow
from firstright.storage.jobs import DueJob
from firstright.storage.leads import Held
from firstright.storage.rows import ClockRow, LeadRow, Rows
from firstright.storage.transactions import Tx
from firstright.storage.turns import Turn
from firstright.storage.waiting import Place
from firstright.tracing import OFF, Tracing

EventKey = tuple[str, str]  # (source, event id)
CHECK_EVERY = 1_000  # ledger rows of a rotation between two checkpoints: what a replay folds at most


class Batch:
    def __init__(
        self,
        tx: Tx,
        turn: Turn,
        memory: Memory,
        new_id: Callable[[], str],
        tracing: Tracing = OFF,
        *,
        reopened: bool = False,
    ) -> None:
        self.tx = tx
        self.turn = turn
        self.memory = memory
        self.new_id = new_id
        self.tracing = tracing
        self.rows = Rows()
        self.stored: dict[EventKey, StoredArrival] = {}
        self.seen: list[Seen] = []  # arrivals, to be counted once they are committed
        self.seq = 0
        self.endings = Endings(self.rows)
        self.lead_rows: dict[str, LeadRow] = {}  # of leads there were before, as this batch leaves them
        self.rang: list[tuple[str, float]] = []  # (clock, seconds late)
        self.clocks: dict[str, ClockRow] = {}  # that were asked for, as this batch leaves them
        self.offered: dict[str, Place] = {}  # how far down the line of a pool this batch has looked
        self.offers = (
            False  # room is to be offered to who waits: at once, so that nobody who comes is before them
        )
        self.enrichments: list[EnrichmentRow] = []  # questions that are new
        self.reopened = reopened  # whoever waits may find somebody now: a version was published
        self.unmet: list[
            tuple[str, str, Booked]
        ] = []  # meetings that a decision called off, after their lead and id
        self._stands: dict[str, Lead] = {}  # leads this batch has decided about
        self._histories: dict[str, list[Held]] = {}
        self._clock_ids: set[str] = set()
        self._begun: set[str] = set()  # leads with which something was begun, of those looked at
        self._looked: set[str] = set()
        self._leases: list[tuple[str, str]] = []
        self._ours: set[str] = set()
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

    def want_job(self, job: DueJob) -> None:
        self._leases.append((job.id, job.lease_token))

    def want_clock(self, clock_id: str) -> None:
        self._clock_ids.add(clock_id)

    def holds(self, job: DueJob) -> bool:
        """Whether the lease is still ours: else nothing may be done for this job."""
        return job.id in self._ours

    def fetch(self, *, rescuing: bool = False) -> None:
        """Everything the work of this batch asked for, in one look-up per kind.

        `rescuing` asks for earlier events only: the rows of a known lead may be what made the work fail.
        """
        if self._events:
            self.stored = arrivals.stored(self.tx, list(self._events))
        if self._leases:
            self._ours = jobs.held(self.tx, self._leases)
        if rescuing:
            return
        if self._lead_ids:
            self.lead_rows = leads.rows(self.tx, self._lead_ids)
            self._histories = leads.histories(self.tx, self._lead_ids)
        if self._clock_ids:
            self.clocks = clocks.load(self.tx, self._clock_ids)
        known: dict[Key, tuple[Candidate, ...]] = {}
        if self._keys:
            stored = world.known(self.tx, self._keys, self.lead_rows)
            known = {key: tuple(found) for key, found in self._meeting(stored).items()}
        if self.memory.roster is not None:
            self._world = msgspec.structs.replace(self.world, known=known, places=None)
            self._hear(c for found in known.values() for c in found)

    def know(self, keys: Iterable[Key]) -> None:
        """Fetches candidates for keys that were found out only under the turn, beside those this batch has made known."""
        missing = [key for key in keys if key not in self._keys]
        if not missing:
            return
        self._keys.update(missing)
        self.know_others(world.known(self.tx, missing))

    def know_others(self, fetched: dict[Key, list[Candidate]]) -> None:
        """Beside those this batch has made known under these keys: each as the batch leaves it so far."""
        known = dict(self.world.known)
        latest = {c.id: c for found in known.values() for c in found if c.lead}
        for key, found in self._meeting(fetched).items():
            stored = [_as_left(c, latest.get(c.id)) for c in found]
            here = _rightly(known.get(key, ()), key, stored)
            ids = {candidate.id for candidate in here}
            known[key] = (*here, *[c for c in stored if c.id not in ids])
        self.move_to(msgspec.structs.replace(self.world, known=known, places=None))
        self._hear(c for found in known.values() for c in found)

    def _hear(self, found: Iterable[Candidate]) -> None:
        """What their accounts say, of those that have not been asked about."""
        says = accountfacts.said(self.tx, found, but=self.world.accounts)
        if says:
            self.move_to(msgspec.structs.replace(self.world, accounts={**self.world.accounts, **says}))

    def _meeting(self, known: dict[Key, list[Candidate]]) -> dict[Key, list[Candidate]]:
        if self.memory.policy is None:
            return known
        return with_meetings(self.tx, known, self.policy.policy, self.turn.now)

    def forget(self, keys: Iterable[Key]) -> None:
        """Who stands under these has changed past the decisions of this batch: they are fetched anew when asked for."""
        gone = set(keys)
        self._keys -= gone
        known = {key: found for key, found in self.world.known.items() if key not in gone}
        self.move_to(msgspec.structs.replace(self.world, known=known, places=None))

    def know_alike(self, lead: str, found: tuple[Candidate, ...]) -> None:
        """Records found to be like one lead, beside those that share a key with it."""
        known = {**self.world.known, (ALIKE, lead): found}
        self.move_to(msgspec.structs.replace(self.world, known=known))
        self._hear(found)

    def lead_row(self, lead_id: str) -> LeadRow | None:
        """The row of a lead as this batch leaves it so far."""
        row = self.lead_rows.get(lead_id)
        if row is None:
            row = leads.rows(self.tx, [lead_id]).get(lead_id)
        if row is not None:
            self.lead_rows[lead_id] = row
        return row

    def lead(self, lead_id: str) -> Lead | None:
        """A lead that was there before, with its history, as this batch leaves it so far."""
        if lead_id in self._stands:
            return self._stands[lead_id]
        row = self.lead_row(lead_id)
        if row is None:
            return None
        if lead_id not in self._histories:
            self._histories.update(leads.histories(self.tx, [lead_id]))
        return leads.with_history(leads.as_lead(row), self._histories.get(lead_id, []))

    def begins(self, lead_id: str) -> None:
        """A sequence, a draft or a meeting of this lead begins in this very batch."""
        self._begun.add(lead_id)

    def has_begun(self, lead_id: str) -> bool:
        """Whether the lead ever had any of these. One look for all leads of the batch: asked one by one, three statements each,
        a storm of missed deadlines took a fifth longer."""
        if lead_id not in self._looked:
            unseen = {lead_id, *self._lead_ids} - self._looked
            self._begun |= reassigned.begun(self.tx, unseen)
            self._looked |= unseen
        return lead_id in self._begun

    def leave(self, lead: Lead) -> None:
        """A lead as a decision has left it."""
        self._stands[lead.id] = lead

    def remember(self) -> None:
        """Called once the commit is known: what this turn changed is now what the writer knows."""
        self.memory.accept(self.turn.n, self._world.standing if self._world else Standing())

    def write(self) -> None:
        self._drain()
        with self.tx.together():
            if self._world is not None:
                self._stand(self._world.standing)
            self.endings.write_before(self.tx)
            decisions.write(self.tx, self.rows)
            self.endings.write_after(self.tx, self.turn.now)
            if self.enrichments:
                enrichments.add(self.tx, self.enrichments)

    def _drain(self) -> None:
        """Has those that wait looked at, where somebody has room again. Asks the database only when somebody has."""
        memory = self.memory
        standing = self._world.standing if self._world else Standing()
        pools = freed(standing, memory, self.roster) if memory.roster else set()
        waits = waits_in(self.rows)
        if (pools or self.reopened) and (memory.waiting != set() or waits) and memory.roster:
            wanted = None if self.reopened else pools
            done = {name for name, _, _ in self.endings.finished}
            offered = drains(self.tx, memory, wanted, self.rows, self.turn.now, self.new_id, done)
            self.rows.jobs += offered
            self.offers = bool(offered)
        if memory.waiting is not None:
            memory.waiting.update(waits)

    def _stand(self, standing: Standing) -> None:
        self.rows.standing += standings.rows(standing, self.turn.n)
        for (pool, lane), where in standing.changed_pools.items():
            if where.seq // CHECK_EVERY > self._stood(pool, lane) // CHECK_EVERY:
                ledger.check(self.tx, pool, lane, where)

    def _stood(self, pool: str, lane: str) -> int:
        """The last ledger row of a rotation before this turn."""
        before = self.memory.pools.get((pool, lane))
        return before.seq if before else 0


def _rightly(here: tuple[Candidate, ...], key: Key, stored: list[Candidate]) -> tuple[Candidate, ...]:
    """Of those this batch put under a key before anybody had looked it up: a personal key that is another's stays so."""
    ids = {c.id for c in stored}
    if key[0] not in PERSONAL or not any(c.open and c.kind == "lead" for c in stored):
        return here
    return tuple([c for c in here if c.id in ids])


def _as_left(stored: Candidate, latest: Candidate | None) -> Candidate:
    """A stored candidate as this batch leaves it so far."""
    if latest is None:
        return stored
    lead = latest.lead if stored.lead else None
    if lead is not None and stored.lead is not None and stored.lead.meets != lead.meets:
        lead = msgspec.structs.replace(lead, meets=stored.lead.meets)
    return msgspec.structs.replace(stored, owner=latest.owner, open=latest.open, at=latest.at, lead=lead)
