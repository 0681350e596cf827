"""One ledger under every method: what is counted, shared, spread and given back adds up, and reads back to the same bytes."""

from collections import Counter
from datetime import timedelta
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.decision import Returned, Spread, Turned
from firstright.core.lead import Act, Cause, Spent
from firstright.core.pools import AbsencePolicy, Burst, Limit, Measure, Method, OnSkip, Period, Pool
from firstright.core.roster import Absence, Step
from firstright.core.world import Presence, Seen
from playing import LEAD, NAMES, RANKED, Play, reps, rules
from routing import DAY, HOUR, MINUTE, MONDAY

CASES = settings(deadline=None, max_examples=12)
DUST = Fraction(1, 1000)  # shares are floored to 10⁻⁹ leads
WEIGHTS = st.lists(st.integers(1, 6), min_size=2, max_size=6)
EVERY_METHOD = pytest.mark.parametrize("method", RANKED)


def pool(method: Method, **more: object) -> Pool:
    """A pool of this method; what it needs beside is drawn by the test."""
    return Pool("p", method=method, zone="America/New_York", field="employees", **more)  # type: ignore[arg-type]


@st.composite
def stretches(draw: st.DrawFn, size: int, most: int = 25) -> list[tuple[set[str], int]]:
    """Who is able for each lead, and how many minutes have passed."""
    everybody = st.sets(st.sampled_from(NAMES[:size]), min_size=1)
    return draw(st.lists(st.tuples(everybody, st.integers(0, 900)), min_size=1, max_size=most))


@EVERY_METHOD
@given(WEIGHTS, st.data())
@CASES
def test_credits_sum_to_nothing_the_ledger_folds_to_the_standing_and_every_decision_replays(
    method: Method, weights: list[int], data: st.DataObject
) -> None:
    play = Play(rules(pool(method)), reps(weights))
    for able, minutes in data.draw(stretches(len(weights))):
        play.at += minutes * MINUTE
        assert play.lead(able, employees=minutes) in able
    for lane in ("main", "main~explore"):
        assert sum(play.pool(lane).credit) == 0
        assert play.folded(lane) == play.pool(lane)
    assert play.broken == []


@EVERY_METHOD
@given(WEIGHTS, st.data())
@CASES
def test_what_each_got_is_their_target_share_plus_credit_before_less_credit_after(
    method: Method, weights: list[int], data: st.DataObject
) -> None:
    """Over any stretch: here over one in the middle, after a beginning that left credits as it pleased."""
    play = Play(
        rules(pool(method, performance=msgspec.structs.replace(Pool("p").performance, explore=0))),
        reps(weights),
    )
    for able, _ in data.draw(stretches(len(weights), 10)):
        play.lead(able)
    before, since = play.credit(), len(play.won)
    share = dict.fromkeys(before, Fraction(0))
    for able, _ in data.draw(stretches(len(weights))):
        play.lead(able)
        for name in able:
            total = sum(weights[NAMES.index(other)] for other in able)
            share[name] += Fraction(weights[NAMES.index(name)], total)
    after = play.credit()
    for name in before:
        got = play.won[since:].count(name)
        assert abs(got - share[name] - Fraction(before[name] - after[name], LEAD)) < DUST


@given(st.permutations(range(5)), st.lists(st.integers(1, 6), min_size=5, max_size=5))
@CASES
def test_what_somebody_is_called_and_where_they_stand_changes_no_share(
    order: list[int], weights: list[int]
) -> None:
    """After whole rounds each has exactly their weight, under any names in any order."""
    rounds = 2 * sum(weights)
    plain, other = Play(rules(), reps(weights)), Play(rules(), reps({NAMES[i]: weights[i] for i in order}))
    plain.leads(rounds)
    other.leads(rounds)
    assert plain.counts() == other.counts() == {NAMES[i]: 2 * weight for i, weight in enumerate(weights)}


@EVERY_METHOD
@given(st.integers(0, 30), st.data())
@CASES
def test_a_batch_is_as_many_singles(method: Method, cut: int, data: st.DataObject) -> None:
    """Stopped after some leads and taken up from what was stored, it goes on as if it had never stopped."""
    leads = data.draw(stretches(3))
    whole, parts = Play(rules(pool(method)), reps([3, 2, 1])), Play(rules(pool(method)), reps([3, 2, 1]))
    for i, (able, _) in enumerate(leads):
        whole.lead(able)
        if i == cut:
            was = parts.standing
            parts.standing = type(was)(
                was.changed_pools, was.changed_loads, was.changed_tallies, was.changed_seen
            )
        parts.lead(able)
    assert (whole.won, whole.pool()) == (parts.won, parts.pool())


