"""Importing a file of a CRM's records: every row has one outcome, a thousand rows are one transaction, and what was broken off
goes on where it was. The same file under the same map twice changes nothing.
"""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from itertools import islice
from time import perf_counter
from typing import BinaryIO, NoReturn

import msgspec

from firstright.core.clean.problem import Problem
from firstright.core.matchrules import MATCHING
from firstright.desk.batch import Batch
from firstright.desk.crm.batch import Outcome
from firstright.desk.crm.dealsheard import deals_heard
from firstright.desk.crm.owners import reowned
from firstright.desk.crm.staff import Staff, Under
from firstright.desk.crm.taking import Taking
from firstright.desk.desk import Desk
from firstright.errors import Refused
from firstright.intake.crmmap import CrmMap, shaped
from firstright.intake.crmrows import Read, Rows
from firstright.intake.crmshapes import ASKED, Shape, recognised
from firstright.intake.csvfile import Record, Sheet, inspect, read
from firstright.intake.refused import Refused as RefusedFile
from firstright.storage import audit, crmimports, crmrecords, crmstanding
from firstright.storage.crmstanding import Loose, Unmapped
from firstright.storage.transactions import Tx

ROWS = 1_000  # in one transaction, while nobody waits for an answer
FEW = 100  # in one while somebody may come at any moment
AHEAD = 2  # batches handed to the writer before the first of them must be committed

_json = msgspec.json.Encoder().encode

Taken = tuple[int, Read]  # record number, what it says


class Report(msgspec.Struct):
    """How it went. `troubled`: rows with problems. `resumed`: rows that an earlier, broken-off try had taken."""

    import_id: str
    name: str
    system: str
    kind: str
    counts: dict[str, int]
    troubled: int = 0
    resumed: int = 0
    already_done: bool = False
    dry: bool = False
    seconds: float = 0.0
    reowned: int = 0  # records whose owner is another rep now, or nobody
    unmapped: list[Unmapped] = []
    loose: Loose | None = None
    told: list[tuple[int, str, tuple[Problem, ...]]] = []  # of a dry run: the first rows with problems


class _Work:
    """What all of these have in common: the lane of what nobody waits for, and no half measures."""

    lane = "bulk"

    def needs(self, batch: Batch) -> None: ...

    def rescue(self, batch: Batch, failure: Exception) -> NoReturn:
        raise failure


class Begin(_Work):
    """Opens the import, or finds the one this file under this map already is. Owners are asked anew who of ours they are."""

    lane = "person"

    def __init__(self, work: "AccountImport", *, again: bool) -> None:
        self.work = work
        self.again = again

    def perform(self, batch: Batch) -> crmimports.CrmImport:
        tx, now, work = batch.tx, batch.turn.now, self.work
        remapped(tx, work.shape.system, Staff.of(batch.memory.roster, work.map.owners), batch)
        known = crmimports.find(tx, work.sheet.sha256, work.map_hash)
        if known is not None and self.again:
            crmimports.again(tx, known.id)
        if known is None:
            name = batch.new_id()
            said = {
                "name": work.name,
                "system": work.shape.system,
                "kind": work.shape.kind,
                "actor": work.actor,
            }
            crmimports.add(tx, name, work.sheet.sha256, work.map_hash, now=now, **said)
            about = {"file": work.sheet.sha256, **said}
            audit.append(
                tx, batch.new_id(), now, batch.turn.n, work.actor, "import-accounts", "import", name, about
            )
        found = crmimports.find(tx, work.sheet.sha256, work.map_hash)
        assert found is not None
        return found


