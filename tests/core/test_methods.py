"""What each method promises beyond the ledger they share, and what the plain way of doing it would break."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from fractions import Fraction
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.assignment.credit import counts_in, returned, turn, winner
from firstright.core.assignment.methods import EXPLORE, fit, lane_of
from firstright.core.lead import Act, Cause, Chosen, Lead, Outcome
from firstright.core.policy import Needs
from firstright.core.pools import LEAD, Measure, Method, OnSkip, Performance, Period, Pool
from firstright.core.roster import BY_PERFORMANCE, Absence, Calendar, Document, Membership, Rep, Roster, Shift
from firstright.core.world import Load, PoolStanding, Presence, Seen
from playing import NAMES, Play, reps, rules
from routing import DAY, HOUR, MONDAY

CASES = settings(deadline=None, max_examples=25)


def play(method: Method, weights: Sequence[int], team: list[Rep] | None = None, **more: object) -> Play:
    seen = more.pop("seen", None)
    needs = more.pop("needs", Needs())
    pool = Pool("p", method=method, **more)  # type: ignore[arg-type]
    return Play(rules(pool, rule={"needs": needs}), team or reps(weights), seen=seen)  # type: ignore[arg-type]


# Credit: Tijdeman's rule beside the simpler one.


def dealt(weights: Sequence[int], leads: int, pick: str) -> Fraction:
    """How far the worst-off member ever is from their share, by Tijdeman's rule or by largest credit alone."""
    n, total = len(weights), sum(weights)
    standing = PoolStanding(0, tuple(NAMES[:n]), (0,) * n, (0,) * n)
    everybody, counts, worst = tuple(range(n)), [0] * n, Fraction(0)
    for lead in range(1, leads + 1):
        if pick == "tijdeman":
            won = winner(standing, weights, everybody)
        else:
            won = min(everybody, key=lambda i: (-standing.credit[i] - LEAD * weights[i] // total, i))
        standing = turn(standing, weights, everybody, won)
        counts[won] += 1
        worst = max(worst, *(abs(counts[i] - Fraction(lead * w, total)) for i, w in enumerate(weights)))
    return worst


def test_any_weights_stay_below_one_lead_where_largest_credit_alone_does_not() -> None:
    chance = Random(1980)
    some = (1, 2, 3, 10, 20, 40, 60)
    sets = [[chance.choice(some) for _ in range(chance.randint(4, 9))] for _ in range(15)]
    sets.append([1, 1, 60, 60, 3, 1])
    bounds = [1 - Fraction(1, 2 * len(weights) - 2) + Fraction(1, 1000) for weights in sets]
    ours = [dealt(weights, sum(weights), "tijdeman") for weights in sets]
    naive = [dealt(weights, sum(weights), "largest") for weights in sets]
    assert all(far <= bound for far, bound in zip(ours, bounds, strict=True))
    assert any(far > bound for far, bound in zip(naive, bounds, strict=True))
    assert max(naive) > 1


def test_who_reads_before_another_has_written_gives_two_leads_on_one_turn() -> None:
    """Two writers that each read the standing first, pick, and write it back: the rotation loses every other turn."""
    standing, won = PoolStanding(0, ("a", "b", "c"), (0,) * 3, (0,) * 3), []
    for _ in range(6):
        read = standing
        for _writer in range(2):
            picked = winner(read, (1, 1, 1), (0, 1, 2))
            won.append(NAMES[picked])
            standing = turn(read, (1, 1, 1), (0, 1, 2), picked)
    assert "".join(won) == "aabbccaabbcc"
    assert play(Method.CREDIT, [1, 1, 1]).leads(12) == "abcabcabcabc"


@pytest.mark.parametrize("seed", range(6))
def test_random_eligibility_of_ten_stays_within_one_and_a_half_through_the_whole_engine(seed: int) -> None:
    chance, worst = Random(seed), 0
    going = play(Method.CREDIT, [1] * 10)
    for _ in range(150):
        able = {name for name in NAMES[:10] if chance.random() < 0.5} or {chance.choice(NAMES[:10])}
        going.lead(able)
        worst = max(worst, *map(abs, going.pool().credit))
    assert worst <= 1.5 * LEAD


def test_a_lead_that_costs_half_is_half_a_turn() -> None:
    going = play(Method.CREDIT, [1, 1])
    going.lead()
    going.how = rules(Pool("p"), rule={"cost": LEAD // 2})
    assert going.leads(2) == "bb"
    assert going.credit() == {"a": 0, "b": 0}


# Sequence and least recent.


@pytest.mark.parametrize(("on_skip", "order"), [(OnSkip.KEEP, "abcbadc"), (OnSkip.LOSE, "abcdabc")])
def test_whoever_could_not_take_their_turn_keeps_or_loses_it(on_skip: OnSkip, order: str) -> None:
    going = play(Method.SEQUENCE, [1, 1, 1, 1], on_skip=on_skip)
    assert going.leads(3) == order[:3]
    if on_skip is OnSkip.KEEP:  # Dora is out for two leads, and has waited longest when she is back
        assert going.leads(2, able={"a", "b", "c"}) == "ab"
        assert going.leads(3) == "dca"
    else:
        assert going.leads(2, able={"a", "b", "c"}) == "ab"
        assert going.leads(3) == "cda"


@given(st.integers(2, 7), st.integers(1, 40), st.sampled_from(OnSkip))
@CASES
def test_a_sequence_of_a_constant_set_goes_round_in_pool_order(
    size: int, leads: int, on_skip: OnSkip
) -> None:
    got = play(Method.SEQUENCE, [1] * size, on_skip=on_skip).leads(leads)
    assert got == (NAMES[:size] * leads)[:leads]


@given(st.lists(st.sets(st.sampled_from("abcd"), min_size=1), max_size=30))
@CASES
def test_least_recent_gives_to_whom_nothing_was_given_for_longest(sets: list[set[str]]) -> None:
    going, last = play(Method.LEAST_RECENT, [1, 2, 3, 4]), dict.fromkeys("abcd", -1)
    for n, able in enumerate(sets):
        got = going.lead(able)
        assert last[got] == min(last[name] for name in able)
        last[got] = n


# Equal count.


@given(st.lists(st.integers(1, 5), min_size=2, max_size=5), st.data())
@CASES
def test_equal_count_gives_to_who_has_fewest_of_the_period_over_weight(
    weights: list[int], data: st.DataObject
) -> None:
    going, counts = play(Method.EQUAL_COUNT, weights), Counter[str]()
    of = dict(zip(NAMES, weights, strict=False))
    for able in data.draw(st.lists(st.sets(st.sampled_from(NAMES[: len(weights)]), min_size=1), max_size=25)):
        got = going.lead(able)
        assert Fraction(counts[got], of[got]) == min(Fraction(counts[name], of[name]) for name in able)
        counts[got] += 1


def test_who_joins_within_the_period_is_level_with_the_fewest_and_does_not_get_everything() -> None:
    """Counting alone would give c the next twenty: without a date of joining it does."""
    for joined, expected in ((MONDAY, {"a": 4, "b": 4, "c": 4}), (None, {"c": 12})):
        going = play(Method.EQUAL_COUNT, [1, 1])
        assert Counter(going.leads(40)) == {"a": 20, "b": 20}
        team = reps([1, 1, 1])
        place = msgspec.structs.replace(team[2].memberships[0], joined=joined)
        going.staffed([*team[:2], msgspec.structs.replace(team[2], memberships=(place,))])
        going.at = MONDAY + HOUR
        assert Counter(going.leads(12)) == expected


def test_who_comes_back_from_an_absence_is_level_with_the_fewest() -> None:
    team = reps([1, 1, 1])
    away = Absence("vacation", MONDAY - DAY, MONDAY + DAY)
    going = play(
        Method.EQUAL_COUNT, [1, 1, 1], [team[0], team[1], msgspec.structs.replace(team[2], absences=(away,))]
    )
    going.at = MONDAY
    assert Counter(going.leads(20)) == {"a": 10, "b": 10}
    going.at = MONDAY + DAY
    assert Counter(going.leads(12)) == {"a": 4, "b": 4, "c": 4}


def test_a_new_period_begins_at_midnight_of_the_pools_zone_and_not_of_utc() -> None:
    """On the first of March in Auckland it is still February in UTC."""
    going = play(Method.EQUAL_COUNT, [1, 1], zone="Pacific/Auckland", period=Period.MONTH)
    going.at = datetime(2026, 2, 28, 10, 59, 59, tzinfo=UTC)
    assert going.leads(6, able={"a"}) == "aaaaaa"
    assert going.leads(2) == "bb"
    before = going.pool().period
    going.at = datetime(2026, 2, 28, 11, tzinfo=UTC)
    assert Counter(going.leads(6)) == {"a": 4, "b": 2}  # the two that b had alone are carried over as one
    assert (before, going.pool().period) == (
        int(datetime(2026, 1, 31, 11, tzinfo=UTC).timestamp()), int(datetime(2026, 2, 28, 11, tzinfo=UTC).timestamp()),
    )  # fmt: skip


@given(st.lists(st.integers(-5 * LEAD, 5 * LEAD), min_size=3, max_size=3))
@CASES
def test_no_more_than_one_lead_is_carried_into_the_next_period(credit: list[int]) -> None:
    standing = PoolStanding(9, ("a", "b", "c"), tuple(credit), (1, 2, 3), period=1, counts=(7, 7, 7))
    assert counts_in(standing, 1) == (7, 7, 7)
    assert counts_in(standing, 2) == tuple(-max(-LEAD, min(LEAD, amount)) for amount in credit)


def test_a_lead_that_went_back_counts_for_nobody_in_its_period() -> None:
    """Three of Ben's were spam: he is given three more, and not only ahead of others where it is a tie."""
    going = play(Method.EQUAL_COUNT, [1, 1])
    assert Counter(going.leads(10)) == {"a": 5, "b": 5}
    standing = going.pool()
    for _ in range(3):
        standing = returned(standing, 1, LEAD)
    going.standing = msgspec.structs.replace(going.standing, changed_pools={("p", "main"): standing})
    assert Counter(going.leads(7)) == {"a": 2, "b": 5}


def test_leads_of_another_method_count_to_the_period_in_which_it_counts_again() -> None:
    going = play(Method.EQUAL_COUNT, [1, 1])
    assert going.leads(2) == "ab"
    counting, going.how = going.how, rules(Pool("p", method=Method.LEAST_RECENT))
    assert going.leads(3, able={"a"}) == "aaa"
    going.how = counting
    assert going.leads(4) == "bbba"


# Load.


@pytest.mark.parametrize("measure", Measure)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9).map(lambda n: n == 0)), min_size=25, max_size=30)
)
@settings(deadline=None, max_examples=10)
def test_nobody_is_ever_loaded_beyond_their_capacity_in_the_measure_of_the_pool(
    measure: Measure, leads: list[tuple[int, bool]]
) -> None:
    rooms = {"a": 3, "b": 6, "c": 9}
    team = [
        msgspec.structs.replace(
            rep, capacity=room if measure is Measure.LEADS else None, capacities={measure: room}
        )
        for rep, room in zip(reps([1, 1, 1]), rooms.values(), strict=True)
    ]
    going = play(Method.LOAD, [], team, load=measure, field="employees")
    open_leads: list[str] = []
    for size, closing in leads:
        if going.lead(employees=size):
            open_leads.append(f"lead{len(going.won) - 1}")
        if closing and open_leads:
            going.close(open_leads.pop(0))
        for name, room in rooms.items():
            load = going.standing.load(name)
            used = {
                "leads": load.leads,
                "cost": load.cost // LEAD,
                "tasks": load.tasks,
                "queue": load.queue,
                "field": load.size,
            }
            assert used[measure] <= room
    assert going.broken == []


