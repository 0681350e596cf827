"""Importing a file of leads: exactly one outcome per record, resumable anywhere, the same file twice changes nothing.

Each record is one arrival; its outcome is committed with it. Live imports go through the bulk lane; history is decided
record by record as of the instant each lead came, with what fell due in between.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from time import perf_counter
from typing import BinaryIO

import msgspec

from firstright.core.clean.problem import Problem
from firstright.desk.arrival import Arrival, Reply, Source, cleaned
from firstright.desk.batch import Batch
from firstright.desk.desk import Desk
from firstright.desk.files.history import in_order
from firstright.desk.receive import MERGED, MISMATCH, Receive, keep_undecidable
from firstright.errors import Refused
from firstright.intake.csvfile import Record, Sheet, counted, inspect, read
from firstright.intake.fieldmap import FieldMap
from firstright.intake.mapping import NO_LOOKUPS, Lookups, Mapped, apply_map, check_header
from firstright.intake.refused import Refused as RefusedFile
from firstright.intake.settling import is_open, settled
from firstright.storage import audit, imports, quarantine
from firstright.storage.rows import RecordRow

LAST = datetime.max.replace(tzinfo=UTC)
AHEAD = 256  # records handed to the writer before the first of them must be committed
MOST_TIMED = 10_000  # records whose time a report keeps: it is for a look, and a file may have a million
OTHER_CONTENT = Problem(
    "", "idempotency.mismatch", "a row with this key came before with other content; nothing was changed", ""
)

_json = msgspec.json.Encoder().encode


class Taken(msgspec.Struct, frozen=True):
    """What became of one record."""

    number: int
    outcome: str  # created | merged | unchanged | quarantined
    seconds: float = 0.0  # from handing it over until it was committed


class Report(msgspec.Struct):
    """How an import went. `resumed` is how many records an earlier, broken-off try had taken; `seconds` are of the first
    records taken now."""

    import_id: str
    name: str
    counts: dict[str, int]
    resumed: int = 0
    already_done: bool = False
    seconds: list[float] = msgspec.field(default_factory=list)


class TakeRecord:
    """One record under the turn: its arrival, and the record's outcome in the same transaction."""

    def __init__(self, import_id: str, number: int, arrival: Arrival, *, is_lead: bool) -> None:
        self.import_id = import_id
        self.number = number
        self.arrival = arrival
        self.is_lead = is_lead
        self.lane = arrival.lane
        self._receive = Receive(arrival)

    def needs(self, batch: Batch) -> None:
        self._receive.needs(batch)

    def perform(self, batch: Batch) -> Taken:
        if not self.is_lead:
            keep_undecidable(batch, self.arrival)
            return self._outcome(batch, "quarantined", None)
        return self._replied(batch, self._receive.perform(batch))

    def rescue(self, batch: Batch, failure: Exception) -> Taken:
        if not self.is_lead:
            raise failure
        return self._replied(batch, self._receive.rescue(batch, failure))

    def _replied(self, batch: Batch, reply: Reply) -> Taken:
        told = msgspec.json.decode(reply.body)
        if reply.status == MISMATCH:
            return self._outcome(batch, "unchanged", None, (*self._receive.arrival.problems, OTHER_CONTENT))
        if reply.replayed:
            return self._outcome(batch, "unchanged", told["lead"] or None)
        if not told["lead"]:
            return self._outcome(batch, "quarantined", None)
        return self._outcome(batch, "merged" if reply.status == MERGED else "created", told["lead"])

    def _outcome(
        self, batch: Batch, outcome: str, lead: str | None, problems: tuple[Problem, ...] | None = None
    ) -> Taken:
        told = _json(self._receive.arrival.problems if problems is None else problems).decode()
        batch.rows.records.append(RecordRow(self.import_id, self.number, outcome, lead, None, told))
        return Taken(self.number, outcome)


Due = tuple[datetime | None, TakeRecord]  # with the instant it is decided as of, in history


