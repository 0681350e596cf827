"""The page about meetings: its policy is sound, its commands and addresses exist, its numbers are those of the code."""

import re
from datetime import timedelta
from pathlib import Path

from typer.testing import CliRunner

from firstright.cli.meeting import app
from firstright.core.documents.lint import load
from firstright.core.meetings import MeetingType
from firstright.web.booking.door import SOURCE
from firstright.web.booking.visitors import DOES, LOOKS
from firstright.web.slotsreply import MOST
from routing import CALENDARS, CATCH_ALL, HEAD, TEAM, TO_SDR

PAGE = (Path(__file__).parents[2] / "docs" / "meetings.md").read_text("utf-8")
MINUTE = timedelta(minutes=1)


def test_the_kind_of_meeting_shown_is_sound_and_is_what_it_says() -> None:
    [shown] = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    head = HEAD.replace('tiers = ["first", "second", "last"]', 'tiers = ["first", "last"]')
    policy, _, found = load(head + shown + TO_SDR + CATCH_ALL, CALENDARS + "".join(TEAM))
    assert [each for each in found if "meeting" in each.where or "demo" in each.where] == [
        each for each in found if each.code == "meeting.late_reminder"
    ]
    assert policy is not None
    demo = policy.meetings["demo"]
    assert (demo.pool, demo.length, demo.before, demo.grid, demo.most) == (
        "sdr",
        45 * MINUTE,
        15 * MINUTE,
        30,
        4,
    )
    assert demo.horizon == 21 * MeetingType("").horizon / 14


def test_every_command_shown_is_there() -> None:
    shown = re.findall(r"^firstright meeting (\S+)", PAGE, re.MULTILINE)
    helped = CliRunner().invoke(app, ["--help"]).output
    assert [name for name in shown if not re.search(rf"^\s*{name}\s", helped, re.MULTILINE)] == []
    assert len(shown) == 7


def test_the_numbers_are_those_of_the_code() -> None:
    assert f"{LOOKS} looks and {DOES} bookings a minute" in PAGE
    assert f"source `{SOURCE.name}`" in PAGE
    assert MOST == 12 and "next twelve slots" in PAGE
