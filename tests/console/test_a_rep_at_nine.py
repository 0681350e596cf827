"""Lena signs in at nine: six new leads, the most urgent first. She works through them in two windows, and pauses for lunch."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from console.examples import furnished, held_by
from console.people import came, known, opened, sign_in
from console.seats import seated
from firstright.core.authority import Role
from web.houses import House

QUIET = ("Alpen Maschinenbau", "Isar Feinguss", "Donau Logistik", "Lech Verpackungen")
URGENT = {"intent": "demo", "employees": "2500"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Six leads are Lena's: four questions, and then two that are urgent."""
    for house in furnished(tmp_path_factory.mktemp("nine"), 0):
        for number, company in enumerate(QUIET):
            came(house.desk, f"Quiet{number}", company)
        number = 0
        while len(held_by(house.desk, "lena")) < len(QUIET) + 2:
            came(
                house.desk, f"Urgent{number}", f"Rotor{number} Werke", **URGENT
            )  # Ada and Felix have their turns, too
            number += 1
        yield house


@pytest.fixture
def lena(browser: Browser, house: House) -> Iterator[tuple[Page, Page]]:
    """Two windows of one browser; she is not signed in yet."""
    with seated(browser, house.url, "") as first:
        second = first.context.new_page()
        yield first, second


def names(page: Page) -> list[str]:
    return [name.strip() for name in page.locator("tbody a.opens").all_text_contents()]


def test_her_morning(lena: tuple[Page, Page], house: House) -> None:
    page, other = lena
    sign_in(page, known(house, "Lena Huber", Role.REP, "lena"))

    expect(page).to_have_url(f"{house.url}/inbox")
    expect(page.get_by_role("link", name="Mine 6")).to_be_visible()
    listed = names(page)
    assert len(listed) == 6
    assert all(name.startswith("Urgent") for name in listed[:2])
    assert all(name.startswith("Quiet") for name in listed[2:])

    first = page.get_by_role("region", name="Do next").get_by_role("link", name="Begin with Urgent")
    expect(first).to_have_count(1)  # what is most urgent is what she is asked to do
    page.get_by_role("link", name=listed[0], exact=True).click()
    why = page.get_by_role("region", name="Why")
    expect(why.locator(".verdict")).to_contain_text(
        "Lena Huber owns this lead because rule “Demo requests of large companies”"
    )
    expect(why.get_by_text("got it: their turn")).to_be_visible()

    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Accepted: it is yours.")).to_be_visible()
    touch = opened(page, "Log a touch")
    touch.get_by_label("How").select_option("call")
    touch.get_by_label("Note").fill("Wants to see the arm lift 20 kg.")
    touch.get_by_role("button", name="Log it").click()
    expect(page.get_by_text("Logged.")).to_be_visible()
    expect(page.get_by_role("region", name="What happened")).to_contain_text(
        "Wants to see the arm lift 20 kg."
    )

    _declined_in_one_window_gone_in_the_other(page, other, listed)
    _a_note_stays_half_typed(page, other, house)
    _paused_for_lunch(page, house)


def _declined_in_one_window_gone_in_the_other(page: Page, other: Page, listed: list[str]) -> None:
    """A list follows by itself, where it stands, and what she is typing in it stays."""
    other.set_viewport_size({"width": 1440, "height": 340})
    other.goto("/inbox/mine")
    gone = other.locator("tbody tr", has_text=listed[3])
    other.get_by_role("searchbox", name="Search").fill("half a na")
    other.evaluate("() => scrollTo(0, 120)")

    page.goto("/inbox")
    page.get_by_role("link", name=listed[3]).click()
    decline = opened(page, "Decline")
    decline.get_by_label("Why").select_option("busy")
    decline.get_by_role("button", name="Decline it").click()
    expect(page.get_by_text("Declined: it goes to somebody else.")).to_be_visible()

    expect(gone).to_have_count(0)
    assert names(other) == names(page)
    assert len(names(other)) == 5
    assert other.evaluate("() => scrollY") == 120
    expect(other.get_by_role("searchbox", name="Search")).to_have_value("half a na")


def _a_note_stays_half_typed(page: Page, other: Page, house: House) -> None:
    """She writes in one window about a lead of which something becomes known meanwhile."""
    lead = held_by(house.desk, "lena")[-2].id
    other.set_viewport_size({"width": 1440, "height": 900})
    other.goto(f"/leads/{lead}")
    note = opened(other, "Log a touch").get_by_label("Note")
    note.fill("Rang twice, then")

    page.goto(f"/leads/{lead}")
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Accepted: it is yours.")).to_be_visible()

    expect(other.get_by_role("region", name="What happened")).to_contain_text("Accepted")
    expect(note).to_be_visible()
    expect(note).to_have_value("Rang twice, then")
    expect(note).to_be_focused()


def _paused_for_lunch(page: Page, house: House) -> None:
    """While she is away nothing new comes to her, not even what is hers by territory; then she is back."""
    page.get_by_role("link", name="My turn").click()
    page.get_by_role("textbox", name="Reason").fill("lunch")
    page.get_by_role("button", name="1 hour").click()
    expect(
        page.get_by_text(re.compile(r"Paused until .*\. Leads in hand stay where they are\."))
    ).to_be_visible()
    assert came(house.desk, "Korbinian", "Chiemsee Werkzeugbau") == ""

    page.get_by_role("button", name="Resume now").click()
    expect(page.get_by_text("You take leads again, as of now.")).to_be_visible()
    assert came(house.desk, "Leopold", "Tegernsee Werkzeugbau") != ""
