"""A post room whose office sends sequences: a policy with three steps, a key that seals nothing, mail that goes into a list."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from chaos.scene import broken
from desk.office import PEOPLE, Office, office
from desk.postroom import PostRoom
from firstright.desk.delivered import Ended, RecordDeliveries
from firstright.desk.delivering import ClaimDeliveries, Outgoing
from firstright.outbound.channel import Message, Result, Verdict
from firstright.storage import enrolments
from firstright.storage.enrolments import Enrolment
from routing import CATCH_ALL, HEAD, MONDAY, TO_SDR

SITE = "https://ours.example"
OPEN = '\n[outreach]\nquiet_from = "00:00"\nquiet_until = "00:00"\napart = "none"\nmost_a_week = 0\n'
THREE = """
[templates.hello]
subject = "Hello {first_name}"
text = "You asked us. {owner_name}"

[templates.again]
subject = "Still there?"
text = "Here is more. {opt_out_url}"

[sequences.welcome]
basis = "24x7"
[[sequences.welcome.step]]
channel = "email"
template = "hello"
[[sequences.welcome.step]]
channel = "call"
wait = "1d"
task = "Call {first_name}"
[[sequences.welcome.step]]
channel = "email"
wait = "2d"
template = "again"
"""
TO_WELCOME = TO_SDR.rstrip() + '\nsequence = "welcome"\n'
RULES = HEAD.replace('untouched = "2h"', 'untouched = "30d"') + TO_WELCOME + CATCH_ALL + THREE
MAIL = PEOPLE.replace('id = "kim"', 'id = "kim"\nemail = "kim@ours.example"')
SENT = Result(Verdict.SENT, 250)
BOUNCED = Result(Verdict.REFUSED, 550, "550 no such mailbox")


class Box:
    """Seals nothing, and makes the same secret each time."""

    def seal(self, secret: bytes, about: str) -> bytes:
        return secret

    def open(self, sealed: bytes, about: str) -> bytes:
        return sealed

    def fresh(self, size: int) -> bytes:
        return b"s" * size


class Outreach:
    """`mail` is what has been sent, in order."""

    def __init__(self, here: Office) -> None:
        self.office = here
        self.mail: list[Message] = []
        self.room = PostRoom(here)
        self._claims = 0

    def arrive(self, name: str, **facts: str) -> str:
        """The lead of somebody who wrote."""
        return str(self.office.send(name, **facts)["lead"])

    def wait(self, **time: float) -> None:
        self.office.at += timedelta(**time)

    def work(self, result: Result = SENT) -> list[str]:
        """Does all that is due now, and sends it; the subjects of what went out."""
        before = len(self.mail)
        self.due()
        while found := self.claim():
            self.end(found, result)
        return [message.subject for message in self.mail[before:]]

    def due(self) -> None:
        """Does all that is due now, and sends nothing. A turn is a little later than the one before it."""
        self.wait(seconds=1)
        while self.office.desk.work_due(self.office.at)[0]:
            pass

    def claim(self) -> list[Outgoing]:
        self._claims += 1
        work = ClaimDeliveries(64, f"claim-{self._claims}", "https://ours.example/leads/", SITE)
        return self.office.desk.writer.submit(work).result()

    def end(self, found: list[Outgoing], result: Result = SENT) -> list[bool]:
        ours = self.office.desk.writer.submit(
            RecordDeliveries([Ended(each, result) for each in found])
        ).result()
        if result.verdict is Verdict.SENT:
            self.mail += [
                each.message
                for each, mine in zip(found, ours, strict=True)
                if mine and each.message.unsubscribe
            ]
        return ours

    def not_made(self, found: list[Outgoing]) -> list[bool]:
        """The postman asked, and was told that it is somebody else's by now."""
        gone = [Ended(each, None) for each in found]
        return self.office.desk.writer.submit(RecordDeliveries(gone)).result()

    def days(self, number: int, result: Result = SENT) -> list[str]:
        """So many days, an hour at a time."""
        sent = self.work(result)
        for _ in range(24 * number):
            self.wait(hours=1)
            sent += self.work(result)
        return sent

    def sequence(self, lead: str) -> Enrolment:
        """The newest of a lead."""
        with self.office.desk.read() as tx:
            return enrolments.of_lead(tx, lead)[0]

    def story(self, lead: str) -> list[tuple[str, str]]:
        """What became of its steps: (what, why)."""
        with self.office.desk.read() as tx:
            return [(note.what, note.code) for note in enrolments.notes(tx, lead)]


@contextmanager
def outreach(
    url: str,
    rules: str = RULES + OPEN,
    people: str = MAIL,
    at: datetime = MONDAY,
    *,
    published: bool = True,
) -> Iterator[Outreach]:
    with office(url, at=at, published=False) as here:
        here.desk.keep_with(Box())
        if published:
            here.publish(rules, people)
        found = Outreach(here)
        found.room.register("email", url="smtp://127.0.0.1:25?from=leads@ours.example&tls=none")
        yield found
        assert broken(here.desk.database) == []
