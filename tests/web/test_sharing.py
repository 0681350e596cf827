"""The page on which a partner answers without a key: what it shows, what it does once, what it refuses."""

from collections.abc import Iterator
from itertools import count

import httpx2
import pytest

from chaos.scene import roster
from firstright.desk.handover import TakeBack
from firstright.desk.links import SHARING, token
from firstright.storage import meetings
from web.staffed import ALWAYS, REPS, Staffed
from web.staffed import house as house
from web.test_handoffs import HANDOFFS

_people = count(1)


@pytest.fixture(scope="module")
def sharing(house: Staffed) -> Iterator[Staffed]:
    told = HANDOFFS.replace('share = ["company"]', 'share = ["company", "country"]')
    house.desk.publish_policy(ALWAYS + told, file="policy.toml", by="mara", reason="test")
    house.desk.publish_roster(roster(REPS), file="roster.toml", by="mara", reason="test")
    yield house


def shared(house: Staffed) -> tuple[str, str, str]:
    """(a lead, its owner, the page of the partner it is shared with)"""
    n = next(_people)
    facts = {
        "email": f"s{n}@acme{n}.example",
        "company": f"Acme {n}",
        "first_name": "Secretia",
        "country": "DE",
    }
    sent = house.send(facts).json()
    lead, rep = str(sent["lead"]), str(sent["owner"]["id"])
    assert house.act(lead, "handoff", {"rep": rep, "type": "robotix"}).json()["outcome"] == "offered"
    ((offer,),) = house.stored("SELECT id FROM offer WHERE lead_id = ?", lead)
    with house.desk.read() as tx:
        return lead, rep, f"/p/{token(meetings.secret(tx), str(offer), SHARING)}"


def anybody(house: Staffed) -> httpx2.Client:
    return httpx2.Client(base_url=house.url, trust_env=False, follow_redirects=True)


def test_a_partner_reads_what_is_shared_and_takes_it_once(sharing: Staffed) -> None:
    lead, rep, page = shared(sharing)
    with anybody(sharing) as partner:
        seen = partner.get(page)
        assert (seen.status_code, "Acme" in seen.text, "We take it" in seen.text) == (200, True, True)
        assert "Germany" in seen.text  # as people write it
        assert [each for each in ("Secretia", "@acme", f">{rep}<", lead) if each in seen.text] == []
        taken = partner.post(page, data={"do": "accept"})
        assert (taken.status_code, "It is yours" in taken.text, "Acme" in taken.text) == (200, True, True)
        assert "It is yours" in partner.post(page, data={"do": "decline", "reason": "busy"}).text
    assert sharing.stored("SELECT outcome, holder_id FROM lead WHERE id = ?", lead) == [
        ("partner", "robotix")
    ]
    assert sharing.stored("SELECT state FROM offer WHERE lead_id = ?", lead) == [("accepted",)]
    sharing.desk.act(TakeBack(lead, rep))
    with anybody(sharing) as partner:
        over = partner.get(page).text
        assert ("Taken back" in over, "Acme" in over) == (True, False)


def test_a_partner_declines_with_a_reason_and_reads_nothing_afterwards(sharing: Staffed) -> None:
    lead, rep, page = shared(sharing)
    with anybody(sharing) as partner:
        vague = partner.post(page, data={"do": "decline", "reason": "no mood"})
        assert (vague.status_code, "Please choose why" in vague.text) == (422, True)
        no = partner.post(page, data={"do": "decline", "reason": "busy"})
        assert ("Declined" in no.text, "Acme" in no.text) == (True, False)
    assert sharing.stored("SELECT outcome, holder_id FROM lead WHERE id = ?", lead) == [("owner", rep)]
    assert sharing.stored("SELECT state, reason FROM offer WHERE lead_id = ?", lead) == [("declined", "busy")]


def test_what_is_no_link_of_ours_opens_nothing(sharing: Staffed) -> None:
    lead, _, page = shared(sharing)
    with sharing.desk.read() as tx:
        booking = token(meetings.secret(tx), lead)  # of the same lead, for another page
    with anybody(sharing) as stranger:
        for bad in ("/p/x", f"/p/{lead}", f"/p/{booking}", page[:-1] + ("A" if page[-1] != "A" else "B")):
            assert stranger.get(bad).status_code == 404
            assert stranger.post(bad, data={"do": "accept"}).status_code == 404
        evil = stranger.post(page, data={"do": "accept"}, headers={"Origin": "https://evil.example"})
        assert evil.status_code == 403
    assert sharing.stored("SELECT state FROM offer WHERE lead_id = ?", lead) == [("offered",)]
