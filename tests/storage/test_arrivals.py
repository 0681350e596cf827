"""An event has one outcome: the stored reply is found again, and a second row for it is refused."""

from contextlib import closing
from threading import Barrier, Thread

import pytest

from firstright.errors import Conflict
from firstright.storage import arrivals, decisions
from firstright.storage.arrivals import StoredArrival
from firstright.storage.database import open_database
from firstright.storage.rows import Rows
from firstright.storage.transactions import Database
from storage.inbound import arrival, routed, uid


def test_those_that_arrived_before_are_found_with_their_reply(database: Database) -> None:
    with database.write() as tx:
        decisions.write(tx, routed(1, 2))
    with database.read() as tx:
        asked = [("web", "event-2"), ("web", "event-3"), ("chat", "event-1")]
        assert arrivals.stored(tx, asked) == {
            ("web", "event-2"): StoredArrival(
                uid("arrival", 2), "hash-2", 201, b'{"owner":"ada"}', "created", uid("lead", 2)
            )
        }
        assert arrivals.stored(tx, []) == {}


def test_arrivals_are_counted_by_source_and_label(database: Database) -> None:
    rows = routed(1, 2)
    rows.arrivals.append(
        arrival(3, source="chat", label="quarantined", lead_id=None, person_id=None, status=202)
    )
    with database.write() as tx:
        decisions.write(tx, rows)
        assert arrivals.counted(tx) == {("chat", "quarantined"): 1, ("web", "created"): 2}


def test_of_two_connections_with_the_same_event_one_writes_it_and_the_other_is_refused(
    database: Database, database_url: str
) -> None:
    """On SQLite two threads of the one process that may write; on PostgreSQL two nodes without a common turn."""
    second = open_database(database_url, node="b") if database.dialect == "postgresql" else database
    barrier, results = Barrier(2), []

    def receive(of: Database, n: int) -> None:
        rows = Rows()
        rows.arrivals.append(arrival(n, event_id="the-same"))
        barrier.wait()
        try:
            with of.write() as tx:
                decisions.write(tx, rows)
            results.append("kept")
        except Conflict as conflict:
            results.append(conflict.constraint)

    threads = [Thread(target=receive, args=a) for a in ((database, 1), (second, 2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    second.close()
    refusal = "arrival_once" if database.dialect == "postgresql" else "arrival.source, arrival.event_id"
    assert sorted(results) == sorted(["kept", refusal])
    with closing(open_database(database_url, node="c")) as again, again.read() as tx:
        assert len(arrivals.stored(tx, [("web", "the-same")])) == 1


def test_an_unknown_label_is_refused(database: Database) -> None:
    rows = Rows()
    rows.arrivals.append(arrival(1, label="lost"))
    with pytest.raises(Conflict), database.write() as tx:
        decisions.write(tx, rows)
