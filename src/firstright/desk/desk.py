"""The desk of one workspace on one node: opens turns, keeps the writer's memory, offers the use cases as calls."""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from types import ModuleType
from typing import TypeVar

from firstright.core.compiled import Compiled
from firstright.core.matchkeys import MatchKeys, match_keys
from firstright.core.matchrules import MATCHING, Matching
from firstright.core.pools import Method
from firstright.core.roster import Roster
from firstright.desk.alike import Alike
from firstright.desk.arrival import Arrival, Reply
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.deadlines import Ring
from firstright.desk.duework import DueWork
from firstright.desk.leaving import Offboard, is_leave
from firstright.desk.memory import Keeping, Memory
from firstright.desk.performing import Weigh
from firstright.desk.profiling import Profiling
from firstright.desk.publish import Current, JudgedBesideAnother, Published, policy_work, roster_work
from firstright.desk.receive import Receive
from firstright.desk.redecide import Drain, Redecide
from firstright.desk.refusals import Refusals
from firstright.desk.reminding import Remind
from firstright.desk.repairing import Correct, is_repair
from firstright.desk.steps import Step
from firstright.desk.versions import compiled, rostered
from firstright.desk.writer import Work, Writer
from firstright.errors import FirstrightError, Refused
from firstright.measures import Measures
from firstright.storage import gauges, jobs, leads, people, policies, standing, turns
from firstright.storage.transactions import Database, Tx
from firstright.storage.turns import Turn
from firstright.tracing import OFF, Tracing

T = TypeVar("T")
DECIDING = ("decide", "route")  # kinds of jobs that are decisions by themselves
DUE = ("decide", "route", "clock", "step", "remind")  # kinds of jobs the worker has done
BULK = "bulk"
ALARMED = ("deadlines", BULK)  # lanes in which jobs fall due; bulk when nothing else is
LEASE = 14  # seconds a claimed job is ours; others look once a second, so a killed node is missed for less than 16
NO_LEASE = -1  # history is decided by one alone: what a broken-off run had claimed is free at once
MOST = 512  # jobs claimed at a time
FEW = 64  # the same while people come: a claim is a batch of its own that they wait for
JUDGED_AT_MOST = 5  # times, until whoever publishes is told that others do it faster


