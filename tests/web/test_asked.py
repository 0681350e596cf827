"""What programs may ask beside lists: what if a fact had been another, one review, how destinations do, who may come in."""

import pytest

from console.seats import token_for
from firstright.core.authority import Role
from firstright.storage import recorded
from web.houses import House, codes

MISSING = "019fffff-ffff-7fff-bfff-ffffffffffff"


def _decided(house: House, **facts: str) -> str:
    """The decision about a new lead."""
    lead = house.send(facts).json()["lead"]
    with house.desk.read() as tx:
        return recorded.of_lead(tx, lead)[0].id


def test_another_country_is_another_decision_and_the_same_one_is_the_same(house: House) -> None:
    made = _decided(house, email="what@if.example", country="DE", company="If")
    same = house.get(f"/v1/decisions/{made}/what-if?field=country&value=Germany").json()
    assert (same["same"], same["was"], same["problems"]) == (True, same["would"], [])
    other = house.get(f"/v1/decisions/{made}/what-if?field=country&value=United%20States").json()
    assert (other["same"], other["facts"]["country"]) == (False, "US")
    assert other["would"]["sentences"] != other["was"]["sentences"] == same["was"]["sentences"]
    unread = house.get(f"/v1/decisions/{made}/what-if?field=country&value=Atlantis").json()
    assert (unread["would"], [each["pointer"] for each in unread["problems"]]) == (None, ["/country"])


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ("?field=email&value=x", 400, "query.invalid"),
        ("", 400, "query.invalid"),
        (f"?field=country&value={'a' * 501}", 400, "query.invalid"),
        ("?nonsense=1", 400, "query.unknown"),
    ],
)
def test_what_cannot_be_asked_is_refused(house: House, asked: str, status: int, code: str) -> None:
    made = _decided(house, email=f"{code}{status}{len(asked)}@asked.example")
    answer = house.get(f"/v1/decisions/{made}/what-if{asked}")
    assert (answer.status_code, [found for _, found in codes(answer)]) == (status, [code])


def test_nothing_is_there_under_other_names(house: House) -> None:
    for path in (f"/v1/decisions/{MISSING}/what-if?field=country", f"/v1/reviews/{MISSING}", "/v1/reviews/x"):
        assert house.get(path).status_code == 404


def test_one_review_is_as_the_list_has_it(house: House) -> None:
    house.send({"email": "rita@rival.example"})
    listed = house.get("/v1/reviews").json()["reviews"]
    assert listed
    assert house.get(f"/v1/reviews/{listed[0]['review']}").json() == listed[0]


def test_a_medium_nobody_registered_is_in_trouble(house: House) -> None:
    _decided(house, email="ring@trouble.example", country="DE", company="Trouble")
    key = house.new_key("ops", scopes=("deliveries:read",))
    told = house.get("/v1/destinations", Authorization=f"Bearer {key}").json()
    assert [(each["name"], each["state"], each["tone"]) for each in told["destinations"]] == [
        ("email", "not registered", "bad")
    ]
    assert house.get("/v1/destinations").status_code == 403


def test_users_are_told_to_a_key_for_them_alone_and_no_secret_with_them(house: House) -> None:
    token_for(house.desk, Role.MANAGER, "ada", "Ada Krüger")
    key = house.new_key("ops", scopes=("users:read",))
    told = house.get("/v1/users", Authorization=f"Bearer {key}").json()["users"]
    [ada] = [each for each in told if each["name"] == "Ada Krüger"]
    assert (ada["role"], ada["rep"], ada["state"], ada["has_factor"]) == ("manager", "ada", "active", False)
    assert {"password_hash", "totp"}.isdisjoint(ada)
    assert house.get("/v1/users").status_code == 403
