"""Where a command writes: at a desk of its own, or through the server that owns the database file. It decides nothing.

On SQLite one process owns the file: whoever gets its lock. The lock is tried first, so that a dead server's socket never
matters; who does not get it asks at the control door. On PostgreSQL every process may write.
"""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from typing import TypeVar

import msgspec

from firstright import settings, wiring
from firstright.cli.exits import CONFIGURATION, Stop
from firstright.desk import Desk
from firstright.desk.acting import Acted
from firstright.desk.asked import ActAsked, done, operator
from firstright.desk.crediting import Adjusted, Answered, CreditAdjusted, CreditAnswer
from firstright.desk.destinations import Asked, Registered
from firstright.desk.feeds import FeedChange
from firstright.desk.importfile import Wanted, import_file
from firstright.desk.importing import Report
from firstright.desk.keys import NewKey, RevokeKey
from firstright.desk.lists import Imported, ImportList
from firstright.desk.lists import judged as judged_list
from firstright.desk.pausing import PauseAsked, Paused
from firstright.desk.performing import Weigh, Weighed, asked_for
from firstright.desk.publish import Published
from firstright.desk.repasked import RepAsked, staffed
from firstright.desk.repwork import Changed
from firstright.desk.resending import Resend, Resent
from firstright.desk.reviving import Revive, Revived
from firstright.desk.sources import Described, SourceAsked, change_sources
from firstright.desk.userasked import Admitted, UserAsked
from firstright.errors import AlreadyServing
from firstright.settings import Settings
from firstright.web import controlwords as words
from firstright.web.controlsocket import connected

PATIENCE = 10.0  # seconds: another command has the file for a moment, or a server is about to open its door
STEP = 0.05
SILENCE = 600.0  # seconds without a word from the server, after which a person should look

T = TypeVar("T")
Progress = Callable[[int, int], None]  # records taken, of how many; of 0 while that is not known

_line = msgspec.json.Decoder(words.Line).decode


class Own:
    """Writes at a desk of this process."""

    def __init__(self, desk: Desk, chosen: Settings) -> None:
        self._desk = desk
        self._chosen = chosen

    def publish_policy(self, text: str, *, file: str, by: str, reason: str) -> Published:
        return self._desk.publish_policy(text, file=file, by=by, reason=reason)

    def publish_roster(self, text: str, *, file: str, by: str, reason: str) -> Published:
        return self._desk.publish_roster(text, file=file, by=by, reason=reason)

    def make_key(self, wanted: NewKey, *, by: str) -> str:
        return wiring.make_key(self._desk, wanted, by=by)

    def revoke_key(self, prefix: str, *, by: str) -> bool:
        return self._desk.writer.submit(RevokeKey(prefix, by)).result()

    def admit(self, asked: UserAsked, *, by: str) -> Admitted:
        done = wiring.admit(self._desk, asked, by=by)
        return msgspec.structs.replace(done, url=self._chosen.console)

    def destine(self, asked: Asked, *, by: str) -> Registered:
        chosen = self._chosen
        return wiring.destine(self._desk, wiring.sealer(chosen), wiring.egress(chosen), asked, by=by)

    def describe(self, asked: SourceAsked, *, by: str) -> Described:
        return change_sources(self._desk, asked, by=by)

    def add_list(self, name: str, text: str, *, by: str) -> Imported:
        return self._desk.writer.submit(ImportList(judged_list(name, text), by)).result()

    def act(self, asked: ActAsked, *, by: str) -> Acted:
        return done(self._desk, asked, by=by)

    def pause(self, asked: PauseAsked, *, by: str) -> Paused:
        return self._desk.act(asked.work(operator(by)))

    def staff(self, asked: RepAsked, *, by: str) -> Changed:
        return staffed(self._desk, asked, operator(by))

    def feed(self, asked: FeedChange, *, by: str) -> Changed:
        return wiring.feeds(self._desk, self._chosen).change(asked, operator(by))

    def weigh(self, pool: str, *, publish: bool, by: str) -> Weighed:
        return asked_for(self._desk.act(Weigh(pool, by, publish=publish)))

    def answer_credit(self, asked: CreditAnswer, *, by: str) -> Answered:
        return self._desk.act(asked.work(operator(by)))

    def adjust_credit(self, asked: CreditAdjusted, *, by: str) -> Adjusted:
        return self._desk.act(asked.work(operator(by)))

    def resend(self, names: list[str], *, destination: str, since: datetime | None, by: str) -> Resent:
        work = Resend(names, by, destination=destination, since=since)
        return self._desk.writer.submit(work).result()

    def revive(self, names: list[str] | None, *, by: str) -> Revived:
        return self._desk.writer.submit(Revive(names, by)).result()

    def import_file(self, wanted: Wanted, progress: Progress) -> Report:
        return import_file(self._desk, wanted, progress)