def test_a_weight_holds_from_its_step_on_and_nothing_is_caught_up() -> None:
    """Ada's ramp: one of four at first, then a half from Tuesday on. What was dealt before stays dealt."""
    team = reps({"a": 1, "b": 3})
    place = msgspec.structs.replace(team[0].memberships[0], ramp=(Step(MONDAY + DAY, 3),))
    team[0] = msgspec.structs.replace(team[0], memberships=(place,))
    play = Play(rules(), team)
    first = play.leads(40)
    play.at = MONDAY + DAY - timedelta(microseconds=1)
    last = play.leads(4)
    play.at = MONDAY + DAY
    then = play.leads(40)
    assert [part.count("a") for part in (first, last, then)] == [10, 1, 20]
    assert (play.folded(), play.broken) == (play.pool(), [])


def test_who_joins_starts_at_nothing_and_takes_turns_at_once() -> None:
    play = Play(rules(), reps([1, 1]))
    play.leads(21)
    play.staffed(reps([1, 1, 1]))
    assert play.leads(9).count("c") == 3
    assert max(abs(amount) for amount in play.credit().values()) <= LEAD


@EVERY_METHOD
@given(st.data())
@CASES
def test_who_leaves_gives_what_they_had_to_those_who_stay_by_weight(
    method: Method, data: st.DataObject
) -> None:
    play = Play(
        rules(pool(method, performance=msgspec.structs.replace(Pool("p").performance, explore=0))),
        reps([1, 2, 3]),
    )
    for able, _ in data.draw(stretches(3)):
        play.lead(able)
    before = dict.fromkeys("abc", 0) | play.credit()
    team = reps([1, 2, 3])
    team[0] = msgspec.structs.replace(team[0], left=MONDAY)
    play.staffed(team)
    play.lead()
    changes = [type(change) for change in play.decisions[-1].credits]
    assert changes == ([Spread, Turned] if before["a"] else [Turned])
    turn = play.decisions[-1].credits[-1]
    assert isinstance(turn, Turned)
    earned = {"b": LEAD * 2 // 5, "c": LEAD * 3 // 5}
    paid = sum(earned.values())
    for name, weight in (("b", 2), ("c", 3)):
        expected = (
            before[name] + Fraction(before["a"] * weight, 5) + earned[name] - paid * (turn.winner == name)
        )
        assert abs(play.credit()[name] - expected) <= 1
    assert (play.credit()["a"], sum(play.credit().values())) == (0, 0)
    assert (play.folded(), play.broken) == (play.pool(), [])


@EVERY_METHOD
def test_an_absence_that_is_neutral_leaves_no_debt_and_earns_none(method: Method) -> None:
    play = Play(rules(pool(method)), reps([1, 1, 1]))
    play.leads(9)
    before = {lane: play.credit(lane).get("a", 0) for lane in ("main", "main~explore")}
    play.leads(20, able={"b", "c"})
    assert {lane: play.credit(lane).get("a", 0) for lane in before} == before


def test_switching_the_method_keeps_the_history() -> None:
    """Every method goes on from the row where the one before it stopped."""
    play = Play(rules(pool(Method.SEQUENCE)), reps([1, 1, 1]))
    play.leads(6, able={"b"})
    play.leads(4, able={"a", "b"})
    standing = play.pool()
    for method in RANKED:
        play.how = rules(pool(method, performance=msgspec.structs.replace(Pool("p").performance, explore=0)))
        seq = play.pool().seq
        play.lead()
        assert (play.pool().seq, play.pool().members) == (seq + 1, standing.members)
    assert (sum(play.pool().credit), play.folded(), play.broken) == (0, play.pool(), [])


def test_credit_that_is_owed_goes_along_from_one_method_to_the_next() -> None:
    """A load-balanced pool gave Ada everything while the others were full of work; credit round robin levels that out."""
    how = pool(Method.LOAD)
    play = Play(rules(how), reps([1, 1, 1], capacity=50))
    play.standing = msgspec.structs.replace(
        play.standing,
        loads={"b": play.standing.load("b").__class__(20), "c": play.standing.load("c").__class__(20)},
    )
    assert play.leads(6) == "aaaaaa"
    play.how = rules(pool(Method.CREDIT))
    assert play.leads(4).count("a") == 0


@given(WEIGHTS, st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=20))
@CASES
def test_who_claims_from_a_pull_pool_pays_a_turn_and_what_it_knows_replays(
    weights: list[int], claims: list[tuple[int, bool]]
) -> None:
    """One who is full gets nothing of it, and nobody pays."""
    play = Play(rules(pool(Method.PULL)), reps(weights, capacity=3))
    turns = 0
    for n, (claimer, closing) in enumerate(claims):
        assert play.lead() == ""
        name = NAMES[claimer % len(weights)]
        room = play.standing.load(name).leads < 3
        decision = play.act(f"lead{n}", Cause.CLAIMED, Act(by=name))
        assert (decision.holder.id == name, not decision.kept) == (room, room)
        turns += room
        if room and closing:
            play.close(f"lead{n}")
    assert (play.pool().seq, sum(play.pool().credit)) == (turns, 0)
    assert (play.folded(), play.broken) == (play.pool(), [])


