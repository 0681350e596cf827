"""Sources as they are, seeded: each hour what came, of which fields how often filled, wrong, unmapped and of what shape.

Quiet ones are not even: days differ among themselves, campaigns shift who comes, weekends and holidays are low.
"""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

from firstright.core.watching import FieldProfile, Profile

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
ALL_SAMPLED, SAMPLED = 100, 8  # shapes of the first hundred of a day, then of one in eight

# field: (filled, wrong, unmapped, shapes)
FIELDS: dict[str, tuple[float, float, float, dict[str, float]]] = {
    "email": (0.99, 0.02, 0.0, {"a@a.a": 0.7, "a.a@a.a": 0.25, "a9@a.a": 0.05}),
    "phone": (0.6, 0.06, 0.0, {"+99999999999": 0.5, "+999999999999": 0.4, "+9999999999": 0.1}),
    "country": (0.85, 0.01, 0.02, {"A": 1.0}),
    "company": (0.9, 0.0, 0.0, {"Aa": 0.3, "Aa Aa": 0.3, "A": 0.05, "Aa A": 0.15, "Aa Aa A": 0.1, "Aa & Aa": 0.1}),
    "employees": (0.4, 0.03, 0.0, {}),
    "industry": (0.5, 0.0, 0.08, {"a": 0.6, "a-a": 0.4}),
    "postcode": (0.3, 0.02, 0.0, {"99999": 0.7, "9999": 0.2, "A9 9AA": 0.1}),
    "language": (0.2, 0.0, 0.01, {"a": 1.0}),
    "campaign": (0.35, 0.0, 0.0, {"a-a-9999": 0.5, "a_a": 0.3, "…": 0.2}),
    "referrer": (0.02, 0.0, 0.0, {"a://a.a/": 1.0}),
}  # fmt: skip
Break = Callable[[str, list[float], dict[str, float]], None]


class Simulated:
    """`per_day` arrivals on a working day. `broken` changes a field's (filled, wrong, unmapped) and shapes from `at` on."""

    def __init__(
        self, seed: int, per_day: int, *, at: datetime | None = None, broken: Break | None = None,
        volume: Callable[[datetime], float] = lambda hour: 1.0, closed: frozenset[date] = frozenset(),
    ) -> None:  # fmt: skip
        self.dice = random.Random(seed)
        self.per_day = per_day
        self.at = at
        self.broken = broken
        self.volume = volume
        self.closed = closed
        self.today = 0

    def hours(self, weeks: int) -> Iterator[tuple[datetime, Profile]]:
        hour = MONDAY
        for _ in range(weeks * 7):
            moods = {name: self.dice.gauss(0, 0.04) for name in FIELDS}
            busy = self.dice.lognormvariate(0, 0.25) * (0.15 if hour.weekday() > 4 else 1.0)
            if hour.date() in self.closed:
                busy = 0.0
            if self.dice.random() < 0.1:  # a campaign: other people for a day
                moods = {name: mood + self.dice.choice((-0.1, 0.1)) for name, mood in moods.items()}
                busy *= 1.5
            self.today = 0
            for _ in range(24):
                yield hour, self._hour(hour, moods, busy)
                hour += HOUR

    def _hour(self, hour: datetime, moods: dict[str, float], busy: float) -> Profile:
        shape_of_day = 0.1 if 7 <= hour.hour < 17 else 0.0 if hour.hour < 5 else 0.01
        mean = self.per_day * busy * shape_of_day * self.volume(hour)
        profile = Profile(self._poisson(mean), {})
        for name, (filled, wrong, unmapped, shapes) in FIELDS.items():
            rates = [filled + 4 * moods[name] * filled * (1 - filled), wrong, unmapped]
            looks = dict(shapes)
            if self.broken and self.at and hour >= self.at:
                self.broken(name, rates, looks)
            profile.fields[name] = self._field(profile.arrivals, rates, looks)
        self.today += profile.arrivals
        return profile

    def _field(self, n: int, rates: list[float], shapes: dict[str, float]) -> FieldProfile:
        filled, wrong, unmapped = (sum(self.dice.random() < rate for _ in range(n)) for rate in rates)
        found: dict[str, int] = {}
        if shapes:
            names, weights = list(shapes), list(shapes.values())
            seen = sum(
                self.dice.random() < (1.0 if self.today < ALL_SAMPLED else 1 / SAMPLED) for _ in range(filled)
            )
            for shape in self.dice.choices(names, weights, k=seen):
                found[shape] = found.get(shape, 0) + 1
        return FieldProfile(filled, wrong, unmapped, found)

    def _poisson(self, mean: float) -> int:
        """By waiting times."""
        n, at = 0, self.dice.expovariate(1.0)
        while at < mean:
            n, at = n + 1, at + self.dice.expovariate(1.0)
        return n
