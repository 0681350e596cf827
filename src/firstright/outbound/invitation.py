"""An invitation as iCalendar text (RFC 5545, 5546): asked for or called off, under a UID that stays and a sequence that grows.

It is written by hand and sends nothing; a foreign reader vouches for it in the tests.
"""

from datetime import UTC, datetime
from typing import Literal

import msgspec

LONGEST = 75  # bytes of a line
PRODUCT = "-//firstright//meetings//EN"
Method = Literal["REQUEST", "CANCEL"]


class Person(msgspec.Struct, frozen=True):
    email: str
    name: str = ""


class Invitation(msgspec.Struct, frozen=True):
    """Instants are UTC. `organizer` is whose meeting it is, `guest` who is asked to come: for an answer (`asks`) unless they chose
    the time themselves."""

    uid: str
    sequence: int
    stamp: datetime
    starts: datetime
    ends: datetime
    summary: str
    organizer: Person
    guest: Person
    description: str = ""
    location: str = ""
    url: str = ""
    asks: bool = False


def invitation(asked: Invitation, method: Method) -> str:
    """The whole calendar, with line ends as the format wants them."""
    cancelled = method == "CANCEL"
    answer = "PARTSTAT=NEEDS-ACTION;RSVP=TRUE" if asked.asks else "PARTSTAT=ACCEPTED;RSVP=FALSE"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        f"UID:{escaped(asked.uid)}",
        f"SEQUENCE:{asked.sequence}",
        f"DTSTAMP:{_instant(asked.stamp)}",
        f"DTSTART:{_instant(asked.starts)}",
        f"DTEND:{_instant(asked.ends)}",
        f"SUMMARY:{escaped(asked.summary)}",
        *([f"DESCRIPTION:{escaped(asked.description)}"] if asked.description else []),
        *([f"LOCATION:{escaped(asked.location)}"] if asked.location else []),
        *([f"URL:{_plain(asked.url)}"] if asked.url else []),
        f"ORGANIZER{_named(asked.organizer)}:mailto:{_plain(asked.organizer.email)}",
        f"ATTENDEE{_named(asked.guest)};ROLE=REQ-PARTICIPANT;{answer}:mailto:{_plain(asked.guest.email)}",
        f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}",
        "TRANSP:OPAQUE",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def escaped(text: str) -> str:
    """As a value of type TEXT. Of control characters only line ends are left."""
    kept = "".join(c for c in text.replace("\r\n", "\n").replace("\r", "\n") if c == "\n" or c.isprintable())
    return kept.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> str:
    """In lines of at most 75 bytes, never within a character; all but the first begin with a space."""
    parts: list[str] = []
    part, size = "", 0
    for char in line:
        width = len(char.encode("utf-8", "replace"))
        if size + width > LONGEST - bool(parts):
            parts.append(part)
            part, size = "", 0
        part += char
        size += width
    return "\r\n ".join([*parts, part])


def _named(person: Person) -> str:
    """A name stands in quotes, in which no quote may stand."""
    name = "".join(c for c in person.name if c.isprintable() and c != '"')
    return f';CN="{name}"' if name else ""


def _plain(text: str) -> str:
    return "".join(c for c in text if c.isprintable() and not c.isspace())


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
