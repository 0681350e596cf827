"""Policies and rosters published while leads come in, and reps with a limit: no lead by an old version, none over a limit."""

import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from chaos.scene import POLICY, arrival, broken, holders, opened, person, publish, replayed, reps, roster
from firstright.core.replay import Verdict
from firstright.desk import Desk
from firstright.storage.statement import Statement

CLIENTS, LEADS, VERSIONS, LIMIT, REPS = 8, 800, 20, 20, 10
USED = Statement("SELECT DISTINCT policy_version, roster_version FROM decision")
OF_EVENT = Statement(
    """SELECT d.policy_version, d.roster_version FROM arrival AS a
       JOIN decision AS d ON d.trigger_id = CAST(a.id AS TEXT) WHERE a.event_id = ?"""
)


def send(desks: Sequence[Desk], leads: int) -> None:
    def take(client: int) -> None:
        desk = desks[client % len(desks)]
        for number in range(client, leads, CLIENTS):
            desk.take_in([arrival(person(number), f"event-{number}")])

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(take, range(CLIENTS)))


def test_every_decision_is_by_one_version_and_none_goes_back(database_url: str) -> None:
    """On PostgreSQL a second node decides while the first publishes."""
    nodes = ("ada",) if database_url.startswith("sqlite") else ("ada", "ben")
    late: list[tuple[int, int, int]] = []
    with ExitStack() as stack:
        desks = [stack.enter_context(opened(database_url, node)) for node in nodes]
        publish(desks[0], REPS)
        going = threading.Thread(target=send, args=(desks, LEADS))
        going.start()
        for version in range(2, VERSIONS + 2):
            text = POLICY.replace('"2h"', f'"{version}h"')
            policy = desks[0].publish_policy(text, file="p", by="mara", reason="").version
            people = (
                desks[0]
                .publish_roster(roster(reps(REPS)[version % 3 :]), file="r", by="mara", reason="")
                .version
            )
            event = f"after-{version}"
            desks[-1].take_in([arrival(person(1_000 + version), event)])
            with desks[0].read() as tx:
                [used] = tx.all(OF_EVENT, (event,))
            late += [(version, *used)] if used[0] < policy or used[1] < people else []
        going.join()
        with desks[0].read() as tx:
            used_at_all = tx.all(USED)
        assert late == []
        assert len(used_at_all) > VERSIONS / 2
        assert broken(desks[0].database) == []
        assert replayed(desks[0].database)[0] == {Verdict.EQUAL: LEADS + VERSIONS}


def test_nobody_gets_more_than_their_limit(database_url: str) -> None:
    """More leads than room for them: each rep is filled to the last place, the rest waits."""
    with opened(database_url) as desk:
        publish(desk, REPS)
        limits = dict.fromkeys(reps(REPS), LIMIT)
        desk.publish_roster(roster(reps(REPS), capacity=limits), file="r", by="mara", reason="limits")
        send([desk], REPS * LIMIT + 100)
        assert holders(desk.database) == Counter(limits)
        with desk.read() as tx:
            outcomes = dict(tx.all(Statement("SELECT outcome, count(*) FROM lead GROUP BY outcome")))
        assert outcomes == {"owner": REPS * LIMIT, "waiting": 100}
        assert broken(desk.database) == []
        assert replayed(desk.database)[0] == {Verdict.EQUAL: REPS * LIMIT + 100}
