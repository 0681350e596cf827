"""The page about fairness: its worked example comes out, its bound is the one that is measured, its table knows every rule."""

import re
from pathlib import Path

from firstright.core.assignment import credit
from firstright.core.pools import LEAD
from firstright.core.world import PoolStanding
from firstright.simulate.fairness.peers import PEERS
from firstright.simulate.fairness.play import METHODS
from firstright.simulate.fairness.scattered import scattered
from firstright.web.console.teamseen import owed

PAGE = (Path(__file__).parents[2] / "docs" / "fairness.md").read_text("utf-8")
TURNS = re.compile(r"^\| (\d) \| ([ABC]) \| (\S+) \| (\S+) \| (\S+) \|$", re.MULTILINE)
PLAYED = re.compile(r"^\| ([a-z -]+) \|((?: [+−0-9.,/ ]+ \|){7})$", re.MULTILINE)


def test_the_worked_example_comes_out_lead_by_lead() -> None:
    weights = (5, 1, 1)
    standing = credit.align(PoolStanding(), ("A", "B", "C"))
    rows = []
    for lead in range(1, 8):
        won = credit.winner(standing, weights, (0, 1, 2), LEAD)
        standing = credit.turn(standing, weights, (0, 1, 2), won, LEAD)
        rows.append((str(lead), "ABC"[won], *(owed(each) for each in standing.credit)))
    assert TURNS.findall(PAGE) == rows


def test_the_deviation_under_chance_is_the_one_that_is_measured() -> None:
    found = scattered(1)
    assert f"{max(found.even, found.uneven) / LEAD:.2f} leads" in PAGE
    assert f"{found.seeds} seeds".replace("10", "ten") in PAGE
    assert max(found.even, found.uneven) < 1.5 * LEAD


def test_the_table_has_every_method_and_every_rule_of_others_in_order() -> None:
    assert [name for name, _ in PLAYED.findall(PAGE)] == [
        *(method.value for method in METHODS),
        *(peer(1).name for peer in PEERS),
    ]
