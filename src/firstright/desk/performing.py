"""Weighing a performance pool: what its members' leads became makes a new roster version, when it is due or asked for."""

import msgspec

from firstright.core.assignment.performing import PLAIN, Record, is_due, multipliers, window
from firstright.core.documents.performancefile import with_performance
from firstright.core.documents.rosterfile import read_roster
from firstright.core.pools import Method
from firstright.desk.batch import Batch
from firstright.errors import FirstrightError, NoPolicy, Refused
from firstright.storage import audit, people, performance


class Weighed(msgspec.Struct, frozen=True):
    """Per cent of their plain weight by rep. `version` is the current roster's; `changed` is whether it is new."""

    pool: str
    percents: dict[str, int]
    leads: int
    converted: int
    version: int
    changed: bool


class Weigh:
    """One pool; only when it is due, unless somebody asked. It works out, and with `publish` makes it so."""

    lane = "person"

    def __init__(self, pool: str, by: str, *, asked: bool = True, publish: bool = True) -> None:
        self.pool = pool
        self.by = by
        self.asked = asked
        self.publish = publish

    def needs(self, batch: Batch) -> None:
        """What became of leads is read under the turn."""

    def perform(self, batch: Batch) -> Weighed | FirstrightError | None:
        """None when it is not due."""
        pool = batch.policy.policy.pools.get(self.pool)
        if pool is None or pool.method is not Method.PERFORMANCE:
            return Refused([f'pool: "{self.pool}" is no pool that goes by performance'])
        tx, now = batch.tx, batch.turn.now
        if not self.asked and not is_due(pool.performance, performance.last(tx, self.pool), now):
            return None
        found = performance.records(tx, self.pool, *window(pool.performance, now))
        members = batch.roster.members(self.pool).ids
        records = {rep: found.get(rep, Record()) for rep in members}
        percents = multipliers(records, pool.performance)
        return self._made_so(batch, percents, records)

    def rescue(self, batch: Batch, failure: Exception) -> Weighed | FirstrightError | None:
        raise failure

    def _made_so(
        self, batch: Batch, percents: dict[str, int], records: dict[str, Record]
    ) -> Weighed | FirstrightError:
        tx, now = batch.tx, batch.turn.now
        current = people.current(tx)
        if current is None:
            return NoPolicy("roster")
        leads = sum(record.leads for record in records.values())
        converted = sum(record.converted for record in records.values())
        before = batch.roster.document.performance.get(self.pool, {})
        same = percents == {rep: before.get(rep, PLAIN) for rep in percents}
        version, changed = current.version, False
        if self.publish and not same:
            version, changed = self._published(batch, current.version, percents), True
        if self.publish:
            about = {"percents": percents, "leads": leads, "converted": converted, "version": version}
            audit.append(
                tx, batch.new_id(), now, batch.turn.n, self.by, "weigh-pool", "pool", self.pool, about
            )
        return Weighed(self.pool, percents, leads, converted, version, changed)

    def _published(self, batch: Batch, current: int, percents: dict[str, int]) -> int:
        text = people.load(batch.tx, current)
        changed = with_performance(text, self.pool, percents)
        before, after = read_roster(text)[0], read_roster(changed)[0]
        if before is None or after is None:
            raise RuntimeError("the current roster cannot be read")
        wanted = {**before.performance, self.pool: percents}
        if after != msgspec.structs.replace(before, hash=after.hash, performance=wanted):
            raise RuntimeError(f"to weigh {self.pool} would have changed more of the roster than that")
        why = f"weights of {self.pool} by performance"
        return people.publish(batch.tx, changed, after.hash, batch.turn.now, self.by, why)


def asked_for(weighed: Weighed | None) -> Weighed:
    """Of a weighing that was asked for, which is always due."""
    assert weighed is not None
    return weighed