class Desk:
    """`now` is None where the database has a clock of its own (PostgreSQL)."""

    def __init__(
        self,
        database: Database,
        *,
        node: str,
        now: Callable[[], datetime] | None,
        new_id: Callable[[], str],
        measures: Measures | None = None,
        tracing: Tracing = OFF,
    ) -> None:
        self.database = database
        self.node = node
        self.new_id = new_id
        self.measures = measures or Measures()
        self.tracing = tracing
        self._now = now
        self._memory = Memory()
        self._alike = Alike(database)
        self.due = (
            threading.Event()
        )  # something is due at once: whoever looks for it need not wait until they do again
        self.writer = Writer(self._transact, took=self.measures.took)
        self.writer.start()
        self.refusals = Refusals(self.writer)
        self.profiling = Profiling(self.writer)

    def close(self) -> None:
        self.refusals.close()
        self.profiling.close()
        self.writer.stop()
        self.database.close()
        self.tracing.close()

    def read(self) -> AbstractContextManager[Tx]:
        return self.database.read()

    def keep_with(self, keeping: Keeping) -> None:
        """How the workspace's own secret is sealed: without it nothing is sent to leads by itself."""
        self._memory.keeping = keeping

    @property
    def keeping(self) -> Keeping | None:
        return self._memory.keeping

    def instant(self, tx: Tx, now: datetime) -> datetime:
        """What counts as now: the database's own clock where turns go by it, else the caller's."""
        return gauges.instant(tx, now) if self._now is None else now

    @property
    def policy(self) -> Compiled | None:
        """The version the last turn decided with; None before the first turn of this process."""
        return self._memory.policy

    @property
    def roster(self) -> Roster | None:
        return self._memory.roster

    def warm(self) -> None:
        """Takes one empty turn, so that the current policy and roster are compiled before the first lead comes."""
        self.writer.submit(_Nothing("person" if self._memory.policy else "deadlines")).result()

    async def receive(self, arrival: Arrival) -> Reply:
        found = await self._alike.found(arrival, self.matching)
        return await self.writer.awaitable(Receive(found))

    def prepared(self, arrival: Arrival) -> Arrival:
        """With what is slow to look up, for whoever hands arrivals to the writer in a thread of their own."""
        return self._alike.find(arrival, self.matching)

    @property
    def matching(self) -> Matching:
        return self._memory.policy.policy.matching if self._memory.policy else MATCHING

    def take_in(self, arrivals: list[Arrival]) -> list[Reply]:
        """The same for a thread: all of them, committed, in order."""
        works = [Receive(self.prepared(arrival)) for arrival in arrivals]
        return [future.result() for future in [self.writer.submit(work) for work in works]]

    def publish_policy(self, text: str, *, file: str, by: str, reason: str) -> Published:
        """Raises Refused with every finding; nothing is changed then."""
        return self._published(
            lambda: policy_work(text, self._current(people), file=file, by=by, reason=reason)
        )

    def publish_roster(self, text: str, *, file: str, by: str, reason: str) -> Published:
        """Raises Refused with every finding, also when the current policy could not work with this roster."""
        return self._published(
            lambda: roster_work(text, self._current(policies), file=file, by=by, reason=reason)
        )

    def _current(self, store: ModuleType) -> Current:
        with self.read() as tx:
            version = store.current(tx)
            return Current(version.version, str(store.load(tx, version.version))) if version else Current()

    def _published(self, judged: Callable[[], Work[Published]]) -> Published:
        """Judges again, a few times, when somebody publishes the other document in between."""
        for left in reversed(range(JUDGED_AT_MOST)):
            try:
                published = self.writer.submit(judged()).result()
            except JudgedBesideAnother as outrun:
                if not left:
                    raise Refused(outrun.reasons) from None
            else:
                break
        self.warm()
        return published

    def decide_due(self, now: datetime, *, limit: int = MOST) -> list[Concluded]:
        """Does whatever is due, most urgent first: decides again, and rings clocks. What was decided."""
        return self.work_due(now, limit=limit)[1]

    def work_due(self, now: datetime, *, limit: int = MOST) -> tuple[int, list[Concluded]]:
        """The same, with how many alarms there were: a reminder decides nothing.

        Where the database has a clock of its own, `now` is not asked: that of a node may be a day behind.
        """
        with self.read() as tx:
            now = self.instant(tx, now)
            lane = next((lane for lane in ALARMED if jobs.anything_due(tx, now, lane=lane, kinds=DUE)), None)
            if lane is None:
                return 0, []
        most = limit if self.writer.is_calm and lane != BULK else min(limit, FEW)
        due = self.writer.submit(_Claim(now, most, self.new_id(), LEASE, DUE, lane)).result()
        return len(due), self._decide(self._works(due))

    def _works(self, due: Sequence[jobs.DueJob]) -> list[DueWork]:
        """Each with the keys of its lead, so that one look-up finds the candidates of a whole batch."""
        with self.read() as tx:
            facts = leads.facts_of(tx, {job.lead_id for job in due if job.lead_id})
        keys = {lead: match_keys(known, source) for lead, (known, source) in facts.items()}
        return [_work(job, keys.get(job.lead_id, ())) for job in due]

    def act(self, work: Work[T | FirstrightError]) -> T:
        """What a person does, committed. Raises NotFound, Superseded, Refused, or what else the work may answer with;
        nothing is changed then."""
        done = self.writer.submit(work).result()
        if isinstance(done, FirstrightError):
            raise done
        return done

    def decide_until(self, at: datetime) -> None:
        """For history: decides what fell due up to `at` in the order of its instants, each as of when it was due."""
        while (first := self._first_due()) is not None and first[0] <= at:
            due, lane = first
            claimed = self.writer.submit(_Claim(due, MOST, self.new_id(), NO_LEASE, DECIDING, lane)).result()
            if not claimed:
                return  # there is nothing to decide with
            self._decide([_work(job, as_of=job.due_at) for job in claimed])

    def weigh_due(self) -> None:
        """Weighs the pools that go by performance, where it is time to."""
        memory = self._memory
        pools = memory.policy.policy.pools if memory.policy else {}
        for pool in pools.values():
            if pool.method is Method.PERFORMANCE:
                self.act(Weigh(pool.id, "firstright", asked=False))

    def _first_due(self) -> tuple[datetime, str] | None:
        """When, and in which lane."""
        with self.read() as tx:
            found = [(jobs.first_due(tx, lane=lane, kinds=DECIDING), lane) for lane in ALARMED]
        return min([(due, lane) for due, lane in found if due is not None], default=None)

    def _decide(self, works: Sequence[DueWork]) -> list[Concluded]:
        futures = [self.writer.submit(work) for work in works]
        return [each for future in futures for each in future.result()]  # what nobody can decide is put off

    def _transact(self, fn: Callable[[Batch], T]) -> T:
        try:
            with self.database.write() as tx:
                turn = turns.take(tx, self.node, self._now() if self._now else None)
                news = self._refresh(tx, turn)
                batch = Batch(tx, turn, self._memory, self.new_id, self.tracing, reopened=news)
                result = fn(batch)
                batch.write()
        except BaseException:
            self._memory.forget()
            raise
        batch.remember()
        if batch.seen:
            self.profiling.note(batch.seen)
        if batch.offers:
            self.due.set()
        for decided in batch.rows.decisions:
            self.measures.decided(decided.outcome, decided.cause)
        for clock, seconds in batch.rang:
            self.measures.late(clock, seconds)
        return result

    def _refresh(self, tx: Tx, turn: Turn) -> bool:
        """Brings the memory to this turn: what other nodes changed since our last one, and new versions; whether there
        were any."""
        memory = self._memory
        before = (memory.policy, memory.roster)
        if turn.policy_version and (memory.policy is None or memory.policy.version != turn.policy_version):
            memory.policy = compiled(tx, policies.load(tx, turn.policy_version), turn.policy_version)
        if turn.roster_version and (memory.roster is None or memory.roster.version != turn.roster_version):
            memory.roster = rostered(people.load(tx, turn.roster_version), turn.roster_version)
            memory.sets.clear()
        if memory.turn != turn.n - 1 or turn.previous_node != self.node:
            memory.reload(standing.load(tx, memory.turn))
        return before != (memory.policy, memory.roster)


