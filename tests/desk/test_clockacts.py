"""Clocks that stand still and go on with the business time that was left, misses that are excused or put right; on both
databases."""

from datetime import datetime, timedelta

import pytest

from desk.office import PEOPLE, Office, office
from desk.views import LOUD, Told, clock_rows, clocks, faults, moments, reasons, running
from firstright.core.authority import Actor, Role
from firstright.desk.acting import Accept, Decline, LogEngagement, LogTouch
from firstright.desk.clockacts import ExcuseMiss, PauseClocks, PutRight, ResumeClocks
from firstright.desk.moving import MoveStatus
from firstright.errors import NotFound, Refused
from firstright.storage import clocks as stored
from firstright.storage import excuses
from routing import DAY, HOUR, MINUTE, MONDAY

OPS = Actor("u-ops", "Olga", Role.OPERATIONS)
KIM = Actor("u-kim", "Kim", Role.REP, rep="kim", team=frozenset({"kim"}))
NOOR = Actor("u-noor", "Noor", Role.REP, rep="noor", team=frozenset({"noor"}))
SECOND = timedelta(seconds=1)
WAITED = "waiting-on-customer"


def test_a_clock_that_stood_still_has_the_business_time_that_was_left(database_url: str) -> None:
    """Two hours from 10:00 in Berlin, stopped at 10:30 and going on at 16:30: half an hour today, an hour tomorrow."""
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        name = str(mara["lead"])
        here.at = MONDAY + 30 * MINUTE
        here.desk.act(PauseClocks(name, KIM, WAITED, MONDAY + 3 * DAY))
        assert clocks(here, mara)[1] == ("owner", 1, "paused", "02T11:00")
        assert here.rings(MONDAY + 6 * HOUR) == []  # the first touch warns, and that is all
        here.at = MONDAY + 6 * HOUR + 30 * MINUTE
        here.desk.act(ResumeClocks(name, KIM))
        again = running(here, mara)
        assert near(again.due_at, MONDAY + 24 * HOUR)
        assert near(moments(again)[80], MONDAY + 23 * HOUR + 36 * MINUTE)
        assert [reason for _, reason in reasons(here, mara)][:3] == ["rule:to-sdr", "paused", "resumed"]
        assert here.rings(again.due_at - MINUTE) == [("Mara", "escalated", "rep:kim")]  # first touch
        assert here.rings(again.due_at + SECOND) == [("Mara", "rule:to-sdr", "rep:noor")]
        assert faults(here) == []


