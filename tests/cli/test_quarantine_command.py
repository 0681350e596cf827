"""firstright quarantine on both databases, by itself and beside a server: what is listed, shown, and let out."""

import json

import pytest

from chaos.scene import arrival, opened
from cli.test_acting_beside_a_server import beside as beside
from cli.test_acting_beside_a_server import told
from cli.test_beside_a_server import Beside
from cli.test_lead_command import MISSING, Workspace
from web.staffed import ALWAYS

NEEDS = ALWAYS + '\n[types.any]\nrequired = ["company"]\nquarantine = true\n'


@pytest.fixture
def workspace(database_url: str, capsys: pytest.CaptureFixture[str]) -> Workspace:
    found = Workspace(database_url, capsys)
    with opened(database_url) as desk:
        desk.publish_policy(NEEDS, file="policy.toml", by="mara", reason="test")
        desk.take_in([arrival({"first_name": "Eve", "email": "eve@acme.example"}, "event-2")])
    return found


def listed(workspace: Workspace) -> str:
    _, out, _ = workspace.run("quarantine", "list", "--json")
    (found,) = json.loads("\n".join(out))
    return str(found["id"])


def test_what_is_put_aside_is_listed_shown_and_let_out(workspace: Workspace) -> None:
    name = listed(workspace)
    [line] = workspace.run("quarantine", "list")[1]
    assert line.startswith(name) and line.endswith("web  company required.missing")
    shown = workspace.run("quarantine", "show", name)[1]
    assert shown[1] == "  /company: required.missing: is required for this type of lead and was not given"
    assert "eve@acme.example" in shown[2]
    assert workspace.run("quarantine", "replay", name)[1] == [
        f"{name}  stays: company required.missing",
        "0 of 1 became leads",
    ]
    with opened(workspace.url) as desk:
        desk.publish_policy(ALWAYS, file="policy.toml", by="mara", reason="test")
    code, out, _ = workspace.run("quarantine", "replay", "--all")
    assert (code, out) == (0, ["1 of 1 became leads"])
    again = workspace.run("quarantine", "replay", name)[1]
    assert again[0].endswith("; this was so before")
    assert workspace.run("quarantine", "replay", "--source", "web")[1] == ["nothing is in quarantine"]
    assert workspace.run("quarantine", "list")[1] == ["none"]
    assert [workspace.run(*each)[0] for each in (("verify",), ("replay", "--all"))] == [0, 0]


def test_what_is_asked_wrongly_and_what_is_not_there_is_said(workspace: Workspace) -> None:
    name = listed(workspace)
    one = "firstright: name one arrival, or --source NAME, or --all"
    assert workspace.run("quarantine", "replay")[2] == [one]
    assert workspace.run("quarantine", "replay", name, "--all")[2] == [one]
    assert workspace.run("quarantine", "replay", "--all", "--anyway")[2] == [
        "firstright: --anyway is said of one arrival: look at it first"
    ]
    for wrong in (MISSING, "nonsense"):
        assert workspace.run("quarantine", "show", wrong)[0] == 1
        assert workspace.run("quarantine", "replay", wrong)[0] == 1


def test_beside_a_server_the_server_does_it(beside: Beside, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(beside, capsys, "quarantine", "replay", "--all")[:2] == (0, ["nothing is in quarantine"])
    code, _, [said] = told(beside, capsys, "quarantine", "replay", MISSING)
    assert (code, said) == (1, f"firstright: there is no arrival {MISSING}")
