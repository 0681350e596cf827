"""Invitations, vouched for by a foreign reader, by our own reader of calendars, and as they travel in a letter."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import icalendar
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.intake.icalendarfile import Window, read_calendar
from firstright.outbound.channel import Message
from firstright.outbound.invitation import Invitation, Person, folded, invitation
from firstright.outbound.letter import letter

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
ASKED = Invitation(
    "0190a000@firstright",
    3,
    NOON - timedelta(days=1),
    NOON,
    NOON + timedelta(minutes=30),
    "Demo; arm, rover",
    Person("kim@ours.example", 'Kim "K" Larsen'),
    Person("zoë@tanaka.example", "Zoë, Tanaka; Co"),
    "First line\nSecond \\ line, and more; " + "ünal " * 40,
    "By video: https://meet.ours.example/demo",
    "https://ours.example/b/token",
)
text = st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=200)


def kept(given: str) -> str:
    return "".join(c for c in given if c.isprintable())


def event(calendar: str) -> icalendar.Component:
    [found] = icalendar.Calendar.from_ical(calendar).walk("VEVENT")
    return found


def test_a_foreign_reader_reads_what_was_written() -> None:
    written = invitation(ASKED, "REQUEST")
    calendar = icalendar.Calendar.from_ical(written)
    found = event(written)
    assert (calendar["METHOD"], found["UID"], found["SEQUENCE"], found["STATUS"]) == (
        "REQUEST",
        "0190a000@firstright",
        3,
        "CONFIRMED",
    )
    assert (found["DTSTART"].dt, found["DTEND"].dt, found["DTSTAMP"].dt) == (
        NOON,
        NOON + timedelta(minutes=30),
        NOON - timedelta(days=1),
    )
    assert (str(found["SUMMARY"]), str(found["DESCRIPTION"]), str(found["LOCATION"])) == (
        ASKED.summary,
        ASKED.description,
        ASKED.location,
    )
    assert (str(found["ORGANIZER"]), found["ORGANIZER"].params["CN"]) == (
        "mailto:kim@ours.example",
        "Kim K Larsen",
    )
    assert found["ATTENDEE"].params["CN"] == "Zoë, Tanaka; Co"
    off = invitation(ASKED, "CANCEL")
    assert (icalendar.Calendar.from_ical(off)["METHOD"], event(off)["STATUS"], event(off)["UID"]) == (
        "CANCEL",
        "CANCELLED",
        found["UID"],
    )


@given(text, text, text)
@settings(max_examples=80, deadline=None)
def test_whatever_a_lead_is_called_stays_a_text_and_lines_stay_short(
    name: str, about: str, place: str
) -> None:
    asked = Invitation(
        "u@x", 0, NOON, NOON, NOON, f"S{name}", Person("a@ours.example"), Person("b@b.example", name),
        f"D{about}", f"L{place}",
    )  # fmt: skip
    written = invitation(asked, "REQUEST")
    assert all(len(line.encode()) <= 75 for line in written.split("\r\n"))
    found = event(written)
    assert (str(found["SUMMARY"]), str(found["DESCRIPTION"]), str(found["LOCATION"])) == (
        kept(f"S{name}"),
        kept(f"D{about}"),
        kept(f"L{place}"),
    )


def test_a_line_is_never_cut_within_a_character() -> None:
    line = "X" * 74 + "üüü"
    assert folded(line) == "X" * 74 + "\r\n üüü"


def test_our_own_reader_sees_a_rep_busy_then() -> None:
    window = Window(NOON - timedelta(days=1), NOON + timedelta(days=1))
    times = read_calendar(invitation(ASKED, "REQUEST").encode(), "UTC", window, email="kim@ours.example")
    assert [(each.starts, each.ends) for each in times.spans if not each.away] == [(ASKED.starts, ASKED.ends)]


def test_a_letter_carries_it_where_calendars_look_and_as_a_file() -> None:
    calendar = invitation(ASKED, "REQUEST")
    message = Message("1", "email", "zoe@tanaka.example", "Demo", "It is booked.", b"", calendar, "REQUEST")
    raw = letter(message, "Leads <leads@ours.example>", NOON).as_bytes()
    found = message_from_bytes(raw, policy=policy.default)
    parts = [
        (part.get_content_type(), part.get_filename(), part.get_param("method")) for part in found.walk()
    ]
    assert parts == [
        ("multipart/mixed", None, None),
        ("multipart/alternative", None, None),
        ("text/plain", None, None),
        ("text/calendar", None, "REQUEST"),
        ("application/ics", "invite.ics", "REQUEST"),
    ]
    inside = next(part for part in found.walk() if part.get_content_type() == "text/calendar").get_content()
    assert event(str(inside))["UID"] == "0190a000@firstright"
    plain = letter(Message("1", "email", "zoe@tanaka.example", "Demo", "Hello"), "leads@ours.example", NOON)
    assert plain.get_content_type() == "text/plain"  # any other letter is what it was
