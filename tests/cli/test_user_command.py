"""`firstright user`: people are invited, kept out and given new links from a terminal, beside a running server, too."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from chaos.scene import reps, roster
from firstright import settings
from firstright.cli.app import run
from firstright.errors import BadConfiguration
from firstright.storage import audit, users
from firstright.storage.database import open_database
from web.test_serving import Serving

LINK = re.compile(r"(http://127\.0\.0\.1:\d+)/set-up/([A-Za-z0-9_-]{43})")


def said(capsys: pytest.CaptureFixture[str]) -> tuple[list[str], list[str]]:
    out, err = capsys.readouterr()
    return out.splitlines(), err.splitlines()


def link_in(lines: list[str]) -> tuple[str, str]:
    """(where the console is, the token)."""
    found = LINK.fullmatch(lines[0])
    assert found is not None, lines
    return found[1], found[2]


@pytest.fixture
def url(database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    (tmp_path / "roster.toml").write_text(roster(reps(2)))
    assert run(["roster", "publish", str(tmp_path / "roster.toml"), "--database", database_url]) == 0
    capsys.readouterr()
    return database_url


def test_somebody_is_invited_listed_disabled_and_let_in_again(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def ran(*words: str) -> list[str]:
        assert run(["user", *words, "--database", url]) == 0
        return said(capsys)[0]

    assert ran("list") == ["nobody yet: firstright user link makes a link for the first admin"]
    told = ran("invite", "Anna@Ours.example", "--name", "Anna", "--role", "rep", "--rep", "rep1")
    assert (link_in(told)[0], told[1]) == (
        "http://127.0.0.1:8080", "works once, within 24 hours; shown only here",
    )  # fmt: skip
    assert ran("list") == ["anna@ours.example  invited   rep as rep1  never seen  Anna"]
    assert link_in(ran("reset", "ANNA@ours.example")) != link_in(told)
    assert ran("disable", "anna@ours.example") == ["anna@ours.example is disabled"]
    assert ran("list") == ["anna@ours.example  disabled  rep as rep1  never seen  Anna"]
    assert ran("enable", "anna@ours.example") == ["anna@ours.example is invited"]
    with closing(open_database(url, node="reader")) as database, database.read() as tx:
        [anna] = users.users(tx)
        told_of = [(each.actor, each.action) for each in audit.of(tx, "user", anna.id)]
    assert told_of == [
        ("firstright user", action) for action in ("invite-user", "make-link", "disable-user", "enable-user")
    ]


def test_every_mistake_is_said_and_nothing_is_changed(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["user", "invite", "anna", "--name", "", "--role", "chef", "--database", url]) == 2
    out, err = said(capsys)
    assert (out, [line.partition(": ")[2].partition(":")[0] for line in err]) == (
        [],
        ["email", "name", "role"],
    )
    for verb in ("reset", "disable", "enable"):
        assert run(["user", verb, "nobody@ours.example", "--database", url]) == 1
        assert said(capsys) == ([], ["firstright: there is no user nobody@ours.example"])
    assert run(["user", "list", "--database", url]) == 0
    assert said(capsys)[0] == ["nobody yet: firstright user link makes a link for the first admin"]


def test_a_link_for_the_first_admin_is_made_until_there_is_a_user(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["user", "link", "--database", url]) == 0
    told, _ = said(capsys)
    assert (bool(link_in(told)), told[1]) == (True, "works once, within 30 minutes; shown only here")
    assert (
        run(["user", "invite", "ada@ours.example", "--name", "Ada", "--role", "admin", "--database", url])
        == 0
    )
    said(capsys)
    assert run(["user", "link", "--database", url]) == 2
    assert said(capsys)[1] == [
        "firstright: there are users already: an admin invites the next one (firstright user invite)"
    ]


def test_links_name_the_address_that_browsers_reach(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRSTRIGHT_PUBLIC_URL", "https://leads.ours.example/")
    assert run(["user", "link", "--database", url]) == 0
    assert said(capsys)[0][0].startswith("https://leads.ours.example/set-up/")


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    """A first start: nobody can sign in yet."""
    running = Serving(f"sqlite:///{tmp_path / 'workspace.db'}")
    yield running
    if running.process.poll() is None:
        running.process.kill()
    running.process.communicate()


def test_a_first_start_leaves_a_link_for_its_user_alone_and_no_second_start_does(
    serving: Serving, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it prints is kept in a log: the link is not in it."""
    file, url = tmp_path / "workspace.db.set-up-link", f"sqlite:///{tmp_path / 'workspace.db'}"
    assert f"sign in    with the link in {file}" in serving.said
    assert file.stat().st_mode & 0o777 == 0o600
    where, token = link_in(file.read_text().splitlines())
    assert where == f"http://127.0.0.1:{serving.port}" and token not in "\n".join(serving.said)
    given = {"name": "Ada", "email": "ada@ours.example", "password": "horse staple correct"}
    with httpx2.Client(base_url=where, headers={"Origin": where}, trust_env=False) as browser:
        assert browser.post(f"/set-up/{token}", data={**given, "again": given["password"]}).status_code == 303
        assert browser.get("/users").status_code == 200
        # Beside the running server, which says itself where it is.
        assert (
            run(["user", "invite", "bo@ours.example", "--name", "Bo", "--role", "admin", "--database", url])
            == 0
        )
        there, invitation = link_in(said(capsys)[0])
        assert there == where and browser.get(f"/set-up/{invitation}").status_code == 200
        assert run(["user", "disable", "ada@ours.example", "--database", url]) == 2
        assert said(capsys)[1] == [
            "firstright: role: this is the last admin who can sign in: make another one first"
        ]
        assert run(["user", "reset", "eve@ours.example", "--database", url]) == 1
        assert said(capsys)[1] == ["firstright: there is no user eve@ours.example"]
    assert serving.stopped()[0] == 0
    file.unlink()
    again = Serving(url)
    assert again.stopped()[0] == 0
    assert not any(line.startswith("sign in") for line in again.said) and not file.exists()


@pytest.mark.parametrize(
    ("given", "console", "hosts", "secure"),
    [
        ({}, "http://127.0.0.1:8080", {"127.0.0.1"}, False),
        ({"host": "0.0.0.0", "port": 9}, "http://127.0.0.1:9", set(), False),
        ({"public_url": "https://a.example"}, "https://a.example", {"a.example", "127.0.0.1"}, True),
        ({"public_url": "http://10.0.0.7:81/"}, "http://10.0.0.7:81", {"10.0.0.7:81", "127.0.0.1"}, False),
        ({"public_url": "https://[::1]:81"}, "https://[::1]:81", {"[::1]:81", "127.0.0.1"}, True),
    ],
)
def test_where_browsers_reach_the_console(
    given: dict[str, object], console: str, hosts: set[str], secure: bool
) -> None:
    chosen = settings.read(**given)
    assert (chosen.console, chosen.own_hosts, chosen.behind_tls) == (console, hosts, secure)


@pytest.mark.parametrize(
    "url", ["leads.ours.example", "https://a.example/x", "https://", "https://a b", "https://u:p@a"]
)
def test_an_address_with_more_than_a_host_is_none(url: str) -> None:
    with pytest.raises(BadConfiguration):
        settings.read(public_url=url)
