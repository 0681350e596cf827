"""Repairs over HTTP: told beforehand, begun, stopped, each refusal with its place, each scope on its own."""

from firstright.desk.errands import carry_out
from firstright.wiring import now
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
    preview = house.post("/v1/repairs/previews", body).json()["errand"]
    carry_out(house.desk, preview, now, lambda done, of: None)
    seen = house.get(f"/v1/repairs/previews/{preview}?state=stayed").json()
    about = seen["about"]
    assert (about["state"], about["done"]) == ("done", about["total"])
    assert about["total"] == sum(about["told"]["states"].values()) >= 1
    assert lead in [each["lead"] for each in seen["listed"]]
    assert [each["preview"] for each in house.get("/v1/repairs/previews").json()["previews"]] == [preview]
    assert house.stored("SELECT count(*) FROM repair") == [(0,)]
    both = house.post("/v1/repairs", {**body, "preview": preview, "reason": "the rule was wrong"})
    assert codes(both) == [("/preview", "value.refused")]
    begun = house.post("/v1/repairs", {"preview": preview, "reason": "the rule was wrong"})
    assert begun.status_code == 200, begun.text
    name = begun.json()["repair"]
    again = house.post("/v1/repairs", {**body, "reason": "twice"})
    assert (again.status_code, "is under way" in again.text) == (422, True)
    assert house.post(f"/v1/repairs/{name}/stop", {}).status_code == 200
    found = house.get(f"/v1/repairs/{name}?state=waiting").json()
    assert (found["about"]["state"], found["about"]["reason"]) == ("stopped", "the rule was wrong")
    assert found["about"]["selection"]["rules"] == body["rules"]
    assert (found["about"]["preview"], found["otherwise"]) == (preview, [])
    assert [each["repair"] for each in house.get("/v1/repairs").json()["repairs"]] == [name]


def test_a_preview_that_was_stopped_says_by_whom(house: Staffed) -> None:
    name = house.post("/v1/repairs/previews", {"version": 1, "rules": ["stopped"]}).json()["errand"]
    assert house.post(f"/v1/repairs/previews/{name}/stop", {}).status_code == 200
    about = house.get(f"/v1/repairs/previews/{name}").json()["about"]
    assert (about["state"], about["stopped_by"] != "", about["stopped_why"]) == ("stopped", True, "")
    told = house.get(f"/v1/errands/{name}").json()
    assert (told["kind"], told["stopped_by"]) == ("repair-preview", about["stopped_by"])
    assert told["finished_at"] == about["finished_at"] is not None
    assert house.post(f"/v1/errands/{name}/stop", {}).status_code == 404  # at its own address
    assert house.get(f"/v1/errands/{MISSING}").status_code == 404


def test_what_is_wrong_is_said_with_its_place(house: Staffed) -> None:
    assert codes(house.post("/v1/repairs", {"version": 1})) == [("/reason", "field.missing")]
    none = house.post("/v1/repairs/previews", {"sources": ["web"]})
    assert (none.status_code, "name a policy version" in none.text) == (422, True)
    late = {"since": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}
    assert codes(house.post("/v1/repairs/previews", late)) == [("/until", "value.refused")]
    assert codes(house.post("/v1/repairs/previews", {"version": "two"})) == [
        ("/version", "type.expected_integer")
    ]
    for path in (MISSING, "nonsense"):
        assert house.get(f"/v1/repairs/{path}").status_code == 404
        assert house.post(f"/v1/repairs/{path}/stop", {}).status_code == 404
        assert house.get(f"/v1/repairs/previews/{path}").status_code == 404
        assert house.post(f"/v1/repairs/previews/{path}/stop", {}).status_code == 404
    assert house.get(f"/v1/repairs/{MISSING}?state=gone").status_code == 400
    assert house.get(f"/v1/repairs/previews/{MISSING}?state=waiting").status_code == 400


def test_who_may_only_act_repairs_nothing(house: Staffed) -> None:
    key = house.new_key("web", scopes=("leads:read", "leads:act"))
    with house.client(key) as client:
        assert client.post("/v1/repairs", json={"version": 1, "reason": "x"}).status_code == 403
        assert client.post("/v1/repairs/previews", json={"version": 1}).status_code == 403
