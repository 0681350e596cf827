"""Replies to invitations as calendar programs write them: Outlook by Exchange, Google, and what `icalendar` makes of ours."""

from datetime import UTC, datetime

from icalendar import Calendar, Event, vCalAddress

MEETING = "0190a000-0000-7000-8000-000000000001"
OUTLOOK = """BEGIN:VCALENDAR
METHOD:REPLY
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT={answer};CN="Wolf, Anna":mailto:{email}
COMMENT;LANGUAGE=de-DE:Da bin ich leider weg\\, wie w\u00e4re es danach?\\n
UID:{meeting}@firstright
SUMMARY;LANGUAGE=de-DE:Abgelehnt: Product demo with Kim Larsen of a company whose na
 me does not fit into one line
DTSTART;TZID=W. Europe Standard Time:20260303T100000
DTEND;TZID=W. Europe Standard Time:20260303T103000
CLASS:PUBLIC
PRIORITY:5
DTSTAMP:{stamp}
TRANSP:OPAQUE
STATUS:CONFIRMED
SEQUENCE:{sequence}
LOCATION;LANGUAGE=de-DE:
X-MICROSOFT-CDO-APPT-SEQUENCE:{sequence}
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
END:VEVENT
END:VCALENDAR
"""
GOOGLE = """BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
BEGIN:VEVENT
DTSTART:20260303T090000Z
DTEND:20260303T093000Z
DTSTAMP:{stamp}
ORGANIZER;CN=Kim Larsen:mailto:kim@ours.example
UID:{meeting}@firstright
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={answer};CN=Anna Wol
 f;X-NUM-GUESTS=0;X-RESPONSE-COMMENT="see you there":mailto:{email}
CREATED:20260302T080000Z
DESCRIPTION:
LAST-MODIFIED:20260302T091500Z
SEQUENCE:{sequence}
STATUS:CONFIRMED
SUMMARY:Product demo with Kim Larsen
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
"""
STAMP = "20260302T091500Z"


def written(
    program: str,
    answer: str,
    meeting: str = MEETING,
    *,
    sequence: int = 0,
    email: str = "anna@anna.example",
    stamp: str = STAMP,
) -> bytes:
    """As it leaves the program: lines end as the format wants them."""
    told = program.format(answer=answer, meeting=meeting, sequence=sequence, email=email, stamp=stamp)
    return told.replace("\n", "\r\n").encode()


def by_library(answer: str, meeting: str = MEETING, sequence: int = 0) -> bytes:
    calendar, event = Calendar(), Event()
    calendar.add("prodid", "-//somebody//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "REPLY")
    event.add("uid", f"{meeting}@firstright")
    event.add("sequence", sequence)
    event.add("dtstamp", datetime(2026, 3, 2, 9, 15, tzinfo=UTC))
    guest = vCalAddress("MAILTO:anna@anna.example")
    guest.params["PARTSTAT"] = answer
    event.add("attendee", guest, encode=0)
    calendar.add_component(event)
    told: bytes = calendar.to_ical()
    return told
