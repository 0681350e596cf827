"""Who accepts in the last moment races the clock that takes the lead away. Never both, never early, and whoever is too late is
told who has it now.
"""

import random
from collections import Counter
from contextlib import ExitStack

import pytest

from chaos.racing import HELD, RACES, ROUND, Arm, Lag, around, naively, ringer, ringing
from chaos.scene import POLICY, arrival, broken, opened, person, replayed, reps, roster
from chaos.test_repeats import at_once
from firstright.core.replay import Verdict
from firstright.desk import Desk
from firstright.desk.acting import Accept, Acted, Decline
from firstright.errors import FirstrightError, Superseded
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database
from firstright.wiring import now
from patience import PATIENCE

REPS, RIVALS = 7, 200
RULES = POLICY.replace('first_touch = "2h"', 'untouched = "2h"').replace(
    'review = "4h"', 'review = "4h"\nwarnings = [100]\non_missed = ["re-route", "review"]'
)

STOOD = Statement(
    """SELECT a.lead_id, a.accepted_at, b.started_at, b.cause, b.holder_id FROM assignment AS a
       LEFT JOIN assignment AS b ON b.lead_id = a.lead_id AND b.epoch = 2 WHERE a.epoch = 1"""
)
EARLY = Statement(
    """SELECT d.lead_id, d.as_of, c.due_at FROM decision AS d JOIN clock AS c ON c.lead_id = d.lead_id AND c.epoch = 1
       AND c.state = 'missed' AND c.missed_at IS NOT NULL
       WHERE d.cause = 'sla-missed' AND (d.as_of < c.due_at OR c.missed_at < c.due_at)"""
)
FURTHER = Statement("SELECT lead_id FROM assignment WHERE epoch > 2")
NAIVE = Statement(
    "CREATE TABLE naive (lead INTEGER NOT NULL, accepted INTEGER NOT NULL, moved INTEGER NOT NULL)"
)
BEGIN = Statement("INSERT INTO naive VALUES (?, 0, 0)")
LOOK = Statement("SELECT accepted, moved FROM naive WHERE lead = ?")
ACCEPTED = Statement("UPDATE naive SET accepted = 1 WHERE lead = ?")
MOVED = Statement("UPDATE naive SET moved = 1 WHERE lead = ?")
BOTH = Statement("SELECT count(*) FROM naive WHERE accepted = 1 AND moved = 1")


def published(desk: Desk, members: int = REPS) -> None:
    desk.publish_policy(RULES, file="policy.toml", by="mara", reason="test")
    desk.publish_roster(roster(reps(members)), file="roster.toml", by="mara", reason="test")


def taken_in(desk: Desk, count: int) -> dict[str, str]:
    """Leads and who has them."""
    arrivals = [arrival(person(n), f"event-{n}") for n in range(count)]
    for first in range(0, count, 500):
        assert {reply.status for reply in desk.take_in(arrivals[first : first + 500])} == {201}
    with desk.read() as tx:
        return dict(tx.all(HELD))


def raced(
    desk: Desk, leads: list[str], owners: dict[str, str], dice: random.Random, lag: float
) -> dict[str, object]:
    """One round, in which everybody's owner accepts."""
    return around(desk, Arm(leads, "owner"), lambda lead: Accept(lead, owners[lead], epoch=1), dice, lag)


def judged(database: Database, answers: dict[str, object], owners: dict[str, str]) -> Counter[str]:
    """How the races ended: by what is stored, which must be what was answered, one way or the other for each lead."""
    ends: Counter[str] = Counter()
    with database.read() as tx:
        stood = {row[0]: row[1:] for row in tx.all(STOOD)}
        assert tx.all(EARLY) == []
        assert tx.all(FURTHER) == []
    assert stood.keys() == answers.keys() == owners.keys()
    for lead, (accepted, moved, cause, taker) in stood.items():
        answer = answers[lead]
        if isinstance(answer, Acted):
            assert (answer.owner, answer.epoch) == (owners[lead], 1)
            assert (accepted is not None, moved) == (True, None)
            ends["accepted"] += 1
        else:
            assert isinstance(answer, Superseded)
            assert (answer.owner, answer.epoch, cause) == (taker, 2, "sla-missed")
            assert (accepted, taker == owners[lead]) == (None, False)
            ends["moved"] += 1
    return ends


