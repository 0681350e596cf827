"""firstright rep on both databases and beside a server: who is away, there, joins and leaves; what is done, said, refused."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.test_acting_beside_a_server import Beside, told
from cli.test_acting_beside_a_server import beside as beside
from cli.test_lead_command import Workspace
from cli.test_lead_command import here as here

SOON = datetime.now(UTC).replace(microsecond=0, second=0, minute=0) + timedelta(days=3)
ICS = (
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:off\r\nDTSTART:{:%Y%m%dT%H%M%SZ}\r\nDURATION:P2D\r\n"
    "X-MICROSOFT-CDO-BUSYSTATUS:OOF\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART:soon\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def test_an_absence_is_added_listed_and_ended(here: Workspace) -> None:
    begins, back = SOON.isoformat(), (SOON + timedelta(days=2)).isoformat()
    asked = ("rep", "absence", "add", "rep0", "--from", begins, "--until", back, "--reason", "sea")
    span = f"vacation from {SOON:%Y-%m-%d %H:%M} UTC to {SOON + timedelta(days=2):%Y-%m-%d %H:%M} UTC"
    assert here.run(*asked, "--backup", "rep1")[:2] == (
        0,
        [f"rep0 is away: {span}, rep1 stands in (roster 2)"],
    )
    assert here.run(*asked, "--backup", "rep1")[1] == [
        f"rep0 is away: {span}, rep1 stands in already (roster 2)"
    ]
    listed = f"{SOON:%Y-%m-%dT%H:%MZ} to {SOON + timedelta(days=2):%Y-%m-%dT%H:%MZ} vacation, rep1 stands in"
    assert here.run("rep", "absence", "list", "rep0") == (0, [listed], [])
    code, said, _ = here.run("rep", "absence", "end", "rep0", "--from", begins, "--reason", "rain")
    assert (code, said) == (0, [f"rep0 is not away from {SOON:%Y-%m-%d %H:%M} UTC (roster 3)"])
    assert here.run("rep", "absence", "list", "rep0") == (0, [], [])
    code, _, err = here.run(*asked[:5], "tomorrow", "--until", back, "--reason", " ")
    assert (code, [line.partition(" is ")[0] for line in err]) == (
        2,
        ['firstright: from: string "tomorrow"', "firstright: reason:"],
    )
    assert here.run("rep", "absence", "list", "rep9")[0] == 2


def test_hours_taking_leads_a_place_and_leaving(here: Workspace) -> None:
    day = f"{SOON:%Y-%m-%d}"
    assert here.run("rep", "hours", "rep0", day, "09:00-12:00", "--reason", "fair")[1] == [
        f"rep0 works on {day} 09:00-12:00 (roster 2)"
    ]
    assert here.run("rep", "hours", "rep0", day, "--closed", "--reason", "fair")[1] == [
        f"rep0 works on {day} closed (roster 3)"
    ]
    until = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(hours=2)
    assert here.run("rep", "on", "rep0", "--until", until.isoformat(), "--reason", "launch")[1] == [
        f"rep0 takes leads until {until:%Y-%m-%d %H:%M} UTC (roster 4)"
    ]
    code, said, _ = here.run(
        "rep", "join", "rep0", "round", "--weight", "3", "--ramp", f"{day}=5", "--reason", "more"
    )
    assert (code, said[0].startswith("rep0 is in round with weight 3, 5 from ")) == (0, True), said
    at = SOON.isoformat()
    assert here.run("rep", "leave", "rep0", "--at", at, "--reason", "a new job")[1] == [
        f"rep0 leaves {SOON:%Y-%m-%d %H:%M} UTC (roster 6)"
    ]
    assert here.run("rep", "leave", "rep0", "--stays", "--reason", "better pay")[1] == [
        "rep0 stays (roster 7)"
    ]
    for wrong in (
        ("hours", "rep0", "soon"),
        ("hours", "rep0", day, "9-5"),
        ("hours", "rep0", day, "09:00-10:00", "--closed"),
        ("join", "rep0", "round", "--ramp", "soon"),
        ("join", "rep0", "nowhere"),
    ):
        code, _, err = here.run("rep", *wrong, "--reason", "x")
        assert (code, len(err)) == (2, 1), err


def test_a_calendar_file_is_read(here: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "rep0.ics"
    file.write_text(ICS.format(SOON), newline="")
    assert here.run("rep", "calendar", "rep0", str(file)) == (
        0,
        [
            "rep0 has 1 absence from the calendar (roster 2)",
            "not read: line 9 DTSTART: is not a date or a date and time between 1900 and 2199",
        ],
        [],
    )
    assert here.run("rep", "absence", "list", "rep0")[1][0].endswith("out-of-office (calendar)")
    file.write_text("<html>")
    assert here.run("rep", "calendar", "rep0", str(file))[2] == [
        "firstright: file: line 1: is outside of any BEGIN:VCALENDAR: this is no iCalendar file"
    ]
    assert here.run("rep", "calendar", "rep0", str(tmp_path / "none.ics"))[0] == 2


def test_a_rep_is_away_beside_a_server(beside: Beside, capsys: pytest.CaptureFixture[str]) -> None:
    begins, back = SOON.isoformat(), (SOON + timedelta(days=2)).isoformat()
    asked = ("rep", "absence", "add", "rep0", "--from", begins, "--until", back, "--reason", "sea")
    code, said, wrong = told(beside, capsys, *asked)
    assert (code, said[0].startswith("rep0 is away: vacation from ")) == (0, True), wrong
    code, said, _ = told(
        beside, capsys, "rep", "absence", "end", "rep0", "--from", begins, "--reason", "rain"
    )
    assert (code, said[0].startswith("rep0 is not away")) == (0, True)
    code, _, wrong = told(beside, capsys, "rep", "leave", "nobody", "--reason", "x")
    assert (code, wrong[0].startswith('firstright: rep: "nobody" is not known')) == (2, True)
