"""Olga keeps it running: what routes leads now, what could not be told, what sources send that cannot be read, and a file from a
fair, whose columns she says by clicking.
"""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from console.examples import furnished
from console.seats import seat_of
from firstright.storage.statement import Statement
from web.houses import House

ROWS = [
    ("Vorname", "Nachname", "Mailadresse", "Firma", "Land", "Rufnummer", "Wie viele?"),
    ("Resi", "Huber", "resi@almwerk.example", "Almwerk GmbH", "DE", "+49 89 1234567", "40"),
    ("Toni", "Kern", "toni@bergbau.example", "Bergbau AG", "DE", "call me", "80"),
    ("Vroni", "Lutz", "vroni@seilbahn.example", "Seilbahn KG", "AT", "", "12"),
    ("Nobody", "Atall", "", "Ohne Adresse", "DE", "", "7"),
]
CLICKED = {
    "Vorname": "First name",
    "Nachname": "Last name",
    "Mailadresse": "E-mail",
    "Firma": "Company",
    "Land": "Country",
    "Rufnummer": "Phone",
    "Wie viele?": "Employees",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    yield from furnished(tmp_path_factory.mktemp("operations"), 24)


@pytest.fixture(scope="module")
def olga(browser: Browser, house: House) -> Iterator[Page]:
    """One window for all of her tasks."""
    with seat_of(browser, house, "operations") as page:
        yield page


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "messe.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, delimiter=";").writerows(ROWS)
    return path


def test_she_reads_what_routes_leads_now_and_who_published_it(olga: Page) -> None:
    olga.goto("/inbox")
    olga.get_by_role("link", name="Policy", exact=True).click()
    rule = olga.locator("#rule-smb-emea")
    expect(rule).to_contain_text("Small companies in EMEA")
    expect(rule).to_contain_text(re.compile(r"If\s+region is emea,\s+then"))
    expect(olga.get_by_role("heading", name="Where leads went")).to_be_visible()
    olga.get_by_role("link", name="Policy versions").click()
    expect(olga.locator("main")).to_contain_text("the example policy")


def test_she_sends_again_what_could_not_be_told(olga: Page, house: House) -> None:
    dead = "SELECT count(*) FROM delivery WHERE state = 'dead'"
    before = counted(house, dead)
    assert before > 1
    olga.goto("/deliveries")
    expect(olga.get_by_role("link", name=f"Dead {before}")).to_be_visible()
    first = olga.get_by_role("region", name="Deliveries").locator("tbody tr").first
    expect(first).to_contain_text("550 5.1.1 mailbox unavailable")
    first.get_by_role("button", name=re.compile("^Send again")).click()
    expect(olga.get_by_text("It will be sent again, under the same id.")).to_be_visible()
    assert counted(house, dead) == before - 1


def test_she_finds_what_a_source_sends_that_cannot_be_read(olga: Page) -> None:
    olga.goto("/sources")
    olga.get_by_role("link", name="website").click()
    latest = olga.get_by_role("region", name="The latest").locator("tbody tr")
    expect(latest.first).to_contain_text("a new lead")
    wrong = olga.get_by_role("region", name="Could not be read").locator("tbody tr", has_text="call me")
    expect(wrong.first).to_contain_text("phone")
    wrong.first.get_by_role("link").last.click()
    expect(olga.locator("main")).to_contain_text("call me")


def test_she_imports_a_file_by_clicking_and_takes_home_what_was_wrong(
    olga: Page, house: House, file: Path
) -> None:
    olga.goto("/imports")
    olga.get_by_role("link", name="Import a file").first.click()
    olga.get_by_label("CSV file").set_input_files(file)
    olga.get_by_role("button", name="Upload").click()
    expect(olga.get_by_role("heading", name="What are the columns of messe.csv?")).to_be_visible()

    olga.get_by_label("Source").fill("messe-2026")
    for column, ours in CLICKED.items():
        olga.get_by_label(column, exact=True).select_option(label=ours)
    preview = olga.get_by_role("region", name="The first rows as leads")
    expect(preview.locator("tbody tr", has_text="resi@almwerk.example")).to_contain_text("40")
    expect(preview.locator("tbody tr", has_text="toni@bergbau.example")).to_contain_text("phone")
    expect(preview.get_by_text("no lead", exact=True)).to_have_count(1)

    olga.get_by_role("button", name="Start the import").click()
    expect(olga.get_by_text("done", exact=True)).to_be_visible()
    expect(olga.get_by_text("100 %")).to_be_visible()
    created = "SELECT count(*) FROM lead WHERE source = 'messe-2026'"
    assert counted(house, created) == 3

    with olga.expect_download() as saved:
        olga.get_by_role("link", name="Problems as CSV").click()
    with open(saved.value.path(), encoding="utf-8-sig", newline="") as taken:
        wrong = list(csv.reader(taken))
    assert len(wrong) > 2
    assert any("Toni" in row for row in wrong)


def test_her_colleagues_file_from_windows_has_its_columns_guessed_once_it_is_read(
    olga: Page, tmp_path: Path
) -> None:
    path = tmp_path / "händler.csv"
    with path.open("w", encoding="cp1252", newline="") as out:
        csv.writer(out, delimiter=";").writerows(
            [
                ("Vorname", "E-Mail", "Straße", "Messetag"),
                ("Jürgen", "jürgen@ähre.example", "Mühlgässle 3", "3.11.2026"),
            ]
        )
    olga.goto("/imports/new")
    olga.get_by_label("CSV file").set_input_files(path)
    olga.get_by_role("button", name="Upload").click()
    expect(olga.get_by_text("which may be cp1252")).to_be_visible()
    expect(olga.get_by_label("Written in")).to_have_value("cp1252")
    olga.get_by_role("button", name="Read it so").click()
    expect(olga.get_by_label("Vorname", exact=True)).to_have_value("first_name")
    expect(olga.get_by_label("E-Mail", exact=True)).to_have_value("email")
    olga.get_by_label("Messetag", exact=True).select_option(label="When it arrived")
    expect(olga.get_by_label("Dates are written").locator("option")).to_contain_text(["(day month year)"])
    expect(olga.get_by_role("region", name="The first rows as leads").locator("tbody tr")).to_contain_text(
        ["nothing"]
    )
    olga.get_by_label("Between cells").select_option(label="Comma")
    expect(olga.get_by_label("Vorname;E-Mail;Straße;Messetag", exact=True)).to_be_visible()
    expect(olga.get_by_role("button", name="Start the import")).to_be_disabled()
    olga.get_by_label("Between cells").select_option(label="Semicolon")
    expect(olga.get_by_label("Vorname", exact=True)).to_have_value("first_name")


def counted(house: House, select: str) -> int:
    with house.desk.read() as tx:
        n: int = tx.all(Statement(select))[0][0]
        return n
