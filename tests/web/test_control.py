"""The control door: what it takes, what it says no to, who may come in, and that nothing that comes in harms it."""

import json
import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from chaos.scene import POLICY, broken, opened, publish, reps, roster
from firstright.desk import Desk
from firstright.errors import (
    BadConfiguration,
    Conflict,
    DatabaseUnavailable,
    FirstrightError,
    NoPolicy,
    NotFound,
    Refused,
    SchemaMismatch,
    Superseded,
    UnsafeDatabase,
)
from firstright.storage import access
from firstright.storage.database import open_database
from firstright.web import control, controlsocket
from firstright.web.commands.house import House
from firstright.web.commands.request import LARGEST
from firstright.web.control import ControlDoor
from firstright.web.controllines import Told, as_data, as_error
from patience import PATIENCE, until

MAP = """
[source]
name = "fair"

[columns]
"E-Mail" = "email"

[arrived]
column = "When"
"""
Line = dict[str, object]


def rows(count: int) -> str:
    when = "2026-03-02T09:00:00Z"
    return "E-Mail,When\n" + "".join(f"p{n}@firm{n}.example,{when}\n" for n in range(count))


class Visited:
    """A desk with its control door, and a caller who may say anything."""

    def __init__(self, desk: Desk, file: Path) -> None:
        self.desk = desk
        self.file = file

    def line(self) -> socket.socket:
        connection = controlsocket.connected(self.file, PATIENCE)
        assert connection is not None
        return connection

    def said(self, raw: bytes) -> list[Line]:
        """Everything that comes back for these very bytes."""
        with self.line() as connection:
            connection.settimeout(PATIENCE)
            with suppress(BrokenPipeError):
                connection.sendall(raw)
            with connection.makefile("rb") as lines:
                return [json.loads(line) for line in lines]

    def ask(self, do: str, **more: object) -> list[Line]:
        return self.said(json.dumps({"firstright": 1, "do": do, **more}).encode() + b"\n")

    def publish(self, kind: str, text: str) -> Line:
        [answer] = self.ask("publish", kind=kind, text=text, file=f"{kind}.toml", by="mara", reason="test")
        return answer

    def imports(self, count: int, **more: object) -> bytes:
        """A request to import so many leads."""
        file = self.file.with_name("fair.csv")
        file.write_text(rows(count))
        asked = {"file": str(file), "shown": "fair.csv", "map": MAP, "map_file": "fair.toml"}
        asked |= {"history": False, "ledger": "main"} | more
        return json.dumps({"firstright": 1, "do": "import", **asked}).encode() + b"\n"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visited]:
    file = tmp_path_factory.mktemp("control") / "workspace.db"
    with opened(f"sqlite:///{file}") as desk, ControlDoor(House(desk), file):
        publish(desk)
        yield Visited(desk, file)


def test_a_policy_is_published_and_one_with_errors_is_refused_with_all_of_them(house: Visited) -> None:
    answer = house.publish("policy", POLICY + "\n# again\n")
    assert (answer["ok"]["kind"], answer["ok"]["version"]) == ("policy", 2)  # type: ignore[index]  # checked here
    wrong = POLICY.replace('pool = "round"', 'pool = "square"').replace('queue = "desk"', 'queue = "chair"')
    refused = house.publish("policy", wrong)["error"]
    assert refused["kind"] == "Refused"  # type: ignore[index]  # checked here
    assert [word in "\n".join(refused["reasons"]) for word in ("policy.toml:", "square", "chair")] == [
        True
    ] * 3  # type: ignore[index]  # checked here
    again = house.publish("roster", roster(reps(5)))
    assert again["ok"]["changed"] is False  # type: ignore[index]  # checked here


def test_a_key_is_made_and_revoked(house: Visited) -> None:
    wanted = {"name": "form", "source": "form", "scopes": ["leads:write"], "days": 30}
    [made] = house.ask("make-key", key=wanted, by="mara")
    prefix = str(made["ok"]).rpartition("_")[0]
    with house.desk.read() as tx:
        row = access.key(tx, prefix)
    assert row is not None
    assert (row.name, row.source, row.scopes, row.revoked_at) == ("form", "form", '["leads:write"]', None)
    assert house.ask("revoke-key", prefix=prefix, by="mara") == [{"ok": True}]
    assert house.ask("revoke-key", prefix=prefix, by="mara") == [{"ok": False}]


