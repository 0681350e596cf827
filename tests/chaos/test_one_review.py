"""Fifty people claim one review at once: one has it in hand, and all others are told who. Looking first and writing then, as a
control, is seen to give it to several."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from chaos.scene import POLICY, arrival, broken, opened, person, replayed, reps, roster
from firstright.core.authority import Actor, Role
from firstright.core.replay import Verdict as Replayed
from firstright.desk import Desk
from firstright.desk.reviewing import Claimed, ClaimReview, ResolveReview, Verdict
from firstright.errors import FirstrightError, InHand, Superseded
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database

RIVALS = 50
ODD = POLICY.replace('send_to = { pool = "round" }', 'send_to = { review = "unclear-fit" }')
NAIVE = Statement("CREATE TABLE naive (id INTEGER PRIMARY KEY, state TEXT, claims INTEGER)")
ONE = Statement("INSERT INTO naive VALUES (1, 'open', 0)")
LOOK = Statement("SELECT state FROM naive WHERE id = 1")
WRITE = Statement("UPDATE naive SET state = 'claimed', claims = claims + 1 WHERE id = 1")
CLAIMS = Statement("SELECT claims FROM naive WHERE id = 1")
ITEM = Statement("SELECT id FROM review_item")
STATE = Statement("SELECT state, claimed_by, resolved_by FROM review_item")
T = TypeVar("T")


def reviewer(number: int) -> Actor:
    return Actor(f"user{number}", f"Reviewer {number}", Role.OPERATIONS)


def at_once(act: Callable[[int], T]) -> list[T]:
    start = threading.Barrier(RIVALS)

    def run(number: int) -> T:
        start.wait()
        return act(number)

    with ThreadPoolExecutor(RIVALS) as pool:
        return list(pool.map(run, range(RIVALS)))


def in_review(desk: Desk) -> str:
    desk.publish_policy(ODD, file="policy.toml", by="mara", reason="test")
    desk.publish_roster(roster(reps(5)), file="roster.toml", by="mara", reason="test")
    desk.take_in([arrival(person(1), "one")])
    with desk.read() as tx:
        return str(tx.all(ITEM)[0][0])


def stands(database: Database) -> tuple[object, ...]:
    with database.read() as tx:
        return tx.all(STATE)[0]


def test_of_fifty_who_claim_one_review_at_once_one_has_it(database_url: str) -> None:
    with opened(database_url) as desk:
        review = in_review(desk)
        answers = at_once(lambda number: desk.writer.submit(ClaimReview(review, reviewer(number))).result())
        won = [each for each in answers if isinstance(each, Claimed)]
        lost = [each for each in answers if isinstance(each, InHand)]
        assert ([each.repeat for each in won], len(lost)) == ([False], RIVALS - 1)
        assert {each.by for each in lost} == {won[0].by}
        assert stands(desk.database) == ("claimed", won[0].by, "")
        assert broken(desk.database) == []


def test_of_fifty_who_decide_one_review_at_once_one_does(database_url: str) -> None:
    with opened(database_url) as desk:
        review = in_review(desk)

        def decide(number: int) -> object:
            verdict = Verdict("assign", rep=f"rep{number % 5}")
            return desk.writer.submit(ResolveReview(review, reviewer(number), verdict, "mine")).result()

        answers = at_once(decide)
        won = [n for n, each in enumerate(answers) if not isinstance(each, FirstrightError)]
        lost = [(each.owner, each.epoch) for each in answers if isinstance(each, Superseded)]
        assert (len(won), lost) == (1, [(f"rep{won[0] % 5}", 2)] * (RIVALS - 1))
        assert stands(desk.database) == ("resolved", "", f"user{won[0]}")
        assert broken(desk.database) == []
        assert set(replayed(desk.database)[0]) == {Replayed.EQUAL}


def test_looking_first_and_writing_then_gives_it_to_several(database: Database) -> None:
    with database.write() as tx:
        tx.run(NAIVE)
        tx.run(ONE)
    looked = threading.Barrier(2)

    def claim(_: int) -> None:
        with database.read() as tx:
            free = tx.all(LOOK) == [("open",)]
        looked.wait()
        if free:
            with database.write() as tx:
                tx.run(WRITE)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(claim, range(2)))
    with database.read() as tx:
        assert tx.all(CLAIMS)[0][0] > 1
