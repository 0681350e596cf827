"""`firstright policy lint`: one line a finding, its place first, and an exit code a build can trust."""

import json
from pathlib import Path

import pytest
from trials import Folder

from firstright.cli.app import run
from routing import ADA, CALENDARS, CATCH_ALL, HEAD, KIM, TO_SDR

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def line_of(text: str, beginning: str) -> int:
    return next(i for i, line in enumerate(text.splitlines(), 1) if line.startswith(beginning))


@pytest.mark.parametrize("name", [path.name for path in sorted((EXAMPLES / "policies").glob("*.toml"))])
def test_the_examples_are_sound(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    policy, roster = str(EXAMPLES / "policies" / name), str(EXAMPLES / "rosters" / name)
    assert run(["policy", "lint", policy, "--roster", roster]) == 0
    assert capsys.readouterr() == (f"{policy}: nothing to complain about\n", "")


def test_errors_are_printed_as_a_compiler_does(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    text = HEAD + TO_SDR.replace('"sdr"', '"sdx"') + CATCH_ALL
    path = folder.write("policy.toml", text)
    assert run(["policy", "lint", path]) == 1
    out, err = capsys.readouterr()
    place = line_of(text, 'send_to = { pool = "sdx" }')
    assert (
        f'{path}:{place}: error: The pool "sdx" is not known; did you mean "sdr"? [pool.unknown]'
        in out.splitlines()
    )
    assert err == ""


def test_errors_come_first_and_are_counted(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    text = HEAD + TO_SDR + CATCH_ALL.replace("when = {}", 'when = { country = "Germany" }')
    path = folder.write("policy.toml", text)
    assert run(["policy", "lint", path]) == 1
    lines = capsys.readouterr().out.splitlines()
    kinds = [line.split(": ")[1] for line in lines[:-1]]
    assert kinds == sorted(kinds)
    errors, warnings = kinds.count("error"), kinds.count("warning")
    assert (
        lines[-1]
        == f"{errors} error{'' if errors == 1 else 's'}, {warnings} warning{'' if warnings == 1 else 's'}"
    )


def test_warnings_alone_are_no_failure(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    """A rule behind one that takes everything is never reached, and nobody dies of it."""
    behind = (
        '\n[[rule]]\nid = "behind"\ntier = "first"\nwhen = { country = "DE" }\nsend_to = { queue = "desk" }\n'
    )
    path = folder.write("policy.toml", HEAD + TO_SDR + behind + CATCH_ALL)
    assert run(["policy", "lint", path]) == 0
    out = capsys.readouterr().out
    assert ": warning: " in out and ": error: " not in out


def test_findings_in_the_roster_name_the_roster(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    policy = str(folder.path / "policy.toml")
    roster = folder.write("roster.toml", CALENDARS + ADA + KIM.replace('"berlin"', '"mars"'))
    assert run(["policy", "lint", policy, "--roster", roster]) == 1
    lines = [line for line in capsys.readouterr().out.splitlines() if "calendar" in line]
    assert lines and all(line.startswith(f"{roster}:") for line in lines)


def test_json_holds_the_same_findings(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder.write("policy.toml", HEAD + TO_SDR.replace('"sdr"', '"sdx"') + CATCH_ALL)
    assert run(["policy", "lint", path, "--json"]) == 1
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert ("pool.unknown", "error", path) in [(f["code"], f["severity"], f["file"]) for f in findings]


def test_a_line_is_never_wrapped(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    (folder.path / ("x" * 200)).mkdir()
    path = folder.write(f"{'x' * 200}/policy.toml", HEAD + TO_SDR.replace('"sdr"', '"sdx"') + CATCH_ALL)
    run(["policy", "lint", path])
    found = capsys.readouterr().out.splitlines()[:-1]
    assert found and all(line.startswith(path) and line.endswith("]") for line in found)


def test_a_file_that_is_no_toml_is_told_with_its_line(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    path = folder.write("policy.toml", "[policy]\nname = \n")
    assert run(["policy", "lint", path]) == 1
    assert capsys.readouterr().out.startswith(f"{path}:2: error: ")
