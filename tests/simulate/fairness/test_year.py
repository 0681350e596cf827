"""The leads of the played year, and who is at their desk when."""

from collections import Counter
from itertools import pairwise

from firstright.core.world import Presence
from firstright.simulate.fairness.team import MEMBERS
from firstright.simulate.fairness.year import ASKED, DAYS, Came, claims, presence, year


def test_the_same_seed_is_the_same_year_in_order() -> None:
    leads = year(500, 2)
    assert leads == year(500, 2)
    assert leads != year(500, 3)
    assert [lead.number for lead in leads] == list(range(500))
    assert all(one.at <= another.at for one, another in pairwise(leads))
    assert isinstance(leads[0], Came)
    assert 0 <= leads[0].at <= leads[-1].at < DAYS * 86_400
    assert {lead.needs for lead in leads} == set(range(len(ASKED)))


def test_nights_have_bursts() -> None:
    hours = Counter(lead.at // 3600 for lead in year(20_000, 1))
    busiest = [hour for hour, _ in hours.most_common(40)]
    assert {hour % 24 for hour in busiest} == {19, 20, 21, 22}
    assert {hour // 24 % 26 for hour in busiest} == {25}


def test_more_leads_are_open_for_a_shorter_time() -> None:
    assert sum(lead.stays for lead in year(1_000, 1)) > 0.9 * sum(lead.stays for lead in year(4_000, 1))


def test_presence_and_claims_are_the_seeds() -> None:
    assert presence(7, 1) == presence(7, 1)
    assert presence(7, 1).keys() == {member.id for member in MEMBERS}
    said = Counter(state for hour in range(200) for state in presence(hour, 1).values())
    assert said[Presence.ONLINE] > 3 * said[Presence.OFFLINE]
    assert claims(5, ["ada", "ben"], 1) == claims(5, ["ada", "ben"], 1)
    quicker = Counter(claims(number, ["ada", "cleo"], 1) for number in range(1_000))
    assert quicker["ada"] + quicker["cleo"] == 1_000
    assert quicker["ada"] != quicker["cleo"]
