"""The command itself: help, version, usage mistakes, unreadable files, and a reader that stops reading."""

import subprocess
import sys
from pathlib import Path

import pytest
from trials import Folder

from firstright import __version__
from firstright.cli.app import run
from firstright.cli.exits import Stop
from firstright.cli.files import LARGEST, read_text


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_help_lists_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    out = capsys.readouterr().out
    assert [name for name in ("route", "why", "policy") if f"\n  {name} " not in out] == []


def test_help_does_not_load_what_it_does_not_need() -> None:
    """Half of its time would go there; which modules are loaded is what can be tested without a clock."""
    code = (
        "import sys; from firstright.cli.app import run; run(['--help']);"
        "sys.exit([m for m in ('msgspec', 'rich', 'babel', 'sqlalchemy', 'fastapi', 'pydantic') if m in sys.modules] or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"firstright {__version__}\n"


@pytest.mark.parametrize("arguments", [["ruote"], ["route"], ["route", "--nonsense"], ["policy", "lint"]])
def test_usage_mistakes_end_with_code_two_and_no_trace(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert (out, "Traceback" in err, "Error: " in err) == ("", False, True)


def test_a_missing_file_is_told(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    assert folder.trial("route", policy="nope.toml") == 2
    path = folder.path / "nope.toml"
    assert capsys.readouterr() == ("", f"firstright: {path}: there is no such policy file\n")


def test_a_directory_is_told(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    assert folder.trial("route", lead=".") == 2
    assert capsys.readouterr().err.endswith("this is a directory, not a lead file\n")


def test_text_that_is_not_utf_8_is_told_with_its_line(folder: Folder) -> None:
    path = folder.write("policy.toml", b'[policy]\nname = "Caf\xe9"\n')
    with pytest.raises(Stop) as stop:
        read_text(path, "policy")
    assert stop.value.lines == (f"{path}:2: the policy file is not UTF-8: byte 20 cannot be read",)


def test_a_word_that_is_not_utf_8_is_told(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    asked = [
        "accounts",
        "owner",
        "crm",
        "J\udcf6rg",
        "ada",
        "--database",
        f"sqlite:///{folder.path / 'w.db'}",
    ]
    assert run(asked) == 2
    assert capsys.readouterr().err == "firstright: J�rg: is not UTF-8, as this terminal sends it\n"


def test_a_byte_order_mark_is_passed_over(folder: Folder) -> None:
    assert read_text(folder.write("x.toml", b"\xef\xbb\xbfname = 1\n"), "policy") == "name = 1\n"


def test_a_file_that_is_too_large_is_told(folder: Folder) -> None:
    path = folder.write("big.toml", b"#" * (LARGEST + 1))
    with pytest.raises(Stop) as stop:
        read_text(path, "policy")
    assert stop.value.lines == (f"{path}: the policy file is larger than 16 MiB",)


def test_a_name_with_a_null_character_is_told() -> None:
    with pytest.raises(Stop) as stop:
        read_text("a\0b", "policy")
    assert stop.value.code == 2


def test_a_reader_that_has_seen_enough_is_no_error(folder: Folder) -> None:
    """`firstright why ... | head -1`"""
    names = {"policy": "policy.toml", "roster": "roster.toml", "lead": "lead.json"}
    paths = [part for name, file in names.items() for part in (f"--{name}", str(folder.path / file))]
    command = [sys.executable, "-m", "firstright", "why", *paths, "--at", "2026-03-02T09:00:00Z"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        err = process.stderr.read()
        assert (process.wait(), err) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_an_output_that_cannot_be_written_is_told_without_a_trace(folder: Folder) -> None:
    command = [sys.executable, "-m", "firstright", "policy", "lint", str(folder.path / "policy.toml")]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (78, "firstright: No space left on device\n")


def test_an_output_that_is_closed_is_no_error(folder: Folder) -> None:
    """`firstright policy lint ... >&-`: its exit code is what was wanted."""
    command = f"exec '{sys.executable}' -m firstright policy lint '{folder.path / 'policy.toml'}' >&-"
    done = subprocess.run(["sh", "-c", command], stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_folder_that_cannot_be_made_is_told(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder.write("taken", "a file")
    assert run(["demo", "--once", "--folder", file]) == 78
    assert capsys.readouterr().err == f"firstright: {file}: File exists\n"


def test_what_is_quoted_from_a_file_moves_no_cursor_and_begins_no_line(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder.write("hostile.toml", '["\\u001b[31mred\\nfirstright: all is well"]\nx = 1\n')
    assert run(["policy", "publish", file, "--database", f"sqlite:///{folder.path / 'a.db'}"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line for line in lines if "\x1b" in line or line == "firstright: all is well"] == []


@pytest.mark.parametrize("command", ["verify", "why somebody", "replay --all", "key list"])
def test_a_database_that_is_not_there_is_named_with_what_makes_it_and_is_not_made(
    folder: Folder, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = folder.path / "nobody.db"
    assert run([*command.split(), "--database", f"sqlite:///{file}"]) == 78
    told = f"firstright: {file} is not there: firstright serve or demo makes it\n"
    assert (capsys.readouterr().err, file.exists()) == (told, False)


@pytest.mark.parametrize("url", ["sqlite:///", "sqlite:////", "sqlite:///."])
def test_a_database_without_a_file_is_a_mistake_in_the_settings(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["verify", "--database", url]) == 78
    assert capsys.readouterr().err == "firstright: database: names no file: write sqlite:///PATH\n"


def test_a_setting_that_is_misspelt_is_refused_and_not_passed_over(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else the leads would go into a file of the default name."""
    monkeypatch.setenv("FIRSTRIGHT_DATABSE", "sqlite:///leads.db")
    monkeypatch.setenv("FIRSTRIGHT_PORT", "none")  # told in our words, and not in a library's
    assert run(["verify"]) == 78
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("firstright: FIRSTRIGHT_DATABSE: is no setting; there are FIRSTRIGHT_DATABASE, ")
    assert second == "firstright: port: is not a whole number"


@pytest.mark.parametrize(
    ("name", "source", "reason"),
    [
        ("x", "s" * 101, "--source: has more than 100 characters"),
        ("a\x1b[31mb", "web", "--name: has characters that cannot be seen"),
        (" ", "web", "--name and --source are texts with something in them"),
    ],
)
def test_a_key_has_a_name_and_a_source_that_can_be_read_and_kept(
    folder: Folder, name: str, source: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{folder.path / 'a.db'}"
    assert run(["key", "new", "--name", name, "--source", source, "--database", url]) == 2
    assert capsys.readouterr().err == f"firstright: {reason}\n"
