"""Files uploaded in a browser, on their way to being imports: looked at, tried on a map, run in a thread, stopped, resumed.

What an import is, `importing` says; this runs one after another in this process. How far each has come stands in the
database: a restart leaves it stopped, and it goes on where it was broken off.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from itertools import islice
from time import monotonic
from typing import BinaryIO

import msgspec

from firstright.core.authority import Actor, Right
from firstright.core.clean.problem import Problem
from firstright.core.lead import Fact
from firstright.core.rules.fields import CATALOGUE
from firstright.core.rules.findings import Finding
from firstright.desk.arrival import Source, cleaned
from firstright.desk.desk import Desk
from firstright.desk.files.importing import End, Importing, Mark, Taken, together
from firstright.desk.files.spool import Spool, Spooled
from firstright.errors import AlreadyServing, FirstrightError, NotFound, Refused, for_log
from firstright.intake.csvfile import SAMPLE, Sheet, inspect, likely_encoding, read
from firstright.intake.fieldmap import FieldMap, read_map
from firstright.intake.mapping import apply_map, check_header
from firstright.intake.refused import Refused as RefusedFile
from firstright.storage import imports
from firstright.storage.filelock import FileLock
from firstright.storage.imports import Shown

EVERY = 1.0  # seconds between two marks of how far it is, and two looks whether it may go on
DRAIN = 20.0  # seconds a stop waits for the records under way

log = logging.getLogger("firstright.uploads")


class Look(msgspec.Struct, frozen=True):
    """What an uploaded file is, or why it cannot be read. `encoding` is what it may be written in, to be confirmed."""

    file: Spooled
    sheet: Sheet | None = None
    problems: tuple[Problem, ...] = ()
    encoding: str = ""


class Tried(msgspec.Struct, frozen=True):
    """One row as it would come in. A row that is no lead would be kept in quarantine."""

    number: int
    line: int
    facts: dict[str, Fact]
    problems: tuple[Problem, ...]
    is_lead: bool
    arrived_at: datetime | None = None
    event: str = ""


class Preview(msgspec.Struct, frozen=True):
    """The first rows under a map. With `findings` or `blocking` problems an import cannot start."""

    rows: tuple[Tried, ...] = ()
    findings: tuple[Finding, ...] = ()
    blocking: tuple[Problem, ...] = ()
    absent: tuple[str, ...] = ()  # columns the map names and the file lacks
    unmapped: tuple[str, ...] = ()  # columns of the file the map does not name


class _Broken(Exception):
    """Somebody stopped it, or it may not go on."""


class Running:
    """One import in its thread."""

    def __init__(self, work: Importing, lock: FileLock, import_id: str, may: Callable[[], bool]) -> None:
        self.work = work
        self.lock = lock
        self.id = import_id
        self.may = may
        self.stopped = ""  # why
        self.thread: threading.Thread | None = None


class Uploads:
    """Everything one process imports from its spool. Close it before the desk."""

    def __init__(self, desk: Desk, spool: Spool) -> None:
        self.desk = desk
        self.spool = spool
        self._running: dict[str, Running] = {}
        self._one = threading.Lock()  # two files at once would only take each other's turns
        self._changing = threading.Lock()
        self._closed = False

    def look(self, sha256: str, *, encoding: str = "", delimiter: str = "") -> Look:
        """One pass over the file. Raises NotFound."""
        file = self.spool.look(sha256)
        with self.spool.open(sha256) as stream:
            sheet = inspect(stream, encoding=encoding or None, delimiter=delimiter or None)
            if isinstance(sheet, RefusedFile):
                unknown = any(p.code == "encoding.unknown" for p in sheet.errors)
                return Look(file, None, sheet.errors, likely_encoding(stream) if unknown else "")
        return Look(file, sheet)

    def preview(self, sha256: str, map_text: str, *, rows: int = SAMPLE) -> Preview:
        """The first rows as they would come in under the policy in force; nothing is stored. Raises NotFound."""
        fieldmap, findings = self._read_map(map_text)
        if fieldmap is None:
            return Preview(findings=findings)
        look = self.look(sha256, encoding=fieldmap.encoding, delimiter=fieldmap.delimiter)
        if look.sheet is None:
            return Preview(findings=findings, blocking=look.problems)
        check = check_header(fieldmap, look.sheet.header)
        with self.spool.open(sha256) as stream:
            tried = self._tried(fieldmap, stream, look.sheet, rows)
        return Preview(tried, findings, check.blocking, check.absent, check.unmapped)

    def start(
        self,
        sha256: str,
        map_text: str,
        *,
        actor: Actor,
        may: Callable[[], bool] = lambda: True,
        ledger: str = "main",
    ) -> str:
        """Begins, or goes on with, this file under this map; its id. `may` is asked about once a second.

        Raises Refused with every reason, and NotFound when the file is gone. A file imported before changes nothing.
        """
        if not actor.may(Right.IMPORT):
            raise Refused([f"{actor.name} may not import files"])
        file = self.spool.look(sha256)
        fieldmap, findings = self._read_map(map_text)
        if fieldmap is None or fieldmap.lookups:
            said = [f"{f.file}:{f.line}: {f.text}" for f in findings if f.severity == "error"]
            raise Refused(said or ["a map with lookups needs files that are not here: use firstright import"])
        map_hash = self.spool.keep_map(sha256, map_text)
        lock = self._locked(sha256, map_hash)
        try:
            stream = self.spool.open(sha256)
            work = self._importing(stream, file, fieldmap, map_hash, actor, ledger)
            import_id, state = work.begin()
        except BaseException:
            lock.release()
            raise
        if state == "done":
            stream.close()
            lock.release()
        else:
            self._begin(Running(work, lock, import_id, may))
        return import_id

    def resume(self, import_id: str, *, actor: Actor, may: Callable[[], bool] = lambda: True) -> None:
        """Goes on with one that was stopped or failed. Raises Refused or NotFound."""
        found = self._known(import_id)
        if found.state == "done":
            raise Refused([f"{found.name} is done: there is nothing to go on with"])
        text = self.spool.map(found.file_hash, found.map_hash)
        self.start(found.file_hash, text, actor=actor, may=may)

    def stop(self, import_id: str, *, actor: Actor) -> None:
        """Between two records, soon. Raises Refused when it does not run in this process."""
        if not actor.may(Right.IMPORT):
            raise Refused([f"{actor.name} may not stop imports"])
        running = self._running.get(import_id)
        if running is None:
            raise Refused([f"{self._known(import_id).name} is not being imported here"])
        running.stopped = f"stopped by {actor.user}"

    def runs(self, import_id: str) -> bool:
        return import_id in self._running

    def recover(self) -> list[str]:
        """Imports whose process is gone are stopped from now on; their ids. Called once, at start."""
        found = []
        for sha256, map_hash in self.spool.maps():
            with self.desk.read() as tx:
                known = imports.find(tx, sha256, map_hash)
            if known is None or known.state != "running":
                continue
            try:
                lock = self._locked(sha256, map_hash)
            except Refused:
                continue
            end = End(known.id, "stopped", by="firstright", why="its process ended", total=known.total)
            self.desk.writer.submit(end).result()
            lock.release()
            found.append(known.id)
        return found

    def close(self) -> None:
        """Breaks off what runs, between two records; it can be resumed."""
        self._closed = True
        running = list(self._running.values())
        for each in running:
            each.stopped = each.stopped or "its process ended"
        until = monotonic() + DRAIN
        for each in running:
            if each.thread is not None:
                each.thread.join(max(0.0, until - monotonic()))

    def _read_map(self, text: str) -> tuple[FieldMap | None, tuple[Finding, ...]]:
        policy = self.desk.policy
        return read_map(text, file="map", catalogue=policy.policy.catalogue if policy else CATALOGUE)

    def _tried(self, fieldmap: FieldMap, stream: BinaryIO, sheet: Sheet, rows: int) -> tuple[Tried, ...]:
        source, found = Source(fieldmap.source, fieldmap.country), []
        for record in islice(read(stream, sheet), rows):
            if record.values is None:
                found.append(Tried(record.number, record.line, {}, record.problems, False))
                continue
            mapped = apply_map(fieldmap, record.values)
            clean = cleaned(mapped.raw, source, self.desk.policy, texts=True)
            found.append(
                Tried(
                    record.number,
                    record.line,
                    clean.facts,
                    together(mapped.problems, clean.problems),
                    mapped.is_lead,
                    mapped.arrived_at,
                    mapped.event_id or "",
                )
            )
        return tuple(found)

    def _importing(
        self, stream: BinaryIO, file: Spooled, fieldmap: FieldMap, map_hash: str, actor: Actor, ledger: str
    ) -> Importing:
        try:
            return Importing(
                self.desk,
                stream,
                fieldmap,
                map_hash=map_hash,
                name=file.name,
                actor=actor.user,
                ledger=ledger,
            )
        except BaseException:
            stream.close()
            raise

    def _locked(self, sha256: str, map_hash: str) -> FileLock:
        lock = FileLock(self.spool.lock(sha256, map_hash), "an import")
        try:
            lock.take()
        except AlreadyServing:
            raise Refused(["this file is being imported already"]) from None
        return lock

    def _known(self, import_id: str) -> Shown:
        with self.desk.read() as tx:
            found = imports.one(tx, import_id)
        if found is None:
            raise NotFound("import of this name")
        return found

    def _begin(self, running: Running) -> None:
        with self._changing:
            if self._closed:
                running.stopped = "its process ended"
            self._running[running.id] = running
        name = "firstright-import"
        running.thread = threading.Thread(target=self._run, args=(running,), name=name, daemon=True)
        running.thread.start()

    def _run(self, running: Running) -> None:
        work = running.work
        state, why, total = "done", "", 0
        try:
            with closing(work.file), self._one:
                total = self._counted(running)
                work.run(_Watch(self.desk, running, total))
        except _Broken as broken:
            state, why = "stopped", str(broken)
        except Exception as error:
            log.exception("import.failed", extra=for_log(error))
            known = isinstance(error, FirstrightError)
            state, why = "failed", str(error) if known else "this was logged"
        finally:
            if state != "done":
                self._ended(running, End(running.id, state, by=work.actor, why=why, total=total))
            running.lock.release()
            self._running.pop(running.id, None)

    def _counted(self, running: Running) -> int:
        _go_on(running)
        total = running.work.records()
        with self.desk.read() as tx:
            counts = imports.counted(tx, running.id)
        self.desk.writer.submit(Mark(running.id, counts, total)).result()
        return total

    def _ended(self, running: Running, end: End) -> None:
        try:
            self.desk.writer.submit(end).result()
        except FirstrightError as error:  # `recover` finds it
            log.warning("import.not-ended", extra=for_log(error))


class _Watch:
    """Told of each record that was taken: marks now and then how far it is, and breaks off when it must."""

    def __init__(self, desk: Desk, running: Running, total: int) -> None:
        self._desk = desk
        self._running = running
        self._total = total
        with desk.read() as tx:
            self._counts = imports.counted(tx, running.id)
        self._next = monotonic() + EVERY

    def __call__(self, taken: Taken) -> None:
        self._counts[taken.outcome] = self._counts.get(taken.outcome, 0) + 1
        _go_on(self._running)
        if monotonic() >= self._next:
            if not self._running.may():
                raise _Broken("who started it may not import any more")
            self._desk.writer.submit(Mark(self._running.id, dict(self._counts), self._total))
            self._next = monotonic() + EVERY


def _go_on(running: Running) -> None:
    if running.stopped:
        raise _Broken(running.stopped)
