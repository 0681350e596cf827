"""What was told arrives at real servers on loopback: in order, under one name, and around whoever does not answer."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

import pytest

from desk.office import office
from desk.postroom import PostRoom, alert, post_room
from firstright.outbound.channels import channels
from firstright.worker.postman import Posting, Postman
from outbound import certificates
from outbound.mailbox import Mailbox
from outbound.outside import LOOPBACK
from outbound.sink import Sink, accept_then_lose, held, status, throttled
from patience import PATIENCE, until
from storage.inbound import uid
from storage.outbox import CRM, delivery


def means(room: PostRoom) -> Posting:
    return Posting(
        channels=lambda: channels(LOOPBACK, seconds=PATIENCE, trust=certificates.trusting),
        open_secret=lambda sealed, about: sealed,
        now=lambda: room.now,
        dice=lambda: 0.5,
        clock=lambda: room.now + timedelta(seconds=1),  # a turn is a little later than the one before it
        link="https://ours.example/lead/",
    )


@contextmanager
def working(room: PostRoom) -> Iterator[Postman]:
    with Postman(room.office.desk, means(room)) as postman:
        yield postman


def ids(sink: Sink, path: str = "/hook") -> list[int]:
    return [int(each.id[-12:], 16) for each in sink.received if each.path == path]


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink(fresh=False) as found:
        yield found


def test_what_is_told_of_one_lead_arrives_in_order_under_one_name_with_the_same_bytes(
    database_url: str, sink: Sink
) -> None:
    sink.script(status(500), accept_then_lose())
    with post_room(database_url) as room:
        room.register(CRM, url=sink.url())
        room.told(*[delivery(n) for n in range(1, 5)])
        with working(room):
            sink.wait(1)
            until(lambda: room.states()[1] == "ready")
            room.wait(seconds=6)
            sink.wait(2)
            until(lambda: room.states()[1] == "ready")
            room.wait(minutes=6)
            until(lambda: set(room.states().values()) == {"sent"})
    assert ids(sink) == [1, 1, 1, 2, 3, 4]
    assert len({each.body for each in sink.received[:3]}) == 1


def test_one_that_never_answers_holds_up_no_other(database_url: str, sink: Sink) -> None:
    given_up = threading.Event()
    with Sink(fresh=False) as dead, post_room(database_url) as room:
        dead.otherwise = held(given_up, status(500))
        room.register(CRM, url=sink.url())
        room.register("webhook:dead", url=dead.url())
        room.told(
            *[delivery(n, None, destination="webhook:dead") for n in range(1, 31)],
            *[delivery(n, None) for n in range(31, 91)],
        )
        with working(room):
            sink.wait(60)
            until(lambda: {room.states()[n] for n in range(31, 91)} == {"sent"})
            assert len(dead.received) <= 8
            given_up.set()
        states = room.states()
        assert {states[n] for n in range(31, 91)} == {"sent"}
        assert {states[n] for n in range(1, 31)} == {"ready"}
    assert sorted(ids(sink)) == list(range(31, 91))


def test_gone_switches_a_destination_off_and_the_rest_dies_there(database_url: str, sink: Sink) -> None:
    sink.script(status(410))
    with post_room(database_url) as room:
        room.register(CRM, url=sink.url())
        room.told(delivery(1), delivery(2))
        with working(room):
            until(lambda: room.states() == {1: "dead", 2: "dead"})
        assert (room.place().enabled, ids(sink)) == (False, [1])


def test_retry_after_is_kept_to(database_url: str, sink: Sink) -> None:
    sink.script(throttled("60"))
    with post_room(database_url) as room:
        room.register(CRM, url=sink.url())
        room.told(delivery(1))
        with working(room):
            sink.wait(1)
            until(lambda: room.states()[1] == "ready")
            assert room.row(1).due_at - room.now >= timedelta(seconds=60)
            room.wait(seconds=58)
            time.sleep(0.5)
            assert len(sink.received) == 1
            room.wait(seconds=3)
            until(lambda: room.states()[1] == "sent")


def test_a_rep_whose_slack_is_refused_gets_a_mail(database_url: str, sink: Sink) -> None:
    sink.otherwise = status(404, b"no_service")
    with Mailbox() as mailbox, post_room(database_url) as room:
        room.register("slack", url=sink.url("/services/T/B/x"))
        room.register("email", url=mailbox.url())
        room.told(alert(1, template="ping"))
        with working(room):
            for n, seconds in enumerate((7, 19, 73, 361), 1):
                until(lambda n=n: room.row(1).attempts >= n and room.states()[1] != "leased")
                room.wait(seconds=seconds)  # what is told instead is due a moment later
                if room.states()[1] == "dead":
                    break
            until(lambda: {row.state for row in room.others()} == {"sent"})
        letters = {letter.recipients: letter for letter in mailbox.letters}
    letter = letters.pop(("kim@ours.example",))
    assert list(letters) == [("ops@ours.example",)]  # who is told that Slack was switched off
    assert room_id(letter.message["Message-ID"]) != uid("other", 1)


def room_id(message_id: str) -> str:
    return message_id.strip("<>").partition("@")[0]


def test_a_former_holder_is_not_told_any_more(database_url: str, sink: Sink) -> None:
    with post_room(database_url) as room:
        room.register("slack", url=sink.url())
        room.told(alert(1), delivery(2, 2, destination="slack:floor", channel="slack"), epoch=2)
        with working(room):
            until(lambda: room.states() == {1: "cancelled", 2: "sent"})
    assert len(sink.received) == 1


def test_two_postmen_send_nothing_twice(database_url: str, sink: Sink) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("on SQLite one process alone has a postman")
    with post_room(database_url) as room, office(database_url, "kim", room.now, published=False) as second:
        room.register(CRM, url=sink.url())
        room.told(
            *[delivery(n, n % 3 + 1) for n in range(1, 61)], *[delivery(n, None) for n in range(61, 121)]
        )
        with ExitStack() as both:
            for each in (room, PostRoom(second)):
                both.enter_context(working(each))
            until(lambda: set(room.states().values()) == {"sent"})
    assert sorted(ids(sink)) == list(range(1, 121))
    for about in (1, 2, 3):
        of_lead = [n for n in ids(sink) if n <= 60 and n % 3 + 1 == about]
        assert of_lead == sorted(of_lead)


def test_a_stop_waits_for_what_is_on_the_wire_and_records_it(database_url: str, sink: Sink) -> None:
    answered = threading.Event()
    sink.script(held(answered, status(500)))
    with post_room(database_url) as room:
        room.register(CRM, url=sink.url())
        room.told(delivery(1))
        with working(room) as postman:
            sink.wait(1)
            postman.ask_to_stop()
            threading.Timer(0.5, answered.set).start()
        row = room.row(1)
        assert (row.state, row.attempts, row.lease_token) == ("ready", 1, "")