def test_a_key_nobody_could_use_is_refused_with_every_reason(house: Visited) -> None:
    wanted = {"name": " ", "source": "", "scopes": ["leads:burn"], "days": 0, "country": "Atlantis"}
    [answer] = house.ask("make-key", key=wanted, by="mara")
    assert answer == {
        "error": {
            "kind": "Refused",
            "reasons": [
                "name: is empty",
                "source: is empty",
                "scopes: are one or more of leads:read, leads:write, leads:act, deliveries:read, deliveries:replay, "
                "leads:assign, reviews:work, roster:write, users:read, partners:answer",
                "days: are 1 to 366",
                "country: is no country of two capital letters",
            ],
        }
    }


@pytest.mark.parametrize("history", [False, True])
def test_an_import_tells_how_far_it_is_and_what_came_of_it(house: Visited, history: bool) -> None:
    count = 300 + history  # another file each time
    *progress, last = house.said(house.imports(count, history=history))
    told = [each["progress"] for each in progress]
    assert told[0] == {"done": 0, "of": count}
    assert told == sorted(told, key=lambda each: each["done"])  # type: ignore[index]  # checked here
    report = last["ok"]
    assert (report["counts"], report["seconds"]) in (  # type: ignore[index]  # checked here
        ({"created": 300}, []),
        ({"merged": 300, "created": 1}, []),
        ({"unchanged": 300, "created": 1}, []),
    )
    assert broken(house.desk.database) == []


def test_files_that_cannot_be_imported_are_refused_by_their_own_names(house: Visited) -> None:
    missing = house.said(house.imports(1, file="/nowhere/fair.csv"))[-1]
    folder = house.said(house.imports(1, file=str(house.file.parent)))[-1]
    badly_mapped = house.said(house.imports(1, map='[source]\nname = "x"\n[columns]\n"E" = "colour"\n'))[-1]
    other_columns = house.said(house.imports(1, map=MAP.replace("E-Mail", "Mail")))[-1]
    told = [each["error"] for each in (missing, folder, badly_mapped, other_columns)]
    assert {each["kind"] for each in told} == {"Refused"}  # type: ignore[index]  # checked here
    firsts = [each["reasons"][0] for each in told]  # type: ignore[index]  # checked here
    assert firsts[0] == f"fair.csv: the server cannot read /nowhere/fair.csv (its user is {os.geteuid()})"
    assert firsts[1] == "fair.csv: is no plain file"
    assert firsts[2].startswith("fair.toml:")
    assert firsts[3].startswith("fair.csv: ")


def test_nobody_waits_for_a_pipe(house: Visited) -> None:
    pipe = house.file.with_name("pipe.csv")
    os.mkfifo(pipe)
    [answer] = house.said(house.imports(1, file=str(pipe)))
    assert answer == {"error": {"kind": "Refused", "reasons": ["fair.csv: is no plain file"]}}


@pytest.mark.parametrize(
    "raw",
    [
        b"\n",
        b"GET / HTTP/1.1\r\n",
        b"\x00\xff\xfe\n",
        b"[]\n",
        b"null\n",
        b"[" * 100_000 + b"\n",
        b'{"firstright": 2, "do": "publish"}\n',
        b'{"firstright": "1", "do": "publish"}\n',
        b'{"do": "publish"}\n',
        b'{"firstright": 1, "do": "drop-everything"}\n',
        b'{"firstright": 1, "do": "publish", "kind": "policy"}\n',
        b'{"firstright": 1, "do": "revoke-key", "prefix": 7, "by": "x"}\n',
        b'{"firstright": 1, "do": "revoke-key", "prefix": "x", "by": "x", "also": 1}\n',
        b'{"firstright": 1, "do": "revoke-key", "prefix": "x", "by": "x"}\n{"firstright": 1}\n',
        b'{"firstright": 1, "do": "revoke-key", "prefix": "\\ud800", "by": "x"}\n',
    ],
)
def test_garbage_is_told_that_it_is_garbage(house: Visited, raw: bytes) -> None:
    [answer] = house.said(raw)
    assert answer["error"]["kind"] == "BadRequest" and answer["error"]["reasons"] != [""]  # type: ignore[index]  # checked here
    assert house.ask("revoke-key", prefix="x", by="x") == [{"ok": False}]


