"""Who is there, said over HTTP: each way end to end, each refusal with its place, each behind the scope of the roster."""

from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from web.houses import codes
from web.staffed import REPS, Staffed
from web.staffed import house as house

REP = REPS[1]
TODAY = datetime.now(UTC).replace(second=0, microsecond=0)
WEEK = {
    "type": "vacation",
    "from": (TODAY - timedelta(hours=1)).isoformat(),
    "until": (TODAY + timedelta(days=7)).isoformat(),
    "backup": REPS[2],
    "reason": "the sea",
}
ICS = (
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:off\r\nDTSTART:{:%Y%m%dT%H%M%SZ}\r\nDURATION:P2D\r\n"
    "X-MICROSOFT-CDO-BUSYSTATUS:OOF\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:odd\r\nDTSTART:soon\r\nEND:VEVENT\r\n"
    "END:VCALENDAR\r\n"
)


def asked(house: Staffed, verb: str, path: str, **more: object) -> httpx2.Response:
    with house.client(house.able) as client:
        return client.request(verb, f"/v1/reps/{path}", **more)  # type: ignore[arg-type]  # what httpx2 takes


def takers(house: Staffed, leads: int = 9) -> set[str]:
    return {house.owned()[1] for _ in range(leads)}


def test_who_is_away_gets_nothing_until_they_are_back(house: Staffed) -> None:
    told = house.post(f"/v1/reps/{REP}/absences", WEEK)
    assert (told.status_code, told.json()["changed"]) == (200, True)
    assert told.json()["says"].startswith("vacation from ")
    assert REP not in takers(house)
    gone = asked(house, "DELETE", f"{REP}/absences", params={"from": WEEK["from"], "reason": "rain"})
    assert (gone.status_code, gone.json()["roster"]) == (200, told.json()["roster"] + 1)
    assert REP in takers(house)


def test_hours_of_a_day_and_taking_leads_all_the_same(house: Staffed) -> None:
    for n in (-1, 0, 1):
        day = (TODAY + timedelta(days=n)).date().isoformat()
        closed = house.post(f"/v1/reps/{REP}/hours", {"date": day, "closed": True, "reason": "a fair"})
        assert closed.json()["says"] == f"{day} closed"
    assert REP not in takers(house)
    on = house.post(
        f"/v1/reps/{REP}/on", {"until": (TODAY + timedelta(hours=2)).isoformat(), "reason": "a launch"}
    )
    assert on.json()["changed"]
    assert REP in takers(house)
    assert house.post(f"/v1/reps/{REP}/on", {"reason": "done"}).json()["changed"]
    for n in (-1, 0, 1):
        day = (TODAY + timedelta(days=n)).date().isoformat()
        assert house.post(f"/v1/reps/{REP}/hours", {"date": day, "reason": "over"}).json()["changed"]


def test_a_calendar_is_read_and_says_what_it_could_not(house: Staffed) -> None:
    body = ICS.format(TODAY - timedelta(hours=1)).encode()
    put = asked(
        house, "PUT", f"{REP}/calendar?busy_over=4h", content=body, headers={"Content-Type": "text/calendar"}
    )
    told = put.json()
    assert (told["says"], told["changed"]) == ("1 absence from the calendar", True)
    assert [(each["pointer"], each["code"]) for each in told["problems"]] == [
        ("/line/10/DTSTART", "ics.time")
    ]
    assert REP not in takers(house)
    empty = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    asked(house, "PUT", f"{REP}/calendar", content=empty, headers={"Content-Type": "text/calendar"})
    assert REP in takers(house)


def test_a_place_in_a_pool_and_leaving_it_for_good(house: Staffed) -> None:
    [(pool,)] = house.stored("SELECT DISTINCT pool FROM membership")
    ramp = [f"{TODAY.date()}=1", f"{(TODAY + timedelta(days=30)).date()}=3"]
    put = asked(
        house, "PUT", f"{REP}/pools/{pool}", json={"weight": 3, "ramp": ramp, "reason": "a new colleague"}
    )
    assert (put.status_code, put.json()["changed"]) == (200, True), put.text
    asked(house, "PUT", f"{REP}/pools/{pool}", json={"weight": 1, "reason": "as before"})
    mine = [lead for lead, rep in [house.owned() for _ in range(15)] if rep == REP]
    assert mine
    assert house.post(f"/v1/reps/{REP}/leave", {"reason": "a new job"}).json()["changed"]
    assert REP not in takers(house)
    assert (
        house.post(f"/v1/reps/{REP}/leave", {"stays": True, "reason": "better pay"}).json()["says"] == "stays"
    )


