"""The first admin of a workspace without policy and roster: every page says what is lacking, and where to go."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.visiting import visitor, words
from firstright.core.authority import Role
from web.houses import House, running


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("new")
    yield from running(f"sqlite:///{folder / 'workspace.db'}", published=False, spool=folder / "spool")


@pytest.mark.parametrize(
    ("path", "says", "leads"),
    [
        ("/inbox", "Nothing routes leads yet", "/policy"),
        ("/inbox", "Nothing routes leads yet", "/sources/new"),
        ("/inbox/queues", "Nothing routes leads yet", "/policy"),
        ("/team", "Nothing is published yet", "/policy"),
        (
            "/deliveries",
            "Nobody is told of anything yet. Say where to: firstright destination add",
            "/deliveries/sent",
        ),
        ("/policy", "firstright policy publish POLICY.toml", "/policy/versions"),
        ("/imports", "No file was imported yet", "/imports/new"),
        ("/accounts", "No accounts yet", "/accounts/files/new"),
        ("/accounts/files", "No file of a CRM yet", "/accounts/files/new"),
    ],
)
def test_a_page_without_anything_says_what_to_do_next(new: House, path: str, says: str, leads: str) -> None:
    with visitor(new, Role.ADMIN) as robin:
        page = robin.page(path)
    assert says in words(page)
    assert f'href="{leads}"' in page
