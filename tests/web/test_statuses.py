"""The pipeline over HTTP: what it is, a lead moved with all that it lacks at once, roles, and a contact made once."""

import pytest

from web.houses import codes
from web.staffed import REPS, Staffed
from web.staffed import house as house

MISSING = "019fffff-ffff-7fff-bfff-ffffffffffff"
WORDS = ["need", "fit", "timeline", "authority", "budget"]


def test_the_pipeline_is_told_with_what_stands_in_it(house: Staffed) -> None:
    house.owned()
    told = house.see("/v1/statuses").json()
    stages = {each["status"]: each for each in told["statuses"]}
    assert [each["status"] for each in told["statuses"]][:4] == [
        "new",
        "needs-enrichment",
        "routed",
        "attempted-contact",
    ]
    assert stages["routed"]["leads"] >= 1
    assert stages["qualified"]["criteria"] == [*WORDS, "next-step"]
    assert stages["qualified"]["vouch"] == WORDS
    assert stages["contacted"]["enter_on"] == ["connected"]
    assert stages["routed"]["left"] is None  # no table of the policy: nothing is kept of when
    assert "no-budget" in told["disqualified"] and told["roles"] == {}


def test_a_lead_is_moved_and_a_repeat_is_told_the_same(house: Staffed) -> None:
    lead, rep = house.owned()
    lacks = house.act(lead, "status", {"rep": rep, "to": "contacted"})
    assert (lacks.status_code, codes(lacks)) == (422, [("/to", "value.refused")])
    assert "contacted needs: an answer (nobody has talked to them)" in lacks.text
    house.act(lead, "touches", {"rep": rep, "channel": "call", "result": "connected"})
    body = {"rep": rep, "to": "attempted-contact"}
    first = house.act(lead, "status", body, Idempotency_Key="k1")
    again = house.act(lead, "status", body, Idempotency_Key="k1")
    assert (first.status_code, first.json()["status"], first.json()["owner"]["id"]) == (
        200,
        "attempted-contact",
        rep,
    )
    assert again.headers["idempotent-replayed"] == "true"


def test_who_disqualifies_says_why(house: Staffed) -> None:
    lead, rep = house.owned()
    vague = house.act(lead, "status", {"rep": rep, "to": "disqualified", "reason": "not a fit"})
    assert (vague.status_code, codes(vague)) == (422, [("/reason", "value.refused")])
    done = house.act(lead, "status", {"rep": rep, "to": "disqualified", "reason": "no-need"}).json()
    assert (done["outcome"], done["status"], done["owner"]) == ("closed", "disqualified", None)
    over = house.act(lead, "status", {"rep": rep, "to": "won"})
    assert over.status_code == 404  # nobody has it, so it is not theirs to see


def test_a_lead_becomes_a_contact_once(house: Staffed) -> None:
    lead, rep = house.owned()
    body = {"rep": rep, "deal": "Two robots", "amount": 900}
    made = house.act(lead, "convert", body).json()
    assert made["contact"] and made["opportunity"] and made["status"] == "routed"
    again = house.act(lead, "convert", {"rep": rep}).json()
    assert (again["contact"], again["opportunity"], again["repeat"]) == (
        made["contact"],
        made["opportunity"],
        True,
    )
    assert house.stored("SELECT count(*) FROM conversion WHERE lead_id = ?", lead) == [(1,)]


def test_roles_are_given_and_taken(house: Staffed) -> None:
    lead, rep = house.owned()
    given = house.act(lead, "roles", {"rep": rep, "role": "solutions", "to": REPS[0]})
    assert given.status_code == 200
    assert house.stored("SELECT role, rep_id FROM role WHERE lead_id = ?", lead) == [("solutions", REPS[0])]
    assert house.act(lead, "roles", {"rep": rep, "role": "solutions"}).status_code == 200
    assert house.stored("SELECT count(*) FROM role WHERE lead_id = ?", lead) == [(0,)]


@pytest.mark.parametrize(
    ("verb", "body", "status", "wrong"),
    [
        ("status", {}, 400, [("/rep", "field.missing"), ("/to", "field.missing")]),
        ("status", {"rep": REPS[0], "to": "qualifed"}, 422, [("/to", "value.unknown")]),
        ("status", {"rep": REPS[0], "to": "won", "met": "need"}, 400, [("/met", "type.expected_array")]),
        ("status", {"rep": "nobody", "to": "won"}, 422, [("/rep", "rep.unknown")]),
        ("roles", {"rep": REPS[0], "role": "closer"}, 422, [("/role", "value.unknown")]),
        ("convert", {"rep": REPS[0], "amount": -1}, 422, [("/amount", "number.range")]),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    house: Staffed, verb: str, body: object, status: int, wrong: list[tuple[str, str]]
) -> None:
    lead, _ = house.owned()
    answer = house.act(lead, verb, body)
    assert (answer.status_code, codes(answer)) == (status, wrong)


@pytest.mark.parametrize("verb", ["status", "roles", "convert"])
def test_it_takes_a_key_that_may_act(house: Staffed, verb: str) -> None:
    key = house.new_key("web", scopes=("leads:read",))
    with house.client(key) as client:
        assert client.post(f"/v1/leads/{MISSING}/{verb}", json={}).status_code == 403
