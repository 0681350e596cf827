"""Meetings in the console: booked, moved and called off from a lead's page, and an agenda that asks how they went."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from console.seats import token_for
from console.test_accessible import EVERYTHING
from console.visiting import stored, visitor, words
from firstright import wiring
from firstright.core.authority import Role
from firstright.storage import meetings
from firstright.storage.meetings import MeetingRow
from firstright.web.console.gate import PLAIN_COOKIE
from routing import CALENDARS, CATCH_ALL, HEAD, TEAM, TO_SDR
from web.houses import House, running

KINDS = """
[meetings.demo]
with = "pool:sdr"
title = "Product demo"

[meetings.call]
title = "Short call"
length = "15min"
"""
ALWAYS = CALENDARS.replace("mon-fri", "mon-sun").replace("09:00-17:00", "00:00-24:00")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    for found in running(f"sqlite:///{tmp_path_factory.mktemp('agenda') / 'workspace.db'}", published=False):
        found.desk.publish_roster(ALWAYS + "".join(TEAM), file="r", by="test", reason="test")
        found.desk.publish_policy(HEAD + KINDS + TO_SDR + CATCH_ALL, file="p", by="test", reason="test")
        yield found


def lead_of(house: House, name: str) -> tuple[str, str]:
    """(lead, its owner)"""
    sent = house.send(
        {"first_name": name, "email": f"{name}@{name}.example", "company": f"{name} Works"}
    ).json()
    return str(sent["lead"]), str(sent["owner"]["id"])


def slots(page: str) -> list[str]:
    return re.findall(r'<option value="((?:demo|call)\|[^"]+)"', page)


def begun(house: House, lead: str, hours: int) -> None:
    """The lead's meeting, as if it had begun so long ago."""
    with house.desk.database.write() as tx:
        [row] = [each for each in meetings.of_lead(tx, lead) if each.state == "booked"]
        back: datetime = house_now(house) - timedelta(hours=hours)
        meetings.save(tx, _at(row, back))


def house_now(house: House) -> datetime:
    with house.desk.read() as tx:
        return house.desk.instant(tx, wiring.now())


def _at(row: MeetingRow, starts: datetime) -> MeetingRow:
    lasts = row.ends_at - row.starts_at
    row.starts_at, row.ends_at, row.since_at, row.until_at = starts, starts + lasts, starts, starts + lasts
    return row


def test_a_rep_books_moves_and_calls_off_for_their_lead(house: House) -> None:
    lead, rep = lead_of(house, "mara")
    with visitor(house, Role.REP, rep) as kim:
        page = kim.page(f"/leads/{lead}")
        assert {each.partition("|")[0] for each in slots(page)} == {"demo", "call"}
        assert kim.told(kim.post(f"/leads/{lead}/book", {"slot": slots(page)[3]})).startswith("Booked with")
        page = kim.page(f"/leads/{lead}")
        assert "Product demo with" in words(page) and {each.partition("|")[0] for each in slots(page)} == {
            "demo"
        }
        assert (
            kim.told(kim.post(f"/leads/{lead}/meeting-move", {"slot": slots(page)[6]}))
            == "Moved. Both are told."
        )
        assert (
            kim.told(kim.post(f"/leads/{lead}/meeting-cancel", {"why": "ill"}))
            == "Called off. Both are told."
        )
        assert stored(house, "SELECT state, sequence, reason FROM meeting WHERE lead_id = ?", lead) == [
            ("cancelled", 2, "ill")
        ]
        again = kim.post(f"/leads/{lead}/book", {"slot": "demo|yesterday"})
        assert again.status_code == 422 and "is taken by now; choose another time" in words(again.text)


def test_the_agenda_shows_what_is_ahead_and_asks_how_it_went(house: House) -> None:
    came, missed = lead_of(house, "nils"), lead_of(house, "olga")
    ahead = lead_of(house, "pia")
    with visitor(house, Role.OPERATIONS) as olga:
        for lead, _ in (came, missed, ahead):
            chosen = slots(olga.page(f"/leads/{lead}"))[9]
            olga.told(olga.post(f"/leads/{lead}/book", {"slot": chosen}))
        begun(house, came[0], 3)
        begun(house, missed[0], 5)
        said = words(olga.page("/agenda"))
        assert "How did it go?" in said and "nils" in said and "Product demo" in said
        assert olga.told(olga.post(f"/leads/{came[0]}/meeting-held")) == "Noted: you met."
        assert olga.told(olga.post(f"/leads/{missed[0]}/meeting-no-show")).startswith(
            "Noted: they did not come"
        )
        said = words(olga.page("/agenda"))
        assert "How did it go?" not in said and "pia" in said and "The last thirty days" in said
        assert "Offer another time: they did not come" in words(olga.page(f"/leads/{missed[0]}"))
        assert "clashes" not in said
        with house.desk.database.write() as tx:
            [row] = meetings.of_lead(tx, ahead[0])
            meetings.set_appointments(tx, row.rep_id, [(row.ends_at, row.ends_at + timedelta(hours=1))])
        assert "clashes" not in words(olga.page("/agenda"))
        with house.desk.database.write() as tx:
            meetings.set_appointments(tx, row.rep_id, [(row.starts_at, row.starts_at + timedelta(minutes=5))])
        assert "clashes with their calendar" in words(olga.page("/agenda"))
    with visitor(
        house, Role.REP, next(each for each in ("kim", "noor", "omar") if each != ahead[1])
    ) as other:
        assert "pia" not in words(other.page("/agenda"))
        assert other.post(f"/leads/{ahead[0]}/meeting-cancel").status_code == 404


def test_nothing_on_the_agenda_or_beside_a_lead_keeps_anybody_out(house: House, browser: Browser) -> None:
    booked, open_ = lead_of(house, "quinn")[0], lead_of(house, "rosa")[0]
    with visitor(house, Role.OPERATIONS) as olga:
        for lead in (booked, open_):
            olga.post(f"/leads/{lead}/book", {"slot": slots(olga.page(f"/leads/{lead}"))[12]})
    begun(house, open_, 2)
    for scheme in ("light", "dark"):
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, color_scheme=scheme, bypass_csp=True
        )  # type: ignore[arg-type]  # both are known
        token = token_for(house.desk, Role.OPERATIONS, "")
        context.add_cookies([{"name": PLAIN_COOKIE, "value": token, "url": house.url}])
        page = context.new_page()
        for path in ("/agenda", f"/leads/{booked}", f"/leads/{open_}"):
            page.goto(house.url + path)
            for fold in page.locator("#meeting summary").all():
                fold.click()
            found = Axe().run(page, options=EVERYTHING).response["violations"]
            assert [(path, each["id"], each["nodes"][0]["html"]) for each in found] == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        context.close()
