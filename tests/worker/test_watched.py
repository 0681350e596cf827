"""A delivery's attempt is a span of the trace of its decision, and is counted and timed."""

from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from desk.postroom import post_room
from firstright.tracing import exporting
from outbound.sink import Sink, status
from patience import until
from storage.inbound import uid
from storage.outbox import CRM, delivery
from test_measures import samples
from worker.test_postman import working

THEIRS = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_every_attempt_is_a_span_of_the_decisions_trace_and_is_counted(database_url: str) -> None:
    spans = InMemorySpanExporter()
    with Sink(fresh=False) as sink, post_room(database_url) as room:
        sink.script(status(500))
        room.office.desk.tracing = exporting(spans, node="ada", at_once=True)
        room.register(CRM, url=sink.url())
        room.told(delivery(1, trace=THEIRS))
        with working(room):
            sink.wait(1)
            until(lambda: room.states()[1] == "ready")
            room.wait(seconds=8)
            until(lambda: room.states()[1] == "sent")
        counted = samples(room.office.desk.measures)
    found = [span for span in spans.get_finished_spans() if span.name == "deliver"]
    assert [f"{span.context.trace_id:032x}" for span in found] == [THEIRS.split("-")[1]] * 2
    assert [f"{span.parent.span_id:016x}" for span in found if span.parent] == [THEIRS.split("-")[2]] * 2
    assert {str((span.attributes or {})["delivery"]) for span in found} == {uid("other", 1)}
    assert {key[1]: n for key, n in counted.items() if key[0] == "deliveries_total"} == {
        ("webhook", "again"): 1,
        ("webhook", "sent"): 1,
    }
    assert counted["decision_to_delivery_seconds_count", ("webhook",)] == 1
