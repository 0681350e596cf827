"""The team of the played year: the same for a seed, and sound."""

from itertools import pairwise

import pytest

from firstright.core.calendar import problems
from firstright.core.roster import Roster
from firstright.simulate.fairness.team import BEGINS, CALENDARS, ENDS, MEMBERS, POOL, team


def test_the_same_seed_is_the_same_team_and_another_is_away_at_other_times() -> None:
    assert team(3) == team(3)
    assert [rep.absences for rep in team(3).reps] != [rep.absences for rep in team(4).reps]


@pytest.mark.parametrize("seed", range(5))
def test_absences_follow_each_other_within_the_year_and_begin_after_the_joining(seed: int) -> None:
    for rep, member in zip(team(seed).reps, MEMBERS, strict=True):
        assert rep.absences, rep.id
        assert all(one.ends < another.starts for one, another in pairwise(rep.absences))
        assert rep.absences[0].starts >= (rep.memberships[0].joined or BEGINS)
        assert rep.absences[-1].ends < ENDS
        assert rep.calendar == member.calendar


def test_the_team_has_all_that_makes_it_hard() -> None:
    assert [problem for calendar in CALENDARS for problem in problems(calendar)] == []
    assert len({calendar.zone for calendar in CALENDARS}) == 5
    members = Roster(team(1)).members(POOL)
    assert set(members.weights) == {1, 2, 3, 4, 5}
    assert sum(rep.left is not None for rep in members.reps) == 2
    assert sum(place.joined is not None for place in members.places) == 4
    assert sum(bool(place.ramp) for place in members.places) == 3
