"""Workspaces by the dozen: copies of one that is migrated and published already."""

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from os import getpid

import pytest

import postgres
from desk.office import Office, office

_names = count(1)
Copies = Callable[[], str]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def copies(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[Callable[[Office], None]], Copies]]:
    """Call it with what prepares a workspace; what it gives makes a copy at each call and tells its URL."""
    made: list[str] = []

    def on_sqlite(prepare: Callable[[Office], None]) -> Copies:
        folder = tmp_path_factory.mktemp("copies")
        with office(f"sqlite:///{folder / 'first.db'}", published=False) as first:
            prepare(first)

        def copy() -> str:
            name = folder / f"{next(_names)}.db"
            shutil.copy(folder / "first.db", name)
            return f"sqlite:///{name}"

        return copy

    def on_postgresql(prepare: Callable[[Office], None]) -> Copies:
        server: postgres.Server = request.getfixturevalue("postgres_server")
        first = f"firstright_first_{getpid()}_{next(_names)}"
        made.append(first)
        url = server.create(first, request.getfixturevalue("postgres_template"))
        with office(url, published=False) as here:
            prepare(here)

        def copy() -> str:
            made.append(f"firstright_copy_{getpid()}_{next(_names)}")
            return server.create(made[-1], first)

        return copy

    yield on_sqlite if request.param == "sqlite" else on_postgresql
    for name in made:
        request.getfixturevalue("postgres_server").drop(name)
