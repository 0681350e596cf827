"""Where a bench keeps databases: an empty one, copies of one that is filled, and both sides of what a run changed. All of them
are gone at the end.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol
from urllib.parse import urlsplit

from firstright.cli.benches.server import postgres_database
from firstright.simulate.benches import redo
from firstright.simulate.benches.redo import Sides

_FILE = "sqlite:///"


class Shelf(Protocol):
    """Databases by their URLs. Nobody may have one open that is copied."""

    def empty(self) -> AbstractContextManager[str]: ...

    def copy(self, url: str, name: str) -> AbstractContextManager[str]: ...

    def sides(self, before: str, after: str) -> AbstractContextManager[Sides]: ...

    def seconds(self, sides: Sides, target: str) -> tuple[int, float]:
        """(leads, seconds) of the bare driver, which makes of `target`, a copy of what was, what is."""
        ...


class SqliteShelf:
    """Files in a folder of their own under `folder`."""

    def __init__(self, folder: str) -> None:
        self._folder = folder or None

    @contextmanager
    def empty(self) -> Iterator[str]:
        with TemporaryDirectory(prefix="firstright-bench-", dir=self._folder) as place:
            yield f"{_FILE}{Path(place, 'filled.db')}"

    @contextmanager
    def copy(self, url: str, name: str) -> Iterator[str]:
        with TemporaryDirectory(prefix=f"firstright-bench-{name}-", dir=self._folder) as place:
            copied = Path(place, "copy.db")
            shutil.copyfile(_path(url), copied)
            _settled(copied)
            yield f"{_FILE}{copied}"

    def sides(self, before: str, after: str) -> AbstractContextManager[Sides]:
        return redo.sqlite_sides(_path(before), _path(after))

    def seconds(self, sides: Sides, target: str) -> tuple[int, float]:
        return redo.sqlite_seconds(sides, _path(target))


def _settled(copied: Path) -> None:
    """On the disk before anything is measured: else the first commit that moves pages into it writes all of the copy."""
    with copied.open("rb") as file:
        os.fsync(file.fileno())


def _path(url: str) -> Path:
    return Path(url.removeprefix(_FILE))


class PostgresShelf:
    """Databases of one server. `base` is the URL of a role that may create them."""

    def __init__(self, base: str) -> None:
        self._base = base

    def empty(self) -> AbstractContextManager[str]:
        return postgres_database(self._base, "filled")

    def copy(self, url: str, name: str) -> AbstractContextManager[str]:
        return postgres_database(self._base, name, urlsplit(url).path.removeprefix("/"))

    def sides(self, before: str, after: str) -> AbstractContextManager[Sides]:
        return redo.postgres_sides(before, after)

    def seconds(self, sides: Sides, target: str) -> tuple[int, float]:
        return redo.postgres_seconds(sides, target)
