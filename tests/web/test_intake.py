import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx2

from firstright.storage.statement import Statement
from web.houses import House, codes, publish_examples

_LABELS = Statement("SELECT label, count(*) FROM arrival WHERE source = ? GROUP BY label")
_LEADS = Statement("SELECT count(*) FROM lead WHERE source = ?")
_DECISIONS = Statement(
    "SELECT count(*) FROM decision AS d JOIN lead AS l ON l.id = d.lead_id WHERE l.source = ?"
)
_DAMAGE = Statement("UPDATE lead SET facts = '[1]' WHERE id = ?")
_JOBS = Statement("SELECT kind, state, last_error FROM job WHERE lead_id = ?")


def counted(house: House, statement: Statement, *values: str) -> int:
    with house.desk.read() as tx:
        return int(tx.all(statement, values)[0][0])


def labels(house: House, source: str) -> dict[str, int]:
    with house.desk.read() as tx:
        return dict(tx.all(_LABELS, (source,)))


def test_a_new_lead_is_created_and_says_what_becomes_of_it(house: House) -> None:
    answer = house.send({"email": "mara@hill.example", "first_name": "Mara", "country": "DE"})
    told = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (201, "application/json")
    assert list(told) == [
        "lead", "outcome", "owner", "reason", "next_action", "expected_response", "next_at", "repeat", "decision",
        "problems",
    ]  # fmt: skip
    assert (told["repeat"], told["problems"]) == (False, [])
    assert told["outcome"] in ("owner", "waiting", "queued") and told["next_at"] is not None


def test_every_answer_forbids_sniffing_storing_and_framing(house: House) -> None:
    with house.client() as client:
        for answer in (
            house.send({"email": "nils@hill.example"}),
            house.send(b"{}"),
            client.get("/v1/leads/x"),
            client.get("/healthz"),
            client.get("/nothing"),
        ):
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers["referrer-policy"] == "no-referrer"
            assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
            assert "server" not in answer.headers


def test_wrong_values_are_kept_and_named(house: House) -> None:
    answer = house.send({"email": "olga@hill.example", "phone": "call me", "country": "ZZ"})
    assert answer.status_code == 201
    assert [(p["pointer"], p["code"]) for p in answer.json()["problems"]] == [
        ("/country", "country.unknown"),
        ("/phone", "phone.unparseable"),
    ]


def test_a_strict_source_refuses_wrong_values_and_stores_nothing(house: House) -> None:
    key = house.new_key("strict-form", strict=True)
    answer = house.send({"email": "olga@hill.example", "phone": "call me", "country": "ZZ"}, key=key)
    assert (answer.status_code, codes(answer)) == (
        422,
        [("/country", "country.unknown"), ("/phone", "phone.unparseable")],
    )
    assert labels(house, "strict-form") == {}


def test_a_second_enquiry_of_a_known_person_joins_their_lead(house: House) -> None:
    first = house.send({"email": "paul@hill.example", "country": "DE"}).json()
    again = house.send({"email": "Paul@Hill.example", "country": "DE", "message": "Are you there?"})
    told = again.json()
    assert (again.status_code, told["lead"], told["repeat"]) == (200, first["lead"], True)
    for name in ("outcome", "owner", "next_at", "expected_response"):
        assert told[name] == first[name]


def test_the_same_request_gets_the_same_bytes(house: House) -> None:
    body = json.dumps({"email": "quinn@hill.example"}).encode()
    first = house.send(body, Idempotency_Key="quinn-1")
    again = house.send(body, Idempotency_Key="quinn-1")
    assert (first.status_code, "idempotent-replayed" in first.headers) == (201, False)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["idempotent-replayed"] == "true"


def test_the_same_key_with_another_body_is_refused_and_changes_nothing(house: House) -> None:
    key = house.new_key("mismatch")
    assert house.send({"email": "rosa@hill.example"}, key=key, Idempotency_Key="rosa").status_code == 201
    answer = house.send({"email": "rosa@other.example"}, key=key, Idempotency_Key="rosa")
    assert (answer.status_code, codes(answer)) == (422, [("", "idempotency.mismatch")])
    assert labels(house, "mismatch") == {"created": 1}


def test_an_event_id_makes_a_repeat_a_repeat(house: House) -> None:
    lead = {"email": "sven@hill.example", "event_id": "evt-7"}
    first, again = house.send(lead), house.send(lead)
    assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")


def test_the_same_event_id_of_two_sources_is_two_events(house: House) -> None:
    lead = {"email": "tara@hill.example", "event_id": "evt-8"}
    first, other = house.send(lead), house.send(lead, key=house.new_key("chat"))
    assert (first.status_code, other.status_code) == (201, 200)
    assert "idempotent-replayed" not in other.headers


def test_without_a_key_each_request_is_an_event(house: House) -> None:
    first, again = (house.send({"email": "uma@hill.example"}) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)


