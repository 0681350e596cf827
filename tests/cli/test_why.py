"""`firstright why` on files: every section, what one rep may see, JSON, and a terminal of a hundred columns."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console
from trials import AT, Folder

from firstright.cli import reasons, trial
from firstright.cli.app import run


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


TOLD = """\
Kim Larsen owns this lead because rule “Everybody to sales development” matched and it was their turn in Sales development.

What we already knew
  Nobody and no company we know.

Who had a claim
  Manual lock: nobody was chosen by hand.
  Do-not-assign list: neither the e-mail address nor the domain is on it.
  Open opportunity: none known.
  Account owner: no account known.
  Active handoff: none.
  Previous owner: this person is new.
  Same company: no open lead of the company.

Rules
  [first] “Everybody to sales development” (to-sdr) matches and takes the lead.
  Not reached: “rest”.

Who was asked
  sdr (Sales development): 2 of 2 can take it, it goes to Kim Larsen.
  sdr: Kim Larsen wins; credit 0 before this turn.
  sdr: Noor Haddad could take it; credit 0 before this turn.

What follows
"""


def test_every_section_is_printed(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    assert folder.trial("why") == 0
    out, err = capsys.readouterr()
    assert (out[: len(TOLD)], err) == (TOLD, "")


def test_a_rep_sees_their_own_line_and_no_colleague(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert folder.trial("why", "--rep", "noor") == 0
    out = capsys.readouterr().out
    assert "  sdr: Noor Haddad could take it; credit 0 before this turn.\n" in out
    assert "Kim" not in out


def test_a_rep_nobody_knows_is_a_mistake(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    assert folder.trial("why", "--rep", "zed") == 2
    assert capsys.readouterr() == ("", 'firstright: --rep: the roster has no rep "zed"\n')


def test_json_is_the_whole_structure(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    assert folder.trial("why", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [(r["id"], r["verdict"]) for r in told["rules"]] == [("to-sdr", "true"), ("rest", "not-reached")]
    assert [m["verdict"] for m in told["pools"][0]["members"]] == ["won", "eligible"]


def test_in_a_terminal_lines_wrap_at_its_width_and_hang(folder: Folder) -> None:
    names = [str(folder.path / name) for name in ("policy.toml", "roster.toml", "lead.json")]
    explanation = trial.explained(trial.decided(*names, "", AT, "arrived"))
    screen = io.StringIO()
    reasons.show(explanation, Console(file=screen, force_terminal=True, width=100, color_system=None))
    lines = screen.getvalue().splitlines()
    assert max(map(len, lines)) <= 100
    first = next(i for i, line in enumerate(lines) if line.startswith("  First touch is due"))
    assert lines[first + 1].startswith("    ") and not lines[first + 1].startswith("     ")


def test_without_an_id_and_without_files_it_says_what_is_missing(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["why", "--at", AT]) == 2
    assert "--policy, --roster, --lead" in capsys.readouterr().err