@EVERY_METHOD
@given(
    st.lists(
        st.tuples(st.sampled_from(["wrong-territory", "spam", "busy", "no-show"]), st.integers(0, 3)),
        max_size=15,
    )
)
@CASES
def test_credits_sum_to_what_was_given_back_and_adjusted_by_hand(
    method: Method, declined: list[tuple[str, int]]
) -> None:
    """A lead that is given back goes on to somebody else, who pays for it as for any other."""
    play = Play(rules(pool(method), credit_back_most=50), reps([2, 1, 1]))
    given: Counter[str] = Counter()
    for n, (reason, back) in enumerate(declined):
        holder = play.lead()
        turned = play.decisions[-1].credits[-1]
        spent = Spent(holder, turned.pool, turned.lane, turned.cost, play.at, turns=4, back=back)
        decision = play.act(f"lead{n}", Cause.DECLINED, Act(by=holder, reason=reason, spent=spent))
        returned = [change for change in decision.credits if isinstance(change, Returned)]
        assert bool(returned) == (reason != "busy" and back < 2)
        assert all((change.rep, change.lane) == (holder, turned.lane) for change in returned)
        for change in returned:
            given[change.lane] += change.cost
    for lane in ("main", "main~explore"):
        assert sum(play.pool(lane).credit) == given[lane]
        assert play.folded(lane) == play.pool(lane)
    assert play.broken == []


LIMITS = st.lists(
    st.builds(
        lambda n, most, window, pools, sources, score, hard: Limit(
            f"limit{n}", most, period=window if isinstance(window, Period) else None,
            within=None if isinstance(window, Period) else window, zone="Australia/Lord_Howe",
            pools=pools, sources=sources, score=score, hard=hard,
        ),
        st.integers(0, 10**6), st.integers(0, 4), st.sampled_from([*Period, MINUTE, 7 * HOUR, 3 * DAY]),
        st.sampled_from([(), ("p",), ("q",)]), st.sampled_from([(), ("web",)]), st.sampled_from([None, (50, 100)]),
        st.booleans(),
    ),
    max_size=3, unique_by=lambda limit: limit.id,
)  # fmt: skip


@st.composite
def pools(draw: st.DrawFn) -> Pool:
    return Pool(
        "p",
        method=draw(st.sampled_from(RANKED)),
        hours=draw(st.booleans()),
        zone=draw(st.sampled_from(["", "Pacific/Apia"])),
        on_skip=draw(st.sampled_from(OnSkip)),
        period=draw(st.sampled_from(Period)),
        load=draw(st.sampled_from(Measure)),
        field="employees",
        band=draw(st.integers(0, 3)),
        presence=draw(st.integers(0, 3)) == 0,
        one_at_a_time=draw(st.integers(0, 3)) == 0,
        cooldown=draw(st.sampled_from([None, 5 * MINUTE])),
        burst=draw(st.sampled_from([None, Burst(3, 30 * MINUTE)])),
    )


@given(pools(), LIMITS, st.data())
@settings(deadline=None, max_examples=120)
def test_whatever_a_pool_and_its_limits_are_the_record_alone_gives_the_same_bytes(
    asked: Pool, limits: list[Limit], data: st.DataObject
) -> None:
    """Nothing of loads, limits and presence is handed to the replay but what the record holds."""
    absences = {"leave": AbsencePolicy(make_up=True, max_debt=3 * LEAD, rate=50)}
    away = Absence("leave", MONDAY + HOUR, MONDAY + 5 * HOUR)
    team = reps(
        [3, 1, 2],
        capacity=data.draw(st.sampled_from([None, 2, 9])),
        capacities={Measure.COST: 9, Measure.FIELD: 4000},
        skills={"saas": data.draw(st.integers(0, 3))},
    )
    team[1] = msgspec.structs.replace(team[1], absences=(away,), limits={limit.id: 9 for limit in limits})
    seen = {name: Seen(state, MONDAY + 4 * HOUR) for name, state in zip("abc", Presence, strict=True)}
    play = Play(rules(asked, limits=limits, absences=absences), team, seen=seen)
    for minutes in data.draw(st.lists(st.integers(0, 200), min_size=1, max_size=14)):
        play.at += minutes * MINUTE
        play.lead(source=("web", "import")[minutes % 2], score=minutes % 101, employees=minutes)
        if minutes % 5 == 0 and play.won[-1]:
            play.close(f"lead{len(play.won) - 1}")
    assert play.broken == []
    assert all(play.folded(lane) == play.pool(lane) for lane in ("main", "main~explore"))
    assert sum(play.pool().credit) == 0
