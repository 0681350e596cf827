"""Fixtures every test may use: a fresh, migrated database of each kind."""

from collections.abc import Iterator
from contextlib import closing
from itertools import count
from os import getpid
from pathlib import Path

import pytest

import postgres
from firstright.storage.database import open_database
from firstright.storage.transactions import Database

_names = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    try:
        server = postgres.start()
    except postgres.CannotStart as problem:
        pytest.skip(f"NOT TESTED ON POSTGRESQL: {problem}")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: postgres.Server) -> Iterator[str]:
    """The name of a migrated database to copy: a copy takes a tenth of the time of a migration."""
    name = f"firstright_template_{getpid()}"
    with closing(open_database(postgres_server.create(name), node="template")) as database:
        database.migrate()
    yield name
    postgres_server.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated database nobody has written to."""
    yield from _migrated(request, tmp_path)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The same, of one that a module's tests share."""
    yield from _migrated(request, tmp_path_factory.mktemp("shared"))


def _migrated(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'workspace.db'}"
        with closing(open_database(url, node="migration")) as fresh:
            fresh.migrate()
        yield url
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    name = f"firstright_test_{getpid()}_{next(_names)}"
    yield server.create(name, request.getfixturevalue("postgres_template"))
    server.drop(name)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = open_database(database_url, node="ada")
    yield database
    database.close()
