"""Kinds of meetings: what they say, and what nobody could ever book."""

from datetime import timedelta

import pytest

from firstright.core.documents.lint import load
from firstright.core.meetings import MeetingType
from marked import policy_findings, sound_policy
from routing import CALENDARS, CATCH_ALL, HEAD, KIM, NOOR, TO_SDR, rep

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SOUND = """
[meetings.demo]
with = "pool:inbound"
length = "45min"
before = "15min"
after = "10min"
notice = "24h"
horizon = "30d"
grid = "15min"
most = 4
title = "Product demo"
location = "By video"
about = "What we show you."
remind = ["1h", "24h"]

[meetings.short-call]
length = "15min"
"""
WRONG = """
[meetings.none]
length = "0min"  #! meeting.length

[meetings.endless]
length = "2d"  #! value.range

[meetings.odd]
grid = "25min"  #! meeting.grid

[meetings.nobody]
with = "kim"  #! meeting.with

[meetings.never]
notice = "14d"
horizon = "14d"  #! meeting.no_room

[meetings.late]
notice = "1h"
remind = ["24h", "soon"]  #! duration.invalid meeting.late_reminder

[meetings.fields]
about = "Hello {nobody}"  #! template.unknown_field

[meetings.other]
buffer = "5min"  #! key.unknown
"""


def test_a_kind_of_meeting_says_how_long_when_and_with_whom() -> None:
    assert sound_policy(SOUND).meetings == {
        "demo": MeetingType(
            "demo",
            "inbound",
            45 * MINUTE,
            15 * MINUTE,
            10 * MINUTE,
            DAY,
            30 * DAY,
            15,
            4,
            "Product demo",
            "By video",
            "What we show you.",
            remind=(DAY, HOUR),
        ),
        "short-call": MeetingType("short-call", length=15 * MINUTE),
    }


def test_what_cannot_be_booked_is_named() -> None:
    got, expected = policy_findings(WRONG)
    assert got == expected


def test_a_pool_nobody_is_in_and_letters_that_go_elsewhere_are_named() -> None:
    kinds = """
[meetings.demo]
with = "pool:sun"
confirm = "yours"
reminder = "nothing"

[meetings.lost]
with = "pool:sunn"

[meetings.fine]
with = "pool:sdr"
confirm = "invited"

[templates.yours]
channel = "slack"
text = "{company} is yours."

[templates.invited]
channel = "email"
subject = "{meeting_title}: {meeting_time}"
text = "Where: {meeting_place}. Otherwise: {booking_link}"
"""
    head = HEAD.replace('[templates.yours]\ntext = "{company} is yours."\n', "")
    found = load(head + kinds + TO_SDR + CATCH_ALL, CALENDARS + rep("Ada", pools="{}") + KIM + NOOR)[2]
    assert [(each.where, each.code) for each in found if each.where.startswith("meeting")] == [
        ('meeting "demo" with', "meeting.nobody"),
        ('meeting "demo" confirm', "meeting.template"),
        ('meeting "demo" reminder', "template.unknown"),
        ('meeting "demo" reminder', "key.no_effect"),
        ('meeting "lost" with', "pool.unknown"),
    ]


@pytest.mark.parametrize(
    "speaks",
    [
        '[meetings.demo]\nwith = "pool:sdr"\n',
        '[sequences.next]\nstep = [{ channel = "call", wait = "1d", task = "Call" }]\n',
    ],
)
def test_who_writes_to_leads_and_is_nobody_is_warned_of(speaks: str) -> None:
    def unnamed(head: str) -> list[str]:
        found = load(head + speaks + TO_SDR + CATCH_ALL, CALENDARS + KIM)[2]
        return [each.severity for each in found if each.code == "company.unnamed"]

    assert unnamed(HEAD) == ["warning"]
    assert unnamed(HEAD.replace("[policy]\n", '[policy]\ncompany = "Northwind"\n')) == []
