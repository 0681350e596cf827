"""Every console example in the docs is run, in order, and says what the page says it says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
SERVES = re.compile(
    r"firstright serve --port (\d+).* & sleep"
)  # a busy machine takes longer than a reader's seconds
MARK = "::firstright-docs::"
PAGES = [
    page
    for page in (*sorted((ROOT / "docs").glob("*.md")), ROOT / "README.md")
    if BLOCK.search(page.read_text())
]


def steps(page: Path) -> list[tuple[str, list[str]]]:
    """Commands with the lines they must print; `make` is run by whoever runs the tests."""
    found: list[tuple[str, list[str]]] = []
    for block in BLOCK.findall(page.read_text()):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return [(command, lines) for command, lines in found if not command.startswith("make ")]


def said(wanted: list[str], got: str) -> bool:
    """Whether the output is what the page shows; "..." stands for anything."""
    pattern = r"\s*".join(re.escape(line).replace(r"\.\.\.", ".*") for line in wanted)
    return re.fullmatch(pattern + r"\s*", got, re.DOTALL) is not None


def run(page: Path, folder: Path) -> list[str]:
    """What each command printed. All run in one shell, as a reader would."""
    script = ["set -e", "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT"]
    for command, _ in steps(page):
        served = SERVES.search(command)
        up = f"until curl -s -o answer http://127.0.0.1:{served[1]}; do sleep 0.2; done" if served else "true"
        script += [command, up, f"printf '\\n{MARK}\\n'"]
    env = {k: v for k, v in os.environ.items() if not k.startswith("FIRSTRIGHT_")}
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    done = subprocess.run(
        ["bash", "-c", "\n".join(script)], cwd=folder, env=env, capture_output=True, text=True, timeout=600
    )
    outputs = [part.strip("\n") for part in done.stdout.split(MARK)][: len(steps(page))]
    assert done.returncode == 0, (
        f"{steps(page)[len(outputs) - 1][0]}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    )
    return outputs


@pytest.mark.skipif(
    shutil.which("curl") is None, reason="the docs show curl, which this machine does not have"
)
@pytest.mark.parametrize("page", [p for p in PAGES if steps(p)], ids=lambda page: page.name)
def test_a_page_says_what_its_commands_say(page: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    outputs = run(page, tmp_path)
    wrong = [
        (command, wanted, got)
        for (command, wanted), got in zip(steps(page), outputs, strict=True)
        if wanted and not said(wanted, got)
    ]
    assert wrong == []


def test_the_comparison_can_fail() -> None:
    assert said(["a ... c", "..."], "a b c\nmore\nlines")
    assert not said(["a ... c"], "a b d")
