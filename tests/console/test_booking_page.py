"""The booking pages in a real browser of a phone: without script, by keyboard, and as others see them."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from console.test_accessible import EVERYTHING
from firstright.desk.links import token
from firstright.storage import meetings
from firstright.storage.statement import Statement
from routing import CALENDARS, CATCH_ALL, HEAD, TEAM, TO_SDR
from web.houses import House, running

KINDS = """
[meetings.demo]
with = "pool:sdr"
title = "Product demo"
about = "We show you the arm and the rover, and answer what you ask."
location = "By video: https://meet.ours.example/demo"
length = "45min"

[meetings.call]
title = "Short call"
length = "15min"
grid = "15min"
"""
PHONE = {"width": 390, "height": 844}
_MEETINGS = Statement("SELECT state, sequence FROM meeting WHERE lead_id = ? ORDER BY booked_at, id")


@pytest.fixture(scope="module")
def booth(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    for house in running(f"sqlite:///{tmp_path_factory.mktemp('booth') / 'workspace.db'}", published=False):
        house.desk.publish_roster(CALENDARS + "".join(TEAM), file="r", by="test", reason="test")
        house.desk.publish_policy(HEAD + KINDS + TO_SDR + CATCH_ALL, file="p", by="test", reason="test")
        yield house


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, color_scheme="light")
    yield context.new_page()
    context.close()


def lead_of(house: House, name: str, country: str) -> tuple[str, str]:
    """(lead, its link)."""
    sent = house.send(
        {"first_name": name, "email": f"{name.lower()}@{name.lower()}.example", "country": country}
    )
    lead = str(sent.json()["lead"])
    with house.desk.read() as tx:
        return lead, f"{house.url}/b/{token(meetings.secret(tx), lead)}"


def stood(house: House, lead: str) -> list[tuple[object, ...]]:
    with house.desk.read() as tx:
        return [tuple(row) for row in tx.all(_MEETINGS, (lead,))]


def picture(page: Page, name: str) -> None:
    """Kept where somebody asks for pictures, to be looked at."""
    if folder := os.environ.get("FIRSTRIGHT_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"booking-{name}.png"), full_page=True)


def fits(page: Page) -> bool:
    return bool(page.locator("main").bounding_box()["width"] <= PHONE["width"])  # type: ignore[index]  # it is there


def test_a_lead_books_moves_and_calls_off_on_a_phone_without_script(booth: House, phone: Page) -> None:
    lead, link = lead_of(booth, "Mara", "US")
    phone.goto(link)
    assert phone.locator("h1").inner_text() == "Product demo" and fits(phone)
    picture(phone, "slots")
    slot = phone.locator(".bk-slots a").nth(2)
    time = slot.inner_text()
    slot.click()
    picture(phone, "confirm")
    assert phone.locator("h2").inner_text().endswith(time)
    phone.get_by_role("button", name="Confirm").click()
    picture(phone, "booked")
    assert time in phone.locator("h2").inner_text()
    assert stood(booth, lead) == [("booked", 0)]
    phone.get_by_role("link", name="Move it").click()
    phone.locator(".bk-slots a").first.click()
    phone.get_by_role("button", name="Move it here").click()
    assert phone.get_by_role("status").inner_text() == "Done: it is at another time."
    assert stood(booth, lead) == [("booked", 1)]
    phone.locator("summary").click()
    phone.get_by_role("button", name="Call it off").click()
    assert phone.get_by_role("status").inner_text() == "It is called off."
    assert stood(booth, lead) == [("cancelled", 2)]
    assert phone.locator(".bk-slots a").count() > 3  # and another time can be booked


def test_two_want_one_slot_the_second_is_told_and_shown_the_next(booth: House, browser: Browser) -> None:
    _, first = lead_of(booth, "Nils", "DE")
    nils = browser.new_context(viewport=PHONE).new_page()
    nils.goto(first)
    nils.locator(".bk-slots a").first.click()
    twin = nils.context.new_page()
    twin.goto(nils.url)
    nils.get_by_role("button", name="Confirm").click()
    twin.get_by_role("button", name="Confirm").click()  # the same form once more, from the other window
    assert "Booked" in twin.locator(".bk-card").inner_text()
    nils.context.close()


def test_by_keyboard_alone_somebody_new_books_with_a_pool(booth: House, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, timezone_id="Asia/Tokyo")
    page = context.new_page()
    page.goto(f"{booth.url}/b/pool/sdr?zone=Asia/Tokyo")
    picture(page, "pool")
    page.locator(".bk-slots a").first.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Your name").fill("Yuki Tanaka")
    page.keyboard.press("Tab")
    page.keyboard.type("yuki@")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert (
        page.locator("h1").inner_text() == "Product demo"
    )  # the browser itself knows that this is no address
    page.get_by_label("Your e-mail").fill("yuki@tanaka.example")
    picture(page, "who")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Thank you").wait_for()
    with booth.desk.read() as tx:
        found = tx.all(
            Statement(
                "SELECT m.zone, m.state, l.status FROM meeting AS m JOIN lead AS l ON l.id = m.lead_id WHERE l.facts LIKE '%tanaka%'"
            )
        )
    assert [tuple(row) for row in found] == [("Asia/Tokyo", "booked", "scheduled")]
    context.close()


def test_nothing_on_the_booking_pages_keeps_anybody_out(booth: House, browser: Browser) -> None:
    _, link = lead_of(booth, "Olga", "FR")
    for scheme in ("light", "dark"):
        context = browser.new_context(viewport=PHONE, color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]  # both are known
        page = context.new_page()
        page.goto(f"{link}?what=demo")
        picture(page, f"{scheme}")
        slots = page.url
        for step in (".bk-slots a", ""):
            found = Axe().run(page, options=EVERYTHING).response["violations"]
            assert [(each["id"], [n["html"] for n in each["nodes"]][:2]) for each in found] == []
            if step:
                page.locator(step).first.click()
        assert page.url != slots
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        context.close()


def test_a_link_that_is_not_ours_shows_nothing(booth: House, phone: Page) -> None:
    lead, link = lead_of(booth, "Pia", "US")
    forged = link[:-2] + ("AA" if not link.endswith("AA") else "BB")
    for bad in (forged, f"{booth.url}/b/{lead}", f"{booth.url}/b/x", f"{booth.url}/b/pool/nobody"):
        answer = phone.goto(bad)
        assert answer is not None and answer.status == 404
        assert not re.search("Pia|pia@", phone.content())
