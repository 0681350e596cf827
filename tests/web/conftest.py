"""Fixtures of this folder: houses on both databases, shared by a module or of one's own."""

from collections.abc import Iterator
from itertools import count
from os import getpid

import pytest

import postgres
from web.formpages import LINE
from web.houses import House, running

_names = count(1)


@pytest.fixture(scope="session", autouse=True)
def forms_line() -> Iterator[None]:
    """The one client of everybody who sends forms."""
    yield
    LINE.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Shared by a module's tests: each brings persons and keys of its own."""
    if request.param == "sqlite":
        yield from running(f"sqlite:///{tmp_path_factory.mktemp('web') / 'workspace.db'}")
        return
    with_server: postgres.Server = request.getfixturevalue("postgres_server")
    name = f"firstright_web_{getpid()}_{next(_names)}"
    yield from running(with_server.create(name, request.getfixturevalue("postgres_template")))
    with_server.drop(name)


@pytest.fixture
def empty_house(database_url: str) -> Iterator[House]:
    """A workspace of its own, with nothing published."""
    yield from running(database_url, published=False)