class Begin:
    """Opens an import, or finds the one this file under this map already is: what was stopped goes on."""

    lane = "person"

    def __init__(self, sheet: Sheet, fieldmap: FieldMap, map_hash: str, name: str, actor: str) -> None:
        self.sheet = sheet
        self.map = fieldmap
        self.map_hash = map_hash
        self.name = name
        self.source = fieldmap.source
        self.actor = actor

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> tuple[str, str]:
        """(import id, state)."""
        known = imports.find(batch.tx, self.sheet.sha256, self.map_hash)
        if known and known.state in ("stopped", "failed"):
            imports.again(batch.tx, known.id)
            self._audited(batch, known.id, "resume-import")
            return known.id, "running"
        if known:
            return known.id, known.state
        name = batch.new_id()
        imports.add(
            batch.tx,
            name,
            self.sheet.sha256,
            self.map_hash,
            name=self.name,
            source=self.source,
            as_of=None,
            actor=self.actor,
            now=batch.turn.now,
        )
        self._keep_layout(batch, name)
        self._audited(batch, name, "start-import")
        return name, "running"

    def _keep_layout(self, batch: Batch, import_id: str) -> None:
        """So that a row that is put aside can be read again."""
        layout = _json(self.map).decode()
        quarantine.keep_layout(
            batch.tx, import_id, self.source, self.sheet.header, self.sheet.delimiter, layout
        )

    def _audited(self, batch: Batch, import_id: str, action: str) -> None:
        about = {"file": self.sheet.sha256, "map": self.map_hash, "source": self.source}
        now, turn = batch.turn.now, batch.turn.n
        audit.append(batch.tx, batch.new_id(), now, turn, self.actor, action, "import", import_id, about)

    def rescue(self, batch: Batch, failure: Exception) -> tuple[str, str]:
        raise failure


class Mark:
    """Writes down how far an import has come, for whoever watches."""

    lane = "bulk"

    def __init__(self, import_id: str, counts: dict[str, int], total: int) -> None:
        self.import_id = import_id
        self.counts = counts
        self.total = total

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> None:
        imports.mark(batch.tx, self.import_id, self.counts, self.total)

    def rescue(self, batch: Batch, failure: Exception) -> None:
        raise failure


class End:
    """Closes an import: done, stopped or failed, and why. In the lane of its records, so that it comes behind the last."""

    lane = "bulk"

    def __init__(self, import_id: str, state: str, *, by: str, why: str = "", total: int = 0) -> None:
        self.import_id = import_id
        self.state = state
        self.by = by
        self.why = why
        self.total = total

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> dict[str, int]:
        now, turn = batch.turn.now, batch.turn.n
        about = {"state": self.state, "why": self.why}
        imports.record(batch.tx, batch.rows.records)  # the last of them may be in this very batch
        batch.rows.records.clear()
        audit.append(
            batch.tx, batch.new_id(), now, turn, self.by, "end-import", "import", self.import_id, about
        )
        return imports.end(batch.tx, self.import_id, self.state, now, total=self.total)

    def rescue(self, batch: Batch, failure: Exception) -> dict[str, int]:
        raise failure


