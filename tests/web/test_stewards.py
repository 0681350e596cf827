"""Stewards over HTTP: who answers for what, what is overdue, a review noted, each refusal with its place."""

from web.houses import codes
from web.staffed import ALWAYS, Staffed
from web.staffed import house as house

ANSWERED = (
    ALWAYS + '\n[stewards]\naccountable = "ops@ours.example"\n\n[stewards.rules]\nreview_by = 2020-01-01\n'
)


def test_who_answers_is_listed_and_a_review_ends_what_is_overdue(house: Staffed) -> None:
    assert house.get("/v1/stewards").json()["parts"] == []
    house.desk.publish_policy(ANSWERED, file="policy.toml", by="mara", reason="somebody shall answer")
    found = house.get("/v1/stewards").json()["parts"]
    first = found[0]
    assert (first["due"], first["overdue"], first["accountable"]) == ("2020-01-01", True, "ops@ours.example")
    assert [each["part"] for each in house.get("/v1/stewards?overdue=1").json()["parts"]] == [
        each["part"] for each in found if each["overdue"]
    ]
    done = house.post("/v1/stewards/reviewed", {"part": first["part"], "note": "still right"})
    assert (done.status_code, done.json()["part"], done.json()["due"]) == (200, first["part"], None)
    after = {each["part"]: each for each in house.get("/v1/stewards").json()["parts"]}[first["part"]]
    assert (after["overdue"], after["note"]) == (False, "still right")


def test_what_is_wrong_is_said_with_its_place(house: Staffed) -> None:
    bare = house.post("/v1/stewards/reviewed", {"part": "score"})
    assert codes(bare) == [("/note", "field.missing")]
    none = house.post("/v1/stewards/reviewed", {"part": "rule:nonesuch", "note": "x"})
    assert codes(none) == [("/part", "value.refused")]
    assert house.get("/v1/stewards?overdue=yes").status_code == 400
    with house.client(house.new_key("web", scopes=("leads:read",))) as client:
        assert client.get("/v1/stewards").status_code == 200
        assert client.post("/v1/stewards/reviewed", json={"part": "x", "note": "y"}).status_code == 403
