"""/metrics, /heartbeat and traces as somebody outside sees them."""

import json
import urllib.request
from collections.abc import Iterator
from urllib.error import HTTPError

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client.parser import text_string_to_metric_families

from firstright import wiring
from firstright.desk.explain.auditing import Auditor
from firstright.errors import BadConfiguration
from firstright.storage.statement import Statement
from firstright.tracing import exporting
from firstright.web.watching import serve_metrics
from patience import PATIENCE
from web.houses import House, codes, running

AWAY = {"X_Forwarded_For": "203.0.113.7", "Authorization": ""}
THEIRS = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
LEAD = {"email": "mara@hill.example", "country": "DE"}
Figures = dict[tuple[str, tuple[str, ...]], float]


def figures(text: str) -> Figures:
    """(name, label values by label name): value; the text must parse as Prometheus reads it."""
    return {
        (sample.name, tuple(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def own_house(database_url: str) -> Iterator[House]:
    yield from running(database_url)


def test_metrics_count_what_the_door_did_and_what_is_due(own_house: House) -> None:
    house = own_house
    assert house.send(LEAD, Idempotency_Key="1").status_code == 201
    assert house.send(LEAD, Idempotency_Key="1").status_code == 201
    assert house.send(b"{").status_code == 400
    assert house.get("/v1/leads/nobody").status_code == 404
    with house.desk.database.write() as tx:
        tx.run(Statement("UPDATE job SET due_at = '2026-01-01T00:00:00.000000Z', kind = 'clock'"))
    answer = house.get("/metrics", Authorization="")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    found = figures(answer.text)
    assert found["firstright_arrival_to_decision_seconds_count", ()] == 1
    assert {key[1][0]: n for key, n in found.items() if key[0] == "firstright_decisions_total"} == {
        "arrived": 1
    }
    assert found["firstright_requests_refused_total", ("4xx",)] == 2
    assert found["firstright_writer_waiting", ("intake",)] == 0
    assert found["firstright_jobs_due", ("clock", "deadlines")] >= 1
    assert found["firstright_jobs_overdue", ("clock", "deadlines")] >= 1
    assert found["firstright_jobs_oldest_due_seconds", ("clock", "deadlines")] > 3_600
    assert found["firstright_jobs_due", ("decide", "deadlines")] == 0
    assert found["firstright_jobs_dead", ()] == 0
    assert found["firstright_deliveries_unfinished", ("email", "dead")] == 0
    assert (found["firstright_database_up", ()], found["firstright_heartbeat", ()]) == (1, 0)
    assert found["firstright_audit_found", ("nobody-looks",)] == 1
    assert "mara" not in answer.text and "hill" not in answer.text


def test_figures_are_for_this_machine_and_for_who_has_a_key(house: House) -> None:
    refused = house.get("/metrics", **AWAY)
    assert (refused.status_code, codes(refused)) == (401, [("", "auth.missing")])
    assert house.get("/metrics", X_Forwarded_For="203.0.113.7").status_code == 200
    assert house.get("/metrics?x=1", Authorization="").status_code == 400


def test_nobody_looking_is_no_heartbeat_and_strangers_are_told_no_details(house: House) -> None:
    near, away = house.get("/heartbeat", Authorization=""), house.get("/heartbeat", **AWAY)
    assert (near.status_code, away.status_code) == (503, 503)
    assert near.json() == {
        "beats": False,
        "at": None,
        "found": [{"what": "nobody-looks", "count": 1, "ids": []}],
    }
    assert away.json() == {"beats": False, "at": None, "found": []}
    assert house.get("/heartbeat", X_Forwarded_For="203.0.113.7").json() == near.json()
    assert house.get("/heartbeat", Authorization="Bearer x", X_Forwarded_For="203.0.113.7").status_code == 401


def fetched(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def test_a_worker_shows_the_same_on_a_port_of_its_own(own_house: House) -> None:
    desk = own_house.desk
    auditor = Auditor(desk.read, wiring.now)
    with serve_metrics(desk, auditor, wiring.now, 0) as port:
        assert fetched(port, "/heartbeat")[0] == 503
        beat = auditor.look()
        status, told = fetched(port, "/heartbeat")
        assert (status, json.loads(told)["beats"], beat.beats) == (200, True, True)
        found = figures(fetched(port, "/metrics")[1])
        assert (found["firstright_heartbeat", ()], found["firstright_database_up", ()]) == (1, 1)
        assert beat.at is not None and found["firstright_heartbeat_seconds", ()] == beat.at.timestamp()
        assert fetched(port, "/v1/leads")[0] == 404
        with pytest.raises(BadConfiguration), serve_metrics(desk, auditor, wiring.now, port):
            pass
    with pytest.raises(OSError):
        fetched(port, "/heartbeat")


def test_a_request_continues_its_senders_trace(own_house: House) -> None:
    spans = InMemorySpanExporter()
    own_house.desk.tracing = exporting(spans, node="ada", at_once=True)
    assert own_house.send(LEAD, traceparent=THEIRS).status_code == 201
    found = {span.name: span for span in spans.get_finished_spans()}
    assert set(found) == {"arrival", "decide"}
    assert {f"{span.context.trace_id:032x}" for span in found.values()} == {THEIRS.split("-")[1]}
    own_house.send({**LEAD, "email": "bea@hill.example"}, traceparent="bea@hill.example")
    assert len({span.context.trace_id for span in spans.get_finished_spans()}) == 2
    assert "hill" not in "".join(span.to_json() for span in spans.get_finished_spans())
