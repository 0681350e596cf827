"""Commands that write while `firstright serve` has the SQLite file: they work, and say what they say without a server."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from chaos.scene import POLICY, broken, reps, roster
from firstright.cli.app import run
from firstright.cli.reach import Own, Remote, reach
from firstright.errors import DatabaseUnavailable, Refused
from firstright.storage.database import open_database
from firstright.storage.statement import Statement
from firstright.web.commands.files import Import, Publish
from firstright.web.controlsocket import address
from patience import PATIENCE, until
from web.houses import EXAMPLES
from web.test_serving import COMMAND, Serving

MAP = """
[source]
name = "fair"

[columns]
"E-Mail" = "email"
"""


class Beside:
    """A served workspace with a policy and a roster, and a folder of files to write from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "workspace.db"
        self.url = f"sqlite:///{self.file}"
        self.serving = Serving(self.url)
        self.write("policy.toml", POLICY)
        self.write("roster.toml", roster(reps(5)))
        self.write("map.toml", MAP)

    def write(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text)
        return str(self.folder / name)

    def people(self, name: str, count: int, first: int = 0) -> str:
        found = (f"p{n}@firm{n}.example" for n in range(first, first + count))
        return self.write(name, "E-Mail\n" + "\n".join(found) + "\n")

    def run(self, *arguments: str) -> int:
        return run([*arguments, "--database", self.url])

    def started(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [*COMMAND, *arguments, "--database", self.url],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def wanted(self, name: str, *, history: bool = False) -> Import:
        file = str(self.folder / name)
        return Import(file=file, shown=name, map=MAP, map_file="map.toml", history=history, ledger="main")

    def outcomes(self, name: str) -> list[tuple[str, int]]:
        """(outcome, records) of the import of a file."""
        told = """SELECT r.outcome, count(*) FROM import_record AS r JOIN import AS i ON i.id = r.import_id
                  WHERE i.name = ? GROUP BY r.outcome ORDER BY r.outcome"""
        with closing(open_database(self.url, node="reader")) as database, database.read() as tx:
            return [(outcome, n) for outcome, n in tx.all(Statement(told), (name,))]

    def sound(self) -> bool:
        with closing(open_database(self.url, node="reader")) as database:
            return broken(database) == []


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beside]:
    found = Beside(tmp_path_factory.mktemp("beside"))
    assert found.run("roster", "publish", str(found.folder / "roster.toml")) == 0
    assert found.run("policy", "publish", str(found.folder / "policy.toml")) == 0
    yield found
    assert found.serving.stopped() == (0, "stopped: every lead that was acknowledged is stored\n")
    assert not address(found.file).exists()
    assert found.sound()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Beside]:
    """A served workspace of one's own, with nothing published."""
    found = Beside(tmp_path)
    yield found
    if found.serving.process.poll() is None:
        found.serving.process.kill()
        found.serving.process.communicate()


def lines(capsys: pytest.CaptureFixture[str]) -> tuple[list[str], list[str]]:
    out, err = capsys.readouterr()
    return out.splitlines(), err.splitlines()


def test_a_policy_published_beside_a_server_is_what_it_decides_with(
    beside: Beside, capsys: pytest.CaptureFixture[str]
) -> None:
    to_desk = POLICY.replace('send_to = { pool = "round" }', 'send_to = { queue = "desk" }')
    lines(capsys)
    assert beside.serving.send("ada@one.example", beside.serving.key).json()["outcome"] == "owner"
    assert beside.run("policy", "publish", beside.write("desk.toml", to_desk)) == 0
    assert beside.serving.send("bob@two.example", beside.serving.key).json()["outcome"] == "queued"
    assert beside.run("policy", "publish", beside.write("again.toml", to_desk)) == 0
    assert beside.run("policy", "publish", str(beside.folder / "policy.toml")) == 0
    assert beside.serving.send("cy@three.example", beside.serving.key).json()["outcome"] == "owner"
    out, err = lines(capsys)
    assert [line.split(" (")[0] for line in out] == [
        "policy version 2 is now current",
        "policy version 2 was current already: nothing was changed",
        "policy version 3 is now current",
    ]
    assert err == []


