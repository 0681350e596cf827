"""Entitlement credit: the laws of the rotation, by example and by property."""

from collections.abc import Sequence
from fractions import Fraction
from math import gcd
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.assignment.credit import SLACK, align, bits_of, spread, turn, winner
from firstright.core.pools import LEAD
from firstright.core.world import PoolStanding

WEIGHTS = st.lists(st.integers(1, 9), min_size=1, max_size=6)
DUST = Fraction(1, 1000)  # shares are floored to 10⁻⁹ leads: what rounding may add up to over a test


def fresh(size: int) -> PoolStanding:
    return PoolStanding(0, tuple(f"rep{i}" for i in range(size)), (0,) * size, (0,) * size)


def dealt(
    weights: Sequence[int], eligible: Sequence[Sequence[int]], standing: PoolStanding | None = None
) -> tuple[list[int], PoolStanding]:
    """Who won each lead in turn, one eligible set a lead."""
    standing = standing or fresh(len(weights))
    won = []
    for able in eligible:
        won.append(winner(standing, weights, able))
        standing = turn(standing, weights, able, won[-1])
    return won, standing


def everybody(size: int, leads: int) -> list[list[int]]:
    return [list(range(size))] * leads


def deviations(won: Sequence[int], weights: Sequence[int]) -> list[Fraction]:
    """How far the worst-off member is from their share, after each lead of a constant set."""
    total = sum(weights)
    counts = [0] * len(weights)
    worst = []
    for n, i in enumerate(won, 1):
        counts[i] += 1
        worst.append(max(abs(counts[m] - Fraction(n * w, total)) for m, w in enumerate(weights)))
    return worst


def test_weights_of_five_one_one_are_dealt_a_a_b_a_c_a_a() -> None:
    won, _ = dealt([5, 1, 1], everybody(3, 7))
    assert "".join("ABC"[i] for i in won) == "AABACAA"


def test_equal_weights_go_round_in_pool_order() -> None:
    won, _ = dealt([1, 1, 1], everybody(3, 6))
    assert won == [0, 1, 2, 0, 1, 2]


def test_a_rep_who_was_skipped_keeps_their_turn() -> None:
    """Five members, only Mia and Max can take leads: the others keep their places."""
    won, standing = dealt([1] * 5, [[1, 2], [1, 2], [0, 1, 2, 3, 4]])
    assert won == [1, 2, 0]
    assert standing.credit[3] == standing.credit[4] == LEAD // 5


def test_one_who_is_alone_takes_everything_and_owes_nothing_for_it() -> None:
    won, standing = dealt([1, 1], [[0], [0], [0]])
    assert (won, standing.credit) == ([0, 0, 0], (0, 0))


def test_a_tie_goes_to_who_was_served_longest_ago_then_by_pool_order() -> None:
    level = PoolStanding(7, ("kim", "noor", "omar"), (0, 0, 0), (7, 5, 5))
    assert winner(level, [1, 1, 1], [0, 1, 2]) == 1


@given(st.integers(2, 8), st.integers(1, 60))
@settings(deadline=None, max_examples=40)
def test_equal_weights_are_within_one_lead_at_every_prefix(size: int, leads: int) -> None:
    won, _ = dealt([1] * size, everybody(size, leads))
    for prefix in range(1, leads + 1):
        counts = [won[:prefix].count(i) for i in range(size)]
        assert max(counts) - min(counts) <= 1


@given(WEIGHTS.filter(lambda w: len(w) > 1))
@settings(deadline=None, max_examples=60)
def test_any_weights_deviate_by_less_than_one_lead_at_every_prefix(weights: list[int]) -> None:
    size = len(weights)
    won, _ = dealt(weights, everybody(size, 3 * sum(weights)))
    assert max(deviations(won, weights)) <= 1 - Fraction(1, 2 * size - 2) + DUST


