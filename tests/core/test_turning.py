"""Turns and entitlement from ledger rows, and whose turn comes when: laws over random rotations."""

from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.assignment import credit
from firstright.core.assignment.turning import Counted, Share, leads_until, shares
from firstright.core.pools import LEAD
from firstright.core.roster import Membership, PoolMembers, Rep
from firstright.core.world import PoolStanding

NAMES = ("ada", "kim", "noor", "omar")


def pool(*weights: int) -> PoolMembers:
    names = NAMES[: len(weights)]
    reps = tuple(Rep(name) for name in names)
    return PoolMembers("sdr", names, reps, tuple(Membership("sdr", w) for w in weights), tuple(weights))


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=4),
    st.lists(st.integers(1, 15), max_size=40),
)
@settings(max_examples=100, deadline=None)
def test_credit_is_what_was_entitled_less_what_was_paid(weights: list[int], masks: list[int]) -> None:
    members = pool(*weights)
    standing = credit.align(PoolStanding(), members.ids)
    rows = []
    for mask in masks:
        among = credit.bits_of(mask & ((1 << len(weights)) - 1) or 1)
        won = credit.winner(standing, members.weights, among)
        standing = credit.turn(standing, members.weights, among, won)
        set_ = tuple((members.ids[i], members.weights[i]) for i in among)
        rows.append(Counted("sdr", members.ids[won], LEAD, 1, set_))
    told = shares(rows)
    for place, name in enumerate(members.ids):
        share = told.get(("sdr", name), Share())
        assert standing.credit[place] == share.entitled - share.paid
    assert sum(share.turns for share in told.values()) == len(masks)
    assert sum(share.entitled for share in told.values()) == sum(share.paid for share in told.values())


def test_a_row_of_many_leads_counts_like_as_many_rows() -> None:
    two = (("ada", 2), ("kim", 1))
    one = Counted("sdr", "ada", LEAD, 1, two)
    assert shares([Counted("sdr", "ada", LEAD, 7, two)]) == shares([one] * 7)
    assert shares([one]) == {
        ("sdr", "ada"): Share(1, 666_666_666, 999_999_999),
        ("sdr", "kim"): Share(0, 333_333_333, 0),
    }


@given(st.lists(st.integers(1, 9), min_size=2, max_size=4), st.integers(0, 3), st.integers(0, 12))
@settings(max_examples=100, deadline=None)
def test_the_lead_after_as_many_as_told_is_theirs(weights: list[int], who: int, ago: int) -> None:
    members = pool(*weights)
    name = members.ids[who % len(weights)]
    everybody = range(len(weights))
    standing = credit.align(PoolStanding(), members.ids)
    for _ in range(ago):
        won = credit.winner(standing, members.weights, everybody)
        standing = credit.turn(standing, members.weights, everybody, won)
    told = leads_until(name, members, standing, everybody)
    assert told is not None
    winners = []
    for _ in range(told + 1):
        won = credit.winner(standing, members.weights, everybody)
        winners.append(members.ids[won])
        standing = credit.turn(standing, members.weights, everybody, won)
    assert winners.index(name) == told


def test_whoever_is_not_on_is_told_as_if_they_were_and_a_stranger_nothing() -> None:
    members = pool(1, 1, 1)
    assert leads_until("noor", members, PoolStanding(), []) == 0
    assert leads_until("noor", members, PoolStanding(), [0, 1]) == 2
    assert leads_until("zoe", members, PoolStanding(), [0]) is None
    assert leads_until("kim", pool(1_000_000, 1), PoolStanding(), [0]) is None
