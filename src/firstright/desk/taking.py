"""A member of a pull pool takes the next lead of it: the most urgent, then the oldest, of those they can take.

Two who ask at once get two leads, or the second one hears that nothing waits any more.
"""

from collections.abc import Iterator

from firstright.core.lead import Act, Cause, Lead, Outcome
from firstright.core.pools import Method, Pool
from firstright.desk.acting import Acted, OnLead, acted, not_one, with_act
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.deciding import decide_in
from firstright.desk.pulling import no_member, not_taken
from firstright.errors import FirstrightError, NotFound, NothingWaits, Refused
from firstright.storage import decisions, waiting
from firstright.storage.rows import LeadRow
from firstright.storage.waiting import FRONT, place_of

AHEAD = 16  # leads read at a time
LOOKS = 512  # leads looked at; who can take none of so many is told why the first was not theirs


class TakeNext(OnLead):
    """One of a pool, whichever is next. A key makes a repeat find the lead that was taken, as long as it is theirs."""

    verb = "next"

    def __init__(self, pool: str, by: str, *, key: str = "") -> None:
        super().__init__("", by, key=key)
        self.pool = pool

    def needs(self, batch: Batch) -> None:
        """Which lead it will be is known only under the turn."""

    def perform(self, batch: Batch) -> Acted | FirstrightError:
        pool = batch.policy.policy.pools.get(self.pool)
        if pool is None or pool.method is not Method.PULL or pool.id in batch.policy.policy.queues:
            return NotFound(f"pull pool {self.pool}")
        if self.by not in batch.roster.reps:
            return Refused([not_one(f'rep: "{self.by}"', self.by, tuple(batch.roster.reps))])
        if reasons := no_member(pool, self.by, batch.roster):
            return Refused(reasons)
        trigger = f"{self.verb}:{self.key}" if self.key else batch.new_id()
        if self.key and (before := self._before(batch, trigger)):
            return before
        return self._taken(batch, pool, trigger)

    def _taken(self, batch: Batch, pool: Pool, trigger: str) -> Acted | FirstrightError:
        why: list[str] = []
        for row in _in_line(batch, pool.id):
            lead = batch.lead(row.id)
            assert lead is not None
            wrong = not_taken(batch, lead, pool, self.by)
            if not wrong:
                done = self.done(batch, lead, trigger)
                now = batch.lead_row(done.after.id)
                assert now is not None
                return acted(now, done.id)
            why = why or wrong
        return Refused(why) if why else NothingWaits(pool.name or pool.id)

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        return decide_in(batch, with_act(lead, Act(by=self.by)), Cause.CLAIMED, trigger)

    def _before(self, batch: Batch, trigger: str) -> Acted | None:
        here = [(d.lead_id, d.id) for d in batch.rows.decisions if d.trigger_id == trigger]
        found = here[0] if here else decisions.of_holder(batch.tx, self.by, trigger)
        row = batch.lead_row(found[0]) if found else None
        return acted(row, found[1], repeat=True) if found and row else None


def _in_line(batch: Batch, pool: str) -> Iterator[LeadRow]:
    """The queue from its front, as this batch leaves it so far, read as far as it is needed."""
    place, left = FRONT, LOOKS
    while left > 0:
        rows = waiting.queued_behind(batch.tx, pool, place, AHEAD)
        for row in rows:
            place, left = place_of(row), left - 1
            now = batch.lead_rows.setdefault(row.id, row)
            if now.outcome == Outcome.QUEUED and now.holder_id == pool and now.merged_into is None:
                yield now
        if len(rows) < AHEAD:
            return
