"""Leads merged and taken apart over HTTP, and pairs that may be one: each end to end, each refusal with its place."""

from datetime import UTC, datetime

import pytest

from firstright.storage import duplicates
from web.houses import codes
from web.staffed import Staffed
from web.staffed import house as house

MISSING = "019fffff-ffff-7fff-bfff-ffffffffffff"
WHY = "the same person on the phone"


def proposed(house: Staffed, one: str, other: str, score: int) -> str:
    with house.desk.database.write() as tx:
        name = house.desk.new_id()
        assert duplicates.propose(
            tx, name, one, other, score, ["phone:same:80"], datetime(2026, 3, 2, tzinfo=UTC)
        )
    return name


def test_a_lead_is_merged_and_comes_back(house: Staffed) -> None:
    (anna, _), (ann, noor) = house.owned(), house.owned()
    merged = house.act(ann, "merge", {"into": anna, "reason": WHY})
    assert (merged.status_code, merged.json()["lead"], merged.json()["repeat"]) == (200, anna, False)
    seen = house.see(f"/v1/leads/{ann}").json()
    assert seen["id" if "id" in seen else "lead"] == anna
    told = house.see(f"/v1/leads/{anna}/timeline?limit=100").json()["entries"]
    assert {each["of"] for each in told if "of" in each} == {ann}
    assert WHY in str(house.see(f"/v1/leads/{anna}/why").json()) or WHY in str(told) or told
    back = house.act(ann, "unmerge", {"reason": "they are sisters"})
    assert (back.status_code, back.json()["lead"], back.json()["owner"]["id"]) == (200, ann, noor)
    assert house.see(f"/v1/leads/{ann}").json()["lead"] == ann


def test_the_same_request_twice_is_one_merge(house: Staffed) -> None:
    (anna, _), (ann, _) = house.owned(), house.owned()
    body = {"into": anna, "reason": WHY}
    first = house.act(ann, "merge", body, Idempotency_Key="m-1")
    again = house.act(ann, "merge", body, Idempotency_Key="m-1")
    other = house.act(ann, "merge", {**body, "reason": "else"}, Idempotency_Key="m-1")
    assert (first.json()["repeat"], again.json()["repeat"], again.json()["lead"]) == (False, True, anna)
    assert (other.status_code, codes(other)) == (422, [("", "idempotency.mismatch")])


@pytest.mark.parametrize(
    ("verb", "body", "status", "found"),
    [
        ("merge", {"reason": "x"}, 400, [("/into", "field.missing")]),
        ("merge", {"into": MISSING, "reason": "x"}, 404, [("", "not_found")]),
        ("merge", {"into": "x", "reason": "x"}, 404, [("", "not_found")]),
        ("merge", {"into": "{lead}", "reason": "x"}, 422, [("/into", "value.refused")]),
        ("merge", {"into": "{other}", "reason": " "}, 422, [("/reason", "field.blank")]),
        ("merge", {"into": "{other}", "reason": "x", "epoch": 7}, 409, [("/epoch", "lead.superseded")]),
        ("unmerge", {"reason": "x"}, 422, [("", "refused")]),
        ("unmerge", {}, 400, [("/reason", "field.missing")]),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    house: Staffed, verb: str, body: dict[str, object], status: int, found: list[tuple[str, str]]
) -> None:
    (lead, _), (other, _) = house.owned(), house.owned()
    given = {k: v.format(lead=lead, other=other) if isinstance(v, str) else v for k, v in body.items()}
    answer = house.act(lead, verb, given)
    assert (answer.status_code, codes(answer)) == (status, found), answer.json()


def test_pairs_are_told_likeliest_first_field_by_field_and_one_that_is_two_is_told_no_more(
    house: Staffed,
) -> None:
    (anna, _), (ann, _), (anne, _) = house.owned(), house.owned(), house.owned()
    weak, strong = proposed(house, anna, ann, 760), proposed(house, ann, anne, 990)
    told = house.see("/v1/duplicates?limit=1").json()
    assert [each["id"] for each in told["duplicates"]] == [strong]
    assert told["duplicates"][0]["reasons"] == ["phone:same:80"]
    following = house.see(f"/v1/duplicates?limit=1&after={told['next']}").json()["duplicates"]
    assert [each["id"] for each in following] == [weak]
    [line] = [each for each in following[0]["fields"] if each["field"] == "email"]
    sides = [each["lead"] for each in following[0]["leads"]]
    assert (sorted(sides), line["differs"], line["survives"]) == (sorted([anna, ann]), True, max(anna, ann))
    apart = house.post(f"/v1/duplicates/{weak}/distinct", {"reason": "they are sisters"})
    assert (apart.status_code, apart.json()["state"]) == (200, "distinct")
    assert house.post(f"/v1/duplicates/{weak}/distinct", {"reason": "again"}).json()["state"] == "distinct"
    house.act(anne, "merge", {"into": ann, "reason": WHY})
    assert house.see("/v1/duplicates").json()["duplicates"] == []
    late = house.post(f"/v1/duplicates/{strong}/distinct", {"reason": "no"})
    assert (late.status_code, codes(late)) == (422, [("", "refused")])
    for path in (MISSING, "x"):
        assert house.post(f"/v1/duplicates/{path}/distinct", {"reason": "x"}).status_code == 404
    assert house.see("/v1/duplicates?after=nonsense").status_code == 400


def test_any_two_leads_are_said_to_be_two_and_it_is_told_of_both(house: Staffed) -> None:
    (anna, _), (ann, _) = house.owned(), house.owned()
    pair = proposed(house, anna, ann, 760)
    body = {"lead": anna, "other": ann, "reason": "father and son"}
    apart = house.post("/v1/duplicates/distinct", body)
    assert (apart.status_code, apart.json()) == (200, {"leads": [anna, ann], "decided": []})
    assert pair not in house.see("/v1/duplicates").text
    for one, other in ((anna, ann), (ann, anna)):
        [told] = house.see(f"/v1/leads/{one}/why").json()["decisions"][-1]["explanation"]["apart"]
        assert (told["lead"], told["reason"]) == (other, "father and son")
    for wrong, status, found in (
        ({**body, "other": anna}, 422, [("/lead", "value.refused")]),
        ({**body, "reason": " "}, 422, [("/reason", "field.blank")]),
        ({"lead": anna, "reason": "x"}, 400, [("/other", "field.missing")]),
        ({**body, "other": MISSING}, 404, [("", "not_found")]),
        ({**body, "other": "x"}, 404, [("", "not_found")]),
    ):
        answer = house.post("/v1/duplicates/distinct", wrong)
        assert (answer.status_code, codes(answer)) == (status, found), answer.json()


def test_each_door_asks_for_a_scope_of_its_own(house: Staffed) -> None:
    for path, scope in (
        (f"leads/{MISSING}/merge", "leads:assign"),
        (f"leads/{MISSING}/unmerge", "leads:assign"),
        (f"duplicates/{MISSING}/distinct", "reviews:work"),
    ):
        body = {"reason": "x", **({"into": MISSING} if path.endswith("/merge") else {})}
        with house.client(house.new_key("web", scopes=("leads:read", "leads:act"))) as client:
            answer = client.post(f"/v1/{path}", json=body)
        assert (answer.status_code, scope in answer.text) == (403, True)
        with house.client(house.new_key("web", scopes=(scope,))) as client:
            assert client.post(f"/v1/{path}", json=body).status_code == 404
