"""The control door: commands on this machine have the server write for them, because on SQLite it alone may.

It listens in threads of its own and calls the desk's use cases; what they mean, and what is refused, is theirs to say.
Whatever comes through it, leads go on being taken.
"""

import logging
import os
import socket
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import assert_never

import msgspec

from firstright import wiring
from firstright.desk import Desk
from firstright.desk.accountfile import WantedAccounts, import_accounts
from firstright.desk.accountimport import Report as AccountReport
from firstright.desk.acting import Acted
from firstright.desk.asked import done, operator
from firstright.desk.clockasked import Excused, clocked, excuse_span
from firstright.desk.crediting import Adjusted, Answered
from firstright.desk.crmowners import Mapped, OwnerAsked, map_owner
from firstright.desk.destinations import Asked, Registered
from firstright.desk.distinct import Apart, TellApart
from firstright.desk.drifting import Looked, look
from firstright.desk.feeds import Feeds
from firstright.desk.hooks import HookNow, Hooks
from firstright.desk.hygiene import Audited
from firstright.desk.importfile import Wanted, import_file
from firstright.desk.importing import Report
from firstright.desk.keys import RevokeKey, judged
from firstright.desk.learned import Added, AddModel
from firstright.desk.learned import judged as judged_model
from firstright.desk.lists import Imported, ImportList
from firstright.desk.lists import judged as judged_list
from firstright.desk.outreachasked import OutreachDone, reached_out
from firstright.desk.pausing import Paused
from firstright.desk.performing import Weigh, Weighed, asked_for
from firstright.desk.proposing import Proposed, propose
from firstright.desk.providers import ProviderNow, Providers
from firstright.desk.publish import Published
from firstright.desk.quarantine import Replayed, replay
from firstright.desk.repairing import Started, StopRepair
from firstright.desk.repasked import staffed
from firstright.desk.repwork import Changed
from firstright.desk.resending import Resend, Resent
from firstright.desk.reviving import Revive, Revived
from firstright.desk.sources import Described, change_sources
from firstright.desk.stewards import Noted
from firstright.desk.stuck import StuckDone, looked
from firstright.desk.synonyms import Mapped as Meant
from firstright.desk.synonyms import map_values
from firstright.desk.tending import EndAlarm, Ended, audit_now
from firstright.desk.userasked import Admitted
from firstright.errors import DatabaseUnavailable, FirstrightError, Refused
from firstright.web import controllines as lines
from firstright.web import controlwords as words
from firstright.web.controllines import Gone
from firstright.web.controlsocket import Listening, Taken, is_welcome

MOST = 16  # requests at a time; who comes later waits to be let in
PATIENCE = 10.0  # seconds for a whole request, and for a caller to take what it is told
STEP = 0.1  # seconds between two lines of progress
DRAIN = 20.0  # seconds a stop waits for what is under way

log = logging.getLogger("firstright.control")

Answer = (
    AccountReport
    | Mapped
    | Added
    | Adjusted
    | Excused
    | OutreachDone
    | StuckDone
    | Audited
    | Ended
    | Proposed
    | Apart
    | Meant
    | list[Replayed]
    | Answered
    | Started
    | Noted
    | Imported
    | Looked
    | Described
    | Published
    | Report
    | Registered
    | ProviderNow
    | HookNow
    | Acted
    | Paused
    | Changed
    | Weighed
    | Resent
    | Revived
    | Admitted
    | str
    | bool
)
Destine = Callable[[Asked, str], Registered]