def test_the_least_loaded_is_measured_against_what_they_can_carry() -> None:
    """Five of ten is less than three of four."""
    team = reps([1, 1])
    team = [msgspec.structs.replace(rep, capacity=room) for rep, room in zip(team, (10, 4), strict=True)]
    going = play(Method.LOAD, [], team)
    going.standing = msgspec.structs.replace(going.standing, loads={"a": Load(5), "b": Load(3)})
    assert going.leads(4) == "aaaa"
    assert [going.lead(), going.lead(), going.lead()] == ["b", "a", ""]


def test_what_somebody_has_by_hand_is_as_large_to_them_as_what_came_through_the_pool() -> None:
    going = play(Method.LOAD, [1, 1], load=Measure.FIELD, field="employees")
    assert going.lead(employees=900) == "a"
    going.act("lead0", Cause.OVERRIDDEN, Act(by="x", chosen=Chosen(Outcome.OWNER, "b")))
    assert (going.standing.load("a"), going.standing.load("b").size) == (Load(), 900)
    assert [going.lead(employees=500) for _ in range(3)] == ["a", "a", "b"]


def test_equal_loads_go_by_credit_and_never_to_the_first_of_the_list() -> None:
    going = play(Method.LOAD, [1, 1, 1])
    got = []
    for n in range(9):
        got.append(going.lead())
        going.close(f"lead{n}")
    assert "".join(got) == "abcabcabc"


