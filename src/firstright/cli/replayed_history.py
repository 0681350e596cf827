"""Past leads through the whole program: a workspace, published files, every lead in order, decisions read back."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from firstright import settings, wiring
from firstright.cli import screen
from firstright.cli.history import Deciding, Setup
from firstright.core.record import read_record
from firstright.desk import Desk
from firstright.desk.arrival import Arrival, Source, cleaned, fingerprint
from firstright.desk.files.history import in_order
from firstright.desk.receive import Receive
from firstright.intake.mapping import Mapped
from firstright.simulate.compare import Decided, decided
from firstright.storage import recorded

PAGE = 1000


def through(database: str) -> Deciding:
    """Decides a set-up's leads in `database`, or in a workspace that is gone afterwards."""

    def deciding(setup: Setup) -> Iterable[Decided]:
        with _workspace(database) as desk:
            desk.publish_roster(setup.roster_text, file="roster.toml", by="history", reason="past leads")
            desk.publish_policy(setup.policy_text, file="policy.toml", by="history", reason="past leads")
            _take(desk, setup)
            return list(_decisions(desk))

    return deciding


@contextmanager
def _workspace(database: str) -> Iterator[Desk]:
    with tempfile.TemporaryDirectory() as scratch:
        url = database or f"sqlite:///{Path(scratch) / 'history.db'}"
        with closing(wiring.open_desk(settings.read(database=url))) as desk:
            yield desk


def _take(desk: Desk, setup: Setup) -> None:
    source = Source(setup.fieldmap.source, setup.fieldmap.country)
    works = ((lead.arrived_at, Receive(_arrival(desk, source, lead))) for lead in setup.history.leads)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen.console(stderr=True), transient=True) as progress:
        task = progress.add_task("Deciding past leads", total=len(setup.history.leads))
        for _ in in_order(desk, works):
            progress.advance(task)


def _arrival(desk: Desk, source: Source, lead: Mapped) -> Arrival:
    clean = cleaned(lead.raw, source, desk.policy, texts=True)
    raw = msgspec.json.encode(lead.raw)
    event = f"event:{lead.event_id}" if lead.event_id else desk.new_id()
    return Arrival(
        source.name,
        event,
        fingerprint("HISTORY", source.name, raw),
        raw,
        clean.facts,
        (*lead.problems, *clean.problems),
        lane="bulk",
        arrived_at=lead.arrived_at,
        as_of=lead.arrived_at,
    )


def _decisions(desk: Desk) -> Iterator[Decided]:
    roster = desk.roster
    assert roster is not None
    place = (0, 0)
    while True:
        with desk.read() as tx:
            page = recorded.after(tx, *place, until=2**62, limit=PAGE)
        for row in page:
            record = read_record(row.record)
            key = str(record.lead.facts.get("external_id", row.lead_id))
            yield decided(key, record.decision(), roster)
        if len(page) < PAGE:
            return
        place = (page[-1].turn, page[-1].seq)
