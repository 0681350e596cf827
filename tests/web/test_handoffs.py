"""Handoffs over HTTP: each end to end, each refusal with its place, a partner's key, and what support says of a ticket."""

from collections.abc import Iterator

import pytest

from chaos.scene import roster
from web.houses import codes
from web.staffed import ALWAYS, REPS, Staffed
from web.staffed import house as house

MISSING = "019fffff-ffff-7fff-bfff-ffffffffffff"
HANDOFFS = """
[handoffs.to-next]
to = { pool = "round" }
accept = "30min"
notes = ["next_step"]

[handoffs.help]
kind = "support"

[handoffs.robotix]
kind = "partner"
to = { partner = "robotix" }
accept = "2d"
share = ["company"]
"""
GIVEN = {"type": "to-next", "next_step": "Call on Tuesday"}


@pytest.fixture(scope="module")
def handing(house: Staffed) -> Iterator[Staffed]:
    house.desk.publish_policy(ALWAYS + HANDOFFS, file="policy.toml", by="mara", reason="test")
    house.desk.publish_roster(roster(REPS), file="roster.toml", by="mara", reason="test")
    yield house


def offered(house: Staffed) -> tuple[str, str, str]:
    """(a lead, who gave it, to whom it is offered)"""
    lead, rep = house.owned()
    answer = house.act(lead, "handoff", {"rep": rep, **GIVEN})
    assert (answer.status_code, answer.json()["outcome"]) == (200, "offered"), answer.json()
    ((to,),) = house.stored("SELECT rep_id FROM offer WHERE lead_id = ? AND state = 'offered'", lead)
    return lead, rep, str(to)


def test_a_lead_is_handed_over_and_taken(handing: Staffed) -> None:
    lead, rep, to = offered(handing)
    answer = handing.act(lead, "offer/accept", {"rep": to, "epoch": 1})
    told = answer.json()
    assert (answer.status_code, told["owner"]["id"], told["epoch"]) == (200, to, 2)
    late = handing.act(lead, "offer/accept", {"rep": rep, "epoch": 1})
    assert (late.status_code, codes(late)) == (409, [("/epoch", "lead.superseded")])
    entries = handing.see(f"/v1/leads/{lead}/timeline").json()["entries"]
    assert [(e["about"]["state"], e["about"]["rep_id"]) for e in entries if e["kind"] == "offer"] == [
        ("accepted", to)
    ]


def test_a_note_that_is_missing_is_named_at_its_field(handing: Staffed) -> None:
    lead, rep = handing.owned()
    answer = handing.act(lead, "handoff", {"rep": rep, "type": "to-next"})
    assert (answer.status_code, codes(answer)) == (422, [("/next_step", "field.missing")])
    unknown = handing.act(lead, "handoff", {"rep": rep, "type": "to-moon"})
    assert (unknown.status_code, codes(unknown)) == (422, [("/type", "value.refused")])


def test_who_declines_gives_a_reason_and_another_is_asked(handing: Staffed) -> None:
    lead, rep, to = offered(handing)
    wrong = handing.act(lead, "offer/decline", {"rep": to, "reason": "no mood"})
    assert (wrong.status_code, codes(wrong)[0][0]) == (422, "/reason")
    answer = handing.act(lead, "offer/decline", {"rep": to, "reason": "busy"})
    assert (answer.status_code, answer.json()["outcome"]) == (200, "offered")
    back = handing.act(lead, "offer/withdraw", {"rep": rep})
    assert (back.status_code, back.json()["owner"]["id"], back.json()["epoch"]) == (200, rep, 1)


def test_the_same_key_again_is_a_repeat(handing: Staffed) -> None:
    lead, rep = handing.owned()
    body = {"rep": rep, **GIVEN}
    first = handing.act(lead, "handoff", body, Idempotency_Key="h1")
    again = handing.act(lead, "handoff", body, Idempotency_Key="h1")
    assert (first.json()["repeat"], again.json()["repeat"]) == (False, True)
    assert again.json()["decision"] == first.json()["decision"]


