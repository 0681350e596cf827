"""What one rule did to a team, lead by lead: how far from their share people were, how long they waited, what leave cost or gave.

Credit in exact units; ratios are floats. It sees who could have had each lead, by which weights, and who got it: no more.
"""

from collections.abc import Iterable, Sequence

import msgspec

from firstright.core.fairness import jain
from firstright.core.pools import LEAD

WINDOW = 10 * LEAD  # after somebody came back or joined: until they have been entitled to that much
SAMPLES = 200  # times in the play at which the spread of deviations is taken
Shares = Sequence[tuple[str, int]]


class Stretch(msgspec.Struct, frozen=True):
    """The first leads after a return or a joining: what they got beyond their share of them, 10⁻⁹ leads."""

    kind: str  # leave | joining
    rep: str
    beyond: int


class Figures(msgspec.Struct, frozen=True):
    """One rule. Deviations are actual less target in 10⁻⁹ leads; a target is the sum of somebody's shares of the leads they
    could have had under this rule. `furthest` is the largest at any time, `at_end` that of the last lead.

    `wait` is the longest row of leads somebody could have had and others got, `due` how much of a target passed in the
    longest. `leave` and `joining` are the largest and smallest of their stretches.
    """

    rule: str
    ours: bool
    counted: int
    held: int  # leads nobody could take when they came
    unserved: int  # of them, those nobody took before the end
    furthest: int
    at_end: int
    rms: float  # leads
    jain: float
    wait: int
    due: int
    leave: tuple[int, int]
    joining: tuple[int, int]


class Track:
    """Filled lead by lead, in order; read at the end."""

    def __init__(self, leads: int) -> None:
        self._every = max(1, leads // SAMPLES)
        self._deviation: dict[str, int] = {}
        self._earned: dict[str, int] = {}
        self._waiting: dict[str, int] = {}
        self._due: dict[str, int] = {}
        self._open: dict[str, tuple[str, int, int]] = {}  # rep -> kind, deviation and target then
        self._stretches: list[Stretch] = []
        self._squares: list[float] = []
        self._furthest = self._wait = self._overdue = 0
        self.counted = self.held = 0

    def back(self, rep: str, kind: str) -> None:
        """They take leads again, or for the first time."""
        self._open[rep] = (kind, self._deviation.get(rep, 0), self._earned.get(rep, 0))

    def give(self, winner: str, shares: Shares, paid: int) -> None:
        deviation, earned, waiting, due = self._deviation, self._earned, self._waiting, self._due
        for rep, share in shares:
            now = deviation.get(rep, 0) - share
            deviation[rep] = now
            earned[rep] = earned.get(rep, 0) + share
            if rep != winner:
                waiting[rep] = waiting.get(rep, 0) + 1
                due[rep] = due.get(rep, 0) + share
                if -now > self._furthest:
                    self._furthest = -now
        deviation[winner] += paid
        self._furthest = max(self._furthest, abs(deviation[winner]))
        self._waited(winner)
        self.counted += 1
        if self._open:
            self._close_stretches()
        if self.counted % self._every == 0:
            self._squares.append(sum(d * d for d in deviation.values()) / len(deviation) / LEAD**2)

    def _waited(self, rep: str) -> None:
        self._wait = max(self._wait, self._waiting.pop(rep, 0))
        self._overdue = max(self._overdue, self._due.pop(rep, 0))

    def _close_stretches(self) -> None:
        for rep, (kind, deviation, earned) in list(self._open.items()):
            if self._earned.get(rep, 0) - earned >= WINDOW:
                self._stretches.append(Stretch(kind, rep, self._deviation[rep] - deviation))
                del self._open[rep]

    def figures(self, rule: str, *, ours: bool, unserved: int) -> Figures:
        for rep in list(self._waiting):
            self._waited(rep)
        shares = [(self._earned[rep] + d, self._earned[rep]) for rep, d in self._deviation.items()]
        mean = sum(self._squares) / len(self._squares) if self._squares else 0.0
        return Figures(
            rule=rule,
            ours=ours,
            counted=self.counted,
            held=self.held,
            unserved=unserved,
            furthest=self._furthest,
            at_end=max((abs(d) for d in self._deviation.values()), default=0),
            rms=mean**0.5,
            jain=jain(shares),
            wait=self._wait,
            due=self._overdue,
            leave=_ends(self._stretches, "leave"),
            joining=_ends(self._stretches, "joining"),
        )


def _ends(stretches: Iterable[Stretch], kind: str) -> tuple[int, int]:
    """(largest, smallest); nothing where nobody was away, or the play too short."""
    found = [each.beyond for each in stretches if each.kind == kind]
    return max(found, default=0), min(found, default=0)