def race(url: str, *, beside: int) -> Counter[str]:
    """All rounds on one node, with further nodes as processes `beside` it that only ring."""
    dice = random.Random(20260302)
    with opened(url) as desk:
        published(desk)
        owners = taken_in(desk, RACES)
        names = list(owners)
        answers: dict[str, object] = {}
        lag = Lag()
        with ExitStack() as stack:
            others = [stack.enter_context(ringer(url, f"ben{n}")) for n in range(beside)]
            stack.enter_context(ringing(lambda: desk.work_due(now())[0]))
            for first in range(0, RACES, ROUND):
                answered = raced(desk, names[first : first + ROUND], owners, dice, lag.seconds)
                lag.move(sum(isinstance(each, Acted) for each in answered.values()))
                answers |= answered
            rung = [int(other.communicate(timeout=PATIENCE)[0]) for other in others]
        assert all(rung)  # else the other node raced in nothing
        ends = judged(desk.database, answers, owners)
        assert min(ends["accepted"], ends["moved"]) > RACES // 50  # else it was no race
        assert broken(desk.database) == []
        assert set(replayed(desk.database)[0]) == {Verdict.EQUAL}
    print(
        f"\n{RACES} races, {beside} nodes beside, {lag.seconds:.2f} s behind at the end: {dict(ends)}, rung elsewhere: {rung}"
    )
    return ends


def test_an_owner_who_accepts_at_the_last_moment_has_it_or_has_lost_it_never_both(database_url: str) -> None:
    assert race(database_url, beside=0).total() == RACES


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_same_with_a_second_node_that_rings(database_url: str) -> None:
    assert race(database_url, beside=1).total() == RACES


def test_looking_first_and_writing_then_is_seen_to_do_both(database: Database) -> None:
    with database.write() as tx:
        tx.run(NAIVE)
        tx.many(BEGIN, [(lead,) for lead in range(ROUND)])
    naively(database, range(ROUND), LOOK, (0, 0), (ACCEPTED, MOVED))
    with database.read() as tx:
        assert tx.all(BOTH)[0][0] > 0


def test_of_two_hundred_who_accept_the_same_lead_at_once_only_its_owner_has_it(database_url: str) -> None:
    with opened(database_url) as desk:
        published(desk, RIVALS)
        ((lead, holder),) = taken_in(desk, 1).items()

        def accept(number: int) -> Acted | FirstrightError:
            return desk.writer.submit(Accept(lead, f"rep{number}", epoch=1)).result()

        answers = at_once(RIVALS, accept)
        won = [each for each in answers if isinstance(each, Acted)]
        lost = [(each.owner, each.epoch) for each in answers if isinstance(each, Superseded)]
        assert [(each.owner, each.epoch) for each in won] == [(holder, 1)]
        assert lost == [(holder, 1)] * (RIVALS - 1)
        assert broken(desk.database) == []


def test_of_two_hundred_declines_of_one_holder_at_once_one_moves_the_lead(database_url: str) -> None:
    with opened(database_url) as desk:
        published(desk)
        ((lead, holder),) = taken_in(desk, 1).items()

        def decline(number: int) -> Acted | FirstrightError:
            return desk.writer.submit(Decline(lead, holder, "busy", epoch=1, key=f"k{number}")).result()

        answers = at_once(RIVALS, decline)
        won = [each for each in answers if isinstance(each, Acted)]
        lost = [(each.owner, each.epoch) for each in answers if isinstance(each, Superseded)]
        assert [each.epoch for each in won] == [2]
        assert lost == [(won[0].owner, 2)] * (RIVALS - 1)
        assert won[0].owner != holder
        assert broken(desk.database) == []
