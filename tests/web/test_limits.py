"""Buckets of tokens: a burst, then as many as flow in, and never more of them than can be held."""

from firstright.web.forms.limits import Buckets


class Tick:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def test_a_burst_is_let_through_and_then_one_for_each_that_flows_in() -> None:
    tick = Tick()
    buckets = Buckets(tick)
    assert [buckets.wait("a", 6) for _ in range(8)] == [0] * 6 + [10, 10]
    tick.at = 9.9
    assert buckets.wait("a", 6) == 1
    tick.at = 10.1
    assert [buckets.wait("a", 6) for _ in range(2)] == [0, 10]
    tick.at = 1_000.0
    assert [buckets.wait("a", 6) for _ in range(7)] == [0] * 6 + [10]


def test_each_name_has_its_own_and_the_oldest_goes_first() -> None:
    tick = Tick()
    buckets = Buckets(tick, most=2)
    assert [buckets.wait(name, 1) for name in ("a", "b", "a", "b")] == [0, 0, 60, 60]
    assert buckets.wait("c", 1) == 0
    assert buckets.wait("b", 1) == 60
    assert buckets.wait("a", 1) == 0  # forgotten, and full again
