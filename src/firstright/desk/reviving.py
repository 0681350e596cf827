"""Jobs that were given up are done once more: due now, with every try before them. Who asked is in the audit trail.

A job whose lead has moved on since is ready, too, and void: whoever claims it finds that out and cancels it.
"""

import msgspec

from firstright.desk.batch import Batch
from firstright.storage import audit, deadjobs

MOST = 1_000  # in one turn


class Revived(msgspec.Struct, frozen=True):
    """The names of what is ready again; `more` says that there may be others: ask again."""

    jobs: list[str]
    more: bool = False


class Revive:
    """The jobs of these names, or with None all that are dead. What is not dead stays as it is."""

    lane = "person"

    def __init__(self, names: list[str] | None, by: str) -> None:
        self.names = names
        self.by = by

    def needs(self, batch: Batch) -> None:
        """Nothing is looked up before."""

    def perform(self, batch: Batch) -> Revived:
        tx, now = batch.tx, batch.turn.now
        names = deadjobs.names(tx, MOST) if self.names is None else self.names
        done = deadjobs.replay(tx, names, now)
        for name in done:
            audit.append(tx, batch.new_id(), now, batch.turn.n, self.by, "replay", "job", name)
        return Revived(done, more=self.names is None and len(names) == MOST)

    def rescue(self, batch: Batch, failure: Exception) -> Revived:
        raise failure
