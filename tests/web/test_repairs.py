"""Repairs over HTTP: told beforehand, begun, stopped, each refusal with its place, each scope on its own."""

from web.houses import codes
from web.staffed import Staffed
from web.staffed import house as house

MISSING = "019fffff-ffff-7fff-bfff-ffffffffffff"


def rule_of(house: Staffed, lead: str) -> str:
    ((rule,),) = house.stored("SELECT rule FROM lead WHERE id = ?", lead)
    return str(rule)


def test_a_repair_is_told_beforehand_begun_listed_and_stopped(house: Staffed) -> None:
    lead, _ = house.owned()
    body = {"rules": [rule_of(house, lead)]} | {"since": "2020-01-01T00:00:00Z"}
    told = house.post("/v1/repairs/preview", body).json()
    assert told["found"] >= 1
    assert told["found"] == told["moved"] + told["stayed"] + sum(told["kept"].values())
    assert lead in [each["lead"] for each in told["leads"]]
    assert house.stored("SELECT count(*) FROM repair") == [(0,)]
    begun = house.post("/v1/repairs", {**body, "reason": "the rule was wrong"})
    assert begun.status_code == 200, begun.text
    name = begun.json()["repair"]
    again = house.post("/v1/repairs", {**body, "reason": "twice"})
    assert (again.status_code, "is under way" in again.text) == (422, True)
    assert house.post(f"/v1/repairs/{name}/stop", {}).status_code == 200
    found = house.get(f"/v1/repairs/{name}?state=waiting").json()
    assert (found["about"]["state"], found["about"]["reason"]) == ("stopped", "the rule was wrong")
    assert found["about"]["selection"]["rules"] == body["rules"]
    assert [each["repair"] for each in house.get("/v1/repairs").json()["repairs"]] == [name]


def test_what_is_wrong_is_said_with_its_place(house: Staffed) -> None:
    assert codes(house.post("/v1/repairs", {"version": 1})) == [("/reason", "field.missing")]
    none = house.post("/v1/repairs/preview", {"sources": ["web"]})
    assert (none.status_code, "name a policy version" in none.text) == (422, True)
    late = {"since": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}
    assert codes(house.post("/v1/repairs/preview", late)) == [("/until", "value.refused")]
    assert codes(house.post("/v1/repairs/preview", {"version": "two"})) == [
        ("/version", "type.expected_integer")
    ]
    for path in (MISSING, "nonsense"):
        assert house.get(f"/v1/repairs/{path}").status_code == 404
        assert house.post(f"/v1/repairs/{path}/stop", {}).status_code == 404
    assert house.get(f"/v1/repairs/{MISSING}?state=gone").status_code == 400


def test_who_may_only_act_repairs_nothing(house: Staffed) -> None:
    key = house.new_key("web", scopes=("leads:read", "leads:act"))
    with house.client(key) as client:
        assert client.post("/v1/repairs", json={"version": 1, "reason": "x"}).status_code == 403
        assert client.post("/v1/repairs/preview", json={"version": 1}).status_code == 403
