"""What several do at the same instant, as our list of scenarios has it under 60: no peer has such a set. A hundred and sixty who claim from
one queue, and two nodes, are in `chaos`.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from chaos.scene import POLICY, arrival, broken, holders, opened, person, publish, reps, roster, spread
from chaos.test_repeats import at_once
from desk.office import PEOPLE, office
from desk.views import LOUD, faults, letters, owners, tasks
from firstright.desk.acting import Acted, Claim
from firstright.desk.receive import Receive
from firstright.desk.taking import TakeNext
from firstright.errors import NothingWaits, Superseded

WORKERS, LEADS, TEAM = 2, 1_000, 3


def test_60_two_workers_a_thousand_leads_and_three_reps_differ_by_one_at_most(database_url: str) -> None:
    nodes = ("ada", "ben") if database_url.startswith("postgresql") else ("ada",)
    with ExitStack() as stack:
        desks = [stack.enter_context(opened(database_url, name)) for name in nodes]
        publish(desks[0], TEAM)

        def work(worker: int) -> None:
            desk = desks[worker % len(desks)]
            for first in range(worker * 20, LEADS, WORKERS * 20):
                mine = [arrival(person(n), f"event-{n}") for n in range(first, first + 20)]
                assert {reply.status for reply in desk.take_in(mine)} == {201}

        with ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(work, range(WORKERS)))
        found = holders(desks[0].database)
        assert (found.total(), spread(found, reps(TEAM))) == (LEADS, 1)
        assert broken(desks[0].database) == []


def test_60_of_three_workers_one_fills_the_last_place(database_url: str) -> None:
    """A peer was seen to give a fourth where three were the limit."""
    with opened(database_url) as desk:
        desk.publish_policy(POLICY, file="p", by="mara", reason="test")
        desk.publish_roster(roster(reps(1), capacity={"rep0": 3}), file="r", by="mara", reason="test")
        desk.take_in([arrival(person(n), f"event-{n}") for n in range(2)])
        assert holders(desk.database) == {"rep0": 2}
        found = at_once(3, lambda n: desk.take_in([arrival(person(10 + n), f"late-{n}")])[0])
        outcomes = Counter("owner" if b'"outcome":"owner"' in reply.body else "waiting" for reply in found)
        assert outcomes == {"owner": 1, "waiting": 2}
        assert holders(desk.database) == {"rep0": 3}
        assert broken(desk.database) == []


def test_60_one_event_five_times_in_parallel_is_one_lead_one_owner_one_task_one_message(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        one = here.arrival("mara", event="event-1")
        replies = at_once(5, lambda n: here.desk.writer.submit(Receive(one)).result())
        assert sorted(reply.replayed for reply in replies) == [False, True, True, True, True]
        assert len({reply.body for reply in replies}) == 1
        [(lead,)] = here.rows("SELECT id FROM lead")
        mara = {"lead": lead}
        assert [who for who, *_ in owners(here, mara)] == ["kim"]
        assert [task[:3] for task in tasks(here, mara)] == [("kim", "call", "open")]
        assert [to for to, event, _ in letters(here, mara) if to.startswith("email:")] == ["email:kim"]
        assert faults(here) == []


PULL = LOUD.replace("[pools.sdr]\n", '[pools.sdr]\nmethod = "pull"\npreview = true\n')


def test_60_who_claims_what_another_is_given_at_the_same_instant_hears_whose_it_is(database_url: str) -> None:
    """One chooses it from the list, one takes the next, and a place that is free is filled: one of them has it."""
    full = PEOPLE.replace('id = "kim"', 'id = "kim"\ncapacity = 1')
    with office(database_url, published=False) as here:
        here.publish(PULL, full)
        lead = str(here.send("mara")["lead"])
        assert here.lead({"lead": lead}).outcome == "queued"
        works = [lambda: Claim(lead, "kim"), lambda: TakeNext("sdr", "noor"), lambda: Claim(lead, "omar")]
        with here.held():
            waiting = [here.desk.writer.submit(build()) for build in works]
        found = [future.result() for future in waiting]
        won = [each for each in found if isinstance(each, Acted)]
        lost = [each for each in found if not isinstance(each, Acted)]
        assert len(won) == 1
        for each in lost:
            assert isinstance(each, NothingWaits) or (
                isinstance(each, Superseded) and (each.owner, each.epoch) == (won[0].owner, 2)
            )
        assert [who for who, *_ in owners(here, {"lead": lead})] == ["queue:sdr", won[0].owner]
        assert faults(here) == []
