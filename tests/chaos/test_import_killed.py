"""A file of leads, killed at random records again and again: the same leads, owners and turns as one uninterrupted run leaves."""

import random
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from chaos.scene import broken
from desk.files import HEADER, importing, left, owners, row, turns
from desk.office import PEOPLE, RULES, office
from patience import PATIENCE

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
SEED, LEADS = 11, 300
# What a lead remembers of the turns it came in: how many turns there are depends on the deaths.
TURNS = re.compile(r'"(trail|engagement\.count|engagement\.last)":(\[[^]]*\]|"[^"]*"|\d+),?')


def leads() -> str:
    """Some come twice, some with other words, some are no leads."""
    draws = random.Random(SEED)
    rows = [row(f"p{draws.randrange(250)}", intent=draws.choice(["", "demo"])) for _ in range(LEADS)]
    rows.insert(100, "Ragged\n")
    rows.insert(200, row("nobody", email=""))
    return HEADER + "".join(rows)


def killed(url: str, file: Path, count: int) -> int:
    """How a process ended that imports the file and is killed when so many more records were told to be taken."""
    command = [sys.executable, "-m", "desk.killed", url, str(file), AT.isoformat(), str(count)]
    return subprocess.run(command, cwd=Path(__file__).parents[1], check=False, timeout=PATIENCE).returncode


def test_an_import_killed_again_and_again_ends_as_if_nothing_had_happened(
    database_url: str, tmp_path: Path
) -> None:
    file, straight = tmp_path / "leads.csv", f"sqlite:///{tmp_path / 'straight.db'}"
    file.write_text(leads())
    draws, deaths, found = random.Random(SEED), 0, []
    for url in (straight, database_url):
        with office(url, at=AT, published=False) as here:
            here.publish(RULES, PEOPLE)
        while url == database_url and killed(url, file, draws.randrange(20, 90)) == -signal.SIGKILL:
            deaths += 1
        with office(url, at=AT, published=False) as here:
            report = importing(here.desk, file.read_text()).run()
            assert sum(report.counts.values()) == LEADS + 2
            same = TURNS.sub("", str(left(here.desk, tables=["records", "arrivals", "imports"])))
            found.append((same, owners(here.desk), turns(here.desk), broken(here.desk.database)))
    assert deaths >= 2
    assert found[0] == found[1]
