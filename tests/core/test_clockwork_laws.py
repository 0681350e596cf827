"""Clocks that stand still by law, against a walk over single minutes: what was left is left, never less, whatever the clocks of
the world do meanwhile; and deadlines by the lead's own clock, never early."""

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.clockwork import Left, gone_on, held_to, put_right, verdict
from firstright.core.compiled import Compiled
from firstright.core.documents.policyfile import read_policy
from firstright.core.followup import FOLLOW_UP, SILENCE, TARGETS, clock_for
from firstright.core.hours import Calendar, DatedHours, Hours, Shift
from routing import CALENDARS, CATCH_ALL, HEAD, MONDAY, TEAM, TO_SDR, lead, roster, world

MINUTE = timedelta(minutes=1)
DAYS = (
    Shift(0, 540, 1020),
    Shift(1, 540, 720),
    Shift(1, 780, 1200),
    Shift(3, 540, 1020),
    Shift(4, 1320, 1740),
)
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns")
CALENDARS_OF = {
    zone: Hours(
        Calendar("c", zone, DAYS, exceptions=(DatedHours(datetime(2026, 3, 30, tzinfo=UTC).date(), ()),))
    )
    for zone in ZONES
}
# Around both changes of the clock, in either hemisphere.
BEGINS = st.sampled_from(
    [datetime(2026, 3, 5, tzinfo=UTC), datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 22, tzinfo=UTC)]
)
SPANS = st.integers(1, 3 * 24 * 60).map(lambda n: n * MINUTE)


def walked(hours: Hours, a: datetime, b: datetime) -> int:
    """Open minutes in [a, b), one by one."""
    return sum(hours.is_open(a + n * MINUTE) for n in range((b - a) // MINUTE))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ZONES), BEGINS, SPANS, st.integers(1, 600), SPANS, SPANS)
def test_what_is_left_after_a_pause_is_what_was_left_before(
    zone: str, begins: datetime, first: timedelta, target: int, until: timedelta, stood: timedelta
) -> None:
    hours = CALENDARS_OF[zone]
    started = begins + first
    due = hours.add(started, target * MINUTE)
    since = started + until
    at = since + stood
    half = hours.add(started, target * MINUTE / 2)
    moved, ((_, warned), _) = gone_on(Left(hours, due, ((50, half), (100, due))), since, at)
    if due <= since:
        assert moved == due  # what is over stays over
        return
    assert walked(hours, at, moved) == walked(hours, since, due)
    assert moved >= due
    assert hours.elapsed(at, moved) == hours.elapsed(since, due)
    assert warned == half if half <= since else hours.elapsed(at, warned) == hours.elapsed(since, half)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ZONES), BEGINS, SPANS, st.lists(SPANS, min_size=1, max_size=4))
def test_several_pauses_take_nothing_and_give_nothing(
    zone: str, begins: datetime, first: timedelta, spans: list[timedelta]
) -> None:
    hours = CALENDARS_OF[zone]
    started = begins + first
    target = timedelta(hours=60)
    due, at, ran = hours.add(started, target), started, timedelta(0)
    for span in spans:
        since = at + span
        if since >= due:
            break
        ran += hours.elapsed(at, since)
        at = since + span
        due, _ = gone_on(Left(hours, due, ()), since, at)
        assert ran + hours.elapsed(at, due) == target


LOCAL = HEAD.replace(
    'untouched = "2h"\nreview',
    'untouched = "2h"\nfollow_up = "5h"\nno_reply = "2d"\nbasis = "lead-local"\ncalendar = "berlin"\nreview',
    1,
)
POLICY = read_policy(LOCAL + TO_SDR + CATCH_ALL)[0]
assert POLICY is not None
RULES = Compiled(POLICY)
PEOPLE = roster(*TEAM, calendars=CALENDARS)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ZONES), BEGINS, SPANS)
def test_a_deadline_by_the_leads_own_clock_is_never_early_and_exact(
    zone: str, begins: datetime, first: timedelta
) -> None:
    now = begins + first
    theirs = msgspec.structs.replace(lead(now), facts={**lead(now).facts, "zone": zone})
    clock = clock_for(FOLLOW_UP, RULES.service(""), RULES, world(PEOPLE, now), theirs)
    assert clock is not None
    assert clock.calendar == f"berlin@{zone}"
    berlin = next(c for c in PEOPLE.document.calendars if c.id == "berlin")
    local = Hours(msgspec.structs.replace(berlin, zone=zone))
    assert walked(local, now, clock.due) == 5 * 60
    assert walked(local, now, clock.due - MINUTE) == 5 * 60 - 1


def test_a_lead_whose_zone_nobody_knows_is_held_to_the_hours_themselves() -> None:
    clock = clock_for(FOLLOW_UP, RULES.service(""), RULES, world(PEOPLE, MONDAY), lead())
    assert clock is not None
    assert (clock.calendar, clock.due) == ("berlin", MONDAY + timedelta(hours=5))


def test_a_clock_without_a_target_does_not_begin_and_one_that_waits_for_an_answer_rings_no_later_than_due() -> (
    None
):
    service = RULES.service("")
    without = [name for name, target in TARGETS.items() if target(service) is None]
    assert all(clock_for(name, service, RULES, world(PEOPLE), lead()) is None for name in without)
    silence = clock_for(SILENCE, service, RULES, world(PEOPLE), lead())
    assert silence is not None
    assert [percent for percent, _ in silence.warnings] == [50, 80, 100]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ZONES), BEGINS, SPANS, st.integers(1, 600), st.booleans())
def test_what_a_clock_was_started_with_is_read_off_its_instants_and_put_right_in_the_same_hours_nothing_moves(
    zone: str, begins: datetime, first: timedelta, target: int, by_day: bool
) -> None:
    hours, started = CALENDARS_OF[zone], begins + first
    due = hours.close_of_business(started) if by_day else hours.add(started, target * MINUTE)
    held = held_to(started, due, hours, by_day=by_day)
    assert held == (None if by_day else target * MINUTE)
    assert put_right(started, held, hours) == due


def test_what_a_clock_is_found_to_be() -> None:
    later = MONDAY + MINUTE
    assert verdict(later, MONDAY, later, counts=True) == "met"
    assert verdict(MONDAY, later, later, counts=True) == "missed"
    assert verdict(MONDAY, None, later, counts=False) == "missed"
    assert verdict(later, None, MONDAY, counts=True) == "running"
    assert verdict(later, None, MONDAY, counts=False) == "excused"
