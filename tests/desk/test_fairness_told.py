"""The fairness of a pool over leads that were really decided: sums that come out, who sees what, bounds that are said."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from desk.office import Office, office
from desk.test_teams import NAMES, PEOPLE
from firstright.core.authority import Actor, Role, team_of
from firstright.core.decision import Code
from firstright.core.fairness import RepShare
from firstright.core.pools import LEAD
from firstright.desk.explain import fairness
from firstright.desk.explain.explaining import Versions
from firstright.desk.explain.fairness import Period, Report
from routing import DAY, MINUTE, MONDAY
from storage.test_inbox import Counting

SCORES = (10, 20, 30, 40, 50, 60, 70)
A_DAY = Period(MONDAY, MONDAY + DAY, "Europe/Berlin")


@pytest.fixture
def here(database_url: str) -> Iterator[Office]:
    """Seven leads, a minute apart, the later the better: Omar is paused, so Kim and Noor share them."""
    with office(database_url, published=False) as found:
        found.publish(people=PEOPLE)
        for name, score in zip(NAMES, SCORES, strict=True):
            found.at += MINUTE
            found.send(name, score=str(score))
        yield found


def told(
    here: Office, role: Role, name: str = "", pool: str = "sdr", period: Period = A_DAY
) -> Report | None:
    desk = here.desk
    assert desk.policy and desk.roster
    who = Actor(f"u-{name}", name.title(), role, name, team_of(name, desk.roster))
    with desk.read() as tx:
        return fairness.report(tx, who, pool, desk.policy.policy, desk.roster, Versions(), period)


def found(*args: object, **more: object) -> Report:
    report = told(*args, **more)  # type: ignore[arg-type]  # handed on as it came
    assert report
    return report


def test_each_has_their_share_their_scores_and_what_kept_them_from_leads(here: Office) -> None:
    report = found(here, Role.OPERATIONS)
    assert (report.counted, report.read, report.since, report.skips_since, report.others) == (
        7,
        7,
        None,
        None,
        0,
    )
    assert {each.rep: each.share for each in report.reps} == {
        "kim": RepShare("kim", 7, 4, 7 * LEAD // 2, 4 * LEAD, LEAD // 2, 0, 1, 4, 40.0, {}),
        "noor": RepShare("noor", 7, 3, 7 * LEAD // 2, 3 * LEAD, -LEAD // 2, 0, 1, 3, 40.0, {}),
        "omar": RepShare("omar", 0, 0, 0, 0, 0, 0, 0, 0, None, {Code.PAUSED: 7}),
    }
    assert report.furthest == LEAD // 2
    assert report.parity is not None
    assert (report.parity.p, report.parity.scored, report.parity.mean) == (1.0, 7, 40.0)


def test_every_figure_has_its_leads_newest_first(here: Office) -> None:
    leads = found(here, Role.OPERATIONS).leads
    assert [lead.seq for lead in leads] == [7, 6, 5, 4, 3, 2, 1]
    assert [lead.score for lead in leads] == list(reversed(SCORES))
    assert {lead.ruled for lead in leads} == {((Code.PAUSED, ("omar",)),)}
    assert {lead.could for lead in leads} == {frozenset({"kim", "noor"})}
    assert all(lead.lead for lead in leads)


def test_a_period_counts_its_own_leads(here: Office) -> None:
    def counted(begins: datetime, ends: datetime) -> int:
        return found(here, Role.OPERATIONS, period=Period(begins, ends, "UTC")).counted

    assert counted(MONDAY + 2 * MINUTE, MONDAY + 4 * MINUTE) == 2
    assert counted(MONDAY + 8 * MINUTE, MONDAY + DAY) == 0
    empty = found(here, Role.OPERATIONS, period=Period(MONDAY - DAY, MONDAY, "UTC"))
    assert (empty.counted, empty.jain, empty.parity, len(empty.reps)) == (0, 1.0, None, 3)


def test_a_colleague_is_a_share_and_no_more(here: Office) -> None:
    report = found(here, Role.REP, "noor")
    assert [(each.rep, each.seen) for each in report.reps] == [
        ("kim", False),
        ("noor", True),
        ("omar", False),
    ]
    kim = report.reps[0].share
    assert (kim.turns, kim.score, kim.scored, kim.skips) == (4, None, 0, {})
    assert report.reps[2].share.skips == {}
    assert [bool(lead.lead) for lead in report.leads] == [lead.rep == "noor" for lead in report.leads]
    assert {lead.ruled for lead in report.leads} == {()}


def test_a_pool_there_is_not_and_one_of_others_are_the_same(here: Office) -> None:
    assert told(here, Role.OPERATIONS, pool="nobody") is None
    assert told(here, Role.REP, "zoe") is None
    assert told(here, Role.REP) is None
    assert found(here, Role.MANAGER, "ada").others == 0


def test_who_has_left_stays_in_the_periods_they_worked_in(here: Office) -> None:
    here.desk.publish_roster(
        PEOPLE.replace('[[rep]]\nid = "kim"', '[[rep]]\nleft = 2026-03-02T12:00:00Z\nid = "kim"'),
        file="r", by="mara", reason="left",
    )  # fmt: skip
    assert [each.rep for each in found(here, Role.OPERATIONS).reps] == ["kim", "noor", "omar"]
    later = Period(MONDAY + DAY, MONDAY + 2 * DAY, "UTC")
    assert [each.rep for each in found(here, Role.OPERATIONS, period=later).reps] == ["noor", "omar"]


def test_skips_are_told_of_the_latest_rosters_only(here: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fairness, "MOST_ROSTERS", 1)
    here.desk.publish_roster(PEOPLE + "\n", file="r", by="mara", reason="again")
    here.at += MINUTE
    here.send("hans")
    report = found(here, Role.OPERATIONS)
    assert report.skips_since == here.at
    assert (report.counted, report.reps[2].share.skips) == (8, {Code.PAUSED: 1})


def test_more_leads_are_no_more_statements(here: Office) -> None:
    def asked(until: timedelta) -> int:
        desk = here.desk
        assert desk.policy and desk.roster
        with desk.read() as tx:
            counting = Counting(tx)
            fairness.report(
                counting,
                Actor("u", "Olga", Role.OPERATIONS),
                "sdr",
                desk.policy.policy,
                desk.roster,
                Versions(),
                Period(MONDAY, MONDAY + until, "UTC"),
            )
            return len(counting.asked)

    assert asked(2 * MINUTE) == asked(DAY)
