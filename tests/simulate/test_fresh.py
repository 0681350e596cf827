"""Fresh leads look like those of the file they follow and are none of them; around the clock, everybody is always at work."""

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

from firstright.core.documents.rosterfile import read_roster
from firstright.core.hours import Hours
from firstright.simulate.fresh import EMAIL, Fresh
from firstright.simulate.roundtheclock import round_the_clock

EXAMPLES = Path(__file__).parents[2] / "examples"
ROSTER = (EXAMPLES / "rosters/inbound.toml").read_text()


def rows() -> list[dict[str, str]]:
    with (EXAMPLES / "leads/inbound.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if None not in row and None not in row.values()]


def test_a_row_depends_on_its_number_alone() -> None:
    one, other = Fresh(rows()), Fresh(rows())
    assert [one.row(n) for n in (7, 3)] == [other.row(7), other.row(3)]


def test_fresh_people_have_the_columns_of_the_file_and_none_of_its_addresses() -> None:
    known = {row[EMAIL].strip().casefold() for row in rows()}
    fresh = Fresh(rows())
    made = [fresh.row(n) for n in range(300)]
    assert {row[EMAIL] for row in made} & known == set()
    assert len({row[EMAIL] for row in made}) > 290
    assert all(row.keys() <= rows()[0].keys() for row in made)
    assert all(row[EMAIL].endswith(".example") and row["First Name"] and row["Company"] for row in made)


def test_around_the_clock_the_same_people_work_at_any_hour() -> None:
    plain, _ = read_roster(ROSTER)
    found, findings = read_roster(round_the_clock(ROSTER))
    assert plain is not None
    assert found is not None
    assert findings == ()
    assert found.reps == plain.reps
    assert [calendar.id for calendar in found.calendars] == [calendar.id for calendar in plain.calendars]
    begun = datetime(2026, 12, 24, tzinfo=UTC)
    week = [begun + timedelta(hours=hour) for hour in range(24 * 7)]
    assert all(hours.is_open(at) for hours in map(Hours, found.calendars) for at in week)
