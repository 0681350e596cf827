"""A submitted form under the turn: a lead like any other arrival, or kept aside with the reason. Whoever sent it learns
neither who has the lead nor whether the person was known.
"""

import msgspec

from firstright.core.clean.problem import Problem
from firstright.desk.arrival import Arrival
from firstright.desk.batch import Batch
from firstright.desk.receive import Receive, keep_undecidable
from firstright.storage.arrivals import StoredArrival

CONFLICT = Problem(
    "", "idempotency.mismatch", "came with the name of an earlier submission and other content", ""
)


class Kept(msgspec.Struct, frozen=True):
    """`arrival` names what was kept: the first time, and again at every repeat."""

    arrival: str
    label: str
    repeat: bool = False


class TakeForm:
    """One submission. `earlier` is what it would have been called some minutes ago; `aside`: it becomes no lead."""

    lane = "intake"

    def __init__(self, arrival: Arrival, *, earlier: str = "", aside: bool = False) -> None:
        self.arrival = arrival
        self.earlier = earlier
        self.aside = aside
        self._receive = Receive(arrival)
        # What is put aside takes no name from what is no lead yet: mended, it may still become one.
        self._aside = f"aside:{arrival.event}:{arrival.fingerprint[:32]}"

    def needs(self, batch: Batch) -> None:
        source = self.arrival.source
        for event in (self.arrival.event, self._aside, self.earlier):
            if event:
                batch.want_event(source, event)
        if not self.aside:
            self._receive.needs(batch)

    def perform(self, batch: Batch) -> Kept:
        if self.aside:
            return self._put_aside(batch, self.arrival.problems, "quarantined")
        return self._before(batch) or self._taken(batch, self._receive.perform(batch).replayed)

    def rescue(self, batch: Batch, failure: Exception) -> Kept:
        if self.aside:
            raise failure
        return self._before(batch) or self._taken(batch, self._receive.rescue(batch, failure).replayed)

    def _before(self, batch: Batch) -> Kept | None:
        for event in (self.arrival.event, self.earlier):
            known = batch.stored.get((self.arrival.source, event))
            if known is None:
                continue
            if known.body_hash != self.arrival.fingerprint:
                return self._put_aside(batch, (*self.arrival.problems, CONFLICT), "duplicate_conflict")
            return Kept(known.id, known.label, repeat=True)
        return None

    def _taken(self, batch: Batch, repeat: bool) -> Kept:
        known = batch.stored[self.arrival.source, self.arrival.event]
        return Kept(known.id, known.label, repeat)

    def _put_aside(self, batch: Batch, problems: tuple[Problem, ...], label: str) -> Kept:
        before: StoredArrival | None = batch.stored.get((self.arrival.source, self._aside))
        aside = msgspec.structs.replace(self.arrival, event=self._aside, problems=problems)
        known = before or keep_undecidable(batch, aside, label)
        return Kept(known.id, known.label, repeat=before is not None)
