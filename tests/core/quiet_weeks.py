"""What docs/watching.md says of false alarms and delays, measured: every hour of twenty weeks of five quiet sources, then breaks.

.venv/bin/python tests/core/quiet_weeks.py [WEEKS]
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from core.sources import HOUR, Break, Simulated
from core.test_watching import SINCE, TUESDAY, halved, reformatted, unmapped, unreadable, vanished, watched

SIZES = (5, 20, 60, 150, 400)  # arrivals on a working day
BREAKS: tuple[Break, ...] = (vanished, halved, reformatted, unmapped, unreadable)


def quiet(weeks: int) -> None:
    for seed, per_day in enumerate(SIZES):
        looks = [found for _, found in watched(Simulated(seed, per_day), 4 + weeks, since=SINCE)]
        print(f"{per_day:>4} a day: {sum(map(bool, looks))} of {len(looks):,} looks alarm")


def broken() -> None:
    for per_day in SIZES[1:]:
        for broke in BREAKS:
            print(
                f"{per_day:>4} a day, {broke.__name__}: {', '.join(_delay(broke, per_day, s) for s in (1, 2, 3))}"
            )


def _delay(broke: Break, per_day: int, seed: int) -> str:
    source = Simulated(7 * seed + per_day, per_day, at=TUESDAY, broken=broke)
    first = next((now for now, found in watched(source, 7, since=TUESDAY) if found), None)
    return f"{(first - TUESDAY) // HOUR} h" if first else "not in five days"


if __name__ == "__main__":
    quiet(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
    broken()
