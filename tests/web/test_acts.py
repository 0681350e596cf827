"""Acts over HTTP on both databases: each end to end, each wrong input with its place and reason."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from firstright.web.timeline import _mark
from web.houses import House, codes
from web.staffed import REPS, Staffed, house

__all__ = ["house"]

MISSING = "019fffff-ffff-7fff-bfff-ffffffffffff"


def another(rep: str) -> str:
    return next(name for name in REPS if name != rep)


def test_an_owner_accepts_and_the_lead_says_so(house: Staffed) -> None:
    lead, rep = house.owned()
    before = house.get(f"/v1/leads/{lead}").json()
    answer = house.act(lead, "accept", {"rep": rep, "epoch": before["epoch"]})
    told = answer.json()
    assert answer.status_code == 200, told
    assert (told["lead"], told["owner"]["id"], told["epoch"], told["repeat"]) == (
        lead,
        rep,
        before["epoch"],
        False,
    )
    assert told["links"] == {
        "lead": f"/v1/leads/{lead}", "timeline": f"/v1/leads/{lead}/timeline", "why": f"/v1/leads/{lead}/why",
    }  # fmt: skip
    seen = house.get(f"/v1/leads/{lead}").json()
    assert (before["accepted"], seen["accepted"]) == (False, True)
    assert {clock["clock"] for clock in seen["clocks"]} == {"speed-to-lead", "owner"}
    assert house.act(lead, "accept", {"rep": rep}).json()["repeat"] is True


def test_a_declined_lead_goes_to_somebody_else(house: Staffed) -> None:
    lead, rep = house.owned()
    told = house.act(lead, "decline", {"rep": rep, "reason": "wrong-territory", "note": "moved"}).json()
    assert told["owner"] is None or told["owner"]["id"] != rep
    late = house.act(lead, "accept", {"rep": rep, "epoch": told["epoch"] - 1})
    said = late.json()
    now = {"owner": (told["owner"] or {"id": ""})["id"], "epoch": told["epoch"]}
    assert (late.status_code, codes(late), said["current"]) == (409, [("/epoch", "lead.superseded")], now)
    assert f"(epoch {told['epoch']})" in said["errors"][0]["reason"]


def test_who_does_not_own_a_lead_is_told_who_does(house: Staffed) -> None:
    lead, rep = house.owned()
    answer = house.act(lead, "accept", {"rep": another(rep)})
    assert (answer.status_code, codes(answer)) == (409, [("/rep", "lead.superseded")])
    assert answer.json()["current"]["owner"] == rep
    assert house.stored("SELECT count(*) FROM decision WHERE lead_id = ?", lead) == [(1,)]


def test_a_touch_is_kept_with_when_it_was_and_stops_the_clock(house: Staffed) -> None:
    lead, rep = house.owned()
    at = datetime.now(UTC).replace(microsecond=0) + timedelta(minutes=2)  # a clock elsewhere runs ahead
    body = {
        "rep": rep,
        "channel": "call",
        "result": "connected",
        "note": "Zoë 👩‍💻\nwill call",
        "at": at.isoformat(),
    }
    answer = house.act(lead, "touches", body)
    assert (answer.status_code, answer.json()["status"] != "") == (200, True), answer.json()
    kept = house.stored("SELECT rep_id, channel, result, note FROM touch WHERE lead_id = ?", lead)
    assert kept == [(rep, "call", "connected", "Zoë 👩‍💻\nwill call")]
    seen = house.get(f"/v1/leads/{lead}").json()
    assert seen["touched"] is True
    assert {c["clock"]: c["state"] for c in seen["clocks"]}["speed-to-lead"] in ("met", "missed")


def test_an_engagement_is_kept_and_needs_no_rep(house: Staffed) -> None:
    lead, rep = house.owned()
    answer = house.act(lead, "engagements", {"kind": "reply", "at": None})
    assert (answer.status_code, answer.json()["owner"]["id"]) == (200, rep)
    assert house.stored("SELECT kind FROM engagement WHERE lead_id = ?", lead) == [("reply",)]


def test_facts_are_cleaned_and_what_cannot_be_read_is_told(house: Staffed) -> None:
    lead, _ = house.owned()
    answer = house.act(lead, "facts", {"country": "Germany", "employees": "1,200", "phone": "call me"})
    told = answer.json()
    assert (answer.status_code, [p["code"] for p in told["problems"]]) == (200, ["phone.unparseable"]), told
    facts = house.get(f"/v1/leads/{lead}").json()["facts"]
    assert (facts["country"], facts["employees"], facts["source"], "phone" in facts) == (
        "DE",
        1200,
        "web",
        False,
    )


@pytest.mark.parametrize(
    ("verb", "body", "status", "found"),
    [
        ("accept", {}, 400, [("/rep", "field.missing")]),
        ("accept", {"rep": None}, 400, [("/rep", "field.null")]),
        ("accept", {"rep": ""}, 422, [("/rep", "field.empty")]),
        ("accept", {"rep": "  "}, 422, [("/rep", "field.blank")]),
        ("accept", {"rep": 5}, 400, [("/rep", "type.expected_string")]),
        ("accept", {"rep": "x" * 65}, 422, [("/rep", "length.max")]),
        ("accept", {"rep": "nobody"}, 422, [("/rep", "rep.unknown")]),
        ("accept", {"rep": "a", "epoch": "1"}, 400, [("/epoch", "type.expected_integer")]),
        ("accept", {"rep": "a", "epoch": True}, 400, [("/epoch", "type.expected_integer")]),
        ("accept", {"rep": "a", "epoch": -1}, 422, [("/epoch", "number.range")]),
        ("accept", {"rep": "a", "epoch": 2**63}, 400, [("/epoch", "number.range")]),
        ("accept", {"rep": "a", "owner": "b", "epcoh": 1}, 400, [("/owner", "field.read_only"), ("/epcoh", "field.unknown")]),
        ("decline", {"rep": "a"}, 400, [("/reason", "field.missing")]),
        ("decline", {"rep": "a", "reason": "bored"}, 422, [("/reason", "value.unknown")]),
        ("touches", {"channel": "fax", "rep": "a"}, 422, [("/channel", "value.unknown")]),
        ("touches", {"rep": "a", "channel": "call", "at": "2026-03-01T10:00:00"}, 422, [("/at", "time.zone_missing")]),
        ("touches", {"rep": "a", "channel": "call", "at": "2026-02-30T10:00:00Z"}, 422, [("/at", "time.invalid")]),
        ("touches", {"rep": "a", "channel": "call", "at": 1764000000}, 400, [("/at", "type.expected_string")]),
        ("touches", {"rep": "a", "channel": "call", "note": "x" * 2001}, 422, [("/note", "length.max")]),
        ("touches", {"rep": "a", "channel": "call", "note": "a\x07"}, 422, [("/note", "text.control_char")]),
        ("touches", b'{"rep": "a\\u0000", "channel": "call"}', 400, [("/rep", "text.control_char")]),
        ("engagements", {"kind": "stare"}, 422, [("/kind", "value.unknown")]),
        ("engagements", {"kind": "reply", "rep": "a"}, 400, [("/rep", "field.unknown")]),
        ("facts", {}, 422, [("", "facts.none")]),
        ("facts", {"country": None}, 422, [("", "facts.none")]),
        ("facts", {"country": "ZZ"}, 422, [("/country", "country.unknown")]),
        ("facts", {"owner": "ada"}, 400, [("/owner", "field.read_only")]),
        ("facts", {"contry": "DE"}, 400, [("/contry", "field.unknown")]),
        ("facts", {"event_id": "x"}, 400, [("/event_id", "field.unknown")]),
        ("facts", {"phone": 5}, 422, [("/phone", "type.expected_string")]),
        ("accept", b"", 400, [("", "body.empty")]),
        ("accept", b"[]", 400, [("", "body.not_object")]),
        ("accept", b'{"rep": "a"} {}', 400, [("", "json.trailing")]),
        ("accept", b'{"rep": "a", "rep": "b"}', 400, [("/rep", "key.duplicate")]),
        ("accept", b'{"__proto__": 1}', 400, [("/__proto__", "key.invalid")]),
        ("accept", b"[" * 10_000, 400, [("", "json.too_deep")]),
        ("accept", b'{"rep": "' + b"x" * 70_000 + b'"}', 413, [("", "body.too_large")]),
    ],
)  # fmt: skip
def test_every_wrong_input_names_its_place_and_changes_nothing(
    house: Staffed, verb: str, body: object, status: int, found: list[tuple[str, str]]
) -> None:
    lead, _ = house.owned()
    answer = house.act(lead, verb, body)
    assert (answer.status_code, codes(answer)) == (status, found)
    assert all(error["reason"] for error in answer.json()["errors"])
    assert answer.headers["content-type"] == "application/problem+json"
    assert house.stored("SELECT count(*) FROM decision WHERE lead_id = ?", lead) == [(1,)]


def test_the_nearest_rep_is_named(house: Staffed) -> None:
    lead, rep = house.owned()
    answer = house.act(lead, "touches", {"rep": f"{rep}x", "channel": "call"})
    assert (answer.status_code, codes(answer)) == (422, [("/rep", "rep.unknown")])
    assert f"did you mean {rep}?" in answer.json()["errors"][0]["reason"]


@pytest.mark.parametrize(
    ("verb", "more"), [("touches", {"channel": "call"}), ("engagements", {"kind": "click"})]
)
def test_what_has_not_happened_yet_is_refused(house: Staffed, verb: str, more: dict[str, str]) -> None:
    lead, rep = house.owned()
    at = (datetime.now(UTC) + timedelta(minutes=7)).isoformat()
    body = {**more, "at": at, **({"rep": rep} if verb == "touches" else {})}
    answer = house.act(lead, verb, body)
    assert (answer.status_code, codes(answer)) == (422, [("/at", "time.refused")])
    assert "has not come yet" in answer.json()["errors"][0]["reason"]


def test_what_happened_too_long_ago_is_refused_with_the_limit(house: Staffed) -> None:
    lead, rep = house.owned()
    at = (datetime.now(UTC) - timedelta(days=8)).isoformat()
    answer = house.act(lead, "touches", {"rep": rep, "channel": "call", "at": at})
    assert (answer.status_code, codes(answer)) == (422, [("/at", "time.refused")])
    assert "the policy" in answer.json()["errors"][0]["reason"]


def test_the_same_request_again_does_nothing_twice(house: Staffed) -> None:
    lead, rep = house.owned()
    body = {"rep": rep, "channel": "email"}
    first, second = (house.act(lead, "touches", body, Idempotency_Key="t-1") for _ in range(2))
    assert (first.json()["repeat"], second.json()["repeat"]) == (False, True)
    assert second.headers["idempotent-replayed"] == "true"
    assert first.json()["decision"] == second.json()["decision"]
    other = house.act(lead, "touches", {**body, "channel": "sms"}, Idempotency_Key="t-1")
    assert (other.status_code, codes(other)) == (422, [("", "idempotency.mismatch")])
    assert house.stored("SELECT channel FROM touch WHERE lead_id = ?", lead) == [("email",)]


@pytest.mark.parametrize("verb", ["accept", "decline", "touches", "engagements", "facts"])
@pytest.mark.parametrize("name", [MISSING, "1", "null", "..%2f1", "%00", MISSING.upper()])
def test_leads_that_are_not_there_get_one_answer(house: Staffed, verb: str, name: str) -> None:
    bodies = {
        "accept": {"rep": "x"}, "decline": {"rep": "x", "reason": "busy"}, "touches": {"rep": "x", "channel": "call"},
        "engagements": {"kind": "click"}, "facts": {"country": "DE"},
    }  # fmt: skip
    for headers in ({}, {"Idempotency_Key": "k"}):
        answer = house.act(name, verb, bodies[verb], **headers)
        assert (answer.status_code, codes(answer)) == (404, [("", "not_found")])


def test_acts_need_their_scope_and_json(house: Staffed) -> None:
    lead, rep = house.owned()
    with house.client() as client:
        answer = client.post(f"/v1/leads/{lead}/accept", json={"rep": rep})
        assert (answer.status_code, codes(answer)) == (403, [("", "auth.scope")])
    answer = house.act(lead, "accept", b"rep=x", Content_Type="application/x-www-form-urlencoded")
    assert (answer.status_code, codes(answer)) == (415, [("", "content_type.unsupported")])
    answer = house.act(lead, "accept", {"rep": rep}, Authorization="")
    assert answer.status_code == 401


def test_before_anything_is_published_acts_say_what_is_missing(empty_house: House) -> None:
    lead = empty_house.send({"email": "otto@early.example"}).json()["lead"]
    key = empty_house.new_key("web", scopes=("leads:act",))
    with empty_house.client(key) as client:
        answer = client.post(f"/v1/leads/{lead}/accept", json={"rep": "x"})
    assert answer.status_code == 409 and codes(answer)[0][1] in ("policy.missing", "roster.missing")


def test_a_timeline_tells_everything_newest_first_a_page_at_a_time(house: Staffed) -> None:
    lead, rep = house.owned()
    house.act(lead, "touches", {"rep": rep, "channel": "call"})
    house.act(lead, "engagements", {"kind": "click"})
    whole = house.get(f"/v1/leads/{lead}/timeline?limit=200").json()
    kinds = [entry["kind"] for entry in whole["entries"]]
    assert {"arrival", "decision", "holder", "clock", "touch", "engagement"} <= set(kinds)
    assert kinds.count("decision") == 3 and whole["next"] is None
    times = [entry["at"] for entry in whole["entries"]]
    assert times == sorted(times, reverse=True)
    [touch] = [entry["about"] for entry in whole["entries"] if entry["kind"] == "touch"]
    assert (touch["rep_id"], touch["channel"], touch["epoch"]) == (rep, "call", 1)
    clocks = [entry["about"] for entry in whole["entries"] if entry["kind"] == "clock"]
    assert all(isinstance(clock["warnings"], list) for clock in clocks)
    paged, after = [], ""
    while after is not None:
        page = house.get(f"/v1/leads/{lead}/timeline?limit=2{after and f'&after={after}'}").json()
        paged += page["entries"]
        after = page["next"]
    assert paged == whole["entries"]


def test_cursors_and_sizes_that_are_none_are_refused(house: Staffed) -> None:
    (lead, _), (other, _) = house.owned(), house.owned()
    after = house.get(f"/v1/leads/{lead}/timeline?limit=1").json()["next"]
    for bad in (f"{after[:-2]}zz", "x", "", "ä", f"{after}=", after[1:]):
        answer = house.get(f"/v1/leads/{lead}/timeline?after={bad}")
        assert (answer.status_code, codes(answer)) == (400, [("", "cursor.invalid")]), bad
    assert codes(house.get(f"/v1/leads/{other}/timeline?after={after}")) == [("", "cursor.invalid")]
    # anybody can make a cursor with the right mark
    place = "2026-03-02T09:00:00Z|touch|\0"
    nul = base64.urlsafe_b64encode(f"{place}|{_mark(lead, place)}".encode())
    answer = house.get(f"/v1/leads/{lead}/timeline?after={nul.decode().rstrip('=')}")
    assert (answer.status_code, codes(answer)) == (422, [("", "cursor.invalid")])
    assert codes(house.get(f"/v1/leads/{lead}/timeline?after=%00")) == [("", "query.nul")]
    for limit in ("0", "-1", "201", "1e9", "abc", "", "9" * 5_000, "²"):
        assert codes(house.get(f"/v1/leads/{lead}/timeline?limit={limit}")) == [("", "query.invalid")], limit
