"""`firstright serve` as somebody starts it: another process, from the command line."""

import io
import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from firstright import settings, wiring
from firstright.cli.firstkey import first_key
from firstright.storage import access
from patience import PATIENCE
from ports import free_port

COMMAND = [sys.executable, "-m", "firstright"]


def ran(*arguments: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    return done.returncode, done.stdout, done.stderr


class Serving:
    """A running server process and what it printed when it came up."""

    def __init__(self, database: str) -> None:
        self.port = free_port()
        command = [*COMMAND, "serve", "--database", database, "--port", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self.process.stdout is not None
        self.said: list[str] = []
        for line in self.process.stdout:
            self.said.append(line.rstrip())
            if line.startswith(("           for you alone", "API keys")):
                break

    @property
    def key(self) -> str:
        """Where the server said that its first key is."""
        return Path(self._said_of("API key    in ")).read_text().strip()

    def _said_of(self, what: str) -> str:
        return next(line.removeprefix(what) for line in self.said if line.startswith(what))

    def send(self, email: str, key: str) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {key}"}
        url = f"http://127.0.0.1:{self.port}/v1/leads"
        return httpx2.post(url, json={"email": email}, headers=headers, trust_env=False, timeout=PATIENCE)

    def stopped(self) -> tuple[int, str]:
        self.process.send_signal(signal.SIGTERM)
        rest, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, rest


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'workspace.db'}"


@pytest.fixture
def serving(database: str) -> Iterator[Serving]:
    running = Serving(database)
    yield running
    if running.process.poll() is None:
        running.process.kill()
        running.process.communicate()


def test_a_first_start_says_where_it_listens_and_where_the_first_key_is(
    serving: Serving, database: str
) -> None:
    """What it prints is kept in a log: the key is not in it."""
    assert serving.said[0] == f"firstright listens on http://127.0.0.1:{serving.port}"
    assert serving.said[1] == f"database   {database}"
    file = Path(f"{database.removeprefix('sqlite:///')}.first-key")
    assert serving.said[-2:] == [
        f"API key    in {file}",
        "           for you alone: take it and delete the file; more with: firstright key new --name NAME",
    ]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    key = serving.key
    assert key not in "\n".join(serving.said)
    assert serving.send("mara@hill.example", key).status_code == 202
    assert serving.stopped() == (0, "stopped: every lead that was acknowledged is stored\n")
    again = Serving(database)
    assert again.said[-1] == "API keys   1 in force (firstright key list)"
    assert key.rpartition("_")[2] not in "\n".join(again.said)
    assert again.send("mara@hill.example", key).status_code == 202
    assert again.stopped()[0] == 0


def test_a_terminal_is_shown_the_first_key_and_no_file_keeps_it(database: str) -> None:
    ours, theirs = os.openpty()
    command = [*COMMAND, "serve", "--database", database, "--port", str(free_port())]
    with subprocess.Popen(command, stdout=theirs, stderr=subprocess.DEVNULL) as process:
        os.close(theirs)
        said = b""
        while b"shown once" not in said:
            said += os.read(ours, 1024)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    os.close(ours)
    [key] = re.findall(r"^API key    (\S+)\r$", said.decode(), re.MULTILINE)
    assert key.startswith("fr_live_")
    assert key.rpartition("_")[0] in ran("key", "list", "--database", database)[1]
    assert not Path(f"{database.removeprefix('sqlite:///')}.first-key").exists()


def test_the_file_of_a_database_that_was_there_before_is_replaced_and_never_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout", io.StringIO())
    database, other = tmp_path / "workspace.db", tmp_path / "other"
    other.write_text("mine")
    Path(f"{database}.first-key").symlink_to(other)
    with closing(wiring.open_desk(settings.read(database=f"sqlite:///{database}"))) as desk:
        assert first_key(desk, database)[0] == f"API key    in {database}.first-key"
        assert Path(f"{database}.first-key").read_text().startswith("fr_live_")
        assert other.read_text() == "mine"
        folder = tmp_path / "nowhere" / "workspace.db"
        assert first_key(desk, folder) == [
            f"API key    none: {folder}.first-key: No such file or directory;"
            " make one with: firstright key new --name NAME"
        ]
        assert first_key(desk, None) == ["API key    none yet: firstright key new --name NAME"]
        with desk.read() as tx:
            assert len(access.keys(tx)) == 1


def test_a_second_server_on_the_same_file_is_refused_in_a_sentence(serving: Serving, database: str) -> None:
    code, out, err = ran("serve", "--database", database, "--port", str(free_port()))
    path = database.removeprefix("sqlite:///")
    assert (code, out) == (78, "")
    assert err.startswith(f"firstright: {path} is already served by ") and str(serving.process.pid) in err
    assert err.count("\n") == 1


def test_keys_are_made_listed_and_revoked_while_nobody_serves(database: str) -> None:
    code, key, _ = ran("key", "new", "--name", "web form", "--source", "form", "--database", database)
    prefix = key.strip().rpartition("_")[0]
    assert (code, prefix.startswith("fr_live_")) == (0, True)
    code, listed, _ = ran("key", "list", "--database", database)
    assert code == 0 and prefix in listed and "in force" in listed and key.strip() not in listed
    assert ran("key", "revoke", key.strip(), "--database", database) == (0, f"{prefix} is revoked\n", "")
    assert "revoked" in ran("key", "list", "--database", database)[1]
    code, _, err = ran("key", "revoke", prefix, "--database", database)
    assert (code, err) == (1, f"firstright: {prefix}: there is no such key in force\n")


def test_every_wrong_setting_is_told_at_once() -> None:
    code, out, err = ran("serve", "--port", "70000", "--database", "mysql://x")
    lines = err.splitlines()
    assert (code, out, len(lines)) == (78, "", 2)
    assert lines[0].startswith("firstright: database: ") and lines[1].startswith("firstright: port: ")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "firstright.example"])
def test_other_machines_are_not_served_unless_that_is_said(host: str) -> None:
    code, _, err = ran("serve", "--host", host)
    assert code == 78 and "--insecure-public" in err and err.count("\n") == 1


def test_a_port_that_is_taken_is_told(database: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, err = ran("serve", "--port", str(port), "--database", database)
    assert (code, err) == (78, f"firstright: cannot listen on 127.0.0.1:{port}: {os.strerror(98)}\n")
    assert not Path(database.removeprefix("sqlite:///")).exists()
