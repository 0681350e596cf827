"""What is measured of a play, by hand-made turns."""

import pytest

from firstright.core.pools import LEAD
from firstright.simulate.fairness.figures import Figures, Track

HALF = LEAD // 2
BOTH = (("ada", HALF), ("kim", HALF))


def test_a_short_play_worked_out_by_hand() -> None:
    track = Track(4)
    for winner in ("ada", "ada", "ada", "kim"):
        track.give(winner, BOTH, LEAD)
    found = track.figures("ada first", ours=False, unserved=2)
    squares = (0.25 + 1 + 2.25 + 1) / 4  # mean of both, lead by lead
    assert found.rms == pytest.approx(squares**0.5)
    assert found == Figures(
        rule="ada first",
        ours=False,
        counted=4,
        held=0,
        unserved=2,
        furthest=1_500_000_000,
        at_end=LEAD,
        rms=found.rms,
        jain=4 / (2 * (1.5**2 + 0.5**2)),
        wait=3,
        due=1_500_000_000,
        leave=(0, 0),
        joining=(0, 0),
    )


def test_what_a_return_gives_is_counted_until_ten_leads_were_due() -> None:
    track = Track(100)
    track.back("kim", "leave")
    for n in range(60):
        track.give("kim" if n < 20 else "ada", BOTH, LEAD)
    assert track.figures("burst", ours=False, unserved=0).leave == (10 * LEAD, 10 * LEAD)


def test_who_joins_and_gets_nothing_is_ten_short() -> None:
    track = Track(100)
    track.back("kim", "joining")
    for _ in range(20):
        track.give("ada", BOTH, LEAD)
    found = track.figures("starving", ours=False, unserved=0)
    assert (found.joining, found.wait, found.due) == ((-10 * LEAD, -10 * LEAD), 20, 10 * LEAD)


def test_a_wait_counts_only_leads_they_could_have_had() -> None:
    track = Track(100)
    track.give("ada", BOTH, LEAD)
    for _ in range(50):
        track.give("ada", (("ada", LEAD),), LEAD)
    track.give("kim", BOTH, LEAD)
    assert track.figures("away", ours=True, unserved=0).wait == 1