def test_presence_holds_for_a_while(house: Staffed) -> None:
    before = datetime.now(UTC).replace(microsecond=0)  # it is told in whole seconds
    told = house.post(f"/v1/reps/{REP}/presence", {"state": "away", "for": 60}).json()
    after = datetime.now(UTC)
    until = datetime.fromisoformat(told.pop("until"))
    assert told == {"rep": REP, "state": "away"}
    assert before <= until - timedelta(seconds=60) <= after + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("verb", "path", "body", "status", "found"),
    [
        ("POST", "nobody/absences", WEEK, 404, [("", "not_found")]),
        ("POST", "rep0/absences", {}, 400, [("/type", "field.missing"), ("/from", "field.missing"), ("/until", "field.missing"), ("/reason", "field.missing")]),
        ("POST", "rep0/absences", WEEK | {"until": "soon"}, 422, [("/until", "value.refused")]),
        ("POST", "rep0/absences", WEEK | {"backup": "nobody"}, 422, [("/backup", "value.refused")]),
        ("POST", "rep0/hours", {"date": "soon", "reason": "x"}, 422, [("", "time.invalid")]),
        ("POST", "rep0/hours", {"date": str(TODAY.date()), "hours": ["9-5"], "reason": "x"}, 422, [("/hours", "value.refused")]),
        ("POST", "rep0/hours", {"date": str(TODAY.date()), "closed": "yes", "reason": "x"}, 400, [("/closed", "type.expected_boolean")]),
        ("POST", "rep0/on", {"until": "2020-01-01", "reason": "x"}, 422, [("/until", "value.refused")]),
        ("POST", "rep0/leave", {"at": "2020-01-01", "reason": "x"}, 422, [("/at", "time.refused")]),
        ("PUT", "rep0/pools/none", {"reason": "x"}, 422, [("", "refused")]),
        ("PUT", "rep0/pools/sales", {"ramp": ["soon"], "reason": "x"}, 422, None),
        ("POST", "rep0/presence", {"state": "asleep"}, 422, [("/state", "value.unknown")]),
        ("POST", "rep0/presence", {"state": "away", "for": 1}, 422, [("/for", "value.refused")]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(
    house: Staffed, verb: str, path: str, body: object, status: int, found: list[tuple[str, str]] | None
) -> None:
    answer = asked(house, verb, path, json=body)
    assert answer.status_code == status, answer.text
    assert found is None or codes(answer) == found, answer.json()


def test_a_calendar_that_is_none_is_refused_with_its_line(house: Staffed) -> None:
    for body, kind, status, said in (
        (b"<html>", "text/calendar", 422, "line 1"),
        (b"{}", "application/json", 415, "text/calendar"),
    ):
        answer = asked(house, "PUT", "rep0/calendar", content=body, headers={"Content-Type": kind})
        assert (answer.status_code, said in answer.text) == (status, True), answer.text
    unclear = asked(
        house, "PUT", "rep0/calendar?busy_over=4", content=b"", headers={"Content-Type": "text/calendar"}
    )
    assert (unclear.status_code, codes(unclear)) == (400, [("", "duration.invalid")])


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("POST", "absences"),
        ("DELETE", "absences"),
        ("POST", "hours"),
        ("POST", "on"),
        ("POST", "leave"),
        ("PUT", "pools/x"),
        ("PUT", "calendar"),
        ("POST", "presence"),
    ],
)
def test_each_is_behind_the_scope_of_the_roster(house: Staffed, verb: str, path: str) -> None:
    others = house.new_key("web", scopes=("leads:read", "leads:write", "leads:act"))
    more = {} if verb == "DELETE" else {"content": b"{}"}
    kind = "text/calendar" if path == "calendar" else "application/json"
    with house.client(others) as client:
        answer = client.request(verb, f"/v1/reps/{REP}/{path}", headers={"Content-Type": kind}, **more)  # type: ignore[arg-type]  # what httpx2 takes
    assert (answer.status_code, "roster:write" in answer.text) == (403, True)
