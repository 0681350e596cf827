"""A hundred and sixty reps claim from one queue at once, and eight clients fill eight reps up to their limit: no lead goes to
two, none to and fro, and no limit is passed.

Beside both what many programs do: look whether it is free, think, take it. It is seen to fail.
"""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from chaos.scene import POLICY, arrival, broken, holders, opened, person, replayed, reps, roster
from firstright.core.replay import Verdict
from firstright.desk import Desk
from firstright.desk.acting import Claim
from firstright.desk.taking import TakeNext
from firstright.errors import FirstrightError, NothingWaits, Superseded
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database

CREW, QUEUED = 160, 400
MOST, CLIENTS, PEOPLE, SENT = 5, 8, 8, 80
PULL = POLICY.replace("[pools.round]", '[pools.round]\nmethod = "pull"')
CAPPED = POLICY.replace(
    "[queues.desk]", f'[limits.daily]\nmost = {MOST}\nwithin = "24h"\npools = ["round"]\n\n[queues.desk]'
)
FEW_READ = threading.BoundedSemaphore(16)  # connections: a server has no more for as many people as it likes
WAITING = Statement("SELECT id FROM lead WHERE outcome = 'queued' ORDER BY priority DESC, arrived_at, id")
HISTORY = Statement("SELECT lead_id, holder_id FROM assignment WHERE holder_kind = 'rep'")
TALLY = Statement("SELECT rep, count(*) FROM ledger WHERE kind = 'turned' GROUP BY rep")
MAKE = Statement("CREATE TABLE naive (lead INTEGER NOT NULL, owner TEXT NOT NULL)")
FREE = Statement("SELECT lead FROM naive GROUP BY lead HAVING max(owner) = '' ORDER BY lead LIMIT 1")
TAKE = Statement("INSERT INTO naive VALUES (?, ?)")
TWICE = Statement("SELECT lead FROM naive WHERE owner <> '' GROUP BY lead HAVING count(*) > 1")
OF = Statement("SELECT count(*) FROM naive WHERE owner = ?")


def fill(desk: Desk, policy: str, crew: int, leads: int) -> None:
    desk.publish_policy(policy, file="policy.toml", by="mara", reason="test")
    desk.publish_roster(roster(reps(crew)), file="roster.toml", by="mara", reason="test")
    desk.take_in([arrival(person(n), f"event-{n}") for n in range(leads)])


def test_a_hundred_and_sixty_reps_claim_from_one_queue_and_no_lead_goes_to_two(database_url: str) -> None:
    """Half of them choose what stands at the top of their list, as people do; half take the next one."""
    nodes = ("ada", "ben") if database_url.startswith("postgresql") else ("ada",)
    with ExitStack() as stack:
        desks = [stack.enter_context(opened(database_url, name)) for name in nodes]
        fill(desks[0], PULL, CREW, QUEUED)
        start = threading.Barrier(CREW)

        def work(number: int) -> list[str]:
            desk, me, had = desks[number % len(desks)], f"rep{number}", []
            start.wait()
            while True:
                try:
                    if number % 2:
                        had.append(desk.act(TakeNext("round", me)).lead)
                    elif top := _top(desk):
                        had.append(desk.act(Claim(top, me, epoch=1)).lead)
                    else:
                        return had
                except Superseded as now:
                    assert now.owner != me
                except NothingWaits:
                    return had

        with ThreadPoolExecutor(CREW) as pool:
            taken = list(pool.map(work, range(CREW)))
        database = desks[0].database
        with database.read() as tx:
            history = tx.all(HISTORY)
        assert len({lead for lead, _ in history}) == len(history) == QUEUED
        assert Counter(dict(history).values()) == Counter(
            {f"rep{n}": len(had) for n, had in enumerate(taken) if had}
        )
        assert replayed(database)[0] == {Verdict.EQUAL: 2 * QUEUED}
        assert [each for each in broken(database) if "fair" not in each] == []


def test_a_claim_that_looks_first_gives_one_lead_to_two(database: Database) -> None:
    with database.write() as tx:
        tx.run(MAKE)
        tx.many(TAKE, [(n, "") for n in range(40)])
    start = threading.Barrier(CLIENTS)

    def work(number: int) -> None:
        start.wait()
        while True:
            with database.read() as tx:
                row = tx.one(FREE)
            if row is None:
                return
            with database.write() as tx:
                tx.run(TAKE, (row[0], f"rep{number}"))

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(work, range(CLIENTS)))
    with database.read() as tx:
        assert tx.all(TWICE) != []


def test_eight_clients_at_once_pass_no_limit_and_what_is_left_lies_in_the_queue(database_url: str) -> None:
    with opened(database_url) as desk:
        fill(desk, CAPPED, PEOPLE, 0)

        def send(client: int) -> None:
            for number in range(client, SENT, CLIENTS):
                assert desk.take_in([arrival(person(number), f"event-{number}")])[0].status == 201

        with ThreadPoolExecutor(CLIENTS) as pool:
            list(pool.map(send, range(CLIENTS)))
        assert holders(desk.database) == Counter(dict.fromkeys(reps(PEOPLE), MOST))
        with desk.read() as tx:
            assert Counter(dict(tx.all(TALLY))) == Counter(dict.fromkeys(reps(PEOPLE), MOST))
        assert replayed(desk.database)[0] == {Verdict.EQUAL: SENT}
        assert broken(desk.database) == []


def test_a_limit_that_is_counted_before_it_is_taken_is_passed(database: Database) -> None:
    with database.write() as tx:
        tx.run(MAKE)

    def send(number: int) -> None:
        with database.read() as tx:
            had = {rep: tx.all(OF, (rep,))[0][0] for rep in reps(PEOPLE)}
        rep = min(had, key=lambda each: (had[each], each))
        if had[rep] < MOST:
            with database.write() as tx:
                tx.run(TAKE, (number, rep))

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(send, range(SENT)))
    with database.read() as tx:
        counts = [tx.all(OF, (rep,))[0][0] for rep in reps(PEOPLE)]
    assert max(counts) > MOST or sum(counts) > MOST * PEOPLE


def _top(desk: Desk) -> str:
    with FEW_READ, desk.read() as tx:
        row = tx.one(WAITING)
    return str(row[0]) if row else ""


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_claims_what_somebody_has_by_now_hears_who(database_url: str) -> None:
    with opened(database_url) as desk:
        fill(desk, PULL, 2, 1)
        lead = _top(desk)
        desk.act(Claim(lead, "rep0", epoch=1))
        with pytest.raises(Superseded) as caught:
            desk.act(Claim(lead, "rep1", epoch=1))
        assert isinstance(caught.value, FirstrightError) and caught.value.owner == "rep0"
