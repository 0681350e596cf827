"""Peers' rules as their documentation tells them, by hand-made turns."""

from collections import Counter
from datetime import UTC, datetime

from firstright.simulate.fairness.peers import Calibrated, LeastRecent, LowestCount, Peer, RandomWeighted

MAY, JUNE = datetime(2026, 5, 4, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
BOTH = {"ada": 1, "kim": 1}


def picked(peer: Peer, n: int, eligible: dict[str, int], as_of: datetime = MAY) -> list[str]:
    return [peer.pick(eligible, as_of) for _ in range(n)]


def test_the_lowest_count_gives_all_to_who_was_away_until_the_month_ends() -> None:
    rule = LowestCount(1)
    picked(rule, 10, {"ada": 1})
    rule.back("kim")
    assert picked(rule, 11, BOTH) == ["kim"] * 10 + ["ada"]
    picked(rule, 5, {"ada": 1})
    assert picked(rule, 4, BOTH, JUNE) == ["ada", "kim", "ada", "kim"]


def test_the_lowest_count_goes_by_weight() -> None:
    assert Counter(picked(LowestCount(1), 60, {"ada": 5, "kim": 1})) == {"ada": 50, "kim": 10}


def test_the_least_recent_takes_turns_whatever_the_weights() -> None:
    assert picked(LeastRecent(1), 5, {"ada": 5, "kim": 1}) == ["ada", "kim", "ada", "kim", "ada"]


def test_drawing_is_by_weight_and_by_seed() -> None:
    drawn = picked(RandomWeighted(1), 3_000, {"ada": 2, "kim": 1})
    assert drawn == picked(RandomWeighted(1), 3_000, {"ada": 2, "kim": 1})
    assert drawn != picked(RandomWeighted(2), 3_000, {"ada": 2, "kim": 1})
    assert 1_900 < Counter(drawn)["ada"] < 2_100


def test_who_comes_back_is_given_the_average_and_catches_nothing_up() -> None:
    rule = Calibrated(1)
    picked(rule, 10, {"ada": 1})
    rule.back("kim")
    assert picked(rule, 4, BOTH) == ["ada", "kim", "ada", "kim"]


def test_who_is_alone_has_nobody_to_be_compared_with_yet() -> None:
    rule = Calibrated(1)
    picked(rule, 10, {"ada": 2})
    rule.back("kim")
    picked(rule, 3, {"kim": 1})
    assert Counter(picked(rule, 30, {"ada": 2, "kim": 1})) == {"ada": 20, "kim": 10}
