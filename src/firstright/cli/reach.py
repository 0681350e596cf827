"""Where a command writes: at a desk of its own, or through the server that owns the database file. It decides nothing.

On SQLite one process owns the file: whoever gets its lock. The lock is tried first, so that a dead server's socket never
matters; who does not get it asks at the control door. On PostgreSQL every process may write.
"""

import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import TypeVar

import msgspec

from firstright import settings, wiring
from firstright.cli.exits import CONFIGURATION, Stop
from firstright.cli.own import Own, Progress
from firstright.desk import Desk
from firstright.desk.accountfile import WantedAccounts
from firstright.desk.accountimport import Report as AccountReport
from firstright.desk.acting import Acted
from firstright.desk.asked import ActAsked
from firstright.desk.clockasked import ClockAsked, Excused, SpanAsked
from firstright.desk.crediting import Adjusted, Answered, CreditAdjusted, CreditAnswer
from firstright.desk.crmowners import Mapped, OwnerAsked
from firstright.desk.destinations import Asked, Registered
from firstright.desk.distinct import Apart
from firstright.desk.drifting import Looked
from firstright.desk.feeds import FeedChange
from firstright.desk.hooks import HookAsked, HookNow
from firstright.desk.hygiene import Audited
from firstright.desk.importfile import Wanted
from firstright.desk.importing import Report
from firstright.desk.keys import NewKey
from firstright.desk.learned import Added
from firstright.desk.lists import Imported
from firstright.desk.outreachasked import OutreachAsked, OutreachDone
from firstright.desk.pausing import PauseAsked, Paused
from firstright.desk.performing import Weighed
from firstright.desk.proposing import Alike, Proposed
from firstright.desk.providers import ProviderChange, ProviderNow
from firstright.desk.publish import Published
from firstright.desk.quarantine import ReplayAsked, Replayed
from firstright.desk.repairing import RepairAsked, Started
from firstright.desk.repasked import RepAsked
from firstright.desk.repwork import Changed
from firstright.desk.resending import Resent
from firstright.desk.reviving import Revived
from firstright.desk.sources import Described, SourceAsked
from firstright.desk.stewards import Noted, PartReviewed
from firstright.desk.stuck import StuckAsked, StuckDone
from firstright.desk.synonyms import Mapped as Meant
from firstright.desk.synonyms import SynonymsAsked
from firstright.desk.tending import Ended
from firstright.desk.userasked import Admitted, UserAsked
from firstright.errors import AlreadyServing
from firstright.settings import Settings
from firstright.web import controllines as lines
from firstright.web import controlwords as words
from firstright.web.controlsocket import connected

PATIENCE = 10.0  # seconds: another command has the file for a moment, or a server is about to open its door
STEP = 0.05
SILENCE = 600.0  # seconds without a word from the server, after which a person should look
SILENT = f"the server has said nothing for {SILENCE / 60:.0f} minutes, and may still be at it"

T = TypeVar("T")

_line = msgspec.json.Decoder(lines.Line).decode


