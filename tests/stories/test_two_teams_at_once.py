"""Rosa fills two forms within a second, that of sales and that of the follow-the-sun desk: the forms are two, she is one. One team has her,
and the other is told whose she is, whatever it tries; what both write goes into one history.
"""

import pytest

from desk.office import PEOPLE
from desk.views import faults, owners
from firstright.desk.acting import Accept, Claim, LogTouch
from firstright.desk.receive import Receive
from firstright.errors import Superseded
from routing import CATCH_ALL, HEAD, MINUTE, MONDAY, TO_SDR
from stories.team import activities, lead, stands, team

TO_SUN = """
[[rule]]
id = "night"
tier = "first"
when = { topic = "Night desk" }
send_to = { pool = "sun" }
"""
RULES = HEAD + TO_SUN + TO_SDR + CATCH_ALL


def test_rosa_is_one_teams_and_the_other_knows_whose(database_url: str) -> None:
    with team(database_url, RULES, PEOPLE) as here:
        with here.held():
            both = [here.arrival("rosa", topic=topic) for topic in ("Prices", "Night desk")]
            waiting = [here.desk.writer.submit(work) for work in [Receive(each) for each in both]]
        told = [future.result() for future in waiting]
        assert sorted(each.status for each in told) == [200, 201]
        assert here.rows("SELECT count(*) FROM lead") == [(1,)]
        [(rosa,)] = here.rows("SELECT id FROM lead")
        mine = {"lead": rosa}
        outcome, owner, _ = stands(here, mine)
        assert (outcome, owner) == ("owner", "kim")  # who was first in line
        assert here.rows("SELECT rep FROM ledger") == [("kim",)]  # and nobody else's turn was spent

        here.at = MONDAY + MINUTE
        for act in (Accept(rosa, "zoe"), Claim(rosa, "zoe")):
            with pytest.raises(Superseded) as late:
                here.desk.act(act)
            assert (late.value.owner, late.value.epoch) == ("kim", 1)
        here.desk.act(LogTouch(rosa, "kim", "call", result="connected"))
        here.at = MONDAY + 2 * MINUTE
        here.desk.act(LogTouch(rosa, "zoe", "email", result="sent"))  # it happened, so it is in the history
        assert [each for each in activities(here, mine) if each[0] != "lead"] == [
            ("kim", "call"),
            ("zoe", "email"),
        ]
        assert [who for who, *_ in owners(here, mine)] == ["kim"]
        assert faults(here) == []


def test_a_colleague_who_writes_to_the_other_team_a_minute_later_is_with_the_same_owner(
    database_url: str,
) -> None:
    with team(database_url, RULES, PEOPLE) as here:
        rosa = here.send("rosa", topic="Prices", email="rosa@vega.example")
        raul = here.send("raul", topic="Night desk", email="raul@vega.example")
        assert lead(rosa) != lead(raul)
        assert [stands(here, each)[1] for each in (rosa, raul)] == [
            "kim",
            "kim",
        ]  # people of one company who come together
        assert faults(here) == []
