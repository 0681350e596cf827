"""The script of forms on a page of somebody else, in a real browser; and our own page of the form without any script."""

import http.server
import json
import threading
from collections.abc import Iterator
from itertools import count
from typing import Any  # what axe finds

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from console.seats import A_WHILE
from console.test_accessible import EVERYTHING
from firstright.desk.sources import Add, Described, change_sources
from firstright.intake.formsettings import FormField, FormSettings
from firstright.storage.statement import Statement
from web.houses import House

_names = count(1)
_FACTS = Statement("SELECT facts FROM lead WHERE source = ? ORDER BY id")
_ARRIVALS = Statement("SELECT label, raw FROM arrival WHERE source = ? ORDER BY id")
FIELDS = (
    FormField("first_name", "First name"),
    FormField("email", "Work e-mail", "email", required=True, help="We answer there."),
    FormField("intent", "About", "select", options=("demo", "pricing")),
    FormField("message", "How can we help?", "textarea"),
    FormField("consent", "You may write to me.", "checkbox"),
)
OWN = """<!doctype html><html lang="en"><title>Acme</title><main><h1>Acme</h1>
<form data-firstright="{name}"><label>Mail <input name="email"></label><label>Text <textarea name="message"></textarea></label>
<input type="hidden" name="intent" value="pricing"><button type="submit" name="submit">Send</button></form></main>
<script src="{url}/forms.js" defer></script></html>"""
OURS = """<!doctype html><html lang="en"><title>Acme</title><main><h1>Acme</h1><div data-firstright-form="{name}"></div></main>
<script src="{url}/forms.js" defer></script></html>"""


class Site:
    """Pages of another origin, by path."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        pages = self.pages

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = pages.get(self.path.partition("?")[0], "").encode()
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *told: object) -> None:
                """Nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://localhost:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    found = Site()
    yield found
    found.close()


def form(house: House, site: Site, **settings: Any) -> str:
    name = f"script-{next(_names)}"
    wanted = FormSettings(origins=(site.origin,), fields=FIELDS, min_seconds=0, **settings)
    change_sources(house.desk, Add(Described(name, form=wanted)), by="test")
    site.pages["/own"] = OWN.format(name=name, url=house.url)
    site.pages["/ours"] = OURS.format(name=name, url=house.url)
    return name


def leads(house: House, name: str) -> list[dict[str, object]]:
    with house.desk.read() as tx:
        return [json.loads(facts) for (facts,) in tx.all(_FACTS, (name,))]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(A_WHILE)
        yield page


def test_a_visit_is_followed_to_the_form_it_ends_in(house: House, site: Site, page: Page) -> None:
    name = form(house, site)
    site.pages["/start"] = OWN.format(name=name, url=house.url)
    page.goto(
        f"{site.origin}/start?utm_source=ads&utm_campaign=spring&gclid=g-1&other=1",
        referer="https://search.example/",
    )
    page.goto(f"{site.origin}/own?utm_source=later")
    page.get_by_label("Mail").fill("mara@visit.example")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("status").get_by_text("Thank you").wait_for()
    [lead] = leads(house, name)
    assert {key: lead.get(key) for key in ("email", "source", "campaign", "landing_page", "intent")} == {
        "email": "mara@visit.example",
        "source": "ads",
        "campaign": "spring",
        "landing_page": f"{site.origin}/start?utm_source=ads&utm_campaign=spring&gclid=g-1&other=1",
        "intent": "pricing",
    }
    with house.desk.read() as tx:
        [(label, raw)] = tx.all(_ARRIVALS, (name,))
    sent = json.loads(bytes(raw))
    assert (label, sent["gclid"], sent["pages"], "_took" in sent) == ("created", "g-1", "/start /own", True)
    assert page.context.cookies() == []


