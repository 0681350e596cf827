"""Edges that bend: 500 employees or 501 moves nobody's lead, a thousand does, and only the number may be to blame."""

from collections.abc import Mapping

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.compiled import Compiled
from firstright.core.decide import decide
from firstright.core.decision import Decision
from firstright.core.hysteresis import edges_of, other_sides
from firstright.core.lead import Cause, Fact, Lead
from firstright.core.record import read_record, record_bytes
from firstright.core.replay import Difference, replay
from firstright.core.why.sentences import NOT_MOVED, sentences
from firstright.core.world import World
from routing import (
    ADA,
    CATCH_ALL,
    HEAD,
    HOUR,
    MONDAY,
    ZOE,
    explained,
    kept_by,
    lead,
    owned,
    policy,
    rep,
    roster,
    world,
)

CASES = settings(deadline=None, max_examples=150)
BENDING = HEAD + "\n[hysteresis]\nemployees = 10\n"


def segment(ident: str, tier: str, when: str, to: str) -> str:
    return f'\n[[rule]]\nid = "{ident}"\ntier = "{tier}"\nwhen = {{ {when} }}\nsend_to = {{ {to} }}\n'


BIG = segment("big", "first", "employees = { min = 501 }", 'rep = "zoe"')
SMALL = segment("small", "second", "employees = { max = 500 }", 'rep = "kim"')
PLAIN = policy(BIG, SMALL, CATCH_ALL)
RULES = policy(BIG, SMALL, CATCH_ALL, head=BENDING)
LATER = MONDAY + HOUR


def kims(employees: int, rule: str = "small", **facts: Fact) -> Lead:
    """Kim's lead of this morning, no more locked, as better knowledge describes it now."""
    return msgspec.structs.replace(lead(employees=employees, **facts), **owned("kim", rule=rule))


def learnt(rules: Compiled, subject: Lead, cause: Cause = Cause.ENRICHED) -> Decision:
    return decide(subject, cause, rules, world(as_of=LATER))


@pytest.mark.parametrize("cause", [Cause.ENRICHED, Cause.SCORED, Cause.CRM_CHANGED, Cause.RERUN])
def test_one_employee_more_moves_no_lead(cause: Cause) -> None:
    decision = learnt(RULES, kims(501), cause)
    assert (decision.kept, decision.reason, kept_by(decision)) == (True, "hysteresis", "kim")


def test_without_hysteresis_it_would() -> None:
    assert kept_by(learnt(PLAIN, kims(501))) == "zoe"


@pytest.mark.parametrize(("employees", "owner"), [(500, "kim"), (550, "kim"), (551, "zoe"), (5000, "zoe")])
def test_a_number_beyond_ten_per_cent_moves_it(employees: int, owner: str) -> None:
    assert kept_by(learnt(RULES, kims(employees))) == owner


@given(st.integers(0, 2000))
@CASES
def test_it_stays_exactly_while_the_number_is_within_so_many_per_cent_of_the_edge(employees: int) -> None:
    assert (kept_by(learnt(RULES, kims(employees))) == "kim") == (employees * 100 <= 500 * 110)


def test_a_lead_that_moves_for_another_reason_moves_although_its_number_is_near_an_edge() -> None:
    partner = segment("partner", "first", 'industry = "reseller"', 'rep = "noor"')
    rules = policy(partner, SMALL, CATCH_ALL, head=BENDING)
    assert kept_by(learnt(rules, kims(501, industry="reseller"))) == "noor"


def test_a_lead_that_nobody_has_yet_goes_by_the_number_as_it_is() -> None:
    assert kept_by(decide(lead(employees=501), Cause.ARRIVED, RULES, world())) == "zoe"


def test_a_number_that_was_not_known_at_all_chooses_the_first_segment_freely() -> None:
    """It was with whoever takes what nothing is known of: neither segment would keep it there."""
    unknown = msgspec.structs.replace(kims(501), **owned("noor", rule="rest"))
    assert kept_by(learnt(RULES, unknown)) == "zoe"


def test_two_numbers_that_both_crossed_a_little_do_not_move_it_together() -> None:
    both = segment("both", "first", "employees = { min = 501 }, score = { min = 80 }", 'rep = "zoe"')
    rules = policy(both, SMALL, CATCH_ALL, head=BENDING + "score = 5\n")
    assert learnt(rules, kims(501, score=82)).reason == "hysteresis"
    assert kept_by(learnt(rules, kims(900, score=82))) == "kim"
    assert kept_by(learnt(rules, kims(900, score=95))) == "zoe"


