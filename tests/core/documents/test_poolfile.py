"""A pool is read with its method and everything that bounds it, and a pool of before reads as before."""

from datetime import timedelta

from firstright.core.pools import Burst, Measure, Method, OnSkip, Performance, Period, Pool
from marked import policy_findings, sound_policy

EVERY_KEY = """
[pools.full]
name = "Full"
method = "load-balanced"
calendar = "berlin"
hours = false
zone = "America/New_York"
on_skip = "lose"
period = "week"
load = "field"
field = "employees"
band = 10
within = "8h"
presence = true
one_at_a_time = true
cooldown = "5min"
burst = { most = 3, within = "10min" }
performance = { power = 150, least = 60, most = 180, prior = 5, window = "60d", closed = "none", every = "1d", floor = 10, explore = 0 }
preview = false

[pools.plain]
"""

WRONG = """
[pools.a]
method = "round"  #! value.unknown
zone = "Mars/Base"  #! zone.unknown
period = "year"  #! value.unknown
load = "hours"  #! value.unknown
band = -1  #! value.range
presence = "yes"  #! value.type
cooldown = "5m"  #! duration.invalid
burst = { most = 0, within = "10min" }  #! limit.zero
preveiw = true  #! key.unknown

[pools.b]
burst = { withn = "10min" }  #! key.missing key.missing key.unknown
performance = { power = 0, least = 101, most = 99, floor = 101, explore = -1 }  #! value.range value.range value.range value.range value.range

[pools.c]
performance = { window = "10d" }  #! performance.no_window
"""


def test_every_key_of_a_pool_is_read() -> None:
    assert sound_policy(EVERY_KEY).pools == {
        "full": Pool(
            id="full",
            name="Full",
            method=Method.LOAD,
            calendar="berlin",
            hours=False,
            zone="America/New_York",
            on_skip=OnSkip.LOSE,
            period=Period.WEEK,
            load=Measure.FIELD,
            field="employees",
            band=10,
            within=timedelta(hours=8),
            presence=True,
            one_at_a_time=True,
            cooldown=timedelta(minutes=5),
            burst=Burst(3, timedelta(minutes=10)),
            performance=Performance(
                150, 60, 180, 5, timedelta(days=60), timedelta(0), timedelta(days=1), 10, 0
            ),
            preview=False,
        ),
        "plain": Pool("plain"),
    }


def test_every_method_is_read_by_its_name() -> None:
    for method in Method:
        assert sound_policy(f'[pools.p]\nmethod = "{method}"\n').pools["p"] == Pool("p", method=method)


def test_what_a_pool_says_wrongly_is_named_on_its_line() -> None:
    found, wanted = policy_findings(WRONG)
    assert sorted(found) == sorted(wanted)