def test_what_is_wrong_is_said_beside_its_field_and_can_be_mended(
    house: House, site: Site, page: Page
) -> None:
    name = form(house, site, thanks_text="Got it.")
    page.goto(f"{site.origin}/ours")
    mail = page.get_by_label("Work e-mail")
    mail.fill("no address")
    page.get_by_label("How can we help?").fill("Two arms")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("alert").wait_for()
    assert mail.evaluate("e => document.activeElement === e") and mail.get_attribute("aria-invalid") == "true"
    said = page.locator(f"[id='{(mail.get_attribute('aria-describedby') or '').split()[-1]}']")
    assert said.inner_text() and leads(house, name) == []
    mail.fill("mara@mended.example")
    page.get_by_label("About").select_option("demo")
    page.get_by_label("You may write to me.").check()
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Got it.").wait_for()
    assert page.locator("[aria-invalid]").count() == 0 and mail.input_value() == ""
    [lead] = leads(house, name)
    assert (lead["email"], lead["intent"], lead["message"], lead["consent"]) == (
        "mara@mended.example",
        "demo",
        "Two arms",
        True,
    )


def test_a_second_message_is_another_submission(house: House, site: Site, page: Page) -> None:
    name = form(house, site)
    page.goto(f"{site.origin}/own")
    for text in ("One", "Two"):
        page.get_by_label("Mail").fill("twice@visit.example")
        page.get_by_label("Text").fill(text)
        with page.expect_response(lambda answer: "/v1/forms/" in answer.url):
            page.get_by_role("button", name="Send").click()
        page.get_by_role("status").wait_for()
        page.evaluate("document.querySelector('.fr-said').remove()")
    with house.desk.read() as tx:
        assert [label for label, _ in tx.all(_ARRIVALS, (name,))] == ["created", "merged"]


def test_where_a_script_does_not_get_through_the_form_goes_the_plain_way(
    house: House, site: Site, page: Page
) -> None:
    name = form(house, site)
    page.goto(f"{site.origin}/own")
    page.route(
        "**/v1/forms/*",
        lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_(),
    )
    page.get_by_label("Mail").fill("plain@visit.example")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url(f"{house.url}/forms/{name}/thanks")
    assert [lead["email"] for lead in leads(house, name)] == ["plain@visit.example"]


def test_a_page_of_another_origin_gets_a_link_and_no_form(house: House, site: Site, page: Page) -> None:
    name = f"script-{next(_names)}"
    change_sources(house.desk, Add(Described(name, form=FormSettings(fields=FIELDS))), by="test")
    site.pages["/ours"] = OURS.format(name=name, url=house.url)
    page.goto(f"{site.origin}/ours")
    page.get_by_role("link", name="Open the form").wait_for()


def test_our_page_of_the_form_works_without_a_script(house: House, site: Site, browser: Browser) -> None:
    name = form(house, site, title="Talk to us")
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{house.url}/forms/{name}?utm_source=mail")
        page.get_by_label("Work e-mail").fill("no address")
        page.get_by_role("button", name="Send").click()
        assert "Please look at what is marked" in page.get_by_role("alert").inner_text()
        assert page.get_by_label("Work e-mail").input_value() == "no address"
        page.get_by_label("Work e-mail").fill("noscript@visit.example")
        page.get_by_role("button", name="Send").click()
        page.get_by_role("heading", name="Thank you").wait_for()
    assert [(lead["email"], lead["source"]) for lead in leads(house, name)] == [
        ("noscript@visit.example", "mail")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_form_is_for_everybody(house: House, site: Site, page: Page, scheme: str, width: int) -> None:
    name = form(house, site, title="Talk to us", intro="Somebody who knows your trade will answer.")
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of both
    page.set_viewport_size({"width": width, "height": 844})
    for path in (f"/forms/{name}", f"/forms/{name}/thanks"):
        page.goto(f"{house.url}{path}")
        assert Axe().run(page, options=EVERYTHING).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.goto(f"{house.url}/forms/{name}")
    page.get_by_label("Work e-mail").fill("no address")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("alert").wait_for()
    assert Axe().run(page, options=EVERYTHING).response["violations"] == []
