"""A database that dies in the middle: at a numbered statement of the next batch, or after its commit. Then nothing is answered
any more, as by a process that is gone. Its wrapper is around the real one, and changes no statement.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from firstright.errors import CommitUnknown, DatabaseUnavailable
from firstright.storage.transactions import Database, Tx


class Flaky:
    """`fall_at(n)` before the n-th statement of the next batch; `fall_after_commit` when all of it is stored."""

    def __init__(self, inner: Database) -> None:
        self._inner = inner
        self._left: int | None = None
        self._after = False
        self.dead = False

    def fall_at(self, statement: int) -> None:
        self._left = statement

    def fall_after_commit(self) -> None:
        self._after = True

    def stand(self) -> None:
        """What was to come does not come any more."""
        self._left, self._after = None, False

    @property
    def dialect(self) -> Any:
        return self._inner.dialect

    @contextmanager
    def write(self) -> Iterator[Tx]:
        self._alive()
        with self._inner.write() as tx:
            yield _Counted(tx, self)  # type: ignore[misc]  # it passes on whatever it does not count
        if self._after:
            self.dead = True
            raise CommitUnknown("the answer to COMMIT was lost")

    def read(self) -> AbstractContextManager[Tx]:
        self._alive()
        return self._inner.read()

    def migrate(self) -> list[str]:
        return self._inner.migrate()

    def settings(self) -> dict[str, str]:
        return self._inner.settings()

    def close(self) -> None:
        self._inner.close()

    def step(self) -> None:
        """One statement more."""
        self._alive()
        if self._left is not None:
            self._left -= 1
            if self._left < 0:
                self.dead = True
                self._alive()

    def _alive(self) -> None:
        if self.dead:
            raise DatabaseUnavailable("it is gone")


class _Counted:
    def __init__(self, tx: Tx, flaky: Flaky) -> None:
        self._tx = tx
        self._flaky = flaky

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._tx, name)
        if name not in ("all", "one", "run", "many"):
            return found

        def counted(*given: Any) -> Any:
            self._flaky.step()
            return found(*given)

        return counted