def test_of_what_was_held_before_only_the_first_touch_of_the_cycle_counts_on(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        lead = str(mara["lead"])

        def counting() -> list[tuple[str, int, int]]:
            with here.desk.read() as tx:
                return [(c.clock, c.cycle, c.epoch) for c in stored.counting(tx, here.lead(mara))]

        assert counting() == [("speed-to-lead", 1, 1), ("owner", 1, 1)]
        here.desk.act(Decline(lead, "kim", "busy"))
        assert counting() == [("speed-to-lead", 1, 1), ("owner", 1, 2)]
        here.desk.act(MoveStatus(lead, OPS, "lost", reason="They bought elsewhere"))
        here.desk.act(MoveStatus(lead, OPS, "new", reason="They came back"))
        again = here.lead(mara)
        assert (again.cycle, counting()) == (
            2,
            [("speed-to-lead", 2, again.epoch), ("owner", 2, again.epoch)],
        )


def test_a_pause_ends_at_its_limit_and_the_ladder_is_climbed_as_if_nothing_had_been(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        name = str(mara["lead"])
        here.at = MONDAY + HOUR
        here.desk.act(PauseClocks(name, KIM, "legal-review", MONDAY + 2 * HOUR))
        assert here.rings(MONDAY + 2 * HOUR) == []
        assert near(running(here, mara).due_at, MONDAY + 3 * HOUR)
        assert here.lead(mara).mile == ""
        assert here.rings(MONDAY + 3 * HOUR - MINUTE) == []
        assert here.rings(MONDAY + 3 * HOUR + SECOND) == [("Mara", "rule:to-sdr", "rep:noor")]
        assert faults(here) == []


def test_said_again_a_pause_has_another_limit(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        name = str(mara["lead"])
        for until in (MONDAY + 2 * HOUR, MONDAY + 4 * HOUR):
            here.desk.act(PauseClocks(name, KIM, WAITED, until))
        assert here.rings(MONDAY + 3 * HOUR) == []
        assert running_or_paused(here, mara) == "paused"
        assert here.rings(MONDAY + 4 * HOUR) == []
        assert near(running(here, mara).due_at, MONDAY + 6 * HOUR)
        assert faults(here) == []


def near(at: datetime, wanted: datetime) -> bool:
    """To the second: a clock that stands still in a test moves on by a microsecond with every turn."""
    return abs(at - wanted) < SECOND


def running_or_paused(here: Office, told: Told) -> str:
    return next(row.state for row in clock_rows(here, told) if row.clock == "owner")


def test_what_the_lead_does_ends_the_pause(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        name = str(mara["lead"])
        here.desk.act(PauseClocks(name, KIM, WAITED, MONDAY + DAY))
        here.at = MONDAY + HOUR
        here.desk.act(LogEngagement(name, "web", "reply"))
        assert near(running(here, mara).due_at, MONDAY + 3 * HOUR)
        assert here.lead(mara).mile == ""
        assert faults(here) == []


def test_whoever_has_it_next_begins_with_a_clock_that_runs(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        name = str(mara["lead"])
        here.desk.act(PauseClocks(name, KIM, WAITED, MONDAY + DAY))
        here.desk.act(Decline(name, "kim", "busy"))
        assert [state for _, epoch, state, _ in clocks(here, mara) if epoch == 1][1:] == ["cancelled"]
        assert running(here, mara).epoch == 2
        assert here.rows("SELECT count(*) FROM job WHERE cause = 'hours-opened' AND state = 'ready'") == [
            (0,)
        ]
        assert faults(here) == []


@pytest.mark.parametrize(
    ("actor", "why", "until", "problem"),
    [
        (KIM, "lunch", MONDAY + HOUR, 'why: "lunch"'),
        (KIM, WAITED, MONDAY, "until: 2026-03-02T09:00:00+00:00 has passed"),
        (KIM, WAITED, MONDAY + 91 * DAY, "until: is at most 90 days ahead"),
    ],
)
def test_a_pause_nobody_could_mean_is_refused(
    database_url: str, actor: Actor, why: str, until: object, problem: str
) -> None:
    with office(database_url) as here:
        here.at = MONDAY
        mara = here.send("mara")
        with pytest.raises(Refused) as refused:
            here.desk.act(PauseClocks(str(mara["lead"]), actor, why, until))  # type: ignore[arg-type]  # an instant
        assert refused.value.reasons[0].startswith(problem)


def test_a_colleague_can_stop_nobodys_clocks(database_url: str) -> None:
    with office(database_url) as here:
        mara = here.send("mara")
        with pytest.raises(NotFound):
            here.desk.act(PauseClocks(str(mara["lead"]), NOOR, WAITED, MONDAY + HOUR))
        assert running_or_paused(here, mara) == "running"


def test_a_miss_that_is_excused_is_shown_as_that_and_says_by_whom(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        name = str(mara["lead"])
        here.rings(MONDAY + 2 * HOUR + MINUTE)
        here.desk.act(ExcuseMiss(name, OPS, "owner", "outage", "the telephones were down"))
        assert clocks(here, mara)[1][:3] == ("owner", 1, "excused")
        with here.desk.read() as tx:
            (found,) = excuses.of_lead(tx, name)
        assert (found.clock, found.reason, found.note, found.by, found.state, found.due) == (
            "owner", "outage", "the telephones were down", "u-ops", "excused", None,
        )  # fmt: skip
        assert reasons(here, mara)[-1] == ("corrected", "excused")
        with pytest.raises(Refused):  # there is nothing left to excuse
            here.desk.act(ExcuseMiss(name, OPS, "owner", "outage", "again"))
        assert faults(here) == []


HOLIDAY = PEOPLE.replace(
    'hours = { mon-fri = "09:00-17:00" }',
    'hours = { mon-fri = "09:00-17:00" }\nexceptions = [{ date = 2026-03-02, hours = [] }]',
)


def test_a_miss_on_a_holiday_nobody_knew_of_is_put_right(database_url: str) -> None:
    """The Monday was none to work on: two hours from then are Tuesday 11:00 in Berlin, and it was touched before."""
    with office(database_url, published=False) as here:
        here.publish(LOUD.replace('untouched = "2h"\n', 'untouched = "2h"\non_missed = ["tell-owner"]\n', 1))
        mara = here.send("mara")
        name = str(mara["lead"])
        here.rings(MONDAY + 3 * HOUR)
        here.at = MONDAY + 4 * HOUR
        here.desk.act(LogTouch(name, "kim", "call"))
        here.desk.publish_roster(HOLIDAY, file="roster.toml", by="mara", reason="the holiday was missing")
        here.desk.act(PutRight(name, OPS, "owner", "wrong-holiday", "the Monday was a holiday"))
        assert clocks(here, mara)[1] == ("owner", 1, "met", "03T10:00")
        assert faults(here) == []


def test_a_clock_put_right_that_has_not_run_out_goes_on(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD.replace('untouched = "2h"\n', 'untouched = "2h"\non_missed = ["tell-owner"]\n', 1))
        mara = here.send("mara")
        name = str(mara["lead"])
        here.rings(MONDAY + 3 * HOUR)
        here.at = MONDAY + 4 * HOUR
        here.desk.publish_roster(HOLIDAY, file="roster.toml", by="mara", reason="the holiday was missing")
        here.desk.act(PutRight(name, OPS, "owner", "wrong-holiday", "the Monday was a holiday"))
        assert clocks(here, mara)[1] == ("owner", 1, "running", "03T10:00")
        assert here.rings(MONDAY + 25 * HOUR - MINUTE) == [
            ("Mara", "escalated", "rep:kim")
        ]  # the first touch
        assert here.rings(MONDAY + 25 * HOUR + SECOND) == [("Mara", "escalated", "rep:kim")]
        assert faults(here) == []


@pytest.mark.parametrize("today", ["3h", None])
def test_a_clock_is_put_right_by_what_it_was_started_with_not_by_the_service_level_of_today(
    database_url: str, today: str | None
) -> None:
    """Two hours it was; by now the policy says three, or nothing at all. Warned of is what it was to be warned of."""
    rules = LOUD.replace('untouched = "2h"\n', 'untouched = "2h"\non_missed = ["tell-owner"]\n', 1)
    says = f'untouched = "{today}"' if today else ""
    now = rules.replace('untouched = "2h"', says + "\nwarnings = [10, 100]", 1)
    with office(database_url, published=False) as here:
        here.publish(rules)
        mara = here.send("mara")
        name = str(mara["lead"])
        warned = list(moments(running(here, mara)))
        here.rings(MONDAY + 3 * HOUR)
        here.at = MONDAY + 4 * HOUR
        here.publish(now, HOLIDAY)
        here.desk.act(PutRight(name, OPS, "owner", "wrong-holiday", "the Monday was a holiday"))
        assert clocks(here, mara)[1] == ("owner", 1, "running", "03T10:00")
        assert list(moments(running(here, mara))) == warned
        assert faults(here) == []


def test_a_first_touch_by_the_close_of_business_is_put_right_to_the_close_of_business(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        mara = here.send("mara")
        name = str(mara["lead"])
        here.rings(MONDAY + 9 * HOUR)
        here.publish(LOUD.replace('first_touch = "same-business-day"', 'first_touch = "1h"'), HOLIDAY)
        here.desk.act(PutRight(name, OPS, "speed-to-lead", "wrong-holiday", "the Monday was a holiday"))
        assert clocks(here, mara)[0] == ("speed-to-lead", 1, "running", "03T16:00")
        assert faults(here) == []


FOLLOWED = LOUD.replace('untouched = "2h"\n', 'untouched = "2h"\nfollow_up = "4h"\nno_reply = "1d"\n', 1)


def test_a_touch_begins_the_clocks_of_the_next_one_and_of_an_answer(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(FOLLOWED)
        mara = here.send("mara")
        name = str(mara["lead"])
        here.desk.act(Accept(name, "kim"))
        here.desk.act(LogTouch(name, "kim", "email"))
        assert [(clock, state) for clock, _, state, _ in clocks(here, mara)][-2:] == [
            ("follow-up", "running"),
            ("no-reply", "running"),
        ]
        assert running(here, mara, "follow-up").due_at - MONDAY < 4 * HOUR + timedelta(seconds=1)
        here.at = MONDAY + 2 * HOUR
        here.desk.act(LogTouch(name, "kim", "call", result="no-answer"))
        states = [(clock, state) for clock, _, state, _ in clocks(here, mara)][-3:]
        assert states == [("follow-up", "met"), ("no-reply", "cancelled"), ("follow-up", "running")]
        assert faults(here) == []


def test_an_answer_meets_the_clock_that_waits_for_one(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(FOLLOWED)
        mara = here.send("mara")
        name = str(mara["lead"])
        here.desk.act(LogTouch(name, "kim", "email"))
        here.at = MONDAY + HOUR
        here.desk.act(LogEngagement(name, "web", "reply"))
        assert [(clock, state) for clock, _, state, _ in clocks(here, mara)][-2:] == [
            ("follow-up", "running"),
            ("no-reply", "met"),
        ]
        assert faults(here) == []


def test_no_answer_in_time_is_decided_about_once(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(FOLLOWED.replace('follow_up = "4h"\n', ""))
        mara = here.send("mara")
        name = str(mara["lead"])
        here.desk.act(LogTouch(name, "kim", "email"))
        due = running(here, mara, "no-reply").due_at
        here.rings(due - MINUTE)
        assert ("no-reply", "silent") not in reasons(here, mara)
        here.rings(due)
        here.rings(due + HOUR)
        assert reasons(here, mara).count(("no-reply", "silent")) == 1
        assert clocks(here, mara)[-1][2] == "missed"
        assert faults(here) == []
