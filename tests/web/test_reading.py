import pytest

from firstright.storage.statement import Statement
from web.houses import House, codes

MISSING = "019fffff-ffff-7fff-bfff-ffffffffffff"
_MERGE = Statement("UPDATE lead SET merged_into = ? WHERE id = ?")


def test_a_lead_is_shown_as_it_stands(house: House) -> None:
    sent = house.send({"email": "mara@read.example", "country": "DE", "phone": "call me"}).json()
    seen = house.get(f"/v1/leads/{sent['lead']}").json()
    assert (seen["lead"], seen["asked"], seen["source"]) == (sent["lead"], None, "web")
    assert (seen["outcome"], seen["reason"], seen["next_at"]) == (
        sent["outcome"],
        sent["reason"],
        sent["next_at"],
    )
    assert (seen["facts"]["email"], seen["facts"]["country"]) == ("mara@read.example", "DE")
    assert [problem["code"] for problem in seen["problems"]] == ["phone.unparseable"]
    assert (seen["epoch"], seen["cycle"], seen["status"] != "") == (1, 1, True)


def test_a_merged_lead_is_read_as_the_one_that_stands_for_it(house: House) -> None:
    first, second = (house.send({"email": f"{name}@merged-{name}.example"}).json()["lead"] for name in "ab")
    with house.desk.database.write() as tx:
        tx.run(_MERGE, (first, second))
    seen = house.get(f"/v1/leads/{second}").json()
    assert (seen["lead"], seen["asked"]) == (first, second)


def test_why_tells_every_decision_in_sentences_and_as_data(house: House) -> None:
    sent = house.send({"email": "nora@why.example", "country": "DE", "employees": 20}).json()
    told = house.get(f"/v1/leads/{sent['lead']}/why").json()
    assert told["lead"] == sent["lead"]
    assert [(d["decision"], d["outcome"]) for d in told["decisions"]] == [(sent["decision"], sent["outcome"])]
    decision = told["decisions"][0]
    assert decision["explanation"]["verdict"]["reason"] == sent["reason"]
    assert decision["explanation"]["rules"] and decision["sentences"][0]


def test_why_of_a_lead_nobody_decided_about_yet_is_empty(empty_house: House) -> None:
    lead = empty_house.send({"email": "otto@early.example"}).json()["lead"]
    assert empty_house.get(f"/v1/leads/{lead}/why").json() == {"lead": lead, "decisions": []}
    assert empty_house.get(f"/v1/leads/{lead}").json()["outcome"] == "pending"


def test_a_decision_is_shown_with_its_record(house: House) -> None:
    sent = house.send({"email": "pia@record.example", "country": "SE"}).json()
    seen = house.get(f"/v1/decisions/{sent['decision']}").json()
    assert (seen["decision"], seen["lead"], seen["cause"]) == (sent["decision"], sent["lead"], "arrived")
    assert (seen["policy_version"], seen["roster_version"]) == (1, 1)
    assert seen["record"]["lead"]["facts"]["email"] == "pia@record.example"
    assert seen["record"]["result"]["outcome"] == sent["outcome"]


@pytest.mark.parametrize("path", ["/v1/leads/{}", "/v1/leads/{}/why", "/v1/decisions/{}"])
@pytest.mark.parametrize(
    "name", ["1", "null", "0", MISSING, MISSING.upper(), "9" * 5_000, "..%2f1", "%00", "a'%20OR%201=1", "%ff"]
)
def test_missing_and_malformed_identifiers_get_one_answer(house: House, path: str, name: str) -> None:
    answer = house.get(path.format(name))
    told = answer.json()
    assert (answer.status_code, told.pop("request_id") != "") == (404, True)
    assert told == {
        "type": "about:blank",
        "title": "There is nothing here",
        "status": 404,
        "errors": [
            {"pointer": "", "code": "not_found", "reason": "there is nothing under this address", "got": ""}
        ],
    }


