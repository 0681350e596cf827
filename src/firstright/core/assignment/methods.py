"""How each method picks one of the eligible. Ties go to credit, so that no method has a "first in the list".

Who is eligible was asked before; what the pick does to the ledger is the same for all of them.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import blake2b

from firstright.core.assignment import credit
from firstright.core.assignment.eligibility import Answer
from firstright.core.assignment.stood import capacity, weighs
from firstright.core.lead import Lead
from firstright.core.policy import Needs
from firstright.core.pools import LEAD, Measure, Method, OnSkip, Pool
from firstright.core.roster import BY_PERFORMANCE, PoolMembers
from firstright.core.world import PoolStanding

EXPLORE = "~explore"  # the lane of leads that a performance pool gives by plain weight
BY_CREDIT = frozenset({Method.CREDIT, Method.PERFORMANCE})


class Asking:
    """One pick under way: the pool, the lead, what it will cost, and the members as they stand."""

    def __init__(
        self,
        pool: Pool,
        members: PoolMembers,
        standing: PoolStanding,
        needs: Needs,
        lead: Lead,
        answer: Answer,
        *,
        cost: int,
        period: int,
        as_of: datetime,
    ) -> None:
        self.pool = pool
        self.members = members
        self.standing = standing
        self.needs = needs
        self.lead = lead
        self.cost = cost
        self.period = period
        self.as_of = as_of
        self.measured = answer.stood.measured
        self.opens = dict(answer.opens)

    def won(self, eligible: Sequence[int]) -> int:
        """The position of who takes the lead. `eligible` must not be empty."""
        match self.pool.method:
            case Method.SEQUENCE if self.pool.on_skip is OnSkip.LOSE:
                return self._next_in_order(eligible)
            case Method.SEQUENCE:
                return min(eligible, key=lambda i: (self.standing.last[i], i))
            case Method.LEAST_RECENT:
                return min(eligible, key=lambda i: (self.standing.last[i], -self.standing.credit[i], i))
            case Method.EQUAL_COUNT:
                return self._fewest(eligible)
            case Method.LOAD:
                return self._least_loaded(eligible)
            case Method.BEST_FIT:
                return self._by_credit(self._fittest(eligible))
            case Method.SOONEST:
                return self._by_credit(self._soonest(eligible))
            case _:
                return self._by_credit(eligible)

    def _by_credit(self, among: Sequence[int]) -> int:
        return credit.winner(self.standing, self.members.weights, among, self.cost)

    def _tie(self, i: int) -> tuple[int, int, int, int]:
        return (-self.standing.credit[i], -self.members.weights[i], self.standing.last[i], i)

    def _next_in_order(self, eligible: Sequence[int]) -> int:
        """The next in pool order after who won last; whoever could not take it has lost the turn."""
        last = self.standing.last[: len(self.members.ids)]
        after = last.index(max(last)) if any(last) else -1
        return min(eligible, key=lambda i: (i <= after, i))

    def _fewest(self, eligible: Sequence[int]) -> int:
        """Who was away for part of the period, or has joined in it, is level with the fewest of the others: to be away is no
        debt. Out of hours, full or not skilled is none of that, and is caught up with."""
        counts, weights = credit.counts_in(self.standing, self.period), self.members.weights
        ratios = {i: counts[i] * LEAD // weights[i] for i in eligible}
        excused = {i for i in eligible if self._was_away(i)}
        level = min([ratio for i, ratio in ratios.items() if i not in excused], default=None)
        if level is not None:
            ratios.update({i: max(ratios[i], level) for i in excused})
        return min(eligible, key=lambda i: (ratios[i], *self._tie(i)))

    def _was_away(self, i: int) -> bool:
        rep, place = self.members.reps[i], self.members.places[i]
        began = datetime.fromtimestamp(self.period, UTC)
        returns = [absence.ends for absence in rep.absences if absence.starts < self.as_of]
        since = [at for at in (*returns, place.joined, rep.paused_until) if at is not None]
        return any(at > began for at in since)

    def _least_loaded(self, eligible: Sequence[int]) -> int:
        """Load with this lead, against capacity. Who has no capacity of their own is taken to have the largest here."""
        measure, reps = self.pool.load, self.members.reps
        rooms = [capacity(reps[i], measure) for i in range(len(reps))]
        largest = max([room for room in rooms if room], default=1)
        size = weighs(self.lead, None, self.pool)[1] if measure is Measure.FIELD else 0
        more = {Measure.COST: self.cost, Measure.FIELD: size}.get(measure, 1)
        loads = self.measured
        return min(eligible, key=lambda i: ((loads[i] + more) * LEAD // (rooms[i] or largest), *self._tie(i)))

    def _fittest(self, eligible: Sequence[int]) -> list[int]:
        """Those within the band of the best, by the skills this rule would like to see."""
        scores = {i: fit(self.members.reps[i].skills, self.needs) for i in eligible}
        best = max(scores.values())
        return [i for i in eligible if best - scores[i] <= self.pool.band]

    def _soonest(self, eligible: Sequence[int]) -> list[int]:
        """Those who are there first: minutes until they open, then what was last heard of them."""
        here = {i: (self.opens.get(i, 0), self.measured[i]) for i in eligible}
        first = min(here.values())
        return [i for i in eligible if here[i] == first]


def fit(skills: dict[str, int], needs: Needs) -> int:
    return sum([skills.get(skill, 0) * worth for skill, worth in needs.preferred])


def lane_of(pool: Pool, lead: Lead) -> tuple[str, str]:
    """(lane, whose weights) a lead counts by. The share that explores is chosen by the lead's id, not by chance."""
    if pool.method is not Method.PERFORMANCE:
        return lead.lane, ""
    drawn = int.from_bytes(blake2b(lead.id.encode(), digest_size=4).digest()) % 100
    if drawn < pool.performance.explore:
        return lead.lane + EXPLORE, ""
    return lead.lane, BY_PERFORMANCE
