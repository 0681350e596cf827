"""Replies to invitations are read as Outlook, Google and any library write them; whatever else comes is refused with its reasons."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.intake.invitationreply import LARGEST, Reply, read_reply
from intake.replies import GOOGLE, MEETING, OUTLOOK, by_library, written

AT = datetime(2026, 3, 2, 9, 15, tzinfo=UTC)
ANNA = "anna@anna.example"


def codes(raw: bytes) -> list[str]:
    read = read_reply(raw)
    assert not isinstance(read, Reply)
    return [problem.code for problem in read]


def test_outlook_declines_with_a_comment() -> None:
    read = read_reply(written(OUTLOOK, "DECLINED", sequence=2))
    assert read == Reply(MEETING, 2, "declined", ANNA, "Da bin ich leider weg, wie w\u00e4re es danach?", AT)


def test_google_accepts_and_says_so_in_a_folded_line() -> None:
    assert read_reply(written(GOOGLE, "ACCEPTED")) == Reply(MEETING, 0, "accepted", ANNA, "see you there", AT)


def test_what_a_library_writes_is_read() -> None:
    assert read_reply(by_library("TENTATIVE", sequence=1)) == Reply(MEETING, 1, "tentative", ANNA, "", AT)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", ["reply.not_a_calendar"]),
        (b"I shall be there", ["reply.not_a_calendar"]),
        (b"\xff\xfe", ["reply.not_a_calendar"]),
        (b"BEGIN:VCALENDAR\r\nEND:VEVENT", ["reply.not_a_calendar"]),
        (b" " * (LARGEST + 1), ["reply.too_large"]),
        (written(OUTLOOK, "DECLINED").replace(b"METHOD:REPLY", b"METHOD:REQUEST"), ["reply.method"]),
        (written(GOOGLE, "DELEGATED"), ["reply.answer"]),
        (written(GOOGLE, "ACCEPTED", "another"), ["reply.uid"]),
        (written(GOOGLE, "ACCEPTED").replace(b"@firstright", b"@elsewhere"), ["reply.uid"]),
        (written(GOOGLE, "", "x").replace(b"SEQUENCE:0", b"SEQUENCE:-1"), ["reply.uid", "reply.sequence", "reply.answer"]),
    ],
)  # fmt: skip
def test_all_that_is_wrong_is_said_at_once(raw: bytes, said: list[str]) -> None:
    assert codes(raw) == said


def test_what_stands_in_a_time_zone_or_behind_the_first_event_is_nobodys_answer() -> None:
    raw = written(OUTLOOK, "ACCEPTED")
    other = b"BEGIN:VEVENT\r\nUID:x@firstright\r\nSEQUENCE:9\r\nEND:VEVENT\r\nEND:VCALENDAR"
    assert read_reply(raw.replace(b"END:VCALENDAR", other)) == read_reply(raw)


@given(st.binary(max_size=300), st.integers(0, 600))
@settings(max_examples=150, deadline=None)
def test_whatever_comes_is_read_or_refused(noise: bytes, at: int) -> None:
    raw = written(GOOGLE, "ACCEPTED")
    for each in (noise, raw[:at] + noise + raw[at:], raw[:at]):
        read = read_reply(each)
        assert isinstance(read, Reply) or all(problem.pointer == "/calendar" for problem in read)
