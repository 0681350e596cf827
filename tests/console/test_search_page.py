"""The search of every page, on both databases: what is found and whose, one lead alone at once, and nothing found in words."""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from console.visiting import Visitor, visitor, words
from firstright.core.authority import Role
from firstright.storage import accounts
from firstright.storage.accounts import AccountRow
from firstright.wiring import now
from web.houses import House, running

HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def house(shared_url: str) -> Iterator[House]:
    """Northwind's; a module's tests share it."""
    yield from running(shared_url)


def came(house: House, email: str, **facts: object) -> str:
    """A new lead."""
    return str(house.send({"email": email, **facts}).json()["lead"])


def looked(seen: Visitor, text: str) -> str:
    return words(seen.page(f"/search?q={quote(text)}"))


def test_a_number_is_called_with_its_plus(house: House) -> None:
    lead = came(house, "ann@call.example", phone="+4930901820", country="DE")
    with visitor(house, Role.OPERATIONS) as seen:
        assert 'href="tel:+4930901820"' in seen.page(f"/leads/{lead}")


def test_one_lead_alone_is_opened_at_once(house: House) -> None:
    lead = came(house, "jo@alone.example", external_id="HS-77")
    with visitor(house, Role.OPERATIONS) as seen:
        for text in ("jo@alone.example", "JO@Alone.example ", "alone.example", lead, "HS-77"):
            answer = seen.see(f"/search?q={quote(text)}")
            assert (answer.status_code, answer.headers["location"]) == (303, f"/leads/{lead}"), text


def test_several_are_listed_and_their_facts_are_text(house: House) -> None:
    leads = [came(house, f"p{n}@several.example", company=HOSTILE, message=HOSTILE) for n in range(3)]
    with visitor(house, Role.OPERATIONS) as seen:
        page = seen.page("/search?q=several.example")
    assert [lead for lead in leads if f'href="/leads/{lead}"' in page] == leads
    assert HOSTILE not in page
    assert HOSTILE in words(page)
    assert "Looked for the domain several.example and this id in other systems." in words(page)


def test_accounts_are_found_beside_leads(house: House) -> None:
    came(house, "jo@hill.example")
    row = AccountRow(
        house.desk.new_id(), "crm", "A-1", f"Hill {HOSTILE}", "lena", "", "", None, "{}", None, now()
    )
    with house.desk.database.write() as tx:
        accounts.upsert_account(tx, row, ["hill.example"])
    with visitor(house, Role.OPERATIONS) as seen:
        page = seen.page("/search?q=hill.example")
    told = words(page)
    assert HOSTILE not in page
    assert re.search(r"Leads 1 .* Accounts 1 Name Owner System and id Hill <script>.* crm A-1", told)


def test_what_is_not_theirs_is_as_if_it_were_not_there(house: House) -> None:
    lead = came(house, "jo@contoso.example")  # goes to ada
    with visitor(house, Role.REP, "lena") as seen:
        for text in ("jo@contoso.example", lead):
            assert f"Nothing found for “{text}”" in looked(seen, text)
        assert looked(seen, "jo@contoso.example") == looked(seen, "jo@contoso.example")
    with visitor(house, Role.REP, "ada") as seen:
        assert seen.see("/search?q=jo@contoso.example").headers["location"] == f"/leads/{lead}"


def test_nothing_found_says_what_was_looked_for(house: House) -> None:
    with visitor(house, Role.OPERATIONS) as seen:
        told = looked(seen, "+49 30 9018201")
        assert "the telephone number +49309018201" in told
        told = looked(seen, HOSTILE)
        assert f"Nothing found for “{HOSTILE}”" in told
        assert HOSTILE not in seen.page(f"/search?q={quote(HOSTILE)}")
        assert "What do you have in hand?" in looked(seen, "  ")
        assert "That cannot be looked up" in looked(seen, "x" * 300)
        assert seen.see("/search?q=a%00b").status_code == 422
        assert seen.see("/search?p=1").status_code == 400


def test_nobody_searches_who_is_not_signed_in(house: House) -> None:
    answer = house.get("/search?q=jo@contoso.example", accept="text/html")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=")
