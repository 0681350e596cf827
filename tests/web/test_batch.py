"""Many leads at once: one outcome each, in their order, the same they would have had alone."""

import json
from itertools import count

import httpx2
import pytest

from firstright.storage import arrivals
from firstright.storage.statement import Statement
from web.houses import House, codes

_names = count(1)
_LEADS = Statement("SELECT count(*) FROM lead WHERE source = ?")


class Sender:
    def __init__(self, house: House, **settings: object) -> None:
        self.house = house
        self.source = f"batch-{next(_names)}"
        self.key = house.new_key(self.source, **settings)

    def send(self, leads: object, **headers: str) -> httpx2.Response:
        body = leads if isinstance(leads, bytes) else json.dumps({"leads": leads}).encode()
        given = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        with self.house.client(self.key) as client:
            return client.post("/v1/leads/batch", content=body, headers=given)

    def labels(self) -> dict[str, int]:
        with self.house.desk.read() as tx:
            return {label: n for (source, label), n in arrivals.counted(tx).items() if source == self.source}

    def leads(self) -> int:
        with self.house.desk.read() as tx:
            return int(tx.all(_LEADS, (self.source,))[0][0])

    def lead(self, name: str, **more: object) -> dict[str, object]:
        return {"event_id": name, "email": f"{name}@{self.source}.example", **more}


def statuses(answer: httpx2.Response) -> list[int]:
    assert answer.status_code == 200
    return [result["status"] for result in answer.json()["results"]]


def test_each_lead_has_its_outcome_in_order_and_one_that_is_wrong_harms_no_other(house: House) -> None:
    sender = Sender(house)
    answer = sender.send(
        [
            sender.lead("a"),
            {"event_id": "b", "emial": "b@b.example"},
            sender.lead("c", phone="call me"),
            5,
            sender.lead("a2", email=f"a@{sender.source}.example"),
            {"event_id": "f", "message": "nobody"},
            sender.lead("g", owner="ada"),
        ]
    )
    assert statuses(answer) == [201, 400, 201, 400, 200, 422, 400]
    results = [result["body"] for result in answer.json()["results"]]
    assert (results[0]["outcome"], results[0]["problems"]) == (results[4]["outcome"], [])
    assert (results[4]["lead"], results[4]["repeat"]) == (results[0]["lead"], True)
    assert [(p["pointer"], p["code"]) for p in results[2]["problems"]] == [("/phone", "phone.unparseable")]
    assert [(e["pointer"], e["code"]) for e in results[1]["errors"]] == [
        ("/leads/1/emial", "field.unknown"),
        ("/leads/1", "lead.no_contact"),
    ]
    assert [(e["pointer"], e["code"]) for e in results[3]["errors"]] == [("/leads/3", "body.not_object")]
    assert [(e["pointer"], e["code"]) for e in results[6]["errors"]] == [
        ("/leads/6/owner", "field.read_only")
    ]
    assert sender.labels() == {"created": 2, "merged": 1}


def test_an_event_twice_in_one_batch_is_one(house: House) -> None:
    sender = Sender(house)
    first, other = sender.lead("a"), sender.lead("a", message="Hello")
    answer = sender.send([first, first, other])
    assert statuses(answer) == [201, 201, 422]
    one, again, mismatch = answer.json()["results"]
    assert (one["body"], again.get("replayed"), "replayed" in one) == (again["body"], True, False)
    assert [(e["pointer"], e["code"]) for e in mismatch["body"]["errors"]] == [
        ("/leads/2", "idempotency.mismatch")
    ]
    assert (sender.labels(), sender.leads()) == ({"created": 1}, 1)


def test_a_batch_sent_again_changes_nothing_and_is_answered_the_same(house: House) -> None:
    sender = Sender(house)
    leads = [sender.lead(f"p{n}") for n in range(50)]
    first, again = sender.send(leads), sender.send(leads)
    assert statuses(first) == statuses(again) == [201] * 50
    bodies = [[result["body"] for result in answer.json()["results"]] for answer in (first, again)]
    assert bodies[0] == bodies[1]
    assert all(result["replayed"] for result in again.json()["results"])
    assert (sender.labels(), sender.leads()) == ({"created": 50}, 50)


def test_a_lead_that_came_alone_is_a_repeat_in_a_batch(house: House) -> None:
    sender = Sender(house)
    body = json.dumps(sender.lead("a")).encode()
    alone = house.send(body, key=sender.key)
    answer = sender.send(b'{"leads": [' + body + b"]}")
    [result] = answer.json()["results"]
    assert (result["status"], result["body"], result["replayed"]) == (201, alone.json(), True)
    assert sender.leads() == 1


def test_without_names_of_their_own_the_key_of_the_batch_names_them(house: House) -> None:
    sender = Sender(house)
    leads = [{"email": f"k{n}@{sender.source}.example"} for n in range(3)]
    first, again = sender.send(leads, Idempotency_Key="b-1"), sender.send(leads, Idempotency_Key="b-1")
    assert first.json()["results"] == [
        {"status": r["status"], "body": r["body"]} for r in again.json()["results"]
    ]
    mended = sender.send([*leads[:2], {"email": f"other@{sender.source}.example"}], Idempotency_Key="b-1")
    assert statuses(mended) == [201, 201, 422]
    assert sender.leads() == 3


