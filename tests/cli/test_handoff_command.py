"""firstright handoff on both databases: what is given, taken, declined and had back, what is said, what is refused."""

import json

import pytest

from chaos.scene import opened
from cli.test_lead_command import Workspace
from web.staffed import ALWAYS

HANDOFF = """
[handoffs.to-next]
to = { pool = "round" }
accept = "30min"
notes = ["next_step"]
"""


@pytest.fixture
def here(database_url: str, capsys: pytest.CaptureFixture[str]) -> Workspace:
    found = Workspace(database_url, capsys)
    with opened(database_url) as desk:
        desk.publish_policy(ALWAYS + HANDOFF, file="policy.toml", by="mara", reason="test")
    return found


def test_a_lead_is_given_taken_and_given_once_more(here: Workspace) -> None:
    assert here.run("handoff", "list") == (0, ["none"], [])
    code, _, err = here.run("handoff", "give", here.lead, "to-next", "--rep", here.rep)
    assert (code, err) == (
        2,
        ["firstright: notes.next_step: is needed before it is offered (suggested next step)"],
    )
    given = ("--rep", here.rep, "--say", "next_step=Call on Tuesday")
    code, out, _ = here.run("handoff", "give", here.lead, "to-next", *given)
    assert (code, out) == (0, [f"lead {here.lead}: offered, with {here.rep} (epoch 1), routed"])
    code, out, _ = here.run("handoff", "list", "--rep", here.other)
    assert (code, len(out)) == (0, 1)
    assert out[0].startswith(f"lead {here.lead}  to-next  to {here.other} by {here.rep}  until ")
    assert json.loads(here.run("handoff", "list", "--json")[1][0])[0]["state"] == "offered"
    code, out, _ = here.run("handoff", "accept", here.lead, "--rep", here.other)
    assert (code, out) == (0, [f"lead {here.lead}: owner, with {here.other} (epoch 2), routed"])
    code, _, err = here.run("handoff", "accept", here.lead, "--rep", here.rep)
    assert (code, "nothing was changed" in err[0]) == (1, True)


def test_a_lead_is_declined_and_an_offer_had_back(here: Workspace) -> None:
    given = ("--rep", here.rep, "--say", "next_step=Call")
    here.run("handoff", "give", here.lead, "to-next", *given)
    code, out, _ = here.run("handoff", "decline", here.lead, "--rep", here.other, "--reason", "busy")
    assert (code, out) == (0, [f"lead {here.lead}: owner, with {here.rep} (epoch 1), routed"])
    here.run("handoff", "give", here.lead, "to-next", *given)
    code, out, _ = here.run("handoff", "recall", here.lead, "--reason", "they called me")
    assert (code, out) == (0, [f"lead {here.lead}: owner, with {here.rep} (epoch 1), routed"])
    assert here.run("handoff", "list")[1] == ["none"]
    assert here.run("handoff", "give", here.lead, "to-next", "--rep", here.rep, "--say", "oops")[0] == 2
