"""firstright clock and firstright stuck on both databases: what stands still, what is excused, what lies; mistakes in sentences."""

import json

import pytest

from cli.test_lead_command import MISSING, Workspace


@pytest.fixture
def workspace(database_url: str, capsys: pytest.CaptureFixture[str]) -> Workspace:
    return Workspace(database_url, capsys)


FAR = "2099-01-01T00:00:00Z"
SPAN = ("--since", "2020-01-01T00:00:00Z", "--until", FAR)


def test_clocks_stand_still_and_go_on(workspace: Workspace) -> None:
    lead = workspace.lead
    code, _, err = workspace.run("clock", "pause", lead, "--why", "on-hold", "--until", FAR)
    assert (code, "at most 90 days ahead" in err[0]) == (2, True)
    for wrong in ("tomorrow", "2026-03-01T09:00:00"):
        assert workspace.run("clock", "pause", lead, "--why", "on-hold", "--until", wrong)[0] == 2
    assert workspace.run("clock", "resume", lead)[1] == [
        f"lead {lead}: resume, with {workspace.rep}; this was so before"
    ]
    assert workspace.run("clock", "resume", MISSING)[0] == 1


def test_misses_of_a_span_are_listed_and_excused(workspace: Workspace) -> None:
    assert json.loads("\n".join(workspace.run("clock", "list", *SPAN, "--json")[1])) == []
    asked = ("--why", "outage", "--note", "the line was down")
    assert workspace.run("clock", "excuse", *asked, *SPAN)[:2] == (0, ["0 of 0 misses excused"])
    assert workspace.run("clock", "correct", *asked, *SPAN)[:2] == (0, ["0 of 0 misses put right"])
    assert workspace.run("clock", "excuse", *asked)[0] == 2
    code, _, err = workspace.run("clock", "list", "--since", "0001-01-01T00:00:00+14:00")
    assert (code, "--since: the year must be from 1970 to 2199" in err[0]) == (2, True)
    code, _, err = workspace.run("clock", "excuse", "--why", "rain", "--note", "x", *SPAN)
    assert (code, err[0].startswith("why:") or "why: " in err[0]) == (2, True)
    code, _, err = workspace.run("clock", "excuse", workspace.lead, *asked, "--clock", "owner")
    assert (code, "no clock of the lead that was missed" in err[0]) == (2, True)


def test_what_lies_is_listed_and_decided_about(workspace: Workspace) -> None:
    assert workspace.run("stuck", "list")[1] == ["none"]
    assert workspace.run("stuck", "list", "--json")[1] == ["[]"]
    assert workspace.run("stuck", "list", "--cause", "boredom")[0] == 2
    code, _, err = workspace.run("stuck", "sweep")
    assert (code, "no [sweep]" in err[0]) == (2, True)
    code, _, err = workspace.run("stuck", "decide", workspace.lead, "keep", "--reason", "why not")
    assert (code, "not on the list" in err[0]) == (2, True)
