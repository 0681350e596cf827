"""An import that is broken off anywhere goes on as if it had not been: the same rows, outcomes and owners.

History is decided in order of arrival, and what fell due in between when it fell due.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chaos.scene import broken, replayed
from desk.conftest import Copies
from desk.files import HEADER, broken_off, counts, importing, left, owners, row, turns
from desk.office import PEOPLE, RULES, Office, office
from firstright.core.replay import Verdict
from firstright.desk.desk import DECIDING, NO_LEASE
from firstright.storage import jobs
from firstright.storage.statement import Statement
from patience import PATIENCE

TUESDAY = datetime(2026, 3, 3, 8, tzinfo=UTC)  # nine in Berlin
LATER = datetime(2026, 6, 1, tzinfo=UTC)  # when the history is taken in
MORE_RULES = """
[services.clocked]
basis = "24x7"
routing = "30min"
first_touch = "5min"

[[rule]]
id = "download"
tier = "first"
when = { intent = "download" }
send_to = { nurture = "1d" }

[[rule]]
id = "demo"
tier = "first"
when = { intent = "demo" }
send_to = { pool = "sdr" }
service = "clocked"
"""
HISTORY = (
    HEADER
    + row("ivy", "2026-03-09T08:00:00Z")  # the instant at which those of the weekend get their owners
    + row("anna", "2026-03-02T09:00:00Z")
    + "Ragged\n"
    + row("ben", "2026-03-07T11:00:00Z")  # Saturday: waits
    + row("cleo", "2026-03-02T20:00:00Z")  # at night: waits
    + row("fay", "2026-03-02T21:00:00Z", "demo")  # at night, and a clock that rings before morning
    + row("anna", "2026-03-03T10:00:00Z")  # again
    + row("dora", "2026-03-03T09:00:00Z")
    + row("nobody", email="")
    + row("emil", "2026-03-02T10:00:00Z", "download")  # every day anew
    + row("gus", "2026-03-09T09:00:00Z")
    + row("ben", "2026-03-08T11:00:00Z", "demo")  # again, while still waiting
    + row("hal", "2026-03-06T15:59:00Z")  # the last minute of Friday
    + row("jo", "2026-03-06T16:00:00Z")  # the first of the weekend
)
RECORDS = 14


def prepare(here: Office) -> None:
    here.at = LATER
    rules, rest = RULES.split("[[rule]]", 1)
    here.publish(rules + MORE_RULES + "\n[[rule]]" + rest, PEOPLE)


class Straight:
    """Copies of the workspace before, and what an uninterrupted import leaves behind."""

    def __init__(self, copy: Copies) -> None:
        self.copy = copy
        with office(copy(), at=LATER, published=False) as here:
            importing(here.desk, HISTORY, pinned=True).run()
            self.whole = left(here.desk)

    def broken_off(self, *cuts: int) -> dict[str, list[tuple[object, ...]]]:
        """What is left behind when each process but the last ends after so many records."""
        url = self.copy()
        for cut in cuts:
            with office(url, at=LATER, published=False) as here:
                broken_off(importing(here.desk, HISTORY, pinned=True), cut)
        with office(url, at=LATER, published=False) as here:
            importing(here.desk, HISTORY, pinned=True).run()
            return left(here.desk)


@pytest.fixture(scope="module")
def straight(copies: Callable[[Callable[[Office], None]], Copies]) -> Straight:
    return Straight(copies(prepare))


def test_history_is_decided_in_its_order_and_holds_end_when_they_end(straight: Straight) -> None:
    with office(straight.copy(), at=LATER, published=False) as here:
        report = importing(here.desk, HISTORY, pinned=True).run()
        assert counts(report) == {"created": 10, "merged": 2, "quarantined": 2}
        assert [
            (json.loads(facts)["first_name"], str(at)[5:16].replace(" ", "T"), cause, holder or outcome)
            for cause, at, outcome, _, holder, facts in left(here.desk, tables=["decisions"])["decisions"]
            if json.loads(facts)["first_name"] != "Emil"
        ] == [
            ("Anna", "03-02T09:00", "arrived", "kim"),
            ("Cleo", "03-02T20:00", "arrived", "waiting"),
            ("Fay", "03-02T21:00", "arrived", "waiting"),
            ("Cleo", "03-03T08:00", "hours-opened", "noor"),
            ("Fay", "03-03T08:00", "hours-opened", "omar"),
            ("Dora", "03-03T09:00", "arrived", "kim"),
            ("Anna", "03-03T10:00", "arrived", "kim"),
            ("Hal", "03-06T15:59", "arrived", "noor"),
            ("Jo", "03-06T16:00", "arrived", "waiting"),
            ("Ben", "03-07T11:00", "arrived", "waiting"),
            ("Ben", "03-08T11:00", "arrived", "waiting"),
            ("Ben", "03-09T08:00", "hours-opened", "omar"),  # who asked twice goes first
            ("Jo", "03-09T08:00", "hours-opened", "kim"),
            ("Ivy", "03-09T08:00", "arrived", "noor"),
            ("Gus", "03-09T09:00", "arrived", "omar"),
        ]  # fmt: skip
        back = [
            str(at)[8:10]
            for cause, at, *_ in left(here.desk, tables=["decisions"])["decisions"]
            if cause == "rerun"
        ]
        assert back == ["03", "04", "05", "06", "07", "08"]  # Emil, each day at ten
        assert replayed(here.desk.database)[0] == {Verdict.EQUAL: 22}
        assert broken(here.desk.database) == []


@pytest.mark.parametrize("arrived", ["2026-07-01T09:00:00Z", "2199-12-31T23:59:00Z"])
def test_what_says_it_came_in_the_future_is_decided_as_of_now(straight: Straight, arrived: str) -> None:
    """Else a slip of the pen asks who works in a year nobody knows, or past the end of the calendar."""
    with office(straight.copy(), at=LATER, published=False) as here:
        importing(here.desk, HEADER + row("zoe", arrived), pinned=True).run()
        [found] = left(here.desk, tables=["decisions"])["decisions"]
        assert (str(found[1])[:10], found[2]) == ("2026-06-01", "waiting")  # midnight
        with here.desk.read() as tx:
            [told] = tx.all(Statement("SELECT problems FROM lead"))
        assert [(p["code"], p["got"]) for p in json.loads(str(told[0]))] == [
            ("time.future", arrived.replace("Z", "+00:00"))
        ]
        assert broken(here.desk.database) == []


@pytest.mark.parametrize("copies", ["sqlite"], indirect=True)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(cuts=st.lists(st.integers(1, RECORDS), min_size=1, max_size=2))
def test_broken_off_anywhere_and_resumed_it_is_the_same_history(straight: Straight, cuts: list[int]) -> None:
    assert straight.broken_off(*cuts) == straight.whole


def test_broken_off_twice_it_is_the_same_history_on_both_databases(straight: Straight) -> None:
    assert straight.broken_off(4, 5) == straight.whole


def test_a_process_killed_between_a_claim_and_its_decision_is_gone_on_with(straight: Straight) -> None:
    """Its lease was for an instant long ago, and nobody else may be waited for."""
    url = straight.copy()
    with office(url, at=LATER, published=False) as here:
        broken_off(importing(here.desk, HISTORY, pinned=True), 5)  # Cleo and Fay wait for Tuesday
        with here.desk.database.write() as tx:
            claimed = jobs.claim_due(tx, TUESDAY, 10, here.desk.new_id(), NO_LEASE, kinds=DECIDING)
        assert len(claimed) == 2
    with office(url, at=LATER, published=False) as here:
        importing(here.desk, HISTORY, pinned=True).run()
        assert left(here.desk) == straight.whole


def test_a_killed_process_leaves_a_history_that_can_be_gone_on_with(
    straight: Straight, tmp_path: Path
) -> None:
    url = straight.copy()
    assert killed(url, HISTORY, 9, tmp_path, "history") == -signal.SIGKILL
    with office(url, at=LATER, published=False) as here:
        assert here.rows("SELECT count(*) FROM import_record") == [(9,)]
        report = importing(here.desk, HISTORY, pinned=True).run()
        assert (report.resumed, left(here.desk)) == (9, straight.whole)


def test_a_killed_live_import_is_gone_on_with_too(straight: Straight, tmp_path: Path) -> None:
    """Hundreds are under way when it is killed, so that it can be in the middle of any transaction."""
    text = HEADER + "".join(row(f"p{n}") for n in range(400)) + "Ragged\n"
    ends = []
    for count in (0, 30):
        url = straight.copy()
        if count:
            assert killed(url, text, count, tmp_path) == -signal.SIGKILL
        with office(url, at=datetime(2026, 6, 1, 9, tzinfo=UTC), published=False) as here:
            report = importing(here.desk, text).run()
            assert (report.resumed >= count) and report.resumed < 400
            same = left(here.desk, tables=["records", "arrivals", "imports"])
            ends.append((same, owners(here.desk), turns(here.desk), broken(here.desk.database)))
    assert ends[0] == ends[1]
    assert sum(ends[0][2].values()) == 400


def killed(url: str, text: str, count: int, folder: Path, *more: str) -> int:
    """How a process ended that imports the text and is killed when so many records were told to be taken."""
    file = folder / "leads.csv"
    file.write_text(text)
    at = LATER.replace(hour=9).isoformat()
    command = [sys.executable, "-m", "desk.killed", url, str(file), at, str(count), *more]
    return subprocess.run(command, cwd=Path(__file__).parents[1], check=False, timeout=PATIENCE).returncode