def _work(job: jobs.DueJob, keys: MatchKeys = (), *, as_of: datetime | None = None) -> DueWork:
    if is_leave(job):
        return Offboard(job, as_of=as_of)
    if is_repair(job):
        return Correct(job)
    match job.kind:
        case "clock":
            return Ring(job, keys)
        case "step":
            return Step(job)
        case "remind":
            return Remind(job)
    return (Redecide if job.lead_id else Drain)(job, keys, as_of=as_of)


class _Nothing:
    """The first turn of a process is nobody's: taken for a person's, it had what was overdue at a start done by sixes."""

    def __init__(self, lane: str) -> None:
        self.lane = lane

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> None: ...

    def rescue(self, batch: Batch, failure: Exception) -> None:
        raise failure


class _Claim:
    """Leases due jobs, so that no second worker decides them: none before there is something to decide with."""

    lane = "deadlines"

    def __init__(
        self, now: datetime, limit: int, token: str, lease: int, kinds: tuple[str, ...], lane: str
    ) -> None:
        self.now = now
        self.kinds = kinds
        self.of = lane
        self.limit = limit
        self.token = token
        self.lease = lease

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> list[jobs.DueJob]:
        if batch.memory.policy is None or batch.memory.roster is None:
            return []
        now = min(self.now, batch.turn.now)  # a node whose clock runs ahead of the database's is never early
        return jobs.claim_due(
            batch.tx, now, self.limit, self.token, self.lease, lane=self.of, kinds=self.kinds
        )

    def rescue(self, batch: Batch, failure: Exception) -> list[jobs.DueJob]:
        raise failure
