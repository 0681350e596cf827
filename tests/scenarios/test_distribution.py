"""How leads are shared out: what other routers' own tests say, with our numbers. In the order of our list of scenarios, A."""

from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime
from fractions import Fraction

import msgspec
import pytest

from chaos.scene import broken, replayed
from desk.office import PEOPLE, Office, office, owner
from firstright.core.assignment.credit import align, winner
from firstright.core.lead import Outcome
from firstright.core.limits import window
from firstright.core.pools import LEAD, Method, OnSkip, Period, Pool
from firstright.core.replay import Verdict
from firstright.core.roster import Absence
from firstright.core.world import PoolStanding
from firstright.desk.receive import Receive
from playing import NAMES, Play, reps, rules
from routing import DAY, MINUTE, MONDAY, policy, roster, routed, world

LOAD, LEAST_RECENT, EQUAL = Method.LOAD, Method.LEAST_RECENT, Method.EQUAL_COUNT
MARCH = datetime(2026, 3, 14, 9, tzinfo=UTC)


def play(method: Method = Method.CREDIT, *weights: int, **more: object) -> Play:
    return Play(rules(Pool("p", method=method, **more)), reps(weights or (1, 1, 1)))  # type: ignore[arg-type]


def sound(here: Office) -> bool:
    return broken(here.desk.database) == [] and set(replayed(here.desk.database)[0]) == {Verdict.EQUAL}


def test_1_the_turn_survives_that_all_work_is_closed() -> None:
    going = play()
    first = going.leads(2)
    for n in range(2):
        going.close(f"lead{n}")
    assert first + going.leads(2) == "abca"


def test_2_what_is_stored_counts_and_not_what_a_node_remembers(database_url: str) -> None:
    """The first desk remembers Kim as the last one served, until it has the turn again. SQLite has one desk at a time."""
    with ExitStack() as desks:
        one = desks.enter_context(office(database_url, node="one"))
        got = [owner(one.send("ann"))]
        if database_url.startswith("sqlite"):
            desks.close()
        two = desks.enter_context(office(database_url, node="two", published=False))
        got += [owner(two.send("ben")), owner(two.send("cat"))]
        if database_url.startswith("sqlite"):
            desks.close()
            one = desks.enter_context(office(database_url, node="three", published=False))
        got.append(owner(one.send("dan")))
        assert got == ["kim", "noor", "omar", "kim"]
        assert sound(one)


def test_3_thirty_leads_that_stay_open_are_ten_each_and_five_closed_ones_are_made_up_by_who_closed_them() -> (
    None
):
    going = play(LOAD)
    going.leads(30)
    assert going.counts() == {"a": 10, "b": 10, "c": 10}
    for n in [n for n, who in enumerate(going.won) if who == "a"][:5]:
        going.close(f"lead{n}")
    assert going.leads(5) == "aaaaa"
    assert [going.standing.load(name).leads for name in "abc"] == [10, 10, 10]


def test_4_weights_of_one_and_two_keep_every_beginning_within_one_lead_not_only_the_whole() -> None:
    """A peer deals 5:1:1 as A five times, then B, then C: after five leads A would be 1.4 over."""
    assert play(Method.CREDIT, 5, 1, 1).leads(7) == "aabacaa"
    for weights in ([1, 2], [5, 1, 1], [3, 3, 1, 1]):
        got = play(Method.CREDIT, *weights).leads(60)
        for n in range(1, 61):
            for name, weight in zip(NAMES, weights, strict=False):
                assert abs(got[:n].count(name) - Fraction(n * weight, sum(weights))) <= 1
    block = "aaaaabc"
    assert max(abs(block[:n].count("a") - Fraction(5 * n, 7)) for n in range(1, 8)) > 1


@pytest.mark.parametrize("method", [Method.CREDIT, Method.SEQUENCE, LEAST_RECENT])
def test_5_who_was_skipped_keeps_the_turn(method: Method) -> None:
    going = play(method, 1, 1, 1, 1, 1, on_skip=OnSkip.KEEP)
    assert going.leads(2, able={"b", "c"}) == "bc"
    assert going.leads(3) == "ade"