class Importing:
    """One file under one map, on its way through a desk. Raises Refused when the file cannot be imported at all.

    `map_hash` is of the map's text: the same file under the same text is the same import.
    """

    def __init__(
        self,
        desk: Desk,
        file: BinaryIO,
        fieldmap: FieldMap,
        *,
        map_hash: str,
        name: str,
        actor: str,
        lookups: Lookups = NO_LOOKUPS,
        pinned: bool = False,
        ledger: str = "main",
    ) -> None:
        self.desk = desk
        self.file = file
        self.map = fieldmap
        self.map_hash = map_hash
        self.name = name
        self.actor = actor
        self.lookups = lookups
        self.pinned = pinned
        self.ledger = ledger
        sheet = inspect(file, encoding=fieldmap.encoding or None, delimiter=fieldmap.delimiter or None)
        if isinstance(sheet, RefusedFile):
            raise Refused([p.reason for p in sheet.errors])
        blocking = check_header(fieldmap, sheet.header).blocking
        if blocking:
            raise Refused([f"{p.pointer.removeprefix('/')}: {p.reason}" for p in blocking])
        self.sheet = sheet
        if is_open(fieldmap):
            self.map, doubts = settled(
                fieldmap, (r.values for r in read(file, sheet) if r.values is not None)
            )
            if doubts:
                raise Refused(doubts)
        self.source = Source(fieldmap.source, fieldmap.country)

    def records(self) -> int:
        """How many records the file has: one quick pass, for a progress bar."""
        return counted(self.file, self.sheet)

    def begin(self) -> tuple[str, str]:
        """(import id, state): a new import, or the one this file under this map already is."""
        begin = Begin(self.sheet, self.map, self.map_hash, self.name, self.actor)
        return self.desk.writer.submit(begin).result()

    def run(self, progress: Callable[[Taken], None] = lambda taken: None) -> Report:
        """Takes every record that has no outcome yet. Calls `progress` after each commit, in the order they are taken."""
        import_id, state = self.begin()
        with self.desk.read() as tx:
            before = imports.taken(tx, import_id)
        report = Report(import_id, self.name, {}, len(before), already_done=state == "done")
        if not report.already_done:
            works = (self._work(import_id, r) for r in read(self.file, self.sheet) if r.number not in before)
            for taken in self._as_of_arrival(works) if self.pinned else self._as_they_come(works):
                if len(report.seconds) < MOST_TIMED:
                    report.seconds.append(taken.seconds)
                progress(taken)
            self.desk.writer.submit(End(import_id, "done", by=self.actor)).result()
        with self.desk.read() as tx:
            report.counts = imports.counted(tx, import_id)
        return report

    def _as_they_come(self, works: Iterable[Due]) -> Iterator[Taken]:
        waiting: deque[tuple[float, Future[Taken]]] = deque()
        for _, work in works:
            waiting.append((perf_counter(), self.desk.writer.submit(work)))
            if len(waiting) >= AHEAD:
                began, future = waiting.popleft()
                yield msgspec.structs.replace(future.result(), seconds=perf_counter() - began)
        for began, future in waiting:
            yield msgspec.structs.replace(future.result(), seconds=perf_counter() - began)

    def _as_of_arrival(self, works: Iterable[Due]) -> Iterator[Taken]:
        """History: in order of arrival, each as of its instant; holds that end in between are decided when they end."""
        began = perf_counter()
        for taken in in_order(self.desk, sorted(works, key=lambda each: each[0] or LAST)):
            yield msgspec.structs.replace(taken, seconds=perf_counter() - began)
            began = perf_counter()

    def _work(self, import_id: str, record: Record) -> Due:
        raw = record.raw_text.encode("utf-8", "surrogatepass")
        digest = hashlib.sha256(raw).hexdigest()
        if record.values is None:
            aside = _aside(import_id, record)
            arrival = Arrival(self.source.name, aside, digest, raw, {}, record.problems, "text/csv", "bulk")
            return None, TakeRecord(import_id, record.number, arrival, is_lead=False)
        mapped = apply_map(self.map, record.values, self.lookups)
        clean = cleaned(mapped.raw, self.source, self.desk.policy, texts=True)
        arrival = Arrival(
            self.source.name,
            self._event(import_id, record, mapped),
            digest,
            raw,
            clean.facts,
            together(mapped.problems, clean.problems),
            "text/csv",
            "bulk",
            self.ledger,
            mapped.arrived_at,
            mapped.arrived_at if self.pinned else None,
            unmapped=clean.unmapped,
            meant=clean.meant,
        )
        arrival = self.desk.prepared(arrival) if mapped.is_lead else arrival
        return mapped.arrived_at, TakeRecord(import_id, record.number, arrival, is_lead=mapped.is_lead)

    def _event(self, import_id: str, record: Record, mapped: Mapped) -> str:
        """A row's own key, else its place in the file. A row that is no lead takes neither: mended, it may still become one."""
        if not mapped.is_lead:
            return _aside(import_id, record)
        return f"event:{mapped.event_id}" if mapped.event_id else f"file:{self.sheet.sha256}:{record.number}"


def _aside(import_id: str, record: Record) -> str:
    return f"import:{import_id}:{record.number}"


def together(mapped: tuple[Problem, ...], found: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """What the map found wrong with a row, and what the core did; each field once."""
    return (*mapped, *(p for p in found if all(p.pointer != m.pointer for m in mapped)))
