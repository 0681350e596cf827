"""firstright credit on both databases: who asked a turn back, a yes, a no, and a rotation set right by hand."""

import json

import pytest

from cli.test_lead_command import MISSING, Workspace
from firstright.cli.app import run


@pytest.fixture
def workspace(database_url: str, capsys: pytest.CaptureFixture[str]) -> Workspace:
    return Workspace(database_url, capsys)


def asked(workspace: Workspace) -> str:
    code, _, err = workspace.act("return", "--rep", workspace.rep, "--reason", "invalid-contact")
    assert (code, err) == (0, [])
    _, out, _ = workspace.run("credit", "list", "--json")
    (request,) = json.loads("\n".join(out))
    assert (request["rep"], request["reason"], request["state"]) == (
        workspace.rep,
        "invalid-contact",
        "asked",
    )
    return str(request["id"])


def test_a_turn_that_was_asked_back_is_listed_and_given(workspace: Workspace) -> None:
    name, rep = asked(workspace), workspace.rep
    _, listed, _ = workspace.run("credit", "list")
    assert f"+1.00 for invalid-contact: asked  lead {workspace.lead}" in listed[0]
    assert workspace.run("credit", "approve", name)[:2] == (0, [f"turn of {rep} in round: given"])
    assert workspace.run("credit", "approve", name)[1] == [
        f"turn of {rep} in round: given; this was so before"
    ]
    assert workspace.run("credit", "list")[1] == ["none"]
    assert "invalid-contact: given" in workspace.run("credit", "list", "--rep", rep)[1][0]
    assert [workspace.run(*each)[0] for each in (("verify",), ("replay", "--all"))] == [0, 0]


def test_a_source_says_what_its_leads_were_given_back_for(workspace: Workspace) -> None:
    asked(workspace)
    assert workspace.run("source", "add", "web", "--kind", "api")[0] == 0
    said = workspace.run("source", "show", "web")[1]
    assert "asked back by reps in 30 days: 1 invalid-contact" in said


def test_a_no_has_its_reason_and_what_is_not_there_is_said(workspace: Workspace) -> None:
    name = asked(workspace)
    assert workspace.run("credit", "refuse", name)[0] == 2
    assert workspace.run("credit", "refuse", name, "--reason", "it rings")[0] == 0
    (line,) = workspace.run("credit", "list", "--rep", workspace.rep)[1]
    assert "refused, it rings" in line
    code, _, err = workspace.run("credit", "approve", name)
    assert (code, "answered it already" in err[0]) == (2, True)
    assert workspace.run("credit", "approve", MISSING)[0] == 1


def test_a_rotation_is_set_right_by_hand(workspace: Workspace) -> None:
    rep = workspace.rep
    code, out, err = workspace.run(
        "credit", "adjust", "round", rep, "0.5", "--reason", "an import went wrong"
    )
    assert (code, out, err) == (0, [f"{rep} has a credit of +0.00 in round (row 2)"], [])
    code, out, _ = workspace.run("credit", "adjust", "round", rep, "-1.25", "--reason", "and back")
    assert (code, out) == (0, [f"{rep} has a credit of -1.25 in round (row 3)"])
    for wrong in ("many", "0.0000000001", "0", "5000"):
        assert workspace.run("credit", "adjust", "round", rep, wrong, "--reason", "why")[0] == 2
    assert workspace.run("credit", "adjust", "nowhere", rep, "1", "--reason", "why")[0] == 2
    assert [workspace.run(*each)[0] for each in (("verify",), ("replay", "--all"))] == [0, 0]


def test_help_says_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["credit", "--help"]) == 0
    assert "Answer who asked a turn back" in capsys.readouterr().out
