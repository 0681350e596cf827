"""firstright lead move, role, convert and status list on both databases: what is done, what is said, what is refused."""

import json

import pytest

from cli.test_lead_command import Workspace


@pytest.fixture
def here(database_url: str, capsys: pytest.CaptureFixture[str]) -> Workspace:
    return Workspace(database_url, capsys)


def test_a_lead_is_moved_when_it_has_what_the_status_asks_for(here: Workspace) -> None:
    code, _, err = here.act("move", "--to", "qualified", "--met", "need")
    assert code == 2
    assert err == [
        "firstright: note: is needed where you give your word: what was said, and by whom",
        "firstright: to: qualified needs: fit (not known, and nobody has given their word);"
        " timeline (not known, and nobody has given their word);"
        " authority or decision process (not known, and nobody has given their word);"
        " budget range (not known, and nobody has given their word); next step (no task or meeting ahead)",
    ]
    assert here.act("touch", "--rep", here.rep, "--channel", "call", "--result", "connected")[0] == 0
    code, out, _ = here.act("move", "--to", "attempted-contact", "--rep", here.rep)
    assert (code, out) == (
        0,
        [f"lead {here.lead}: owner, with {here.rep} (epoch 1), attempted-contact"],
    )


def test_a_lead_is_disqualified_with_a_reason_and_opened_again(here: Workspace) -> None:
    code, _, err = here.act("move", "--to", "disqualified", "--reason", "not a fit")
    assert code == 2 and 'reason: "not a fit" alone says nothing anybody can learn from' in err[0]
    assert here.act("move", "--to", "disqualified", "--reason", "no-need")[0] == 0
    code, out, _ = here.act("move", "--to", "new", "--reason", "they called")
    assert code == 0 and out[0].endswith("routed")


def test_a_lead_is_made_a_contact_once(here: Workspace) -> None:
    code, out, _ = here.act("convert", "--deal", "Two robots", "--amount", "900")
    assert code == 0
    assert [line.split()[0] for line in out[1:]] == ["contact", "account", "deal"]
    code, again, _ = here.act("convert")
    assert (code, again[1:]) == (0, out[1:])
    assert again[0].endswith("; this was so before")


def test_a_role_is_given(here: Workspace) -> None:
    assert here.act("role", "--role", "ae", "--to", here.other)[0] == 0
    code, _, err = here.act("role", "--role", "closer", "--to", here.other)
    assert (code, err) == (
        2,
        ['firstright: role: "closer" is not known; there are sdr, ae, solutions, partner-manager'],
    )


def test_the_pipeline_is_listed(here: Workspace) -> None:
    code, out, _ = here.run("status", "list")
    assert code == 0
    assert any("routed" in line and "1 lead" in line for line in out)
    assert "asks for need, fit, timeline" in " ".join(" ".join(out).split())
    found = json.loads(here.run("status", "list", "--json")[1][0])
    assert [each["leads"] for each in found if each["status"] == "routed"] == [1]
