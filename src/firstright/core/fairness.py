"""How fair a pool was over a period, told from its counted leads: target beside actual, evenness, quality, waits, skips.

Pure, and exact to the unit of credit; floats are ratios to be read, never to decide by. It decides nothing, moves no credit
and fetches nothing: whoever asks says which leads, in the order in which they were counted.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from firstright.core.decision import Code

Members = tuple[tuple[str, int], ...]  # (rep, weight)
STEPS = 500_000  # exchanges the permutations of one report may take: more leads, fewer permutations
MOST_ROUNDS, FEWEST_ROUNDS = 999, 99
ALIKE = 1e-9  # below it, two sums of squares differ by rounding only


class Turn(msgspec.Struct, frozen=True):
    """One counted lead. `ruled` are the members who could not take it, by the code that ruled them out."""

    winner: str
    cost: int  # 10⁻⁹ leads
    members: Members  # who shared it
    ruled: tuple[tuple[Code, tuple[str, ...]], ...] = ()
    score: int | None = None  # of the lead when it was given


class RepShare(msgspec.Struct, frozen=True):
    """One rep. Credit in 10⁻⁹ leads: the target is the sum of their shares of the leads they could have had.

    `wait` is the longest row of leads they could have had and others got. `skips` count leads by code; one that two codes
    barred them from counts under both.
    """

    rep: str
    eligible: int  # leads they could have had, those they got among them
    turns: int
    target: int
    actual: int
    deviation: int  # actual - target
    returned: int  # credit given back for leads that should not have cost a turn
    wait: int
    scored: int  # leads of theirs that had a score
    score: float | None  # mean of those
    skips: dict[Code, int]


class Parity(msgspec.Struct, frozen=True):
    """Whether leads of one quality went to everybody: `p` is how often chance alone sets the means of the reps at least so
    far apart, over `rounds` seeded permutations. Small says that quality went by rep."""

    p: float
    rounds: int
    scored: int
    mean: float


class Fairness(msgspec.Struct, frozen=True):
    """Reps in the order asked for. `jain` is of actual over target: 1 when all got the same part of theirs.

    `furthest` is the largest deviation without its sign. Deviations sum to nothing.
    """

    counted: int
    jain: float
    furthest: int
    parity: Parity | None
    reps: tuple[RepShare, ...]


def fairness(
    turns: Sequence[Turn],
    returned: Iterable[tuple[str, int]] = (),
    order: Iterable[str] = (),
    seed: int = 1,
) -> Fairness:
    """`turns` in the order of the ledger; `returned` is (rep, 10⁻⁹ leads) for each row that gave credit back.

    `order` names the reps to begin with, whether they could have had a lead or not; the others come as they were met.
    """
    earned, paid, eligible = _credit(turns)
    back: Counter[str] = Counter()
    for rep, amount in returned:
        back[rep] += amount
    won = Counter(turn.winner for turn in turns)
    waits, skips = _waits(turns), _skips(turns)
    scores = _scores(turns)
    met = dict.fromkeys([*order, *earned, *paid, *back, *skips])
    reps = tuple(
        RepShare(
            rep=rep,
            eligible=eligible[rep],
            turns=won[rep],
            target=earned[rep],
            actual=paid[rep],
            deviation=paid[rep] - earned[rep],
            returned=back[rep],
            wait=waits.get(rep, 0),
            scored=len(scores.get(rep, ())),
            score=sum(scores[rep]) / len(scores[rep]) if rep in scores else None,
            skips=skips.get(rep, {}),
        )
        for rep in met
    )
    return Fairness(
        len(turns),
        jain([(rep.actual, rep.target) for rep in reps]),
        max((abs(rep.deviation) for rep in reps), default=0),
        _parity(turns, scores, seed),
        reps,
    )


def jain(shares: Iterable[tuple[int, int]]) -> float:
    """Jain's index of the ratios actual / target; whoever has no target is left out. Nobody, or nothing, is even."""
    ratios = [actual / target for actual, target in shares if target > 0]
    squares = sum(ratio * ratio for ratio in ratios)
    return sum(ratios) ** 2 / (len(ratios) * squares) if squares else 1.0


def _credit(turns: Sequence[Turn]) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """(earned, paid) in 10⁻⁹ leads, and how many leads each could have had. Shares are floored as `credit.turn` floors them."""
    earned: Counter[str] = Counter()
    paid: Counter[str] = Counter()
    eligible: Counter[str] = Counter()
    for (members, cost, winner), n in Counter((t.members, t.cost, t.winner) for t in turns).items():
        total = sum(weight for _, weight in members)
        shares = [(rep, cost * weight // total) for rep, weight in members]
        for rep, share in shares:
            earned[rep] += n * share
            eligible[rep] += n
        paid[winner] += n * sum(share for _, share in shares)
    return earned, paid, eligible


def _waits(turns: Sequence[Turn]) -> dict[str, int]:
    waiting: dict[str, int] = {}
    longest: dict[str, int] = {}
    for turn in turns:
        for rep, _ in turn.members:
            waiting[rep] = waiting.get(rep, 0) + 1
        ended = waiting[turn.winner] - 1
        longest[turn.winner] = max(longest.get(turn.winner, 0), ended)
        waiting[turn.winner] = 0
    return {rep: max(longest.get(rep, 0), since) for rep, since in waiting.items()}


def _skips(turns: Sequence[Turn]) -> dict[str, dict[Code, int]]:
    """By rep, in the order in which codes are declared."""
    found: dict[str, dict[Code, int]] = {}
    times = Counter(ruled for turn in turns for ruled in turn.ruled)
    place = {code: number for number, code in enumerate(Code)}
    for (code, reps), n in sorted(times.items(), key=lambda each: place[each[0][0]]):
        for rep in reps:
            skips = found.setdefault(rep, {})
            skips[code] = skips.get(code, 0) + n
    return found


def _scores(turns: Sequence[Turn]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for turn in turns:
        if turn.score is not None:
            found.setdefault(turn.winner, []).append(turn.score)
    return found


def _parity(turns: Sequence[Turn], scores: Mapping[str, list[int]], seed: int) -> Parity | None:
    """None where there are not two reps to compare. Laid out by rep in the order of their first lead: names do not count."""
    if len(scores) < 2:
        return None
    sizes = [len(own) for own in scores.values()]
    drawn = [turn.score for turn in turns if turn.score is not None]
    n = len(drawn)
    seen = _spread([each for own in scores.values() for each in own], sizes)
    rounds = min(MOST_ROUNDS, max(FEWEST_ROUNDS, STEPS // n))
    state, as_far = seed, 0
    for _ in range(rounds):
        state = _shuffle(drawn, state)
        as_far += _spread(drawn, sizes) >= seen * (1 - ALIKE)
    return Parity((1 + as_far) / (1 + rounds), rounds, n, sum(drawn) / n)


def _spread(drawn: Sequence[int], sizes: Sequence[int]) -> float:
    """How far the means of the groups are apart: larger is farther, for the same scores and sizes."""
    begin, found = 0, 0.0
    for size in sizes:
        total = sum(drawn[begin : begin + size])
        found += total * total / size
        begin += size
    return found


def _shuffle(drawn: list[int], state: int) -> int:
    """Fisher and Yates in place, by a linear congruential generator: the same for everybody, every time."""
    for i in range(len(drawn) - 1, 0, -1):
        state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        j = (state >> 33) * (i + 1) >> 31
        drawn[i], drawn[j] = drawn[j], drawn[i]
    return state