@pytest.mark.parametrize(
    "query", ["?limit=1", "?limit=1&limit=2", "?a", "?filter[email][$ne]=", "?sort=owner;drop"]
)
def test_unknown_parameters_are_refused(house: House, query: str) -> None:
    for path in (f"/v1/leads/{MISSING}", "/healthz", "/openapi.json"):
        answer = house.get(path + query)
        assert answer.status_code == 400 and ("", "query.unknown") in codes(answer)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
def test_what_is_read_cannot_be_written(house: House, method: str) -> None:
    with house.client() as client:
        answer = client.request(method, f"/v1/leads/{MISSING}")
    assert (answer.status_code, answer.headers["allow"], codes(answer)) == (
        405,
        "GET",
        [("", "method.not_allowed")],
    )


@pytest.mark.parametrize(
    "path",
    [
        "/admin",
        "/debug",
        "/docs",
        "/redoc",
        "/.git/HEAD",
        "/.env",
        "/backup.zip",
        "/server-status",
    ],
)
def test_guessed_addresses_are_not_there(house: House, path: str) -> None:
    answer = house.get(path, Authorization="")
    assert (answer.status_code, codes(answer)) == (404, [("", "not_found")])


def test_health_tells_the_turn_and_what_waits(house: House) -> None:
    house.send({"email": "quinn@health.example"})
    answer = house.get("/healthz", Authorization="")
    told = answer.json()
    assert (answer.status_code, told["status"]) == (200, "ok")
    assert (told["turn"]["policy_version"], told["turn"]["roster_version"], told["turn"]["n"] > 0) == (
        1,
        1,
        True,
    )
    assert set(told["waiting"]) == {"person", "intake", "deadlines", "bulk"}


def test_strangers_behind_a_proxy_learn_no_details(house: House) -> None:
    answer = house.get("/healthz", Authorization="", X_Forwarded_For="203.0.113.7")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert house.get("/openapi.json", Authorization="", X_Forwarded_For="203.0.113.7").status_code == 401
    with_key = house.get("/healthz", X_Forwarded_For="203.0.113.7")
    assert (with_key.status_code, with_key.json()["turn"]["policy_version"]) == (200, 1)


