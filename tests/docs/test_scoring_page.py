"""The page about scores: its fading comes out, its policy reads, its codes are all there are, its figures are those measured."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from firstright.cli.app import run
from firstright.core.documents.policyfile import read_policy
from firstright.core.drift import FEW, MOVED, OFF, SHIFTED
from firstright.core.fading import STEPS, Fading
from firstright.core.trail import MOST
from firstright.desk.watch.scoreboard import MOST as READ
from firstright.simulate.learning import leakage

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "scoring.md").read_text("utf-8")
BANK = ROOT.parent / "shared" / "data" / "leads" / "bank_marketing" / "bank_market.csv.gz"
THEN = datetime(2026, 3, 2, tzinfo=UTC)


def test_points_fade_as_the_table_says() -> None:
    days, left = (
        [int(cell) for cell in row.split("|")[2:-1]]
        for row in re.findall(r"^\| (?:days|left) \|.*$", PAGE, re.MULTILINE)
    )
    fading = Fading(40, timedelta(days=7))
    assert [fading.at(THEN, THEN + timedelta(days=day)) for day in days] == left
    assert f"has {STEPS} steps" in PAGE


def test_the_table_shown_can_be_published() -> None:
    shown = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)[0]
    head = '[policy]\nname = "P"\ntiers = ["segment"]\n[pools.inbound]\n'
    policy, findings = read_policy(head + shown)
    assert policy is not None and findings == ()


def test_limits_and_codes_are_those_of_the_program() -> None:
    codes = set(re.findall(r'Leak\(\s*[^,]+,\s*"([a-z-]+)"', Path(leakage.__file__).read_text("utf-8")))
    assert set(re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.MULTILINE)) == codes
    for said in (
        f"from {MOVED} it has *moved*, from {SHIFTED} it has *shifted*",
        f"where it is {OFF} above",
        f"fewer than {FEW} leads",
        f"newest {MOST} engagements",
        f"newest {READ:,} and 10,000",
        f"AUC of {leakage.TELLS_ALL}",
        f"more than {leakage.APPEARS_LATER:.0%}".replace("%", " %"),
    ):
        assert said in PAGE, said


@pytest.mark.slow
@pytest.mark.skipif(not BANK.exists(), reason="the shared data are not here")
def test_the_figures_are_those_that_are_measured(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sklearn", reason="the extra ml is not installed")
    monkeypatch.chdir(ROOT)
    command = re.findall(r"^firstright (score check .*?)$\nrefused", PAGE, re.MULTILINE | re.DOTALL)[0]
    words = command.replace("\\\n", " ").replace("bank_market.csv.gz", str(BANK)).split()
    assert run(words[: words.index("--plot")]) == 0
    out = capsys.readouterr().out
    measured = re.findall(
        r"^(model|points|base rate) +([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+)$", out, re.MULTILINE
    )
    told = re.findall(
        r"^\| [a-z ]*\| (model|points|base rate) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$",
        PAGE,
        re.MULTILINE,
    )
    assert len(told) == 6
    assert told == measured
    assert all(line in out for line in re.findall(r"^refused: .*$", PAGE, re.MULTILINE))
