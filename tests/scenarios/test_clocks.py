"""Clocks and calendars as leads meet them. Our list of scenarios, E; its table of business hours is `core/test_hours`."""

from datetime import UTC, datetime, timedelta

import pytest

from chaos.scene import broken, replayed
from desk.office import CATCH_ALL, HEAD, PEOPLE, TO_SDR, Office, office
from firstright.core.authority import Actor, Role
from firstright.core.decision import AlarmSet, ClockStarted
from firstright.core.documents.rosterfile import read_roster
from firstright.core.lead import Outcome
from firstright.core.replay import Verdict
from firstright.desk.clockacts import PauseClocks, ResumeClocks
from firstright.desk.explain.auditing import look
from routing import (
    ADA,
    CALENDARS,
    DAY,
    HOUR,
    KIM,
    MINUTE,
    MONDAY,
    effects,
    lead,
    policy,
    rep,
    roster,
    routed,
    world,
)

OPS = Actor("u-ops", "Olga", Role.OPERATIONS)
ONE_HOUR = HEAD.replace('first_touch = "same-business-day"', 'first_touch = "1h"')


def due(head: str, arrived: datetime, calendars: str = CALENDARS) -> datetime:
    """When the first touch of a lead that arrives then is due."""
    how = policy(TO_SDR, CATCH_ALL, head=head)
    decision = routed(how, lead(arrived), world(roster(calendars=calendars), as_of=arrived))
    [clock] = [c for c in effects(decision, ClockStarted) if c.clock == "speed-to-lead"]
    return clock.due


@pytest.mark.parametrize("hour", [10, 15, 18])
def test_57_an_hour_from_any_time_on_saturday_is_over_at_ten_on_monday(hour: int) -> None:
    """A peer that adds wall-clock time gives Monday at 16:00 for 15:00, and Tuesday at 10:00 for 18:00."""
    saturday = datetime(2026, 3, 7, hour - 1, tzinfo=UTC)
    assert due(ONE_HOUR, saturday) == datetime(2026, 3, 9, 9, tzinfo=UTC)


def test_57_across_the_change_of_the_clock_an_hour_of_business_is_an_hour() -> None:
    """Friday at 16:30 in New York, eight hours: on Monday at 16:30 of the new time, an hour earlier in UTC."""
    eight = HEAD.replace('first_touch = "same-business-day"', 'first_touch = "8h"')
    there = CALENDARS.replace("Europe/Berlin", "America/New_York")
    friday = datetime(2026, 3, 6, 21, 30, tzinfo=UTC)
    assert due(eight, friday, there) == datetime(2026, 3, 9, 20, 30, tzinfo=UTC)


def test_57_a_calendar_that_never_opens_is_refused_when_it_is_saved() -> None:
    """Peers go on by the wall clock, or raise an error when the first lead comes."""
    shut = '[calendars.berlin]\nzone = "Europe/Berlin"\nhours = {}\n'
    found, findings = read_roster(shut + rep("Kim Larsen"))
    assert (found, [finding.code for finding in findings]) == (None, ["calendar.never_opens"])


def test_57_where_a_calendar_has_run_out_of_days_a_lead_does_not_wait_and_its_deadline_is_in_plain_time() -> (
    None
):
    over = '[calendars.berlin]\nzone = "Europe/Berlin"\nhours = {}\nexceptions = [{ date = 2026-02-02, hours = ["09:00-10:00"] }]\n'
    where = world(roster(ADA, KIM, calendars=over))
    decision = routed(policy(TO_SDR, CATCH_ALL), where=where)
    assert (decision.outcome, decision.reason, decision.next_at is not None) == (
        Outcome.QUEUED,
        "rule:rest",
        True,
    )
    named = routed(policy(TO_SDR.replace('pool = "sdr"', 'rep = "kim"'), head=ONE_HOUR), where=where)
    assert [c.due for c in effects(named, ClockStarted) if c.clock == "speed-to-lead"] == [MONDAY + HOUR]


