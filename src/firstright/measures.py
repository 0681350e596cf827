"""What one process counts and times while it works, as Prometheus metrics in a registry of its own.

It reads no clock and no database: whoever measures hands seconds in. No label holds a name, an address or an id; a word
that is not on its list is counted as "other", so that nobody from outside can make the series grow.
"""

from collections.abc import Collection

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import generate_latest

CHANNELS = frozenset({"webhook", "slack", "email"})
VERDICTS = frozenset({"sent", "again", "throttled", "refused", "gone", "lost"})
CLOCKS = frozenset({"speed-to-lead", "owner", "review", "ticket", "decide", "route"})
REFUSALS = frozenset({"4xx", "5xx", "gone"})
OTHER = "other"
MOST_WORDS = (
    200  # pairs of outcome and cause: both are closed lists of ours, and this is the belt to their braces
)

_FAST = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
_SLOW = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 1_800.0, 7_200.0, 43_200.0)
_SIZES = (1, 2, 4, 8, 16, 32, 64)


class Measures:
    """One per process, handed down from the wiring. Threads may share it."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.arrival_to_decision = Histogram(
            "firstright_arrival_to_decision_seconds",
            "From the head of a request to its decided and committed reply.",
            buckets=_FAST,
            registry=registry,
        )
        self.decision_to_delivery = Histogram(
            "firstright_decision_to_delivery_seconds",
            "From a decision to the message about it being accepted by the other side.",
            ("channel",),
            buckets=_SLOW,
            registry=registry,
        )
        self.deadline_lateness = Histogram(
            "firstright_deadline_lateness_seconds",
            "By how much a deadline was acted upon after it was due.",
            ("clock",),
            buckets=_SLOW,
            registry=registry,
        )
        self.decisions = Counter(
            "firstright_decisions", "Committed decisions.", ("outcome", "cause"), registry=registry
        )
        self.deliveries = Counter(
            "firstright_deliveries", "Attempts to deliver.", ("channel", "verdict"), registry=registry
        )
        self.refusals = Counter(
            "firstright_requests_refused", "Requests turned away.", ("status",), registry=registry
        )
        self.batches = Histogram(
            "firstright_writer_batch_size",
            "Pieces of work in one committed transaction.",
            buckets=_SIZES,
            registry=registry,
        )
        self._pairs: dict[tuple[str, str], Counter] = {}

    def arrived(self, seconds: float) -> None:
        """A lead was taken, decided and committed this long after its request began."""
        self.arrival_to_decision.observe(max(seconds, 0.0))

    def decided(self, outcome: str, cause: str) -> None:
        """A decision was committed."""
        known = self._pairs.get((outcome, cause))
        if known is None:
            pair = (str(outcome), str(cause)) if len(self._pairs) < MOST_WORDS else (OTHER, OTHER)
            known = self._pairs[pair] = self.decisions.labels(*pair)
        known.inc()

    def delivered(self, channel: str, verdict: str, seconds: float) -> None:
        """One attempt is over. `seconds` count from the decision; only those of messages that were sent are timed."""
        where, how = _known(channel, CHANNELS), _known(verdict, VERDICTS)
        self.deliveries.labels(where, how).inc()
        if how == "sent":
            self.decision_to_delivery.labels(where).observe(max(seconds, 0.0))

    def late(self, clock: str, seconds: float) -> None:
        """A deadline was acted upon this long after it was due."""
        self.deadline_lateness.labels(_known(clock, CLOCKS)).observe(max(seconds, 0.0))

    def refused(self, status: int) -> None:
        """A request was turned away; status 0: its sender left before it was whole."""
        self.refusals.labels(_known(f"{status // 100}xx" if status else "gone", REFUSALS)).inc()

    def took(self, pieces: int) -> None:
        """The writer committed so many pieces of work together."""
        self.batches.observe(pieces)

    def text(self) -> bytes:
        """Everything, in Prometheus' text format."""
        return generate_latest(self.registry)


def _known(word: str, words: Collection[str]) -> str:
    return str(word) if word in words else OTHER
