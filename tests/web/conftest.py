"""Fixtures of this folder: houses on both databases, shared by a module or of one's own."""

from collections.abc import Iterator

import pytest

from web.formpages import LINE
from web.houses import House, running


@pytest.fixture(scope="session", autouse=True)
def forms_line() -> Iterator[None]:
    """The one client of everybody who sends forms."""
    yield
    LINE.close()


@pytest.fixture(scope="module")
def house(shared_url: str) -> Iterator[House]:
    """Shared by a module's tests: each brings persons and keys of its own."""
    yield from running(shared_url)


@pytest.fixture
def empty_house(database_url: str) -> Iterator[House]:
    """A workspace of its own, with nothing published."""
    yield from running(database_url, published=False)
