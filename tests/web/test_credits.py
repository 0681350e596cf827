"""Leads given back and turns asked back over HTTP: each end to end, each refusal with its place, each scope on its own."""

from datetime import UTC, datetime, timedelta

from firstright.storage.statement import Statement
from web.houses import codes
from web.staffed import Staffed
from web.staffed import house as house

MISSING = "019fffff-ffff-7fff-bfff-ffffffffffff"


def returned(house: Staffed, reason: str) -> tuple[str, str]:
    """(a new lead that its owner gave back, its owner then)"""
    long_ago = (datetime.now(UTC) - timedelta(days=90)).isoformat()
    with house.desk.database.write() as tx:  # whatever came back before was of another month
        tx.run(Statement("UPDATE ledger SET kind = 'manual' WHERE kind = 'returned' AND at > ?"), (long_ago,))
    lead, rep = house.owned()
    answer = house.act(lead, "return", {"rep": rep, "reason": reason, "epoch": 1})
    assert (answer.status_code, answer.json()["owner"]["id"] != rep) == (200, True), answer.text
    return lead, rep


def asked(house: Staffed) -> tuple[str, str]:
    """(a turn that waits for a yes, whose it was)"""
    lead, rep = returned(house, "invalid-contact")
    ((name,),) = house.stored("SELECT id FROM credit_request WHERE lead_id = ?", lead)
    return str(name), rep


def test_a_lead_is_given_back_and_its_turn_with_it(house: Staffed) -> None:
    lead, rep = returned(house, "conflict")
    why = house.get(f"/v1/leads/{lead}/why").json()["decisions"][-1]
    assert any("goes back to" in line for line in why["sentences"])
    assert [(c["rep"]["id"], c["state"]) for c in why["explanation"]["credits"]] == [(rep, "given")]
    told = house.get(f"/v1/leads/{lead}/timeline").json()["entries"]
    assert [e["about"]["state"] for e in told if e["kind"] == "credit"] == ["given"]
    mine = house.get(f"/v1/credit-requests?rep={rep}").json()["requests"][0]
    assert (mine["lead"], mine["reason"], mine["state"], mine["cost"]) == (lead, "conflict", "given", 10**9)


def test_a_reason_that_is_none_of_the_list_and_another_rep_are_refused(house: Staffed) -> None:
    lead, rep = house.owned()
    assert codes(house.act(lead, "return", {"rep": rep, "reason": "bored"})) == [("/reason", "value.unknown")]
    stranger = house.act(lead, "return", {"rep": "nobody", "reason": "conflict"})
    assert stranger.status_code in (409, 422)


def test_a_turn_that_waits_is_listed_and_given_once(house: Staffed) -> None:
    name, rep = asked(house)
    found = house.get("/v1/credit-requests?limit=100").json()["requests"]
    assert name in [each["request"] for each in found]
    done = house.post(f"/v1/credit-requests/{name}/approve", {"reason": "I looked"})
    told = done.json()
    assert (done.status_code, told["state"], told["rep"], told["repeat"]) == (200, "given", rep, False)
    assert house.post(f"/v1/credit-requests/{name}/approve", {}).json()["repeat"] is True
    assert house.get(f"/v1/decisions/{told['decision']}").json()["reason"] == "credit-back"
    late = house.post(f"/v1/credit-requests/{name}/refuse", {"reason": "no"})
    assert (late.status_code, "answered it already" in late.text) == (422, True)


def test_a_no_needs_a_reason_and_what_is_not_there_is_not_found(house: Staffed) -> None:
    name, _ = asked(house)
    bare = house.post(f"/v1/credit-requests/{name}/refuse", {})
    assert (bare.status_code, codes(bare)) == (400, [("/reason", "field.missing")])
    done = house.post(f"/v1/credit-requests/{name}/refuse", {"reason": "it rings"})
    assert (done.status_code, done.json()["state"]) == (200, "refused")
    for path in (MISSING, "nonsense"):
        assert house.post(f"/v1/credit-requests/{path}/approve", {}).status_code == 404
    assert house.get("/v1/credit-requests?after=nonsense").status_code == 400
    assert house.get("/v1/credit-requests?rep=ada&after=x").status_code == 400


def test_pages_of_what_waits_follow_each_other(house: Staffed) -> None:
    names = [asked(house)[0] for _ in range(3)]
    found, path = [], "/v1/credit-requests?limit=2"
    while path:
        page = house.get(path).json()
        found += [each["request"] for each in page["requests"]]
        path = f"/v1/credit-requests?limit=2&after={page['next']}" if page["next"] else ""
    assert len(found) == len(set(found))
    assert [name for name in found if name in names] == names


def test_only_a_key_that_may_work_reviews_answers(house: Staffed) -> None:
    name, _ = asked(house)
    with house.client(house.new_key("reader", scopes=("leads:read", "leads:act"))) as client:
        assert client.get("/v1/credit-requests").status_code == 200
        assert client.post(f"/v1/credit-requests/{name}/approve", json={}).status_code == 403
    with house.client(house.new_key("writer", scopes=("leads:write",))) as client:
        assert client.get("/v1/credit-requests").status_code == 403


def test_a_source_says_what_its_leads_were_given_back_for(house: Staffed) -> None:
    returned(house, "conflict")
    (web,) = [each for each in house.get("/v1/sources").json()["sources"] if each["source"] == "web"]
    assert web["asked_back"]["conflict"] >= 1
