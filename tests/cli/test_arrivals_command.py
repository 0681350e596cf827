"""firstright lead arrivals: how a lead came, each time."""

import json

import pytest

from chaos.scene import arrival, opened, person
from cli.test_lead_command import MISSING, Workspace


@pytest.fixture
def here(database_url: str, capsys: pytest.CaptureFixture[str]) -> Workspace:
    found = Workspace(database_url, capsys)
    with opened(database_url) as desk:
        more = {"campaign": "spring", "landing_page": "https://ours.example/pricing", "intent": "pricing"}
        desk.take_in([arrival({**person(1), **more}, "event-2")])
    return found


def test_each_arrival_is_a_line(here: Workspace) -> None:
    code, out, _ = here.run("lead", "arrivals", here.lead)
    assert code == 0
    assert [line.split("  ", 1)[1] for line in out] == [
        "created  web",
        "merged  web; campaign spring; landed on pricing page https://ours.example/pricing; wanted pricing",
    ]


def test_the_same_as_json_and_of_no_lead(here: Workspace) -> None:
    found = json.loads("\n".join(here.run("lead", "arrivals", here.lead, "--json")[1]))
    assert [each["intent"] for each in found] == ["", "pricing"]
    for wrong in (MISSING, "nonsense"):
        assert here.run("lead", "arrivals", wrong) == (1, [], [f"firstright: there is no lead {wrong}"])
