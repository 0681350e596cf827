"""firstright list: imported from the command line, also beside a server; bad rows are told with line and reason."""

from pathlib import Path

import pytest

from cli.trials import AT, Folder
from firstright.cli.app import run
from firstright.core.documents.listfile import listed
from routing import CATCH_ALL, HEAD
from web.test_serving import Serving

FILES = (("policy", "policy.toml"), ("roster", "roster.toml"), ("lead", "lead.json"))

BOTH = listed("emea", ["acme.example", "hill.example"])
ONE = listed("emea", ["acme.example"])
SHARED = "is where anybody may have a mailbox or a page: it names no company"


def told(capsys: pytest.CaptureFixture[str], url: str, *arguments: str) -> tuple[int, list[str], list[str]]:
    code = run(["list", *arguments, "--database", url])
    said = capsys.readouterr()
    return code, said.out.splitlines(), said.err.splitlines()


def test_a_list_is_imported_what_could_not_be_used_is_told_and_it_can_be_shown(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text("Name,Site\nAcme,www.acme.example\nFree,gmail.com\nHill,hill.example\n")
    named = ("import", "emea", str(file), "--column", "site")
    said = 'list emea: 2 domains of column "Site", 1 rows left out; it'
    toml = ["[lists.emea]", f'hash = "{BOTH.hash}"']
    wrong = [f'{file}:3: {SHARED} (got string "gmail.com")']
    assert told(capsys, database_url, *named) == (0, [f"{said} is imported", *toml], wrong)
    assert told(capsys, database_url, *named) == (0, [f"{said} was imported before", *toml], wrong)
    assert told(capsys, database_url, "show", "emea") == (0, ["acme.example", "hill.example"], [])
    code, lines, _ = told(capsys, database_url, "show")
    assert (code, len(lines)) == (0, 1)
    assert lines[0].startswith(f"emea                      {BOTH.hash}  ")
    assert lines[0].endswith("  2 domains")


def test_mistakes_are_sentences(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "none.csv").write_text("domain\ngmail.com\n")
    (tmp_path / "other.csv").write_text("Name,City\nAcme,Berlin\n")
    for arguments, said in (
        (("import", "a b", str(tmp_path / "none.csv")), "a b: a list's name has letters"),
        (("import", "emea", str(tmp_path / "none.csv")), f"2: {SHARED}"),
        (("import", "emea", str(tmp_path / "other.csv")), "the file has no column called domain"),
        (("import", "emea", str(tmp_path / "gone.csv")), "there is no such list file"),
        (("show", "emea"), "emea: no such list"),
    ):
        code, out, err = told(capsys, database_url, *arguments)
        assert (code != 0, out) == (True, [])
        assert said in "\n".join(err)


def test_beside_a_server_it_is_imported_by_the_server(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "one.csv").write_text("domain\nacme.example\n")
    url = f"sqlite:///{tmp_path / 'workspace.db'}"
    serving = Serving(url)
    try:
        code, lines, wrong = told(capsys, url, "import", "emea", str(tmp_path / "one.csv"))
    finally:
        serving.stopped()
    assert (code, lines[-1], wrong) == (0, f'hash = "{ONE.hash}"', [])


NAMED = """
[lists.emea]
hash = "{hash}"

[[territory]]
id = "theirs"
plan = "accounts"
send_to = {{ rep = "noor" }}
accounts_from = ["emea"]

[[rule]]
id = "named"
tier = "first"
when = {{}}
send_to = {{ territory = "accounts" }}
"""


def test_a_trial_is_given_the_lists_that_the_policy_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Folder(tmp_path)
    folder.write("policy.toml", HEAD + NAMED.format(hash=ONE.hash) + CATCH_ALL)
    right, other = (
        folder.write("a.csv", "domain\nacme.example\n"),
        folder.write("b.csv", "domain\nhill.example\n"),
    )
    trial = [f"--{name}={tmp_path / file}" for name, file in FILES] + [f"--at={AT}"]

    def routed(*lists: str) -> tuple[int, str]:
        code = run(["route", *trial, *[f"--list={given}" for given in lists]])
        said = capsys.readouterr()
        return code, said.out + said.err

    assert "Noor Haddad" in routed(f"emea={right}")[1]
    missing, another, unnamed = routed(), routed(f"emea={other}"), routed(f"emea={right}", "apac")
    assert [code for code, _ in (missing, another, unnamed)] == [2, 2, 2]
    assert "give its file with --list emea=FILE.csv" in missing[1]
    assert f"lists other domains than the version the policy names ({ONE.hash[:12]})" in another[1]
    assert "--list apac: the policy names no such list" in unnamed[1]
