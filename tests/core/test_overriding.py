"""What is decided by hand, by law and by example: it always wins, costs nobody a turn, is locked, and can be replayed."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chance import PEOPLE, leads, worlds
from core.test_escalation import LOUD
from firstright.core.apply import after, apply
from firstright.core.causes.overriding import OVER
from firstright.core.decide import decide
from firstright.core.decision import AlarmSet, ClockStarted, Decision, Held, Locked, TaskGiven, Told, Turned
from firstright.core.lead import NOBODY, Act, Cause, Chosen, Holder, HolderKind, Lead, Outcome, Waiting
from firstright.core.record import read_record, record_bytes
from firstright.core.replay import replay
from firstright.core.world import World
from routing import (
    ADA,
    CATCH_ALL,
    DAY,
    HEAD,
    HOUR,
    KIM,
    MINUTE,
    MONDAY,
    TO_SDR,
    effects,
    kept_by,
    lead,
    owned,
    policy,
    rep,
    roster,
    world,
)

CASES = settings(deadline=None, max_examples=60)
RULES = policy(
    TO_SDR,
    CATCH_ALL,
    head=HEAD.replace('tell_owner = "yours"', 'tell_owner = "yours"\ntell_moved = "gone"\nlock = "30min"')
    + '\n[templates.gone]\ntext = "{company} is with somebody else."\n',
)
STANDS = [
    *[(Outcome.OWNER, Holder(HolderKind.REP, name)) for name in PEOPLE],
    (Outcome.QUEUED, Holder(HolderKind.QUEUE, "desk")),
    (Outcome.REVIEW, Holder(HolderKind.REVIEW, "unclear-fit")),
    (Outcome.PARTNER, Holder(HolderKind.PARTNER, "Robotix")),
    (Outcome.WAITING, NOBODY),
    (Outcome.PENDING, NOBODY),
    (Outcome.NURTURE, NOBODY),
    (Outcome.SUPPORT, NOBODY),
    (Outcome.REJECTED, NOBODY),
    (Outcome.CLOSED, NOBODY),
]
ENDS = (Outcome.NURTURE, Outcome.REJECTED, Outcome.CLOSED)


@st.composite
def standing(draw: st.DrawFn) -> Lead:
    """A lead wherever it may be."""
    outcome, holder = draw(st.sampled_from(STANDS))
    hold = Waiting("rule:dach", MONDAY + HOUR) if outcome is Outcome.WAITING else None
    return msgspec.structs.replace(
        draw(leads()),
        outcome=outcome,
        holder=holder,
        epoch=draw(st.integers(1, 4)),
        rule=draw(st.sampled_from(["", "dach", "gone"])),
        touched=draw(st.booleans()),
        locked_to=draw(st.sampled_from(["", *PEOPLE])),
        waiting=hold,
    )


def by_hand(subject: Lead, where: World, outcome: Outcome, **chosen: object) -> Decision:
    made = msgspec.convert({"outcome": outcome, **chosen}, Chosen)
    act = Act(by="u1", called="Mara Diaz", reason="they know each other", chosen=made)
    return decide(msgspec.structs.replace(subject, act=act), Cause.OVERRIDDEN, LOUD, where)


def somebody(where: World, place: int) -> str:
    reps = list(where.roster.reps)
    return reps[place % len(reps)]


CHANCE = worlds().filter(lambda where: bool(where.roster.reps))


@given(standing(), CHANCE, st.integers(0, 5))
@CASES
def test_who_is_chosen_by_hand_gets_it_whoever_they_are_and_wherever_it_is(
    subject: Lead, where: World, place: int
) -> None:
    to = somebody(where, place)
    decision = by_hand(subject, where, Outcome.OWNER, rep=to)
    assert (decision.outcome, decision.holder) == (Outcome.OWNER, Holder(HolderKind.REP, to))
    theirs = subject.holder == Holder(HolderKind.REP, to)
    assert decision.kept == theirs
    if theirs:
        assert decision.effects == ()
        return
    now = after(subject, decision)
    assert effects(decision, Locked) == [Locked(to)]
    assert (now.locked_to, now.epoch, now.accepted) == (to, subject.epoch + 1, False)
    assert effects(decision, ClockStarted) or effects(decision, AlarmSet)  # something holds them to it
    assert decision.next_at is not None


@given(standing(), CHANCE, st.integers(0, 5), st.sampled_from([Outcome.OWNER, *ENDS]))
@CASES
def test_nothing_by_hand_costs_a_turn_and_it_counts_to_the_load(
    subject: Lead, where: World, place: int, outcome: Outcome
) -> None:
    to = somebody(where, place)
    decision = by_hand(subject, where, outcome, rep=to)
    assert (decision.credits, effects(decision, Turned)) == ((), [])
    then = apply(where, subject, decision)
    gained = (outcome is Outcome.OWNER and not decision.kept) - (
        subject.holder == Holder(HolderKind.REP, to) and outcome is not Outcome.OWNER
    )
    assert then.standing.load(to).leads - where.standing.load(to).leads == gained


@given(standing(), CHANCE, st.integers(0, 5))
@CASES
def test_a_lead_that_was_over_begins_a_new_cycle_and_no_other_does(
    subject: Lead, where: World, place: int
) -> None:
    decision = by_hand(subject, where, Outcome.OWNER, rep=somebody(where, place))
    over = subject.outcome in OVER
    assert decision.new_cycle == over
    if over:
        now = after(subject, decision)
        assert (now.cycle, now.touched, now.tried) == (subject.cycle + 1, False, (decision.holder.id,))
        assert [c.started for c in effects(decision, ClockStarted) if c.clock == "speed-to-lead"] in (
            [where.as_of],
            [],
        )


@given(standing(), worlds(), st.sampled_from(ENDS))
@CASES
def test_what_ends_a_lead_by_hand_starts_no_clock_and_lifts_the_lock(
    subject: Lead, where: World, outcome: Outcome
) -> None:
    until = where.as_of + 30 * DAY
    decision = by_hand(subject, where, outcome, until=until.isoformat(), why="no-budget")
    assert (decision.outcome, effects(decision, ClockStarted), effects(decision, TaskGiven)) == (
        outcome,
        [],
        [],
    )
    if decision.kept:
        return
    assert after(subject, decision).locked_to == ""
    wanted = [AlarmSet("rerun", until)] if outcome is Outcome.NURTURE else []
    assert effects(decision, AlarmSet) == wanted
    assert decision.next_at == (until if wanted else None)


@given(standing(), worlds())
@CASES
def test_the_rules_once_more_give_what_they_give_a_lead_that_nobody_locked(
    subject: Lead, where: World
) -> None:
    decision = by_hand(subject, where, Outcome.PENDING)
    free = by_hand(msgspec.structs.replace(subject, locked_to=""), where, Outcome.PENDING)
    assert decision == free
    assert effects(decision, Locked) == []


@given(
    standing(),
    CHANCE,
    st.integers(0, 5),
    st.sampled_from([Outcome.OWNER, Outcome.PENDING, *ENDS]),
)
@CASES
def test_what_was_decided_by_hand_replays_to_the_same_bytes(
    subject: Lead, where: World, place: int, outcome: Outcome
) -> None:
    act = Act(
        by="u1", reason="x", chosen=Chosen(outcome, somebody(where, place), MONDAY + 9 * DAY, "no-need")
    )
    subject = msgspec.structs.replace(subject, act=act)
    where = msgspec.structs.replace(where, known={})
    decision = decide(subject, Cause.OVERRIDDEN, LOUD, where)
    made = record_bytes(
        subject,
        Cause.OVERRIDDEN,
        decision,
        policy="p",
        roster="r",
        turn=1,
        as_of=where.as_of,
        candidates=(),
    )
    record = read_record(made)
    assert record.lead.act == act
    assert replay(record, LOUD, where.roster, {}) == ()


IMPROVING = (Cause.ENRICHED, Cause.SCORED, Cause.CRM_CHANGED, Cause.RERUN)


@given(CHANCE, leads(), st.integers(0, 5), st.sampled_from(IMPROVING))
@CASES
def test_no_better_knowledge_takes_a_lead_from_who_was_chosen(
    where: World, subject: Lead, place: int, cause: Cause
) -> None:
    to = somebody(where, place)
    theirs = msgspec.structs.replace(
        subject, **owned(to, locked_to=to, rule="rest", arrived_at=where.as_of), locked_until=None
    )
    decision = decide(theirs, cause, LOUD, where)
    assert (decision.kept, decision.reason, decision.holder.id) == (True, "locked", to)


def kims(**fields: object) -> Lead:
    return msgspec.structs.replace(lead(), **owned("kim", **{"rule": "to-sdr", **fields}))


def given_to(subject: Lead, to: str, where: World) -> Decision:
    act = Act(by="ada", reason="she knows them", chosen=Chosen(Outcome.OWNER, to))
    return decide(msgspec.structs.replace(subject, act=act), Cause.OVERRIDDEN, RULES, where)


def test_both_are_told_and_the_owner_clock_starts_anew_with_the_task_of_the_rule() -> None:
    later = MONDAY + 30 * MINUTE
    decision = given_to(kims(), "noor", world(as_of=later))
    (clock,) = effects(decision, ClockStarted)
    assert (clock.clock, clock.started, clock.due) == ("owner", later, later + 2 * HOUR)
    assert decision.effects[:2] == (
        Locked("noor"),
        Held(Holder(HolderKind.REP, "kim"), Holder(HolderKind.REP, "noor"), later + 30 * MINUTE),
    )
    assert effects(decision, TaskGiven) == [TaskGiven("call", "call", "noor", later + 5 * MINUTE)]
    assert effects(decision, Told) == [
        Told("noor", "yours", "email", "lead.assigned"),
        Told("kim", "gone", "email", "lead.assigned"),
    ]
    assert (decision.rule, decision.reason, decision.status) == ("to-sdr", "overridden", "routed")


def test_who_is_away_and_full_gets_it_and_the_trace_says_so() -> None:
    away = rep(
        "Noor Haddad",
        'capacity = 1\nabsences = [{ type = "vacation", from = "2026-03-01", until = "2026-03-20" }]',
    )
    where = world(roster(ADA, KIM, away), loads={"noor": 1})
    decision = given_to(kims(), "noor", where)
    (asked,) = decision.trace.asked
    assert (kept_by(decision), asked.pool, asked.winner) == ("noor", "@noor", "noor")
    assert [code for code, _ in asked.codes] == ["ABSENT", "LOAD_FULL"]


@pytest.mark.parametrize("cause", [Cause.DECLINED, Cause.SLA_MISSED])
def test_the_lock_shields_from_nobody_who_gives_the_lead_up(cause: Cause) -> None:
    act = (
        Act(by="kim", reason="busy")
        if cause is Cause.DECLINED
        else Act(clock="owner", percent=100, ladder=("re-route",))
    )
    decision = decide(kims(locked_to="kim", act=act), cause, RULES, world())
    assert kept_by(decision) == "noor"
    assert after(kims(locked_to="kim"), decision).locked_to == ""


def test_a_policy_that_does_not_heed_the_hand_lets_the_lock_run_out() -> None:
    heedless = policy(TO_SDR, CATCH_ALL, head=HEAD + '\n[[precedence]]\nstep = "previous-owner"\n')
    fields = {"locked_to": "ada", "rule": "rest", "locked_until": MONDAY - HOUR}
    chosen = msgspec.structs.replace(lead(), **{**owned("ada"), **fields})
    assert kept_by(decide(chosen, Cause.SCORED, heedless, world())) == "kim"
    assert decide(chosen, Cause.SCORED, RULES, world()).reason == "locked"


def test_the_rules_once_more_free_a_lead_that_was_chosen_by_hand() -> None:
    act = Act(by="ada", reason="mine by mistake", chosen=Chosen(Outcome.PENDING))
    decision = decide(
        kims(locked_to="kim", holder=Holder(HolderKind.REP, "ada"), act=act),
        Cause.OVERRIDDEN,
        RULES,
        world(),
    )
    assert (kept_by(decision), decision.reason, len(decision.credits)) == ("kim", "rule:to-sdr", 1)


def test_who_closes_a_lead_says_why() -> None:
    act = Act(by="ada", reason="a school project", chosen=Chosen(Outcome.CLOSED, why="no-need"))
    decision = decide(kims(act=act), Cause.OVERRIDDEN, RULES, world())
    assert (decision.outcome, decision.reason, decision.status, decision.next_at) == (
        Outcome.CLOSED,
        "disqualified:no-need",
        "disqualified",
        None,
    )
    assert decide(kims(act=act, outcome=Outcome.CLOSED, holder=NOBODY), Cause.OVERRIDDEN, RULES, world()).kept
