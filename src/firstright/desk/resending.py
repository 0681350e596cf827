"""Dead deliveries are sent once more: the same ids, the same bytes, every try before them. Who asked is in the audit trail."""

from datetime import datetime

import msgspec

from firstright.desk.batch import Batch
from firstright.storage import audit, deliveries

MOST = 1_000  # in one turn


class Resent(msgspec.Struct, frozen=True):
    """The names of what is ready again; `more` says that there may be others: ask again."""

    deliveries: list[str]
    more: bool = False


class Resend:
    """The deliveries of these names, or all of a destination that were decided at or after `since`. What is not dead stays."""

    lane = "person"

    def __init__(
        self, names: list[str], by: str, *, destination: str = "", since: datetime | None = None
    ) -> None:
        self.names = names
        self.by = by
        self.destination = destination
        self.since = since

    def needs(self, batch: Batch) -> None:
        """Nothing is looked up before."""

    def perform(self, batch: Batch) -> Resent:
        tx, now, names = batch.tx, batch.turn.now, self.names
        if self.since is not None:
            names = deliveries.dead_since(tx, self.destination, self.since, MOST)
        done = deliveries.replay(tx, names, now)
        for name in done[:1] if self.since else done:
            kind, subject = ("destination", self.destination) if self.since else ("delivery", name)
            about = {"deliveries": len(done), "since": self.since} if self.since else {}
            audit.append(tx, batch.new_id(), now, batch.turn.n, self.by, "replay", kind, subject, about)
        return Resent(done, more=len(names) == MOST)

    def rescue(self, batch: Batch, failure: Exception) -> Resent:
        raise failure
