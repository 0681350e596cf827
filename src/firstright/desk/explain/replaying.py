"""Replays stored decisions: the record, the versions it names, the rotations folded from the ledger, and the core again.

It only reads, so it may run beside a server. What the record should have said is said by the core (`core.replay`).
"""

from collections.abc import Iterator

import msgspec

from firstright.core.compiled import Compiled
from firstright.core.decision import ENGINE
from firstright.core.record import Record, read_record
from firstright.core.replay import Difference, Rotation, Verdict, replay
from firstright.core.roster import Roster
from firstright.core.world import PoolStanding
from firstright.desk.explain.rotations import Rotations, stood
from firstright.desk.versions import compiled, rostered
from firstright.storage import people, policies, recorded, turns
from firstright.storage.recorded import Recorded
from firstright.storage.transactions import Database

MOST = 1_000  # decisions of one lead
PAGE = 500  # decisions read at a time: no transaction stays open while they are decided


class Replayed(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of one decision. `differences` is empty unless the verdict is "differs"."""

    decision: str
    lead: str
    turn: int
    seq: int
    verdict: Verdict
    differences: tuple[Difference, ...] = ()


class Replaying:
    """Policies and rosters are compiled once each; nothing else is kept between decisions."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._policies: dict[int, Compiled] = {}
        self._rosters: dict[int, Roster] = {}
        with database.read() as tx:
            self._until = turns.peek(tx).n  # what is decided while we read is left for the next time

    def named(self, name: str) -> list[Replayed]:
        """Replays the decision of this id, or every decision of the lead of this id; empty when there is neither."""
        with self._database.read() as tx:
            one = recorded.one(tx, name)
            rows = [one] if one else recorded.of_lead(tx, name, MOST)
        return list(map(self._alone, rows))

    def count(self) -> int:
        """How many decisions `everything` will give."""
        with self._database.read() as tx:
            return recorded.count(tx, self._until)

    def everything(self) -> Iterator[Replayed]:
        """Every decision in the order in which they were made, and every row of the ledger folded on the way."""
        rotations = Rotations(self._database.read, self._roster)
        for row in self._in_order():
            broken = rotations.reach(row.id, row.as_of)
            done = self._replayed(row, rotations.standing)
            broken += rotations.fold(row.id)
            yield _with(done, broken) if broken else done

    def _in_order(self) -> Iterator[Recorded]:
        turn, seq = -1, 0
        while True:
            with self._database.read() as tx:
                page = recorded.after(tx, turn, seq, until=self._until, limit=PAGE)
            if not page:
                return
            yield from page
            turn, seq = page[-1].turn, page[-1].seq

    def _alone(self, row: Recorded) -> Replayed:
        record = _read(row)
        pools: dict[Rotation, PoolStanding] = {}
        if isinstance(record, Record) and row.engine == ENGINE:
            firsts: dict[Rotation, int] = {}
            for change in record.decision().credits:  # a pool that gave nobody anything was asked in vain
                firsts.setdefault((change.pool, change.lane), change.seq)
            try:
                with self._database.read() as tx:
                    pools = {r: stood(tx, r, seq - 1, self._roster) for r, seq in firsts.items()}
            except (ValueError, LookupError) as error:
                return _replayed(row, Verdict.DIFFERS, (Difference("ledger", "", str(error)),))
        return self._replayed(row, pools)

    def _replayed(self, row: Recorded, pools: dict[Rotation, PoolStanding]) -> Replayed:
        if not row.record:
            return _replayed(row, Verdict.ERASED)
        if row.engine != ENGINE:
            return _replayed(row, Verdict.OTHER_ENGINE)
        record = _read(row)
        if not isinstance(record, Record):
            return _replayed(row, Verdict.DIFFERS, (record,))
        try:
            policy, roster = self._policy(row.policy_version), self._roster(row.roster_version)
            told = _columns(row, record, policy, roster)
            told += replay(record, policy, roster, pools)
        except Exception as error:  # whatever a changed record makes the core do is a difference
            told = (Difference("decide", "a decision", f"{type(error).__name__}: {error}"),)
        return _replayed(row, Verdict.DIFFERS if told else Verdict.EQUAL, told)

    def _policy(self, version: int) -> Compiled:
        if version not in self._policies:
            with self._database.read() as tx:
                self._policies[version] = compiled(tx, policies.load(tx, version), version)
        return self._policies[version]

    def _roster(self, version: int) -> Roster:
        if version not in self._rosters:
            with self._database.read() as tx:
                self._rosters[version] = rostered(people.load(tx, version), version)
        return self._rosters[version]


def _read(row: Recorded) -> Record | Difference:
    """The record, or what is wrong with its bytes."""
    try:
        record = read_record(row.record)
        record.decision()
    except (msgspec.DecodeError, ValueError) as error:
        return Difference("record", f"{len(row.record)} bytes", f"cannot be read: {error}")
    return record


def _columns(row: Recorded, record: Record, policy: Compiled, roster: Roster) -> tuple[Difference, ...]:
    """Where the row's own columns, which screens and reports go by, say something else than its record."""
    result = record.decision()
    pairs = {
        "engine": (row.engine, record.engine),
        "turn": (row.turn, record.turn),
        "as_of": (row.as_of, record.as_of),
        "cause": (row.cause, record.cause),
        "outcome": (row.outcome, result.outcome),
        "reason": (row.reason, result.reason),
        "rule": (row.rule, result.rule),
        "holder": (f"{row.holder_kind} {row.holder_id}", f"{result.holder.kind} {result.holder.id}"),
        "policy": (policy.policy.hash, record.policy),
        "roster": (roster.hash, record.roster),
    }
    return tuple(
        Difference(f"column {name}", str(stored), str(said))
        for name, (stored, said) in pairs.items()
        if stored != said
    )


def _replayed(row: Recorded, verdict: Verdict, told: tuple[Difference, ...] = ()) -> Replayed:
    return Replayed(row.id, row.lead_id, row.turn, row.seq, verdict, told)


def _with(done: Replayed, broken: tuple[Difference, ...]) -> Replayed:
    return msgspec.structs.replace(done, verdict=Verdict.DIFFERS, differences=(*done.differences, *broken))
