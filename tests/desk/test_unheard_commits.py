"""The answer to a commit was lost and it had happened: what is tried again is found, also what its sender gave no name."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from desk.office import office
from firstright.desk import Reply
from firstright.desk.receive import Receive
from firstright.errors import CommitUnknown
from firstright.storage.transactions import Database, Tx


class Unheard:
    """A database that commits the next batch and does not say so."""

    def __init__(self, inner: Database) -> None:
        self._inner = inner
        self._says_nothing = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    @contextmanager
    def write(self) -> Iterator[Tx]:
        with self._inner.write() as tx:
            yield tx
        if self._says_nothing:
            self._says_nothing = False
            raise CommitUnknown("the answer to COMMIT was lost")


def test_leads_of_a_batch_nobody_heard_of_are_answered_as_they_were_stored(database_url: str) -> None:
    with office(database_url) as here:
        anna, ben = here.arrival("anna"), msgspec.structs.replace(here.arrival("ben"), named_here=True)
        with here.held():
            here.desk.database = Unheard(here.desk.database)  # type: ignore[assignment]  # passes on what it does not know
            futures = [here.desk.writer.submit(Receive(each)) for each in (anna, ben)]
        replies: list[Reply] = [future.result() for future in futures]
        assert [(reply.status, reply.replayed) for reply in replies] == [(201, True), (201, True)]
        assert here.rows("SELECT count(*) FROM lead") == here.rows("SELECT count(*) FROM arrival") == [(2,)]
