"""What is delivered about a decision belongs to the trace of the request that caused it."""

import msgspec
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from desk.office import Office, office
from firstright.tracing import exporting

THEIRS = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TRACES = "SELECT DISTINCT trace FROM delivery"


def sent(here: Office, name: str, trace: str) -> None:
    here.desk.take_in([msgspec.structs.replace(here.arrival(name), trace=trace)])


def test_a_delivery_continues_the_span_of_its_decision(database_url: str) -> None:
    spans = InMemorySpanExporter()
    with office(database_url) as here:
        here.desk.tracing = exporting(spans, node="ada", at_once=True)
        sent(here, "anna", THEIRS)
        [(trace,)] = here.rows(TRACES)
        with here.desk.tracing.span("deliver", trace):  # as the postman does, per attempt
            pass
    found = {span.name: span for span in spans.get_finished_spans()}
    assert set(found) == {"decide", "deliver"}
    assert {f"{span.context.trace_id:032x}" for span in found.values()} == {THEIRS.split("-")[1]}
    parent = found["deliver"].parent
    assert parent is not None and parent.span_id == found["decide"].context.span_id


def test_without_tracing_the_senders_trace_goes_with_the_delivery(database_url: str) -> None:
    with office(database_url) as here:
        sent(here, "anna", THEIRS)
        assert here.rows(TRACES) == [(THEIRS,)]
