"""/v1/quarantine: what could not become a lead is told with its reasons, and let out once, by a key that may."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from web.houses import codes
from web.staffed import ALWAYS, Staffed
from web.staffed import house as house

MISSING = "019fffff-ffff-7fff-bfff-ffffffffffff"
NEEDS = ALWAYS + '\n[types.any]\nrequired = ["company"]\nquarantine = true\n'


@pytest.fixture
def strict(house: Staffed) -> Iterator[Staffed]:
    """Whoever does not say their company is no lead, while the test runs."""
    house.desk.publish_policy(NEEDS, file="policy.toml", by="mara", reason="test")
    yield house
    house.desk.publish_policy(ALWAYS, file="policy.toml", by="mara", reason="test")


def aside(house: Staffed, email: str) -> str:
    """The arrival of somebody who did not say it."""
    answer = house.send({"email": email})
    assert (answer.status_code, answer.json()["lead"]) == (202, "")
    assert [p["code"] for p in answer.json()["problems"]] == ["required.missing"]
    return str(house.get("/v1/quarantine?limit=1").json()["arrivals"][0]["arrival"])


def email() -> str:
    return f"{uuid4().hex[:12]}@acme{uuid4().hex[:6]}.example"


def test_what_is_put_aside_is_listed_with_its_reasons_and_shown_as_it_came(strict: Staffed) -> None:
    who = email()
    name = aside(strict, who)
    found = strict.get("/v1/quarantine?source=web").json()
    assert found["arrivals"][0]["arrival"] == name
    assert [p["pointer"] for p in found["arrivals"][0]["problems"]] == ["/company"]
    assert found["counts"]["web"] >= 1
    one = strict.get(f"/v1/quarantine/{name}").json()
    assert (one["label"], who in one["raw"]) == ("quarantined", True)
    assert strict.get("/v1/quarantine?source=nobody").json()["arrivals"] == []
    assert strict.get(f"/v1/quarantine/{MISSING}").status_code == 404
    assert strict.get("/v1/quarantine?after=nonsense").status_code == 400


def test_null_empty_and_blank_are_told_apart(strict: Staffed) -> None:
    for given, code in ((None, "required.null"), ("", "required.empty"), ("  ", "required.blank")):
        told = strict.send({"email": email(), "company": given}).json()
        assert [p["code"] for p in told["problems"]] == [code]


def test_it_is_let_out_once_the_policy_is_mended_and_then_it_is_a_lead(strict: Staffed) -> None:
    name = aside(strict, email())
    stays = strict.post(f"/v1/quarantine/{name}/replay", {}).json()
    assert (stays["outcome"], stays["lead"], stays["repeat"]) == ("quarantined", "", False)
    assert [p["code"] for p in stays["problems"]] == ["required.missing"]
    strict.desk.publish_policy(ALWAYS, file="policy.toml", by="mara", reason="test")
    done = strict.post(f"/v1/quarantine/{name}/replay", {}).json()
    assert (done["outcome"], done["problems"], done["repeat"]) == ("created", [], False)
    assert strict.get(f"/v1/leads/{done['lead']}").json()["outcome"] == "owner"
    again = strict.post(f"/v1/quarantine/{name}/replay", {"anyway": True}).json()
    assert again == {**done, "repeat": True}
    assert strict.get(f"/v1/quarantine/{name}").status_code == 404


def test_a_repeat_of_what_was_put_aside_gets_the_same_answer(strict: Staffed) -> None:
    body, key = {"email": email()}, uuid4().hex
    first = strict.send(body, Idempotency_Key=key)
    second = strict.send(body, Idempotency_Key=key)
    assert (first.status_code, first.content) == (second.status_code, second.content)
    assert second.headers["idempotent-replayed"] == "true"


def test_pages_follow_each_other(strict: Staffed) -> None:
    names = [aside(strict, email()) for _ in range(3)]
    found, path = [], "/v1/quarantine?limit=2"
    while path:
        page = strict.get(path).json()
        found += [each["arrival"] for each in page["arrivals"]]
        path = f"/v1/quarantine?limit=2&after={page['next']}" if page["next"] else ""
    assert len(found) == len(set(found))
    assert [name for name in found if name in names] == names[::-1]


def test_only_a_key_that_may_work_reviews_lets_anything_out(strict: Staffed) -> None:
    name = aside(strict, email())
    with strict.client(strict.new_key("reader", scopes=("leads:read", "leads:write"))) as client:
        assert client.get("/v1/quarantine").status_code == 200
        assert client.post(f"/v1/quarantine/{name}/replay", json={}).status_code == 403
    with strict.client(strict.new_key("writer", scopes=("leads:write",))) as client:
        assert client.get("/v1/quarantine").status_code == 403
        assert client.get(f"/v1/quarantine/{name}").status_code == 403
    wrong = strict.post(f"/v1/quarantine/{name}/replay", {"anyway": "yes"})
    assert (wrong.status_code, codes(wrong)) == (400, [("/anyway", "type.expected_boolean")])
    for path in (MISSING, "nonsense"):
        assert strict.post(f"/v1/quarantine/{path}/replay", {}).status_code == 404


def test_a_source_says_how_much_junk_it_sent_and_how_much_of_it_reps_had_to_find(house: Staffed) -> None:
    junk = ALWAYS + '\n[[junk]]\nid = "casinos"\nis = "spam"\nwords = ["casino"]\n'
    house.desk.publish_policy(junk, file="policy.toml", by="mara", reason="test")
    source = f"fair-{uuid4().hex[:6]}"
    key = house.new_key(source)
    house.send({"email": email(), "message": "Casino!"}, key=key)
    house.send({"email": "test@" + email().partition("@")[2]}, key=key)
    lead = house.send({"email": email()}, key=key).json()
    house.act(lead["lead"], "return", {"rep": lead["owner"]["id"], "reason": "spam", "epoch": 1})
    [found] = [each for each in house.get("/v1/sources").json()["sources"] if each["source"] == source]
    assert (found["junk"], found["junk_missed"]) == ({"spam": 1, "test": 1}, 1)