def test_a_refused_try_stores_nothing_and_may_be_mended(house: House) -> None:
    assert house.send({"emial": "vic@hill.example"}, Idempotency_Key="vic").status_code == 400
    assert house.send({"email": "vic@hill.example"}, Idempotency_Key="vic").status_code == 201


def test_200_equal_requests_at_once_are_one_lead_with_200_equal_replies(house: House) -> None:
    key = house.new_key("burst")
    body = json.dumps({"email": "wim@burst.example", "country": "DE"}).encode()
    headers = {"Content-Type": "application/json", "Idempotency-Key": "wim"}
    with house.client(key) as client, ThreadPoolExecutor(32) as many:
        sent = [many.submit(client.post, "/v1/leads", content=body, headers=headers) for _ in range(200)]
        answers = [each.result() for each in sent]
    assert {(a.status_code, a.content) for a in answers} == {(201, answers[0].content)}
    assert Counter(a.headers.get("idempotent-replayed") for a in answers) == {None: 1, "true": 199}
    assert labels(house, "burst") == {"created": 1}
    assert (counted(house, _LEADS, "burst"), counted(house, _DECISIONS, "burst")) == (1, 1)


def test_500_persons_through_three_sources_at_once_are_500_leads(house: House) -> None:
    keys = [house.new_key(source) for source in ("form-a", "form-b", "form-c")]

    def send(client: httpx2.Client, n: int) -> tuple[int, str]:
        answer = client.post("/v1/leads", json={"email": f"person{n}@three{n}.example", "country": "SE"})
        return n, answer.json()["lead"]

    clients = [house.client(key) for key in keys]
    with ThreadPoolExecutor(24) as many:
        sent = [many.submit(send, client, n) for n in range(500) for client in clients]
        found = Counter(each.result() for each in sent)
    for client in clients:
        client.close()
    assert set(found.values()) == {3} and len({lead for _, lead in found}) == 500
    by_source = [labels(house, source) for source in ("form-a", "form-b", "form-c")]
    assert sum(each.get("created", 0) for each in by_source) == 500
    assert sum(each.get("merged", 0) for each in by_source) == 1_000


def test_a_lead_that_cannot_be_decided_is_kept_with_a_job_to_decide_it(house: House) -> None:
    """Somebody damaged a stored lead by hand: whoever matches it cannot be decided about, and must not be lost."""
    first = house.send({"email": "xena@damaged.example", "country": "DE"}).json()["lead"]
    with house.desk.database.write() as tx:
        tx.run(_DAMAGE, (first,))
    answer = house.send({"email": "xena@damaged.example", "message": "Hello?"}, Idempotency_Key="xena")
    told = answer.json()
    assert (answer.status_code, told["outcome"], told["decision"]) == (202, "pending", None)
    again = house.send({"email": "xena@damaged.example", "message": "Hello?"}, Idempotency_Key="xena")
    assert (again.status_code, again.content) == (202, answer.content)
    with house.desk.read() as tx:
        assert tx.all(_JOBS, (told["lead"],)) == [("route", "ready", "ValidationError")]


def test_a_damaged_lead_harms_nobody_else_of_its_batch(house: House) -> None:
    first = house.send({"email": "yuri@damaged.example", "country": "DE"}).json()["lead"]
    with house.desk.database.write() as tx:
        tx.run(_DAMAGE, (first,))
    with house.client() as client, ThreadPoolExecutor(8) as many:
        leads = [{"email": "yuri@damaged.example"}, *({"email": f"z{n}@well.example"} for n in range(20))]
        sent = [many.submit(client.post, "/v1/leads", json=lead) for lead in leads]
        answers = [each.result().status_code for each in sent]
    assert answers == [202, *([201] * 20)]


def test_a_lead_that_came_before_any_policy_is_pending(empty_house: House) -> None:
    answer = empty_house.send({"email": "adam@early.example"})
    assert (answer.status_code, answer.json()["outcome"]) == (202, "pending")


def test_what_was_wrong_with_a_pending_lead_is_not_forgotten(empty_house: House) -> None:
    lead = empty_house.send({"email": "cleo@early.example", "phone": "call me"}).json()
    seen = empty_house.get(f"/v1/leads/{lead['lead']}").json()
    assert seen["problems"] == lead["problems"] != []


def test_a_repeat_stays_a_repeat_when_a_newer_policy_would_refuse_it(empty_house: House) -> None:
    publish_examples(empty_house.desk, extra='\n[fields.robots]\ntype = "number"\n')
    body = json.dumps({"email": "bea@early.example", "robots": 5}).encode()
    first = empty_house.send(body, Idempotency_Key="bea")
    publish_examples(empty_house.desk)
    assert empty_house.send(body).status_code == 400
    again = empty_house.send(body, Idempotency_Key="bea")
    assert (again.status_code, again.content) == (first.status_code, first.content)
