"""One event two hundred times at once is one lead; five hundred people through three sources at once are five hundred leads.

Beside it a desk that looks first and then inserts, which is seen to make two of one.
"""

import json
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from chaos.scene import api_key, arrival, broken, opened, person, publish, replayed
from chaos.server import Answer, Client, serving
from firstright.core.replay import Verdict
from firstright.desk import Reply
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database

COPIES = 200
PEOPLE, SOURCES, CLIENTS = 500, ("web", "chat", "event"), 8
COUNTS = Statement(
    "SELECT (SELECT count(*) FROM arrival), (SELECT count(*) FROM lead), (SELECT count(*) FROM decision)"
)
OWNERS = Statement(
    """SELECT k.value, count(DISTINCT l.id), count(DISTINCT l.holder_id) FROM match_key AS k JOIN lead AS l ON l.id = k.id
       WHERE k.kind = 'email' GROUP BY k.value"""
)
NAIVE = Statement("CREATE TABLE naive (email TEXT NOT NULL)")
LOOK = Statement("SELECT count(*) FROM naive WHERE email = ?")
ADD = Statement("INSERT INTO naive VALUES (?)")
DOUBLES = Statement("SELECT count(*) FROM naive")


def counts(database: Database) -> tuple[int, ...]:
    with database.read() as tx:
        return tuple(tx.all(COUNTS)[0])


def at_once(copies: int, do: Callable[[int], object]) -> list[object]:
    """Every copy in a thread of its own, all let go at the same moment."""
    gate = threading.Barrier(copies)

    def one(copy: int) -> object:
        gate.wait()
        return do(copy)

    with ThreadPoolExecutor(copies) as pool:
        return list(pool.map(one, range(copies)))


def test_one_event_two_hundred_times_at_once_is_one_lead_and_one_answer(database_url: str) -> None:
    with opened(database_url) as desk:
        publish(desk)
        same = arrival(person(1), "the-event")
        replies = [r for r in at_once(COPIES, lambda _: desk.take_in([same])[0]) if isinstance(r, Reply)]
        assert len(replies) == COPIES
        assert Counter((r.status, r.body) for r in replies).most_common() == [
            ((201, replies[0].body), COPIES)
        ]
        assert sorted(r.replayed for r in replies) == [False, *[True] * (COPIES - 1)]
        assert counts(desk.database) == (1, 1, 1)
        assert broken(desk.database) == []


def test_one_event_two_hundred_times_at_once_through_the_door(database_url: str) -> None:
    with opened(database_url) as desk:
        publish(desk)
        key = api_key(desk)

    def send(_: int) -> Answer | None:
        with Client(server.port, key) as client:
            return client.send(person(1), "the-event")

    with serving(database_url) as server:
        server.start()
        answers = [answer for answer in at_once(COPIES, send) if isinstance(answer, Answer)]
    assert len(answers) == COPIES
    assert len({(a.status, a.body) for a in answers}) == 1
    assert sorted(a.replayed for a in answers) == [False, *[True] * (COPIES - 1)]
    with opened(database_url) as desk:
        assert counts(desk.database) == (1, 1, 1)
        assert broken(desk.database) == []


def test_five_hundred_people_through_three_sources_at_once_have_one_owner_each(database_url: str) -> None:
    with opened(database_url) as desk:
        publish(desk)

        def come(client: int) -> list[str]:
            said = []
            for number in range(client, PEOPLE * len(SOURCES), CLIENTS):
                source = SOURCES[number % len(SOURCES)]
                one = arrival(person(number // len(SOURCES)), f"{source}-{number}", source=source)
                said.append(json.loads(desk.take_in([one])[0].body)["owner"]["id"])
            return said

        at_once(CLIENTS, come)
        assert counts(desk.database) == (1_500, PEOPLE, 1_500)
        with desk.read() as tx:
            found = tx.all(OWNERS)
        assert [(leads, owners) for _, leads, owners in found] == [(1, 1)] * PEOPLE
        assert broken(desk.database) == []
        assert replayed(desk.database)[0] == {Verdict.EQUAL: 1_500}


def test_looking_first_and_inserting_then_is_seen_to_make_two_of_one(database: Database) -> None:
    with database.write() as tx:
        tx.run(NAIVE)

    def come(number: int) -> None:
        email = f"p{number // len(SOURCES)}@firm.example"
        with database.read() as tx:
            known = tx.all(LOOK, (email,))[0][0]
        if not known:
            with database.write() as tx:
                tx.run(ADD, (email,))

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(come, range(PEOPLE * len(SOURCES))))
    with database.read() as tx:
        assert tx.all(DOUBLES)[0][0] > PEOPLE
