"""A calendar by URL over HTTP: put there, looked at, taken away; its address comes back to nobody."""

import httpx2

from web.houses import codes
from web.staffed import REPS, Staffed
from web.staffed import house as house

REP, SECRET = REPS[3], "https://calendar.example/private-hush/basic.ics?key=hush"


def asked(
    house: Staffed, verb: str, body: object = None, *, rep: str = REP, key: str = ""
) -> httpx2.Response:
    with house.client(key or house.able) as client:
        return client.request(verb, f"/v1/reps/{rep}/feed", **({} if body is None else {"json": body}))  # type: ignore[arg-type]  # what httpx2 takes


def test_it_is_put_there_shown_without_its_address_and_taken_away(house: Staffed) -> None:
    put = asked(house, "PUT", {"url": SECRET, "busy_over": "4h"})
    assert put.status_code == 200
    view = put.json()
    shown = {
        name: view[name] for name in ("rep", "host", "busy_over", "said", "read_at", "failures", "problem")
    }
    assert shown == {
        "rep": REP,
        "host": "https://calendar.example",
        "busy_over": 14400,
        "said": "",
        "read_at": None,
        "failures": 0,
        "problem": "",
    }
    assert asked(house, "GET").json() == view
    assert "hush" not in put.text
    assert asked(house, "DELETE").status_code == 204
    assert asked(house, "GET").status_code == 404


def test_every_refusal_says_why_and_never_the_address(house: Staffed) -> None:
    wrong = asked(house, "PUT", {"url": "https://10.0.0.7/hush.ics"})
    assert (wrong.status_code, codes(wrong)) == (422, [("", "refused")])
    assert "10.0.0.0/8" in wrong.text and "hush" not in wrong.text
    assert codes(asked(house, "PUT", {})) == [("/url", "field.missing")]
    assert codes(asked(house, "PUT", {"url": SECRET, "busy_over": "long"})) == [("", "duration.invalid")]
    assert asked(house, "PUT", {"url": SECRET}, rep="nobody").status_code == 404
    assert asked(house, "DELETE").status_code == 422
    for verb in ("GET", "PUT", "DELETE"):
        assert (
            asked(house, verb, {"url": SECRET} if verb == "PUT" else None, key=house.key).status_code == 403
        )
