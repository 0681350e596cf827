"""First messages: whose they are, what they say, when they may go out, and that one that has arrived is a touch."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest

from desk.nextroom import GATED, WRITING, drafted, open_tasks
from desk.office import PEOPLE, Office, office
from desk.postroom import SENT, PostRoom
from desk.views import Told, clocks, faults
from firstright.desk.acting import Decline
from firstright.desk.delivered import Ended
from firstright.desk.delivering import ClaimDeliveries
from firstright.desk.drafting import CopyDraft, SendDraft
from firstright.errors import FirstrightError, NotFound, Refused, Superseded
from firstright.outbound.channel import Result, Verdict
from firstright.storage import drafts
from firstright.storage.drafts import Answered, DraftRow
from routing import HOUR, MINUTE, MONDAY

ASKED = "Hi there,\nCan the arm lift 40 kg?\nBest, Mara"


@contextmanager
def postroom(url: str) -> Iterator[PostRoom]:
    with office(url, published=False) as here:
        yield PostRoom(here)


def draft_of(here: Office, told: Told, rep: str = "kim", epoch: int = 1) -> DraftRow | None:
    with here.desk.read() as tx:
        found = drafts.of_holder(tx, str(told["lead"]), epoch, rep)
    return found[0] if found else None


def send(here: Office, told: Told, by: str = "kim", text: str = "Hello Mara, yes.") -> FirstrightError | None:
    """The reason it was refused for."""
    row = draft_of(here, told)
    assert row is not None
    try:
        here.desk.act(SendDraft(row.id, str(told["lead"]), by, "Your question", text))
    except FirstrightError as refusal:
        return refusal
    return None


def publish(room: PostRoom, policy: str = WRITING) -> Office:
    room.office.publish(policy)
    return room.office


def test_a_draft_goes_on_from_what_the_lead_asked(database_url: str) -> None:
    with postroom(database_url) as room:
        here = publish(room)
        row = draft_of(here, here.send("mara", message=ASKED))
        assert row is not None
        assert (row.subject, row.text) == (
            "Your question, Mara",
            "Hello Mara,\n\nyou asked: Can the arm lift 40 kg? You hear more by Mon 2 Mar 17:00 CET.\n\nKim Larsen",
        )


def test_the_template_for_what_they_want_goes_before_one_for_anybody(database_url: str) -> None:
    with postroom(database_url) as room:
        here = publish(room)
        mara, omid = here.send("mara", intent="demo"), here.send("omid")
        assert drafted(here, mara) == [(1, "kim", "hello-demo", "ready")]
        assert drafted(here, omid) == [(1, "noor", "hello", "ready")]
        row = draft_of(here, mara)
        assert row is not None and row.subject == "A demo for [company?]"


def test_nobody_but_its_owner_sees_a_draft_and_an_earlier_owners_is_withdrawn(database_url: str) -> None:
    with postroom(database_url) as room:
        here = publish(room)
        mara = here.send("mara")
        row = draft_of(here, mara)
        assert row is not None
        assert draft_of(here, mara, "noor") is None
        here.desk.act(Decline(str(mara["lead"]), "kim", "busy"))
        assert drafted(here, mara) == [(1, "kim", "hello", "withdrawn"), (2, "noor", "hello", "ready")]
        assert draft_of(here, mara) is None
        for rep in ("kim", "noor"):  # the old one is nobody's any more
            with pytest.raises(Superseded):
                here.desk.act(SendDraft(row.id, str(mara["lead"]), rep, "Hello", "Hello"))
        with pytest.raises(NotFound):
            here.desk.act(SendDraft(str(UUID(int=0)), str(mara["lead"]), "noor", "Hello", "Hello"))
        assert faults(here) == []


def test_a_message_that_has_arrived_is_a_touch_and_not_before(database_url: str) -> None:
    with postroom(database_url) as room:
        room.register("email")
        here = room.office
        here.publish(WRITING, PEOPLE.replace('id = "kim"', 'id = "kim"\nemail = "kim@ours.example"'))
        mara = here.send("mara")
        here.at = MONDAY + 10 * MINUTE
        assert send(here, mara) is None
        assert drafted(here, mara)[0][3] == "sending"
        assert here.rows("SELECT count(*) FROM touch") == [(0,)]
        (out,) = [each for each in room.claim() if each.row.event == "lead.draft"]
        assert (out.message.to, out.message.subject, out.message.text) == (
            "mara@mara.example",
            "Your question",
            "Hello Mara, yes.",
        )
        assert (out.message.author, out.message.reply_to) == ("Kim Larsen", "kim@ours.example")
        here.at = MONDAY + 11 * MINUTE
        room.record(Ended(out, SENT))
        assert drafted(here, mara)[0][3] == "sent"
        assert here.rows("SELECT rep_id, channel, result FROM touch") == [("kim", "email", "sent")]
        assert here.lead(mara).status == "attempted-contact"
        assert [(name, state) for name, _, state, _ in clocks(here, mara)] == [
            ("speed-to-lead", "met"),
            ("owner", "met"),
        ]
        assert open_tasks(here, mara) == []
        assert faults(here) == []
        with here.desk.read() as tx:
            assert drafts.replies(tx, here.at) == [Answered("hello", 1, 0, 0)]


def test_one_that_cannot_be_brought_stays_with_its_owner(database_url: str) -> None:
    with postroom(database_url) as room:
        room.register("email")
        here = publish(room)
        mara = here.send("mara")
        assert send(here, mara) is None
        room.attempt(Result(Verdict.REFUSED, 550, "no such user"))
        assert drafted(here, mara)[0][3] == "failed"
        assert here.rows("SELECT count(*) FROM touch") == [(0,)]
        assert send(here, mara) is None


def test_what_is_on_its_way_is_not_sent_once_the_lead_is_somebody_elses(database_url: str) -> None:
    with postroom(database_url) as room:
        room.register("email")
        here = publish(room)
        mara = here.send("mara")
        assert send(here, mara) is None
        here.desk.act(Decline(str(mara["lead"]), "kim", "busy"))
        assert here.rows("SELECT state FROM delivery WHERE event = 'lead.draft'") == [("cancelled",)]
        assert drafted(here, mara)[0] == (1, "kim", "hello", "withdrawn")
        assert faults(here) == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "text: is empty"),
        ("Hello [first name?]", "text: [first name?] is still to be filled in"),
    ],
)
def test_a_draft_with_a_gap_is_refused(database_url: str, text: str, reason: str) -> None:
    with postroom(database_url) as room:
        room.register("email")
        here = publish(room)
        refused = send(here, here.send("mara"), text=text)
        assert isinstance(refused, Refused) and refused.reasons == (reason,)


def test_without_a_mail_server_it_is_copied(database_url: str) -> None:
    with postroom(database_url) as room:
        here = publish(room)
        mara = here.send("mara")
        refused = send(here, mara)
        assert isinstance(refused, Refused)
        row = draft_of(here, mara)
        assert row is not None
        here.desk.act(CopyDraft(row.id, str(mara["lead"]), "kim"))
        assert drafted(here, mara)[0][3] == "copied"


def test_nothing_is_sent_before_the_lead_is_qualified_where_the_rule_asks_for_that(database_url: str) -> None:
    with postroom(database_url) as room:
        room.register("email")
        here = publish(room, GATED)
        mara = here.send("mara")
        refused = send(here, mara)
        assert isinstance(refused, Refused)
        assert refused.reasons == ("text: the rule lets nothing be sent before the lead is qualified",)
        here.change("UPDATE lead SET status = 'qualified'")
        here.at = MONDAY + HOUR
        assert send(here, mara) is None


def test_the_page_where_they_can_book_is_put_in_when_it_is_sent(database_url: str) -> None:
    with postroom(database_url) as room:
        room.register("email")
        here = publish(room, WRITING.replace("you asked: {asked}", "Book: {booking_link} \\n"))
        mara = here.send("mara")
        row = draft_of(here, mara)
        assert row is not None and "{booking_link}" in row.text
        assert send(here, mara, text=row.text) is None
        work = ClaimDeliveries(64, "claim", "", "https://ours.example")
        (out,) = [each for each in here.desk.writer.submit(work).result() if each.row.event == "lead.draft"]
        assert "Book: https://ours.example/b/" in out.message.text
        assert "{booking_link}" not in out.message.text
