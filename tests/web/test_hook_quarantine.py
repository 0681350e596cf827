"""What a hook was told that nobody could use: told over HTTP with its reasons, and read again, one or all, by a key that may."""

from collections.abc import Iterator

import pytest

from firstright.desk.access.keys import SCOPES
from firstright.desk.errands import carry_out
from firstright.wiring import now
from web.houses import OpenBox, codes, running
from web.test_hooks import Dialler, lead

CLICK = {"email": "mara@mara-works.example", "kind": "click", "what": "/pricing"}
MISSING = "019fffff-ffff-7fff-bfff-ffffffffffff"
ASIDE = "/v1/hooks/dialler/quarantine"


@pytest.fixture
def dialler(database_url: str) -> Iterator[Dialler]:
    for house in running(database_url, sealing=OpenBox()):
        yield Dialler(house)


def aside(dialler: Dialler, *what: str) -> list[str]:
    """Clicks of somebody nobody knows yet: their events."""
    told = [dialler.post({**CLICK, "what": each}, f"evt{each}").json() for each in what]
    assert {each["state"] for each in told} == {"quarantined"}
    return [each["event"] for each in told]


def test_what_is_aside_is_told_page_by_page_with_its_reasons(dialler: Dialler) -> None:
    events = aside(dialler, "/a", "/b", "/c")
    first = dialler.house.get(f"{ASIDE}?limit=2").json()
    last = dialler.house.get(f"{ASIDE}?limit=2&after={first['next']}").json()
    assert [each["event"] for page in (first, last) for each in page["events"]] == events[::-1]
    assert (first["count"], last["next"]) == (3, None)
    assert [p["code"] for p in first["events"][0]["problems"]] == ["activity.unknown"]
    one = dialler.house.get(f"{ASIDE}/{events[0]}").json()
    assert (one["event_id"], '"/a"' in one["raw"]) == ("evt/a", True)
    for path in (
        f"{ASIDE}/{MISSING}",
        "/v1/hooks/nobody/quarantine",
        f"/v1/hooks/other/quarantine/{events[0]}",
    ):
        assert dialler.house.get(path).status_code == 404


def test_one_is_read_again_and_then_it_is_not_aside(dialler: Dialler) -> None:
    [event] = aside(dialler, "/a")
    with dialler.house.client(dialler.house.new_key("able", scopes=SCOPES)) as client:
        stays = client.post("/v1/hooks/dialler/replay", json={"event": event}).json()
        assert (stays["state"], [p["code"] for p in stays["problems"]]) == (
            "quarantined",
            ["activity.unknown"],
        )
        mara = lead(dialler)
        done = client.post("/v1/hooks/dialler/replay", json={"event": event}).json()
        assert (done["state"], done["lead"], done["repeat"]) == ("taken", mara, False)
        again = client.post("/v1/hooks/dialler/replay", json={"event": event}).json()
        assert again == {**done, "repeat": True}
        assert client.get(f"{ASIDE}/{event}").status_code == 404
        for path, event_ in (("dialler", MISSING), ("other", event), ("dialler", "x")):
            assert client.post(f"/v1/hooks/{path}/replay", json={"event": event_}).status_code == 404


def test_all_of_a_hook_are_read_again_in_the_background_and_told_how_far(dialler: Dialler) -> None:
    aside(dialler, "/a", "/b")
    lead(dialler)
    with dialler.house.client(dialler.house.new_key("able", scopes=SCOPES)) as client:
        begun = client.post("/v1/hooks/dialler/replay", json={}).json()["errand"]
        carry_out(dialler.house.desk, begun, now, lambda done, of: None)
        told = client.get(f"/v1/errands/{begun}").json()
        assert (told["state"], told["done"], told["counts"]) == ("done", 2, {"taken": 2})
        assert client.post(f"/v1/errands/{begun}/stop", json={"reason": "late"}).json() == told
        assert client.post("/v1/hooks/nobody/replay", json={}).status_code == 404


def test_who_stops_it_and_why_is_told(dialler: Dialler) -> None:
    aside(dialler, "/a")
    with dialler.house.client(dialler.house.new_key("able", scopes=SCOPES)) as client:
        begun = client.post("/v1/hooks/dialler/replay", json={}).json()["errand"]
        stopped = client.post(f"/v1/errands/{begun}/stop", json={"reason": "the map is wrong"}).json()
        assert (stopped["state"], stopped["stopped_why"]) == ("stopped", "the map is wrong")
        assert stopped["stopped_by"]
        assert client.get(f"/v1/errands/{begun}").json() == stopped
        wrong = client.post(f"/v1/errands/{begun}/stop", json={"reason": 1})
        assert (wrong.status_code, codes(wrong)) == (400, [("/reason", "type.expected_string")])


def test_only_a_key_that_may_work_reviews_lets_anything_out(dialler: Dialler) -> None:
    [event] = aside(dialler, "/a")
    reader = dialler.house.new_key("reader", scopes=("leads:read", "leads:write"))
    with dialler.house.client(reader) as client:
        assert client.get(ASIDE).status_code == 200
        assert client.post("/v1/hooks/dialler/replay", json={"event": event}).status_code == 403
        assert client.post("/v1/hooks/dialler/replay", json={}).status_code == 403
        assert client.post(f"/v1/errands/{MISSING}/stop", json={}).status_code == 403
    with dialler.house.client(dialler.house.new_key("writer", scopes=("leads:write",))) as client:
        assert client.get(ASIDE).status_code == 403
        assert client.get(f"{ASIDE}/{event}").status_code == 403
