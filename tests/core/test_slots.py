"""Free slots against a walk over every minute: also where clocks change, and where meetings and absences lie anyhow."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.calendar import Calendar, DatedHours, Shift
from firstright.core.meetings import GRIDS, MeetingType, Span, span
from firstright.core.roster import Absence, Document, Rep, Roster
from firstright.core.slots import MINUTE, covers, free_slots, is_free

HOUR = timedelta(hours=1)
NOW = datetime(2026, 3, 27, 15, 7, tzinfo=UTC)  # clocks change on the 29th in Berlin
ZONES = ("Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns")
# Before a change of the clock: Berlin forth and back, Lord Howe (half an hour) back and forth.
MOMENTS = (NOW, datetime(2026, 10, 23, 9, 1, tzinfo=UTC), datetime(2026, 4, 3, 20, 59, tzinfo=UTC))
WEEK = tuple(Shift(day, 9 * 60, 17 * 60) for day in range(5))
NIGHTS = tuple(Shift(day, 22 * 60 + 10, 30 * 60) for day in range(7))


def roster(
    zone: str, absences: tuple[Absence, ...] = (), shifts: tuple[Shift, ...] = WEEK, always: bool = False
) -> Roster:
    holiday = DatedHours(date(2026, 3, 30), ((600, 720),))
    calendar = Calendar("office", zone, shifts, (date(2026, 4, 6),), (holiday,), always)
    return Roster(Document("", (Rep("kim", calendar="office", absences=absences),), (calendar,)))


def walked(type: MeetingType, office: Roster, meetings: tuple[Span, ...], now: datetime) -> list[datetime]:
    """Every minute looked at by itself."""
    rep = office.reps["kim"]
    hours = office.hours_of(rep)
    zone = ZoneInfo(hours.calendar.zone)
    open_at = {}

    def is_open(at: datetime) -> bool:
        if at not in open_at:
            open_at[at] = hours.is_open(at)
        return open_at[at]

    found = []
    at = now.replace(second=0, microsecond=0)
    while at <= now + type.horizon:
        local = at.astimezone(zone)
        wanted = span(type, at)
        length = int(type.length / MINUTE)
        if (
            at >= now + type.notice
            and (local.hour * 60 + local.minute) % type.grid == 0
            and all(is_open(at + minute * MINUTE) for minute in range(length))
            and not any(a.starts < wanted.until and wanted.since < a.ends for a in rep.absences)
            and not any(wanted.clashes(other) for other in meetings)
            and (not type.most or _on_day(meetings, local.date(), zone) < type.most)
        ):
            found.append(at)
        at += MINUTE
    return found


def _on_day(meetings: tuple[Span, ...], day: date, zone: ZoneInfo) -> int:
    return sum(each.starts.astimezone(zone).date() == day for each in meetings)


minutes = st.integers(0, 4 * 24 * 60).map(lambda n: n * MINUTE)
lengths = st.integers(1, 200).map(lambda n: n * MINUTE)
types = st.builds(
    MeetingType,
    id=st.just("demo"),
    length=st.integers(1, 150).map(lambda n: n * MINUTE),
    before=st.integers(0, 60).map(lambda n: n * MINUTE),
    after=st.integers(0, 60).map(lambda n: n * MINUTE),
    notice=st.integers(0, 600).map(lambda n: n * MINUTE),
    horizon=st.just(timedelta(days=4)),
    grid=st.sampled_from(GRIDS),
    most=st.integers(0, 3),
)


@given(
    types,
    st.sampled_from(ZONES),
    st.sampled_from(MOMENTS),
    st.sampled_from([WEEK, NIGHTS]),
    st.lists(st.tuples(minutes, lengths), max_size=4),
    st.lists(st.tuples(minutes, lengths), max_size=2),
)
@settings(max_examples=60, deadline=None)
def test_free_slots_are_those_a_walk_over_every_minute_finds(
    type: MeetingType,
    zone: str,
    now: datetime,
    shifts: tuple[Shift, ...],
    booked: list[tuple[timedelta, timedelta]],
    away: list[tuple[timedelta, timedelta]],
) -> None:
    office = roster(zone, tuple(Absence("busy", now + at, now + at + lasts) for at, lasts in away), shifts)
    meetings = tuple(
        Span(now + at, now + at + lasts, now + at - type.before, now + at + lasts + type.after)
        for at, lasts in booked
    )
    found = free_slots(type, office.reps["kim"], office, meetings, now)
    assert found == walked(type, office, meetings, now)
    for at in found[:3]:
        assert is_free(type, office.reps["kim"], office, meetings, now, at)
        assert covers(span(type, at), office.reps["kim"], office)


@pytest.mark.parametrize("zone", ZONES)
def test_who_is_always_open_has_slots_through_the_change_of_the_clock(zone: str) -> None:
    office, type = roster(zone, always=True), MeetingType("demo", grid=60, horizon=timedelta(days=4))
    found = free_slots(type, office.reps["kim"], office, (), MOMENTS[2])
    assert found == walked(type, office, (), MOMENTS[2])
    assert len(found) >= 93


def test_a_slot_keeps_its_buffers_from_an_absence_and_from_a_meeting() -> None:
    day = datetime(2026, 3, 31, tzinfo=UTC)  # Berlin is two hours ahead
    office = roster("Europe/Berlin", (Absence("busy", day + 10 * HOUR, day + 11 * HOUR),))
    type = MeetingType("demo", length=HOUR, before=15 * MINUTE, after=30 * MINUTE)
    other = Span(day + 13 * HOUR, day + 14 * HOUR, day + 13 * HOUR, day + 14 * HOUR)
    found = free_slots(type, office.reps["kim"], office, (other,), NOW, since=day, until=day + 24 * HOUR)
    # open 07:00-15:00 UTC: not 09:00 (its half hour after would touch 10:00-11:00), not 11:00 (nor the quarter before)
    assert [at.strftime("%H:%M") for at in found] == ["07:00", "07:30", "08:00", "08:30", "11:30"]


def test_who_is_paused_or_leaves_has_slots_only_while_they_are_here() -> None:
    office, type = roster("Europe/Berlin"), MeetingType("demo", horizon=timedelta(days=5))
    kim = office.reps["kim"]
    back, gone = datetime(2026, 3, 31, 9, tzinfo=UTC), datetime(2026, 3, 31, 10, tzinfo=UTC)
    here = Rep("kim", calendar="office", paused_until=back, left=gone)
    assert [f"{at:%d %H:%M}" for at in free_slots(type, here, office, (), NOW)] == ["31 09:00", "31 09:30"]
    assert free_slots(type, Rep("kim", calendar="office", active=False), office, (), NOW) == []
    assert len(free_slots(type, kim, office, (), NOW)) > 20


def test_what_our_own_invitation_put_into_a_calendar_stands_in_no_way() -> None:
    day = datetime(2026, 3, 31, 7, tzinfo=UTC)
    ours = Absence("busy", day, day + HOUR, feed="0190a000@firstright")
    theirs = Absence("busy", day, day + HOUR, feed="abc@elsewhere.example")
    type = MeetingType("demo", length=HOUR)
    for absence, free in ((ours, True), (theirs, False)):
        office = roster("Europe/Berlin", (absence,))
        assert is_free(type, office.reps["kim"], office, (), NOW, day) is free