# Best fit.


@given(st.lists(st.integers(0, 5), min_size=2, max_size=6), st.integers(0, 4), st.integers(0, 3))
@CASES
def test_best_fit_shares_evenly_among_those_within_the_band_of_the_best(
    skills: list[int], band: int, worth: int
) -> None:
    team = [
        msgspec.structs.replace(rep, skills={"saas": skill})
        for rep, skill in zip(reps([1] * len(skills)), skills, strict=True)
    ]
    going = play(Method.BEST_FIT, [], team, band=band, needs=Needs(preferred=(("saas", worth),)))
    within = [
        name for name, skill in zip(NAMES, skills, strict=False) if (max(skills) - skill) * worth <= band
    ]
    got = Counter(going.leads(3 * len(skills)))
    assert set(got) <= set(within)
    if len(within) == len(skills):
        assert set(got.values()) == {3}
    assert fit({"saas": 3, "de": 1}, Needs(preferred=(("saas", 2), ("fr", 9)))) == 6


# Soonest available.


def shift(name: str, opens: int, closes: int) -> Calendar:
    return Calendar(name, "UTC", tuple(Shift(day, opens * 60, closes * 60) for day in range(7)), (), ())


def test_soonest_available_takes_who_is_there_then_who_opens_first_then_who_is_at_their_desk() -> None:
    calendars = (shift("day", 9, 17), shift("late", 12, 20), shift("night", 20, 24))
    team = [
        msgspec.structs.replace(rep, calendar=name)
        for rep, name in zip(reps([1, 1, 1]), ("day", "late", "night"), strict=True)
    ]
    twin = Rep("d", calendar="late", memberships=(Membership("p"),))
    seen = {"b": Seen(Presence.AWAY, MONDAY + DAY), "d": Seen(Presence.ONLINE, MONDAY + DAY)}

    def at(hour: int, within: int = 24) -> str:
        going = play(Method.SOONEST, [], [*team, twin], within=within * HOUR, seen=seen)
        people = Roster(Document("r", (*team, twin), calendars))
        going._rosters[()] = people
        going.at = MONDAY.replace(hour=hour)
        return going.lead()

    assert [at(10), at(18), at(21), at(1)] == ["a", "d", "c", "a"]
    assert [at(1, within=7), at(1, within=8)] == ["", "a"]


