"""The outbox gives out heads of chains only, to one at a time, and records nothing under a lease that is over."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
import pytest

from firstright.storage import decisions, deliveries, endings
from firstright.storage.deliveries import Ask, Count, Mine
from firstright.storage.rows import DeliveryRow, Rows
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database
from storage.inbound import NOON, assignment, lead, uid
from storage.outbox import CRM, delivery, number, states, told

SECOND = timedelta(seconds=1)
LEASE = timedelta(seconds=20)
FLOOR = "slack:floor"


def claim(
    database: Database,
    at: datetime = NOON,
    asks: Sequence[Ask] = (Ask(CRM, CRM, 8),),
    room: int = 64,
    token: str = "t1",
) -> list[int]:
    with database.write() as tx:
        return [number(row) for row in deliveries.claim(tx, at, asks, room, token, LEASE)]


def sent(database: Database, n: int, about: int = 1, token: str = "t1", at: datetime = NOON) -> bool:
    with database.write() as tx:
        done = deliveries.sent(tx, uid("other", n), token, at, 200)
        deliveries.wake(tx, [uid("lead", about)])
        return done


def test_destinations_with_something_due_are_found_the_longest_due_first(database: Database) -> None:
    told(
        database,
        delivery(1, due_at=NOON + SECOND),
        delivery(2, 2, due_at=NOON + SECOND),
        delivery(3, destination=FLOOR),
        delivery(4, destination="email:ada", due_at=NOON + 3 * SECOND),
        delivery(5, destination="email:kim", state="sent"),
    )
    with database.read() as tx:
        assert deliveries.due_destinations(tx, NOON - SECOND) == []
        assert deliveries.due_destinations(tx, NOON) == [FLOOR]
        assert deliveries.due_destinations(tx, NOON + 9 * SECOND) == [FLOOR, CRM, "email:ada"]


def test_the_scan_for_destinations_takes_one_step_each_however_much_they_have(database: Database) -> None:
    told(database, *[delivery(n, None, destination=f"webhook:{n % 3}") for n in range(1, 301)])
    found = Statement(
        "EXPLAIN QUERY PLAN " + deliveries._DUE.sqlite, postgresql="EXPLAIN " + deliveries._DUE.postgresql
    )
    with database.write() as tx:
        plan = " ".join(str(row[-1]) for row in tx.all(found, (NOON.isoformat(),)))
    assert "SCAN delivery" not in plan.replace("SCAN delivery USING", "") and "Seq Scan" not in plan
    assert "delivery_ready" in plan


def test_only_the_head_of_a_chain_is_claimed_and_the_next_when_it_is_done(database: Database) -> None:
    told(database, delivery(1), delivery(2), delivery(3), delivery(4, 2), delivery(5, destination=FLOOR))
    assert claim(database) == [1, 4]
    assert states(database) == {1: "leased", 2: "behind", 3: "behind", 4: "leased", 5: "ready"}
    assert claim(database) == []
    assert sent(database, 1)
    assert states(database) == {1: "sent", 2: "ready", 3: "behind", 4: "leased", 5: "ready"}
    assert claim(database) == [2]


def test_order_is_that_of_decisions_and_not_of_being_due(database: Database) -> None:
    told(database, delivery(1, order_key="b"), delivery(2, order_key="a", due_at=NOON + SECOND))
    assert claim(database) == []
    assert claim(database, NOON + SECOND) == [2]
    assert sent(database, 2)
    assert claim(database, NOON + SECOND) == [1]


def test_deliveries_of_no_lead_are_in_no_chain(database: Database) -> None:
    told(database, delivery(1, None), delivery(2, None), leads=())
    assert claim(database) == [1, 2]


def test_a_place_is_asked_for_no_more_than_it_may_have_over_all_its_destinations(database: Database) -> None:
    told(
        database,
        *[delivery(n, n, destination=f"email:{n}", due_at=NOON + n * SECOND) for n in (1, 2, 3)],
        delivery(4, 1, due_at=NOON + 9 * SECOND),
    )
    asks = [*[Ask(f"email:{n}", "email", 2) for n in (1, 2, 3)], Ask(CRM, CRM, 2)]
    assert claim(database, NOON + 60 * SECOND, asks, room=64) == [1, 2, 4]
    assert claim(database, NOON + 60 * SECOND, asks, room=0) == []
    assert claim(database, NOON + 60 * SECOND, asks, room=1) == [3]
    with database.read() as tx:
        assert deliveries.in_flight(tx) == {"email:1": 1, "email:2": 1, "email:3": 1, CRM: 1}


def test_what_was_meant_for_an_earlier_holder_is_cancelled_when_it_is_claimed(database: Database) -> None:
    told(
        database,
        delivery(1, epoch=1),
        delivery(2, epoch=2),
        delivery(3, 2, epoch=None),
        delivery(4, 9, epoch=1),
        epoch=2,
    )
    assert claim(database) == [2, 3]
    assert states(database) == {1: "cancelled", 2: "leased", 3: "leased", 4: "cancelled"}


def test_what_a_cancelled_delivery_held_back_is_ready(database: Database) -> None:
    told(database, delivery(1, epoch=1, due_at=NOON + SECOND), delivery(2))
    assert claim(database) == []
    assert states(database) == {1: "ready", 2: "behind"}
    with database.write() as tx:
        endings.supersede(tx, [(uid("lead", 1), 2)])
        deliveries.wake(tx, [uid("lead", 1), uid("lead", 2)])
    assert states(database) == {1: "cancelled", 2: "ready"}


def test_a_delivery_stands_as_its_lease_and_its_lead_do(database: Database) -> None:
    told(database, delivery(1, epoch=1), delivery(2, 2))
    claim(database)

    def standing(n: int, token: str = "t1", at: datetime = NOON) -> Mine:
        with database.read() as tx:
            return deliveries.standing(tx, uid("other", n), token, at)

    assert [standing(1), standing(2)] == [Mine.OURS, Mine.OURS]
    assert [standing(1, "t2"), standing(1, at=NOON + LEASE)] == [Mine.LOST, Mine.LOST]
    with database.write() as tx:
        tx.run(Statement("UPDATE lead SET epoch = 2"))
    assert [standing(1), standing(2)] == [Mine.SUPERSEDED, Mine.OURS]
    with database.write() as tx:
        assert not deliveries.cancel(tx, uid("other", 1), "t2")
        assert deliveries.cancel(tx, uid("other", 1), "t1")
    assert standing(1) is Mine.LOST


def test_nothing_is_recorded_under_a_lease_that_is_anothers(database: Database) -> None:
    told(database, delivery(1))
    claim(database)
    late = NOON + LEASE + SECOND
    with database.write() as tx:
        assert deliveries.expire(tx, late) == []
    assert claim(database, late, token="t2") == [1]
    with database.write() as tx:
        name = uid("other", 1)
        assert not deliveries.sent(tx, name, "t1", late, 200)
        assert not deliveries.again(tx, name, "t1", late, 500, "no")
        assert not deliveries.dead(tx, name, "t1", 500, "no")
        assert not deliveries.cancel(tx, name, "t1")
    assert states(database) == {1: "leased"}
    assert sent(database, 1, token="t2", at=late)
    assert not sent(database, 1, token="t2", at=late)
    [row] = _all(database, "sent")
    assert (row.sent_at, row.attempts, row.last_status, row.deaths) == (late, 1, 200, 1)


def test_a_delivery_over_which_workers_die_is_parked_and_the_next_goes_on(database: Database) -> None:
    told(database, delivery(1), delivery(2), delivery(3, 2))
    at = NOON
    for expected in ([], [], [1]):
        assert claim(database, at)[0] == 1
        at += LEASE + SECOND
        with database.write() as tx:
            assert [number(row) for row in deliveries.expire(tx, at) if number(row) == 1] == expected
    assert states(database)[2] == "ready"
    [row] = [r for r in _all(database, "dead") if number(r) == 1]
    assert (row.deaths, row.last_error, row.lease_token) == (3, "a worker died over it 3 times", "")


def test_who_failed_is_alive_and_deaths_are_counted_anew(database: Database) -> None:
    told(database, delivery(1))
    claim(database)
    at = NOON + LEASE + SECOND
    with database.write() as tx:
        deliveries.expire(tx, at)
    claim(database, at)
    with database.write() as tx:
        assert deliveries.again(tx, uid("other", 1), "t1", at + SECOND, 503, "no room")
    [row] = _all(database, "ready")
    assert (row.due_at, row.attempts, row.deaths, row.last_status, row.last_error) == (
        at + SECOND, 1, 0, 503, "no room",
    )  # fmt: skip


def test_what_cannot_go_anywhere_is_buried_and_what_is_superseded_is_not(database: Database) -> None:
    told(database, delivery(1, epoch=1), delivery(2, epoch=2), delivery(3, 2), epoch=2)
    with database.write() as tx:
        names = deliveries.due(tx, CRM, NOON, 10)
        assert [number(row) for row in deliveries.bury(tx, names, "nowhere")] == [2, 3]
        assert deliveries.bury(tx, names, "nowhere") == []
    assert states(database) == {1: "cancelled", 2: "dead", 3: "dead"}


def test_what_is_dead_is_sent_again_under_its_own_name_and_as_it_was(database: Database) -> None:
    told(database, *[delivery(n, n, created_at=NOON + n * SECOND) for n in (1, 2, 3)])
    claim(database)
    with database.write() as tx:
        deliveries.store_bodies(tx, "t1", [(uid("other", 1), b"one"), (uid("other", 2), b"two")])
        deliveries.store_bodies(tx, "t2", [(uid("other", 3), b"not ours")])
        for n in (1, 2, 3):
            assert deliveries.dead(tx, uid("other", n), "t1", 400, "no")
    with database.write() as tx:
        assert deliveries.dead_since(tx, CRM, NOON + 2 * SECOND) == [uid("other", 2), uid("other", 3)]
        assert deliveries.dead_since(tx, CRM, NOON, 1) == [uid("other", 1)]
        later = NOON + 60 * SECOND
        assert deliveries.replay(tx, [uid("other", 2), uid("other", 9)], later) == [uid("other", 2)]
        assert deliveries.replay(tx, [uid("other", 2)], later) == []
    [row] = _all(database, "ready")
    assert row == delivery(2, 2, created_at=NOON + 2 * SECOND, due_at=later, body=b"two")
    assert [r.body for r in _all(database, "dead")] == [b"one", b""]


def test_a_replayed_delivery_waits_while_a_later_one_is_on_the_wire(database: Database) -> None:
    told(database, delivery(1, state="dead"), delivery(2), delivery(3))
    assert claim(database) == [2]
    with database.write() as tx:
        deliveries.replay(tx, [uid("other", 1)], NOON)
    assert claim(database) == []
    with database.write() as tx:
        assert deliveries.again(tx, uid("other", 2), "t1", NOON, 500, "no")
    assert claim(database) == [1]
    assert states(database) == {1: "leased", 2: "behind", 3: "behind"}


def test_what_died_with_a_mail_server_is_found_by_its_name(database: Database) -> None:
    """`deliveries replay --destination email` found nothing: all of it was for email:kim and email:noor."""
    told(
        database,
        delivery(1, None, state="dead", destination="email:kim", channel="email"),
        delivery(2, None, state="dead", destination="email:noor", channel="email"),
        delivery(3, None, state="dead"),
    )
    with database.read() as tx:
        assert [number(r) for r in deliveries.listed(tx, "dead", "email")] == [1, 2]
        assert deliveries.dead_since(tx, "email", NOON) == [uid("other", 1), uid("other", 2)]
        assert deliveries.dead_since(tx, "email:noor", NOON) == [uid("other", 2)]


def test_pages_go_by_id_and_counts_by_state(database: Database) -> None:
    told(
        database,
        *[delivery(n, None, state="dead") for n in (1, 2, 3)],
        delivery(4, None, state="dead", destination=FLOOR),
        delivery(5, None, due_at=NOON - SECOND),
        delivery(6, None, state="sent"),
    )
    with database.read() as tx:
        first = deliveries.listed(tx, "dead", limit=2)
        rest = deliveries.listed(tx, "dead", after=first[-1].id)
        assert ([number(r) for r in first], [number(r) for r in rest]) == ([1, 2], [3, 4])
        assert [number(r) for r in deliveries.listed(tx, "dead", FLOOR)] == [4]
        assert sorted(deliveries.counts(tx)) == [
            Count("dead", FLOOR, 1, NOON), Count("dead", CRM, 3, NOON), Count("ready", CRM, 1, NOON - SECOND),
        ]  # fmt: skip


def test_the_deliveries_of_a_lead_are_told_in_the_order_of_its_decisions(database: Database) -> None:
    told(database, delivery(1, order_key="b"), delivery(2, order_key="a"), delivery(3, 2))
    with database.read() as tx:
        assert [number(row) for row in deliveries.of_lead(tx, uid("lead", 1))] == [2, 1]


def test_late_alerts_are_those_to_persons_that_have_another_way(database: Database) -> None:
    told(
        database,
        delivery(1, 1, epoch=1, template="ping"),
        delivery(2, 2, epoch=1, template="plain"),
        delivery(3, 3, template="ping"),
        delivery(4, 2, epoch=1, template="ping", created_at=NOON + 9 * SECOND),
    )
    with database.write() as tx:
        found = deliveries.late(tx, CRM, NOON + 9 * SECOND, NOON + SECOND, ["ping"], 10)
    assert found == [uid("other", 1)]


@pytest.mark.parametrize("reached", [0, 1])
def test_leases_that_are_over_are_seen(database: Database, reached: int) -> None:
    told(database, delivery(1))
    claim(database)
    with database.read() as tx:
        assert deliveries.leases_over(tx, NOON + LEASE + reached * SECOND) is bool(reached)


def _all(database: Database, state: str) -> list[DeliveryRow]:
    with database.read() as tx:
        return deliveries.listed(tx, state)


def test_a_row_comes_back_as_it_was_written(database: Database) -> None:
    row = delivery(
        1, 1, epoch=1, state="dead", attempts=2, last_error="no", lease_token="t", body=b"\x00\xff", person_id=uid("person", 1),
        decision_id=uid("decision", 1), sent_at=NOON, deaths=1, last_status=500, trace="00-a", lease_until=NOON,
    )  # fmt: skip
    rows = Rows()
    rows.leads.append(lead(1))
    rows.assignments.append(assignment(1))
    rows.deliveries.append(row)
    with database.write() as tx:
        decisions.write(tx, rows)
    assert [msgspec.structs.asdict(r) for r in _all(database, "dead")] == [msgspec.structs.asdict(row)]