def test_a_partner_answers_with_a_key_of_theirs_and_for_nobody_else(handing: Staffed) -> None:
    lead, rep = handing.owned()
    handing.act(lead, "handoff", {"rep": rep, "type": "robotix"})
    stranger = handing.new_key("acme", scopes=("partners:answer",))
    with handing.client(stranger) as client:
        assert client.post(f"/v1/shared/{lead}/accept", json={}).status_code == 409
    theirs = handing.new_key("robotix", scopes=("partners:answer",))
    with handing.client(theirs) as client:
        assert client.post(f"/v1/leads/{lead}/offer/accept", json={"rep": "robotix"}).status_code == 403
        answer = client.post(f"/v1/shared/{lead}/accept", json={})
        assert (answer.status_code, answer.json()["outcome"]) == (200, "partner")


def test_a_partner_that_is_called_like_a_rep_does_not_answer_for_them(handing: Staffed) -> None:
    lead, _, to = offered(handing)
    namesake = handing.new_key(to, scopes=("partners:answer",))
    with handing.client(namesake) as client:
        assert client.post(f"/v1/shared/{lead}/accept", json={}).status_code == 409
        assert client.post(f"/v1/shared/{lead}/decline", json={"reason": "busy"}).status_code == 409
    assert handing.act(lead, "offer/accept", {"rep": to}).json()["owner"]["id"] == to


def test_what_nobody_has_is_handed_over_and_had_back_by_nobody_there_is_none_of(handing: Staffed) -> None:
    lead, rep = handing.owned()
    handing.act(lead, "handoff", {"rep": rep, "type": "help"})
    stranger = handing.act(lead, "handoff", {"rep": "nobody", "type": "to-next"})
    assert (stranger.status_code, codes(stranger)) == (409, [("/rep", "lead.superseded")])
    back = handing.act(lead, "offer/withdraw", {"rep": "nobody"})
    assert (back.status_code, codes(back)) == (422, [("/rep", "rep.unknown")])


def test_support_says_how_its_ticket_stands_and_gives_the_lead_back(handing: Staffed) -> None:
    lead, rep = handing.owned()
    handing.act(lead, "handoff", {"rep": rep, "type": "help"})
    ((ticket,),) = handing.stored("SELECT id FROM ticket WHERE lead_id = ?", lead)
    answer = handing.post(f"/v1/tickets/{ticket}", {"state": "waiting", "number": "Z-1"})
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "ticket": ticket,
            "lead": lead,
            "state": "waiting",
            "outside": "Z-1",
            "outcome": "support",
            "back": False,
        },
    )
    back = handing.post(f"/v1/tickets/{lead}", {"state": "solved", "back": True, "next_step": "Call them"})
    assert (back.status_code, back.json()["outcome"], back.json()["back"]) == (200, "owner", True)
    assert handing.stored("SELECT holder_id FROM lead WHERE id = ?", lead) == [(rep,)]
    early = handing.post(f"/v1/tickets/{lead}", {"state": "waiting", "back": True})
    assert (early.status_code, codes(early)) == (422, [("/back", "value.refused")])
    assert handing.post(f"/v1/tickets/{MISSING}", {"state": "open"}).status_code == 404


@pytest.mark.parametrize("path", ["handoff", "offer/accept", "offer/decline", "offer/withdraw"])
def test_each_door_asks_for_its_scope(handing: Staffed, path: str) -> None:
    with handing.client(handing.new_key("web", scopes=("leads:read",))) as client:
        assert client.post(f"/v1/leads/{MISSING}/{path}", json={"rep": "rep0"}).status_code == 403
        assert client.post(f"/v1/tickets/{MISSING}", json={"state": "open"}).status_code == 403
        assert client.post(f"/v1/shared/{MISSING}/accept", json={}).status_code == 403


def test_a_receipt_is_confirmed_by_a_program_of_who_is_asked(handing: Staffed) -> None:
    lead, rep, to = offered(handing)
    seen = "SELECT received_at FROM offer WHERE lead_id = ?"
    other = handing.act(lead, "offer/seen", {"rep": rep})
    assert (other.status_code, codes(other)) == (409, [("/rep", "lead.superseded")])
    assert handing.stored(seen, lead) == [(None,)]
    answer = handing.act(lead, "offer/seen", {"rep": to})
    assert (answer.status_code, answer.json()["outcome"], answer.json()["decision"]) == (200, "offered", None)
    ((at,),) = handing.stored(seen, lead)
    assert at is not None
    assert handing.act(lead, "offer/seen", {"rep": to}).status_code == 200
    assert handing.stored(seen, lead) == [(at,)]  # the first time counts
