"""firstright task on both databases: put down, listed, put off, ended, and what is refused."""

import json

import pytest

from cli.test_lead_command import Workspace


@pytest.fixture
def here(database_url: str, capsys: pytest.CaptureFixture[str]) -> Workspace:
    return Workspace(database_url, capsys)


def listed(here: Workspace) -> list[dict[str, object]]:
    found = json.loads(here.run("task", "list", "--rep", here.rep, "--json")[1][0])
    return [each for each in found if each["lead"] == here.lead and each["said"]]


def test_a_task_is_put_down_put_off_and_ended(here: Workspace) -> None:
    code, out, _ = here.run("task", "add", here.lead, "Ask about the crane", "--in", "4h")
    assert (code, out[0].startswith(f"lead {here.lead}: owner, with {here.rep}")) == (0, True)
    (task,) = listed(here)
    assert (task["said"], task["channel"], task["put_off"]) == ("Ask about the crane", "internal", 0)
    assert any("Ask about the crane" in line for line in here.run("task", "list")[1])
    assert here.run("task", "later", str(task["id"]), "--in", "40h")[0] == 0
    assert listed(here)[0]["put_off"] == 1
    assert here.run("task", "done", str(task["id"]))[0] == 0
    assert listed(here) == []


def test_what_is_wrong_is_said(here: Workspace) -> None:
    code, _, err = here.run("task", "add", here.lead, "Ask", "--channel", "fax")
    assert code == 2 and err[0].startswith('firstright: channel: "fax" is not known')
    assert here.run("task", "add", here.lead, "Ask", "--in", "soon")[0] == 2
    code, _, err = here.run("task", "done", here.lead)
    assert (code, "task" in err[0]) == (1, True)
