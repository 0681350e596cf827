"""`firstright demo --once`: a workspace of its own with everything decided and shown; a second time changes nothing."""

import io
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from chaos.scene import broken, replayed
from desk.files import left
from desk.office import office
from firstright.cli.app import run
from firstright.core.replay import Verdict

COUNTS = "inbound.csv: 596 records: 534 created, 57 merged, 4 quarantined, 1 unchanged."


class Demo:
    """One folder in which the demo ran; what it printed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said = self.run()

    def run(self) -> list[str]:
        out = io.StringIO()
        with redirect_stdout(out):
            assert run(["demo", "--once", "--folder", str(self.folder)]) == 0
        return out.getvalue().splitlines()

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'firstright.db'}"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    yield Demo(tmp_path_factory.mktemp("demo") / "workspace")


def rows(said: list[str], title: str) -> list[list[str]]:
    """The rows below a title until the next blank line, by column."""
    start = said.index(title) + 1
    end = next(i for i in range(start, len(said)) if not said[i].strip())
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in said[start:end]]


def test_it_says_what_became_of_the_leads(demo: Demo) -> None:
    assert demo.said[0] == f"Workspace in {demo.folder}/ (delete the folder to start again)."
    assert COUNTS in demo.said
    outcomes = rows(demo.said, "Outcomes by rule")
    assert outcomes[0] == ["outcome", "why", "leads"]
    assert ["owner", "Small companies in EMEA"] in [row[:2] for row in outcomes]
    assert sum(int(row[2]) for row in outcomes[1:]) == 534


def test_it_shows_turns_beside_what_each_was_entitled_to(demo: Demo) -> None:
    shares = [
        row for row in rows(demo.said, "Turns beside target share")[1:] if not row[0].startswith("Turns")
    ]
    off = [next(cell for cell in row if cell[0] in "+-" and "." in cell) for row in shares]
    assert len(shares) == 13
    assert all(abs(float(each)) < 1 for each in off)


def test_it_shows_what_waits_for_a_person_and_which_values_were_no_use(demo: Demo) -> None:
    assert ["owner conflict", "3"] in rows(demo.said, "Waiting for a person")
    problems = dict(rows(demo.said, "Values that could not be used (kept, and unknown to rules)")[1:-1])
    assert problems["phone.unparseable"] == "18"
    assert any(line.strip().startswith("From arrival to commit: ") for line in demo.said)


def test_the_question_at_its_end_has_an_answer(demo: Demo, capsys: pytest.CaptureFixture[str]) -> None:
    command = next(line for line in demo.said if "--database" in line).split()
    assert run(command[1:]) == 0
    assert "OWNER" in capsys.readouterr().out.upper()


def test_what_it_leaves_behind_is_sound_and_a_second_time_changes_nothing(demo: Demo) -> None:
    with office(demo.url, published=False) as here:
        before = left(here.desk)
        versions = here.rows("SELECT policy_version, roster_version FROM turn")
        assert broken(here.desk.database) == []
        assert set(replayed(here.desk.database)[0]) == {Verdict.EQUAL}
    again = demo.run()
    assert "inbound.csv was imported before under this map: nothing was changed." in again
    assert COUNTS in again
    assert rows(again, "Outcomes by rule") == rows(demo.said, "Outcomes by rule")
    with office(demo.url, published=False) as here:
        assert left(here.desk) == before
        assert here.rows("SELECT policy_version, roster_version FROM turn") == versions == [(1, 1)]
