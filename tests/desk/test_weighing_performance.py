"""Pools by performance: weighed when it is due, as a roster version that differs in nothing else, and counted on by the next lead."""

import pytest

from desk.office import PEOPLE, RULES, Office, office, owner
from desk.views import faults
from firstright.core.authority import Actor, Role
from firstright.core.documents.rosterfile import read_roster
from firstright.desk.moving import MoveStatus
from firstright.desk.performing import Weigh, Weighed
from firstright.errors import Refused
from firstright.storage import people
from routing import DAY, MINUTE, MONDAY

BY_PERFORMANCE = RULES.replace("[pools.sdr]", '[pools.sdr]\nmethod = "performance"').replace(
    "[pools.sdr]",
    '[pools.sdr]\nperformance = { window = "90d", closed = "1d", every = "7d", prior = 1, explore = 0 }',
)


def converted(here: Office, rep: str) -> None:
    """All leads this rep has are won."""
    actor = Actor(rep, rep, Role.REP, rep)
    for (lead,) in here.rows(f"SELECT id FROM lead WHERE holder_id = '{rep}'"):
        here.desk.act(MoveStatus(str(lead), actor, "won"))


def text_of(here: Office) -> str:
    with here.desk.read() as tx:
        version = people.current(tx)
        assert version is not None
        return people.load(tx, version.version)


def test_who_converts_gets_more_of_what_comes_next(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(rules=BY_PERFORMANCE)
        for number in range(12):
            here.send(f"lead{number}")
        converted(here, "kim")
        here.at = MONDAY + 2 * DAY
        weighed = here.desk.act(Weigh("sdr", "mara"))
        assert weighed == Weighed("sdr", {"kim": 200, "noor": 50, "omar": 50}, 12, 4, 2, True)
        before, after = read_roster(PEOPLE)[0], read_roster(text_of(here))[0]
        assert before is not None
        assert after is not None
        assert after.reps == before.reps
        assert after.performance == {"sdr": {"kim": 200, "noor": 50, "omar": 50}}
        here.desk.act(Weigh("sdr", "mara"))
        assert text_of(here).count("[performance.sdr]") == 1
        got = [owner(here.send(f"more{number}")) for number in range(12)]
        assert got.count("kim") == 8
        assert faults(here) == []


def test_it_is_weighed_only_when_it_is_due(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(rules=BY_PERFORMANCE)
        here.desk.weigh_due()
        select = "SELECT count(*) FROM audit WHERE action = 'weigh-pool'"
        assert here.rows(select) == [(1,)]
        here.at = MONDAY + 6 * DAY
        here.desk.weigh_due()
        assert here.rows(select) == [(1,)]
        here.at = MONDAY + 7 * DAY + MINUTE
        here.desk.weigh_due()
        assert here.rows(select) == [(2,)]


def test_another_pool_is_not_weighed(database_url: str) -> None:
    with office(database_url) as here, pytest.raises(Refused, match="no pool that goes by performance"):
        here.desk.act(Weigh("sdr", "mara"))
