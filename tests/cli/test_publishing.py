"""`policy publish` and `roster publish`: the sentence that says what is current, and every reason when nothing is."""

from pathlib import Path

import pytest
from trials import Folder

from firstright.cli.app import run
from firstright.storage import people, policies
from firstright.storage.database import open_database
from routing import ADA, CALENDARS, CATCH_ALL, HEAD, NOOR, TO_SDR


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def publish(folder: Folder, url: str, kind: str, *more: str) -> int:
    return run([kind, "publish", str(folder.path / f"{kind}.toml"), "--database", url, *more])


def current(url: str) -> list[tuple[int, str, str] | None]:
    """(version, by, reason) of the policy and of the roster."""
    database = open_database(url, node="auditor")
    with database.read() as tx:
        found = [store.current(tx) for store in (policies, people)]
    database.close()
    return [v and (v.version, v.published_by, v.reason) for v in found]


def test_both_are_published_and_say_so(
    database_url: str, folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert publish(folder, database_url, "roster", "--by", "mara", "--reason", "spring") == 0
    assert publish(folder, database_url, "policy") == 0
    out, err = capsys.readouterr()
    first, second = out.splitlines()
    assert first.startswith("roster version 1 is now current (") and second.startswith(
        "policy version 1 is now"
    )
    assert err == ""
    assert current(database_url) == [(1, "cli", ""), (1, "mara", "spring")]


def test_the_same_again_is_no_new_version(
    database_url: str, folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert publish(folder, database_url, "roster") == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("roster version 1 was current already: nothing was changed (")


def test_a_policy_that_is_wrong_ends_with_one_and_every_reason(
    database_url: str, folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder.write(
        "policy.toml", HEAD + TO_SDR.replace('"sdr"', '"sdx"').replace('"call"', '"cal"') + CATCH_ALL
    )
    assert publish(folder, database_url, "policy") == 1
    out, err = capsys.readouterr()
    said = err.splitlines()
    assert (out, said[-1]) == ("", "firstright: nothing was published")
    assert [line.rpartition("[")[2] for line in said[:-1]] == ["pool.unknown]", "action.unknown]"]
    assert all(line.startswith(f"firstright: {path}:") for line in said[:-1])
    assert current(database_url) == [None, None]


def test_a_roster_the_policy_cannot_work_with_ends_with_one(
    database_url: str, folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.write("policy.toml", HEAD.replace('tell = ["ada"]', 'tell = ["kim"]') + TO_SDR + CATCH_ALL)
    assert [publish(folder, database_url, kind) for kind in ("roster", "policy")] == [0, 0]
    folder.write("roster.toml", CALENDARS + ADA + NOOR)
    assert publish(folder, database_url, "roster") == 1
    assert "nothing was published" in capsys.readouterr().err
    assert current(database_url) == [(1, "cli", ""), (1, "cli", "")]


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (["policy", "publish", "no.toml"], 2, "there is no such policy file"),
        (["roster", "publish", "."], 2, "this is a directory, not a roster file"),
        (["policy", "publish"], 2, "Missing argument 'POLICY'"),
    ],
)
def test_a_file_that_is_not_there_ends_with_two(
    tmp_path: Path, arguments: list[str], code: int, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    assert run([*arguments, "--database", url]) == code
    assert reason in capsys.readouterr().err
    assert not (tmp_path / "new.db").exists()


def test_a_database_of_no_known_kind_ends_with_78(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    assert publish(folder, "mysql://nowhere", "policy") == 78
    assert "database" in capsys.readouterr().err
