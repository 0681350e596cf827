"""What is told of a pool now is what the engine does next: whoever is named next gets the next lead, by every method."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.decision import Code
from firstright.core.pools import Limit, Measure, Method, OnSkip, Performance, Period, Pool
from firstright.core.roster import Rep
from firstright.core.why.explanation import Barrier
from firstright.core.why.limitview import LimitUsed, limits_used
from firstright.core.why.poolnow import BY_LEDGER, PoolNow
from firstright.core.world import Presence, Seen
from playing import NAMES, Play, reps, rules
from routing import DAY, HOUR, MINUTE, MONDAY

CASES = settings(deadline=None, max_examples=25)
HERE = {name: Seen(Presence.ONLINE, MONDAY + DAY) for name in NAMES}


def now(going: Play) -> PoolNow:
    roster = going.roster()
    return PoolNow(going.how.policy.pools["p"], going.how, roster, going.standing, going.at)


def playing(method: Method, weights: list[int], **more: object) -> Play:
    """No lead explores: such a one goes by plain weight, on a ledger of its own."""
    pool = Pool("p", method=method, performance=Performance(explore=0), **more)  # type: ignore[arg-type]  # settings of several types
    return Play(rules(pool), reps(weights), seen=HERE)


@CASES
@given(
    st.sampled_from([each for each in Method if each is not Method.PULL]),
    st.lists(st.integers(1, 4), min_size=1, max_size=5),
    st.integers(0, 12),
)
def test_who_is_named_next_gets_the_next_lead(method: Method, weights: list[int], past: int) -> None:
    going = playing(method, weights)
    going.leads(past)
    named = now(going).next
    assert going.lead(id="plain") == named


@CASES
@given(
    st.sampled_from(sorted(BY_LEDGER)),
    st.lists(st.integers(1, 4), min_size=1, max_size=5),
    st.integers(0, 12),
    st.sampled_from(OnSkip),
)
def test_as_many_leads_come_before_mine_as_are_told(
    method: Method, weights: list[int], past: int, on_skip: OnSkip
) -> None:
    going = playing(method, weights, on_skip=on_skip, period=Period.MONTH)
    going.leads(past)
    told = now(going)
    before = {name: told.before(name) for name in NAMES[: len(weights)]}
    ahead = [going.lead(id=f"ahead{n}") for n in range(60)]
    assert {name: ahead.index(name) for name in before} == before


def test_where_the_least_loaded_gets_it_it_is_told_how_many_have_more_room() -> None:
    going = playing(Method.LOAD, [1, 1, 1], load=Measure.LEADS)
    assert going.leads(4) == "abca"
    told = now(going)
    assert ([told.before(name) for name in "abc"], told.measured("a")) == ([2, 0, 1], "2 open leads")


@pytest.mark.parametrize("method", [Method.PULL, Method.BEST_FIT, Method.SOONEST])
def test_a_method_that_looks_at_more_than_the_ledger_foretells_no_turn(method: Method) -> None:
    told = now(playing(method, [1, 2]))
    assert (told.before("a"), told.before("b")) == (None, None)
    assert (told.next == "") is (method is Method.PULL)


def test_why_not_me_has_what_the_pool_itself_asks() -> None:
    pool = Pool("p", presence=True, one_at_a_time=True, cooldown=timedelta(minutes=5))
    going = Play(rules(pool), reps([1, 1]), seen={"a": HERE["a"]})
    assert going.lead() == "a"
    told = now(going)
    assert (told.eligible, told.next) == ((), "")
    assert told.barriers("b") == (Barrier(Code.OFFLINE),)
    assert told.barriers("a") == (
        Barrier(Code.OFFER_PENDING),
        Barrier(Code.COOLDOWN, MONDAY + 5 * MINUTE, what="cooldown:p", need="1", have="1"),
    )


def test_who_has_had_enough_stands_back_while_others_are_there() -> None:
    going = Play(rules(limits=[Limit("soft", 1, within=HOUR, hard=False)]), reps([3, 1]))
    assert going.leads(2) == "ab"
    assert (now(going).eligible, now(going).next) == ((0, 1), going.lead())


def test_of_each_limit_it_is_told_what_is_used_and_when_it_frees() -> None:
    hourly, daily = (
        Limit("hourly", 3, within=HOUR),
        Limit("daily", 2, period=Period.DAY, zone="Europe/Berlin"),
    )
    elsewhere = Limit("elsewhere", 1, within=HOUR, pools=("q",))
    going = Play(rules(limits=[hourly, daily, elsewhere]), reps([1], limits={"hourly": 5}))
    rep: Rep = going.team[0]
    unused = LimitUsed("hourly", "CAP_REACHED", "", 0, 5, True, True, False, None)
    assert limits_used(rep, going.how, going.standing, going.at)[0] == unused
    going.lead()
    going.at += 10 * MINUTE
    going.lead()
    midnight = MONDAY.replace(hour=23, minute=0)  # of Berlin
    assert limits_used(rep, going.how, going.standing, going.at) == (
        LimitUsed("hourly", "CAP_REACHED", "", 2, 5, True, True, False, MONDAY + HOUR),
        LimitUsed("daily", "CAP_REACHED", "", 2, 2, True, False, True, midnight),
    )
    shut = Play(rules(limits=[hourly]), reps([1], limits={"hourly": 0}))
    assert limits_used(shut.team[0], shut.how, shut.standing, shut.at)[0].frees is None
