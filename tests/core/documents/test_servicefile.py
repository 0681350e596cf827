"""Service levels, whom they are for, what clocks may stand still for, and [sweep], as they are written; what is wrong is named."""

from datetime import timedelta

import pytest

from firstright.core.documents.lint import load
from firstright.core.documents.policyfile import read_policy
from firstright.core.servicelevels import Basis
from firstright.core.sweep import SWEEP, Sweep
from routing import CALENDARS, CATCH_ALL, DAY, HEAD, HOUR, TEAM, TO_SDR

MORE = """
[services.partner]
basis = "lead-local"
calendar = "berlin"
receipt = "15min"
acceptance = "4h"
follow_up = "1d"
no_reply = "2d"
handoff = "2h"
ticket = "8h"

[[service_for]]
when = { source = "partner-portal" }
service = "partner"

[sweep]
every = "30min"
no_touch = "5d"
no_action = "none"
statuses = { contacted = "10d" }
"""


def codes(text: str) -> list[str]:
    return [finding.code for finding in load(text, CALENDARS + "".join(TEAM))[2]]


def test_every_target_is_read() -> None:
    policy, findings = read_policy(
        HEAD.replace('zone = "E', 'pauses = ["bank-check"]\nzone = "E') + TO_SDR + MORE + CATCH_ALL
    )
    assert policy is not None, findings
    found = policy.services["partner"]
    assert (found.basis, found.calendar) == (Basis.LEAD, "berlin")
    assert (found.receipt, found.acceptance, found.follow_up) == (HOUR / 4, 4 * HOUR, DAY)
    assert (found.no_reply, found.handoff, found.ticket) == (2 * DAY, 2 * HOUR, 8 * HOUR)
    assert [row.service for row in policy.service_for] == ["partner"]
    assert policy.pauses == ("bank-check",)
    assert policy.sweep == Sweep(
        on=True, every=HOUR / 2, no_touch=5 * DAY, no_action=None, statuses={"contacted": 10 * DAY}
    )


def test_without_the_tables_nothing_is_swept_and_one_service_is_for_all() -> None:
    policy, _ = read_policy(HEAD + TO_SDR + CATCH_ALL)
    assert policy is not None
    assert (policy.sweep, policy.service_for, policy.pauses) == (SWEEP, (), ())
    assert not SWEEP.on
    assert SWEEP.every == timedelta(hours=1)


@pytest.mark.parametrize(
    ("was", "now", "code"),
    [
        ('service = "partner"', 'service = "nobody"', "service.unknown"),
        ('calendar = "berlin"\nreceipt', 'calendar = "moon"\nreceipt', "calendar.unknown"),
        ('calendar = "berlin"\nreceipt', "receipt", "service.no_calendar"),
        ('basis = "lead-local"', 'basis = "pool"', "service.calendar_unread"),
        ("{ contacted", "{ asleep", "sweep.unknown_status"),
        ('every = "30min"', 'every = "1min"', "sweep.too_often"),
    ],
)
def test_what_leads_nowhere_is_named(was: str, now: str, code: str) -> None:
    text = HEAD + TO_SDR + MORE + CATCH_ALL
    assert was in text
    assert code not in codes(text)
    assert code in codes(text.replace(was, now))


def test_a_state_with_no_name_is_named() -> None:
    assert "pause.name" in codes(
        HEAD.replace('zone = "E', 'pauses = ["Bank check"]\nzone = "E') + TO_SDR + CATCH_ALL
    )


def test_a_lock_longer_than_the_deadline_it_covers_is_a_warning_also_of_a_service_for_some() -> None:
    quick = MORE.replace('receipt = "15min"', 'untouched = "10min"')
    assert "lock.too_long" in codes(HEAD + TO_SDR + quick + CATCH_ALL)
    assert "lock.too_long" not in codes(HEAD + TO_SDR + MORE + CATCH_ALL)
