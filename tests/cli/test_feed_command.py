"""firstright rep feed: calendars by URL, whose address is shown to nobody once it is in."""

import sys
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from firstright import settings, wiring
from firstright.cli.app import run
from firstright.desk.staff.feeding import ClaimFeeds, take
from firstright.outbound.calendar import Failed, Fresh
from firstright.storage import feeds
from firstright.storage.statement import Statement

ROSTER = '[roster]\nzone = "Europe/Berlin"\n[[rep]]\nid = "kim"\n[[rep]]\nid = "noor"\n'
SECRET = "https://calendar.example/private-hush/basic.ics?key=hush"
TOMORROW = datetime.now(UTC) + timedelta(days=1)
OFF = (
    f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:{TOMORROW:%Y%m%dT080000Z}\r\nDURATION:PT2H\r\n"
    "X-MICROSOFT-CDO-BUSYSTATUS:OOF\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:b\r\nDTSTART:soon\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


class Workspace:
    def __init__(self, url: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.url = url
        self._capsys = capsys

    def run(self, *arguments: str) -> tuple[int, list[str], list[str]]:
        """(exit code, lines printed, lines of errors)."""
        code = run([*arguments, "--database", self.url])
        told = self._capsys.readouterr()
        return code, told.out.splitlines(), told.err.splitlines()

    def feed(self, *arguments: str) -> tuple[int, list[str], list[str]]:
        return self.run("rep", "feed", *arguments)


@pytest.fixture
def here(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Workspace:
    monkeypatch.setenv("FIRSTRIGHT_KEY_FILE", str(tmp_path / "the.key"))
    found = Workspace(database_url, capsys)
    (tmp_path / "roster.toml").write_text(ROSTER)
    assert found.run("roster", "publish", str(tmp_path / "roster.toml"))[0] == 0
    return found


def test_an_address_goes_in_and_only_its_host_comes_out(
    here: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said, _ = here.feed("set", "kim", SECRET, "--busy-over", "4h")
    assert (code, said[0]) == (0, "the calendar of kim is read from https://calendar.example")
    monkeypatch.setattr(sys, "stdin", StringIO(f"{SECRET.replace('https', 'WebCal')}\n"))
    assert here.feed("set", "noor", "-")[0] == 0
    assert here.feed("list")[1] == [
        "kim               new       https://calendar.example  never read",
        "noor              new       https://calendar.example  never read",
    ]
    chosen = settings.read(database=here.url)
    desk = wiring.open_desk(chosen)
    with desk.read() as tx:
        rows, trail = feeds.load(tx), tx.all(Statement("SELECT action, data FROM audit"))
    desk.close()
    assert "hush" not in repr(rows) + repr(trail)
    sealer = wiring.sealer(chosen)
    opened = [sealer.open(row.sealed, feeds.sealed_about(row.rep_id)).decode() for row in rows]
    assert opened == [SECRET, SECRET]
    assert [row.busy_over for row in rows] == [4 * 3600, None]


def test_how_each_does_is_told_and_one_that_ends_takes_its_absences_along(here: Workspace) -> None:
    for rep in ("kim", "noor"):
        here.feed("set", rep, SECRET)
    desk = wiring.open_desk(settings.read(database=here.url))
    came = {"kim": Fresh(OFF.encode()), "noor": Failed("HTTP 404: it is not there")}
    for look in desk.writer.submit(ClaimFeeds(9)).result():
        take(desk, look, came[look.row.rep_id], 0.5)
    desk.close()
    kim, noor = here.feed("list")[1]
    assert kim.startswith(
        "kim               read      https://calendar.example  1 absence; 1 entry not read, line 10 DTSTART: "
    )
    assert noor.startswith(
        "noor              failing   https://calendar.example  never read  failed once: HTTP 404: it is not there; next try at "
    )
    assert any("calendars" in line and "none fails" in line for line in here.run("doctor")[1])
    away = f"{TOMORROW:%Y-%m-%d}T08:00Z to {TOMORROW:%Y-%m-%d}T10:00Z out-of-office (calendar)"
    assert here.run("rep", "absence", "list", "kim")[1] == [away]
    assert here.feed("off", "kim", "--reason", "another one")[1] == [
        "the calendar of kim is read from nowhere"
    ]
    assert here.run("rep", "absence", "list", "kim")[1] == []
    assert here.feed("off", "kim")[::2] == (2, ['firstright: rep: no calendar of "kim" is read by URL'])


REFUSED = [
    (("set", "kimm", SECRET), 'rep: "kimm" is not known; did you mean kim?'),
    (("set", "kim", "ftp://calendar.example/a.ics"), "url: begins with ftp; it begins with https://"),
    (("set", "kim", "https://ada:hush@calendar.example/"), "url: holds a user name or a password, which would be seen in logs"),
    (("set", "kim", "https://10.0.0.7/a.ics"), "url: may not be sent to: 10.0.0.7: in 10.0.0.0/8"),
    (("set", "kim", SECRET, "--busy-over", "5s"), "busy_over: is a minute to 31 days"),
]  # fmt: skip


def test_every_refusal_says_why(here: Workspace) -> None:
    for arguments, why in REFUSED:
        code, said, wrong = here.feed(*arguments)
        assert (code, said, wrong) == (2, [], [f"firstright: {why}"])
    assert here.feed("list")[1] == ["none: firstright rep feed set REP URL"]


def test_a_lost_key_is_not_made_anew_while_addresses_are_sealed_with_it(
    here: Workspace, tmp_path: Path
) -> None:
    here.feed("set", "kim", SECRET)
    (tmp_path / "the.key").unlink()
    code, _, wrong = here.feed("set", "noor", SECRET)
    assert code != 0
    assert "bring it back" in wrong[0]


def test_the_doctor_names_one_that_fails_again_and_again(here: Workspace) -> None:
    here.feed("set", "kim", SECRET)
    desk = wiring.open_desk(settings.read(database=here.url))
    with desk.database.write() as tx:
        tx.run(Statement("UPDATE rep_feed SET failures = 4, problem = 'HTTP 410: it is gone'"))
    desk.close()
    said = [line for line in here.run("doctor")[1] if line.startswith("calendars")]
    assert "that of kim was not read 4 times in a row: HTTP 410: it is gone" in said[0]
