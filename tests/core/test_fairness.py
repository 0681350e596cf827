"""A pool's fairness: two periods worked out by hand, and laws over random ones."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from firstright.core.decision import Code
from firstright.core.fairness import Fairness, Parity, RepShare, Turn, fairness, jain
from firstright.core.pools import LEAD

NAMES = ("ada", "kim", "noor", "omar")
BOTH = (("ada", 1), ("kim", 1))


def share(rep: str, **figures: object) -> RepShare:
    nothing = RepShare(rep, 0, 0, 0, 0, 0, 0, 0, 0, None, {})
    return replace(nothing, **figures)


def test_two_equal_reps_who_take_turns_are_where_they_should_be() -> None:
    turns = [Turn(("ada", "kim")[n % 2], LEAD, BOTH, score=(n + 1) * 10) for n in range(4)]
    found = fairness(turns)
    assert replace(found, parity=None) == Fairness(
        counted=4,
        jain=1.0,
        furthest=0,
        parity=None,
        reps=(
            share("ada", eligible=4, turns=2, target=2 * LEAD, actual=2 * LEAD, wait=1, scored=2, score=20.0),
            share("kim", eligible=4, turns=2, target=2 * LEAD, actual=2 * LEAD, wait=1, scored=2, score=30.0),
        ),
    )
    assert found.parity is not None
    assert (found.parity.rounds, found.parity.scored, found.parity.mean) == (999, 4, 25.0)
    assert found.parity.p == pytest.approx(
        4 / 6, abs=0.05
    )  # two of the three ways to halve them are as far apart


def test_weights_an_absence_a_large_lead_and_credit_given_back() -> None:
    all_three = (("ada", 2), ("kim", 1), ("noor", 1))
    found = fairness(
        [
            Turn("ada", LEAD, all_three),
            Turn("kim", LEAD, (("ada", 2), ("kim", 1)), ruled=((Code.ABSENT, ("noor",)),)),
            Turn("noor", 2 * LEAD, all_three, ruled=((Code.PAUSED, ("omar",)), (Code.ABSENT, ("omar",)))),
        ],
        returned=[("ada", LEAD)],
        order=("omar",),
    )
    ratios = (LEAD / 2_166_666_666, 999_999_999 / 1_083_333_333, 2 * LEAD / 750_000_000)
    assert found == Fairness(
        counted=3,
        jain=sum(ratios) ** 2 / (3 * sum(ratio * ratio for ratio in ratios)),
        furthest=1_250_000_000,
        parity=None,
        reps=(
            share("omar", skips={Code.PAUSED: 1, Code.ABSENT: 1}),
            share(
                "ada", eligible=3, turns=1, target=2_166_666_666, actual=LEAD, deviation=-1_166_666_666,
                returned=LEAD, wait=2,
            ),
            share(
                "kim", eligible=3, turns=1, target=1_083_333_333, actual=999_999_999, deviation=-83_333_334,
                wait=1,
            ),
            share(
                "noor", eligible=2, turns=1, target=750_000_000, actual=2 * LEAD, deviation=1_250_000_000,
                wait=1, skips={Code.ABSENT: 1},
            ),
        ),
    )  # fmt: skip


def test_nothing_counted_is_nothing_unfair() -> None:
    assert fairness([], order=("ada",)) == Fairness(0, 1.0, 0, None, (share("ada"),))


def test_quality_that_goes_by_rep_is_told_from_chance() -> None:
    by_rep = [Turn(("ada", "kim")[n % 2], LEAD, BOTH, score=80 if n % 2 else 20) for n in range(40)]
    assert fairness(by_rep).parity == Parity(p=0.001, rounds=999, scored=40, mean=50.0)


def test_more_leads_are_permuted_fewer_times() -> None:
    turns = [Turn(("ada", "kim")[n % 2], LEAD, BOTH, score=n % 7) for n in range(2_000)]
    parity = fairness(turns).parity
    assert parity is not None
    assert parity.rounds == 250


def test_jain_is_one_nth_where_one_has_everything() -> None:
    assert jain([(4, 1), (0, 1), (0, 1), (0, 1)]) == 0.25
    assert jain([(3, 3), (5, 5), (7, 0)]) == 1.0


@st.composite
def periods(draw: st.DrawFn) -> list[Turn]:
    turns = []
    for _ in range(draw(st.integers(0, 25))):
        among = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
        members = tuple((rep, draw(st.integers(1, 5))) for rep in among)
        out = tuple(rep for rep in NAMES if rep not in among)
        ruled = ((draw(st.sampled_from(Code)), out),) if out else ()
        score = draw(st.none() | st.integers(0, 100))
        turns.append(
            Turn(draw(st.sampled_from(among)), draw(st.integers(1, 3 * LEAD)), members, ruled, score)
        )
    return turns


@given(periods())
@settings(max_examples=60, deadline=None)
def test_deviations_sum_to_nothing_and_waits_end(turns: list[Turn]) -> None:
    found = fairness(turns)
    assert sum(rep.deviation for rep in found.reps) == 0
    assert sum(rep.turns for rep in found.reps) == found.counted == len(turns)
    assert found.furthest == max((abs(rep.deviation) for rep in found.reps), default=0)
    for rep in found.reps:
        assert rep.wait <= rep.eligible - rep.turns
        assert (rep.wait == 0) == (rep.eligible == rep.turns)
        assert sum(rep.skips.values()) == len(turns) - rep.eligible


@given(periods(), st.sampled_from(list(permutations(NAMES))))
@settings(max_examples=60, deadline=None)
def test_who_is_called_how_changes_nothing(turns: list[Turn], called: tuple[str, ...]) -> None:
    names = dict(zip(NAMES, called, strict=True))
    renamed = [
        replace(
            turn,
            winner=names[turn.winner],
            members=tuple((names[rep], weight) for rep, weight in turn.members),
            ruled=tuple((code, tuple(names[rep] for rep in reps)) for code, reps in turn.ruled),
        )
        for turn in turns
    ]
    found = fairness(turns, order=NAMES)
    reps = tuple(replace(rep, rep=names[rep.rep]) for rep in found.reps)
    assert fairness(renamed, order=called) == replace(found, reps=reps)


@given(periods(), st.integers(0, 100), st.integers(0, 2**40))
@settings(max_examples=60, deadline=None)
def test_leads_that_are_all_alike_cannot_go_by_quality(turns: list[Turn], score: int, seed: int) -> None:
    parity = fairness([replace(turn, score=score) for turn in turns], seed=seed).parity
    if len({turn.winner for turn in turns}) < 2:
        assert parity is None
    else:
        assert parity is not None
        assert (parity.p, parity.scored, parity.mean) == (1.0, len(turns), score)
