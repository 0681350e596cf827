"""Handoffs in the console, on both databases: who gives with which notes, who says yes, who sees what is offered to whom."""

import re
from collections.abc import Iterator

import pytest

from console.crew import ADA, KIM, UMA, ZOE, came, staffed
from console.visiting import stored, visitor, words
from firstright.core.authority import Role
from web.houses import House

OWN = """
[pools.ae]
name = "Account executives"

[handoffs.to-ae]
name = "To an account executive"
to = { pool = "ae" }
accept = "30min"
notes = ["asked", "next_step"]

[handoffs.help]
kind = "support"
name = "To support"
"""


@pytest.fixture(scope="module")
def house(shared_url: str) -> Iterator[House]:
    yield from staffed(shared_url, ADA + KIM + UMA + ZOE, OWN)


def test_a_lead_is_given_with_its_notes_and_taken(house: House) -> None:
    lead = came(house, "Mara", message="Forty people would use it")
    with visitor(house, Role.REP, "kim") as kim, visitor(house, Role.REP, "uma") as uma:
        page = kim.page(f"/leads/{lead}")
        assert "needs suggested next step" in words(page)
        assert "Forty people would use it" in page
        assert uma.see(f"/leads/{lead}").status_code == 404
        lacking = kim.post(f"/leads/{lead}/handoff", {"epoch": "1", "type": "to-ae", "next_step": ""})
        assert (lacking.status_code, "is needed before it is offered" in lacking.text) == (422, True)
        given = {"epoch": "1", "type": "to-ae", "next_step": "Call on Tuesday"}
        given["key_notes"] = "by 2026-99-99 10:00 UTC"
        assert kim.told(kim.post(f"/leads/{lead}/handoff", given)) == "Handed over."
        assert "Uma Voss is asked by Kim Larsen" in words(kim.page(f"/leads/{lead}"))
        inbox = words(uma.page("/inbox/mine"))
        assert "Offered to you" in inbox
        assert "To an account executive from Kim Larsen" in inbox
        offered = uma.page(f"/leads/{lead}")
        assert "Call on Tuesday" in offered
        assert re.search(r"What happened since came (\w+ )?\d\d:\d\d", words(offered)), (
            "on the clock of who reads it"
        )
        assert re.findall(r"\S+ \S+ UTC", words(offered)) == ["2026-99-99 10:00 UTC"]  # typed, and no moment
        ((offer,),) = stored(house, "SELECT id FROM offer WHERE lead_id = ?", lead)
        answer = uma.post(f"/leads/{lead}/offer-accept", {"epoch": "1", "offer": str(offer)})
        assert uma.told(answer) == "Accepted: it is yours."
        assert stored(house, "SELECT received_at IS NOT NULL FROM offer WHERE lead_id = ?", lead)[0][0] in (
            1,
            True,
        )
        late = kim.post(f"/leads/{lead}/handoff", given)
        assert late.status_code == 404  # it is with somebody else by now


def test_who_declines_says_why_and_the_manager_sees_what_is_open(house: House) -> None:
    lead = came(house, "Nils", message="A quote, please")
    with (
        visitor(house, Role.REP, "kim") as kim,
        visitor(house, Role.REP, "uma") as uma,
        visitor(house, Role.MANAGER, "ada") as ada,
    ):
        kim.post(f"/leads/{lead}/handoff", {"epoch": "1", "type": "to-ae", "next_step": "Send a quote"})
        assert "Offered, and not answered" in words(ada.page("/inbox/team"))
        wrong = uma.post(f"/leads/{lead}/offer-decline", {"epoch": "1", "offer": "", "reason": ""})
        assert wrong.status_code == 422
        uma.post(f"/leads/{lead}/offer-decline", {"epoch": "1", "offer": "", "reason": "busy"})
        assert "Offered to you" in words(ada.page("/inbox/mine"))  # nobody else is in the pool: the manager
        told = kim.told(kim.post(f"/leads/{lead}/offer-withdraw", {"epoch": "1"}))
        assert told == "Taken back."
        assert "Offered" not in words(ada.page("/inbox/mine"))


def test_a_lead_with_support_shows_its_ticket_and_can_be_had_back(house: House) -> None:
    lead = came(house, "Omar", message="It does not move")
    with visitor(house, Role.REP, "kim") as kim, visitor(house, Role.MANAGER, "ada") as ada:
        kim.post(f"/leads/{lead}/handoff", {"epoch": "1", "type": "help"})
        page = words(ada.page(f"/leads/{lead}"))
        assert "Ticket" in page
        assert "With support open" in page
        assert ada.told(ada.post(f"/leads/{lead}/offer-withdraw", {"epoch": "2"})) == "Taken back."
        assert stored(house, "SELECT outcome, holder_id FROM lead WHERE id = ?", lead) == [("owner", "kim")]


def test_nothing_of_it_is_shown_where_the_policy_hands_nothing_over(house: House) -> None:
    with visitor(house, Role.REP, "zoe") as zoe:
        assert "Offered" not in words(zoe.page("/inbox/queues"))