@given(WEIGHTS, st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=40)
def test_the_order_of_the_pool_changes_no_share(weights: list[int], chance: Random) -> None:
    """After a whole round everybody has exactly their weight, wherever they stand in the pool."""
    divisor = gcd(*weights)
    order = list(range(len(weights)))
    chance.shuffle(order)
    shuffled = [weights[i] for i in order]
    won, _ = dealt(shuffled, everybody(len(weights), sum(weights) // divisor))
    assert [won.count(order.index(i)) for i in range(len(weights))] == [w // divisor for w in weights]


def random_sets(chance: Random, size: int, leads: int) -> list[list[int]]:
    sets = [[i for i in range(size) if chance.random() < 0.5] for _ in range(leads)]
    return [able or [chance.randrange(size)] for able in sets]


@given(WEIGHTS, st.integers(0, 10**6))
@settings(deadline=None, max_examples=50)
def test_the_sum_of_credits_never_changes(weights: list[int], seed: int) -> None:
    _, standing = dealt(weights, random_sets(Random(seed), len(weights), 40))
    assert sum(standing.credit) == 0


@given(WEIGHTS, st.integers(0, 10**6), st.lists(st.integers(-LEAD, LEAD), min_size=6, max_size=6))
@settings(deadline=None, max_examples=50)
def test_leads_are_target_share_plus_credit_before_minus_credit_after(
    weights: list[int], seed: int, before: list[int]
) -> None:
    size = len(weights)
    start = PoolStanding(0, fresh(size).members, tuple(before[:size]), (0,) * size)
    sets = random_sets(Random(seed), size, 30)
    won, end = dealt(weights, sets, start)
    for i in range(size):
        shares = [Fraction(weights[i], sum(weights[m] for m in able)) for able in sets if i in able]
        moved = Fraction(start.credit[i] - end.credit[i], LEAD)
        assert abs(won.count(i) - sum(shares) - moved) < DUST


def test_a_weight_change_counts_from_the_next_lead_on() -> None:
    """Omar goes from one to three: what was dealt before stays dealt, nothing is caught up."""
    before, standing = dealt([1, 1], everybody(2, 10))
    after, _ = dealt([1, 3], everybody(2, 8), standing)
    assert (before.count(1), after.count(1)) == (5, 6)


@pytest.mark.parametrize("seed", range(20))
def test_random_eligibility_of_ten_reps_stays_within_one_and_a_half(seed: int) -> None:
    chance = Random(seed)
    worst = 0
    standing = fresh(10)
    for able in random_sets(chance, 10, 2000):
        standing = turn(standing, [1] * 10, able, winner(standing, [1] * 10, able))
        worst = max(worst, *(abs(c) for c in standing.credit))
    assert worst <= 1.5 * LEAD


def test_absence_is_not_turned_into_a_debt() -> None:
    """Noor is away for twenty leads; when she is back, she and Kim alternate at once."""
    _, standing = dealt([1, 1], [[0]] * 20)
    back, _ = dealt([1, 1], everybody(2, 6), standing)
    assert back.count(1) == 3


def test_a_joiner_starts_at_zero_and_the_others_keep_what_they_have() -> None:
    was = PoolStanding(4, ("kim", "noor"), (300, -300), (3, 4))
    assert align(was, ("noor", "zoe", "kim")) == PoolStanding(
        4, ("noor", "zoe", "kim"), (-300, 0, 300), (4, 0, 3)
    )


def test_one_who_is_gone_keeps_a_row_until_their_credit_is_spread() -> None:
    was = PoolStanding(4, ("kim", "noor", "omar"), (300, -300, 0), (3, 4, 0))
    assert align(was, ("noor",)) == PoolStanding(4, ("noor", "kim"), (-300, 300), (4, 3))


def test_a_leavers_credit_is_shared_by_weight_and_no_unit_is_lost() -> None:
    was = PoolStanding(9, ("kim", "noor", "omar"), (100, 0, -100), (1, 2, 3))
    now = spread(was, [1, 2, 1], 0, [1, 2])
    assert now == PoolStanding(10, ("kim", "noor", "omar"), (0, 67, -67), (1, 2, 3))


@given(st.lists(st.integers(-(10**9), 10**9), min_size=2, max_size=6), st.data())
def test_spreading_keeps_the_sum(credit: list[int], data: st.DataObject) -> None:
    size = len(credit)
    weights = data.draw(st.lists(st.integers(1, 9), min_size=size, max_size=size))
    standing = PoolStanding(1, fresh(size).members, tuple(credit), (0,) * size)
    now = spread(standing, weights, 0, list(range(1, size)))
    assert (sum(now.credit), now.credit[0]) == (sum(credit), 0)


@given(WEIGHTS.filter(lambda w: len(w) > 1), st.integers(0, 10**6))
@settings(deadline=None, max_examples=30)
def test_the_winner_is_always_one_of_the_eligible(weights: list[int], seed: int) -> None:
    chance = Random(seed)
    size = len(weights)
    credit = tuple(chance.randrange(-3 * LEAD, 3 * LEAD) for _ in range(size))
    standing = PoolStanding(0, fresh(size).members, credit, (0,) * size)
    for able in random_sets(chance, size, 10):
        assert winner(standing, weights, able) in able


def test_bits_are_positions_in_ascending_order() -> None:
    assert (bits_of(0), bits_of(0b1011), bits_of(1 << 99)) == ((), (0, 1, 3), (99,))


@given(st.lists(st.integers(-LEAD, LEAD), min_size=2, max_size=30), st.data())
def test_members_of_equal_weight_take_turns_as_the_general_rule_says(
    credits: list[int], data: st.DataObject
) -> None:
    """Equal weights go a shorter way; weights alike in proportion but written twice as large go the same one."""
    size = len(credits)
    last = data.draw(st.lists(st.integers(0, 50), min_size=size, max_size=size))
    standing = PoolStanding(60, tuple(map(str, range(size))), tuple(credits), tuple(last))
    everybody = tuple(range(size))
    ripe = [i for i in everybody if (credits[i] + LEAD // size) * (2 * size - 2) >= LEAD - SLACK]
    scale = 2 * size - 2

    def due(i: int) -> tuple[int, int, int, int]:
        owed = (credits[i] + LEAD // size) * scale
        return (-((owed - scale * LEAD + LEAD) * size // (scale * LEAD)), -owed, last[i], i)

    expected = min(map(due, ripe))[-1] if ripe else min((-credits[i], last[i], i) for i in everybody)[-1]
    assert winner(standing, (1,) * size, everybody) == expected


def ranked_one_by_one(standing: PoolStanding, weights: Sequence[int], eligible: Sequence[int]) -> int:
    """The rule as it is written down, member by member, in fractions."""
    total, n = sum(weights[i] for i in eligible), len(eligible)
    threshold = Fraction(LEAD, 2 * n - 2)
    ranks = []
    for i in eligible:
        credit = standing.credit[i] + LEAD * weights[i] // total
        stop = -((credit - LEAD + threshold) / LEAD * Fraction(total, weights[i]) // 1)
        ripe = credit * (2 * n - 2) >= LEAD - SLACK
        ranks.append(
            (0, stop, -credit, standing.last[i], i) if ripe else (1, 0, -credit, standing.last[i], i)
        )
    return min(ranks)[-1]


@given(
    st.lists(
        st.tuples(
            st.integers(1, 3),
            st.integers(-2 * LEAD, 2 * LEAD) | st.sampled_from([0, LEAD // 2]),
            st.integers(0, 4),
        ),
        min_size=2,
        max_size=9,
    ),
    st.data(),
)
@settings(max_examples=300, deadline=None)
def test_looking_at_each_weight_once_gives_whom_looking_at_each_member_gives(
    members: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    weights, credit, last = (tuple(column) for column in zip(*members, strict=True))
    standing = PoolStanding(9, tuple(f"rep{i}" for i in range(len(members))), credit, last)
    everyone = list(range(len(members)))
    eligible = sorted(data.draw(st.lists(st.sampled_from(everyone), min_size=2, unique=True)))
    assert winner(standing, weights, eligible) == ranked_one_by_one(standing, weights, eligible)
