"""Leads, reviews and reps decided about over HTTP: each end to end, each refusal with its place, each scope on its own."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from web.houses import codes
from web.staffed import ALWAYS, REPS, Staffed
from web.staffed import house as house

MISSING = "019fffff-ffff-7fff-bfff-ffffffffffff"
ODD = """
[[rule]]
id = "odd"
tier = "all"
when = { company = "odd" }
send_to = { review = "unclear-fit" }
"""
WHY = "they know each other"
_odd = count(1)


@pytest.fixture(scope="module")
def odd(house: Staffed) -> Iterator[Staffed]:
    text = ALWAYS.replace("[[rule]]", f"{ODD}\n[[rule]]", 1)
    house.desk.publish_policy(text, file="policy.toml", by="mara", reason="test")
    yield house


def another(rep: str) -> str:
    return next(name for name in REPS if name != rep)


def in_review(house: Staffed) -> tuple[str, str]:
    """(lead, review)"""
    n = next(_odd)
    lead = house.send({"email": f"o{n}@odd{n}.example", "company": "odd"}).json()["lead"]
    return lead, str(house.stored("SELECT id FROM review_item WHERE lead_id = ?", lead)[0][0])


def test_a_lead_is_given_to_somebody_with_the_reason_in_its_explanation(house: Staffed) -> None:
    lead, rep = house.owned()
    answer = house.act(lead, "reassign", {"rep": another(rep), "reason": WHY, "epoch": 1})
    told = answer.json()
    assert (answer.status_code, told["owner"]["id"], told["epoch"], told["repeat"]) == (
        200,
        another(rep),
        2,
        False,
    )
    why = house.get(f"/v1/leads/{lead}/why").json()
    assert WHY in str(why)
    assert house.stored("SELECT origin, cause FROM assignment WHERE lead_id = ? AND epoch = 2", lead) == [
        ("person", "overridden")
    ]
    late = house.act(lead, "reassign", {"rep": rep, "reason": WHY, "epoch": 1})
    assert (late.status_code, codes(late)) == (409, [("/epoch", "lead.superseded")])
    assert late.json()["current"] == {"owner": another(rep), "epoch": 2}


def test_the_rules_decide_once_more(house: Staffed) -> None:
    lead, _ = house.owned()
    answer = house.act(lead, "reroute", {"reason": "look again"})
    assert (answer.status_code, answer.json()["outcome"]) == (200, "owner")


def test_the_same_key_again_is_a_repeat_and_with_other_content_refused(house: Staffed) -> None:
    lead, rep = house.owned()
    body = {"rep": another(rep), "reason": WHY}
    first = house.act(lead, "reassign", body, Idempotency_Key="k1")
    again = house.act(lead, "reassign", body, Idempotency_Key="k1")
    assert (again.json()["repeat"], again.headers["idempotent-replayed"]) == (True, "true")
    assert again.json()["decision"] == first.json()["decision"]
    other = house.act(lead, "reassign", {**body, "reason": "another"}, Idempotency_Key="k1")
    assert (other.status_code, codes(other)) == (422, [("", "idempotency.mismatch")])


@pytest.mark.parametrize("verb", ["reassign", "touches"])
def test_of_many_bodies_under_one_key_at_once_one_is_done(house: Staffed, verb: str) -> None:
    lead, rep = house.owned()
    start = threading.Barrier(12)

    def send(n: int) -> int:
        moved = {"rep": REPS[n % 5], "reason": f"because of {n}"}
        touch = {"rep": rep, "channel": "call", "note": f"note {n}"}
        start.wait()
        answer = house.act(lead, verb, moved if verb == "reassign" else touch, Idempotency_Key="one")
        return answer.status_code

    with ThreadPoolExecutor(12) as pool:
        assert Counter(pool.map(send, range(12))) == {200: 1, 422: 11}
    cause = "overridden" if verb == "reassign" else "touched"
    done = house.stored("SELECT count(*) FROM decision WHERE lead_id = ? AND cause = ?", lead, cause)
    assert done == [(1,)]


def test_a_review_is_taken_in_hand_put_back_and_decided(odd: Staffed) -> None:
    lead, review = in_review(odd)
    at = f"/v1/reviews/{review}"
    first, again = odd.post(f"{at}/claim", b""), odd.post(f"{at}/claim", {})
    assert (first.status_code, first.json()["repeat"], again.json()["repeat"]) == (200, False, True)
    assert (first.json()["lead"], first.json()["claimed_by"]) == (lead, odd.able.rsplit("_", 1)[0])
    other = odd.new_key("web", scopes=("reviews:work",))
    with odd.client(other) as client:
        for verb, body in (("claim", {}), ("resolve", {"decision": "reject", "reason": WHY})):
            late = client.post(f"{at}/{verb}", json=body)
            assert (late.status_code, codes(late)) == (409, [("", "review.in_hand")])
    assert odd.post(f"{at}/release", b"").json()["claimed_by"] is None
    done = odd.post(f"{at}/resolve", {"decision": "assign", "rep": REPS[0], "reason": WHY})
    assert (done.status_code, done.json()["owner"]["id"], done.json()["lead"]) == (200, REPS[0], lead)
    over = odd.post(f"{at}/claim", b"")
    assert (over.status_code, codes(over), over.json()["current"]["owner"]) == (
        409,
        [("", "review.over")],
        REPS[0],
    )
    late = odd.post(f"{at}/resolve", {"decision": "reject", "reason": WHY})
    assert (late.status_code, codes(late)) == (409, [("", "lead.superseded")])


@pytest.mark.parametrize(
    ("body", "outcome", "status"),
    [
        ({"decision": "nurture", "wait": "30d"}, "nurture", "nurture"),
        ({"decision": "reject"}, "rejected", "disqualified"),
        ({"decision": "close", "why": "no-budget"}, "closed", "disqualified"),
        ({"decision": "rules"}, "review", "new"),
    ],
)
def test_every_decision_is_one_of_the_list(
    odd: Staffed, body: dict[str, str], outcome: str, status: str
) -> None:
    _, review = in_review(odd)
    told = odd.post(f"/v1/reviews/{review}/resolve", {**body, "reason": WHY}).json()
    assert (told["outcome"], told["status"], told["owner"]) == (outcome, status, None)


def test_a_rep_is_paused_and_takes_leads_again(house: Staffed) -> None:
    until = (datetime.now(UTC) + timedelta(hours=3)).replace(second=0, microsecond=0)
    told = house.post(f"/v1/reps/{REPS[0]}/pause", {"until": until.isoformat(), "reason": "dentist"}).json()
    assert (told["rep"], datetime.fromisoformat(told["paused_until"]), told["changed"]) == (
        REPS[0],
        until,
        True,
    )
    assert REPS[0] not in [house.owned()[1] for _ in range(6)]
    back = house.post(f"/v1/reps/{REPS[0]}/resume", {"reason": "no hole"}).json()
    assert (back["changed"], back["roster"]) == (True, told["roster"] + 1)
    assert REPS[0] in [house.owned()[1] for _ in range(9)]


@pytest.mark.parametrize(
    ("path", "body", "status", "found"),
    [
        ("leads/{lead}/reassign", {}, 400, [("/rep", "field.missing"), ("/reason", "field.missing")]),
        ("leads/{lead}/reassign", {"rep": "a", "reason": " "}, 422, [("/reason", "field.blank")]),
        ("leads/{lead}/reassign", {"rep": "a", "reason": "x" * 501}, 422, [("/reason", "length.max")]),
        ("leads/{lead}/reassign", {"rep": "a", "reason": "x", "to": 1}, 400, [("/to", "field.unknown")]),
        ("leads/{lead}/reassign", {"rep": "nobody", "reason": "x"}, 422, [("/rep", "rep.unknown")]),
        ("leads/{lead}/reassign", {"rep": "a", "reason": "\u202e"}, 422, [("/rep", "rep.unknown"), ("/reason", "value.refused")]),
        (f"leads/{MISSING}/reassign", {"rep": REPS[0], "reason": "x"}, 404, [("", "not_found")]),
        ("leads/x/reroute", {"reason": "x"}, 404, [("", "not_found")]),
        (f"reviews/{MISSING}/claim", {}, 404, [("", "not_found")]),
        ("reviews/x/release", {}, 404, [("", "not_found")]),
        ("reviews/x/claim", {"by": "me"}, 400, [("/by", "field.unknown")]),
        (f"reviews/{MISSING}/resolve", {"decision": "reject", "reason": "x"}, 404, [("", "not_found")]),
        ("reviews/{review}/resolve", {"decision": "burn", "reason": "x"}, 422, [("/decision", "value.unknown")]),
        ("reviews/{review}/resolve", {"decision": "close", "reason": "x"}, 422, [("", "refused")]),
        ("reviews/{review}/resolve", {"decision": "nurture", "reason": "x"}, 422, [("", "refused")]),
        ("reviews/{review}/resolve", {"decision": "nurture", "wait": "soon", "reason": "x"}, 422, [("/wait", "duration.invalid")]),
        ("reviews/{review}/resolve", {"decision": "nurture", "wait": "999999999999w", "reason": "x"}, 422, [("/wait", "duration.invalid")]),
        ("reviews/{review}/resolve", {"decision": "nurture", "wait": "3s", "reason": "x"}, 422, [("/wait", "value.refused")]),
        ("reviews/{review}/resolve", {"decision": "assign", "reason": "x"}, 422, [("", "refused")]),
        ("reps/nobody/pause", {"until": "2027-01-01T00:00:00Z", "reason": "x"}, 404, [("", "not_found")]),
        ("reps/rep0/pause", {"reason": "x"}, 400, [("/until", "field.missing")]),
        ("reps/rep0/pause", {"until": "2020-01-01T00:00:00Z", "reason": "x"}, 422, [("/until", "value.refused")]),
        ("reps/rep0/pause", {"until": "2099-01-01T00:00:00Z", "reason": "x"}, 422, [("/until", "value.refused")]),
        ("reps/rep0/pause", {"until": "2026-01-01T10:00:00", "reason": "x"}, 422, [("/until", "time.zone_missing")]),
        ("reps/rep0/resume", {}, 400, [("/reason", "field.missing")]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(
    odd: Staffed, path: str, body: dict[str, object], status: int, found: list[tuple[str, str]]
) -> None:
    lead, review = in_review(odd)
    answer = odd.post(f"/v1/{path.format(lead=lead, review=review)}", body)
    assert (answer.status_code, codes(answer)) == (status, found), answer.json()


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        (f"leads/{MISSING}/reassign", "leads:assign"),
        (f"leads/{MISSING}/reroute", "leads:assign"),
        (f"reviews/{MISSING}/claim", "reviews:work"),
        (f"reviews/{MISSING}/release", "reviews:work"),
        (f"reviews/{MISSING}/resolve", "reviews:work"),
        ("reps/nobody/pause", "roster:write"),
        ("reps/nobody/resume", "roster:write"),
    ],
)
def test_each_door_asks_for_a_scope_of_its_own(house: Staffed, path: str, scope: str) -> None:
    body = {"rep": REPS[0], "reason": "x", "decision": "reject", "until": "2027-01-01T00:00:00Z"}
    others = house.new_key("web", scopes=("leads:read", "leads:write", "leads:act", "deliveries:replay"))
    with house.client(others) as client:
        answer = client.post(f"/v1/{path}", json=body)
    assert (answer.status_code, scope in answer.text) == (403, True)
    with house.client(house.new_key("web", scopes=(scope,))) as client:
        assert client.post(f"/v1/{path}", json=body).status_code in (400, 404)  # the door lets it in
