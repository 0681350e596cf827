"""Leads that came before there was anything to decide with: kept, told apart later, and never lost in each other."""

import json
from datetime import UTC, datetime

import pytest

from chaos.scene import arrival, broken, opened, person, publish, replayed
from desk.office import office
from firstright.core.replay import Verdict
from firstright.desk.acting import LogEngagement
from firstright.desk.learning import LearnFacts
from firstright.storage.statement import Statement
from routing import HOUR, MONDAY

LATER = datetime(2099, 1, 1, tzinfo=UTC)
LEADS = Statement("SELECT id, outcome, merged_into FROM lead ORDER BY id")

CLOCKS = Statement(
    """SELECT c.clock, c.started_at = (SELECT min(received_at) FROM arrival) AND l.arrived_at = c.started_at
       FROM clock AS c JOIN lead AS l ON l.id = c.lead_id WHERE c.clock = 'speed-to-lead'"""
)


def due(database_url: str) -> None:
    """Their jobs are due five seconds later; nobody waits for that here."""
    with opened(database_url) as desk, desk.database.write() as tx:
        tx.run(Statement("UPDATE job SET due_at = '2026-01-01T00:00:00.000000Z'"))


@pytest.mark.parametrize("copies", [2, 3])
def test_one_person_who_came_twice_before_the_policy_is_one_lead_with_an_owner(
    database_url: str, copies: int
) -> None:
    with opened(database_url) as desk:
        replies = desk.take_in([arrival(person(1), f"event-{n}") for n in range(copies)])
        assert [reply.status for reply in replies] == [202] * copies
        publish(desk)
    due(database_url)
    with opened(database_url) as desk:
        desk.decide_due(LATER)
        with desk.read() as tx:
            found = tx.all(LEADS)
        [master] = [lead for lead, _, into in found if into is None]
        assert [(outcome, into) for lead, outcome, into in found if lead != master] == [
            ("pending", master)
        ] * (copies - 1)
        assert {lead: outcome for lead, outcome, _ in found}[master] == "owner"
        assert broken(desk.database) == []
        assert set(replayed(desk.database)[0]) == {Verdict.EQUAL}


def test_an_enquiry_goes_on_with_the_lead_that_was_kept_undecided(database_url: str) -> None:
    with opened(database_url) as desk:
        kept = json.loads(desk.take_in([arrival(person(1), "before")])[0].body)["lead"]
        publish(desk)
        reply = desk.take_in([arrival(person(1), "after")])[0]
        told = json.loads(reply.body)
        assert (told["lead"], told["outcome"], told["owner"]["id"]) == (kept, "owner", "rep0")
        with (
            desk.read() as tx
        ):  # the clock began with the first enquiry, not with the one that found a policy
            assert tx.all(CLOCKS) == [("speed-to-lead", True)]
    due(database_url)
    with opened(database_url) as desk:
        assert desk.decide_due(LATER) == []
        assert broken(desk.database) == []


def test_what_is_learnt_about_a_lead_before_its_first_decision_decides_nothing(database_url: str) -> None:
    """It would go past the question who it is: the same person, kept twice before a policy was there, became two leads."""
    with office(database_url, published=False) as here:
        told = [here.send("mara") for _ in range(2)]
        here.publish()
        for each in told:
            here.desk.act(LogEngagement(str(each["lead"]), "kim", "reply"))
            here.desk.act(LearnFacts(str(each["lead"]), {"employees": 20}, "kim"))
        here.decide(MONDAY + HOUR)
        assert here.rows("SELECT count(*) FROM lead WHERE merged_into IS NULL AND outcome = 'owner'") == [
            (1,)
        ]
        assert broken(here.desk.database) == []
