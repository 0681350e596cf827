"""`firstright worker` sends what was told until it is told to stop; on SQLite it says who does that instead."""

import os
import signal
import subprocess
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desk.postroom import alert, post_room
from firstright import settings
from firstright.cli.app import run
from firstright.cli.exits import CONFIGURATION
from firstright.cli.working import posting
from outbound.sink import Sink
from patience import PATIENCE
from web.test_serving import COMMAND

LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)  # before any wall clock


def test_on_sqlite_it_says_that_the_server_does_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["worker", "--database", f"sqlite:///{tmp_path / 'leads.db'}"]) == CONFIGURATION
    assert capsys.readouterr().err == (
        f"firstright: sqlite:///{tmp_path / 'leads.db'}: on SQLite the server does this itself, because one process"
        " alone may write: run firstright serve, or give a postgresql:// database\n"
    )
    assert not (tmp_path / "leads.db").exists()


def test_messages_lead_only_to_where_browsers_reach_us(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def links() -> tuple[str, str]:
        means = posting(settings.read(database=f"sqlite:///{tmp_path / 'leads.db'}"), None)
        return means.link, means.site

    assert links() == ("", "")
    monkeypatch.setenv("FIRSTRIGHT_PUBLIC_URL", "https://leads.ours.example/")
    assert links() == ("https://leads.ours.example/leads/", "https://leads.ours.example")
    monkeypatch.setenv("FIRSTRIGHT_LINK_BASE", "https://crm.example.com/lead/")
    assert links() == ("https://crm.example.com/lead/", "https://leads.ours.example")


def test_it_sends_what_was_told_and_ends_at_sigterm(database_url: str) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("refused there: see above")
    with Sink(secret=None) as sink, post_room(database_url) as room:
        room.register("slack", url=sink.url("/services/T/B/x"))
        room.told(alert(1, due_at=LONG_AGO), alert(2, 2, due_at=LONG_AGO))
        process = subprocess.Popen(
            [*COMMAND, "worker", "--database", database_url, "--metrics-port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "FIRSTRIGHT_EGRESS_ALLOW": "127.0.0.0/8"},
        )
        try:
            sink.wait(2)
            assert process.stdout is not None
            said = [process.stdout.readline().rstrip() for _ in range(2)]
            with urllib.request.urlopen(said[1].split()[-1], timeout=PATIENCE) as reply:
                metrics = reply.read().decode()
            process.send_signal(signal.SIGTERM)
            rest, _ = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
            process.communicate()
        assert said[0].startswith("firstright works on postgresql://")
        assert (process.returncode, rest) == (0, "stopped: what was on its way is recorded\n")
        assert room.states() == {1: "sent", 2: "sent"}
    assert "firstright_deliveries_total" in metrics
