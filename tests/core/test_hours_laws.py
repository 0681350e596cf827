"""Business time by law, against a walk over single minutes, and against another library on a plain week."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from firstright.core.hours import HORIZON, Calendar, DatedHours, Hours, NeverOpen, Shift

ZONES = (
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Lisbon",
    "Europe/Moscow",
    "Europe/Istanbul",
    "Europe/Kyiv",
    "Atlantic/Azores",
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/St_Johns",
    "America/Halifax",
    "America/Havana",
    "America/Sao_Paulo",
    "America/Asuncion",
    "America/Santiago",
    "America/Caracas",
    "America/Nuuk",
    "America/Scoresbysund",
    "Africa/Casablanca",
    "Africa/El_Aaiun",
    "Africa/Cairo",
    "Africa/Johannesburg",
    "Asia/Tehran",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Gaza",
    "Asia/Beirut",
    "Asia/Amman",
    "Asia/Tokyo",
    "Asia/Pyongyang",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Australia/Adelaide",
    "Australia/Eucla",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Kwajalein",
    "Antarctica/Troll",
)
ODD_DAYS = (
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Pacific/Kwajalein", date(1993, 8, 21)),
    ("Pacific/Kiritimati", date(1994, 12, 31)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Antarctica/Troll", date(2026, 3, 29)),  # two hours at once
    ("America/Havana", date(2025, 11, 2)),  # midnight comes twice
    ("America/Asuncion", date(2023, 10, 1)),  # midnight is skipped
    ("Africa/Casablanca", date(2026, 2, 15)),
)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FIRST = datetime(1975, 1, 1, tzinfo=UTC)


@cache
def clock_changes(zone: str, year: int) -> tuple[date, ...]:
    """The dates of a year on which the offset is another than the day before."""
    noons = [datetime(year, 1, 1, 12, tzinfo=ZoneInfo(zone)) + n * DAY for n in range(366)]
    return tuple(b.date() for a, b in pairwise(noons) if a.utcoffset() != b.utcoffset())


@st.composite
def places(draw: st.DrawFn) -> tuple[str, date]:
    """A zone and a date in it, more often than not one on which the clock changes."""
    if draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(ODD_DAYS))
    zone, year = draw(st.sampled_from(ZONES)), draw(st.integers(1975, 2037))
    changes = clock_changes(zone, year)
    if changes and draw(st.integers(0, 3)):
        return zone, draw(st.sampled_from(changes))
    return zone, date(year, 1, 1) + timedelta(days=draw(st.integers(0, 364)))


MINUTES = st.one_of(
    st.integers(0, 16).map(lambda n: n * 15), st.integers(0, 1439), st.integers(0, 47).map(lambda n: n * 30)
)


def spans(shortest: int = 1) -> st.SearchStrategy[tuple[int, int]]:
    lengths = st.one_of(st.integers(shortest, 1440), st.integers(2, 20).map(lambda n: n * 30))
    return st.builds(lambda opens, length: (opens, opens + length), MINUTES, lengths)


@st.composite
def calendars(draw: st.DrawFn, zone: str, around: date, fewest: int = 0, shortest: int = 1) -> Calendar:
    dates = st.integers(-4, 5).map(lambda n: around + timedelta(days=n))
    shifts = draw(st.lists(st.tuples(st.integers(0, 6), spans(shortest)), min_size=fewest, max_size=9))
    exceptions = draw(st.dictionaries(dates, st.lists(spans(), max_size=3).map(tuple), max_size=3))
    return Calendar(
        "drawn",
        zone,
        tuple(Shift(day, opens, closes) for day, (opens, closes) in shifts),
        tuple(draw(st.lists(dates, max_size=2))),
        tuple(DatedHours(on, spans) for on, spans in exceptions.items()),
    )


class MinuteWalk:
    """The definition, with no arithmetic of instants: look at the wall clock in every minute of two weeks.

    A span opens in the first minute that shows its opening time, and closes in the last that shows its closing
    time; a time that is never shown stands for the next one that is.
    """

    BEFORE, AFTER = 6, 9

    def __init__(self, calendar: Calendar, around: date) -> None:
        self.start = datetime(around.year, around.month, around.day, tzinfo=UTC) - self.BEFORE * DAY
        zone = ZoneInfo(calendar.zone)
        self.first: dict[datetime, int] = {}
        self.last: dict[datetime, int] = {}
        length = (self.BEFORE + self.AFTER) * 1440
        for n in range(length):
            shown = (self.start + n * MINUTE).astimezone(zone).replace(tzinfo=None)
            self.first.setdefault(shown, n)
            self.last[shown] = n
        self.open = bytearray(length)
        self.spans = [(a, b, on) for on, a, b in self.all_spans(calendar) if a < b]
        for a, b, _ in self.spans:
            self.open[a:b] = b"\1" * (b - a)

    def all_spans(self, calendar: Calendar) -> Iterator[tuple[date, int, int]]:
        dated = {e.date: e.spans for e in calendar.exceptions}
        for n in range(1, self.BEFORE + self.AFTER - 2):
            midnight = self.start.replace(tzinfo=None) + n * DAY
            on = midnight.date()
            shifts = tuple((s.opens, s.closes) for s in calendar.shifts if s.day == on.weekday())
            for opens, closes in () if on in calendar.holidays else dated.get(on, shifts):
                yield on, self.shown(self.first, midnight, opens), self.shown(self.last, midnight, closes)

    def shown(self, minutes: dict[datetime, int], midnight: datetime, after: int) -> int:
        wall = midnight + after * MINUTE
        while wall not in minutes:
            # What stands after a gap is the end of the gap, even if that time were to come again.
            wall, minutes = wall + MINUTE, self.first
        return minutes[wall]

    def at(self, n: int) -> datetime:
        return self.start + n * MINUTE

    def find(self, n: int, value: int) -> int | None:
        found = self.open.find(value, n, (self.BEFORE + 5) * 1440)
        return None if found < 0 else found

    def due(self, n: int, minutes: int) -> int | None:
        for m in range(n, (self.BEFORE + 5) * 1440):
            minutes -= self.open[m]
            if not minutes:
                return m + 1
        return None

    def close_of_business(self, n: int) -> int:
        _, _, on = max((a, on, on) for a, b, on in self.spans if a <= n < b)
        return max(b for _, b, other in self.spans if other == on)


# Minutes of the walk about which questions are asked: from two days before the date to three after it.
ASKED = st.integers((MinuteWalk.BEFORE - 2) * 1440, (MinuteWalk.BEFORE + 3) * 1440)


@settings(max_examples=60, deadline=None)
@given(st.data(), places())
def test_every_answer_equals_a_walk_over_single_minutes(data: st.DataObject, place: tuple[str, date]) -> None:
    calendar = data.draw(calendars(*place))
    hours, walk = Hours(calendar), MinuteWalk(calendar, place[1])
    edges = sorted({n for a, b, _ in walk.spans for n in (a - 1, a, b - 1, b) if 5760 <= n <= 12960})
    for n in (*data.draw(st.lists(ASKED, min_size=1, max_size=3)), *edges[:40]):
        t = walk.at(n)
        assert hours.is_open(t) == bool(walk.open[n])
        assert hours.elapsed(walk.at(5760), t) == walk.open[5760:n].count(1) * MINUTE
        change = walk.find(n, 1 - walk.open[n])
        if change is not None:
            assert hours.next_change(t) == walk.at(change)
        opening = walk.find(n, 1)
        if opening is not None:
            assert hours.next_open(t) == walk.at(opening)
            assert hours.close_of_business(t) == walk.at(walk.close_of_business(opening))
        length = data.draw(st.integers(1, 2000))
        due = walk.due(n, length)
        if due is not None:
            assert hours.add(t, length * MINUTE) == walk.at(due)


@st.composite
def questions(draw: st.DrawFn) -> tuple[Hours, datetime]:
    """A calendar with at least an hour a week, and an instant to the microsecond within two weeks of a clock change."""
    zone, around = draw(places())
    noon = datetime(around.year, around.month, around.day, 12, tzinfo=UTC)
    return Hours(draw(calendars(zone, around, fewest=1, shortest=60))), noon + draw(offsets())


def offsets(days: int = 14) -> st.SearchStrategy[timedelta]:
    fine = st.timedeltas(-days * DAY, days * DAY)
    return st.one_of(fine, st.integers(-96 * days, 96 * days).map(lambda n: n * timedelta(minutes=15)))


TARGETS = st.timedeltas(timedelta(microseconds=1), timedelta(hours=60))
TICK = timedelta(microseconds=1)
lawful = settings(max_examples=80, deadline=None)


@lawful
@given(questions(), TARGETS)
def test_the_time_elapsed_until_a_target_is_the_target_and_not_a_tick_earlier(
    question: tuple[Hours, datetime], d: timedelta
) -> None:
    hours, t = question
    due = hours.add(t, d)
    assert hours.elapsed(t, due) == d
    assert hours.elapsed(t, due - TICK) == d - TICK


@lawful
@given(questions(), st.timedeltas(timedelta(0), 20 * DAY))
def test_adding_what_has_elapsed_leads_back_to_any_instant_up_to_which_it_was_open(
    question: tuple[Hours, datetime], ahead: timedelta
) -> None:
    hours, t = question
    opening = hours.next_open(t + ahead)
    closing = hours.next_change(opening)
    assume(closing is not None)
    assert closing is not None
    for u in (opening + TICK, opening + (closing - opening) / 2, closing):
        if u > opening:
            assert hours.add(t, hours.elapsed(t, u)) == u


@lawful
@given(questions(), offsets(), offsets(400))
def test_elapsed_time_adds_up_and_never_runs_backwards(
    question: tuple[Hours, datetime], first: timedelta, second: timedelta
) -> None:
    hours, a = question
    b, c = a + first, a + second
    assert hours.elapsed(a, b) + hours.elapsed(b, c) == hours.elapsed(a, c)
    assert hours.elapsed(b, a) == -hours.elapsed(a, b)
    low, high = min(a, b), max(a, b)
    assert timedelta(0) <= hours.elapsed(low, high) <= high - low


@lawful
@given(questions(), TARGETS, TARGETS, st.timedeltas(timedelta(0), 3 * DAY))
def test_targets_add_up_and_a_later_start_or_a_longer_target_is_never_due_earlier(
    question: tuple[Hours, datetime], d: timedelta, more: timedelta, later: timedelta
) -> None:
    hours, t = question
    assert hours.add(hours.add(t, d), more) == hours.add(t, d + more)
    assert hours.add(t, d) < hours.add(t, d + more)
    assert hours.add(t, d) <= hours.add(t + later, d)


@lawful
@given(questions())
def test_the_next_opening_is_open_and_nothing_elapses_before_it(question: tuple[Hours, datetime]) -> None:
    hours, t = question
    opening = hours.next_open(t)
    assert hours.is_open(opening)
    assert (opening == t) == hours.is_open(t)
    assert hours.elapsed(t, opening) == timedelta(0)
    assert opening < hours.close_of_business(t)


@lawful
@given(questions())
def test_at_the_next_change_it_changes_and_not_before(question: tuple[Hours, datetime]) -> None:
    hours, t = question
    change = hours.next_change(t)
    assume(change is not None)
    assert change is not None and change > t
    assert hours.is_open(change) != hours.is_open(t) == hours.is_open(change - TICK)
    assert hours.elapsed(t, change) == (change - t if hours.is_open(t) else timedelta(0))


@lawful
@given(questions(), st.lists(offsets(3000), min_size=1, max_size=3), TARGETS)
def test_an_answer_does_not_depend_on_what_was_asked_before(
    question: tuple[Hours, datetime], earlier: list[timedelta], d: timedelta
) -> None:
    warm, t = question
    for offset in earlier:
        warm.is_open(max(FIRST, t + offset))
    cold = [Hours(warm.calendar) for _ in range(4)]
    assert warm.next_open(t) == cold[0].next_open(t)
    assert warm.next_change(t) == cold[1].next_change(t)
    assert warm.add(t, d) == cold[2].add(t, d)
    assert warm.close_of_business(t) == cold[3].close_of_business(t)


@lawful
@given(places(), offsets(), offsets())
def test_24x7_is_elapsed_utc_time(place: tuple[str, date], a: timedelta, b: timedelta) -> None:
    hours = Hours(Calendar("24x7", place[0], always=True))
    noon = datetime(place[1].year, place[1].month, place[1].day, 12, tzinfo=UTC)
    t, u = noon + min(a, b), noon + max(a, b) + TICK
    assert (hours.is_open(t), hours.next_open(t), hours.next_change(t)) == (True, t, None)
    assert hours.elapsed(t, u) == u - t
    assert hours.add(t, u - t) == u
    midnight = hours.close_of_business(t).astimezone(ZoneInfo(place[0]))
    assert t < midnight <= t + 2 * DAY + timedelta(hours=2)
    assert midnight.date() > t.astimezone(ZoneInfo(place[0])).date()


@lawful
@given(places(), offsets())
def test_a_calendar_of_dated_hours_alone_answers_or_says_that_it_never_opens_again(
    place: tuple[str, date], offset: timedelta
) -> None:
    zone, on = place
    hours = Hours(Calendar("once", zone, exceptions=(DatedHours(on, ((0, 1440),)),)))
    t = datetime(on.year, on.month, on.day, 12, tzinfo=UTC) + offset
    left = hours.elapsed(t, t + HORIZON)
    if left:
        assert hours.elapsed(t, hours.add(t, left)) == left
    else:
        with pytest.raises(NeverOpen):
            hours.next_open(t)
    with pytest.raises(NeverOpen):
        hours.add(t, left + TICK)


PLAIN = Hours(Calendar("plain", "Europe/Berlin", tuple(Shift(day, 540, 1020) for day in range(5))))


@lawful
@given(st.integers(0, 20 * 365 * 86_400), st.integers(1, 100 * 3600))
def test_a_plain_week_equals_another_library(second: int, seconds: int) -> None:
    other = pytest.importorskip("businesstimedelta")  # counts whole seconds, and knows no gaps or folds
    berlin = pytest.importorskip("pytz").timezone("Europe/Berlin")
    week = other.Rules([other.WorkDayRule(time(9), time(17), [0, 1, 2, 3, 4], tz=berlin)])
    t, d = datetime(2015, 1, 1, tzinfo=UTC) + timedelta(seconds=second), timedelta(seconds=seconds)
    due = t + other.BusinessTimeDelta(week, timedelta=d)
    assert PLAIN.add(t, d) == due
    assert PLAIN.elapsed(t, due) == week.difference(t, due).timedelta == d
