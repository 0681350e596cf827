"""firstright accounts: extracts from the command line, also beside a server; what is wrong is told and taken home."""

import csv
from pathlib import Path

import pytest

from chaos.scene import POLICY, reps, roster
from firstright.cli.app import run
from web.test_serving import Serving

SHEET = (
    "Account ID,Name,Domains,Owner,Country\n"
    "A-1,Hill,hill.example,rep0,DE\n"
    ",No id,,rep0,DE\n"
    "A-2,=Dale(),gmail.com,somebody,Atlantis\n"
)
COUNTS = "accounts.csv: sheet account records; 3 rows: 2 created, 1 refused."


def told(capsys: pytest.CaptureFixture[str], url: str, *arguments: str) -> tuple[int, list[str], str]:
    code = run(["accounts", *arguments, "--database", url])
    said = capsys.readouterr()
    return code, [line for line in said.out.splitlines() if "rows/s" not in line], said.err


@pytest.fixture
def folder(database_url: str, tmp_path: Path) -> Path:
    (tmp_path / "accounts.csv").write_text(SHEET)
    (tmp_path / "roster.toml").write_text(roster(reps(2)))
    (tmp_path / "policy.toml").write_text(POLICY)
    assert run(["roster", "publish", str(tmp_path / "roster.toml"), "--database", database_url]) == 0
    return tmp_path


def test_an_extract_is_tried_brought_in_and_its_bad_rows_are_taken_home(
    database_url: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = str(folder / "accounts.csv"), folder / "wrong.csv"
    capsys.readouterr()
    code, lines, _ = told(capsys, database_url, "import", file, "--system", "sheet", "--dry-run")
    assert (code, lines[0]) == (1, COUNTS.replace("2 created, 1", "would be 2 created, 1"))
    assert lines[1] == "  record 2 (refused): Account ID: a record without an id cannot be told from others"
    code, lines, _ = told(capsys, database_url, "import", file, "--system", "sheet", "--errors", str(out))
    assert (code, lines[0]) == (1, COUNTS)
    assert "  1 owner is nobody of ours: 1 accounts and 0 opportunities count as without owner." in lines
    with out.open(encoding="utf-8-sig", newline="") as taken:
        rows = list(csv.DictReader(taken))
    assert [(row["firstright record"], row["firstright outcome"], row["Name"]) for row in rows] == [
        ("2", "refused", "No id"),
        ("3", "created", "'=Dale()"),
    ]
    assert "Country: no country of that name or code" in rows[1]["firstright problems"]
    code, lines, _ = told(capsys, database_url, "import", file, "--system", "sheet")
    assert "was imported before under this map" in lines[0]


def test_owners_are_listed_and_one_is_said_to_be_a_rep(
    database_url: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told(capsys, database_url, "import", str(folder / "accounts.csv"), "--system", "sheet")
    assert told(capsys, database_url, "owners") == (
        0,
        ["sheet rep0 rep0: is rep0 (by id)", "sheet somebody: 1 accounts, 0 contacts, 0 opportunities"],
        "",
    )
    said = told(capsys, database_url, "owner", "sheet", "somebody", "rep1")
    assert said == (0, ["somebody is rep1; 1 records have another owner now"], "")
    for arguments, wrong in (
        (("sheet", "nobody", "rep1"), "sheet has no owner nobody"),
        (("sheet", "somebody", "rep9"), "the roster has no rep rep9"),
    ):
        code, out, err = told(capsys, database_url, "owner", *arguments)
        assert (code != 0, out, wrong in err) == (True, [], True)


def test_a_file_nobody_knows_is_refused_with_what_to_say(
    database_url: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = told(capsys, database_url, "import", str(folder / "accounts.csv"))
    assert (code != 0, out) == (True, [])
    assert "holds account records; say whose they are with --system NAME" in err
    code, out, err = told(capsys, database_url, "import", str(folder / "gone.csv"))
    assert (code != 0, "is not there" in err) == (True, True)


def test_beside_a_server_it_says_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    url = f"sqlite:///{tmp_path / 'workspace.db'}"
    (tmp_path / "accounts.csv").write_text(SHEET)
    (tmp_path / "roster.toml").write_text(roster(reps(2)))
    assert run(["roster", "publish", str(tmp_path / "roster.toml"), "--database", url]) == 0
    serving = Serving(url)
    try:
        capsys.readouterr()
        file = str(tmp_path / "accounts.csv")
        code, lines, _ = told(
            capsys, url, "import", file, "--system", "sheet", "--errors", str(tmp_path / "out.csv")
        )
        assert (code, lines[0]) == (1, COUNTS)
        assert (tmp_path / "out.csv").read_bytes().count(b"\r\n") == 3
        code, lines, _ = told(capsys, url, "owner", "sheet", "somebody", "rep1")
        assert (code, lines) == (0, ["somebody is rep1; 1 records have another owner now"])
    finally:
        serving.stopped()
