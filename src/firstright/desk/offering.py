"""Offers a pool to the leads that wait for it, the most urgent and then the oldest first, as long as anybody has room.

A lead that could not be taken is passed by without a decision. Of what one piece of work does there is a bound: a lead
that takes the last place costs as much among three thousand as alone.
"""

from datetime import datetime

import msgspec

from firstright.core.assignment.draining import Look, anybody, look_at
from firstright.core.lead import Cause, Lead, Outcome
from firstright.core.matchkeys import match_keys
from firstright.core.world import World
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.deciding import decide_in
from firstright.desk.freeing import drain, is_looked_at
from firstright.storage import waiting
from firstright.storage.jobs import DueJob
from firstright.storage.rows import LeadRow
from firstright.storage.waiting import FRONT, Place, place_of

MOST = 16  # leads decided in one piece of work
LOOKS = 256  # leads looked at
AHEAD = 16  # read at a time


class Offering:
    """One walk down a pool's line, from a place in it up to another one; `upto` itself is left out.

    Afterwards `done` is what was decided, `rest` the place to go on from where the bound was reached, and `again` when time
    may next help one of those that were passed by.
    """

    def __init__(
        self, batch: Batch, pool: str, job: DueJob, cause: Cause, start: Place, as_of: datetime | None
    ) -> None:
        self.batch = batch
        self.pool = pool
        self.job = job
        self.cause = cause
        self.as_of = as_of
        self.place = max(start, batch.offered.get(pool, FRONT), key=lambda place: place.order)
        self.done: list[Concluded] = []
        self.rest: Place | None = None
        self.again: datetime | None = None
        self._looks = 0

    def walk(self, upto: Place | None = None) -> None:
        while self._has_room():
            rows = waiting.behind(self.batch.tx, self.pool, self.place, AHEAD)
            for row in rows:
                if upto and place_of(row).order >= upto.order:
                    return
                if self._is_spent():
                    self.rest = self.place
                    return
                self._pass(place_of(row))
                if self._is_taken(row) and not self._has_room():
                    return
            if len(rows) < AHEAD:
                return

    def arm(self) -> None:
        """Has the line looked at once more when time may help, where nobody does so before."""
        batch = self.batch
        done = {name for name, _, _ in batch.endings.finished}
        if self.again and not is_looked_at(batch.tx, self.pool, self.again, batch.rows, done):
            batch.rows.jobs.append(drain(batch.new_id(), self.pool, self.job.priority, self.again))

    def _is_spent(self) -> bool:
        return len(self.done) >= MOST or self._looks >= LOOKS

    def _pass(self, place: Place) -> None:
        self.place = self.batch.offered[self.pool] = place
        self._looks += 1

    def _has_room(self) -> bool:
        pool = self.batch.policy.policy.pools.get(self.pool)
        return pool is None or self._noted(anybody(pool, self.batch.policy, self._world()))

    def _is_taken(self, row: LeadRow) -> bool:
        """Decides the lead where somebody could take it."""
        now = self.batch.lead_rows.get(row.id, row)
        if now.outcome != Outcome.WAITING or now.waiting_pool != self.pool or now.merged_into is not None:
            return False
        lead = self._lead(row)
        if lead is None or not self._noted(look_at(lead, self.batch.policy, self._world())):
            return False
        self.batch.know(match_keys(lead.facts, lead.source))
        self.done.append(decide_in(self.batch, lead, self.cause, self.batch.new_id(), as_of=self.as_of))
        return True

    def _lead(self, row: LeadRow) -> Lead | None:
        """None for one whose facts nobody can read: its own alarm says so."""
        self.batch.lead_rows.setdefault(row.id, row)
        try:
            return self.batch.lead(row.id)
        except msgspec.DecodeError:
            return None

    def _world(self) -> World:
        world = self.batch.world
        return world if self.as_of is None else msgspec.structs.replace(world, as_of=self.as_of)

    def _noted(self, look: Look) -> bool:
        if look.again and (self.again is None or look.again < self.again):
            self.again = look.again
        return look.can