def test_who_opens_when_they_are_a_member_no_more_is_not_waited_for() -> None:
    """Ada would open first, at nine. The pool was hers until eight."""
    calendars = (shift("day", 9, 17), shift("late", 12, 20))
    ada, ben = [
        msgspec.structs.replace(rep, calendar=name)
        for rep, name in zip(reps([1, 1]), ("day", "late"), strict=True)
    ]
    place = msgspec.structs.replace(ada.memberships[0], left=MONDAY.replace(hour=8))
    team = [msgspec.structs.replace(ada, memberships=(place,)), ben]
    going = play(Method.SOONEST, [], team, within=24 * HOUR)
    going._rosters[()] = Roster(Document("r", tuple(team), calendars))
    going.at = MONDAY.replace(hour=1)
    assert going.lead() == "b"


# Performance.


def converting(**explore: int) -> Play:
    going = play(Method.PERFORMANCE, [1, 1], performance=Performance(**explore))
    people = Roster(Document("r", tuple(reps([1, 1])), performance={"p": {"a": 150, "b": 50}}))
    going._rosters[()] = people
    return going


def test_leads_follow_the_weights_of_conversion_and_a_few_explore_by_plain_weight() -> None:
    going = converting(explore=20)
    going.leads(800)
    lanes = Counter(turned.lane for decision in going.decisions for turned in decision.credits)
    won = Counter((turned.lane, turned.winner) for decision in going.decisions for turned in decision.credits)  # type: ignore[union-attr]
    assert 120 <= lanes["main" + EXPLORE] <= 200
    assert abs(won["main", "a"] - lanes["main"] * 3 / 4) < 1
    assert abs(won["main" + EXPLORE, "a"] - lanes["main" + EXPLORE] / 2) < 1
    assert (going.broken, going.folded(), going.folded("main~explore")) == (
        [],
        going.pool(),
        going.pool("main~explore"),
    )


