"""Fixtures of this folder: the browser, a house with example leads, and seats at its console by role."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial

import pytest
from playwright.sync_api import Browser, Page

from console.examples import furnished
from console.seats import NoBrowser, browsing, seat_of
from web.houses import House

Seat = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One for this folder and not for the session: while it runs, no other test could run an event loop."""
    browsed = browsing()
    try:
        found = browsed.__enter__()
    except NoBrowser as problem:
        pytest.skip(f"NOT TESTED IN A BROWSER: {problem}")
    yield found
    browsed.__exit__(None, None, None)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """With 30 example leads; it is always working hours there. A module's tests share it."""
    yield from furnished(tmp_path_factory.mktemp("console"), 30)


@pytest.fixture
def seat(browser: Browser, house: House) -> Seat:
    """`with seat("rep") as page`: a window in which one of `seats.PEOPLE` is signed in."""
    return partial(seat_of, browser, house)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says once, and how many, what each test that was left out says for itself."""
    skipped = terminalreporter.stats.get("skipped", ())
    left = sum("NOT TESTED IN A BROWSER" in str(report.longrepr) for report in skipped)
    if left:
        terminalreporter.section(f"NOT TESTED IN A BROWSER: {left} tests", sep="!", red=True)
