"""What is done once in a while by one node: a look whether it is time, the claim under the turn, and the end. What it is, its
caller knows.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from firstright.desk.batch import Batch
from firstright.desk.desk import Desk
from firstright.storage import rounds
from firstright.storage.transactions import Tx


class Claim:
    """Whether it is ours to do now."""

    lane = "deadlines"

    def __init__(self, name: str, every: timedelta, lease: timedelta) -> None:
        self.name = name
        self.every = every
        self.lease = lease

    def taken(self, desk: Desk, now: datetime) -> bool:
        """A look that writes nothing comes first, so that an idle node takes no turns."""
        with desk.read() as tx:
            if not rounds.is_due(tx, self.name, desk.instant(tx, now), self.every):
                return False
        return desk.writer.submit(self).result()

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> bool:
        now = batch.turn.now
        if not rounds.is_due(batch.tx, self.name, now, self.every):
            return False
        rounds.lease(batch.tx, self.name, now + self.lease)
        return True

    def rescue(self, batch: Batch, failure: Exception) -> bool:
        raise failure


class Finish:
    """It was done. `last` is done in the same transaction."""

    lane = "bulk"

    def __init__(
        self,
        name: str,
        about: Mapping[str, object],
        last: Callable[[Tx, datetime], object] = lambda tx, at: None,
    ) -> None:
        self.name = name
        self.about = about
        self.last = last

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> None:
        rounds.done(batch.tx, self.name, batch.turn.now, self.about)
        self.last(batch.tx, batch.turn.now)

    def rescue(self, batch: Batch, failure: Exception) -> None:
        raise failure
