"""What came of an attempt is recorded by whoever holds the lease, and tells how the destination is doing."""

from datetime import timedelta

import pytest

from desk.postroom import FAILED, SENT, alert, post_room
from firstright.desk.breaker import BROKEN, PAUSE
from firstright.desk.delivered import Ended
from firstright.outbound.channel import Result, Verdict
from firstright.outbound.schedule import ALERTS, HOOKS
from firstright.storage import deliveries
from firstright.storage.statement import Statement
from storage.inbound import NOON, uid
from storage.outbox import CRM, delivery

REFUSED = Result(Verdict.REFUSED, 550, "550 no such person")
TICK = timedelta(seconds=1)


@pytest.mark.parametrize("told", ["webhook", "alert"])
def test_a_delivery_is_tried_on_its_schedule_and_then_dead(database_url: str, told: str) -> None:
    with post_room(database_url) as room:
        room.register(CRM, "slack")
        room.told(delivery(1) if told == "webhook" else alert(1, template=""))
        waits, attempts = [], 0
        while room.row(1).state == "ready":
            with room.database.write() as tx:
                tx.run(_CALM)
            assert room.attempt(FAILED) == [1]
            attempts += 1
            row = room.row(1)
            waits.append(round((row.due_at - room.now) / TICK))
            room.office.at = row.due_at + timedelta(milliseconds=1)
        schedule = HOOKS if told == "webhook" else ALERTS
        assert (attempts, waits[:-1]) == (len(schedule), [wait / TICK for wait in schedule[1:]])
        assert (row.state, row.attempts, row.last_status, row.last_error) == (
            "dead",
            len(schedule),
            500,
            "HTTP 500",
        )
        assert room.audited()[0] == ("dead", "delivery", uid("other", 1))


def test_what_was_sent_says_when_and_how_often_it_was_tried(database_url: str) -> None:
    with post_room(database_url) as room:
        room.register(CRM)
        room.told(delivery(1), delivery(2))
        room.attempt(FAILED)
        room.wait(seconds=7)
        assert room.attempt(SENT) == [1]
        row = room.row(1)
        assert (row.state, row.attempts, row.last_status, row.last_error) == ("sent", 2, 200, "")
        assert row.sent_at is not None and timedelta(0) <= row.sent_at - room.now < TICK
        assert (room.states(), room.audited()) == ({1: "sent", 2: "ready"}, [])


def test_an_alert_that_failed_for_good_takes_the_other_way_in_the_same_transaction(database_url: str) -> None:
    with post_room(database_url) as room:
        room.register("slack", "email")
        room.told(alert(1))
        for wait in (0, 7, 19, 73, 361):
            room.wait(seconds=wait)
            room.attempt(FAILED)
        assert (room.row(1).state, [row.destination for row in room.others()]) == ("dead", ["email:kim"])
        [letter] = room.claim()
        assert letter.message.text == "— is still waiting"


def test_a_refused_message_is_dead_at_once_and_its_destination_is_well(database_url: str) -> None:
    with post_room(database_url) as room:
        room.register(CRM)
        room.told(delivery(1), delivery(2))
        assert room.attempt(REFUSED) == [1]
        assert room.states() == {1: "dead", 2: "ready"}
        assert (room.place().failures, room.place().enabled) == (0, True)


def test_who_lost_the_lease_records_nothing(database_url: str) -> None:
    with post_room(database_url) as room:
        room.register(CRM)
        room.told(delivery(1))
        slow = room.claim()
        room.wait(seconds=21)
        quick = room.claim()
        assert [each.row.id for each in quick] == [each.row.id for each in slow]
        assert room.record(Ended(slow[0], Result(Verdict.GONE, 410))) == [False]
        assert room.record(Ended(slow[0], None)) == [False]
        assert (room.states(), room.place().enabled) == ({1: "leased"}, True)
        assert room.record(Ended(quick[0], SENT), Ended(slow[0], FAILED)) == [True, False]
        assert (room.states(), room.place().failures, room.audited()) == ({1: "sent"}, 0, [])


def test_what_was_superseded_on_the_way_is_cancelled_and_the_next_goes_on(database_url: str) -> None:
    with post_room(database_url) as room:
        room.register("slack")
        room.told(alert(1))
        [first] = room.claim()
        room.office.change("UPDATE lead SET epoch = 2")
        room.told(alert(2, epoch=2), leads=())
        assert room.claimed() == []
        assert room.record(Ended(first, None)) == [True]
        assert room.states() == {1: "cancelled", 2: "ready"}


def test_a_destination_that_fails_is_paused_and_then_probed_with_one(database_url: str) -> None:
    with post_room(database_url) as room:
        room.register(CRM)
        room.told(*[delivery(n, None) for n in range(1, 10)])
        assert len(room.attempt(FAILED)) == 8
        place = room.place()
        assert (place.failures, place.failing_since) == (8, place.paused_until and place.paused_until - PAUSE)
        room.wait(seconds=29)
        assert room.claimed() == []
        room.wait(seconds=2)
        assert len(room.attempt(FAILED)) == 1
        room.wait(seconds=29)
        assert room.claimed() == []
        room.wait(seconds=2)
        assert len(room.attempt(SENT)) == 1
        assert (room.place().failures, room.place().failing_since, room.place().paused_until) == (
            0,
            None,
            None,
        )
        room.wait(minutes=7)
        assert len(room.claimed()) == 8


def test_fewer_failures_than_that_pause_nothing(database_url: str) -> None:
    with post_room(database_url) as room:
        room.register(CRM)
        room.told(*[delivery(n, None) for n in range(1, BROKEN)])
        room.attempt(FAILED)
        assert (room.place().failures, room.place().paused_until) == (BROKEN - 1, None)


def test_a_destination_is_left_alone_for_as_long_as_it_asks(database_url: str) -> None:
    with post_room(database_url) as room:
        room.register(CRM)
        room.told(delivery(1), delivery(2, 2, due_at=NOON + 2 * TICK))
        room.attempt(Result(Verdict.THROTTLED, 429, "HTTP 429", timedelta(seconds=60)))
        room.wait(seconds=59)
        assert room.claimed() == []
        room.wait(seconds=2)
        assert sorted(room.attempt(Result(Verdict.THROTTLED, 503))) == [1, 2]
        room.wait(seconds=29)
        assert room.claimed() == []


def test_a_destination_that_never_answers_is_switched_off_after_five_days(database_url: str) -> None:
    with post_room(database_url) as room:
        room.register(CRM)
        room.told(*[delivery(n, None, due_at=NOON + n * timedelta(hours=60)) for n in (0, 1, 2, 3)])
        room.attempt(FAILED)
        room.wait(hours=119)
        room.attempt(FAILED)
        assert room.place().enabled
        room.wait(hours=2)
        room.attempt(FAILED)
        assert (room.place().enabled, room.place().off_reason) == (
            False, "has failed without a success since 2026-11-20 12:00 UTC",
        )  # fmt: skip
        assert ("switch-destination", "destination", CRM) in room.audited()


def test_a_replayed_delivery_has_every_try_before_it(database_url: str) -> None:
    with post_room(database_url) as room:
        room.register(CRM)
        room.told(delivery(1))
        [first] = room.claim()
        room.record(Ended(first, REFUSED))
        with room.database.write() as tx:
            deliveries.replay(tx, [uid("other", 1)], room.now)
        [again] = room.claim()
        assert (again.message, again.row.attempts) == (first.message, 0)


_CALM = Statement("UPDATE destination SET paused_until = NULL, failures = 0, failing_since = NULL")