class ControlDoor:
    """Use it as a context, inside that of the desk. `alone` is entered while history is decided: nothing else rings then.

    `destine`, `feeds` and `providers` have what registers destinations, calendars and providers: the key that seals their secrets, and where this program may
    go. `url` is where a browser finds the console.
    """

    def __init__(
        self,
        desk: Desk,
        file: Path,
        *,
        alone: Callable[[], AbstractContextManager[None]] = nullcontext,
        destine: Destine | None = None,
        feeds: Feeds | None = None,
        providers: Providers | None = None,
        hooks: Hooks | None = None,
        url: str = "",
    ) -> None:
        self._desk = desk
        self._file = file
        self._alone = alone
        self._destine = destine
        self._feeds = feeds
        self._providers = providers
        self._hooks = hooks
        self._url = url
        self._listening: Listening | None = None
        self._places = threading.BoundedSemaphore(MOST)
        self._stopping = threading.Event()
        self._publishing = (
            threading.Lock()
        )  # a policy is judged by the roster that is current when it is published
        self._importing = threading.Lock()
        self._threads: set[threading.Thread] = set()

    def __enter__(self) -> "ControlDoor":
        try:
            self._listening = Listening(self._file)
        except OSError as error:  # leads come first: a server without this door still takes them
            reason = error if isinstance(error, Taken) else error.strerror or error
            log.warning("commands.not-let-in", extra={"said": reason})
        else:
            self._begin(self._listen, self._listening.socket)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        """Takes no further request, breaks imports off between two records, and waits for the rest."""
        self._stopping.set()
        if self._listening is not None:
            with suppress(OSError):
                self._listening.socket.shutdown(socket.SHUT_RDWR)  # wakes whoever waits for a caller
            self._listening.remove()
        until = monotonic() + DRAIN
        for thread in list(self._threads):
            thread.join(max(0.0, until - monotonic()))

    def _begin(self, target: Callable[[socket.socket], None], about: socket.socket) -> None:
        thread = threading.Thread(target=target, args=(about,), name="firstright-control", daemon=True)
        self._threads = {each for each in self._threads if each.is_alive()} | {thread}
        thread.start()

    def _listen(self, listener: socket.socket) -> None:
        while not self._stopping.is_set():
            if not self._places.acquire(timeout=1.0):
                continue
            try:
                connection, _ = listener.accept()
                self._begin(self._answer, connection)
            except (
                OSError,
                RuntimeError,
            ) as error:  # no file or thread to be had: the next one may be luckier
                self._places.release()
                if not self._stopping.is_set():
                    log.warning("command.not-let-in", extra={"error": type(error).__name__})
                    self._stopping.wait(1.0)

    def _answer(self, connection: socket.socket) -> None:
        try:
            with connection, suppress(Gone):
                _say(connection, self._answered(connection))
        finally:
            self._places.release()

    def _answered(self, connection: socket.socket) -> dict[str, object]:
        try:
            if not is_welcome(connection):
                log.warning("command.of-another-user")
                raise Gone
            raw = lines.received(connection, most=words.LARGEST, seconds=PATIENCE)
            return {"ok": self._done(words.read_request(raw), connection)}
        except Gone:
            raise
        except FirstrightError as error:
            return {"error": lines.as_data(error)}
        except Exception:  # a defect in one command is nobody else's trouble
            log.exception("command.failed")
            return {"error": lines.Told("FirstrightError", ("the server failed at this, and logged why",))}

    def _done(self, request: words.AnyRequest, connection: socket.socket) -> Answer:
        desk = self._desk
        match request:
            case words.Publish():
                return self._published(request)
            case words.AddList(name=name, text=text, by=by):
                return desk.writer.submit(ImportList(judged_list(name, text), by)).result()
            case words.AddModel(text=text, by=by):
                return desk.writer.submit(AddModel(judged_model(text), by)).result()
            case words.LookAtDrift():
                return look(desk)
            case words.Mean(asked=meant, by=by):
                return map_values(desk, meant, by=by)
            case words.EndAlarm(alarm=alarm, by=by):
                return desk.act(EndAlarm(alarm, by))
            case words.Propose(pairs=pairs):
                return propose(desk, pairs)
            case words.TellApart(lead=lead, other=other, reason=reason, by=by):
                return desk.act(TellApart(lead, other, operator(by), reason))
            case words.Audit():
                return audit_now(desk, wiring.now())
            case words.MakeKey():
                return wiring.make_key(desk, judged(request.key), by=request.by)
            case words.RevokeKey():
                return desk.writer.submit(RevokeKey(request.prefix, request.by)).result()
            case words.Destine() | words.Feed() | words.Hooked() | words.Provide():
                return self._registered(request)
            case words.Describe(asked=source, by=by):
                return change_sources(desk, source, by=by)
            case words.Act(asked=act, by=by):
                return done(desk, act, by=by)
            case words.Pause(asked=pause, by=by):
                return desk.act(pause.work(operator(by)))
            case words.AnswerCredit(asked=answer, by=by):
                return desk.act(answer.work(operator(by)))
            case words.AdjustCredit(asked=adjusted, by=by):
                return desk.act(adjusted.work(operator(by)))
            case words.Repair(asked=mended, by=by):
                return desk.act(mended.work(operator(by)))
            case words.ReviewPart(asked=seen, by=by):
                return desk.act(seen.work(operator(by)))
            case words.Staff(asked=rep, by=by):
                return staffed(desk, rep, operator(by))
            case words.Weigh(pool=pool, publish=publish, by=by):
                return asked_for(desk.act(Weigh(pool, by, publish=publish)))
            case words.ReachOut(asked=outreach, by=by):
                return reached_out(desk, outreach, by=by)
            case words.Clocks(asked=clocks, by=by):
                return clocked(desk, clocks, operator(by))
            case words.ExcuseSpan(asked=span, by=by):
                return excuse_span(desk, span, operator(by))
            case words.LookAtStuck(asked=lying, by=by):
                return looked(desk, lying, operator(by), wiring.now())
            case words.StopRepair(repair=name, by=by):
                return desk.act(StopRepair(name, operator(by)))
            case words.ReplayArrivals(asked=wanted, by=by):
                return replay(desk, wanted, operator(by))
            case words.Again(deliveries=names, destination=to, since=since, by=by):
                return desk.writer.submit(Resend(names, by, destination=to, since=since)).result()
            case words.Revive(jobs=jobs, by=by):
                return desk.writer.submit(Revive(jobs, by)).result()
            case words.Admit(asked=user, by=by):
                return msgspec.structs.replace(wiring.admit(desk, user, by=by), url=self._url)
            case words.Import():
                return self._imported(request, _Bar(connection, self._stopping))
            case words.ImportAccounts():
                return self._accounts(request, _Bar(connection, self._stopping))
            case words.OwnerIs(system=system, external_id=external, rep=owner, by=by):
                return map_owner(desk, OwnerAsked(system, external, owner), by=by)
            case _:
                assert_never(request)

    def _registered(self, request: words.Destine | words.Feed | words.Hooked | words.Provide) -> Answer:
        """Who is told, read, heard or asked: a server may have been started without any of these."""
        match request:
            case words.Destine(asked=asked, by=by):
                if self._destine is None:
                    raise Refused(["this server registers no destinations"])
                return self._destine(asked, by)
            case words.Feed(asked=feed, by=by):
                if self._feeds is None:
                    raise Refused(["this server does not read calendars by URL"])
                return self._feeds.change(feed, operator(by))
            case words.Hooked(asked=hook, by=by):
                if self._hooks is None:
                    raise Refused(["this server registers no hooks"])
                return self._hooks.change(hook, by)
            case words.Provide(asked=change, by=by):
                if self._providers is None:
                    raise Refused(["this server asks no providers"])
                return self._providers.change(change, by)

    def _published(self, request: words.Publish) -> Published:
        if len(request.text.encode()) > words.LARGEST_TEXT:
            raise Refused([f"{request.file}: is larger than {words.LARGEST_TEXT // 2**20} MiB"])
        publish = self._desk.publish_policy if request.kind == "policy" else self._desk.publish_roster
        with self._publishing:
            return publish(request.text, file=request.file, by=request.by, reason=request.reason)

    def _accounts(self, request: words.ImportAccounts, bar: "_Bar") -> AccountReport:
        _readable(request.file, request.shown)
        wanted = WantedAccounts(
            Path(request.file),
            request.shown,
            request.system,
            request.kind,
            request.map,
            request.map_file,
            request.encoding,
            request.dry,
            request.again,
        )
        while not self._importing.acquire(timeout=1.0):
            bar(0, 0)
        try:
            return import_accounts(self._desk, wanted, bar, wiring.now())
        finally:
            self._importing.release()

    def _imported(self, request: words.Import, bar: "_Bar") -> Report:
        _readable(request.file, request.shown)
        wanted = Wanted(
            Path(request.file),
            request.map,
            shown=request.shown,
            map_file=request.map_file,
            history=request.history,
            ledger=request.ledger,
        )
        while not self._importing.acquire(
            timeout=1.0
        ):  # one after the other; who waits is told so by silence
            bar(0, 0)
        try:
            with self._alone() if request.history else nullcontext():
                report = import_file(self._desk, wanted, bar)
        finally:
            self._importing.release()
        return msgspec.structs.replace(
            report, seconds=[]
        )  # one for each record: for whoever measures in this process


def _readable(file: str, shown: str) -> None:
    if not os.access(file, os.R_OK):
        raise Refused([f"{shown}: the server cannot read {file} (its user is {os.geteuid()})"])


class _Bar:
    """Tells a caller how far its import is, and breaks it off when nobody listens any more or the server stops."""

    def __init__(self, connection: socket.socket, stopping: threading.Event) -> None:
        self._connection = connection
        self._stopping = stopping
        self._next = 0.0

    def __call__(self, done: int, of: int) -> None:
        if self._stopping.is_set():
            raise DatabaseUnavailable(
                "the server was stopped; the same import goes on where this one was broken off"
            )
        if monotonic() >= self._next:
            _say(self._connection, {"progress": lines.Progress(done, of)})
            self._next = monotonic() + STEP


def _say(connection: socket.socket, content: dict[str, object]) -> None:
    try:
        connection.settimeout(PATIENCE)
        connection.sendall(lines.line(content))
    except OSError as error:
        raise Gone from error
