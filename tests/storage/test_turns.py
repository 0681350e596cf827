"""A turn is the next number, at a later instant, and names who had the one before."""

from datetime import timedelta
from threading import Thread

import pytest

from firstright.storage import turns
from firstright.storage.database import open_database
from firstright.storage.transactions import Database
from firstright.storage.turns import Turn
from storage.inbound import NOON

MICROSECOND = timedelta(microseconds=1)


def take(database: Database, node: str, now: object = NOON) -> Turn:
    with database.write() as tx:
        return turns.take(tx, node, now)


def test_each_turn_is_the_next_number_and_names_the_node_before(database: Database) -> None:
    assert take(database, "a") == Turn(1, "", NOON, 0, 0)
    assert take(database, "b", NOON + timedelta(seconds=1)) == Turn(2, "a", NOON + timedelta(seconds=1), 0, 0)
    assert take(database, "b", NOON + timedelta(seconds=2)) == Turn(3, "b", NOON + timedelta(seconds=2), 0, 0)


def test_a_clock_that_stands_still_or_goes_back_gives_the_next_microsecond(database: Database) -> None:
    take(database, "a")
    assert take(database, "a").now == NOON + MICROSECOND
    assert take(database, "a", NOON - timedelta(days=1)).now == NOON + 2 * MICROSECOND


def test_a_turn_that_is_rolled_back_was_never_taken(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as tx:
        turns.take(tx, "a", NOON)
        raise ZeroDivisionError
    assert take(database, "b") == Turn(1, "", NOON, 0, 0)


def test_without_a_clock_of_its_own_sqlite_asks_for_one_and_postgresql_does_not(database: Database) -> None:
    if database.dialect == "postgresql":
        assert take(database, "a", None).now < take(database, "a", None).now
    else:
        with pytest.raises(ValueError, match="supplies now"):
            take(database, "a", None)


def test_peeking_takes_nothing(database: Database) -> None:
    take(database, "a")
    with database.read() as tx:
        assert turns.peek(tx) == Turn(1, "a", NOON, 0, 0)
        assert turns.peek(tx) == Turn(1, "a", NOON, 0, 0)


def test_turns_taken_by_two_threads_at_once_are_all_different(database: Database, database_url: str) -> None:
    """On PostgreSQL from two nodes; on SQLite two threads of the one node that may write."""
    second = open_database(database_url, node="b") if database.dialect == "postgresql" else database
    taken: list[Turn] = []

    def several(of: Database, node: str) -> None:
        taken.extend(take(of, node) for _ in range(20))

    threads = [Thread(target=several, args=a) for a in ((database, "a"), (second, "b"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    second.close()
    in_order = sorted(taken)
    assert [turn.n for turn in in_order] == list(range(1, 41))
    assert [turn.now for turn in in_order] == [NOON + n * MICROSECOND for n in range(40)]
