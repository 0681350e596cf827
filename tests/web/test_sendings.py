"""Dead deliveries over HTTP on both databases: seen without their content, sent once more, everything else refused."""

from datetime import UTC, datetime, timedelta

import pytest

from firstright.storage import decisions
from firstright.storage.rows import DeliveryRow, Rows
from web.houses import codes
from web.staffed import Staffed, house

__all__ = ["house"]
MISSING = "019fffff-ffff-7fff-bfff-ffffffffffff"
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CONTENT = b"for-your-eyes-only"


def buried(house: Staffed, destination: str, count: int, *, state: str = "dead") -> list[str]:
    """Deliveries an hour apart."""
    lead, _ = house.owned()
    names = [house.desk.new_id() for _ in range(count)]
    rows = Rows()
    rows.deliveries = [
        DeliveryRow(
            name, lead, None, destination, "webhook", "", "", state, AT, attempts=10, last_error="500 no", last_status=500,
            lease_token="hush-token", body=CONTENT, event="lead.assigned", order_key=str(n),
            created_at=AT + timedelta(hours=n),
        )
        for n, name in enumerate(names)
    ]  # fmt: skip
    with house.desk.database.write() as tx:
        decisions.write(tx, rows)
    return names


def test_a_page_shows_where_when_and_how_often_and_never_what(house: Staffed) -> None:
    names = buried(house, "webhook:paged", 3)
    answer = house.see("/v1/deliveries?state=dead&destination=webhook:paged&limit=2")
    page = answer.json()
    assert [each["delivery"] for each in page["deliveries"]] == names[:2]
    assert page["deliveries"][0] | {"lead": ""} == {
        "delivery": names[0], "lead": "", "epoch": None, "destination": "webhook:paged", "event": "lead.assigned",
        "template": "", "state": "dead", "created_at": "2026-03-02T09:00:00Z", "due_at": "2026-03-02T09:00:00Z",
        "sent_at": None, "attempts": 10, "last_status": 500, "last_error": "500 no",
    }  # fmt: skip
    rest = house.see(f"/v1/deliveries?destination=webhook:paged&limit=2&after={page['next']}").json()
    assert ([each["delivery"] for each in rest["deliveries"]], rest["next"]) == (names[2:], None)
    one = house.see(f"/v1/deliveries/{names[2]}")
    assert one.json() == rest["deliveries"][0]
    assert all(CONTENT.decode() not in text and "hush" not in text for text in (answer.text, one.text))


def test_one_is_sent_once_more_under_its_own_id(house: Staffed) -> None:
    [name] = buried(house, "webhook:one", 1)
    answer = house.post(f"/v1/deliveries/{name}/replay", b"")
    assert (answer.status_code, answer.json()) == (200, {"deliveries": [name], "more": False})
    again = house.post(f"/v1/deliveries/{name}/replay", {})
    assert (again.status_code, codes(again)) == (409, [("", "delivery.not_dead")])
    assert house.see(f"/v1/deliveries/{name}").json()["attempts"] == 0
    told = house.stored("SELECT actor, action FROM audit WHERE subject_id = ?", name)
    assert told == [(house.able.rpartition("_")[0], "replay")]


def test_all_of_a_destination_since_an_instant(house: Staffed) -> None:
    names = buried(house, "webhook:many", 4)
    others = buried(house, "webhook:others", 1)
    body = {"destination": "webhook:many", "since": (AT + timedelta(hours=2)).isoformat()}
    assert house.post("/v1/deliveries/replay", body).json() == {"deliveries": names[2:], "more": False}
    assert house.post("/v1/deliveries/replay", body).json() == {"deliveries": [], "more": False}
    dead = house.see("/v1/deliveries?destination=webhook:many").json()["deliveries"]
    assert [each["delivery"] for each in dead] == names[:2]
    assert house.see(f"/v1/deliveries/{others[0]}").json()["state"] == "dead"


@pytest.mark.parametrize(
    ("body", "status", "found"),
    [
        ({}, 400, [("/destination", "field.missing"), ("/since", "field.missing")]),
        ({"destination": "webhook:x", "since": "yesterday"}, 422, [("/since", "time.invalid")]),
        ({"destination": "webhook:x", "since": "2026-03-01T00:00:00"}, 422, [("/since", "time.zone_missing")]),
        ({"destination": 5, "since": "2026-03-01T00:00:00Z"}, 400, [("/destination", "type.expected_string")]),
        ({"destination": "x", "since": "2026-03-01T00:00:00Z", "state": "sent"}, 400, [("/state", "field.unknown")]),
        (b"", 400, [("", "body.empty")]),
        ({"destination": "\0", "since": "2026-03-01T00:00:00Z"}, 400, [("/destination", "text.control_char")]),
    ],
)  # fmt: skip
def test_every_wrong_field_is_named(
    house: Staffed, body: object, status: int, found: list[tuple[str, str]]
) -> None:
    answer = house.post("/v1/deliveries/replay", body)
    assert (answer.status_code, codes(answer)) == (status, found)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("state=lost", "query.invalid"), ("state=", "query.invalid"), ("limit=0", "query.invalid"), ("limit=1e3", "query.invalid"),
        ("after=x", "cursor.invalid"), ("after=", "cursor.invalid"), ("sort=name", "query.unknown"), ("limit=1&limit=2", "query.duplicate"),
    ],
)  # fmt: skip
def test_wrong_parameters_are_refused(house: Staffed, query: str, code: str) -> None:
    answer = house.see(f"/v1/deliveries?{query}")
    assert (answer.status_code, codes(answer)) == (400, [("", code)])


@pytest.mark.parametrize(
    "query", ["destination=%00", "destination=webhook:%00crm", "after=%00", "state=dead%00"]
)
def test_a_nul_is_no_text_on_either_database(house: Staffed, query: str) -> None:
    answer = house.see(f"/v1/deliveries?{query}")
    assert (answer.status_code, codes(answer)) == (422, [("", "query.nul")])
    assert answer.json()["errors"][0]["got"] == query.partition("=")[0]


@pytest.mark.parametrize("name", [MISSING, "1", "%00", "..%2f1", MISSING.upper()])
def test_what_is_not_there_gets_one_answer(house: Staffed, name: str) -> None:
    for answer in (house.see(f"/v1/deliveries/{name}"), house.post(f"/v1/deliveries/{name}/replay", b"")):
        assert (answer.status_code, codes(answer)) == (404, [("", "not_found")])


def test_keys_need_the_scope(house: Staffed) -> None:
    [name] = buried(house, "webhook:scoped", 1)
    assert codes(house.get("/v1/deliveries")) == [("", "auth.scope")]
    with house.client() as client:
        assert client.post(f"/v1/deliveries/{name}/replay").status_code == 403
    assert house.see(f"/v1/deliveries/{name}").json()["state"] == "dead"
