"""What `firstright serve` does: settings, desk, socket, first key, worker, server; and everything closed again in turn."""

import gc
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext, suppress

import msgspec

from firstright import logs, settings, wiring
from firstright.cli.exits import CONFIGURATION, Stop
from firstright.cli.firstkey import first_key
from firstright.cli.firstlink import first_link
from firstright.cli.house import house_of
from firstright.cli.working import worker_of
from firstright.core.clean.normalize import warm
from firstright.desk import Desk
from firstright.desk.explain.auditing import Auditor
from firstright.desk.outgoing import unplaced
from firstright.enrich.postcodes import warm as warm_postcodes
from firstright.errors import AlreadyServing, BadConfiguration
from firstright.settings import Settings
from firstright.storage import access, destinations
from firstright.web.app import Door
from firstright.web.control import ControlDoor
from firstright.web.serving import is_loopback, listening, server
from firstright.worker.worker import Worker

Beside = Callable[[Desk, str], AbstractContextManager[object]]
SWITCH = 0.0005  # seconds a deciding thread may keep whoever has a request in hand waiting; Python's own 5 ms add up


def run(
    database: str | None,
    host: str | None,
    port: int | None,
    *,
    insecure_public: bool,
    log_format: str | None = None,
    beside: Beside = lambda desk, url: nullcontext(),
) -> None:
    """`beside` is entered when the server is about to listen, with its address, and left when it has stopped."""
    chosen = _settings(database, host, port, insecure_public, log_format)
    logs.configure(chosen.log_format or logs.fitting(sys.stderr))
    with closing(listening(chosen.host, chosen.port)) as bound, closing(_desk(chosen)) as desk:
        warm()
        warm_postcodes()
        desk.warm()
        _serve(desk, chosen, bound, beside)
    print("stopped: every lead that was acknowledged is stored")


def _settings(
    database: str | None, host: str | None, port: int | None, insecure_public: bool, log_format: str | None
) -> Settings:
    chosen = settings.read(
        database=database,
        host=host,
        port=port,
        insecure_public=insecure_public or None,
        log_format=log_format,
    )
    if not is_loopback(chosen.host) and not chosen.insecure_public:
        reason = "is not this machine alone: put a TLS proxy in front of 127.0.0.1, or say --insecure-public"
        raise BadConfiguration((f"host {chosen.host} {reason}",))
    return chosen


def _desk(chosen: Settings) -> Desk:
    try:
        return wiring.open_desk(chosen)
    except AlreadyServing as error:
        said = f"{error.path.removesuffix('.lock')} is already served by {error.holder}: stop that one first, or give this one its own --database"
        raise Stop(said, code=CONFIGURATION) from None


def _serve(desk: Desk, chosen: Settings, bound: socket.socket, beside: Beside) -> None:
    ours = desk.database.dialect == "sqlite"  # PostgreSQL tells the time itself
    gc.collect()
    gc.freeze()  # a policy of 10,000 rules need not be walked again and again
    sys.setswitchinterval(SWITCH)
    auditor = Auditor(desk.read, wiring.now, clock_is_set=lambda: ours and wiring.now.is_set)
    uploads = wiring.uploads(desk, chosen)
    door = Door(
        desk,
        now=wiring.now,
        auditor=auditor,
        secure=chosen.behind_tls,
        own_hosts=chosen.own_hosts,
        sealing=wiring.Guarded(desk, wiring.sealer(chosen)),
        uploads=uploads,
        feeds=wiring.feeds(desk, chosen),
    )
    running = server(door)

    def stop(*_: object) -> None:
        """Before the server listens to signals itself, and again when it repeats the signal because it has drained."""
        running.should_exit = True

    with (
        closing(uploads),
        worker_of(desk, chosen) as worker,
        _control(desk, chosen, worker, chosen.public_url or _url(bound, anywhere="127.0.0.1")),
        auditor,
        suppress(KeyboardInterrupt),
    ):
        signal.signal(signal.SIGTERM, stop)
        _greet(desk, chosen, bound)
        with beside(desk, _url(bound, anywhere="127.0.0.1")):
            running.run(sockets=[bound])


def _control(desk: Desk, chosen: Settings, worker: Worker, console: str) -> AbstractContextManager[object]:
    """On PostgreSQL commands write for themselves, and need no door."""
    file = chosen.sqlite_path
    if file is None:
        return nullcontext()
    house = msgspec.structs.replace(house_of(desk, chosen), alone=worker.held, url=console)
    return ControlDoor(house, file)


def _greet(desk: Desk, chosen: Settings, bound: socket.socket) -> None:
    policy, roster = desk.policy, desk.roster
    print(f"firstright listens on {_url(bound)}")
    if not is_loopback(bound.getsockname()[0]):
        print("INSECURE: reachable from other machines without TLS; keys and leads travel in the clear")
    print(f"database   {chosen.place}")
    print(f"policy     {f'version {policy.version}' if policy else _NOTHING.format('policy')}")
    print(f"roster     {f'version {roster.version}' if roster else _NOTHING.format('roster')}")
    with desk.read() as tx:
        known = access.keys(tx)
        lacking = unplaced(policy.policy, destinations.load(tx)) if policy else []
    for said in lacking:
        print(f"messages   {said}")
    for said in first_link(desk, chosen.sqlite_path, chosen.public_url or _url(bound, anywhere="127.0.0.1")):
        print(said)
    if known:
        print(f"API keys   {len([k for k in known if k.revoked_at is None])} in force (firstright key list)")
    else:
        print(*first_key(desk, chosen.sqlite_path), sep="\n")
    sys.stdout.flush()


def _url(bound: socket.socket, *, anywhere: str = "") -> str:
    """Where it listens; `anywhere` is said in place of "at every address"."""
    host, port = bound.getsockname()[:2]
    host = anywhere if anywhere and host in ("0.0.0.0", "::") else host
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


_NOTHING = "none yet: leads are kept until one is there (firstright {} publish)"
