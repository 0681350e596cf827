"""One lead, one trace: from the door over the decision to the delivery, and nothing at all while it is off."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from firstright.errors import BadConfiguration
from firstright.settings import read
from firstright.tracing import OFF, Tracing, exporting, over_http, valid

THEIRS = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracing(spans: InMemorySpanExporter) -> Iterator[Tracing]:
    found = exporting(spans, node="ada", at_once=True)
    yield found
    found.close()


def test_spans_of_one_trace_are_parents_and_children(spans: InMemorySpanExporter, tracing: Tracing) -> None:
    with tracing.span("arrival", THEIRS) as arrived, tracing.span("decide", arrived, lead="0190") as decided:
        pass
    with tracing.span("deliver", decided):
        pass
    found = {span.name: span for span in spans.get_finished_spans()}
    trace, theirs = THEIRS.split("-")[1:3]
    assert {f"{span.context.trace_id:032x}" for span in found.values()} == {trace}
    parents = {name: f"{span.parent.span_id:016x}" for name, span in found.items() if span.parent}
    assert parents == {
        "arrival": theirs,
        "decide": arrived.split("-")[2],
        "deliver": decided.split("-")[2],
    }
    assert dict(found["decide"].attributes or {}) == {"lead": "0190"}
    assert found["decide"].resource.attributes["service.name"] == "firstright"


def test_without_a_parent_a_trace_begins(tracing: Tracing) -> None:
    with tracing.span("decide") as one, tracing.span("decide") as other:
        assert one.split("-")[1] != other.split("-")[1]
    assert (valid(one), valid(other)) == (one, other)


def test_a_span_that_failed_says_so_by_the_type_alone(spans: InMemorySpanExporter, tracing: Tracing) -> None:
    with pytest.raises(ValueError), tracing.span("decide", THEIRS):
        raise ValueError("mara@hill.example")
    [span] = spans.get_finished_spans()
    assert (span.status.is_ok, span.status.description, span.events) == (False, "ValueError", ())


def test_what_the_caller_does_not_sample_is_not_exported_and_stays_one_trace(
    spans: InMemorySpanExporter, tracing: Tracing
) -> None:
    with tracing.span("arrival", THEIRS[:-1] + "0") as under:
        assert under.split("-")[1] == THEIRS.split("-")[1]
    assert spans.get_finished_spans() == ()


def test_switched_off_it_hands_on_what_came_in() -> None:
    with OFF.span("arrival", THEIRS, lead="0190") as under:
        assert under == THEIRS
    assert not OFF.on
    OFF.close()


@pytest.mark.parametrize(
    "foreign",
    ["", "x", THEIRS + "-more", THEIRS.upper(), THEIRS.replace("00-", "01-", 1), f"00-{'0' * 32}-{'1' * 16}-01", "\n" + THEIRS],
)  # fmt: skip
def test_what_is_no_traceparent_is_dropped(foreign: str) -> None:
    assert valid(foreign) == ""


def test_an_endpoint_is_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRSTRIGHT_OTLP_ENDPOINT", "collector:4318")
    with pytest.raises(BadConfiguration) as refused:
        read()
    assert refused.value.problems == ("otlp_endpoint: is neither http://HOST:PORT nor https://HOST:PORT",)


class Collector(BaseHTTPRequestHandler):
    """What a collector was sent: address, media type, bytes."""

    sent: ClassVar[list[tuple[str, str, bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.sent.append((self.path, self.headers["content-type"], body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None: ...


def test_spans_go_to_a_collector() -> None:
    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        found = over_http(f"http://127.0.0.1:{server.server_port}/", node="ada")
        with found.span("decide", THEIRS):
            pass
        found.close()
        server.shutdown()
        thread.join()
    [(path, media, body)] = Collector.sent
    assert (path, media) == ("/v1/traces", "application/x-protobuf")
    assert bytes.fromhex(THEIRS.split("-")[1]) in body
