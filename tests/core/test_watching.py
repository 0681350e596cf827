"""Seeded sources: quiet ones raise no alarm in a hundred weeks, broken ones do in time; a bare threshold cries wolf."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from core.sources import FIELDS, HOUR, MONDAY, Break, Simulated
from firstright.core.hygiene import HYGIENE
from firstright.core.surprise import Part
from firstright.core.watching import Alarming, FieldProfile, Profile, judge_rhythm, look, together

WEEK = timedelta(weeks=1)
FOUR = 4 * WEEK
SINCE = MONDAY + FOUR
TUESDAY = MONDAY + 6 * WEEK + timedelta(days=1, hours=10)
NOBODY = frozenset[date]()


def watched(
    source: Simulated, weeks: int, *, since: datetime, every: int = 1
) -> Iterator[tuple[datetime, list[Alarming]]]:
    """What a look says, once in so many hours from then on, as the desk would ask."""
    hours: list[tuple[datetime, Profile]] = []
    days: dict[datetime, Profile] = {}
    rhythm: dict[datetime, int] = {}
    for hour, profile in source.hours(weeks):
        now, day = hour + HOUR, hour.replace(hour=0)
        hours = [*hours[-191:], (hour, profile)]
        days[day] = together(days.get(day, Profile()), profile)
        if profile.arrivals:
            rhythm[hour] = profile.arrivals
        if now <= since or hour.hour % every:
            continue
        rhythm = {at: n for at, n in rhythm.items() if at >= now - FOUR}
        past = [(at, each) for at, each in days.items() if at >= now - FOUR]
        found, _ = look(hours, past, now, HYGIENE)
        yield now, found + judge_rhythm(rhythm, now, source.closed, HYGIENE)


@pytest.mark.parametrize(("seed", "per_day"), list(enumerate((5, 20, 60, 150, 300))))
def test_a_hundred_quiet_weeks_raise_no_alarm(seed: int, per_day: int) -> None:
    """Five sources of all sizes, twenty weeks each, looked at once a day."""
    assert [found for _, found in watched(Simulated(seed, per_day), 24, since=SINCE, every=24) if found] == []


def test_a_bare_threshold_cries_wolf_in_the_same_weeks() -> None:
    """The control: the same thirty points, without asking how many arrivals they are of."""
    alarms = 0
    days: list[Profile] = []
    today = Profile()
    for hour, profile in Simulated(1, 20).hours(24):
        if hour.hour == 0 and today.arrivals:
            days, today = [*days[-27:], today], Profile()
        today = together(today, profile)
        if len(days) < 20 or not profile.arrivals:
            continue
        for name in FIELDS:
            before = sum(d.field(name).filled for d in days) / sum(d.arrivals for d in days)
            alarms += before - profile.field(name).filled / profile.arrivals >= HYGIENE.fill_drop / 100
    assert alarms > 1_000


def vanished(name: str, rates: list[float], looks: dict[str, float]) -> None:
    if name == "phone":
        rates[0] = 0


def halved(name: str, rates: list[float], looks: dict[str, float]) -> None:
    if name == "company":
        rates[0] /= 2


def reformatted(name: str, rates: list[float], looks: dict[str, float]) -> None:
    if name == "phone":
        looks.clear()
        looks["(999) 999-9999"] = 1.0


def unmapped(name: str, rates: list[float], looks: dict[str, float]) -> None:
    if name == "industry":
        rates[2] = 0.45


def unreadable(name: str, rates: list[float], looks: dict[str, float]) -> None:
    if name == "postcode":
        rates[1] = 0.3


def delay(broken: Break, per_day: int) -> tuple[int, str, str]:
    """Hours until the first alarm, and what it was."""
    source = Simulated(per_day, per_day, at=TUESDAY, broken=broken)
    for now, found in watched(source, 7, since=TUESDAY):
        if found:
            return (now - TUESDAY) // HOUR, found[0].kind, found[0].field
    return -1, "", ""


@pytest.mark.parametrize(
    ("broken", "hours", "kinds", "field"),
    [
        (vanished, 3, {"field-vanished", "fill-dropped"}, "phone"),
        (halved, 4, {"fill-dropped"}, "company"),
        (reformatted, 5, {"format-changed"}, "phone"),
        (unmapped, 4, {"unmapped-rose"}, "industry"),
        (unreadable, 4, {"problems-rose"}, "postcode"),
    ],
)
def test_a_break_of_a_busy_source_is_seen_within_its_day(
    broken: Break, hours: int, kinds: set[str], field: str
) -> None:
    took, kind, where = delay(broken, 300)
    assert 0 < took <= hours
    assert (kind in kinds, where) == (True, field)


def test_a_new_field_is_noted() -> None:
    days = [(MONDAY + timedelta(days=n), Profile(50, {"email": FieldProfile(50)})) for n in range(10)]
    now = MONDAY + timedelta(days=10, hours=12)
    hours = [(now - HOUR, Profile(50, {"email": FieldProfile(50), "title": FieldProfile(30)}))]
    [found], judged = look(hours, days, now, HYGIENE)
    assert found == Alarming("field-appeared", "title", Part(0, 150), Part(30, 50))
    assert (found.severity, judged) == ("note", True)


def test_too_little_is_known_to_say_anything() -> None:
    days = [(MONDAY + timedelta(days=n), Profile(30, {"email": FieldProfile(30)})) for n in range(2)]
    now = MONDAY + timedelta(days=2, hours=12)
    assert look([(now - HOUR, Profile(500, {}))], days, now, HYGIENE) == ([], False)


def silence(per_day: int) -> int:
    source = Simulated(per_day, per_day, volume=lambda hour: 0.0 if hour >= TUESDAY else 1.0)
    rhythm = {hour: profile.arrivals for hour, profile in source.hours(7) if profile.arrivals}
    for n in range(1, 120):
        now = TUESDAY + n * HOUR
        known = {at: count for at, count in rhythm.items() if now - FOUR <= at < now}
        if judge_rhythm(known, now, NOBODY, HYGIENE):
            return n
    return -1


def test_a_source_that_falls_silent_is_missed_by_its_own_rhythm() -> None:
    """In hours: a busy one before lunch, one of sixty a day within a day, one of five a day not in a week."""
    assert [silence(per_day) for per_day in (300, 150, 60)] == sorted(
        silence(per_day) for per_day in (300, 150, 60)
    )
    assert 0 < silence(300) <= 3
    assert 0 < silence(60) <= 26
    assert silence(5) == -1


def test_a_holiday_is_no_silence() -> None:
    source = Simulated(3, 300, closed=frozenset({TUESDAY.date()}))
    rhythm = {hour: profile.arrivals for hour, profile in source.hours(7) if profile.arrivals}
    evening = TUESDAY.replace(hour=20)
    known = {at: n for at, n in rhythm.items() if evening - FOUR <= at < evening}
    assert judge_rhythm(known, evening, frozenset({TUESDAY.date()}), HYGIENE) == []
    [found] = judge_rhythm(known, evening, NOBODY, HYGIENE)
    assert (found.kind, found.severity) == ("source-silent", "critical")


def test_a_flood_is_noted_in_its_first_hour() -> None:
    source = Simulated(9, 150, volume=lambda hour: 20.0 if hour >= TUESDAY else 1.0)
    rhythm = {hour: profile.arrivals for hour, profile in source.hours(7) if profile.arrivals}
    now = TUESDAY + HOUR
    known = {at: n for at, n in rhythm.items() if now - FOUR <= at < now}
    [found] = judge_rhythm(known, now, NOBODY, HYGIENE)
    assert (found.kind, found.severity) == ("volume-spike", "note")
