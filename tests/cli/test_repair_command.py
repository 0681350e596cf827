"""firstright repair on both databases: what it would come to, begun, how far it is, stopped."""

import json
from contextlib import closing

import msgspec
import pytest

from cli.test_lead_command import MISSING, Workspace
from firstright.core.causes.correcting import Selection
from firstright.desk.repairing import PreviewAbout
from firstright.storage import errands
from firstright.storage.database import open_database
from firstright.storage.errands import Errand
from routing import MONDAY

PREVIEW = "019fffff-ffff-7fff-bfff-fffffffffff0"


@pytest.fixture
def workspace(database_url: str, capsys: pytest.CaptureFixture[str]) -> Workspace:
    return Workspace(database_url, capsys)


def test_a_repair_is_shown_begun_and_stopped(workspace: Workspace) -> None:
    code, out, err = workspace.run("repair", "preview", "--version", "1")
    assert (code, err, out[0]) == (0, [], "1 lead was placed so")
    code, out, _ = workspace.run("repair", "preview", "--version", "1", "--json")
    told = json.loads("\n".join(out))
    states, name = told["preview"]["told"]["states"], told["preview"]["preview"]
    assert (told["preview"]["state"], states["moved"] + states["stayed"]) == ("done", 1)
    code, again, _ = workspace.run(
        "repair", "preview", "--preview", name, "--leads", "stayed", "--limit", "1"
    )
    assert (code, again[0], again[-1].split()[:1]) == (0, "1 lead was placed so", ["more:"])
    assert f"kept as preview {name}" in again
    code, out, err = workspace.run("repair", "run", "--preview", name, "--reason", "it was wrong")
    assert (code, err) == (0, [])
    name = out[0].split()[1]
    code, out, _ = workspace.run("repair", "status")
    assert out[0].startswith(f"repair {name}: running")
    assert out[1] == "because it was wrong"
    assert workspace.run("repair", "stop", name)[:2] == (0, ["stopped: what was decided stays"])
    _, out, _ = workspace.run("repair", "status", name, "--json")
    assert json.loads("\n".join(out))["repair"]["state"] == "stopped"


def test_a_preview_that_was_stopped_says_by_whom_and_why(workspace: Workspace) -> None:
    with closing(open_database(workspace.url, node="test")) as opened, opened.write() as tx:
        said = msgspec.json.encode(PreviewAbout(Selection(versions=(1,)), 1, 1)).decode()
        errands.add(tx, Errand(PREVIEW, errands.PREVIEW, said, MONDAY, "u-mara"))
    stopping = ("repair", "stop", PREVIEW, "--reason", "the wrong version")
    assert workspace.run(*stopping)[:2] == (0, ["stopped: what was decided stays"])
    code, out, _ = workspace.run("repair", "preview", "--preview", PREVIEW)
    assert (code, out[1]) == (0, "stopped by firstright repair: the wrong version")


def test_what_is_wrong_is_said(workspace: Workspace) -> None:
    assert workspace.run("repair", "status")[0] == 1
    assert workspace.run("repair", "stop", MISSING)[0] == 1
    assert workspace.run("repair", "stop", "x")[0] == 2
    assert workspace.run("repair", "preview", "--preview", MISSING)[0] == 1
    assert workspace.run("repair", "preview", "--preview", MISSING, "--version", "1")[0] == 2
    assert workspace.run("repair", "preview", "--version", "1", "--leads", "gone")[0] == 2
    assert workspace.run("repair", "run", "--preview", MISSING, "--reason", "wrong")[0] == 2
    code, _, err = workspace.run("repair", "preview", "--source", "web")
    assert (code, "name a policy version" in err[0]) == (2, True)
    code, _, err = workspace.run("repair", "preview", "--since", "yesterday")
    assert (code, "--since" in err[0]) == (2, True)
    code, _, err = workspace.run("repair", "run", "--version", "1", "--reason", " ")
    assert (code, "reason" in err[0]) == (2, True)
