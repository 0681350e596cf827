"""A reply to one of our invitations (RFC 5546, METHOD:REPLY), as calendar programs write it: to which meeting, and what they say.

Only the few properties that say so are read, the rest is not put together. It knows no meeting.
"""

from datetime import UTC, datetime

import msgspec
from icalendar.parser import Contentline, Contentlines

from firstright.core.clean.problem import Problem, escaped
from firstright.core.identifiers import is_id
from firstright.core.meetings import OURS
from firstright.intake.icalendarvalues import parsed

LARGEST = 64 * 1024  # bytes
LONGEST_COMMENT = 500
ANSWERS = ("accepted", "declined", "tentative")
_AT = "/calendar"
_READ = frozenset(("UID", "SEQUENCE", "DTSTAMP", "ATTENDEE", "COMMENT"))
Given = dict[str, tuple[dict[str, str], str]]  # name: (parameters, value)


class Reply(msgspec.Struct, frozen=True):
    """`meeting` is the id in the UID we gave it, `sequence` which of our invitations is answered. `at`: when they said so."""

    meeting: str
    sequence: int
    answer: str  # ANSWERS
    email: str = ""
    comment: str = ""
    at: datetime | None = None


def read_reply(raw: bytes) -> Reply | tuple[Problem, ...]:
    """The reply, or everything that is wrong with it."""
    if len(raw) > LARGEST:
        return (_wrong("reply.too_large", f"has {len(raw):,} bytes, and at most {LARGEST:,} are read"),)
    try:
        method, given = _given(raw.decode("utf-8-sig"))
    except ValueError:  # also of what is no text
        return (_wrong("reply.not_a_calendar", "is no calendar: it begins with BEGIN:VCALENDAR"),)
    if method != "REPLY":
        return (_wrong("reply.method", "is no reply to an invitation: METHOD is not REPLY", method),)
    return _reply(given)


def _given(text: str) -> tuple[str, Given]:
    """The calendar's method, and what its first event says. Raises ValueError."""
    method, given, open_ = "", Given(), list[str]()
    for line in Contentlines.from_ical(text):  # type: ignore[no-untyped-call]  # icalendar says no types there
        name = line.partition(":")[0].partition(";")[0].upper()
        if name in ("BEGIN", "END"):
            word = line.partition(":")[2].strip().upper()
            if name == "BEGIN":
                open_.append(word)
            elif not open_ or open_.pop() != word:
                raise ValueError(line)
            elif word == "VEVENT":
                break
        elif open_ == ["VCALENDAR"] and name == "METHOD":
            method = line.partition(":")[2].strip().upper()
        elif open_ == ["VCALENDAR", "VEVENT"] and name in _READ:
            given.setdefault(name, _parts(line))
    if not given and not method:
        raise ValueError("nothing of a calendar")
    return method, given


def _parts(line: Contentline) -> tuple[dict[str, str], str]:
    """Parameters by upper-case name. Raises ValueError."""
    _, params, value = line.parts()
    return {str(name).upper(): str(each) for name, each in params.items()}, str(value)


def _reply(given: Given) -> Reply | tuple[Problem, ...]:
    nothing: tuple[dict[str, str], str] = ({}, "")
    uid, sequence = given.get("UID", nothing)[1].strip(), given.get("SEQUENCE", ({}, "0"))[1].strip()
    params, who = given.get("ATTENDEE", nothing)
    answer, meeting = params.get("PARTSTAT", "").lower(), uid.removesuffix(OURS)
    wrong = []
    if meeting == uid or not is_id(meeting):
        wrong.append(_wrong("reply.uid", "UID is of no invitation of ours", uid))
    if not (sequence.isascii() and sequence.isdigit() and len(sequence) < 7):
        wrong.append(_wrong("reply.sequence", "SEQUENCE is no number", sequence))
    if answer not in ANSWERS:
        wrong.append(_wrong("reply.answer", f"PARTSTAT is none of {', '.join(ANSWERS)}", answer))
    if wrong:
        return tuple(wrong)
    comment = given.get("COMMENT", nothing)[1] or params.get("X-RESPONSE-COMMENT", "")
    email = who[7:] if who.casefold().startswith("mailto:") else ""
    return Reply(meeting, int(sequence), answer, email.strip(), _said(comment), _stamp(given))


def _stamp(given: Given) -> datetime | None:
    read = parsed(given["DTSTAMP"][1]) if "DTSTAMP" in given else None
    return read.astimezone(UTC) if isinstance(read, datetime) and read.tzinfo else None


def _said(comment: str) -> str:
    """In one line, as any note."""
    plain = comment.replace("\\n", " ").replace("\\N", " ").replace("\\,", ",").replace("\\;", ";")
    return " ".join("".join(c if c.isprintable() else " " for c in plain).split())[:LONGEST_COMMENT]


def _wrong(code: str, reason: str, value: str = "") -> Problem:
    return Problem(_AT, code, reason, escaped(value[:64]))