def test_the_explanation_says_so() -> None:
    assert sentences(explained(RULES, kims(501), world(as_of=LATER), Cause.ENRICHED))[0] == (
        "Nothing changed: Kim Larsen keeps this lead because a number has crossed an edge by less than the policy "
        "moves a lead for."
    )


def test_edges_are_cut_where_the_rules_cut() -> None:
    ranges = segment(
        "range",
        "first",
        "any = [{ employees = { above = 10, below = 20 } }, { employees = 7 }]",
        'rep = "kim"',
    )
    none = segment("other", "second", "score = { min = 80 }", 'rep = "kim"')
    rules = policy(ranges, none, CATCH_ALL, head=BENDING)
    assert edges_of(rules.policy) == {"employees": (6, 7, 10, 19)}


EDGES = st.lists(st.integers(-50, 2000), max_size=4, unique=True).map(lambda e: tuple(sorted(e)))


@given(st.integers(-50, 2000), EDGES, st.integers(1, 100))
@CASES
def test_every_other_side_is_over_an_edge_and_near_it(
    have: int, edges: tuple[int, ...], per_cent: int
) -> None:
    facts: Mapping[str, Fact] = {"employees": have, "city": "Berlin"}
    found = [each["employees"] for each in other_sides(facts, {"employees": edges}, {"employees": per_cent})]
    for value in found:
        assert isinstance(value, int)
        below = value if value < have else value - 1
        assert below in edges
        assert abs(have - value) * 100 <= per_cent * abs(value)
        assert (value <= below) != (have <= below)
    near = [b for b in edges if (have > b and (have - b) * 100 <= per_cent * abs(b))]
    near += [b for b in edges if (have <= b and (b + 1 - have) * 100 <= per_cent * abs(b + 1))]
    assert len(found) == len(near)


ONE_EACH = roster(ADA, ZOE, *[rep(name, "capacity = 1") for name in ("Kim Larsen", "Noor Haddad")])
NO_WAIT = 'when_full = { wait = "none" }\n'
POOLED = (segment("small", "second", "employees = { max = 500 }", 'pool = "sdr"') + NO_WAIT, CATCH_ALL)


def again(rules: Compiled, subject: Lead, where: World, decision: Decision) -> tuple[Difference, ...]:
    """What a replay finds, which has nothing but the record: no load is handed to it."""
    cause, hashes = Cause.ENRICHED, {"policy": "p", "roster": "r"}
    made = record_bytes(
        subject, cause, decision, turn=1, as_of=where.as_of, candidates=(), **hashes
    )  # fmt: skip
    return replay(read_record(made), rules, where.roster, {})


@pytest.mark.parametrize(("loads", "lands"), [(1, "ada"), (0, "zoe")])
def test_who_was_asked_only_for_the_other_side_of_an_edge_is_recorded(loads: int, lands: str) -> None:
    """Ada has it as the last rule sent it. Had Anna 500 employees, it would stay while all of the pool are full."""
    rules = policy(BIG, *POOLED, head=BENDING)
    subject = msgspec.structs.replace(lead(employees=501), **owned("ada", rule="rest"))
    where = world(ONE_EACH, LATER, loads={"kim": loads, "noor": loads})
    decision = decide(subject, Cause.ENRICHED, rules, where)
    assert (kept_by(decision), again(rules, subject, where, decision)) == (lands, ())
    assert [asked.pool for asked in decision.trace.asked] == ["@zoe", "?sdr"]
    lines = sentences(explained(rules, subject, where, Cause.ENRICHED))
    assert not [line for line in lines if "?" in line or "sdr:" in line]
    assert (NOT_MOVED in lines) == decision.kept


def test_knowledge_that_brings_nothing_because_the_better_pool_is_full_replays() -> None:
    rules = policy(segment("big", "first", "employees = { min = 501 }", 'pool = "sdr"') + NO_WAIT, CATCH_ALL)
    subject = msgspec.structs.replace(lead(employees=900), **owned("ada", rule="rest"))
    where = world(ONE_EACH, LATER, loads={"kim": 1, "noor": 1})
    decision = decide(subject, Cause.ENRICHED, rules, where)
    assert (decision.reason, again(rules, subject, where, decision)) == ("no-better", ())


def test_knowledge_that_would_give_it_back_to_who_had_it_replays() -> None:
    rules = policy(segment("big", "first", "employees = { min = 501 }", 'pool = "sdr"') + NO_WAIT, CATCH_ALL)
    subject = msgspec.structs.replace(lead(employees=900), **owned("ada", rule="rest", tried=("noor", "ada")))
    where = world(ONE_EACH, LATER, loads={"kim": 1})
    decision = decide(subject, Cause.ENRICHED, rules, where)
    assert (decision.reason, again(rules, subject, where, decision)) == ("to-and-fro", ())
