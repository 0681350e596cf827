"""Lena has six new leads at nine: each says what to do, with the words to begin with and the list to go through, and she does it."""

import re
from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import Browser, expect

from console.conftest import Seat
from console.examples import EXAMPLES, furnished, held_by
from console.people import came
from console.seats import seat_of
from console.test_accessible import _amiss
from firstright import wiring
from firstright.desk.optingout import Evidence, SayConsent
from firstright.storage import instants, leads
from firstright.storage.statement import Statement
from web.houses import House

COMPANIES = (
    "Alpen Maschinenbau",
    "Isar Feinguss",
    "Donau Logistik",
    "Lech Verpackungen",
    "Inn Blech",
    "Main Druck",
)
MORE = """
[next_actions]

[templates.what-to-say]
drafts = "call"
text = "Hello {first_name}, this is {owner_name}. You asked: {asked} Your {job_reference} is here."

[templates.thanks]
subject = "We have your message"
text = "You hear from us by {expected_response}."

[fields.job_reference]
type = "text"
label = "reference"

[playbooks.first-call]
name = "First call"
opening = ["What made you look for an arm now?"]
verify = ["The number of people"]
ask = ["employees", "product"]

[playbooks.first-call.objections]
"It is too dear" = "Ask what a stop of the line costs."
"""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    for house in furnished(tmp_path_factory.mktemp("next"), 0):
        text = (EXAMPLES / "policies/inbound.toml").read_text()
        head = 'tell_owner = "lead-assigned"'
        told = f'{head}\nacknowledge = "thanks"\nacknowledge_always = true'
        house.desk.publish_policy(text.replace(head, told, 1) + MORE, file="p.toml", by="mara", reason="next")
        for n, company in enumerate(COMPANIES):
            came(house.desk, f"Quiet{n}", company, phone=f"+49891234500{n}", product="")
        yield house


def test_her_first_call(seat: Seat, house: House) -> None:
    lead = held_by(house.desk, "lena")[0].id
    with seat("rep") as page:
        page.goto("/inbox")
        expect(page.get_by_role("region", name="Do next").get_by_role("listitem")).to_have_count(3)
        page.goto(f"/leads/{lead}")
        do = page.get_by_role("region", name="Do next")
        expect(do.get_by_role("link", name=re.compile(r"Call \+49"))).to_have_attribute(
            "href", re.compile("^tel:")
        )
        expect(do).to_contain_text("They were told that their message has come")
        expect(page.get_by_label("What to say")).to_have_value(
            re.compile(r"Wie schnell ist der Arm\? Your \[job reference\?\]")
        )
        book = page.get_by_role("region", name="First call")
        expect(book).to_contain_text("Employees: 120")
        book.get_by_role("button", name=re.compile(r"Done\s*:\s*What made you look")).click()
        expect(page.get_by_role("region", name="First call")).to_contain_text("Lena Huber")
        book.get_by_label("Product").fill("rover")
        page.get_by_role("button", name=re.compile(r"Note it\s*:\s*Product")).click()
        expect(page.get_by_role("region", name="First call")).to_contain_text("rover")
        page.get_by_role("button", name="Left a message").click()
        expect(page.get_by_role("region", name="Do next")).to_contain_text("again")


def test_what_is_wrong_is_said_beside_its_field(seat: Seat, house: House) -> None:
    lead = held_by(house.desk, "lena")[1].id
    with seat("rep") as page:
        page.goto(f"/leads/{lead}")
        book = page.get_by_role("region", name="First call")
        book.get_by_label("Product").fill("hovercraft")
        page.get_by_role("button", name=re.compile(r"Note it\s*:\s*Product")).click()
        expect(book.get_by_label("Product")).to_have_attribute("aria-invalid", "true")
        page.goto(f"/leads/{lead}")
        page.get_by_text("Add a task").click()
        page.get_by_label("What is to be done").fill("Ask about the crane")
        page.get_by_role("button", name="Add it").click()
        expect(page.get_by_role("region", name="Do next")).to_contain_text("Ask about the crane")
        page.goto("/tasks")
        expect(page.get_by_role("region", name="Open tasks")).to_contain_text("Ask about the crane")


def test_what_speaks_against_it_stands_beside_the_message_and_the_task_and_keeps_nobody_from_sending(
    seat: Seat, house: House
) -> None:
    lead = held_by(house.desk, "lena")[4].id
    said = Evidence("console", "lena", text="not by telephone, please")
    house.desk.act(SayConsent(lead, "call", "all", "withdrawn", said, by="lena"))
    with house.desk.database.write() as tx:
        row = leads.rows(tx, {lead})[lead]
        at = instants.text(house.desk.instant(tx, wiring.now()))
        tx.run(
            Statement(
                """INSERT INTO touch (id, lead_id, epoch, rep_id, channel, result, note, happened_at, logged_at, person_id, reported_by)
                   VALUES (?, ?, ?, 'felix', 'call', 'no-answer', '', ?, ?, ?, '')"""
            ),
            (house.desk.new_id(), lead, row.epoch, at, at, row.person_id),
        )
    with seat("rep") as page:
        page.goto(f"/leads/{lead}")
        draft = page.get_by_role("region", name="Your first message")
        expect(draft).to_contain_text("They have taken their consent back (")
        expect(draft).to_contain_text(
            re.compile(r"in touch with this person or company, until .+\(Felix Brunner\)")
        )
        expect(draft.get_by_role("button", name="Copy it")).to_be_enabled()
        page.get_by_text("Add a task").click()
        page.get_by_label("What is to be done").fill("Ask about the crane")
        page.get_by_role("region", name="Do next").get_by_label("How").select_option("call")
        page.get_by_role("button", name="Add it").click()
        task = page.get_by_role("region", name="Do next").locator(".inner", has_text="Ask about the crane")
        expect(task).to_contain_text("They have taken their consent back (")


def test_a_manager_sees_the_task_and_no_draft(seat: Seat, house: House) -> None:
    lead = held_by(house.desk, "lena")[2].id
    with seat("manager") as page:
        page.goto(f"/leads/{lead}")
        expect(page.get_by_role("region", name="Do next")).to_contain_text("Lena Huber does this")
        expect(page.get_by_role("region", name="Your first message")).to_have_count(0)
        page.goto("/tasks")
        expect(page.get_by_role("heading", name="Tasks")).to_be_visible()


@pytest.mark.parametrize("who", ["rep", "manager"])
@pytest.mark.parametrize("path", ["/tasks", "lead", "/inbox"])
def test_it_is_for_everybody(who: str, path: str, house: House, browser: Browser) -> None:
    where = f"/leads/{held_by(house.desk, 'lena')[3].id}" if path == "lead" else path
    assert list(_amiss(partial(seat_of, browser, house), who, where)) == []
