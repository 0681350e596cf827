"""`firstright import`: what it says, and how it ends."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from trials import Folder

from desk.files import HEADER, MAP, row
from desk.office import office
from firstright.cli.app import run
from patience import PATIENCE

FINE = HEADER + row("anna") + row("ben") + row("anna")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    found = Folder(tmp_path)
    found.write("map.toml", MAP.replace("{head}", ""))
    found.write("fair.csv", FINE)
    return found


@pytest.fixture
def url(database_url: str) -> str:
    """A workspace with the small team and its rules."""
    with office(database_url):
        return database_url


def import_(folder: Folder, url: str, *more: str, file: str = "fair.csv", map: str = "map.toml") -> int:
    files = [str(folder.path / file), "--map", str(folder.path / map)]
    return run(["import", *files, "--database", url, *more])


def test_a_file_is_imported_and_counted(url: str, folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    assert import_(folder, url) == 0
    assert capsys.readouterr().out.splitlines() == ["fair.csv: 3 records: 2 created, 1 merged."]


def test_the_same_file_again_is_told_and_is_no_failure(
    url: str, folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert [import_(folder, url), import_(folder, url)] == [0, 0]
    assert capsys.readouterr().out.splitlines()[1:] == [
        "fair.csv was imported before under this map: nothing was changed.",
        "fair.csv: 3 records: 2 created, 1 merged.",
    ]


def test_records_that_are_no_leads_end_it_with_one(
    url: str, folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.write("fair.csv", FINE + "Ragged\n")
    assert import_(folder, url) == 1
    assert capsys.readouterr().out.splitlines() == [
        "fair.csv: 4 records: 2 created, 1 merged, 1 quarantined."
    ]


def test_history_and_a_lane_of_its_own(url: str, folder: Folder) -> None:
    assert import_(folder, url, "--history", "--lane", "list") == 0
    with office(url, published=False) as here:
        assert here.rows("SELECT DISTINCT lane FROM ledger") == [("list",)]
        [(when,)] = here.rows("SELECT DISTINCT as_of FROM decision WHERE cause = 'arrived'")
        assert str(when)[:16].replace(" ", "T") == "2026-03-02T09:00"


@pytest.mark.parametrize(
    ("file", "text", "code", "reasons"),
    [
        ("fair.csv", "First Name,Intent\nAnna,demo\n", 1, ["When", "E-Mail", "Phone"]),
        ("fair.csv", b"PK\x03\x04", 1, ["this is a ZIP or Excel file"]),
        ("map.toml", MAP.replace("{head}", "").replace('"email"', '"emial"'), 1, ['did you mean "email"?']),
        ("map.toml", "[", 1, ["map.toml:1"]),
    ],
)
def test_what_cannot_be_used_is_said_with_every_reason_and_nothing_is_imported(
    url: str,
    folder: Folder,
    file: str,
    text: str | bytes,
    code: int,
    reasons: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder.write(file, text)
    assert import_(folder, url) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert all(reason.casefold() in err.casefold() for reason in reasons)
    assert all(line.startswith("firstright: ") for line in err.splitlines() if line.strip())
    with office(url, published=False) as here:
        assert here.rows("SELECT count(*) FROM import") == [(0,)]


@pytest.mark.parametrize("missing", ["file", "map"])
def test_a_file_that_is_not_there_ends_with_two(
    url: str, folder: Folder, missing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert import_(folder, url, **{missing: "no.such"}) == 2
    assert "no.such" in capsys.readouterr().err


def test_a_broken_off_command_goes_on_where_it_was(
    tmp_path: Path, folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'workspace.db'}"
    with office(url):
        pass
    text = "".join(row(f"p{n}") for n in range(20))
    folder.write("fair.csv", HEADER + text)
    script = [
        sys.executable,
        "-m",
        "desk.killed",
        url,
        str(folder.path / "fair.csv"),
        "2026-03-02T10:00+00:00",
        "5",
        "history",
    ]
    ended = subprocess.run(script, cwd=Path(__file__).parents[1], check=False, timeout=PATIENCE)
    assert ended.returncode == -signal.SIGKILL
    assert import_(folder, url, "--history") == 0
    assert capsys.readouterr().out.splitlines() == [
        "fair.csv: resumed; 5 records had been taken before.",
        "fair.csv: 20 records: 20 created.",
    ]


DATED = MAP.replace("{head}", "") + 'date = "infer"\ntime = "09:00"\nzone = "UTC"\n'


@pytest.mark.parametrize(
    ("second", "code"), [("31/12/2025", 0), ("04/05/2025", 1)], ids=["a row decides", "no row decides"]
)
def test_a_map_may_leave_the_format_of_dates_to_the_file(
    url: str, folder: Folder, capsys: pytest.CaptureFixture[str], second: str, code: int
) -> None:
    folder.write("dated.csv", HEADER + row("anna", "03/04/2025") + row("ben", second))
    folder.write("dated.toml", DATED)
    assert import_(folder, url, file="dated.csv", map="dated.toml") == code
    said = capsys.readouterr()
    if code:
        assert said.err.splitlines()[-1] == (
            f'firstright: {folder.path / "dated.csv"}: column "when": "03/04/2025" can be read two ways and no row '
            "decides it: say which with %d/%m/%Y or %m/%d/%Y"
        )
    else:
        assert said.out.splitlines() == ["dated.csv: 2 records: 2 created."]
