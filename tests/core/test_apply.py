"""How a decision changes the world: credit, loads, what is known next; and that a batch is the same as singles."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.apply import after, apply, moved
from firstright.core.compiled import Compiled
from firstright.core.decide import decide
from firstright.core.decision import Code, Decision, Spread, Turned
from firstright.core.lead import NOBODY, Cause, Holder, HolderKind, Lead, Outcome
from firstright.core.pools import LEAD
from firstright.core.roster import Roster
from firstright.core.world import Load, PoolStanding, Standing, World
from routing import (
    ADA,
    CATCH_ALL,
    HOUR,
    KIM,
    MINUTE,
    MONDAY,
    NOOR,
    OMAR,
    TO_SDR,
    kept_by,
    lead,
    policy,
    rep,
    roster,
    routed,
    world,
)

RULES = policy(TO_SDR, CATCH_ALL)
THIRD = LEAD // 3


def stranger(n: int) -> Lead:
    return lead(
        id=f"lead{n:04}", email=f"p{n}@firm{n}.example", domain=f"firm{n}.example", company=f"Firm {n}"
    )


def batch(rules: Compiled, leads: list[Lead], where: World) -> tuple[list[Decision], World]:
    decisions = []
    for subject in leads:
        decisions.append(decide(subject, Cause.ARRIVED, rules, where))
        where = apply(where, subject, decisions[-1])
    return decisions, where


def test_a_turn_moves_credit_and_load() -> None:
    decision = routed(RULES)
    assert decision.credits == (Turned("sdr", "main", 1, "kim", LEAD, "7"),)
    now = apply(world(), lead(), decision).standing
    assert now.pool("sdr", "main") == PoolStanding(
        1, ("kim", "noor", "omar"), (THIRD - 3 * THIRD, THIRD, THIRD), (1, 0, 0)
    )
    assert (now.load("kim"), now.load("noor")) == (Load(1, LEAD, queue=1, tasks=1), Load())


def test_the_world_before_stays_as_it_was() -> None:
    before = world()
    apply(before, lead(), routed(RULES, where=before))
    assert before.standing == Standing()
    assert before.known == {}


def test_what_is_known_of_a_company_grows_with_each_of_its_people() -> None:
    people = [
        msgspec.structs.replace(stranger(n), facts={**stranger(n).facts, "domain": "firm0.example"})
        for n in range(3)
    ]
    _, now = batch(RULES, people, world())
    assert sorted(c.id for c in now.known["domain", "firm0.example"]) == ["lead0000", "lead0001", "lead0002"]


def test_a_lead_that_changes_hands_changes_both_loads() -> None:
    held = after(lead(), routed(RULES))
    here = world(loads={"kim": 5, "noor": 5})
    declined = routed(RULES, held, here, Cause.DECLINED)
    now = apply(here, held, declined).standing
    assert (kept_by(declined), now.load("kim").leads, now.load("noor").leads) == ("noor", 4, 6)


def test_capacity_is_counted_within_the_batch() -> None:
    """Three places are left, four leads come: the fourth waits, whoever it is."""
    people = roster(ADA, rep("Kim Larsen", "capacity = 2"), rep("Noor Haddad", "capacity = 1"))
    decisions, now = batch(RULES, [stranger(n) for n in range(4)], world(people))
    assert [kept_by(d) for d in decisions] == ["kim", "noor", "kim", "waiting"]
    assert (now.standing.load("kim").leads, now.standing.load("noor").leads) == (2, 1)


def test_a_person_who_writes_twice_in_one_batch_is_one_lead() -> None:
    first, again = lead(id="one"), lead(id="two")
    decisions, _ = batch(RULES, [first, again], world())
    assert [(kept_by(d), d.reason, d.lead) for d in decisions] == [
        ("kim", "rule:to-sdr", ""),
        ("kim", "repeat-enquiry", "one"),
    ]
    assert decisions[1].credits == ()


def test_a_colleague_in_the_same_batch_goes_to_the_same_owner() -> None:
    anna, bob = lead(id="one"), lead(id="two", email="bob@acme.example")
    decisions, _ = batch(RULES, [anna, bob], world())
    assert [(kept_by(d), d.reason) for d in decisions] == [
        ("kim", "rule:to-sdr"),
        ("kim", "step:same-company"),
    ]


def test_two_strangers_with_one_company_name_are_two_turns() -> None:
    one = lead(id="one", email="a@gmail.com", domain="")
    two = lead(id="two", email="b@gmail.com", domain="")
    decisions, _ = batch(RULES, [one, two], world())
    assert [kept_by(d) for d in decisions] == ["kim", "noor"]


@given(st.integers(1, 25), st.integers(0, 25))
@settings(deadline=None, max_examples=25)
def test_a_batch_is_the_same_as_singles(size: int, cut: int) -> None:
    """Decided in one go, or stopped after `cut` leads and continued from the standing as stored."""
    leads = [stranger(n) for n in range(size)]
    whole, end = batch(RULES, leads, world())
    first, between = batch(RULES, leads[:cut], world())
    stored = Standing(dict(between.standing.changed_pools), dict(between.standing.changed_loads))
    second, resumed = batch(RULES, leads[cut:], msgspec.structs.replace(between, standing=stored))
    assert [*first, *second] == whole
    assert resumed.standing.pool("sdr", "main") == end.standing.pool("sdr", "main")
    counts = [sum(kept_by(d) == who for d in whole) for who in ("kim", "noor", "omar")]
    assert max(counts) - min(counts) <= 1


def test_lanes_have_ledgers_of_their_own() -> None:
    imported = msgspec.structs.replace(stranger(1), lane="import")
    decisions, now = batch(RULES, [imported, stranger(2), stranger(3)], world())
    assert [kept_by(d) for d in decisions] == ["kim", "kim", "noor"]
    assert (now.standing.pool("sdr", "import").seq, now.standing.pool("sdr", "main").seq) == (1, 2)


def dealt(people: Roster, credit: dict[str, int]) -> tuple[Decision, PoolStanding]:
    here = world(people, credit=credit)
    decision = routed(RULES, where=here)
    return decision, apply(here, lead(), decision).standing.pool("sdr", "main")


def test_a_leavers_credit_is_spread_before_the_next_turn() -> None:
    people = roster(ADA, KIM, NOOR, rep("Omar Diaz", "left = 2026-03-01"))
    decision, now = dealt(people, {"kim": -LEAD, "noor": 0, "omar": LEAD})
    assert [type(c) for c in decision.credits] == [Spread, Turned]
    assert decision.credits[0] == Spread("sdr", "main", 4, "omar", "3")
    assert (kept_by(decision), now.credit) == ("noor", (0, 0, 0))
    assert decision.trace.asked[0].bits() == {Code.LEFT: 4}


def test_somebody_taken_out_of_the_pool_altogether_is_spread_too() -> None:
    decision, now = dealt(roster(ADA, KIM, NOOR), {"kim": -LEAD, "noor": 0, "omar": LEAD})
    assert isinstance(decision.credits[0], Spread)
    assert (now.members, sum(now.credit)) == (("kim", "noor"), 0)


def test_whoever_has_not_joined_yet_gets_nothing_of_a_leavers_credit() -> None:
    late = rep("Omar Diaz", pools='{ sdr = { weight = 1, joined = "2026-04-01" } }')
    _, now = dealt(roster(ADA, KIM, NOOR, late), {"kim": 0, "noor": -LEAD, "gone": LEAD})
    assert dict(zip(now.members, now.credit, strict=True))["omar"] == 0


def test_a_joiner_starts_at_zero() -> None:
    _, now = dealt(roster(ADA, KIM, NOOR, OMAR), {"kim": 3 * LEAD, "noor": -3 * LEAD})
    assert dict(zip(now.members, now.credit, strict=True))["omar"] == THIRD


def test_the_ledger_folds_to_the_standing() -> None:
    """What `apply` keeps in memory is what replay computes from the stored rows."""
    people = roster(ADA, KIM, NOOR, OMAR)
    decisions, end = batch(RULES, [stranger(n) for n in range(20)], world(people))
    folded = PoolStanding()
    for decision in decisions:
        for change in decision.credits:
            folded = moved(folded, change, people.members("sdr"))
    assert folded == end.standing.pool("sdr", "main")
    assert [c.seq for d in decisions for c in d.credits] == list(range(1, 21))


def test_the_lead_after_an_assignment() -> None:
    assert after(lead(), routed(RULES)) == msgspec.structs.replace(
        lead(),
        outcome=Outcome.OWNER,
        rule="to-sdr",
        holder=Holder(HolderKind.REP, "kim"),
        epoch=1,
        status="routed",
        locked_until=MONDAY + 30 * MINUTE,
        expected_at=MONDAY + 7 * HOUR,
        tried=("kim",),
        tasks=("call",),
    )


def test_the_lead_after_a_wait_has_no_holder_and_knows_its_limit() -> None:
    at = MONDAY + 12 * HOUR
    held = after(lead(at), routed(RULES, lead(at), world(as_of=at)))
    assert (held.outcome, held.holder, held.epoch, held.tried) == (Outcome.WAITING, NOBODY, 1, ())
    assert held.waiting is not None