def test_the_document_describes_every_route_and_the_fields_of_the_policy(house: House) -> None:
    document = house.get("/openapi.json").json()
    assert {(path, verb) for path, verbs in document["paths"].items() for verb in verbs} == {
        ("/v1/leads/{lead_id}/sequence", "get"),
        ("/v1/leads/{lead_id}/sequence/start", "post"),
        ("/v1/leads/{lead_id}/sequence/stop", "post"),
        ("/v1/leads/{lead_id}/consents", "get"),
        ("/v1/leads/{lead_id}/consents", "post"),
        ("/v1/leads/{lead_id}/opt-out", "post"),
        ("/v1/suppressions", "get"),
        ("/v1/suppressions", "post"),
        ("/v1/suppressions/release", "post"),
        ("/healthz", "get"),
        ("/heartbeat", "get"),
        ("/metrics", "get"),
        ("/openapi.json", "get"),
        ("/v1/leads/{lead_id}/handoff", "post"),
        ("/v1/leads/{lead_id}/offer/accept", "post"),
        ("/v1/leads/{lead_id}/offer/decline", "post"),
        ("/v1/leads/{lead_id}/offer/seen", "post"),
        ("/v1/leads/{lead_id}/offer/withdraw", "post"),
        ("/v1/shared/{lead_id}/accept", "post"),
        ("/v1/shared/{lead_id}/decline", "post"),
        ("/v1/tickets/{ticket_id}", "post"),
        ("/v1/decisions/{decision_id}", "get"),
        ("/v1/decisions/{decision_id}/what-if", "get"),
        ("/v1/deliveries", "get"),
        ("/v1/leads/batch", "post"),
        ("/v1/accounts", "get"),
        ("/v1/accounts/{account_id}", "get"),
        ("/v1/forms/{source}", "post"),
        ("/v1/deliveries/replay", "post"),
        ("/v1/deliveries/{delivery_id}", "get"),
        ("/v1/deliveries/{delivery_id}/replay", "post"),
        ("/v1/destinations", "get"),
        ("/v1/forms/{source}", "post"),
        ("/v1/imports", "get"),
        ("/v1/imports/{import_id}", "get"),
        ("/v1/imports/{import_id}/records", "get"),
        ("/v1/duplicates", "get"),
        ("/v1/duplicates/distinct", "post"),
        ("/v1/duplicates/{pair_id}/distinct", "post"),
        ("/v1/inbox", "get"),
        ("/v1/inbox/{tab}", "get"),
        ("/v1/jobs", "get"),
        ("/v1/jobs/{job_id}/replay", "post"),
        ("/v1/leads", "post"),
        ("/v1/leads/batch", "post"),
        ("/v1/leads/{lead_id}", "get"),
        ("/v1/hooks/{name}", "post"),
        ("/v1/leads/{lead_id}/accept", "post"),
        ("/v1/leads/{lead_id}/activities", "get"),
        ("/v1/leads/{lead_id}/arrivals", "get"),
        ("/v1/leads/{lead_id}/claim", "post"),
        ("/v1/leads/{lead_id}/decline", "post"),
        ("/v1/leads/{lead_id}/engagements", "post"),
        ("/v1/leads/{lead_id}/facts", "post"),
        ("/v1/leads/{lead_id}/merge", "post"),
        ("/v1/leads/{lead_id}/status", "post"),
        ("/v1/leads/{lead_id}/roles", "post"),
        ("/v1/leads/{lead_id}/convert", "post"),
        ("/v1/statuses", "get"),
        ("/v1/acting", "get"),
        ("/v1/tasks", "get"),
        ("/v1/leads/{lead_id}/tasks", "post"),
        ("/v1/leads/{lead_id}/tasks/end", "post"),
        ("/v1/leads/{lead_id}/tasks/put-off", "post"),
        ("/v1/leads/{lead_id}/unmerge", "post"),
        ("/v1/leads/{lead_id}/reassign", "post"),
        ("/v1/leads/{lead_id}/reroute", "post"),
        ("/v1/leads/{lead_id}/score", "get"),
        ("/v1/score", "get"),
        ("/v1/score/drift", "get"),
        ("/v1/leads/{lead_id}/timeline", "get"),
        ("/v1/leads/{lead_id}/touches", "post"),
        ("/v1/leads/{lead_id}/why", "get"),
        ("/v1/leads/{lead_id}/meetings", "post"),
        ("/v1/meetings", "get"),
        ("/v1/meetings/replies", "post"),
        ("/v1/meetings/slots", "get"),
        ("/v1/meetings/{meeting_id}/cancel", "post"),
        ("/v1/meetings/{meeting_id}/held", "post"),
        ("/v1/meetings/{meeting_id}/move", "post"),
        ("/v1/meetings/{meeting_id}/no-show", "post"),
        ("/v1/policy", "get"),
        ("/v1/errands/{errand_id}", "get"),
        ("/v1/errands/{errand_id}/stop", "post"),
        ("/v1/hooks/{name}/quarantine", "get"),
        ("/v1/hooks/{name}/quarantine/{event}", "get"),
        ("/v1/hooks/{name}/replay", "post"),
        ("/v1/providers", "get"),
        ("/v1/pools/{pool_id}/fairness", "get"),
        ("/v1/pools/{pool_id}/fairness/leads", "get"),
        ("/v1/pools/{pool_id}/next", "post"),
        ("/v1/policy/versions", "get"),
        ("/v1/policy/versions/{before}/{after}", "get"),
        ("/v1/quarantine", "get"),
        ("/v1/quarantine/replay", "post"),
        ("/v1/quarantine/{arrival_id}", "get"),
        ("/v1/quarantine/{arrival_id}/replay", "post"),
        ("/v1/reps/{rep_id}/absences", "delete"),
        ("/v1/reps/{rep_id}/absences", "post"),
        ("/v1/reps/{rep_id}/calendar", "put"),
        ("/v1/reps/{rep_id}/feed", "delete"),
        ("/v1/reps/{rep_id}/feed", "get"),
        ("/v1/reps/{rep_id}/feed", "put"),
        ("/v1/reps/{rep_id}/hours", "post"),
        ("/v1/reps/{rep_id}/leave", "post"),
        ("/v1/reps/{rep_id}/on", "post"),
        ("/v1/reps/{rep_id}/pause", "post"),
        ("/v1/reps/{rep_id}/pools/{pool}", "put"),
        ("/v1/reps/{rep_id}/presence", "post"),
        ("/v1/reps/{rep_id}/resume", "post"),
        ("/v1/reps/{rep_id}/turns", "get"),
        ("/v1/leads/{lead_id}/return", "post"),
        ("/v1/credit-requests", "get"),
        ("/v1/credit-requests/{request_id}/approve", "post"),
        ("/v1/credit-requests/{request_id}/refuse", "post"),
        ("/v1/clocks/correct", "post"),
        ("/v1/clocks/excuse", "post"),
        ("/v1/clocks/missed", "get"),
        ("/v1/leads/{lead_id}/correct", "post"),
        ("/v1/leads/{lead_id}/excuse", "post"),
        ("/v1/leads/{lead_id}/pause", "post"),
        ("/v1/leads/{lead_id}/resume", "post"),
        ("/v1/leads/{lead_id}/stuck", "post"),
        ("/v1/stuck", "get"),
        ("/v1/repairs", "get"),
        ("/v1/repairs", "post"),
        ("/v1/repairs/previews", "get"),
        ("/v1/repairs/previews", "post"),
        ("/v1/repairs/previews/{preview_id}", "get"),
        ("/v1/repairs/previews/{preview_id}/stop", "post"),
        ("/v1/repairs/{repair_id}", "get"),
        ("/v1/repairs/{repair_id}/stop", "post"),
        ("/v1/reviews", "get"),
        ("/v1/reviews/{review_id}", "get"),
        ("/v1/reviews/{review_id}/claim", "post"),
        ("/v1/reviews/{review_id}/release", "post"),
        ("/v1/reviews/{review_id}/resolve", "post"),
        ("/v1/alarms", "get"),
        ("/v1/alarms/{alarm_id}/end", "post"),
        ("/v1/hygiene", "get"),
        ("/v1/synonyms", "post"),
        ("/v1/unmapped", "get"),
        ("/v1/search", "get"),
        ("/v1/sources", "get"),
        ("/v1/sources/problems", "get"),
        ("/v1/stewards", "get"),
        ("/v1/stewards/reviewed", "post"),
        ("/v1/team", "get"),
        ("/v1/users", "get"),
    }
    fields = document["components"]["schemas"]["Lead"]["properties"]
    assert fields["product"]["examples"] == ["arm", "rover", "vision"]
    assert "domain" not in fields and "event_id" in fields
    refusals = set(document["paths"]["/v1/leads"]["post"]["responses"])
    assert refusals == {"200", "201", "202", "400", "401", "403", "408", "413", "415", "422", "503"}
    assert "422" not in document["paths"]["/v1/decisions/{decision_id}"]["get"]["responses"]
    touch = document["paths"]["/v1/leads/{lead_id}/touches"]["post"]
    body = touch["requestBody"]["content"]["application/json"]["schema"]
    assert (body["required"], body["additionalProperties"]) == (["rep", "channel"], False)
    assert {"400", "404", "409", "422"} <= set(touch["responses"])
    assert [each["name"] for each in touch["parameters"]] == ["lead_id", "Idempotency-Key"]
    assert "event_id" not in document["components"]["schemas"]["Facts"]["properties"]


def test_what_the_reply_schema_requires_is_what_a_reply_has(house: House) -> None:
    schemas = house.get("/openapi.json").json()["components"]["schemas"]
    assert schemas["LeadReply"]["required"] == list(house.send({"email": "rosa@schema.example"}).json())
    assert schemas["Problem"]["required"] == list(house.send(b"[]").json())
