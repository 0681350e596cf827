"""GET /v1/accounts and one of them, on both databases."""

import pytest

from desk.extracts import bring
from web.houses import codes
from web.staffed import Staffed, house

__all__ = ["house"]
SHEET = "Account ID,Name,Domains,Owner,Parent\nA,Quill Works,quill.example,,B\nB,Quill Group,quill.test,,\n"


def test_accounts_are_paged_and_one_is_told_with_its_parents(house: Staffed) -> None:
    bring(house.desk, SHEET, system="sheet")
    first = house.see("/v1/accounts?q=quill&limit=1").json()
    second = house.see(f"/v1/accounts?q=quill&limit=1&after={first['next']}").json()
    assert [each["name"] for each in first["accounts"] + second["accounts"]] == ["Quill Group", "Quill Works"]
    assert second["next"] is None
    works = second["accounts"][0]
    assert (works["domains"], works["external_id"], works["open_opportunities"]) == (
        ["quill.example"],
        "A",
        0,
    )
    one = house.see(f"/v1/accounts/{works['account']}").json()
    assert one["about"] == works
    assert [each["name"] for each in one["parents"]] == ["Quill Group"]
    assert house.see("/v1/accounts?q=quill.test").json()["accounts"][0]["name"] == "Quill Group"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/accounts?after=x", 400, "cursor.invalid"),
        ("/v1/accounts?limit=0", 400, "query.invalid"),
        ("/v1/accounts?name=x", 400, "query.unknown"),
        (f"/v1/accounts?q={'a' * 255}", 400, "query.invalid"),
        ("/v1/accounts/none", 404, "not_found"),
        ("/v1/accounts/019fffff-ffff-7fff-bfff-ffffffffffff", 404, "not_found"),
    ],
)
def test_what_cannot_be_asked_is_refused(house: Staffed, path: str, status: int, code: str) -> None:
    answer = house.see(path)
    assert (answer.status_code, [each for _, each in codes(answer)]) == (status, [code])