class TakeRows(_Work):
    """Some rows that follow each other, with their outcomes and how far the import is, in one transaction."""

    def __init__(self, import_id: str, work: "AccountImport", rows: Sequence[Taken], *, again: bool) -> None:
        self.import_id = import_id
        self.work = work
        self.rows = rows
        self.again = again

    def perform(self, batch: Batch) -> int:
        tx, work = batch.tx, self.work
        stands = crmimports.one(tx, self.import_id)
        if stands is None or stands.taken != self.rows[0][0] - 1:
            raise Refused([f"{work.name} is being imported by somebody else at this moment"])
        staff = Staff.of(batch.memory.roster, work.map.owners)
        under = Under(
            tx, work.shape.system, batch.turn.now, batch.new_id, staff, work.has, self.again, work.rules
        )
        found = taken(under, self.rows)
        troubles = [
            (number, each.what, _json(each.problems).decode())
            for (number, _), each in zip(self.rows, found, strict=True)
            if each.problems
        ]
        if work.shape.kind == "opportunity":
            deals_heard(batch, work.shape.system, [each.said.id for _, each in self.rows if each.said])
        crmimports.trouble(tx, self.import_id, troubles)
        crmimports.count(tx, self.import_id, added(stands.counts, found))
        return len(self.rows)


class End(_Work):
    def __init__(self, import_id: str) -> None:
        self.import_id = import_id

    def perform(self, batch: Batch) -> None:
        crmimports.end(batch.tx, self.import_id, batch.turn.now)


class AccountImport:
    """One file of a CRM. Raises Refused, with every reason, when it cannot be told what it is or it cannot be read."""

    def __init__(
        self,
        desk: Desk,
        file: BinaryIO,
        *,
        name: str,
        actor: str,
        system: str = "",
        kind: str = "",
        map: CrmMap | None = None,
        map_text: str = "",
        encoding: str = "",
    ) -> None:
        self.desk = desk
        self.file = file
        self.name = name
        self.actor = actor
        self.map = map or CrmMap()
        self.rules = desk.policy.policy.matching if desk.policy else MATCHING
        sheet = inspect(file, encoding=encoding or None)
        if isinstance(sheet, RefusedFile):
            raise Refused([problem.reason for problem in sheet.errors])
        self.sheet: Sheet = sheet
        self.shape = shape_of(sheet, name, system or self.map.system, kind or self.map.kind, self.map)
        self.rows = Rows(self.shape, sheet.header)
        if "id" not in self.rows.columns:
            raise Refused(
                [f"no column of {name} holds the id of an {self.shape.kind}: {', '.join(sheet.header[:20])}"]
            )
        said = (self.shape.system, self.shape.kind, self.shape.of, map_text)
        self.map_hash = hashlib.sha256("\n".join(said).encode()).hexdigest()

    def has(self, field: str) -> bool:
        return field in self.rows.columns

    def records(self) -> int:
        """How many rows the file has: one quick pass, for a progress bar."""
        return sum(1 for _ in read(self.file, self.sheet))

    def tried(self, now: datetime, *, batches: int | None = None, most: int = 100) -> Report:
        """What it would change, and nothing changed; of the first so many batches of rows, or of all. At most `most` rows with
        problems are told. A record that stands twice in the file is created twice here: what one row changes, the next does not know.
        """
        report = Report("", self.name, self.shape.system, self.shape.kind, {}, dry=True)
        began = perf_counter()
        staff = Staff.of(self.desk.roster, self.map.owners)
        for rows in islice(self._batches(0, lambda: ROWS), batches):
            with self.desk.read() as tx:
                under = Under(
                    tx, self.shape.system, now, self.desk.new_id, staff, self.has, matching=self.rules
                )
                found = taken(under, rows, dry=True)
            report.counts = added(report.counts, found)
            for (number, _), each in zip(rows, found, strict=True):
                report.troubled += bool(each.problems)
                if each.problems and len(report.told) < most:
                    report.told.append((number, each.what, each.problems))
        report.seconds = perf_counter() - began
        return report

    def run(self, progress: Callable[[int], None] = lambda rows: None, *, again: bool = False) -> Report:
        """Takes every row that has no outcome yet; `progress` is told how many are taken. `again` begins with the first row,
        and writes the keys of what did not change, too.
        """
        submit, began = self.desk.writer.submit, perf_counter()
        stands = submit(Begin(self, again=again)).result()
        report = Report(stands.id, self.name, stands.system, stands.kind, {}, resumed=stands.taken)
        report.already_done = stands.state == "done"
        if not report.already_done:
            self._take(stands, progress, again)
            report.reowned = reowned(self.desk, self.shape.system)
            submit(End(stands.id)).result()
        report.seconds = perf_counter() - began
        with self.desk.read() as tx:
            self._told(tx, report)
        return report

    def _take(self, stands: crmimports.CrmImport, progress: Callable[[int], None], again: bool) -> None:
        waiting: deque[Future[int]] = deque()
        done = stands.taken
        calm = self.desk.writer
        for rows in self._batches(done, lambda: ROWS if calm.is_calm else FEW):
            waiting.append(self.desk.writer.submit(TakeRows(stands.id, self, rows, again=again)))
            if len(waiting) >= AHEAD:
                done += waiting.popleft().result()
                progress(done)
        while waiting:
            done += waiting.popleft().result()
            progress(done)

    def _batches(self, after: int, size: Callable[[], int]) -> Iterator[list[Taken]]:
        records = read(self.file, self.sheet, after=after)
        while rows := [(record.number, self._read(record)) for record in islice(records, size())]:
            yield rows

    def _read(self, record: Record) -> Read:
        if record.values is None:
            return Read(None, record.problems)
        return self.rows.read(record.values)

    def _told(self, tx: Tx, report: Report) -> None:
        stands = crmimports.one(tx, report.import_id)
        report.counts = stands.counts if stands else {}
        report.troubled = crmimports.troubles(tx, report.import_id)
        report.unmapped = crmstanding.unmapped(tx, report.system)
        report.loose = crmstanding.loose(tx, report.system)


