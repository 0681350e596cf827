"""Caps, cooldowns and burst guards, against a count over everything that ever happened."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.decision import Code, Counted
from firstright.core.lead import Lead
from firstright.core.limits import concerns, counted, frees, micros, most, tallied, used, window
from firstright.core.pools import Burst, Limit, Period, Pool
from firstright.core.roster import Rep
from firstright.core.world import Tally
from playing import Play, reps, rules
from routing import DAY, HOUR, MINUTE, MONDAY

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "America/Havana", "America/Asuncion", "Asia/Kathmandu",
         "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham", "America/St_Johns")  # fmt: skip
# Days on which a clock changes, one of them skipped, and one in the middle of nothing.
DAYS = (
    "2026-03-29",
    "2026-10-25",
    "2025-11-02",
    "2023-10-01",
    "2026-04-05",
    "2011-12-30",
    "2006-10-29",
    "2026-07-15",
)


def local_period(period: Period, zone: str, at: datetime) -> tuple[int, int]:
    """What the calendar on the wall says: day, week or month."""
    local = at.astimezone(ZoneInfo(zone))
    match period:
        case Period.DAY:
            return local.year, local.toordinal()
        case Period.WEEK:
            return local.isocalendar()[:2]
        case Period.MONTH:
            return local.year, local.month


@given(
    st.sampled_from(ZONES), st.sampled_from(DAYS), st.integers(-3 * 1440, 3 * 1440), st.sampled_from(Period)
)
@settings(deadline=None, max_examples=150)
def test_a_window_is_what_the_wall_calls_the_same_day_week_or_month(
    zone: str, day: str, minutes: int, period: Period
) -> None:
    """Its first instant and its last second are in it, the seconds before and after are not.

    In St John's the clock went back at one past midnight: the day that had begun by then goes on, whatever the wall says.
    """
    at = datetime.fromisoformat(f"{day}T12:00+00:00") + minutes * MINUTE
    start, end = window(period, zone, at)
    this, second = local_period(period, zone, start), timedelta(seconds=1)
    shown = local_period(period, zone, at)
    assert start <= at < end
    assert shown == this or (shown < this and at.astimezone(ZoneInfo(zone)).fold)
    assert local_period(period, zone, end - second) == this != local_period(period, zone, end)
    assert local_period(period, zone, start - second) < this
    assert window(period, zone, start) == window(period, zone, end - second) == (start, end)


def test_a_midnight_that_comes_twice_begins_the_day_the_first_time() -> None:
    """Else the day would end before an instant that lies in it, and nobody could say when its limit is free again."""
    at = datetime(2006, 10, 29, 3, 29, tzinfo=UTC)  # 23:59 of Saturday once more
    assert at.astimezone(ZoneInfo("America/St_Johns")).day == 28
    assert window(Period.DAY, "America/St_Johns", at) == (
        datetime(2006, 10, 29, 2, 30, tzinfo=UTC), datetime(2006, 10, 30, 3, 30, tzinfo=UTC),
    )  # fmt: skip


@given(
    st.sampled_from([*Period, 5 * MINUTE, 24 * HOUR, 30 * DAY]),
    st.sampled_from(ZONES),
    st.integers(1, 4),
    st.lists(st.integers(0, 2 * 86400), min_size=1, max_size=30),
    st.none() | st.integers(0, 6),
)
@settings(deadline=None, max_examples=150)
def test_what_is_used_and_when_it_frees_equals_a_count_over_the_whole_history(
    span: Period | timedelta, zone: str, allowed: int, gaps: list[int], own: int | None
) -> None:
    fixed = isinstance(span, Period)
    limit = Limit("cap", allowed, period=span if fixed else None, within=None if fixed else span, zone=zone)
    rep = Rep("kim", limits={} if own is None else {"cap": own})
    room = most(limit, rep)
    tally, history = Tally(), []
    at = datetime(2026, 3, 27, tzinfo=UTC)

    def count(now: datetime) -> int:
        if isinstance(span, Period):
            return sum(local_period(span, zone, then) == local_period(span, zone, now) for then in history)
        return sum(then > now - span for then in history)

    for gap in gaps:
        at += timedelta(seconds=gap)
        n = used(limit, tally, zone, at)
        assert (n >= room, min(n, room)) == (count(at) >= room, min(count(at), room))
        if n >= room:
            until = frees(limit, tally, room, zone, at)
            if room == 0:
                assert until == -1
            else:
                free = at + timedelta(seconds=until)
                assert count(free) < room <= count(free - timedelta(seconds=1))
        else:
            tally = tallied(tally, counted(limit, rep, zone, at), at)
            history.append(at)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 100), st.booleans()), max_size=40))
@settings(deadline=None, max_examples=25)
def test_several_limits_by_source_and_score_hold_at_once_through_the_whole_engine(
    leads: list[tuple[int, int, bool]],
) -> None:
    """Four an hour of all, two a day from the web, one in ten minutes of those above eighty: none is ever passed."""
    hourly = Limit("hourly", 4, within=HOUR)
    web = Limit("web", 2, period=Period.DAY, zone="Asia/Kathmandu", sources=("web",))
    hot = Limit("hot", 1, within=10 * MINUTE, score=(80, 100), pools=("p",))
    play = Play(rules(limits=(hourly, web, hot)), reps([1, 1]))
    history: list[tuple[datetime, str, str, int]] = []
    for minutes, score, by_web in leads:
        play.at += minutes * MINUTE
        source, at = "web" if by_web else "import", play.at

        def full(rep: str, source: str = source, score: int = score, at: datetime = at) -> bool:
            mine = [row for row in history if row[1] == rep]
            day = local_period(Period.DAY, "Asia/Kathmandu", at)
            return (
                sum(row[0] > at - HOUR for row in mine) >= 4
                or (
                    source == "web"
                    and sum(
                        local_period(Period.DAY, "Asia/Kathmandu", r[0]) == day for r in mine if r[2] == "web"
                    )
                    >= 2
                )
                or (score >= 80 and any(row[0] > at - 10 * MINUTE for row in mine if row[3] >= 80))
            )

        free = {rep for rep in "ab" if not full(rep)}
        got = play.lead(source=source, score=score)
        assert (got in free) if free else got == ""
        if got:
            history.append((at, got, source, score))
    assert play.broken == []


def test_a_lead_without_a_score_counts_to_no_band_and_both_ends_are_in_it() -> None:
    band = Limit("band", 1, within=HOUR, score=(50, 80))

    def lead(**facts: int) -> Lead:
        return Lead(dict(facts), "web", MONDAY)

    assert [concerns(band, lead(score=n)) for n in (49, 50, 80, 81)] == [False, True, True, False]
    assert (concerns(band, lead()), concerns(Limit("all", 1, within=HOUR), lead())) == (False, True)


def test_a_soft_limit_stands_back_only_while_somebody_under_it_is_there() -> None:
    play = Play(rules(limits=(Limit("soft", 2, period=Period.DAY, hard=False),)), reps({"a": 9, "b": 1}))
    assert play.leads(4) in {"aabb", "abab", "aaba", "abaa", "baab"}
    assert play.counts() == {"a": 2, "b": 2}
    assert play.leads(10).count("a") == 9  # everybody is over it: shares again by weight
    assert play.broken == []


def test_a_cooldown_and_a_burst_guard_are_limits_of_the_pool_with_codes_of_their_own() -> None:
    play = Play(rules(Pool("p", cooldown=5 * MINUTE, burst=Burst(2, HOUR))), reps([1]))
    found = []
    for minutes in (0, 4, 1, 5, 49, 1):
        play.at += minutes * MINUTE
        got = play.lead()
        found.append((got, tuple(code for code, _ in play.decisions[-1].trace.asked[0].codes)))
    assert found == [
        ("a", ()),
        ("", (Code.COOLDOWN,)),
        ("a", ()),
        ("", (Code.BURST_GUARD,)),
        ("", (Code.BURST_GUARD,)),
        ("a", ()),
    ]


def test_a_limit_of_one_pool_takes_nothing_from_another() -> None:
    """What comes through q, by name or by hand counts only where the limit counts every lead."""
    mine, every = Limit("mine", 1, period=Period.DAY, pools=("p",)), Limit("every", 2, period=Period.DAY)
    play = Play(rules(limits=(mine, every)), reps([1]))
    assert [play.lead(), play.lead()] == ["a", ""]
    assert [name for name, _, _ in play.decisions[-1].trace.asked[0].limits] == ["mine"]
    counts = [effect for effect in play.decisions[0].effects if isinstance(effect, Counted)]
    assert [effect.limit for effect in counts] == ["mine", "every"]
    other = rules(Pool("q"), limits=(mine, every))
    assert [limit.id for limit in other.limits_of("q")] == ["every"]
    assert [limit.id for limit in other.limits_of("")] == ["every"]


def test_as_many_instants_are_kept_as_the_limit_may_ask_for() -> None:
    tally = Tally()
    for n in range(5):
        tally = tallied(tally, Counted("cap", "kim", None, 3), MONDAY + n * HOUR)
    assert tally == Tally(at=tuple([micros(MONDAY + n * HOUR) for n in (2, 3, 4)]))
    assert counted(Limit("cap", 3, within=HOUR), Rep("kim", limits={"cap": 9}), "UTC", MONDAY).keep >= 9


@pytest.mark.parametrize("own", [0, 1, 5])
def test_a_rep_may_have_another_number_for_a_limit(own: int) -> None:
    team = [msgspec.structs.replace(reps([1])[0], limits={"cap": own})]
    play = Play(rules(limits=(Limit("cap", 3, within=DAY),)), team)
    assert play.leads(7) == "a" * own
    assert play.broken == []


def test_a_limit_that_allows_more_from_now_on_still_knows_what_came_before() -> None:
    """Soft and at one it let five through; hard and at four there is no room for another."""
    kim = Rep("kim")
    strict = Limit("cap", 1, within=HOUR, hard=False)
    tally = Tally()
    for minute in range(5):
        at = MONDAY + minute * MINUTE
        tally = tallied(tally, counted(strict, kim, "UTC", at), at)
    assert used(Limit("cap", 4, within=HOUR), tally, "UTC", MONDAY + 5 * MINUTE) == 5
