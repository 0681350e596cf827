"""The gauges of /metrics: read from the database, the writer and the auditor at the moment somebody asks."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from firstright.desk import Desk
from firstright.desk.explain.auditing import Beat
from firstright.errors import DatabaseError
from firstright.measures import CHANNELS, OTHER
from firstright.storage import alarms, gauges
from firstright.storage.gauges import Due, UnderWay
from firstright.storage.schema.watched import SEVERITIES

Sample = tuple[tuple[str, ...], float]


def gauged(desk: Desk, beat: Beat, now: datetime) -> bytes:
    """In Prometheus' text format. Without a database the rest is there, and firstright_database_up is 0."""
    registry = CollectorRegistry()
    registry.register(_Gauges([*_of_process(desk, beat), *_of_database(desk, now)]))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Gauges(Collector):
    def __init__(self, found: list[Metric]) -> None:
        self._found = found

    def collect(self) -> Iterable[Metric]:
        return self._found


def _gauge(name: str, said: str, labels: tuple[str, ...], samples: Iterable[Sample]) -> Metric:
    family = GaugeMetricFamily(f"firstright_{name}", said, labels=labels)
    for values, value in samples:
        family.add_metric(values, value)
    return family


def _of_process(desk: Desk, beat: Beat) -> Iterator[Metric]:
    depth: list[Sample] = [((lane,), waiting) for lane, waiting in desk.writer.depth().items()]
    yield _gauge("writer_waiting", "Pieces of work waiting for the writer.", ("lane",), depth)
    yield _gauge("heartbeat", "1 while the auditor looked lately and found nothing.", (), [((), beat.beats)])
    at = beat.at.timestamp() if beat.at else 0.0
    said = "Unix time of the auditor's last look that found nothing; 0 before the first."
    yield _gauge("heartbeat_seconds", said, (), [((), at)])
    found: list[Sample] = [((each.what,), each.count) for each in beat.found]
    yield _gauge("audit_found", "What the auditor found, up to a thousand of a kind.", ("what",), found)


def _of_database(desk: Desk, now: datetime) -> Iterator[Metric]:
    try:
        with desk.read() as tx:
            at = gauges.instant(tx, now)
            due, dead, under_way = gauges.due(tx, at), gauges.dead_jobs(tx), gauges.deliveries(tx)
            alarming = alarms.open_by_kind(tx)
    except DatabaseError:
        yield _gauge("database_up", "1 while the database answers.", (), [((), 0)])
        return
    yield _gauge("database_up", "1 while the database answers.", (), [((), 1)])
    yield from _of_jobs(due, dead, at)
    yield _gauge("deliveries_unfinished", "By channel and state.", ("channel", "state"), _channels(under_way))
    ringing: list[Sample] = [
        ((severity,), sum(n for (_, how), n in alarming.items() if how == severity))
        for severity in SEVERITIES
    ]
    yield _gauge("alarms_open", "Open alarms about sources, data and models.", ("severity",), ringing)


def _of_jobs(due: list[Due], dead: int, at: datetime) -> Iterator[Metric]:
    labels = ("lane", "kind")
    yield _gauge("jobs_due", "Jobs that are due.", labels, [((d.lane, d.kind), d.due) for d in due])
    late: list[Sample] = [((d.lane, d.kind), d.overdue) for d in due]
    yield _gauge("jobs_overdue", "Jobs due for more than a minute.", labels, late)
    ages: list[Sample] = [
        ((d.lane, d.kind), max((at - d.oldest).total_seconds(), 0.0) if d.oldest else 0.0) for d in due
    ]
    yield _gauge("jobs_oldest_due_seconds", "How long the oldest due job is due.", labels, ages)
    yield _gauge("jobs_dead", "Jobs given up.", (), [((), dead)])


def _channels(found: list[UnderWay]) -> list[Sample]:
    counts = {(channel, state): 0 for channel in sorted(CHANNELS) for state in gauges.STATES}
    for each in found:
        key = (each.channel if each.channel in CHANNELS else OTHER, each.state)
        counts[key] = counts.get(key, 0) + each.rows
    return list(counts.items())
