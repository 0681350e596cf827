"""Spans from arrival over decision to delivery, as OpenTelemetry has them. It imports nothing of OpenTelemetry and costs a
function call while nobody configured an exporter; a valid traceparent is then passed on as it came.

No span holds a fact of a lead: its attributes are identifiers and words of ours.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from firstright.errors import BadConfiguration

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter

Start = Callable[[str, str, dict[str, str]], AbstractContextManager[str]]
MISSING = "traces need OpenTelemetry: pip install 'firstright[otel]'"
_TRACEPARENT = re.compile("00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def valid(traceparent: str) -> str:
    """The traceparent when it is one of W3C's version 00, else "": what others send is stored and sent on."""
    return traceparent if _TRACEPARENT.fullmatch(traceparent) else ""


class Tracing:
    """Hands out spans. One per process, from the wiring; threads may share it."""

    def __init__(self, start: Start | None = None, end: Callable[[], None] | None = None) -> None:
        self._start = start
        self._end = end

    @property
    def on(self) -> bool:
        return self._start is not None

    def span(self, name: str, traceparent: str = "", **attributes: str) -> AbstractContextManager[str]:
        """A span called `name`, a child of `traceparent` (a new trace when it is ""), ended with the block.

        Gives the traceparent to hand on to whatever follows; while nothing is configured, the one that came in.
        An exception that leaves the block marks the span as failed, by its type alone.
        """
        if self._start is None:
            return nullcontext(traceparent)
        return self._start(name, traceparent, attributes)

    def close(self) -> None:
        """Sends what is still waiting to be sent."""
        if self._end is not None:
            self._end()


OFF = Tracing()


def over_http(endpoint: str, *, node: str) -> Tracing:
    """Spans go to an OTLP collector, `http://localhost:4318` for one on this machine. BadConfiguration without the extra."""
    try:  # OpenTelemetry is an extra, and 0.3 s of imports that nobody pays who does not trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError:
        raise BadConfiguration((MISSING,)) from None
    return exporting(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces"), node=node)


def exporting(exporter: "SpanExporter", *, node: str, at_once: bool = False) -> Tracing:
    """Spans go to this exporter, in batches from a thread of its own or `at_once`."""
    from opentelemetry.sdk.resources import Resource  # as above
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor

    resource = Resource.create({"service.name": "firstright", "service.instance.id": node})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter) if at_once else BatchSpanProcessor(exporter))
    return Tracing(_starter(provider), provider.shutdown)


def _starter(provider: "TracerProvider") -> Start:
    from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context  # as above
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    tracer = provider.get_tracer("firstright")
    words = TraceContextTextMapPropagator()

    @contextmanager
    def start(name: str, traceparent: str, attributes: dict[str, str]) -> Iterator[str]:
        parent = words.extract({"traceparent": traceparent}) if traceparent else None
        span = tracer.start_span(name, parent, SpanKind.INTERNAL, attributes=attributes)
        carried: dict[str, str] = {}
        words.inject(carried, set_span_in_context(span))
        try:
            yield carried["traceparent"]
        except BaseException as failure:
            span.set_status(Status(StatusCode.ERROR, type(failure).__name__))
            raise
        finally:
            span.end()

    return start
