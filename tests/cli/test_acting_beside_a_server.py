"""Destinations, acts and replays while `firstright serve` has the SQLite file: as without a server, word for word."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from test_beside_a_server import Beside, lines

from firstright.storage.database import open_database
from firstright.storage.statement import Statement

MISSING = "019fffff-ffff-7fff-bfff-ffffffffffff"
SLACK = "https://hooks.slack.com/services/T0/B0/hushhushXYZ9"
MAIL = "smtp://ada@mail.example:587?from=leads@northwind.example"


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beside]:
    found = Beside(tmp_path_factory.mktemp("acting"))
    assert found.run("roster", "publish", str(found.folder / "roster.toml")) == 0
    assert found.run("policy", "publish", str(found.folder / "policy.toml")) == 0
    yield found
    assert found.serving.stopped()[0] == 0
    assert found.sound()


def told(
    beside: Beside, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[int, list[str], list[str]]:
    lines(capsys)
    code = beside.run(*arguments)
    return code, *lines(capsys)


def audited(beside: Beside) -> list[tuple[str, str]]:
    """(who, what) was done to destinations."""
    with closing(open_database(beside.url, node="reader")) as database, database.read() as tx:
        query = "SELECT actor, action FROM audit WHERE subject_kind = 'destination' ORDER BY id"
        return [(actor, action) for actor, action in tx.all(Statement(query))]


def test_a_calendar_is_read_by_url_beside_a_server(
    beside: Beside, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(open_database(beside.url, node="reader")) as database, database.read() as tx:
        rep = str(tx.all(Statement("SELECT id FROM rep ORDER BY place"))[0][0])
    assert told(beside, capsys, "rep", "feed", "set", rep, "webcal://calendar.invalid/hush.ics")[:2] == (
        0,
        [
            f"the calendar of {rep} is read from https://calendar.invalid",
            "It is looked at within seconds where a server or worker runs: firstright rep feed list",
        ],
    )
    assert told(beside, capsys, "rep", "feed", "off", rep)[1] == [
        f"the calendar of {rep} is read from nowhere"
    ]
    assert told(beside, capsys, "rep", "feed", "off", rep)[0] == 2


def test_a_destination_lives_its_life_beside_a_server(
    beside: Beside, capsys: pytest.CaptureFixture[str]
) -> None:
    code, [said, _, secret], _ = told(
        beside, capsys, "destination", "add", "webhook:crm", "https://crm.example/hooks"
    )
    assert (code, said) == (0, "webhook:crm is registered: https://crm.example/hooks")
    password = beside.write("password", "hushhush\n")
    assert told(beside, capsys, "destination", "add", "email", MAIL, "--password-file", password)[0] == 0
    assert told(beside, capsys, "destination", "add", "slack", SLACK)[0] == 0
    assert told(beside, capsys, "destination", "add", "slack", SLACK)[::2] == (
        2, ["firstright: slack: is registered already; change it or remove it first"],
    )  # fmt: skip
    code, _, wrong = told(beside, capsys, "destination", "add", "webhook:x", "https://127.0.0.1/")
    assert (code, wrong) == (2, ["firstright: url: may not be sent to: 127.0.0.1: in 127.0.0.0/8"])
    assert told(beside, capsys, "destination", "rotate", "webhook:crm")[0] == 0
    assert told(beside, capsys, "destination", "off", "slack")[1] == [
        "slack is switched off: what is due to it dies, and can be sent once more",
        "What has died: firstright deliveries replay --destination slack --since TIME",
    ]
    _, listed, _ = told(beside, capsys, "destination", "list")
    assert [line.split()[:2] for line in listed] == [["email", "on"], ["slack", "off"], ["webhook:crm", "on"]]
    assert " and ..." in listed[2]
    assert audited(beside) == [("firstright destination", action) for action in (
        "add-destination", "add-destination", "add-destination", "rotate-secret", "switch-destination",
    )]  # fmt: skip
    assert (beside.folder / "workspace.db.key").stat().st_mode & 0o777 == 0o600
    for file in beside.folder.glob("workspace.db*"):
        if file.is_file():
            stored = file.read_bytes()
            assert b"hushhush" not in stored and secret.encode() not in stored, file.name


def test_a_lead_is_acted_on_beside_a_server(beside: Beside, capsys: pytest.CaptureFixture[str]) -> None:
    sent = beside.serving.send("kai@acting.example", beside.serving.key).json()
    lead, rep = sent["lead"], sent["owner"]["id"]
    assert told(beside, capsys, "lead", "accept", lead, "--rep", rep)[0] == 0
    assert told(beside, capsys, "lead", "accept", lead, "--rep", rep)[1][0].endswith("; this was so before")
    at = datetime.now(UTC).isoformat()
    touch = ("lead", "touch", lead, "--rep", rep, "--channel", "call", "--result", "connected", "--at", at)
    assert told(beside, capsys, *touch)[0] == 0
    assert told(beside, capsys, "lead", "learn", lead, "country=Germany")[0] == 0
    assert told(beside, capsys, "lead", "decline", lead, "--rep", rep, "--reason", "busy")[0] == 0
    code, _, [said] = told(beside, capsys, "lead", "accept", lead, "--rep", rep)
    assert code == 1 and said.endswith("(epoch 2); nothing was changed")
    code, _, wrong = told(beside, capsys, "lead", "touch", lead, "--rep", "nobody", "--channel", "fax")
    assert code == 2 and [line.split(" is not known")[0] for line in wrong] == [
        'firstright: rep: "nobody"', 'firstright: channel: "fax"',
    ]  # fmt: skip
    assert told(beside, capsys, "lead", "learn", lead, "contry=DE")[2] == [
        "firstright: contry: is no field of this service; did you mean country?"
    ]
    assert told(beside, capsys, "lead", "accept", MISSING, "--rep", rep)[::2] == (
        1, [f"firstright: there is no lead {MISSING}"],
    )  # fmt: skip
    assert told(beside, capsys, "lead", "show", lead)[0] == 0


def test_dead_deliveries_are_sent_once_more_beside_a_server(
    beside: Beside, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(beside, capsys, "deliveries", "replay", MISSING)[:2] == (1, ["0 deliveries are ready again"])
    since = ("--destination", "webhook:crm", "--since", "2026-01-01T00:00:00Z")
    assert told(beside, capsys, "deliveries", "replay", *since)[:2] == (0, ["0 deliveries are ready again"])


def test_dead_jobs_are_done_once_more_beside_a_server(
    beside: Beside, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(beside, capsys, "job", "list")[:2] == (0, ["no job is dead"])
    assert told(beside, capsys, "job", "replay", "--all") == (0, ["0 jobs are ready again"], [])
    assert told(beside, capsys, "job", "replay", MISSING) == (
        1, ["0 jobs are ready again"], [f"firstright: {MISSING}: is not dead, or not there"],
    )  # fmt: skip


def test_a_lead_is_moved_and_a_rep_paused_beside_a_server(
    beside: Beside, capsys: pytest.CaptureFixture[str]
) -> None:
    sent = beside.serving.send("zoe@moving.example", beside.serving.key).json()
    lead, rep = sent["lead"], sent["owner"]["id"]
    asked = ("lead", "reassign", lead, "--reason", "a friend")
    other = "rep1" if rep == "rep0" else "rep0"
    code, _, wrong = told(beside, capsys, *asked, "--to", "nobody")
    assert (code, wrong[0].startswith('firstright: rep: "nobody" is not known')) == (2, True)
    known = wrong[0].partition("there are ")[2].split(", ")
    other = next(name for name in known if name != rep) if known != [""] else other
    code, said, _ = told(beside, capsys, *asked, "--to", other)
    assert (code, said) == (0, [f"lead {lead}: owner, with {other} (epoch 2), routed"])
    until = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}T23:59:59Z"
    code, said, _ = told(beside, capsys, "rep", "pause", other, "--until", until, "--reason", "away")
    assert (code, said[0].startswith(f"{other} is paused until ")) == (0, True)
    code, said, _ = told(beside, capsys, "rep", "resume", other, "--reason", "back")
    assert (code, said[0].startswith(f"{other} takes leads again")) == (0, True)
