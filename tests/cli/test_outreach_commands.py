"""firstright sequence, consent and suppress: from beginning to end, refused with sentences, the same beside a server."""

import json
from pathlib import Path

import pytest

from chaos.scene import POLICY, opened
from cli.test_lead_command import Workspace
from desk.outreachroom import OPEN, THREE


@pytest.fixture
def here(
    database_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Workspace:
    monkeypatch.setenv("FIRSTRIGHT_KEY_FILE", str(tmp_path / "key"))
    found = Workspace(database_url, capsys)
    with opened(database_url) as desk:
        desk.publish_policy(POLICY + THREE + OPEN, file="policy.toml", by="mara", reason="test")
    return found


def test_a_sequence_is_started_listed_and_stopped(here: Workspace) -> None:
    assert here.run("sequence", "list") == (0, ["none was begun yet"], [])
    assert here.run("sequence", "start", here.lead, "welcome") == (
        0,
        [f"lead {here.lead}: in sequence welcome"],
        [],
    )
    assert here.run("sequence", "list") == (0, ["welcome  running  1  before step 1"], [])
    code, out, err = here.run("sequence", "start", here.lead, "welcom")
    assert (code, err) == (2, ['firstright: sequence: "welcom" is not known; did you mean welcome?'])
    assert here.run("sequence", "stop", here.lead, "--reason", "they asked")[0] == 0
    assert here.run("sequence", "list") == (0, ["welcome  stopped  1  somebody stopped it"], [])
    _, out, _ = here.run("sequence", "list", "--lead", here.lead)
    assert [line[18:] for line in out] == [
        "Sequence welcome began",
        "Sequence welcome stopped: somebody stopped it",
    ]
    assert here.run("sequence", "stop", here.lead) == (2, [], ["firstright: lead: it is in no sequence"])
    assert here.run("sequence", "start", "nobody", "welcome")[0] == 1


def test_what_was_agreed_to_is_listed_with_its_evidence(here: Workspace) -> None:
    assert here.run("consent", "list", here.lead) == (0, ["nothing was said"], [])
    given = ("consent", "give", here.lead, "--channel", "sms", "--text", "by telephone")
    assert here.run(*given) == (0, [f"lead {here.lead}: sms given"], [])
    _, out, _ = here.run("consent", "list", here.lead, "--json")
    [said] = json.loads(out[0])
    assert said[2:5] == ["sms", "all", "given"]
    assert json.loads(said[5]) == {"source": "console", "by": "firstright outreach", "text": "by telephone"}
    assert here.run("consent", "give", here.lead, "--channel", "fax")[0] == 2
    here.run("sequence", "start", here.lead, "welcome")
    opt_out = ("consent", "opt-out", here.lead)
    assert here.run(*opt_out) == (0, [f"lead {here.lead}: opted out, 1 sequence(s) stopped"], [])
    assert here.run(*opt_out)[1][0].endswith("0 sequence(s) stopped; this was so before")


def test_the_list_takes_files_whole_or_not_at_all_and_answers(here: Workspace, tmp_path: Path) -> None:
    assert here.run("suppress", "list") == (0, ["the list is empty"], [])
    assert here.run("suppress", "add", "email", "Anna@Acme.example", "--reason", "asked") == (
        0, ["1 added, 0 known before"], [],
    )  # fmt: skip
    code, _, err = here.run("suppress", "check", "email", "anna@acme.example")
    assert code == 1 and err[0].endswith(": asked")
    assert here.run("suppress", "check", "domain", "acme.example") == (0, ["it is not on the list"], [])
    file = tmp_path / "list.csv"
    file.write_text("kind,value\nemail,bela@acme.example\nemail,nobody\nfax,1\n")
    code, _, err = here.run("suppress", "import", str(file))
    assert (code, len(err)) == (2, 2) and ":3: value:" in err[0] and ':4: kind: "fax"' in err[1]
    file.write_text("kind,value\nemail,bela@acme.example\nemail,anna@acme.example\nphone,+49 30 901820\n")
    assert here.run("suppress", "import", str(file)) == (0, ["2 added, 1 known before"], [])
    assert here.run("suppress", "list")[1] == ["email  1  asked", "email  1  imported", "phone  1  imported"]
    for text, said in (
        (
            b"kind,value\nemail,jos\xe9@acme.example\n",
            ":2: the list file is not UTF-8",
        ),  # as older spreadsheets save it
        (b"kind,value\n\nemail,nobody\n", ":3: value:"),
        (b"kind,value\nemail," + b"a" * 200_000, ":2: field larger than field limit"),
        (b"mail\n", "its columns are not kind and value"),
    ):
        file.write_bytes(text)
        code, _, err = here.run("suppress", "import", str(file))
        assert (code, said in err[0]) == (2, True), err
    assert here.run("suppress", "remove", "email", "anna@acme.example")[0] == 0
    assert here.run("suppress", "remove", "email", "anna@acme.example") == (
        1, [], ["firstright: it is not on the list"],
    )  # fmt: skip
