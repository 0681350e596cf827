"""`firstright fairness` on a stored workspace, and `firstright simulate fairness`: what they print and how they end."""

import json
import re

import pytest

from chaos.scene import arrival, opened, person, publish
from firstright.cli.app import run
from firstright.core.pools import LEAD


@pytest.fixture
def url(database_url: str) -> str:
    """A workspace with six leads for three reps."""
    with opened(database_url) as desk:
        publish(desk, 3)
        desk.take_in([arrival(person(n), f"event-{n}") for n in range(6)])
    return database_url


def pool_of(url: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert run(["fairness", "nobody", "--database", url]) == 2
    return capsys.readouterr().err.rpartition(": ")[2].strip().split(", ")[0]


def test_each_rep_stands_with_target_and_deviation(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fairness", pool_of(url, capsys), "--database", url]) == 0
    said = capsys.readouterr().out
    assert "6 leads counted: leads that took a turn of the pool's rotation, lane main." in said
    assert "Largest deviation 0.00 leads. Jain index of actual over target 1.0000." in said
    assert len(re.findall(r"^\w.* 2 +2\.0 +\+0\.00 +[12] *$", said, re.MULTILINE)) == 3, said


def test_programs_get_the_very_answer_of_the_api(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    pool = pool_of(url, capsys)
    assert run(["fairness", pool, "--json", "--database", url]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["pool"], told["filter"], told["counted"], told["rows_read"]) == (
        pool, {"pool": pool, "lane": "main"}, 6, 6,
    )  # fmt: skip
    assert [(rep["turns"], rep["actual"]) for rep in told["reps"]] == [(2, 2 * (LEAD - 1))] * 3
    assert set(told["period"]) == {"from", "until", "zone"}


def test_what_is_no_period_is_said(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    pool = pool_of(url, capsys)
    asked = ["fairness", pool, "--from", "2026-04-01", "--until", "2026-03-01", "--database", url]
    assert run(asked) == 2
    assert capsys.readouterr().err == "firstright: --from and --until: ends before it begins\n"
    assert run(["fairness", pool, "--from", "2020-01-01", "--until", "2020-02-01", "--database", url]) == 0
    assert "0 leads counted" in capsys.readouterr().out


def test_a_year_is_played_by_the_rules_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["simulate", "fairness", "--leads", "60", "--seed", "4", "--method", "credit"]
    assert run([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["leads"], told["seed"]) == (60, 4)
    assert [rule["rule"] for rule in told["rules"]] == [
        "credit", "lowest count in period", "least recently assigned", "random weighted", "calibrated weighted round robin",
    ]  # fmt: skip
    assert {rule["counted"] + rule["unserved"] for rule in told["rules"]} == {60}
    assert run(["simulate", "fairness", "--method", "alphabet"]) == 2
    assert "--method alphabet: one of credit, sequence" in capsys.readouterr().err
