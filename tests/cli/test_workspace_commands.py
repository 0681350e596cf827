"""verify, doctor and replay on a stored workspace: what they print and how they end."""

import json
from pathlib import Path

import pytest

from chaos.scene import POLICY, api_key, arrival, opened, person, publish
from firstright import settings
from firstright.cli.app import run
from firstright.storage.database import open_database
from firstright.storage.statement import Statement


@pytest.fixture
def url(database_url: str) -> str:
    """A workspace with three leads."""
    with opened(database_url) as desk:
        publish(desk, 3)
        api_key(desk)
        desk.take_in([arrival(person(n), f"event-{n}") for n in range(3)])
    return database_url


def damage(url: str, statement: str) -> None:
    database = open_database(url, node="mallory")
    with database.write() as tx:
        tx.run(Statement(statement))
    database.close()


def said(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return capsys.readouterr().out.splitlines()


def test_replay_of_everything_is_equal(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["replay", "--all", "--database", url]) == 0
    assert said(capsys)[0] == "3 decisions: 3 equal"


def test_replay_ends_with_one_when_a_record_was_changed(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    damage(url, "UPDATE decision SET holder_id = 'rep2' WHERE holder_id = 'rep0'")
    assert run(["replay", "--all", "--json", "--database", url]) == 1
    summary = json.loads(capsys.readouterr().out)
    assert (summary["decisions"], summary["verdicts"]) == (3, {"differs": 1, "equal": 2})
    [other] = summary["others"]
    assert other["differences"] == [{"where": "column holder", "stored": "rep rep2", "again": "rep rep0"}]
    assert run(["replay", other["decision"], "--database", url]) == 1
    assert said(capsys) == [
        f"{other['decision']}  differs", "  column holder", "    stored rep rep2", "    again  rep rep0",
    ]  # fmt: skip


@pytest.mark.parametrize("arguments", [["replay"], ["replay", "x", "--all"], ["replay", "nobody"]])
def test_replay_says_what_it_needs(
    url: str, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*arguments, "--database", url]) == 2
    assert capsys.readouterr().err.startswith("firstright: ")


def test_verify_holds_in_a_sound_workspace(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["verify", "--database", url]) == 0
    lines = said(capsys)
    assert all(line.endswith("ok") for line in lines[:-1])
    assert lines[-1].startswith(f"all {len(lines) - 1} checks hold")


def test_verify_names_the_broken_promise_and_its_rows(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    damage(url, "UPDATE lead SET holder_id = 'nobody' WHERE holder_id = 'rep1'")
    assert run(["verify", "--database", url]) == 1
    lines = said(capsys)
    place = next(i for i, line in enumerate(lines) if line.endswith("broken"))
    assert lines[place].startswith("I-8   lead names its holder ")
    assert lines[place + 1] == "      a lead names another holder than its history does:"
    assert lines[place + 2].endswith("  1  rep  nobody  1  rep  rep1")


@pytest.mark.parametrize("arguments", [["verify"], ["replay", "--all"], ["why", "x"], ["key", "list"]])
def test_what_is_no_workspace_is_refused(
    tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    empty = tmp_path / "empty.db"
    empty.touch(mode=0o600)
    assert run([*arguments, "--database", f"sqlite:///{empty}"]) == 2
    assert "is no workspace" in capsys.readouterr().err


def test_what_holds_something_else_is_not_served(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(database_url, "DROP TABLE schema_migration")
    assert run(["key", "new", "--name", "x", "--database", database_url]) == 78
    err = capsys.readouterr().err
    assert err.startswith("firstright: 0001_first: something else is stored here: ")
    assert "already exists" in err


def test_the_password_of_a_database_is_never_shown() -> None:
    given = "postgresql://ann:se@cret@db.example/leads?password=secret&sslmode=require"
    assert settings.read(database=given).place == "postgresql://ann@db.example/leads?sslmode=require"
    assert settings.read(database="sqlite:////a:b@c.db").place == "sqlite:////a:b@c.db"


def test_doctor_finds_nothing_wrong_with_a_served_workspace(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["doctor", "--json", "--database", url]) == 0
    found = {each["what"]: each for each in json.loads(capsys.readouterr().out)}
    assert {name for name, each in found.items() if each["level"] != "ok"} <= {"disk"}
    wanted = (
        "synchronous 2"
        if url.startswith("sqlite")
        else "fsync on, synchronous_commit on, full_page_writes on"
    )
    assert wanted in found["settings"]["found"]


def test_doctor_says_what_is_missing_and_what_to_do(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["doctor", "--database", database_url]) == 1
    lines = said(capsys)
    assert (
        "policy      problem  none is published: leads wait undecided: firstright policy publish FILE.toml"
        in lines
    )
    assert (
        "roster      problem  none is published: leads wait undecided: firstright roster publish FILE.toml"
        in lines
    )
    assert "API keys    warning  none in force: no lead can be sent: firstright key new" in lines


def test_doctor_sees_a_clock_that_went_back_and_jobs_nobody_does(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    late = "'2099-01-01T00:00:00.000000Z'"
    damage(url, f"UPDATE turn SET at = {late}")
    damage(url, "UPDATE job SET state = 'dead'")
    assert run(["doctor", "--json", "--database", url]) == 1
    found = {each["what"]: each for each in json.loads(capsys.readouterr().out)}
    assert (found["clock"]["level"], found["audit"]["level"]) == ("warning", "problem")
    assert "jobs given up: " in found["audit"]["found"]


def test_doctor_says_which_messages_can_go_nowhere_and_how_to_mend_it(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FIRSTRIGHT_KEY_FILE", str(tmp_path / "key"))

    def messages() -> list[str]:
        capsys.readouterr()
        assert run(["doctor", "--database", url]) == 0
        return [line for line in said(capsys) if line.startswith("messages")]

    assert messages() == ["messages    ok       nobody is told"]
    told = (
        POLICY.replace("[policy]", '[policy]\ntell_owner = "ping"', 1)
        + '\n[templates.ping]\ntext = "hello"\n'
    )
    with opened(url) as desk:
        desk.publish_policy(told, file="policy.toml", by="mara", reason="test")
    assert messages() == [
        "messages    warning  nobody registered where email is: firstright destination add email"
    ]
    server = "smtp://mail.ours.example:587?from=us@ours.example"
    assert run(["destination", "add", "email", server, "--database", url]) == 0
    assert messages() == ["messages    ok       1 registered, none fails"]
    assert run(["destination", "off", "email", "--database", url]) == 0
    [off] = messages()
    assert off.startswith("messages    warning  email is off: ")
    assert off.endswith(": firstright destination on email, once it is mended")


def test_doctor_warns_of_alarms_that_nobody_claims(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    damage(url, "UPDATE job SET due_at = '2026-01-01T00:00:00.000000Z', state = 'ready'")
    assert run(["doctor", "--json", "--database", url]) == 0
    found = [each for each in json.loads(capsys.readouterr().out) if each["what"] == "audit"]
    assert {each["level"] for each in found} == {"warning"}
    assert all("jobs overdue by a minute: " in each["found"] for each in found)


def test_doctor_sees_files_that_others_may_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "open.db"
    with opened(f"sqlite:///{file}"):
        pass
    file.chmod(0o644)
    assert run(["doctor", "--database", f"sqlite:///{file}"]) == 1
    assert f"files       problem  others may read open.db: chmod 600 in {tmp_path}" in said(capsys)


def test_doctor_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--database", f"sqlite:///{tmp_path / 'none.db'}"]) == 1
    assert said(capsys)[-1].endswith("none.db is not there: firstright serve or demo makes it")
    assert not (tmp_path / "none.db").exists()