class Remote:
    """Has a server write: the same calls with the same errors. Good for one call."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def publish_policy(self, text: str, *, file: str, by: str, reason: str) -> Published:
        asked = words.Publish(kind="policy", text=text, file=file, by=by, reason=reason)
        return self._asked(asked, Published)

    def publish_roster(self, text: str, *, file: str, by: str, reason: str) -> Published:
        asked = words.Publish(kind="roster", text=text, file=file, by=by, reason=reason)
        return self._asked(asked, Published)

    def make_key(self, wanted: NewKey, *, by: str) -> str:
        return self._asked(words.MakeKey(key=wanted, by=by), str)

    def revoke_key(self, prefix: str, *, by: str) -> bool:
        return self._asked(words.RevokeKey(prefix=prefix, by=by), bool)

    def admit(self, asked: UserAsked, *, by: str) -> Admitted:
        return self._asked(words.Admit(asked=asked, by=by), Admitted)

    def destine(self, asked: Asked, *, by: str) -> Registered:
        return self._asked(words.Destine(asked=asked, by=by), Registered)

    def describe(self, asked: SourceAsked, *, by: str) -> Described:
        return self._asked(words.Describe(asked=asked, by=by), Described)

    def add_list(self, name: str, text: str, *, by: str) -> Imported:
        return self._asked(words.AddList(name=name, text=text, by=by), Imported)

    def add_model(self, text: str, *, by: str) -> Added:
        return self._asked(words.AddModel(text=text, by=by), Added)

    def look_at_drift(self, *, by: str) -> Looked:
        return self._asked(words.LookAtDrift(by=by), Looked)

    def mean(self, asked: SynonymsAsked, *, by: str) -> Meant:
        return self._asked(words.Mean(asked=asked, by=by), Meant)

    def end_alarm(self, alarm: str, *, by: str) -> Ended:
        return self._asked(words.EndAlarm(alarm=alarm, by=by), Ended)

    def audit(self, *, by: str) -> Audited:
        return self._asked(words.Audit(by=by), Audited)

    def act(self, asked: ActAsked, *, by: str) -> Acted:
        return self._asked(words.Act(asked=asked, by=by), Acted)

    def pause(self, asked: PauseAsked, *, by: str) -> Paused:
        return self._asked(words.Pause(asked=asked, by=by), Paused)

    def staff(self, asked: RepAsked, *, by: str) -> Changed:
        return self._asked(words.Staff(asked=asked, by=by), Changed)

    def feed(self, asked: FeedChange, *, by: str) -> Changed:
        return self._asked(words.Feed(asked=asked, by=by), Changed)

    def hook(self, asked: HookAsked, *, by: str) -> HookNow:
        return self._asked(words.Hooked(asked=asked, by=by), HookNow)

    def provide(self, asked: ProviderChange, *, by: str) -> ProviderNow:
        return self._asked(words.Provide(asked=asked, by=by), ProviderNow)

    def weigh(self, pool: str, *, publish: bool, by: str) -> Weighed:
        return self._asked(words.Weigh(pool=pool, publish=publish, by=by), Weighed)

    def answer_credit(self, asked: CreditAnswer, *, by: str) -> Answered:
        return self._asked(words.AnswerCredit(asked=asked, by=by), Answered)

    def adjust_credit(self, asked: CreditAdjusted, *, by: str) -> Adjusted:
        return self._asked(words.AdjustCredit(asked=asked, by=by), Adjusted)

    def clock(self, asked: ClockAsked, *, by: str) -> Acted:
        return self._asked(words.Clocks(asked=asked, by=by), Acted)

    def excuse_span(self, asked: SpanAsked, *, by: str) -> Excused:
        return self._asked(words.ExcuseSpan(asked=asked, by=by), Excused)

    def look_at_stuck(self, asked: StuckAsked, *, by: str) -> StuckDone:
        return self._asked(words.LookAtStuck(asked=asked, by=by), StuckDone)

    def reach_out(self, asked: OutreachAsked, *, by: str) -> OutreachDone:
        return self._asked(words.ReachOut(asked=asked, by=by), OutreachDone)

    def repair(self, asked: RepairAsked, *, by: str) -> Started:
        return self._asked(words.Repair(asked=asked, by=by), Started)

    def stop_repair(self, repair: str, *, by: str) -> Started:
        return self._asked(words.StopRepair(repair=repair, by=by), Started)

    def review_part(self, asked: PartReviewed, *, by: str) -> Noted:
        return self._asked(words.ReviewPart(asked=asked, by=by), Noted)

    def replay_arrivals(self, asked: ReplayAsked, *, by: str) -> list[Replayed]:
        return self._asked(words.ReplayArrivals(asked=asked, by=by), list[Replayed])

    def resend(self, names: list[str], *, destination: str, since: datetime | None, by: str) -> Resent:
        asked = words.Again(deliveries=names, destination=destination, since=since, by=by)
        return self._asked(asked, Resent)

    def revive(self, names: list[str] | None, *, by: str) -> Revived:
        return self._asked(words.Revive(jobs=names, by=by), Revived)

    def import_file(self, wanted: Wanted, progress: Progress) -> Report:
        asked = words.Import(
            file=str(wanted.file.absolute()),
            shown=wanted.shown,
            map=wanted.map,
            map_file=wanted.map_file,
            history=wanted.history,
            ledger=wanted.ledger,
        )
        return self._asked(asked, Report, progress)

    def import_accounts(self, wanted: WantedAccounts, progress: Progress) -> AccountReport:
        asked = words.ImportAccounts(
            file=str(wanted.file.absolute()),
            shown=wanted.shown,
            system=wanted.system,
            kind=wanted.kind,
            map=wanted.map,
            map_file=wanted.map_file,
            encoding=wanted.encoding,
            dry=wanted.dry,
            again=wanted.again,
        )
        return self._asked(asked, AccountReport, progress)

    def propose(self, pairs: list[Alike], *, by: str) -> Proposed:
        return self._asked(words.Propose(pairs=pairs, by=by), Proposed)

    def tell_apart(self, lead: str, other: str, reason: str, *, by: str) -> Apart:
        return self._asked(words.TellApart(lead=lead, other=other, reason=reason, by=by), Apart)

    def map_owner(self, asked: OwnerAsked, *, by: str) -> Mapped:
        owner = words.OwnerIs(system=asked.system, external_id=asked.external_id, rep=asked.rep, by=by)
        return self._asked(owner, Mapped)

    def _asked(self, request: words.Request, kind: type[T], progress: Progress = lambda done, of: None) -> T:
        self._send(request)
        for line in self._lines():
            if line.progress is not None:
                progress(line.progress.done, line.progress.of)
            elif line.error is not None:
                raise lines.as_error(line.error)
            else:
                return msgspec.json.decode(line.ok, type=kind)
        raise Stop(
            "the server ended before it answered: what was asked for is done or not, look before you ask again",
            code=CONFIGURATION,
        )

    def _send(self, request: words.Request) -> None:
        try:
            raw = lines.line(request)
        except UnicodeEncodeError:
            raise Stop("a file whose name is not UTF-8 cannot be named to the server") from None
        if len(raw) > words.LARGEST:
            raise Stop(f"a server takes at most {words.LARGEST} bytes at once, and this is {len(raw)}")
        self._connection.settimeout(SILENCE)
        try:
            self._connection.sendall(raw)
        except (BrokenPipeError, ConnectionResetError):
            return  # it hung up early, and may have said why

    def _lines(self) -> Iterator[lines.Line]:
        """Until the server has nothing more to say."""
        with self._connection.makefile("rb") as lines:
            while True:
                try:
                    raw = lines.readline()
                except TimeoutError:
                    raise Stop(SILENT, code=CONFIGURATION) from None
                except OSError:
                    return
                if not raw.endswith(b"\n"):
                    return
                yield _line(raw)


@contextmanager
def reach(database: str | None) -> Iterator[Own | Remote]:
    """What to write with, for one call. Stop, with who has the file, when nobody there takes commands."""
    chosen = settings.read(database=database or None)
    found = _reached(chosen)
    with closing(found):
        yield Own(found, chosen) if isinstance(found, Desk) else Remote(found)


def _reached(chosen: Settings) -> Desk | socket.socket:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return wiring.open_desk(chosen)
        except AlreadyServing as error:
            owner = error
        if chosen.sqlite_path is not None and (connection := connected(chosen.sqlite_path, PATIENCE)):
            return connection
        if time.monotonic() > until:
            file = owner.path.removesuffix(".lock")
            said = f"{file} is in use by {owner.holder}, which takes no commands: try again when it has ended"
            raise Stop(said, code=CONFIGURATION)
        time.sleep(STEP)
