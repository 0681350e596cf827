"""What was told is claimed as messages that never change, and what can go nowhere says why and takes another way."""

import json
from datetime import timedelta

from desk.postroom import FAILED, SENT, alert, post_room
from firstright.desk.outgoing import PER_PLACE, planned
from firstright.outbound.channel import Message, Result, Verdict
from firstright.storage import deliveries
from storage.inbound import uid
from storage.outbox import CRM, delivery

FACTS = '{"email":"mara@hill.example","company":"Hill"}'


def test_a_delivery_is_the_same_message_at_every_attempt(database_url: str) -> None:
    with post_room(database_url) as room:
        room.register(CRM, "slack")
        room.told(delivery(1), alert(2))
        room.office.change("UPDATE lead SET facts = ?", FACTS)
        first = room.claim()
        assert [each.place.name for each in first] == [CRM, "slack"]
        assert first[1].message == Message(uid("other", 2), "slack", text="Hill is waiting")
        body = json.loads(first[0].message.body)
        assert (first[0].message.id, body["type"]) == (uid("other", 1), "lead.assigned")
        room.office.change("UPDATE lead SET facts = ?", FACTS.replace("Hill", "Mountain"))
        room.wait(seconds=21)
        again = room.claim()
        assert [each.message for each in again] == [each.message for each in first]
        assert [each.row.deaths for each in again] == [1, 1]


def test_a_rep_is_written_to_where_the_roster_says_and_an_address_as_it_is(database_url: str) -> None:
    with post_room(database_url) as room:
        room.register("email")
        room.told(
            alert(1, destination="email:kim", channel="email", template="mail"),
            alert(2, 2, destination="email:ops@ours.example", channel="email", template="", rep_id="ops@ours.example"),
            alert(3, 3, destination="email:noor", channel="email", template="mail", rep_id="noor"),
        )  # fmt: skip
        assert [each.message.to for each in room.claim()] == ["kim@ours.example", "ops@ours.example"]
        assert room.states() == {1: "leased", 2: "leased", 3: "dead"}
        assert room.audited() == [("dead", "delivery", uid("other", 3))]


def test_a_destination_nobody_registered_is_said_with_what_to_do(database_url: str) -> None:
    with post_room(database_url) as room:
        room.told(delivery(1), delivery(2, destination="slack:floor", channel="slack"))
        assert room.claimed() == []
        assert [room.row(n).last_error for n in (1, 2)] == [
            "nobody registered where webhook:crm is: firstright destination add webhook:crm",
            "nobody registered where slack is: firstright destination add slack",
        ]
        assert len(room.audited()) == 2
        room.register(CRM)
        with room.database.write() as tx:
            deliveries.replay(tx, [uid("other", 1)], room.now)
        assert room.attempt(SENT) == [1]
        assert room.states() == {1: "sent", 2: "dead"}


def test_a_destination_of_exactly_the_name_goes_before_that_of_its_channel(database_url: str) -> None:
    with post_room(database_url) as room:
        room.register("slack", "slack:kim")
        room.told(alert(1), alert(2, 2, destination="slack:noor", rep_id="noor"))
        assert [each.place.name for each in room.claim()] == ["slack:kim", "slack"]


def test_an_alert_that_cannot_be_sent_takes_the_other_way_once(database_url: str) -> None:
    with post_room(database_url) as room:
        room.told(alert(1))
        assert room.claimed() == []
        [other] = room.others()
        assert (other.destination, other.template, other.rep_id, other.epoch, other.state) == (
            "email:kim", "mail", "kim", 1, "ready",
        )  # fmt: skip
        assert (other.order_key, other.decision_id) == ("000001", uid("decision", 1))
        assert room.claimed() == []  # nobody registered a mail server either, and there is no third way
        assert [row.state for row in room.others()] == ["dead"]
        with room.database.write() as tx:
            deliveries.replay(tx, [uid("other", 1)], room.now)
        room.claim()
        assert len(room.others()) == 1


def test_what_a_former_holder_was_to_be_told_is_not_told_another_way(database_url: str) -> None:
    with post_room(database_url) as room:
        room.told(alert(1), epoch=2)
        room.claim()
        assert (room.states(), room.others(), room.audited()) == ({1: "cancelled"}, [], [])