def test_a_newer_command_learns_which_version_the_server_speaks(house: Visited) -> None:
    [answer] = house.ask("revoke-key", firstright=2)
    said = "version 2 is asked for, and this server speaks version 1"
    assert answer == {"error": {"kind": "BadRequest", "reasons": [said]}}


def test_a_request_without_end_is_cut_off(house: Visited) -> None:
    with house.line() as connection:
        connection.settimeout(PATIENCE)
        sent = 0
        with pytest.raises(OSError):
            while True:
                sent += connection.send(b" " * 1_000_000)
    assert sent < LARGEST + 4_000_000
    assert house.ask("revoke-key", prefix="x", by="x") == [{"ok": False}]


def test_a_policy_of_more_than_16_mib_is_refused(house: Visited) -> None:
    answer = house.publish("policy", POLICY + "#" * 2**24)
    assert answer == {"error": {"kind": "Refused", "reasons": ["policy.toml: is larger than 16 MiB"]}}


def test_callers_who_say_nothing_or_leave_are_let_go(house: Visited, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "PATIENCE", 0.2)
    dawdlers = [house.line() for _ in range(3 * control.MOST)]
    for dawdler in dawdlers[::2]:
        dawdler.sendall(b'{"firstright": 1, ')
        dawdler.close()

    def answered() -> bool:
        """On a busy machine whoever asks may be let go for a dawdler, too."""
        with suppress(ConnectionError):
            return house.ask("revoke-key", prefix="x", by="x") == [{"ok": False}]
        return False

    until(answered)
    for dawdler in dawdlers:
        dawdler.close()


def test_an_import_whose_caller_left_is_broken_off_and_goes_on_when_asked_again(house: Visited) -> None:
    request = house.imports(1_500)
    with house.line() as connection:
        connection.sendall(request)
        connection.recv(100)
    report = house.said(request)[-1]["ok"]
    assert sum(report["counts"].values()) == 1_500  # type: ignore[index]  # checked here
    assert report["already_done"] is False  # type: ignore[index]  # checked here
    assert broken(house.desk.database) == []


def test_a_stop_breaks_an_import_off_and_says_so(tmp_path: Path) -> None:
    file = tmp_path / "workspace.db"
    with opened(f"sqlite:///{file}") as desk:
        publish(desk)
        house = Visited(desk, file)
        with ControlDoor(House(desk), file), house.line() as connection:
            connection.sendall(house.imports(5_000))
            lines = connection.makefile("rb")
            assert "progress" in json.loads(lines.readline())
        last = json.loads(lines.readlines()[-1])
        assert (last["error"]["kind"], "goes on" in last["error"]["reasons"][0]) == (
            "DatabaseUnavailable",
            True,
        )
        assert broken(desk.database) == []


def test_requests_at_the_same_time_are_all_answered(house: Visited) -> None:
    answers: list[Line] = []

    def change(number: int) -> None:
        answers.append(house.publish("policy", POLICY + f"# {number}\n"))

    together = [threading.Thread(target=change, args=(number,)) for number in range(24)]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join()
    versions = sorted(answer["ok"]["version"] for answer in answers)  # type: ignore[index]  # checked here
    assert versions == list(range(versions[0], versions[0] + 24))