def shape_of(sheet: Sheet, name: str, system: str, kind: str, given: CrmMap) -> Shape:
    """What the file is: by what was said, else by its header. Refused when that leaves a doubt, or it is of no use here."""
    if kind and (system or given.columns):
        shape = shaped(given, system, kind)
        if shape is None or not shape.system:
            raise Refused([f"{name}: say whose file it is with --system, salesforce or any other name"])
        return shape
    found = [
        shape
        for shape in recognised(sheet.header, name)
        if (not system or shape.system in (system, "")) and (not kind or shape.kind == kind)
    ]
    if not found:
        known = ", ".join(ASKED)
        header = ", ".join(sheet.header[:12])
        raise Refused(
            [
                f"{name}: no CRM is known to write these columns ({header}); say what it holds with --kind ({known}) and --map"
            ]
        )
    shape = found[0]
    if shape.why_not:
        raise Refused([f"{name}: holds {shape.why_not}"])
    if not shape.system:
        if not system:
            raise Refused([f"{name}: holds {shape.kind} records; say whose they are with --system NAME"])
        shape = msgspec.structs.replace(shape, system=system)
    if given.columns:
        shape = shaped(given, shape.system, shape.kind) or shape
    return shape


def taken(under: Under, rows: Sequence[Taken], *, dry: bool = False) -> list[Outcome]:
    """What becomes of each row, in order; rows that say nothing of a record are passed over, or refused for what is wrong."""
    said = [read.said for _, read in rows if read.said is not None]
    outcomes = iter(Taking(under).take(said, dry=dry))
    found = []
    for _, each in rows:
        if each.said is None:
            found.append(Outcome("passed" if each.passed else "refused", each.problems))
            continue
        became = next(outcomes)
        found.append(Outcome(became.what, (*each.problems, *became.problems)))
    return found


def added(counts: Mapping[str, int], found: Sequence[Outcome]) -> dict[str, int]:
    counts = dict(counts)
    for each in found:
        counts[each.what] = counts.get(each.what, 0) + 1
    return counts


def remapped(tx: Tx, system: str, staff: Staff, batch: Batch) -> None:
    """Owners known before are asked anew who of ours they are: the roster may have changed, or the map."""
    changed = []
    for row in crmrecords.all_owners(tx, system):
        rep, how = staff.who(row.external_id, row.email)
        if (rep, how) != (row.rep, row.said) and not (row.said == "map" and how != "map"):
            changed.append(msgspec.structs.replace(row, rep=rep, said=how, updated_at=batch.turn.now))
    crmrecords.put_owners(tx, changed)
