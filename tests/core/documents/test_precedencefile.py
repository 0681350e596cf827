"""A step of owner precedence says when it is asked, whose owner it means, and what a short or a long absence does."""

from datetime import UTC, datetime, timedelta

from firstright.core.policy import Away, Hierarchy, Precedence, Step, WhenAway
from marked import policy_findings, sound_policy

STEP = """
[[precedence]]
step = "account-owner"
within = "90d"
hierarchy = "parent"
wait = "8h"
if_away = [{ up_to = "8h", do = "wait" }, { up_to = "5d", do = "backup" }, { do = "tiers" }]
active_from = 2026-03-01
active_until = 2026-04-01
"""

WRONG = """
[[precedence]]
step = "previous-owner"
hierarchy = "parent"  #! key.no_effect
when_away = "backup"  #! key.no_effect
if_away = [{ do = "backup" }, { up_to = "5d", do = "tiers" }]  #! away.unreachable

[[precedence]]
step = "same-company"
if_away = [{ up_to = "5d", do = "backup" }, { up_to = "2d", do = "manager" }]  #! away.order

[[precedence]]
step = "account-owner"
hierarchy = "grandparent"  #! value.unknown
if_away = [{ do = "wait" }]  #! precedence.no_wait

[[precedence]]
step = "open-opportunity"
if_away = [{ up_to = "1h" }, { up_to = "2h", do = "sleep" }, 3]  #! key.missing value.unknown value.type
active_from = 2026-03-01
active_until = 2026-03-01  #! time.reversed
"""


def test_a_step_is_read_with_everything_it_can_say() -> None:
    assert sound_policy(STEP).precedence == (
        Precedence(
            Step.ACCOUNT_OWNER,
            within=timedelta(days=90),
            wait=timedelta(hours=8),
            if_away=(
                Away(WhenAway.WAIT, timedelta(hours=8)),
                Away(WhenAway.BACKUP, timedelta(days=5)),
                Away(WhenAway.TIERS),
            ),
            hierarchy=Hierarchy.PARENT,
            active_from=datetime(2026, 2, 28, 23, tzinfo=UTC),
            active_until=datetime(2026, 3, 31, 22, tzinfo=UTC),
        ),
    )


def test_what_never_happens_or_has_no_limit_is_named() -> None:
    found, wanted = policy_findings(WRONG)
    assert found == wanted
