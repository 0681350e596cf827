"""GET /v1/leads/{id}/arrivals, on both databases: first, last and all, those of a merged lead among them."""

from uuid import uuid4

from web.staffed import Staffed
from web.staffed import house as house

MISSING = "019fffff-ffff-7fff-bfff-ffffffffffff"


def test_every_arrival_of_a_lead_is_told_oldest_first(house: Staffed) -> None:
    who = f"{uuid4().hex[:10]}@arrivals{uuid4().hex[:6]}.example"
    page = "https://ours.example/pricing"
    lead = house.send({"email": who, "campaign": "spring", "landing_page": page, "intent": "pricing"}).json()
    house.send({"email": who, "campaign": "summer", "intent": "demo"})
    found = house.get(f"/v1/leads/{lead['lead']}/arrivals").json()
    assert found["lead"] == lead["lead"]
    assert [(a["label"], a["campaign"], a["intent"]) for a in found["arrivals"]] == [
        ("created", "spring", "pricing"),
        ("merged", "summer", "demo"),
    ]
    assert (found["first"], found["last"]) == (found["arrivals"][0], found["arrivals"][-1])
    assert (found["first"]["landing_page"], found["first"]["landing"]) == (page, "pricing")


def test_those_of_a_lead_that_was_merged_into_it_are_told_too_until_they_are_two_again(
    house: Staffed,
) -> None:
    (anna, _), (ann, _) = house.owned(), house.owned()

    def count(lead: str) -> int:
        return len(house.get(f"/v1/leads/{lead}/arrivals").json()["arrivals"])

    assert (count(anna), count(ann)) == (1, 1)
    assert house.act(ann, "merge", {"into": anna, "reason": "one person"}).status_code == 200
    assert (count(anna), count(ann)) == (2, 2)
    assert house.act(ann, "unmerge", {"reason": "two sisters"}).status_code == 200
    assert (count(anna), count(ann)) == (1, 1)


def test_what_is_not_there_is_not_found_and_only_a_reader_reads(house: Staffed) -> None:
    lead, _ = house.owned()
    for path in (MISSING, "nonsense"):
        assert house.get(f"/v1/leads/{path}/arrivals").status_code == 404
    assert house.get(f"/v1/leads/{lead}/arrivals?more=1").status_code == 400
    with house.client(house.new_key("writer", scopes=("leads:write",))) as client:
        assert client.get(f"/v1/leads/{lead}/arrivals").status_code == 403
