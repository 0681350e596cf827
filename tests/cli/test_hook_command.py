"""firstright hook and activity: registered, told, replayed; what we did and what the lead did in one list."""

import json
from pathlib import Path

import pytest

from chaos.scene import opened
from cli.test_lead_command import Workspace
from firstright.desk.hooking import TakeEvent, read_event
from firstright.storage import hooks


@pytest.fixture
def here(
    database_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Workspace:
    monkeypatch.setenv("FIRSTRIGHT_KEY_FILE", str(tmp_path / "key"))
    return Workspace(database_url, capsys)


def told(here: Workspace, body: object, name: str) -> str:
    with opened(here.url) as desk:
        desk.warm()
        with desk.read() as tx:
            row = hooks.one(tx, "dialler")
        assert row is not None
        event = read_event(desk, "dialler", row.settings, name, json.dumps(body).encode())
        return desk.writer.submit(TakeEvent(event)).result().event


def test_a_hook_from_its_first_day_to_its_last(here: Workspace) -> None:
    assert here.run("hook", "list") == (0, ["none: firstright hook add NAME"], [])
    code, out, _ = here.run("hook", "add", "dialler", "--country", "DE", "--source", "web")
    assert (code, out[0], out[2][:6]) == (0, "dialler is registered: POST /v1/hooks/dialler", "whsec_")
    code, out, err = here.run("hook", "add", "dialler")
    assert (code, out, err) == (2, [], ["firstright: dialler: there is a hook of this name already"])
    first = told(here, {"lead": here.lead, "kind": "click", "what": "/pricing"}, "evt-1")
    second = told(here, {"email": "nobody@nowhere.example", "kind": "click"}, "evt-2")
    _, out, _ = here.run("hook", "events", "dialler", "--json")
    assert [(each["event"], each["state"]) for each in json.loads(out[0])] == [
        (second, "quarantined"),
        (first, "taken"),
    ]
    _, out, _ = here.run("hook", "events", "dialler", "--quarantined")
    assert len(out) == 1 and "no lead has this" in out[0]
    assert here.run("hook", "list")[1][0].endswith("external ids of web  1 in quarantine")
    code, out, _ = here.run("hook", "replay", "dialler")
    assert (code, out) == (0, ["0 of 1 could be used now"])
    assert here.run("hook", "replay", "--event", second)[1][0].startswith(f"{second}  quarantined")
    assert here.run("hook", "replay")[0] == 2
    assert here.run("hook", "replay", "--event", "no-event")[0] == 1
    for verb in (("off",), ("on",), ("rotate",), ("rotate", "--finish"), ("change",), ("remove",)):
        assert here.run("hook", verb[0], "dialler", *verb[1:])[0] == 0, verb
    assert here.run("hook", "off", "dialler")[0] == 2


def test_both_sides_are_logged_and_listed_with_who_told_of_it(here: Workspace) -> None:
    assert here.run("activity", "list", here.lead)[1] == ["none"]
    assert here.run("activity", "log", here.lead)[0] == 2
    both = ("--rep", here.rep, "--channel", "call", "--kind", "reply")
    assert here.run("activity", "log", here.lead, *both)[0] == 2
    code, _, err = here.run(
        "activity", "log", here.lead, "--rep", here.rep, "--channel", "email", "--result", "auto"
    )
    assert (code, err) == (
        2,
        ["firstright: result: what a machine answers by itself is no touch, and stops no clock"],
    )
    assert (
        here.run("activity", "log", here.lead, "--rep", here.rep, "--channel", "call", "--note", "rang out")[
            0
        ]
        == 0
    )
    assert here.run("activity", "log", here.lead, "--kind", "reply", "--what", "Re: your offer")[0] == 0
    code, out, _ = here.run("activity", "list", here.lead)
    assert [line[18:] for line in out] == [
        "the lead: reply, Re: your offer (told by firstright lead)",
        f"{here.rep}: call: rang out",
    ]
    code, out, _ = here.run("activity", "list", here.lead, "--json")
    assert [each["kind"] for each in json.loads(out[0])] == ["engagement", "touch"]
    assert here.run("activity", "list", "nobody")[0] == 1
