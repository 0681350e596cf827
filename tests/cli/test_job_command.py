"""firstright job on both databases: what was given up is shown, done once more, and named by doctor."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from desk.office import Office, office
from firstright.cli.app import run
from firstright.storage import audit
from routing import DAY, HOUR, MONDAY, SATURDAY

OPENING = MONDAY + 7 * DAY - HOUR  # nine o'clock in Berlin on the Monday after SATURDAY
MISSING = "019fffff-ffff-7fff-bfff-ffffffffffff"
STATES = "SELECT state, attempts, last_error, payload FROM job WHERE id = ?"


class Workspace:
    """A lead that waits for the morning, and whose alarm was given up."""

    def __init__(self, url: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.url = url
        self._capsys = capsys
        with office(url, at=SATURDAY) as here:
            self.told = here.send("anna")
            [(name,)] = here.rows("SELECT id FROM job WHERE kind = 'decide'")
            here.change("UPDATE job SET state = 'dead', attempts = 3 WHERE kind = 'decide'")
        self.job = str(name)

    def run(self, *arguments: str) -> tuple[int, list[str], list[str]]:
        code = run([*arguments, "--database", self.url])
        told = self._capsys.readouterr()
        return code, told.out.splitlines(), told.err.splitlines()


@pytest.fixture
def here(database_url: str, capsys: pytest.CaptureFixture[str]) -> Iterator[Workspace]:
    yield Workspace(database_url, capsys)


def reopened(here: Workspace) -> Office:
    found = Office(here.url, at=OPENING + timedelta(days=36_500))
    found.desk.warm()
    return found


def test_dead_jobs_are_listed_with_what_they_were_for(here: Workspace) -> None:
    code, [line], _ = here.run("job", "list")
    lead = here.told["lead"]
    wanted = f"{here.job}  due since {OPENING:%Y-%m-%d %H:%M}  decide  hours-opened  lead {lead}  3 tries"
    assert (code, line) == (0, wanted)
    assert here.run("job", "list", "--limit", "1")[1][1:] == [f"there may be more: --after {here.job}"]
    assert here.run("job", "list", "--after", here.job)[1] == ["no job is dead"]
    assert here.run("job", "list", "--after", "x")[::2] == (2, ["firstright: --after x: is no job's id"])


@pytest.mark.parametrize("which", ["its id", "--all"])
def test_a_job_that_is_done_once_more_decides_its_lead(here: Workspace, which: str) -> None:
    asked = here.job if which == "its id" else which
    assert here.run("job", "replay", asked) == (0, ["1 job is ready again"], [])
    assert here.run("job", "list")[1] == ["no job is dead"]
    later = reopened(here)
    try:
        assert later.rows(STATES, here.job) == [("ready", 0, "", "{}")]
        with later.desk.read() as tx:
            told = [(row.actor, row.action) for row in audit.of(tx, "job", here.job)]
        assert told == [("firstright job", "replay")]
        assert [name for name, _ in later.decide(later.at)] == ["Anna"]
        assert later.rows("SELECT state FROM job WHERE id = ?", here.job) == [("done",)]
    finally:
        later.desk.close()


def test_what_is_not_dead_or_no_id_is_said(here: Workspace) -> None:
    assert here.run("job", "replay", MISSING) == (
        1, ["0 jobs are ready again"], [f"firstright: {MISSING}: is not dead, or not there"],
    )  # fmt: skip
    assert here.run("job", "replay", "x", "\x1b[2J")[::2] == (
        2, ["firstright: x: is no job's id", "firstright: \N{REPLACEMENT CHARACTER}[2J: is no job's id"],
    )  # fmt: skip
    for wrong in ((), (here.job, "--all")):
        code, _, said = here.run("job", "replay", *wrong)
        assert (code, said) == (2, ["firstright: have which ones done once more? Give ids, or --all"])
    assert here.run("job", "list")[1] != ["no job is dead"]


def test_doctor_names_the_command(here: Workspace) -> None:
    _, out, _ = here.run("doctor")
    [said] = [line for line in out if "given up" in line]
    assert said.startswith("audit       problem  1 jobs given up: ")
    assert "firstright job list shows them, firstright job replay has them done once more" in said