def test_60_a_running_clock_is_not_moved_by_a_later_policy(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(ONE_HOUR + TO_SDR + CATCH_ALL)
        here.send("ann")
        before = here.rows("SELECT clock, due_at, warnings, ladder FROM clock ORDER BY clock")
        here.at += MINUTE
        here.publish(
            ONE_HOUR.replace('first_touch = "1h"', 'first_touch = "5min"\non_missed = ["review"]')
            + TO_SDR
            + CATCH_ALL,
            PEOPLE,
        )
        here.send("ben")
        after = here.rows(
            "SELECT c.clock, c.due_at, c.warnings, c.ladder FROM clock AS c JOIN decision AS d ON d.lead_id = c.lead_id"
            " WHERE d.turn = (SELECT min(turn) FROM decision) ORDER BY c.clock"
        )
        assert after == before
        assert broken(here.desk.database) == []


def test_60_a_step_that_nobody_can_be_told_by_is_passed_and_the_next_one_holds(database_url: str) -> None:
    """Kim has no manager and no address: the lead goes on to somebody else all the same."""
    head = HEAD.replace(
        'untouched = "2h"', 'untouched = "1h"\non_missed = ["tell-manager", "re-route", "review"]'
    )
    lonely = KIM.replace('manager = "ada"', "")
    with office(database_url, published=False) as here:
        here.publish(
            head + TO_SDR + CATCH_ALL, CALENDARS + rep("Ada Krüger", pools="{}") + lonely + rep("Noor Haddad")
        )
        here.send("ann")
        rung = here.rings(MONDAY + HOUR + MINUTE)
        assert [(name, to) for name, _, to in rung][-1] == ("Ann", "rep:noor")
        assert set(replayed(here.desk.database)[0]) == {Verdict.EQUAL}
        assert broken(here.desk.database) == []


def test_60_nothing_that_waits_is_without_an_instant_at_which_it_is_looked_at_again(
    database_url: str,
) -> None:
    """The auditor of a peer looks for chains that have stopped. Here the checks of the doctor do, and find none."""
    with office(database_url, at=MONDAY + 5 * DAY) as here:
        for name in ("ann", "ben", "cat"):
            here.send(name)
        assert here.rows("SELECT count(*) FROM lead WHERE next_at IS NULL") == [(0,)]
        assert here.rows("SELECT outcome, count(*) FROM lead GROUP BY outcome") == [("waiting", 3)]
        assert broken(here.desk.database) == []
        here.change(
            "UPDATE job SET state = 'dead' WHERE lead_id = (SELECT lead_id FROM job WHERE lead_id IS NOT NULL ORDER BY lead_id LIMIT 1)"
        )
        assert broken(here.desk.database) != []


def missing(here: Office) -> list[str]:
    """What the auditor finds as of now, but for letters, which nobody sends here."""
    with here.desk.read() as tx:
        return [each.what for each in look(tx, here.at) if each.what != "deliveries-not-sent"]


def test_60_an_escalation_nobody_climbs_and_a_pause_nothing_ends_are_found_and_then_are_not(
    database_url: str,
) -> None:
    """Only a look that finds nothing moves the heartbeat: see `desk/test_auditing`."""
    with office(database_url) as here:
        ann = here.send("ann")
        assert missing(here) == []
        here.at = MONDAY + 3 * HOUR
        assert missing(here) == ["overdue-clock"]
        here.rings(here.at)
        assert missing(here) == []
        here.desk.act(PauseClocks(str(ann["lead"]), OPS, "legal-review", here.at + DAY))
        assert missing(here) == []
        here.change("UPDATE job SET cause = 'no-reply' WHERE cause = 'hours-opened'")
        here.at += 2 * MINUTE
        assert missing(here) == ["pauses-without-limit"]
        here.desk.act(ResumeClocks(str(ann["lead"]), OPS))
        assert missing(here) == []
        assert broken(here.desk.database) == []


def test_the_alarm_of_a_wait_is_the_opening_and_not_its_limit() -> None:
    saturday = MONDAY + 5 * DAY
    decision = routed(policy(TO_SDR, CATCH_ALL), lead(saturday), world(as_of=saturday))
    assert [alarm.at for alarm in effects(decision, AlarmSet)] == [MONDAY + 7 * DAY - timedelta(hours=1)]