def test_500_leads_are_a_batch_and_501_are_not(house: House) -> None:
    sender = Sender(house)
    leads = [sender.lead(f"n{n}", email=f"n@n{n}.{sender.source}.example", country="DE") for n in range(501)]
    answer = sender.send(leads)
    assert (answer.status_code, codes(answer)) == (413, [("/leads", "batch.too_many")])
    assert sender.leads() == 0
    assert statuses(sender.send(leads[:500])) == [201] * 500
    assert sender.leads() == 500


@pytest.mark.parametrize(
    "body, status, code",
    [
        (b"", 400, ("", "body.empty")),
        (b"[]", 400, ("", "body.not_object")),
        (b"{}", 400, ("/leads", "field.missing")),
        (b'{"leads": 5}', 400, ("/leads", "type.expected_array")),
        (b'{"leads": []}', 400, ("/leads", "batch.empty")),
        (b'{"leads": [{}], "more": 1}', 400, ("/more", "field.unknown")),
        (b'{"leads": [{}]', 400, ("", "json.syntax")),
        (b'{"leads": [{}]} {}', 400, ("", "json.trailing")),
        (b'\xff\xfe{"leads": []}', 415, ("", "encoding.unsupported")),
        (b'{"leads": [' + b"[" * 2_000 + b"]" * 2_000 + b"]}", 400, ("", "json.too_deep")),
        (b'{"leads": [' + b'{"a":' * 30 + b"1" + b"}" * 30 + b"]}", 200, ("/leads/0", "json.too_deep")),
        (b'{"leads": ["' + b"x" * (5 * 1024 * 1024) + b'"]}', 413, ("", "body.too_large")),
    ],
)  # fmt: skip
def test_what_is_no_batch_is_turned_away_with_the_reason(
    house: House, body: bytes, status: int, code: tuple[str, str]
) -> None:
    answer = Sender(house).send(body)
    assert answer.status_code == status
    problem = answer.json()["results"][0]["body"] if status == 200 else answer.json()
    assert (problem["errors"][0]["pointer"], problem["errors"][0]["code"]) == code


def test_a_lead_with_bad_bytes_harms_no_other(house: House) -> None:
    sender = Sender(house)
    good = json.dumps(sender.lead("good")).encode()
    nul = b'{"email": "a@b.example", "company": "a\\u0000b"}'
    twice = b'{"email": "a@b.example", "email": "c@d.example"}'
    large = b'{"email": "a@b.example", "message": "' + b"x" * 262_144 + b'"}'
    answer = sender.send(b'\xef\xbb\xbf{"leads": [' + b", ".join([nul, twice, large, good]) + b"]}")
    assert statuses(answer) == [400, 400, 413, 201]


def test_a_strict_source_sends_single_leads_back(house: House) -> None:
    sender = Sender(house, strict=True)
    answer = sender.send([sender.lead("a"), sender.lead("b", phone="call me")])
    assert statuses(answer) == [201, 422]
    assert [(e["pointer"], e["code"]) for e in answer.json()["results"][1]["body"]["errors"]] == [
        ("/leads/1/phone", "phone.unparseable")
    ]


def test_who_may_not_write_sends_no_batch(house: House) -> None:
    reader = house.new_key("reader", scopes=("leads:read",))
    with house.client(reader) as client:
        answer = client.post("/v1/leads/batch", json={"leads": [{"email": "a@b.example"}]})
        assert (answer.status_code, codes(answer)) == (403, [("", "auth.scope")])
    with house.client("fr_live_" + "a" * 12 + "_" + "b" * 64) as client:
        answer = client.post("/v1/leads/batch", json={"leads": [{"email": "a@b.example"}]})
        assert (answer.status_code, codes(answer)) == (401, [("", "auth.invalid")])


@pytest.mark.parametrize("path", ["/v1/leads", "/v1/leads/batch"])
def test_the_doors_say_what_may_be_done(house: House, path: str) -> None:
    with house.client() as client:
        asked = client.options(path)
        assert (asked.status_code, asked.headers["allow"], asked.content) == (204, "OPTIONS, POST", b"")
        for method in ("GET", "PUT", "DELETE", "HEAD"):
            answer = client.request(method, path)
            assert (answer.status_code, answer.headers["allow"]) == (405, "OPTIONS, POST"), method


def test_what_can_be_read_can_be_asked_about(house: House) -> None:
    with house.client() as client:
        for path in ("/healthz", "/openapi.json"):
            head, whole = client.head(path), client.get(path)
            assert (head.status_code, head.content) == (whole.status_code, b"")
            assert head.headers["content-type"] == whole.headers["content-type"]
        asked = client.options("/healthz")
        assert (asked.status_code, asked.headers["allow"], asked.content) == (204, "GET", b"")


def test_the_document_tells_of_the_doors(house: House) -> None:
    document = house.get("/openapi.json").json()
    batch, form = (
        document["paths"]["/v1/leads/batch"]["post"],
        document["paths"]["/v1/forms/{source}"]["post"],
    )
    assert set(batch["responses"]) == {"200", "400", "401", "403", "408", "413", "415", "422", "503"}
    assert set(form["responses"]) == {
        "201",
        "303",
        "400",
        "403",
        "404",
        "408",
        "413",
        "415",
        "422",
        "429",
        "503",
    }
    assert (form["security"], set(form["requestBody"]["content"])) == (
        [],
        {"application/x-www-form-urlencoded", "multipart/form-data", "application/json"},
    )
