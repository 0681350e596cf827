"""Statuses in the console, on both databases: what a status still asks for, a word given with a note, won, lost, a contact, roles."""

from collections.abc import Iterator

import pytest

from console.crew import ADA, KIM, NOOR, came, staffed
from console.visiting import stored, visitor, words
from firstright.core.authority import Role
from web.houses import House

OWN = """
[statuses.qualified]
role = "sdr"
required = ["employees"]
criteria = ["need", "budget"]

[disqualified]
reasons = ["no-visa", "no-budget"]

[roles]
sdr = ["sdr"]
"""


@pytest.fixture(scope="module")
def house(shared_url: str) -> Iterator[House]:
    yield from staffed(shared_url, ADA + KIM + NOOR, OWN)


def test_what_a_status_lacks_stands_beside_the_form_and_is_ticked_once_it_is_so(house: House) -> None:
    lead = came(house, "Mara")
    with visitor(house, Role.REP, "kim") as kim:
        page = kim.page(f"/leads/{lead}")
        assert "What qualified asks for" in words(page) and 'class="stepper"' in page
        lacking = kim.post(f"/leads/{lead}/status", {"epoch": "1", "to": "qualified"})
        assert lacking.status_code == 422
        assert 'id="status-to-wrong"' in lacking.text
        assert "qualified needs: employees (not known); need (not known, and nobody" in words(lacking.text)
        word = {"epoch": "1", "to": "qualified", "met-need": "yes", "met-budget": "yes", "note": ""}
        noted = kim.post(f"/leads/{lead}/status", word)
        assert (noted.status_code, 'id="status-note-wrong"' in noted.text) == (422, True)
        assert 'name="met-need" value="yes" checked' in noted.text  # what was typed comes back


def test_a_lead_that_has_what_qualified_asks_for_is_moved_and_the_page_says_who_gave_their_word(
    house: House,
) -> None:
    lead = came(house, "Tom", employees=40)
    with visitor(house, Role.REP, "kim") as kim:
        word = {"epoch": "1", "to": "qualified", "met-need": "yes", "met-budget": "yes", "note": "by phone"}
        assert kim.told(kim.post(f"/leads/{lead}/status", word)) == "Moved: it is Qualified now."
        page = words(kim.page(f"/leads/{lead}"))
        assert "the work of the SDR" in page and "What scheduled asks for" in page
        assert stored(house, "SELECT status FROM lead WHERE id = ?", lead) == [("qualified",)]
        story = words(kim.page(f"/leads/{lead}?all=1"))
        assert "qualified" in story


def test_disqualified_takes_a_reason_of_the_list_and_a_manager_opens_it_again(house: House) -> None:
    lead = came(house, "Ida")
    with visitor(house, Role.REP, "kim") as kim, visitor(house, Role.MANAGER, "ada") as ada:
        assert '<option value="no-visa">No visa</option>' in kim.page(f"/leads/{lead}")
        vague = kim.post(f"/leads/{lead}/disqualify", {"epoch": "1", "reason": "not a fit"})
        assert (vague.status_code, 'id="disqualify-reason-wrong"' in vague.text) == (422, True)
        assert "alone says nothing anybody can learn from" in words(vague.text)
        gone = kim.post(f"/leads/{lead}/disqualify", {"epoch": "1", "reason": "no-visa", "note": "asked"})
        assert (gone.status_code, gone.headers["location"].partition("?")[0]) == (303, f"/leads/{lead}")
        over = kim.page(f"/leads/{lead}")  # nobody's any more: who had it last reads it
        assert "Open it again" not in words(over) and "Make it a contact" not in words(over)
        assert "disqualified" in words(ada.page(f"/leads/{lead}"))
        again = ada.post(f"/leads/{lead}/reopen", {"epoch": "2", "reason": "they have one now"})
        assert ada.told(again) == "Opened again: a new cycle has begun."
        assert stored(house, "SELECT status, cycle FROM lead WHERE id = ?", lead) == [("routed", 2)]


def test_a_lead_is_made_a_contact_and_roles_are_given(house: House) -> None:
    lead = came(house, "Uwe", company="Uwe Robotics")
    with visitor(house, Role.REP, "kim") as kim:
        told = kim.told(
            kim.post(f"/leads/{lead}/convert", {"epoch": "1", "deal": "Two robots", "amount": "900"})
        )
        assert told == "It is a contact now."
        page = kim.page(f"/leads/{lead}")
        assert "Deal open" in words(page) and f"/leads/{lead}/convert" not in page
        ((account,),) = stored(house, "SELECT account_id FROM conversion WHERE lead_id = ?", lead)
        assert "Uwe Robotics" in kim.page(f"/accounts/{account}")
        assert (
            kim.told(kim.post(f"/leads/{lead}/role", {"epoch": "1", "role": "solutions", "rep": "noor"}))
            == "Noted."
        )
        assert "Solutions Noor Haddad" in words(kim.page(f"/leads/{lead}"))
        wrong = kim.post(f"/leads/{lead}/role", {"epoch": "1", "role": "sdr", "rep": "noor"})
        assert (wrong.status_code, "is no sdr" in words(wrong.text)) == (422, True)


def test_only_who_has_it_or_leads_who_has_it_is_offered_the_forms(house: House) -> None:
    lead = came(house, "Eva", employees=3)
    with visitor(house, Role.REP, "noor") as noor, visitor(house, Role.MANAGER, "ada") as ada:
        assert noor.see(f"/leads/{lead}").status_code == 404
        assert noor.post(f"/leads/{lead}/won", {"epoch": "1"}).status_code == 404
        page = ada.page(f"/leads/{lead}")
        assert f'action="/leads/{lead}/won"' in page and f'action="/leads/{lead}/reopen"' not in page
        assert ada.told(ada.post(f"/leads/{lead}/won", {"epoch": "1"})) == "Won. Its clocks have ended."


def test_managers_see_how_many_stand_where_and_how_long_they_stay(house: House) -> None:
    lead = came(house, "Ole", employees=9)
    word = {"epoch": "1", "to": "qualified", "met-need": "yes", "met-budget": "yes", "note": "by phone"}
    with visitor(house, Role.MANAGER, "ada") as ada, visitor(house, Role.REP, "kim") as kim:
        kim.told(kim.post(f"/leads/{lead}/status", word))
        page = words(ada.page("/pipeline"))
        assert "Routed" in page and "stays" in page and "No visa" in page
        assert kim.see("/pipeline").status_code == 403
        assert 'href="/pipeline"' not in kim.page("/inbox")


def test_who_had_a_lead_last_still_sees_it_when_it_is_over_and_makes_it_a_contact(house: House) -> None:
    lead = came(house, "Won", last_name="Otto", employees=40)
    with visitor(house, Role.REP, "kim") as kim:
        won = kim.post(f"/leads/{lead}/won", {"epoch": "1"})
        assert (won.status_code, won.headers["location"].partition("?")[0]) == (303, f"/leads/{lead}")
        page = kim.page(f"/leads/{lead}")
        assert "Make it a contact" in words(page)
        assert f"/leads/{lead}/touch" not in page  # it is read, not worked
        (epoch,) = stored(house, "SELECT epoch FROM lead WHERE id = ?", lead)[0]
        done = kim.post(f"/leads/{lead}/convert", {"epoch": str(epoch), "deal": "Two robots"})
        assert done.status_code == 303
        assert "Make it a contact" not in words(kim.page(f"/leads/{lead}"))
    with visitor(house, Role.REP, "noor") as noor:
        assert noor.see(f"/leads/{lead}").status_code == 404
