"""A year played by our core and by peers' rules: every lead finds somebody, and what our ledger promises holds."""

from functools import lru_cache

import pytest

from firstright.core.pools import LEAD, Method
from firstright.simulate.fairness.figures import Figures
from firstright.simulate.fairness.play import METHODS, simulate
from firstright.simulate.fairness.scattered import scattered

LEADS = 600


@lru_cache
def played(*methods: Method) -> dict[str, Figures]:
    return {each.rule: each for each in simulate(LEADS, 5, methods, lambda rule, done, of: None)}


def test_every_method_and_every_peer_serves_every_lead() -> None:
    found = played(*METHODS)
    assert [each.rule for each in found.values() if each.ours] == [method.value for method in METHODS]
    assert len([each for each in found.values() if not each.ours]) == 4
    assert {(each.counted + each.unserved) for each in found.values()} == {LEADS}
    assert {each.unserved for each in found.values()} == {0}


def test_the_same_year_again_gives_the_same_figures() -> None:
    again = simulate(LEADS, 5, (Method.CREDIT,), lambda rule, done, of: None)
    assert again == [each for each in played(*METHODS).values() if each.rule == "credit" or not each.ours]


@pytest.mark.parametrize("rule", ["credit", "performance"])
def test_by_credit_nobody_is_two_leads_from_their_share_at_any_time_of_the_year(rule: str) -> None:
    found = played(*METHODS)[rule]
    assert found.furthest < 2 * LEAD
    assert max(map(abs, found.leave + found.joining)) < 2 * LEAD
    assert found.jain > 0.95


def test_others_leave_somebody_many_leads_from_their_share() -> None:
    found = played(*METHODS)
    assert found["credit"].furthest < 2 * LEAD
    assert {each.rule for each in found.values() if not each.ours and each.furthest < 8 * LEAD} == set()


def test_progress_is_told_of_each_rule_up_to_its_end() -> None:
    told: list[tuple[str, int, int]] = []
    simulate(50, 1, (Method.CREDIT,), lambda *each: told.append(each))
    assert [each for each in told if each[1] == 50] == [
        (rule, 50, 50)
        for rule in (
            "credit",
            "lowest count in period",
            "least recently assigned",
            "random weighted",
            "calibrated weighted round robin",
        )
    ]


def test_under_random_eligibility_of_ten_credit_stays_within_one_and_a_half_leads() -> None:
    found = scattered(1, leads=3_000, seeds=3)
    assert (found.reps, found.leads, found.seeds) == (10, 3_000, 3)
    assert LEAD < max(found.even, found.uneven) < 1.5 * LEAD
