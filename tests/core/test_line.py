"""The reporting line: who the manager is, who when they are away, and that no circle of managers hangs a decision."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.assignment.line import manager_of, stand_in_of
from firstright.core.roster import Absence, Document, Rep, Roster
from routing import DAY, MONDAY

NAMES = ("ada", "kim", "noor", "omar", "zoe")
CASES = settings(deadline=None, max_examples=300)


def away(backup: str = "") -> tuple[Absence, ...]:
    return (Absence("vacation", MONDAY - DAY, MONDAY + DAY, backup),)


def team(*reps: Rep) -> Roster:
    return Roster(Document("r" * 64, reps))


def above(*reps: Rep, past: tuple[str, ...] = ()) -> str:
    return manager_of("kim", team(Rep("kim", manager="ada"), *reps), MONDAY, past)


def test_the_manager_is_whom_the_roster_names() -> None:
    assert above(Rep("ada")) == "ada"


def test_of_a_manager_who_is_away_the_backup_of_that_absence_comes_first() -> None:
    assert above(Rep("ada", backup="omar", absences=away("noor")), Rep("noor"), Rep("omar")) == "noor"


def test_then_their_own_backup() -> None:
    on_leave = Rep("ada", backup="omar", absences=away("noor"))
    assert above(on_leave, Rep("noor", active=False), Rep("omar")) == "omar"
    assert above(Rep("ada", backup="omar", active=False), Rep("omar")) == "omar"


def test_then_up_the_line() -> None:
    assert above(Rep("ada", manager="zoe", absences=away()), Rep("zoe")) == "zoe"


def test_a_backup_below_does_not_answer_for_their_own_lead() -> None:
    assert above(Rep("ada", manager="zoe", absences=away("kim")), Rep("zoe")) == "zoe"


def test_whoever_had_the_lead_is_passed_over() -> None:
    assert above(Rep("ada", manager="zoe"), Rep("zoe"), past=("ada",)) == "zoe"


@pytest.mark.parametrize("last", ["ada", "kim", "", "nobody-known"])
def test_a_line_that_ends_in_itself_or_in_nobody_has_no_manager(last: str) -> None:
    assert above(Rep("ada", manager=last, active=False)) == ""


def test_who_stands_in_is_named_by_the_absence_then_by_the_roster() -> None:
    people = team(Rep("kim", backup="omar", absences=away("noor")), Rep("noor", active=False), Rep("omar"))
    assert stand_in_of("kim", people, MONDAY) == "omar"
    assert stand_in_of("kim", people, MONDAY, past=("omar",)) == ""
    assert stand_in_of("nobody-known", people, MONDAY) == ""


@st.composite
def lines(draw: st.DrawFn) -> Roster:
    """Any roster at all: managers in circles, backups of themselves, names nobody has."""
    someone = st.sampled_from(["", "ghost", *NAMES])
    return team(
        *[
            Rep(
                name,
                manager=draw(someone),
                backup=draw(someone),
                active=draw(st.booleans()),
                absences=away(draw(someone)) if draw(st.booleans()) else (),
            )
            for name in NAMES
        ]
    )


@given(lines(), st.sampled_from(NAMES), st.sets(st.sampled_from(NAMES)))
@CASES
def test_whoever_is_found_is_there_somebody_else_and_not_passed_over(
    people: Roster, rep: str, past: set[str]
) -> None:
    for found in (manager_of(rep, people, MONDAY, past), stand_in_of(rep, people, MONDAY, past)):
        assert found == "" or (found != rep and found not in past)
        assert found == "" or (people.reps[found].active and not people.reps[found].absences)


@given(lines(), st.sampled_from(NAMES))
@CASES
def test_nobody_is_found_only_where_nobody_on_the_line_is_there(people: Roster, rep: str) -> None:
    """A control that shares nothing with the walk: everybody reachable by manager, with their backups."""
    line: list[str] = []
    at = people.reps[rep].manager
    while at in people.reps and at not in line and at != rep:
        line.append(at)
        at = people.reps[at].manager
    helpers = {
        n for m in line for n in (m, people.reps[m].backup, *(a.backup for a in people.reps[m].absences))
    }
    there = {n for n in helpers - {rep, "", "ghost"} if people.reps[n].active and not people.reps[n].absences}
    assert (manager_of(rep, people, MONDAY) == "") == (not there)
