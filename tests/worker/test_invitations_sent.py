"""Invitations arrive at a real mail server on loopback: to the lead and to the rep, each in their own time, with the same UID."""

from datetime import timedelta

import icalendar

from desk.office import office
from desk.postroom import PostRoom
from desk.test_meetings import ALONE, TEN, TO_POOL, booked
from firstright.core.meetings import THE_LEAD
from firstright.desk.links import lead_of
from firstright.desk.meetings import CancelMeeting, MoveMeeting
from firstright.outbound.channels import channels
from firstright.storage import meetings
from firstright.worker.postman import Posting, Postman
from outbound import certificates
from outbound.mailbox import Letter, Mailbox
from outbound.outside import LOOPBACK
from patience import until

HOUR = timedelta(hours=1)
KIM_ALONE = ALONE.replace('id = "kim"', 'id = "kim"\nemail = "kim@ours.example"')


def part(letter: Letter, kind: str) -> str:
    [found] = [each for each in letter.message.walk() if each.get_content_type() == kind]
    return str(found.get_content())


def event(letter: Letter) -> tuple[object, ...]:
    calendar = icalendar.Calendar.from_ical(part(letter, "text/calendar"))
    [found] = calendar.walk("VEVENT")
    return calendar["METHOD"], found["UID"], found["SEQUENCE"], found["DTSTART"].dt


def asked(letter: Letter) -> tuple[str, str]:
    [found] = icalendar.Calendar.from_ical(part(letter, "text/calendar")).walk("VEVENT")
    return found["ATTENDEE"].params["PARTSTAT"], found["ATTENDEE"].params["RSVP"]


def test_both_get_the_invitation_its_move_and_its_end(database_url: str) -> None:
    with Mailbox() as mailbox, office(database_url, published=False) as here:
        here.publish(TO_POOL, KIM_ALONE)
        room = PostRoom(here)
        room.register("email", url=mailbox.url())
        told = here.send("mara", zone="America/New_York", company="Mara Works")
        lead = str(told["lead"])
        booked(here, told)
        here.desk.act(MoveMeeting(lead, THE_LEAD, TEN + HOUR))
        here.desk.act(MoveMeeting(lead, "kim", TEN + 2 * HOUR))
        here.desk.act(CancelMeeting(lead, "kim", reason="The line is down"))
        means = Posting(
            channels=lambda: channels(LOOPBACK, trust=certificates.trusting),
            open_secret=lambda sealed, about: sealed,
            now=lambda: room.now,
            dice=lambda: 0.5,
            clock=lambda: room.now + timedelta(seconds=1),  # a turn is a little later than the one before it
            site="https://leads.ours.example",
        )
        room.wait(seconds=1)
        with Postman(here.desk, means):
            until(lambda: len(mailbox.letters) == 9)  # and that the lead is Kim's
        with here.desk.read() as tx:
            [row] = meetings.of_lead(tx, lead)
            secret = meetings.secret(tx)
        uid = f"{row.id}@firstright"
        wanted = [
            ("REQUEST", uid, 0, TEN),
            ("REQUEST", uid, 1, TEN + HOUR),
            ("REQUEST", uid, 2, TEN + 2 * HOUR),
            ("CANCEL", uid, 3, TEN + 2 * HOUR),
        ]
        to_lead, to_rep = (
            [each for each in mailbox.letters if each.recipients == (whom,) and each.message.is_multipart()]
            for whom in ("mara@mara.example", "kim@ours.example")
        )
        assert [event(each) for each in to_lead] == [event(each) for each in to_rep] == wanted
        assert [str(each.message["Subject"]).strip() for each in to_lead] == [
            "Product demo: Tuesday 3 March 2026, 04:00 (America/New_York)",
            "Moved: Product demo, now Tuesday 3 March 2026, 05:00 (America/New_York)",
            "Moved: Product demo, now Tuesday 3 March 2026, 06:00 (America/New_York)",
            "Called off: Product demo, Tuesday 3 March 2026, 06:00 (America/New_York)",
        ]
        # whoever chose the time is not asked whether it suits them
        assert [asked(each) for each in to_lead[:3]] == [
            ("ACCEPTED", "FALSE"),
            ("ACCEPTED", "FALSE"),
            ("NEEDS-ACTION", "TRUE"),
        ]
        assert (
            str(to_rep[0].message["Subject"]) == "Product demo: Tuesday 3 March 2026, 10:00 (Europe/Berlin)"
        )
        text = part(to_lead[0], "text/plain")
        assert "Product demo with Kim Larsen is booked" in text
        link = text.split("https://leads.ours.example/b/")[1].split()[0]
        assert lead_of(secret, link) == lead
        assert "/b/" not in part(to_rep[0], "text/plain")  # that link is the lead's own
        assert "Mara of Mara Works" in part(to_rep[0], "text/plain")
        assert "The reason: The line is down" in part(to_lead[3], "text/plain")
