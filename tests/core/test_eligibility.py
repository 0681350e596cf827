"""Who can take a lead and why the others cannot: every code of every member, half-open in time, and never forgotten wrongly."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.assignment.eligibility import ask, away_until, is_away, next_available
from firstright.core.decision import Code
from firstright.core.lead import Cause
from firstright.core.policy import Needs
from firstright.core.pools import Pool
from firstright.core.roster import Roster
from routing import CALENDARS, DAY, HOUR, MINUTE, MONDAY, TO_SDR, lead, policy, rep, roster, world

SDR = Pool("sdr")
ROUND_THE_CLOCK = Pool("sdr", hours=False)
NOTHING = Needs()
RULES = policy(TO_SDR)
CLOSED_DAY = CALENDARS + 'closed = ["2026-03-04"]\nholidays = { country = "DE", subdivision = "BE" }\n'
EASTER = datetime(2026, 4, 6, 10, 0, tzinfo=UTC)  # a public holiday in Berlin
NEVER_BACK = None


def codes(
    people: Roster,
    as_of: datetime = MONDAY,
    *,
    pool: Pool = SDR,
    needs: Needs = NOTHING,
    cause: Cause = Cause.ARRIVED,
    tried: tuple[str, ...] = (),
    loads: dict[str, int] | None = None,
    **facts: str,
) -> dict[str, list[Code]]:
    """The codes of each member who has any."""
    subject = msgspec.structs.replace(lead(**facts), tried=tried)
    ruled = ask(pool, subject, cause, needs, None, RULES, world(people, as_of, loads=loads)).ruled
    members = people.members("sdr").ids
    found = {m: [c for c in Code if ruled.get(c, 0) >> i & 1] for i, m in enumerate(members)}
    return {m: c for m, c in found.items() if c}


def test_a_team_in_hours_has_no_codes() -> None:
    assert codes(roster(rep("Kim Larsen"), rep("Noor Haddad"))) == {}


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("active = false", Code.INACTIVE),
        ("left = 2026-03-02T09:00:00Z", Code.LEFT),
        ("paused_until = 2026-03-02T09:00:01Z", Code.PAUSED),
        ('absences = [{ type = "sick", from = "2026-03-02", until = "2026-03-03" }]', Code.ABSENT),
    ],
)
def test_a_rep_who_is_gone_or_away_has_the_code_for_it(state: str, code: Code) -> None:
    assert codes(roster(rep("Kim Larsen", state), rep("Noor Haddad"))) == {"kim": [code]}


@pytest.mark.parametrize(
    "state",
    [
        "left = 2026-03-02T09:00:01Z",
        "paused_until = 2026-03-02T09:00:00Z",
        'absences = [{ type = "sick", from = "2026-03-01", until = "2026-03-02" }]',
        'absences = [{ type = "sick", from = 2026-03-02T09:00:01Z, until = 2026-03-05T00:00:00Z }]',
    ],
)
def test_dates_are_half_open(state: str) -> None:
    """What ends at this instant is over; what begins a second later has not begun."""
    assert codes(roster(rep("Kim Larsen", state))) == {}


def test_every_code_is_asked_of_every_member_without_short_circuit() -> None:
    kim = rep(
        "Kim Larsen",
        "active = false\nleft = 2026-03-01\npaused_until = 2026-03-09\ncapacity = 3\n"
        'languages = ["de"]\nskills = { enterprise = 1 }\n'
        'absences = [{ type = "sick", from = "2026-03-01", until = "2026-03-09" }]',
        '{ sdr = { weight = 1, joined = "2026-04-01" } }',
    )
    found = codes(
        roster(kim),
        MONDAY + 12 * HOUR,
        needs=Needs("fr", (("enterprise", 2),)),
        cause=Cause.DECLINED,
        tried=("kim",),
        loads={"kim": 3},
    )
    assert found["kim"] == [
        Code.INACTIVE, Code.LEFT, Code.NOT_IN_POOL, Code.PAUSED, Code.ABSENT, Code.OUT_OF_HOURS, Code.LOAD_FULL,
        Code.SKILL_MISSING, Code.LANGUAGE, Code.TRIED_BEFORE,
    ]  # fmt: skip


def test_hours_count_only_where_the_pool_says_so() -> None:
    people = roster(rep("Kim Larsen"))
    evening = MONDAY + 8 * HOUR
    assert codes(people, evening) == {"kim": [Code.OUT_OF_HOURS]}
    assert codes(people, evening, pool=ROUND_THE_CLOCK) == {}


def test_opening_is_in_hours_and_closing_is_not() -> None:
    people = roster(rep("Kim Larsen"))
    opening, closing = MONDAY - HOUR, MONDAY + 7 * HOUR
    found = [bool(codes(people, t)) for t in (opening - MINUTE, opening, closing - MINUTE, closing)]
    assert found == [True, False, False, True]


def test_a_public_holiday_is_told_apart_from_being_closed() -> None:
    people = roster(rep("Kim Larsen"), calendars=CLOSED_DAY)
    night = EASTER.replace(hour=2)
    assert codes(people, EASTER) == {"kim": [Code.HOLIDAY]}
    assert codes(people, night) == {"kim": [Code.HOLIDAY]}
    assert codes(people, EASTER + DAY) == {}
    assert codes(people, EASTER + DAY - timedelta(hours=11)) == {"kim": [Code.OUT_OF_HOURS]}


@pytest.mark.parametrize(("load", "full"), [(0, False), (59, False), (60, True), (61, True)])
def test_a_rep_is_full_at_their_capacity(load: int, full: bool) -> None:
    people = roster(rep("Kim Larsen", "capacity = 60"))
    assert (codes(people, loads={"kim": load}) == {"kim": [Code.LOAD_FULL]}) is full


def test_no_capacity_means_no_limit_and_zero_means_nothing() -> None:
    people = roster(rep("Kim Larsen"), rep("Noor Haddad", "capacity = 0"))
    assert codes(people, loads={"kim": 10_000}) == {"noor": [Code.LOAD_FULL]}


def test_languages_compare_by_their_first_part() -> None:
    people = roster(
        rep("Kim Larsen", 'languages = ["pt-BR", "en"]'), rep("Noor Haddad", 'languages = ["fr"]')
    )
    needs = Needs("lead")
    assert codes(people, needs=needs, language="pt") == {"noor": [Code.LANGUAGE]}
    assert codes(people, needs=needs, language="en-GB") == {"noor": [Code.LANGUAGE]}


def test_a_lead_that_names_no_language_asks_for_none() -> None:
    assert codes(roster(rep("Kim Larsen", 'languages = ["fr"]')), needs=Needs("lead")) == {}


def test_all_skills_must_be_there_at_their_level() -> None:
    people = roster(
        rep("Kim Larsen", "skills = { enterprise = 2, rover = 1 }"),
        rep("Noor Haddad", "skills = { enterprise = 3 }"),
    )
    assert codes(people, needs=Needs(skills=(("enterprise", 2), ("rover", 1)))) == {
        "noor": [Code.SKILL_MISSING]
    }


def test_a_machine_gives_a_lead_back_to_nobody_who_had_it_and_people_may() -> None:
    people = roster(rep("Kim Larsen"), rep("Noor Haddad"))
    found = {c for c in Cause if codes(people, cause=c, tried=("kim",)) == {"kim": [Code.TRIED_BEFORE]}}
    by_people = {Cause.HANDED_OVER, Cause.OVERRIDDEN, Cause.CLAIMED}
    undoing = {Cause.CORRECTED, Cause.MERGED, Cause.UNMERGED}
    assert found == set(Cause) - by_people - undoing - {Cause.ARRIVED}


def test_joined_and_left_of_a_membership_count_in_that_pool() -> None:
    place = '{ sdr = { weight = 1, joined = "2026-03-03", left = "2026-03-05" } }'
    people = roster(rep("Kim Larsen", pools=place))
    found = [codes(people, MONDAY + n * DAY).get("kim") for n in range(4)]
    assert found == [[Code.NOT_IN_POOL], None, None, [Code.LEFT]]


@given(st.lists(st.integers(-60 * 24 * 9, 60 * 24 * 40), min_size=1, max_size=12))
@settings(deadline=None, max_examples=40)
def test_what_is_remembered_between_questions_changes_no_answer(minutes: list[int]) -> None:
    """One roster asked many times, in any order, answers as a fresh one does."""
    reps = (
        rep("Kim Larsen", 'absences = [{ type = "sick", from = "2026-03-03", until = "2026-03-05" }]'),
        rep("Noor Haddad", "paused_until = 2026-03-02T15:30:00Z\nleft = 2026-03-20"),
        rep("Omar Diaz", pools='{ sdr = { weight = 2, joined = "2026-03-04", left = "2026-03-30" } }'),
    )
    kept = roster(*reps, calendars=CLOSED_DAY)
    for n in minutes:
        at = MONDAY + n * MINUTE
        assert codes(kept, at) == codes(roster(*reps, calendars=CLOSED_DAY), at)


def soonest(
    people: Roster, as_of: datetime, pool: Pool = SDR, cause: Cause = Cause.ARRIVED
) -> datetime | None:
    subject = msgspec.structs.replace(lead(), tried=("kim",))
    answer = ask(pool, subject, cause, NOTHING, None, RULES, world(people, as_of))
    return next_available(pool, answer, people, as_of)


def test_the_next_available_member_is_the_one_who_opens_first() -> None:
    evening, tuesday = MONDAY + 9 * HOUR, MONDAY + 23 * HOUR
    sick = 'absences = [{ type = "sick", from = "2026-03-01", until = "2026-03-04" }]'
    assert soonest(roster(rep("Kim Larsen"), rep("Noor Haddad", sick)), evening) == tuesday
    assert soonest(roster(rep("Noor Haddad", sick)), MONDAY) == MONDAY - HOUR + 2 * DAY


def test_a_rep_who_comes_back_outside_hours_is_available_at_the_opening() -> None:
    paused = rep("Noor Haddad", "paused_until = 2026-03-02T20:00:00Z")
    assert soonest(roster(paused), MONDAY) == MONDAY + 23 * HOUR
    assert soonest(roster(paused), MONDAY, ROUND_THE_CLOCK) == MONDAY + 11 * HOUR


@pytest.mark.parametrize("state", ["active = false", "left = 2026-03-01"])
def test_nobody_is_promised_who_will_not_come_back(state: str) -> None:
    assert soonest(roster(rep("Noor Haddad", state)), MONDAY) is None


def test_a_member_who_leaves_the_pool_before_it_opens_is_not_promised() -> None:
    leaving = rep("Noor Haddad", pools='{ sdr = { weight = 1, left = "2026-03-03" } }')
    assert soonest(roster(leaving), MONDAY + 9 * HOUR) is None


def test_time_does_not_help_who_had_the_lead_before() -> None:
    assert soonest(roster(rep("Kim Larsen")), MONDAY + 9 * HOUR, cause=Cause.DECLINED) is None


def test_away_means_gone_inactive_paused_or_absent_and_never_out_of_hours() -> None:
    sick = 'absences = [{ type = "sick", from = "2026-03-01", until = "2026-03-04" }]'
    people = roster(
        rep("Kim Larsen"),
        rep("Noor Haddad", sick),
        rep("Omar Diaz", "active = false"),
        rep("Pia Roy", "paused_until = 2026-03-09"),
    )
    night = MONDAY + 12 * HOUR
    assert [is_away(people.reps[r], people, night) for r in ("kim", "noor", "omar", "pia")] == [
        False,
        True,
        True,
        True,
    ]
    assert is_away(None, people, night)


def test_the_end_of_an_absence_is_the_last_of_those_that_overlap() -> None:
    both = (
        'absences = [{ type = "sick", from = "2026-03-01", until = "2026-03-04" },'
        ' { type = "leave", from = "2026-03-02", until = "2026-03-06" }]'
    )
    people = roster(rep("Kim Larsen", both), rep("Noor Haddad", "active = false"))
    assert away_until(people.reps["kim"], MONDAY) == datetime(2026, 3, 5, 23, 0, tzinfo=UTC)
    assert away_until(people.reps["noor"], MONDAY) is NEVER_BACK


@pytest.mark.parametrize(
    ("row", "back"),
    [
        ("", datetime(2026, 3, 19, 23, 0, tzinfo=UTC)),
        ("paused_until = 2026-03-21T12:00:00Z", datetime(2026, 3, 21, 12, 0, tzinfo=UTC)),
        ("on_until = 2026-03-06T12:00:00Z\npaused_until = 2026-03-06T08:00:00Z", datetime(2026, 3, 6, 8, 0, tzinfo=UTC)),
        ("left = 2026-03-10T12:00:00Z", NEVER_BACK),
    ],
)  # fmt: skip
def test_who_goes_from_one_absence_into_the_next_is_back_after_the_last(
    row: str, back: datetime | None
) -> None:
    """Kim is on leave until Wednesday, falls ill on Tuesday, and is in training when she is well."""
    away = (
        'absences = [{ type = "leave", from = "2026-03-02", until = "2026-03-04" },'
        ' { type = "sick", from = "2026-03-03", until = "2026-03-06" },'
        ' { type = "training", from = "2026-03-06", until = "2026-03-20" }]\n'
    )
    assert away_until(roster(rep("Kim Larsen", away + row)).reps["kim"], MONDAY) == back