def test_6_who_is_unknown_is_dropped_who_is_new_starts_at_nothing_and_nobody_else_loses_their_credit() -> (
    None
):
    """A peer builds its rotation anew, and everybody begins again: here b was owed a lead and gets it."""
    was = PoolStanding(9, ("z", "b", "a"), (0, LEAD // 2, -LEAD // 2), (9, 7, 8))
    assert align(was, ("a", "b", "c")) == PoolStanding(
        9, ("a", "b", "c"), (-LEAD // 2, LEAD // 2, 0), (8, 7, 0)
    )
    assert winner(align(was, ("a", "b", "c")), (1, 1, 1), (0, 1, 2)) == 1


def test_7_without_anybody_able_the_lead_is_not_lost_and_nothing_is_broken() -> None:
    going = play()
    assert going.lead(able=set()) == ""
    decision = going.decisions[0]
    assert (decision.outcome, decision.reason, decision.credits) == (Outcome.REVIEW, "no-dead-end", ())
    assert [(c.id, c.then) for c in decision.trace.considered] == [("all", "next"), ("", "review")]
    assert decision.next_at is not None


def test_8_at_equal_credit_who_was_served_longest_ago_is_next() -> None:
    level = PoolStanding(7, ("a", "b"), (0, 0), (7, 5))
    assert winner(level, (1, 1), (0, 1)) == 1


TIERED = "".join(
    f"""
[[rule]]
id = "{tier}"
tier = "{tier}"
when = {{}}
send_to = {{ pool = "{tier}" }}
when_full = {{ wait = "none" }}
"""
    for tier in ("first", "second", "last")
)


def test_9_a_higher_tier_goes_first_however_lately_it_was_served_and_within_it_turns_go_round() -> None:
    pools = "".join(f"[pools.{tier}]\n" for tier in ("first", "second", "last"))
    head = f'[policy]\nname = "Tiers"\ntiers = ["first", "second", "last"]\n{pools}'
    people = roster(
        *[f'\n[[rep]]\nid = "{name}"\npools = {{ {tier} = 1 }}\n{more}\n' for name, tier, more in (
            ("hana", "first", "capacity = 1"), ("mia", "second", ""), ("max", "second", ""), ("lee", "last", ""),
        )]
    )  # fmt: skip
    how = policy(TIERED, head=head)
    assert routed(how, where=world(people)).holder.id == "hana"
    assert routed(how, where=world(people, loads={"hana": 1})).holder.id == "mia"


def test_10_at_equal_weights_and_counts_the_less_recently_served_is_next() -> None:
    going = play(Method.CREDIT, 100, 100)
    assert going.leads(4) == "abab"
    assert going.lead() == "a"


def test_12_exactly_on_target_the_heavier_weight_is_next_and_only_then() -> None:
    going = play(Method.CREDIT, 150, 100)
    assert Counter(going.leads(5)) == {"a": 3, "b": 2}
    assert set(going.credit().values()) == {0}
    assert going.lead() == "a"
    owed = PoolStanding(1, ("a", "b"), (-LEAD // 2, LEAD // 2), (1, 0))
    assert winner(owed, (150, 100), (0, 1)) == 1


def test_14_an_absence_is_no_debt() -> None:
    """A peer counts what the other had meanwhile as if the absent one had had it; nothing has to be counted here."""
    going = play(Method.CREDIT, 1, 1)
    leave = Absence("leave", MONDAY, MONDAY + 5 * DAY)
    going.staffed(
        [msgspec.structs.replace(rep, absences=(leave,) if rep.id == "a" else ()) for rep in going.team]
    )
    assert going.leads(2) == "bb"
    going.at = MONDAY + 5 * DAY
    assert going.lead() == "a"
    assert going.lead() == "b"


def test_16_one_alone_is_picked_and_recorded_and_nothing_is_divided_by_nothing() -> None:
    going = play(Method.CREDIT, 1)
    assert going.leads(3) == "aaa"
    assert (going.pool().credit, len(going.decisions), going.broken) == ((0,), 3, [])


def test_17_who_joins_is_not_behind_by_what_was_dealt_before() -> None:
    going = play(Method.CREDIT, 1)
    going.leads(20)
    going.staffed(reps([1, 1]))
    assert Counter(going.leads(10)) == {"a": 5, "b": 5}


def test_19_credit_is_kept_for_each_pool() -> None:
    """Ada has had far more leads elsewhere: in this pool her weight alone counts."""
    going = play(Method.CREDIT, 150, 50)
    elsewhere = PoolStanding(50, ("a", "b"), (-9 * LEAD, 9 * LEAD), (50, 3))
    going.standing = msgspec.structs.replace(going.standing, changed_pools={("q", "main"): elsewhere})
    assert Counter(going.leads(8)) == {"a": 6, "b": 2}
    assert going.standing.pool("q", "main") == elsewhere


def test_20_days_and_months_are_those_of_the_teams_zone_and_not_of_utc() -> None:
    """A peer's day of 2024-03-15T14:30Z ends at midnight UTC; for a team in Sydney the sixteenth has begun already."""
    at = datetime(2024, 3, 15, 14, 30, tzinfo=UTC)
    assert window(Period.DAY, "Australia/Sydney", at) == (
        datetime(2024, 3, 15, 13, tzinfo=UTC), datetime(2024, 3, 16, 13, tzinfo=UTC),
    )  # fmt: skip
    assert window(Period.MONTH, "Australia/Sydney", at) == (
        datetime(2024, 2, 29, 13, tzinfo=UTC), datetime(2024, 3, 31, 13, tzinfo=UTC),
    )  # fmt: skip


def test_22_fifty_leads_go_round_three_people() -> None:
    got = play().leads(50)
    assert got == ("abc" * 17)[:50]
    assert Counter(got) == {"a": 17, "b": 17, "c": 16}


def test_23_four_leads_in_one_turn_are_two_each_and_the_turn_stands_after_the_last(database_url: str) -> None:
    people = PEOPLE.replace('id = "omar"', 'id = "omar"\nactive = false')
    with office(database_url, published=False) as here:
        here.publish(people=people)
        with here.held():
            waiting = [
                here.desk.writer.submit(Receive(here.arrival(name))) for name in ("ann", "ben", "cat", "dan")
            ]
        assert {reply.result().status for reply in waiting} == {201}
        assert here.rows("SELECT rep, count(*) FROM ledger GROUP BY rep ORDER BY rep") == [
            ("kim", 2),
            ("noor", 2),
        ]
        assert len(here.rows("SELECT DISTINCT turn FROM decision")) == 1
        assert here.rows("SELECT rep FROM ledger ORDER BY seq DESC LIMIT 1") == [("noor",)]
        assert sound(here)


def test_24_the_open_leads_of_who_has_left_go_on_under_a_cause_and_nobody_elses_do(database_url: str) -> None:
    with office(database_url) as here:
        told = {name: here.send(name) for name in ("ann", "ben", "cat", "dan")}
        assert [owner(each) for each in told.values()] == ["kim", "noor", "omar", "kim"]
        here.at = MONDAY + MINUTE
        people = PEOPLE.replace('id = "kim"', 'id = "kim"\nleft = 2026-03-02T09:01:00Z')
        here.publish(people=people)
        here.decide(MONDAY + 2 * MINUTE)
        here.decide(MONDAY + 3 * MINUTE)
        moved = here.rows("SELECT holder_id FROM assignment WHERE cause = 'offboarded' ORDER BY holder_id")
        assert moved == [("noor",), ("omar",)]
        assert here.rows("SELECT count(*) FROM decision WHERE cause = 'offboarded'") == [(2,)]
        assert here.rows("SELECT DISTINCT holder_id FROM lead ORDER BY holder_id") == [("noor",), ("omar",)]
        assert sound(here)
