"""Ada looks after her people: what is about to breach goes to somebody else, and what the rules leave to a person is decided."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from console.examples import furnished, held_by
from console.northwind import TWO_OWNERS
from console.people import came, known, opened, sign_in
from console.seats import seated
from firstright.core.authority import Role
from firstright.desk.crm.accounts import TakeCrm
from web.houses import House

URGENT = {"intent": "demo", "employees": "2500"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Lena has a quiet lead and an urgent one; two owners claim the company of a third."""
    for house in furnished(tmp_path_factory.mktemp("manager"), 0):
        house.desk.act(TakeCrm("crm", list(TWO_OWNERS), []))
        came(house.desk, "Quirin", "Alpen Maschinenbau")
        number = 0
        while len(held_by(house.desk, "lena")) < 2:
            came(house.desk, f"Urgent{number}", f"Rotor{number} Werke", **URGENT)
            number += 1
        came(house.desk, "Walter", "Weber Antriebe", email="walter@twoowners.example")
        yield house


@pytest.fixture(scope="module")
def ada(browser: Browser, house: House) -> Iterator[Page]:
    """One window for all of her tasks."""
    with seated(browser, house.url, "") as page:
        sign_in(page, known(house, "Ada Krüger", Role.MANAGER, "ada"))
        yield page


def test_she_gives_what_is_about_to_breach_to_somebody_else(ada: Page, house: House) -> None:
    ada.get_by_role("link", name=re.compile("^Breaching")).click()
    lenas = ada.locator("tbody tr", has_text="Lena Huber")
    row = lenas.filter(has_text=re.compile(r"\burgent\b"))  # late in the evening the quiet one is there, too
    expect(row).to_have_count(1)
    row.get_by_role("link").first.click()

    menu = opened(ada, "Reassign")
    menu.get_by_role("button", name="Reassign").click()
    expect(menu.get_by_label("To")).to_be_focused()  # it says what is lacking before anything is sent
    menu.get_by_label("To").select_option("felix")
    menu.get_by_label("Why").first.fill("Lena is with a customer until noon")
    menu.get_by_role("button", name="Reassign").click()

    expect(ada.get_by_text("Reassigned: it is with Felix Brunner now.")).to_be_visible()
    expect(ada.locator("section", has=ada.get_by_role("heading", name="Owner"))).to_contain_text(
        "Felix Brunner"
    )
    verdict = ada.get_by_role("region", name="Why").locator(".verdict")
    expect(verdict).to_contain_text("Ada Krüger gave this lead to Felix Brunner by hand")
    expect(verdict).to_contain_text("Lena is with a customer until noon")
    assert [entry.glance.name for entry in held_by(house.desk, "lena")] == ["Quirin Moser"]


def test_what_she_asked_of_a_lead_stays_while_others_arrive(ada: Page, house: House) -> None:
    ada.goto(f"/leads/{held_by(house.desk, 'lena')[0].id}")
    ada.locator("summary", has_text="What if one thing had been different?").click()
    ada.get_by_label("Field").select_option("state")
    ada.get_by_label("Would have been").fill("Hessen")
    ada.get_by_role("button", name="Decide with that").click()
    expect(ada.locator("#what-if")).to_contain_text("It would have come otherwise.")
    with ada.expect_response(lambda answer: "/leads/" in answer.url):
        came(house.desk, "Xaver", "Bodensee Druckguss", state="DE-BW")
    ada.wait_for_timeout(300)
    expect(ada.locator("#what-if")).to_contain_text("It would have come otherwise.")
    expect(ada.get_by_label("Would have been")).to_have_value("Hessen")


def test_she_sees_who_has_how_much_and_pauses_somebody(ada: Page, house: House) -> None:
    ada.goto("/team")
    felix, lena = ada.locator("#row-felix"), ada.locator("#row-lena")
    expect(lena).to_contain_text("1 of 60")
    expect(felix).to_contain_text(f"{len(held_by(house.desk, 'felix'))} of 80")
    expect(ada.get_by_role("heading", name="Whose turn is near")).to_be_visible()

    lena.get_by_role("link", name="Pause Lena Huber").click()
    ada.get_by_role("textbox", name="Reason").fill("at the customer's")
    ada.get_by_role("button", name="1 hour").click()
    expect(
        ada.get_by_text(re.compile(r"Paused until .*\. Leads in hand stay where they are\."))
    ).to_be_visible()
    ada.goto("/team")
    expect(lena).to_contain_text("off")


def test_she_decides_what_the_rules_leave_to_a_person(ada: Page, house: House) -> None:
    ada.goto("/review")
    row = ada.locator("tbody tr", has_text="Walter Moser")
    expect(row).to_contain_text("Two owners with equal claims")
    row.get_by_role("button", name="Claim Walter Moser").click()
    expect(ada.get_by_text("In your hands: nobody else decides it meanwhile.")).to_be_visible()

    decide = ada.get_by_role("region", name="Decide")
    decide.get_by_label("To a rep").check()
    decide.get_by_label("To", exact=True).select_option("felix")
    decide.get_by_label("Reason").fill("Felix sold them the first arm")
    decide.get_by_role("button", name="Decide").click()
    expect(
        ada.get_by_text("Decided: it is with Felix Brunner now. Nothing else waits for you.")
    ).to_be_visible()
    expect(ada.get_by_text("Nothing waits for a decision")).to_be_visible()
    assert "Walter Moser" in {entry.glance.name for entry in held_by(house.desk, "felix")}
