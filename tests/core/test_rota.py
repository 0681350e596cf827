"""Who is on call: by turns of local days, across every change of the clock, with swaps and a calendar before them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.assignment.rota import on_call, turn_of
from firstright.core.hours import Calendar, Shift
from firstright.core.roster import Document, Roster, Rota, Swap
from playing import reps
from routing import HOUR, MINUTE

MEMBERS = ("ada", "kim", "noor")
NIGHTS = Calendar("nights", "Europe/Berlin", tuple(Shift(day, 18 * 60, 30 * 60) for day in range(7)), (), ())
# The clock goes forward, back, by half an hour, over midnight, and over a whole day.
CHANGES = (
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),
    ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("America/Havana", date(2025, 11, 2)),
    ("America/Asuncion", date(2023, 10, 1)),
    ("America/St_Johns", date(2006, 10, 29)),
    ("America/Sao_Paulo", date(2019, 2, 17)),
    ("Pacific/Apia", date(2011, 12, 30)),
    ("Antarctica/Troll", date(2026, 3, 29)),
)


def rota(zone: str, starts: datetime, days: int, **more: object) -> Rota:
    return Rota("r", MEMBERS, starts.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC), zone, days, **more)  # type: ignore[arg-type]


def called(known: Rota, as_of: datetime) -> str:
    return on_call(Roster(Document("h", tuple(reps([1])), (NIGHTS,), rotas=(known,))), "r", as_of)


def walked(known: Rota, until: datetime) -> list[int]:
    """By the minute: the turn ends when the clock first shows its end, or a later time than that."""
    zone, at, turn, found = ZoneInfo(known.zone), known.starts, 0, []
    end = known.starts.astimezone(zone).replace(tzinfo=None) + timedelta(days=known.days)
    while at < until:
        while at.astimezone(zone).replace(tzinfo=None) >= end:  # of a day that was skipped, at once
            turn, end = turn + 1, end + timedelta(days=known.days)
        found.append(turn)
        at += MINUTE
    return found


@given(st.sampled_from(CHANGES), st.integers(0, 1439), st.integers(1, 2), st.integers(1, 3))
@settings(deadline=None, max_examples=25)
def test_every_turn_equals_a_walk_over_single_minutes(
    change: tuple[str, date], minute: int, days: int, before: int
) -> None:
    zone, on = change
    known = rota(zone, datetime.combine(on - timedelta(days=before), time(minute // 60, minute % 60)), days)
    until = datetime.combine(on + timedelta(days=3), time(), UTC)
    found = walked(known, until)
    assert [turn_of(known, known.starts + n * MINUTE) for n in range(len(found))] == found
    assert found == sorted(found)


def test_a_handover_in_the_hour_that_comes_twice_is_not_taken_back() -> None:
    """Naively, comparing what the clock shows, Ada would be on call again from 2:00 to 2:30 of the second time."""
    known = rota("Europe/Berlin", datetime.fromisoformat("2026-10-24T02:30"), 1)
    start = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)  # 2:00, for the first time
    assert [called(known, start + n * 15 * MINUTE) for n in range(8)] == ["ada"] * 2 + ["kim"] * 6


def test_a_handover_that_the_clock_skips_is_at_the_first_instant_after_it() -> None:
    known = rota("Europe/Berlin", datetime.fromisoformat("2026-03-28T02:30"), 1)
    gap = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert [called(known, gap - MINUTE), called(known, gap)] == ["ada", "kim"]


def test_a_week_of_turns_ends_at_the_same_time_of_the_clock_in_summer_and_winter() -> None:
    known = rota("Europe/Berlin", datetime.fromisoformat("2026-03-23T18:00"), 7)
    assert called(known, datetime(2026, 3, 30, 15, 59, tzinfo=UTC)) == "ada"
    assert called(known, datetime(2026, 3, 30, 16, 0, tzinfo=UTC)) == "kim"
    assert called(known, datetime(2026, 4, 13, 16, 0, tzinfo=UTC)) == "ada"


@pytest.mark.parametrize(
    ("hours", "who"), [(-1, ""), (0, "ada"), (1, "linus"), (2, "ada"), (12, ""), (24, "kim")]
)
def test_swaps_go_before_turns_and_outside_the_calendar_nobody_is_called(hours: int, who: str) -> None:
    start = datetime.fromisoformat("2026-01-05T18:00")
    at = datetime(2026, 1, 5, 17, tzinfo=UTC)
    known = rota(
        "Europe/Berlin", start, 1, calendar="nights", swaps=(Swap(at + HOUR, at + 2 * HOUR, "linus"),)
    )
    assert called(known, at + hours * HOUR) == who
