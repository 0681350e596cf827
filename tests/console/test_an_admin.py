"""Robin opens the set-up link of a new workspace, invites Lena, ends a session that was left open, and signs out."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from console.examples import open_for_ever
from console.people import PASSWORD, sign_in
from console.seats import seated
from firstright import wiring
from firstright.desk.access.userasked import SetUpAsked
from web.houses import House, running

ROBIN, LENA = "robin@northwind.example", "lena@northwind.example"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Nobody can sign in there yet."""
    folder: Path = tmp_path_factory.mktemp("admin")
    for house in running(f"sqlite:///{folder / 'workspace.db'}", published=False):
        open_for_ever(house.desk)
        yield house


def set_password(page: Page) -> None:
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.get_by_role("button").click()


def test_from_the_first_link_to_the_last_session(browser: Browser, house: House) -> None:
    link = f"/set-up/{wiring.admit(house.desk, SetUpAsked(), by='test').token}"
    with seated(browser, house.url, "") as robin, seated(browser, house.url, "") as lena:
        robin.goto("/inbox")
        expect(robin.get_by_text("Nobody can sign in yet.")).to_be_visible()
        robin.goto(link)
        robin.get_by_label("Your name").fill("Robin Ray")
        robin.get_by_label("E-mail address").fill(ROBIN)
        set_password(robin)
        expect(robin.get_by_text("Your password is set.")).to_be_visible()
        expect(robin.get_by_role("heading", name="Inbox")).to_be_visible()

        lena.goto(_invitation(robin))
        expect(lena.get_by_role("heading", name="Welcome, Lena Huber")).to_be_visible()
        set_password(lena)
        expect(lena.get_by_role("link", name=re.compile("^Mine"))).to_be_visible()
        expect(lena.get_by_role("link", name="Users")).to_have_count(0)

        _left_open_elsewhere(browser, house, robin)

        robin.get_by_role("button", name="Sign out", exact=True).click()
        expect(robin.get_by_role("heading", name="Sign in")).to_be_visible()
        robin.goto("/users")
        expect(robin.get_by_role("heading", name="Sign in")).to_be_visible()


def _invitation(robin: Page) -> str:
    """The link that Lena is sent."""
    robin.get_by_role("link", name="Users").click()
    robin.get_by_label("Name", exact=True).fill("Lena Huber")
    robin.get_by_label("E-mail address").fill(LENA)
    robin.get_by_label("Role").select_option("rep")
    robin.get_by_role("button", name="Make an invitation").click()
    expect(robin.get_by_text("somebody in the roster: say who")).to_be_visible()
    expect(robin.get_by_label("E-mail address")).to_have_value(LENA)  # nothing is typed twice
    robin.get_by_label("Who they are in the roster").select_option("lena")
    robin.get_by_role("button", name="Make an invitation").click()
    return robin.locator("#link").inner_text().strip()


def _left_open_elsewhere(browser: Browser, house: House, robin: Page) -> None:
    with seated(browser, house.url, "") as forgotten:
        sign_in(forgotten, ROBIN)
        expect(forgotten.get_by_role("heading", name="Inbox")).to_be_visible()
        robin.goto("/account")
        sessions = robin.get_by_role("region", name="Where you are signed in")
        expect(sessions.locator("tbody tr")).to_have_count(2)
        sessions.get_by_role("button", name=re.compile("^Sign out Chrome")).click()
        expect(robin.get_by_text("That browser is signed out.")).to_be_visible()
        expect(sessions.locator("tbody tr")).to_have_count(1)
        forgotten.goto("/inbox")
        expect(forgotten.get_by_role("heading", name="Sign in")).to_be_visible()
