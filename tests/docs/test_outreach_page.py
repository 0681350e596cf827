"""The page about outreach: its policy is sound, every reason and no is told, its commands and addresses exist."""

import re
from datetime import timedelta
from pathlib import Path

from typer.testing import CliRunner

from firstright.cli import consent, sequence, suppress
from firstright.core.documents.lint import load
from firstright.core.outreach import OUTREACH, No
from firstright.core.sequences import By, Ends
from firstright.core.why.outreachwords import ENDED
from routing import CALENDARS, CATCH_ALL, HEAD, TEAM, TO_SDR

PAGE = (Path(__file__).parents[2] / "docs" / "outreach.md").read_text("utf-8")


def test_the_sequence_shown_is_sound_and_the_rules_shown_are_the_shipped_ones() -> None:
    [shown] = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    rules = HEAD + shown + TO_SDR.rstrip() + '\nsequence = "welcome"\n' + CATCH_ALL
    policy, _, found = load(rules, CALENDARS + "".join(TEAM))
    assert policy is not None
    assert [each for each in found if "sequence" in each.where or "outreach" in each.where] == []
    assert policy.outreach == OUTREACH
    assert [(step.channel, step.wait) for step in policy.sequences["welcome"].steps] == [
        (By.EMAIL, timedelta(0)),
        (By.CALL, timedelta(hours=1)),
        (By.EMAIL, timedelta(hours=16)),
    ]


def test_every_channel_reason_and_no_is_told() -> None:
    assert [each for each in (*By, *Ends, *No, *ENDED) if f"`{each}`" not in PAGE] == []


def test_every_command_shown_is_there() -> None:
    for name, command in (("sequence", sequence), ("consent", consent), ("suppress", suppress)):
        shown = set(re.findall(rf"^    firstright {name} (\S+)", PAGE, re.MULTILINE))
        helped = CliRunner().invoke(command.app, ["--help"]).output
        there = set(re.findall(r"^  ([a-z-]+) ", helped.partition("Commands")[2], re.MULTILINE))
        assert shown == there