def test_a_place_has_only_so_many_on_the_way_and_the_next_place_its_own(database_url: str) -> None:
    with post_room(database_url) as room:
        room.register(CRM, "webhook:erp")
        room.told(*[delivery(n, None) for n in range(1, 13)], delivery(13, None, destination="webhook:erp"))
        assert room.claimed() == [*range(1, PER_PLACE + 1), 13]
        assert room.claimed() == []


def test_a_look_finds_nothing_to_do_when_a_claim_would_do_nothing(database_url: str) -> None:
    with post_room(database_url) as room:
        policy = room.office.desk.policy
        assert policy is not None

        def idle() -> bool:
            with room.office.desk.read() as tx:
                return planned(tx, room.now, 64, policy.policy).idle

        assert idle()
        room.register(CRM)
        room.told(*[delivery(n, None) for n in range(1, 10)])
        assert not idle()
        room.claim()
        assert idle()
        room.wait(seconds=21)
        assert not idle()


def test_what_waits_for_a_destination_that_is_off_dies_with_its_reason(database_url: str) -> None:
    with post_room(database_url) as room:
        room.register(CRM)
        room.told(delivery(1), delivery(2, 2))
        assert room.attempt(Result(Verdict.GONE, 410, "HTTP 410"), FAILED) == [1, 2]
        place = room.place()
        assert (place.enabled, place.off_reason) == (False, "answered 410: it is gone for good")
        assert room.states() == {1: "dead", 2: "ready"}
        room.wait(seconds=9)
        assert room.claimed() == []
        assert room.row(1).last_error == "HTTP 410"
        assert room.states() == {1: "dead", 2: "dead"}
        assert room.audited() == [
            ("dead", "delivery", uid("other", 1)),
            ("switch-destination", "destination", CRM),
            ("dead", "delivery", uid("other", 2)),
        ]


def test_whoever_is_responsible_is_told_on_another_way_that_a_destination_was_switched_off(
    database_url: str,
) -> None:
    with post_room(database_url) as room:
        room.register(CRM)
        room.register("email", url="smtp://mail.ours.example?from=us@ours.example")
        room.told(delivery(1))
        room.attempt(Result(Verdict.GONE, 410, "HTTP 410"))
        [told] = room.claim()
        assert (told.message.to, told.place.name) == ("ops@ours.example", "email")
        assert told.message.subject == f"firstright switched {CRM} off"
        assert "firstright deliveries replay --destination" in told.message.text


def test_an_alert_does_not_wait_hours_for_a_receiver_when_there_is_another_way(database_url: str) -> None:
    with post_room(database_url) as room:
        room.register("slack", "email")
        room.told(alert(1), alert(2, 2, template=""))
        assert room.attempt(Result(Verdict.THROTTLED, 429, "HTTP 429", timedelta(hours=2))) == [1, 2]
        assert room.states() == {1: "dead", 2: "ready"}
        assert [(other.destination, other.state) for other in room.others()] == [("email:kim", "ready")]


def test_an_alert_leaves_a_place_that_is_paused_for_too_long_when_there_is_another_way(
    database_url: str,
) -> None:
    with post_room(database_url) as room:
        room.register("slack", "email")
        room.told(delivery(1, 3, destination="slack:floor", channel="slack"))
        room.attempt(Result(Verdict.THROTTLED, 429, "HTTP 429", timedelta(hours=2)))
        room.told(alert(2, created_at=room.now, due_at=room.now), delivery(3, 2), leads=())
        assert room.claimed() == []
        room.wait(minutes=10, seconds=1)
        assert [each.row.destination for each in room.claim()] == []
        assert (room.row(2).state, room.row(2).last_error) == ("dead", "slack did not answer in time")
        assert [each.row.destination for each in room.claim()] == ["email:kim"]


def test_a_letter_that_nobody_can_write_is_dead_and_holds_up_no_other(database_url: str) -> None:
    with post_room(database_url) as room:
        room.register("slack")
        room.told(alert(1, 1), alert(2, 2))
        room.office.change("UPDATE lead SET facts = '[1]' WHERE id = ?", uid("lead", 1))
        assert room.claimed() == [2]
        assert room.row(1).last_error == "could not be written: ValidationError"
        assert room.states() == {1: "dead", 2: "leased"}
