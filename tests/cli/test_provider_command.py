"""firstright provider: keys go in by a file and come out nowhere; what is wrong is said at once; a test asks once."""

import json
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from firstright import settings, wiring
from firstright.cli.app import run
from firstright.storage import providers
from firstright.storage.statement import Statement
from outbound.sink import Sink, ok, status
from routing import CALENDARS, CATCH_ALL, HEAD, TEAM, TO_SDR

POLICY = (
    HEAD
    + TO_SDR
    + CATCH_ALL
    + '\n[enrich.clearfield]\nname = "Clearfield"\nask = "domain"\nbudget = 500\nfields = { "size" = "employees", "kind" = "industry" }\n'
)
URL = "https://api.clearfield.example/v2/{domain}?key=hush"


class Workspace:
    def __init__(self, url: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.url = url
        self.folder = folder
        self._capsys = capsys

    def run(self, *arguments: str) -> tuple[int, list[str], list[str]]:
        """(exit code, lines printed, lines of errors)."""
        code = run([*arguments, "--database", self.url])
        told = self._capsys.readouterr()
        return code, told.out.splitlines(), told.err.splitlines()

    def provider(self, *arguments: str) -> tuple[int, list[str], list[str]]:
        return self.run("provider", *arguments)

    def headers(self, text: str) -> str:
        file = self.folder / "headers"
        file.write_text(text)
        return str(file)


@pytest.fixture
def here(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Workspace:
    monkeypatch.setenv("FIRSTRIGHT_KEY_FILE", str(tmp_path / "the.key"))
    monkeypatch.setenv("FIRSTRIGHT_EGRESS_ALLOW", "127.0.0.0/8")
    found = Workspace(database_url, tmp_path, capsys)
    (tmp_path / "roster.toml").write_text(CALENDARS + "".join(TEAM))
    (tmp_path / "policy.toml").write_text(POLICY)
    assert found.run("roster", "publish", str(tmp_path / "roster.toml"))[0] == 0
    assert found.run("policy", "publish", str(tmp_path / "policy.toml"))[0] == 0
    return found


def test_a_key_goes_in_sealed_and_comes_out_nowhere(here: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    code, said, _ = here.provider(
        "add", "clearfield", "--url", URL, "--headers", here.headers("X-Key: hush1\n")
    )
    assert (code, said) == (
        0,
        ["clearfield is registered: https://api.clearfield.example/v2/{domain}?..., with X-Key"],
    )
    monkeypatch.setattr(
        sys, "stdin", TextIOWrapper(BytesIO(b"Authorization: Bearer hush2\nX-Tenant: ours\n"))
    )
    assert here.provider("rotate", "clearfield", "--headers", "-")[1][0].endswith(
        "with Authorization, X-Tenant"
    )
    chosen = settings.read(database=here.url)
    desk = wiring.open_desk(chosen)
    with desk.read() as tx:
        rows, trail = providers.load(tx), tx.all(Statement("SELECT action, data FROM audit"))
    desk.close()
    assert "hush" not in repr(rows) + repr(trail)
    access = providers.opened(rows["clearfield"], wiring.sealer(chosen).open)
    assert (access.url, access.headers) == (URL, {"Authorization": "Bearer hush2", "X-Tenant": "ours"})
    assert [action for action, _ in trail if "provider" in action] == ["add-provider", "change-provider"]


def test_every_provider_is_shown_with_its_state_and_what_it_cost(here: Workspace) -> None:
    assert (
        here.provider("list")[1][1].strip() == "nobody is asked: firstright provider add clearfield --url URL"
    )
    here.provider("add", "clearfield", "--url", URL)
    here.provider("off", "clearfield")
    code, said, _ = here.provider("list")
    assert said[0].split()[:4] == ["clearfield", "off", "0", "of"]
    assert "switched off by firstright provider" in said[1]
    assert here.provider("on", "clearfield")[1] == ["clearfield is switched on"]
    code, said, _ = here.provider("show", "clearfield")
    assert (code, said[0]) == (0, "Clearfield: on")
    assert said[1:3] == [
        "  address       https://api.clearfield.example/v2/{domain}?...",
        "  asked for     employees, industry, by domain",
    ]
    assert here.provider("remove", "clearfield")[0] == 0
    assert here.provider("show", "nobody")[0] == 1


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("a b", "--url", URL), "name: 'a b' has letters"),
        (("x", "--url", "https://api.example/all"), "url: has no place for what is asked"),
        (("x", "--url", "ftp://api.example/{domain}"), "url: begins with ftp"),
        (("x", "--url", "https://169.254.169.254/{domain}"), "url: may not be sent to"),
        (("x", "--url", "https://{domain}/"), "url: "),
    ],
)
def test_what_cannot_be_registered_is_refused_with_the_reason(
    here: Workspace, arguments: tuple[str, ...], why: str
) -> None:
    code, _, errors = here.provider("add", *arguments)
    assert code != 0
    assert any(line.removeprefix("firstright: ").startswith(why) for line in errors), errors


def test_a_body_is_registered_changed_and_taken_away_again(here: Workspace) -> None:
    body = here.folder / "body.json"
    body.write_text('{"website": "{domain}"}')
    bare = "https://api.clearfield.example/search"
    assert here.provider("add", "clearfield", "--url", bare, "--body", str(body))[0] == 0
    body.write_text('{"limit": 1}')
    code, _, errors = here.provider("change", "clearfield", "--body", str(body))
    assert (code != 0, errors[0].removeprefix("firstright: ").startswith("url: has no place")) == (True, True)
    assert here.provider("change", "clearfield", "--get")[0] != 0  # nothing would say what is asked
    assert here.provider("change", "clearfield", "--get", "--url", URL)[0] == 0
    assert here.provider("change", "clearfield", "--body", str(here.folder / "none"))[0] != 0


def test_headers_that_cannot_be_sent_are_refused_by_name_and_never_by_value(here: Workspace) -> None:
    for text, why in (
        ("Host: hush.example\n", "headers: 'Host' cannot be sent"),
        ("X-Key: hüsh\n", "headers: X-Key: has 1 to 4,000 ASCII characters that can be seen"),
        ("hush\n", "line 1: write NAME: VALUE"),
        ("\n", "there are no headers in it"),
    ):
        code, _, errors = here.provider("add", "x", "--url", URL, "--headers", here.headers(text))
        assert code != 0
        assert why in errors[0]
        assert "hush" not in errors[0].replace("hush.example", "")


def test_a_test_asks_once_and_shows_what_the_policy_would_use(here: Workspace) -> None:
    with Sink() as server:
        server.script(ok(json.dumps({"size": 1200, "kind": {"a": 1}, "other": "x"}).encode()), status(404))
        here.provider("add", "clearfield", "--url", server.url("/{domain}"))
        code, said, _ = here.provider("test", "clearfield", "acme.de")
        assert (code, said) == (
            0,
            ["employees       1200", "kind            is there, and nobody can read it"],
        )
        assert here.provider("test", "clearfield", "a/../b?c")[1] == [
            "clearfield: HTTP 404: they do not know it"
        ]
    assert [each.path for each in server.received] == ["/acme.de", "/a%2F..%2Fb%3Fc"]
