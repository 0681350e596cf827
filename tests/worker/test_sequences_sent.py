"""Sequences by the real worker to a real mail server on loopback: three letters arrive; another owner, an opt-out and a bounce end it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from desk.office import Note
from desk.outreachroom import OPEN, RULES, Outreach, outreach
from firstright.core.authority import Actor, Role
from firstright.desk.assigning import Reassign
from firstright.desk.optingout import OptOut
from firstright.outbound.channels import channels
from firstright.worker.postman import Posting, Postman
from outbound import certificates
from outbound.mailbox import Mailbox, answer
from outbound.outside import LOOPBACK
from patience import until

MARA = Actor("0190a000-0000-7000-8000-0000000000aa", "Mara Diaz", Role.OPERATIONS)
WRITTEN = (RULES + OPEN).replace(
    'channel = "call"\nwait = "1d"\ntask = "Call {first_name}"',
    'channel = "email"\nwait = "1d"\ntemplate = "again"',
)

A_MOMENT = timedelta(seconds=1)  # a turn is a little later than the one before it: what it tells is due then


def means(here: Outreach) -> Posting:
    return Posting(
        channels=lambda: channels(LOOPBACK, trust=certificates.trusting),
        open_secret=lambda sealed, about: sealed,
        now=lambda: here.office.at,
        dice=lambda: 0.5,
        clock=lambda: here.office.at + A_MOMENT,
        site="https://ours.example",
    )


@contextmanager
def posting(url: str, mailbox: Mailbox, rules: str = WRITTEN) -> Iterator[Outreach]:
    """An office whose letters to leads go to the mailbox; colleagues' mail goes elsewhere."""
    with outreach(url, rules) as here:
        here.room.register("email:lead", url=mailbox.url())
        with Postman(here.office.desk, means(here)):
            yield here


def subjects(mailbox: Mailbox) -> list[str]:
    return [str(letter.message["Subject"]) for letter in mailbox.letters]


def settled(here: Outreach) -> bool:
    open_ = (
        "SELECT count(*) FROM delivery WHERE event = 'lead.step' AND state IN ('ready', 'behind', 'leased')"
    )
    return here.office.rows(open_) == [(0,)]


def a_day(here: Outreach) -> None:
    here.wait(hours=25)
    here.office.desk.writer.submit(Note("person")).result()  # somebody else's turn comes first
    while here.office.desk.work_due(here.office.at)[0]:
        pass
    until(lambda: settled(here))


def test_three_letters_arrive_with_their_way_out_in_the_head(database_url: str) -> None:
    with Mailbox() as mailbox, posting(database_url, mailbox) as here:
        lead = here.arrive("anna")
        for _ in range(6):
            a_day(here)
        assert subjects(mailbox) == ["Hello Anna", "Still there?", "Still there?"]
        first = mailbox.letters[0]
        assert first.recipients == ("anna@anna.example",)
        head = first.message
        link = head["List-Unsubscribe"].strip(" <>")
        assert link.startswith("https://ours.example/o/")
        assert head["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert head["From"].startswith("Kim Larsen <") and head["Reply-To"] == "kim@ours.example"
        assert link in head.get_content()
        assert len({letter.message["Message-ID"] for letter in mailbox.letters}) == 3
        assert here.sequence(lead).state == "finished"


def test_nothing_arrives_any_more_once_they_opt_out_or_another_has_them(database_url: str) -> None:
    with Mailbox() as mailbox, posting(database_url, mailbox) as here:
        anna, bela = here.arrive("anna"), here.arrive("bela")
        a_day(here)
        until(lambda: len(mailbox.letters) == 2)
        here.office.desk.act(OptOut(here.office.lead({"lead": anna}).person_id, "link"))
        owner = here.office.lead({"lead": bela}).holder_id
        to = "noor" if owner != "noor" else "kim"
        here.office.desk.act(Reassign(bela, MARA, to, "away"))
        for _ in range(6):
            a_day(here)
        assert sorted(subjects(mailbox)) == ["Hello Anna", "Hello Bela"]
        assert (here.sequence(anna).reason, here.sequence(bela).reason) == ("opted-out", "owner-changed")


def test_a_mailbox_that_is_not_there_ends_it_and_a_server_that_is_down_does_not(database_url: str) -> None:
    with Mailbox() as mailbox, posting(database_url, mailbox) as here:
        mailbox.script(answer("MAIL", "451 try again"), answer("RCPT", "550 no such person"))
        lead = here.arrive("anna")
        here.due()
        until(lambda: here.office.rows("SELECT attempts FROM delivery WHERE event = 'lead.step'") == [(1,)])
        assert here.sequence(lead).state == "running"
        here.wait(hours=1)
        until(lambda: settled(here))
        until(lambda: here.sequence(lead).state == "stopped")
        assert here.sequence(lead).reason == "bounce"
        assert '"email_bounced":true' in here.office.lead({"lead": lead}).facts
        for _ in range(3):
            a_day(here)
        assert mailbox.letters == []
