"""What makes a lead stuck, and since when: each cause at its edge, and never while somebody's decision to keep it lasts."""

from datetime import timedelta

import msgspec
import pytest

from firstright.core.sweep import Cause, Lying, Sweep, causes
from routing import CALENDARS, DAY, HOUR, MONDAY, TEAM, rep, roster

SWEEP = Sweep(on=True, statuses={"contacted": 3 * DAY})
OWNED = Lying("1", "owner", "rep", "kim", "routed", MONDAY, planned=True)
PEOPLE = roster(*TEAM, calendars=CALENDARS)
AWAY = roster(
    rep(
        "Kim Larsen",
        'absences = [{ type = "sick", from = 2026-03-01T00:00:00Z, until = 2026-03-20T00:00:00Z }]',
    ),
    calendars=CALENDARS,
)


def found(lead: Lying, after: timedelta) -> tuple[Cause, ...]:
    return causes(lead, SWEEP, PEOPLE, MONDAY + after)


@pytest.mark.parametrize(
    ("changes", "cause", "after", "since"),
    [
        ({"planned": False}, "no-next-action", DAY, timedelta(0)),
        ({}, "no-touch", 7 * DAY, timedelta(0)),
        ({"touched_at": MONDAY + HOUR}, "no-touch", 7 * DAY + HOUR, HOUR),
        ({"accepted_at": MONDAY + HOUR}, "accepted-untouched", DAY + HOUR, HOUR),
        ({"status": "contacted", "moved_at": MONDAY + HOUR}, "status-too-long", 3 * DAY + HOUR, HOUR),
        (
            {"outcome": "review", "holder_kind": "review", "review_at": MONDAY},
            "review-unclaimed",
            2 * DAY,
            timedelta(0),
        ),
        ({"paused_until": MONDAY}, "pause-over", timedelta(minutes=5), timedelta(0)),
        ({"holder": "nobody"}, "owner-away", 2 * DAY, timedelta(0)),
    ],
)
def test_each_cause_begins_at_its_edge_and_not_before(
    changes: dict[str, object], cause: str, after: timedelta, since: timedelta
) -> None:
    lead = msgspec.structs.replace(OWNED, **changes)
    assert cause not in [each.cause for each in found(lead, after - timedelta(microseconds=1))]
    assert Cause(cause, MONDAY + since) in found(lead, after)


def test_what_waits_lies_not_because_it_has_nothing_planned() -> None:
    queued = Lying("1", "queued", "queue", "desk", "new", MONDAY)
    assert found(queued, 30 * DAY) == ()


def test_an_owner_who_is_absent_is_away_since_their_absence_began() -> None:
    assert causes(OWNED, SWEEP, AWAY, MONDAY + 15 * HOUR) == (Cause("owner-away", MONDAY - 33 * HOUR),)
    assert causes(OWNED, SWEEP, AWAY, MONDAY + 15 * HOUR - timedelta(seconds=1)) == ()


def test_what_somebody_decided_to_keep_lies_not_until_that_is_over() -> None:
    kept = msgspec.structs.replace(OWNED, quiet_until=MONDAY + 9 * DAY)
    assert found(kept, 9 * DAY - HOUR) == ()
    assert [each.cause for each in found(kept, 9 * DAY)] == ["no-touch"]


def test_a_cause_that_is_switched_off_makes_nothing_stuck() -> None:
    off = msgspec.structs.replace(SWEEP, no_touch=None)
    assert causes(OWNED, off, PEOPLE, MONDAY + 30 * DAY) == ()
