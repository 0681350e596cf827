"""Lists of deliveries: their order, their pages, whose they are, and by which index they are read."""

from datetime import timedelta

import pytest

from firstright.storage import audit, sendlists
from firstright.storage.sendlists import LAST_ID, Ended
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database
from storage.inbound import NOON, uid
from storage.outbox import CRM, delivery, told
from storage.test_inbox import Counting, plan

MINUTE = timedelta(minutes=1)


def numbers(rows: list[sendlists.Sending]) -> list[int]:
    return [int(row.id[-12:], 16) for row in rows]


def test_what_is_dead_is_listed_newest_first_page_by_page(database: Database) -> None:
    told(database, *(delivery(n, state="dead" if n % 2 else "sent") for n in range(1, 10)))
    with database.read() as tx:
        first = sendlists.dead(tx, limit=3)
        second = sendlists.dead(tx, before=first[-1].id, limit=3)
    assert (numbers(first), numbers(second)) == ([9, 7, 5], [3, 1])


def test_what_waits_is_listed_by_when_it_is_due_whatever_its_state(database: Database) -> None:
    states = {1: "behind", 2: "ready", 3: "leased", 4: "dead", 5: "sent", 6: "ready"}
    dues = {1: 3, 2: 2, 3: 1, 4: 0, 5: 0, 6: 2}
    told(database, *(delivery(n, state=states[n], due_at=NOON + dues[n] * MINUTE) for n in states))
    with database.read() as tx:
        first = sendlists.waiting(tx, limit=2)
        second = sendlists.waiting(tx, after=(first[-1].due_at, first[-1].id), limit=5)
    assert (numbers(first), numbers(second)) == ([3, 2], [6, 1])


def test_a_channel_stands_for_everybody_it_reaches(database: Database) -> None:
    to = {1: "email:kim", 2: "email:lena", 3: CRM}
    for state, listed in (("dead", sendlists.dead), ("ready", sendlists.waiting)):
        rows = [
            delivery(n, state=state, destination=name, channel=name.partition(":")[0])
            for n, name in to.items()
        ]
        told(database, *rows)
        with database.read() as tx:
            found = [sorted(numbers(listed(tx, name))) for name in ("email", "email:kim", CRM, "slack")]
            assert found == [[1, 2], [1], [3], []]
        with database.write() as tx:
            for table in ("delivery", "assignment", "lead"):
                tx.run(Statement(f"DELETE FROM {table}"))


def test_what_has_ended_is_looked_for_so_far_and_no_further(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five are looked at: of those two are for the CRM; the page says from where to look on."""
    for name in ("_ENDED_LIST", "_LOOKED_AT"):
        known = getattr(sendlists, name)
        less = known if isinstance(known, dict) else {False: known}
        short = {
            key: Statement(each.sqlite.replace("5000", "5").replace("4999", "4"))
            for key, each in less.items()
        }
        monkeypatch.setattr(sendlists, name, short if isinstance(known, dict) else short[False])
    told(
        database,
        *(
            delivery(n, state="sent", destination=CRM if n in (1, 7, 9) else "webhook:dw")
            for n in range(1, 9 + 1)
        ),
    )
    with database.read() as tx:
        first = sendlists.ended(tx, CRM)
        assert (numbers(first.rows), first.further) == ([9, 7], uid("other", 5))
        second = sendlists.ended(tx, CRM, first.further)
        assert (numbers(second.rows), second.further) == ([1], "")
        assert sendlists.ended(tx, CRM, uid("other", 1)) == Ended([], "")


def test_what_was_withdrawn_has_ended_too(database: Database) -> None:
    told(database, delivery(1, state="cancelled"), delivery(2, state="sent"), delivery(3, state="dead"))
    with database.read() as tx:
        found = sendlists.ended(tx)
    assert [(row.state, int(row.id[-12:], 16)) for row in found.rows] == [("sent", 2), ("cancelled", 1)]


def test_dead_and_waiting_ones_are_read_by_the_index_of_their_state(database: Database) -> None:
    told(
        database,
        *(delivery(n, state="dead" if n % 500 == 0 else "sent") for n in range(1, 3_001)),
        leads=(1,),
    )
    if database.dialect == "postgresql":
        with database.write() as tx:
            tx.run(Statement("ANALYZE delivery"))
    with database.read() as tx:
        asked = Counting(tx)
        assert len(sendlists.dead(asked)) == 6
        assert sendlists.waiting(asked) == []
        found = [plan(tx, *each) for each in asked.asked]
    assert "delivery_dead" in found[0]
    assert "delivery_ready" in found[1]
    for each in found:
        assert "SCAN delivery\n" not in each
        assert "Seq Scan" not in each


def test_when_a_destination_was_switched_is_in_the_trail(database: Database) -> None:
    with database.write() as tx:
        for n, action in enumerate(("switch-destination", "replay"), start=1):
            audit.append(tx, uid("other", n), NOON + n * MINUTE, n, "mara", action, "destination", CRM)
    with database.read() as tx:
        assert sendlists.switched_at(tx, CRM) == NOON + MINUTE
        assert sendlists.switched_at(tx, "webhook:dw") is None
        assert sendlists.ended(tx, before=LAST_ID) == Ended([], "")
