"""What every storage function is handed: an open transaction. And what hands it out: a database. No SQL lives here."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Literal, Protocol

from firstright.storage.statement import Statement

Dialect = Literal["sqlite", "postgresql"]
Value = str | int | bytes | bool | None
Row = tuple[Any, ...]  # a stored row: its columns' types are known to the statement's author only


class Tx(Protocol):
    """An open transaction. Errors are those of `firstright.errors`; after one, the transaction is only good to be left.

    Values are str, int, bytes, bool or None; instants go in through `instants.text` and come out through `instants.read`.
    """

    @property
    def dialect(self) -> Dialect: ...

    def all(self, statement: Statement, values: Sequence[Value] = ()) -> list[Row]: ...

    def one(self, statement: Statement, values: Sequence[Value] = ()) -> Row | None:
        """The first row, or None."""
        ...

    def run(self, statement: Statement, values: Sequence[Value] = ()) -> int:
        """How many rows it changed."""
        ...

    def many(self, statement: Statement, rows: Iterable[Sequence[Value]]) -> int:
        """Once per row, in one round trip; how many rows were changed in all."""
        ...

    def together(self) -> AbstractContextManager[None]:
        """What is run inside travels in one round trip: a failure may come as late as its end, and `run` and `many` count
        nothing. `all` waits for its answer, and for everything before it.
        """
        ...


class Database(Protocol):
    """One workspace's database. Threads may share it; writes stand in line."""

    @property
    def dialect(self) -> Dialect: ...

    def migrate(self) -> list[str]:
        """Applies what is missing, in one transaction per file; the names of the files applied now."""
        ...

    def write(self) -> AbstractContextManager[Tx]:
        """Commits at a clean exit, else rolls back. CommitUnknown when the answer to COMMIT was lost."""
        ...

    def read(self) -> AbstractContextManager[Tx]:
        """One snapshot, no writes."""
        ...

    def settings(self) -> dict[str, str]:
        """Settings read back from the running database, for `doctor`."""
        ...

    def close(self) -> None: ...