def test_only_its_own_user_may_open_the_door_and_it_is_gone_after_a_stop(tmp_path: Path) -> None:
    file = tmp_path / "workspace.db"
    place = tmp_path / "workspace.db.control"
    with opened(f"sqlite:///{file}") as desk:
        with ControlDoor(House(desk), file):
            mode = place.stat().st_mode
            assert (stat.S_ISSOCK(mode), stat.S_IMODE(mode)) == (True, 0o600)
        assert not place.exists()
        assert controlsocket.connected(file, 1.0) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_another_user_is_turned_away_even_when_the_socket_lets_everybody_in(
    house: Visited, caplog: pytest.LogCaptureFixture
) -> None:
    wanted = {"name": "form", "source": "form"}
    [made] = house.ask("make-key", key=wanted, by="mara")
    prefix = str(made["ok"]).rpartition("_")[0]
    place = controlsocket.address(house.file)
    place.chmod(0o666)
    closed = [folder for folder in place.parents if not folder.stat().st_mode & 0o001]
    for folder in closed:
        folder.chmod(folder.stat().st_mode | 0o011)
    code = (
        "import os, socket, sys; os.setgroups([]); os.setgid(65534); os.setuid(65534);"
        "s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.sendall(sys.argv[2].encode());"
        "print(s.makefile().read())"
    )
    asked = json.dumps({"firstright": 1, "do": "revoke-key", "prefix": prefix, "by": "mallory"}) + "\n"
    done = subprocess.run(
        [sys.executable, "-c", code, str(place), asked], capture_output=True, text=True, check=False
    )
    for folder in closed:
        folder.chmod(folder.stat().st_mode & ~0o011)
    place.chmod(0o600)
    assert "PermissionError" not in done.stderr and done.stdout.strip() == ""
    assert caplog.messages == ["command.of-another-user"]
    assert house.ask("revoke-key", prefix=prefix, by="mara") == [{"ok": True}]


def test_a_path_too_long_for_a_socket_has_it_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 25)
    folder.mkdir()
    file = folder / "workspace.db"
    note = folder / "workspace.db.control"
    with opened(f"sqlite:///{file}") as desk:
        with ControlDoor(House(desk), file):
            place = Path(note.read_text().removeprefix(controlsocket.MARK))
            assert Visited(desk, file).ask("revoke-key", prefix="x", by="x") == [{"ok": False}]
            modes = [stat.S_IMODE(each.stat().st_mode) for each in (note, place, place.parent)]
            assert modes == [0o600, 0o600, 0o700]
        assert (note.exists(), place.parent.exists()) == (False, False)


@pytest.mark.parametrize("name", ["short", "long" * 25])
def test_what_a_killed_server_left_is_replaced(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    file = folder / "workspace.db"
    left = controlsocket.Listening(file)
    left.socket.close()  # killed: nobody listens, nothing is tidied up
    with opened(f"sqlite:///{file}") as desk, ControlDoor(House(desk), file):
        assert Visited(desk, file).ask("revoke-key", prefix="x", by="x") == [{"ok": False}]


def test_a_file_that_is_not_ours_is_left_alone_and_leads_are_taken_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file, theirs = tmp_path / "workspace.db", tmp_path / "workspace.db.control"
    theirs.write_text("my notes")
    with opened(f"sqlite:///{file}") as desk, ControlDoor(House(desk), file):
        assert controlsocket.connected(file, 1.0) is None
    assert theirs.read_text() == "my notes"
    [line] = caplog.records
    said = str(line.__dict__["said"])
    assert line.getMessage() == "commands.not-let-in"
    assert f"{theirs} is no socket of firstright's and is left alone" in said


@pytest.mark.parametrize(
    "error",
    [
        Refused(["a", "b"]),
        BadConfiguration(("a", "b")),
        Conflict("api_key.prefix", "UNIQUE failed"),
        DatabaseUnavailable("full"),
        UnsafeDatabase("fsync", "off"),
        SchemaMismatch("0009", "is not known"),
        NoPolicy("roster"),
        NotFound("lead 1"),
        Superseded("kim", 2),
        Superseded("", 3, "queue desk"),
    ],
)
def test_an_error_arrives_as_the_same_error(error: FirstrightError) -> None:
    again = as_error(as_data(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


def test_an_error_nobody_here_knows_arrives_with_its_sentences() -> None:
    for told in (Told("Newer", ("a", "b")), Told("Conflict", ("a",))):
        assert type(as_error(told)) is FirstrightError
    assert str(as_error(Told("Newer", ("a", "b")))) == "a; b"


def test_the_workspace_is_sound_after_all_of_this(house: Visited) -> None:
    again = open_database(f"sqlite:///{house.file}", node="reader")
    assert broken(again) == []
    again.close()