@given(st.text("0123456789abcdef", min_size=8, max_size=36), st.integers(0, 99))
@CASES
def test_whether_a_lead_explores_follows_from_its_id_alone(name: str, share: int) -> None:
    def lane(more: int = 0, at: datetime = MONDAY) -> tuple[str, str]:
        pool = Pool("p", method=Method.PERFORMANCE, performance=Performance(explore=share + more))
        return lane_of(pool, Lead({"employees": at.day}, "web", at, id=name))

    assert lane() == lane(at=MONDAY + DAY) and lane() in {("main", BY_PERFORMANCE), ("main" + EXPLORE, "")}
    assert lane(1) == lane() or lane(1) == ("main" + EXPLORE, "")  # a larger share only adds to it
    assert (lane(-share), lane(100 - share)) == (("main", BY_PERFORMANCE), ("main" + EXPLORE, ""))


def test_a_member_whose_conversion_is_not_known_yet_goes_by_their_plain_weight() -> None:
    people = Roster(Document("r", tuple(reps([100, 100])), performance={"p": {"a": 150}}))
    assert people.weighed("p", MONDAY, BY_PERFORMANCE).weights == (15_000, 10_000)
    assert people.weighed("p", MONDAY).weights == (100, 100)


# What a member has in hand beside load.


def test_one_at_a_time_and_presence_keep_who_is_busy_or_not_there_out() -> None:
    seen = {
        "a": Seen(Presence.ONLINE, MONDAY + HOUR),
        "b": Seen(Presence.ONLINE, MONDAY + HOUR),
        "c": Seen(Presence.AWAY, MONDAY + DAY),
    }
    going = play(Method.CREDIT, [1, 1, 1], one_at_a_time=True, presence=True, seen=seen)
    assert [going.lead(), going.lead(), going.lead()] == ["a", "b", ""]
    going.close("lead0")
    assert going.lead() == "a"
    going.close("lead1")
    going.at += HOUR  # what was said an hour ago holds no more
    assert going.lead() == ""
    assert going.broken == []
