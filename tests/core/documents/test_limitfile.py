"""A limit has one window that frees, counts what it says, and is at least one."""

from datetime import timedelta

from firstright.core.pools import Limit, Period
from marked import policy_findings, sound_policy

LIMITS = """
[limits.daily]
most = 8
period = "day"
zone = "Europe/Berlin"
pools = ["inbound"]
sources = ["web-form"]
score = [80, 100]
hard = false

[limits.rolling]
most = 3
within = "24h"
"""

WRONG = """
[limits.none]  #! limit.no_window
most = 5

[limits.both]
most = 5
period = "day"
within = "24h"  #! limit.two_windows

[limits.zero]
most = 0  #! limit.zero
period = "day"

[limits.unsaid]  #! key.missing
within = "1h"
zone = "Europe/Berlin"  #! key.no_effect

[limits.band]
most = true  #! value.type
period = "fortnight"  #! value.unknown
score = [90, 80]  #! limit.score

[limits.text]
most = 5
period = "day"
score = "high"  #! value.type
code = "LOAD_FULL"  #! key.unknown
"""


def test_limits_are_read_in_their_order() -> None:
    assert sound_policy(LIMITS).limits == (
        Limit(
            "daily", 8, Period.DAY, None, "Europe/Berlin", ("inbound",), ("web-form",), (80, 100), hard=False
        ),
        Limit("rolling", 3, within=timedelta(hours=24)),
    )


def test_a_limit_that_never_frees_or_means_two_things_is_refused() -> None:
    found, wanted = policy_findings(WRONG)
    assert found == wanted