class Remote:
    """Has a server write: the same calls with the same errors. Good for one call."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def publish_policy(self, text: str, *, file: str, by: str, reason: str) -> Published:
        return self._asked(
            words.Publish(kind="policy", text=text, file=file, by=by, reason=reason), Published
        )

    def publish_roster(self, text: str, *, file: str, by: str, reason: str) -> Published:
        return self._asked(
            words.Publish(kind="roster", text=text, file=file, by=by, reason=reason), Published
        )

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

    def act(self, asked: ActAsked, *, by: str) -> Acted:
        return self._asked(words.Act(asked=asked, by=by), Acted)

    def pause(self, asked: PauseAsked, *, by: str) -> Paused:
        return self._asked(words.Pause(asked=asked, by=by), Paused)

    def staff(self, asked: RepAsked, *, by: str) -> Changed:
        return self._asked(words.Staff(asked=asked, by=by), Changed)

    def feed(self, asked: FeedChange, *, by: str) -> Changed:
        return self._asked(words.Feed(asked=asked, by=by), Changed)

    def weigh(self, pool: str, *, publish: bool, by: str) -> Weighed:
        return self._asked(words.Weigh(pool=pool, publish=publish, by=by), Weighed)

    def answer_credit(self, asked: CreditAnswer, *, by: str) -> Answered:
        return self._asked(words.AnswerCredit(asked=asked, by=by), Answered)

    def adjust_credit(self, asked: CreditAdjusted, *, by: str) -> Adjusted:
        return self._asked(words.AdjustCredit(asked=asked, by=by), Adjusted)

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

    def _asked(self, request: words.Request, kind: type[T], progress: Progress = lambda done, of: None) -> T:
        self._send(request)
        for line in self._lines():
            if line.progress is not None:
                progress(line.progress.done, line.progress.of)
            elif line.error is not None:
                raise words.as_error(line.error)
            else:
                return msgspec.json.decode(line.ok, type=kind)
        raise Stop(
            "the server ended before it answered: what was asked for is done or not, look before you ask again",
            code=CONFIGURATION,
        )

    def _send(self, request: words.Request) -> None:
        try:
            raw = words.line(request)
        except UnicodeEncodeError:
            raise Stop("a file whose name is not UTF-8 cannot be named to the server") from None
        if len(raw) > words.LARGEST:
            raise Stop(f"a server takes at most {words.LARGEST} bytes at once, and this is {len(raw)}")
        self._connection.settimeout(SILENCE)
        try:
            self._connection.sendall(raw)
        except (BrokenPipeError, ConnectionResetError):
            return  # it hung up early, and may have said why

    def _lines(self) -> Iterator[words.Line]:
        """Until the server has nothing more to say."""
        with self._connection.makefile("rb") as lines:
            while True:
                try:
                    raw = lines.readline()
                except TimeoutError:
                    said = (
                        f"the server has said nothing for {SILENCE / 60:.0f} minutes, and may still be at it"
                    )
                    raise Stop(said, code=CONFIGURATION) from None
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