def test_a_refused_policy_or_roster_comes_back_with_every_reason(
    beside: Beside, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = POLICY.replace('pool = "round"', 'pool = "square"').replace('queue = "desk"', 'queue = "chair"')
    policy, team = beside.write("wrong.toml", wrong), beside.write("wrong-roster.toml", "[[rep]]\nid = 7\n")
    alone = f"sqlite:///{beside.folder / 'alone.db'}"
    for kind in ("roster", "policy"):
        assert run([kind, "publish", str(beside.folder / f"{kind}.toml"), "--database", alone]) == 0
    lines(capsys)
    for kind, file in (("policy", policy), ("roster", team)):
        assert beside.run(kind, "publish", file) == 1
        told = lines(capsys)
        assert run([kind, "publish", file, "--database", alone]) == 1
        assert told == lines(capsys)
        assert len(told[1]) > 2 and told[1][-1] == "firstright: nothing was published"


def test_a_key_works_at_once_and_a_revoked_one_no_longer(
    beside: Beside, capsys: pytest.CaptureFixture[str]
) -> None:
    lines(capsys)
    assert beside.run("key", "new", "--name", "form", "--source", "form") == 0
    [key], _ = lines(capsys)
    assert beside.serving.send("dee@four.example", key).status_code == 201
    assert beside.run("key", "revoke", key) == 0
    time.sleep(1.1)  # so long may a server remember a key
    assert beside.serving.send("eve@five.example", key).status_code == 401
    assert beside.run("key", "revoke", key) == 1
    out, err = lines(capsys)
    prefix = key.rpartition("_")[0]
    assert out == [f"{prefix} is revoked"]
    assert err == [f"firstright: {prefix}: there is no such key in force"]


def test_an_import_moves_its_bar_while_leads_keep_arriving(beside: Beside) -> None:
    beside.people("bar.csv", 600, first=1_000)
    seen: list[tuple[int, int]] = []
    done = threading.Event()
    statuses: list[int] = []

    def arrive() -> None:
        headers = {"Authorization": f"Bearer {beside.serving.key}"}
        url = f"http://127.0.0.1:{beside.serving.port}/v1/leads"
        with httpx2.Client(headers=headers, trust_env=False, timeout=PATIENCE) as client:
            while not done.is_set() or len(statuses) < 50:
                email = f"live{len(statuses)}@live{len(statuses)}.example"
                statuses.append(client.post(url, json={"email": email}).status_code)

    arriving = threading.Thread(target=arrive)
    arriving.start()
    with reach(beside.url) as ask:
        assert isinstance(ask, Remote)
        report = ask(beside.wanted("bar.csv"), lambda *told: seen.append(told))
    done.set()
    arriving.join()
    assert (report.counts, beside.outcomes("bar.csv")) == ({"created": 600}, [("created", 600)])
    assert set(statuses) == {201}
    assert seen == sorted(seen) and seen[0] == (0, 600) and len(set(seen)) > 1
    with closing(open_database(beside.url, node="reader")) as database, database.read() as tx:
        live = Statement('SELECT count(*) FROM lead WHERE facts LIKE \'%"domain":"live%\'')
        assert tx.all(live) == [(len(statuses),)]
    assert beside.sound()


def test_the_same_file_again_changes_nothing_and_names_its_row_problems(
    beside: Beside, capsys: pytest.CaptureFixture[str]
) -> None:
    file = beside.write("small.csv", "E-Mail\nfay@six.example\n   \ngus@seven.example\n")
    command = ("import", file, "--map", str(beside.folder / "map.toml"), "--history")
    lines(capsys)
    codes = [beside.run(*command), beside.run(*command)]
    out, _ = lines(capsys)
    assert codes == [1, 1]
    assert out == [
        "small.csv: 3 records: 2 created, 1 quarantined.",
        "small.csv was imported before under this map: nothing was changed.",
        "small.csv: 3 records: 2 created, 1 quarantined.",
    ]


def test_an_import_that_cannot_be_is_refused_as_without_a_server(
    beside: Beside, capsys: pytest.CaptureFixture[str]
) -> None:
    file = beside.write("other.csv", "Mail\nx\n")
    odd = beside.write("odd.toml", MAP.replace('"email"', '"colour"'))
    for map_file in (str(beside.folder / "map.toml"), odd):
        told = []
        for url in (beside.url, f"sqlite:///{beside.folder / 'alone.db'}"):
            told.append((run(["import", file, "--map", map_file, "--database", url]), lines(capsys)))
        assert told[0] == told[1] and told[0][0] == 1 and told[0][1][1]
    missing = str(beside.folder / "nowhere.csv")
    assert beside.run("import", missing, "--map", odd) == 2
    assert lines(capsys)[1] == [f"firstright: {missing}: cannot be read: {os.strerror(2)}"]


def test_two_commands_at_once_each_get_their_answer(beside: Beside) -> None:
    beside.people("both.csv", 200, first=3_000)
    arguments = ("import", str(beside.folder / "both.csv"), "--map", str(beside.folder / "map.toml"))
    both = [beside.started(*arguments), beside.started(*arguments)]
    told = [(each.communicate(timeout=PATIENCE), each.returncode) for each in both]
    assert [code for _, code in told] == [0, 0]
    assert {out.splitlines()[-1] for (out, _), _ in told} == {"both.csv: 200 records: 200 created."}
    assert beside.outcomes("both.csv") == [("created", 200)]


def test_a_killed_command_harms_nothing_and_its_import_goes_on_when_run_again(
    beside: Beside, capsys: pytest.CaptureFixture[str]
) -> None:
    beside.people("killed.csv", 800, first=5_000)
    arguments = ("import", str(beside.folder / "killed.csv"), "--map", str(beside.folder / "map.toml"))
    command = beside.started(*arguments)
    until(lambda: beside.outcomes("killed.csv"))
    command.kill()
    command.communicate()
    assert beside.serving.send("hal@eight.example", beside.serving.key).status_code == 201
    lines(capsys)
    assert beside.run(*arguments) == 0
    out, _ = lines(capsys)
    assert out[0].startswith("killed.csv: resumed; ")
    assert out[1] == "killed.csv: 800 records: 800 created."


def test_commands_that_only_read_work_beside_a_server(
    beside: Beside, capsys: pytest.CaptureFixture[str]
) -> None:
    lead = beside.serving.send("ida@nine.example", beside.serving.key).json()["lead"]
    lines(capsys)
    assert [
        beside.run(*command) for command in (("why", lead), ("verify",), ("replay", lead), ("key", "list"))
    ] == [0] * 4
    out, err = lines(capsys)
    assert err == [] and any("checks hold" in line for line in out)
    assert beside.run("doctor") == 0


# What the clock on the wall had a part in is left out: the rows without an instant, and what was still due at the end.
DECIDED = Statement(
    """SELECT d.as_of, d.cause, d.outcome, d.holder_id, l.facts FROM decision AS d JOIN lead AS l ON l.id = d.lead_id
       WHERE d.as_of LIKE '%.000000Z' ORDER BY d.as_of, l.facts, d.cause, d.outcome"""
)


def test_history_is_decided_beside_a_server_as_it_is_alone(house: Beside) -> None:
    """Its alarms would decide a hold that ended last week as of today."""
    alone = f"sqlite:///{house.folder / 'alone.db'}"
    leads, map_file = EXAMPLES / "leads/inbound.csv", EXAMPLES / "maps/inbound.toml"
    found = []
    for url in (alone, house.url):
        for kind, folder in (("roster", "rosters"), ("policy", "policies")):
            assert run([kind, "publish", str(EXAMPLES / folder / "inbound.toml"), "--database", url]) == 0
        assert run(["import", str(leads), "--map", str(map_file), "--history", "--database", url]) == 1
        with closing(open_database(url, node="reader")) as database, database.read() as tx:
            found.append(tx.all(DECIDED))
    assert len(found[0]) > 600 and found[0] == found[1]


def test_a_killed_server_leaves_nothing_in_the_way(house: Beside, capsys: pytest.CaptureFixture[str]) -> None:
    house.serving.process.send_signal(signal.SIGKILL)
    house.serving.process.communicate()
    assert address(house.file).is_socket()
    with reach(house.url) as ask:
        assert isinstance(ask, Own)
    house.serving = Serving(house.url)
    assert house.run("roster", "publish", str(house.folder / "roster.toml")) == 0
    assert house.serving.stopped()[0] == 0
    assert lines(capsys)[0][-1].startswith("roster version 1 is now current")


def test_a_server_that_is_stopped_breaks_an_import_off_and_the_next_command_goes_on(house: Beside) -> None:
    house.people("long.csv", 1_500)
    stopped = threading.Event()

    def stop(done: int, of: int) -> None:
        if done and not stopped.is_set():
            stopped.set()
            house.serving.process.send_signal(signal.SIGTERM)

    with reach(house.url) as ask, pytest.raises(DatabaseUnavailable, match="goes on where this one was"):
        ask(house.wanted("long.csv"), stop)
    assert house.serving.stopped()[0] == 0
    before = sum(dict(house.outcomes("long.csv")).values())
    assert 0 < before < 1_500
    with reach(house.url) as ask:
        report = ask(house.wanted("long.csv"), lambda done, of: None)
    assert (report.resumed, report.counts) == (before, {"created": 1_500})
    assert house.sound()


def test_a_file_another_program_keeps_to_itself_is_told_with_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "workspace.db"
    monkeypatch.setattr("firstright.cli.reach.PATIENCE", 0.2)
    with reach(f"sqlite:///{file}"):
        assert run(["key", "new", "--name", "x", "--database", f"sqlite:///{file}"]) == 78
    _, [said] = lines(capsys)
    assert said.startswith(f"firstright: {file} is in use by ")
    assert said.endswith(f"(process {os.getpid()}), which takes no commands: try again when it has ended")


def test_a_command_waits_for_another_that_has_the_file_for_a_moment(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'workspace.db'}"
    done: list[int] = []
    with reach(url) as ask:
        waiting = threading.Thread(
            target=lambda: done.append(run(["key", "new", "--name", "x", "--database", url]))
        )
        waiting.start()
        time.sleep(0.3)
        assert done == []
        with pytest.raises(Refused):
            ask(Publish(kind="policy", text="[policy]\n", file="x.toml", by="mara", reason=""))
    waiting.join()
    assert done == [0]
