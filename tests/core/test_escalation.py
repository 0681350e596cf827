"""What a missed deadline may do, by law and by example: whichever ladder, it moves the lead to somebody new, or leaves it."""

from itertools import takewhile

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chance import PEOPLE, RULES, leads, worlds
from firstright.core.apply import after
from firstright.core.causes.escalation import TAKERS, warned
from firstright.core.compiled import Compiled
from firstright.core.decide import decide
from firstright.core.decision import (
    AlarmSet,
    ClockMissed,
    ClockStarted,
    Decision,
    Held,
    Told,
    Turned,
    result_bytes,
)
from firstright.core.lead import NOBODY, Act, Cause, Holder, HolderKind, Lead, Offer, Outcome
from firstright.core.servicelevels import LADDER_STEPS
from firstright.core.world import World
from routing import (
    ADA,
    CATCH_ALL,
    DAY,
    HEAD,
    KIM,
    MONDAY,
    NOOR,
    OMAR,
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

CASES = settings(deadline=None, max_examples=50)
MAX_HOPS = 2
LOUD = Compiled(
    msgspec.structs.replace(
        RULES.policy,
        priority_queue="desk",
        max_hops=MAX_HOPS,
        tell_warning="yours",
        tell_missed="yours",
        tell_moved="yours",
    )
)
TEAM = policy(
    TO_SDR,
    CATCH_ALL,
    head=HEAD.replace('"yours"', '"yours"\ntell_missed = "late"\nmax_hops = 1')
    + '\n[templates.late]\ntext = "late"\n',
)
LADDERS = st.lists(st.sampled_from(LADDER_STEPS), unique=True).map(tuple)
TELLING = ("tell-owner", "tell-manager")


@st.composite
def held(draw: st.DrawFn) -> Lead:
    """A lead that is with somebody or something, and whose clock has rung."""
    subject = draw(leads())
    holder, outcome = draw(
        st.sampled_from(
            [
                *[(Holder(HolderKind.REP, name), Outcome.OWNER) for name in PEOPLE],
                (Holder(HolderKind.QUEUE, "desk"), Outcome.QUEUED),
                (Holder(HolderKind.REVIEW, "nobody-acted"), Outcome.REVIEW),
                (NOBODY, Outcome.SUPPORT),
            ]
        )
    )
    tried = (*subject.tried, holder.id) if holder.kind is HolderKind.REP else subject.tried
    return msgspec.structs.replace(
        subject,
        holder=holder,
        outcome=outcome,
        tried=tried,
        epoch=max(1, len(tried)),
        rule=draw(st.sampled_from(["", "gone", *[rule.id for rule in RULES.policy.rules]])),
        hops=draw(st.integers(0, 3)),
        priority=draw(st.sampled_from([0, 10])),
        touched=draw(st.booleans()),
        accepted=draw(st.booleans()),
        act=draw(acts()),
    )


@st.composite
def acts(draw: st.DrawFn) -> Act:
    last = draw(st.booleans())
    return Act(clock="owner", percent=150 if last else 100, ladder=draw(LADDERS), last=last, due=MONDAY)


def escalated(subject: Lead, where: World, rules: Compiled = LOUD) -> Decision:
    return decide(subject, Cause.SLA_MISSED, rules, where)


def taken(decision: Decision) -> str:
    """The rung that moved the lead; empty when none did."""
    return next((c.id for c in decision.trace.considered if (c.what, c.then) == ("rung", "took")), "")


@given(held(), worlds())
@CASES
def test_it_moves_to_somebody_who_has_not_had_it_or_stays_where_it_is(subject: Lead, where: World) -> None:
    decision = escalated(subject, where)
    moved = effects(decision, Held)
    if decision.kept:
        assert (moved, decision.holder, decision.outcome) == ([], subject.holder, subject.outcome)
        assert decision.reason == "escalated"
    else:
        assert [(m.was, m.holder) for m in moved] == [(subject.holder, decision.holder)]
        assert decision.holder != subject.holder
        assert decision.holder.id not in subject.tried
        assert decision.outcome in (*TAKERS, Outcome.REVIEW)


@given(held(), worlds())
@CASES
def test_nothing_is_left_without_an_instant_at_which_something_happens(subject: Lead, where: World) -> None:
    decision = escalated(subject, where)
    alarms = [e for e in decision.effects if isinstance(e, AlarmSet | ClockStarted)]
    assert subject.act is not None
    if not decision.kept:
        assert alarms
        assert decision.next_at is not None
        assert decision.next_at > where.as_of
    elif subject.act.last:
        assert effects(decision, AlarmSet) == [AlarmSet(Cause.NO_REPLY, where.as_of + DAY)]
    else:
        assert alarms == []  # the clock itself rings again


@given(held(), worlds())
@CASES
def test_who_stays_costs_nobody_a_turn_and_who_moves_one_at_most(subject: Lead, where: World) -> None:
    decision = escalated(subject, where)
    assert decision.kept <= (decision.credits == ())
    turns = [change.winner for change in decision.credits if isinstance(change, Turned)]
    assert turns in ([], [decision.holder.id])


@given(held(), worlds())
@CASES
def test_the_rungs_are_climbed_in_their_order_and_none_above_the_one_that_held(
    subject: Lead, where: World
) -> None:
    decision = escalated(subject, where)
    assert subject.act is not None
    ladder, took = subject.act.ladder, taken(decision)
    climbed = (*takewhile(lambda rung: rung != took, ladder), took) if took else ladder
    assert (took == "") == decision.kept
    said = [c.id for c in decision.trace.considered if c.what == "rung"]
    assert said == [rung for rung in climbed if rung not in TELLING]
    missed = [told.to for told in effects(decision, Told) if told.event == "lead.missed"]
    least = int("tell-manager" in climbed)  # above a lead there is always somebody: who is responsible
    assert least <= len(missed) <= sum(rung in TELLING for rung in climbed)
    assert decision.effects[0] == ClockMissed(subject.act.clock, subject.act.percent)


@given(held(), worlds())
@CASES
def test_no_re_route_beyond_the_most_hops(subject: Lead, where: World) -> None:
    if subject.hops >= MAX_HOPS:
        assert taken(escalated(subject, where)) != "re-route"


@given(held(), worlds(), LADDERS)
@CASES
def test_a_ladder_climbed_for_ever_comes_to_an_end(
    subject: Lead, where: World, ladder: tuple[str, ...]
) -> None:
    """Nobody has it twice, and after as many moves as there are rungs and people it stays."""
    names: list[Holder] = []
    act = Act(clock="owner", percent=100, ladder=ladder, due=MONDAY)
    subject = msgspec.structs.replace(subject, hops=0)
    for _ in range(len(PEOPLE) + 4):
        decision = escalated(msgspec.structs.replace(subject, act=act), where)
        if decision.kept:
            break
        names.append(decision.holder)
        subject = after(msgspec.structs.replace(subject, act=None), decision)
        if decision.outcome is not Outcome.OWNER:
            break  # only the clock of an owner has a ladder that moves anything
    else:
        pytest.fail(f"it goes on and on: {names}")
    people = [holder for holder in names if holder.kind is HolderKind.REP]
    assert len(set(people)) == len(people)
    if "manager" not in ladder:
        assert len(people) <= MAX_HOPS
    assert subject.hops == len(people)


@given(held(), worlds())
@CASES
def test_the_same_ring_gives_the_same_bytes(subject: Lead, where: World) -> None:
    again = Compiled(LOUD.policy)
    assert result_bytes(escalated(subject, where)) == result_bytes(escalated(subject, where, again))


def kims(*ladder: str, **fields: object) -> Lead:
    act = Act(clock="owner", percent=100, ladder=ladder, due=MONDAY)
    return msgspec.structs.replace(lead(), **owned("kim", rule="to-sdr", act=act, **fields))


@pytest.mark.parametrize(
    ("ladder", "hops", "goes"),
    [
        (("tell-owner",), 0, "kim"),
        (("re-route", "review"), 0, "noor"),
        (("re-route", "review"), 1, "review:nobody-acted"),
        (("manager",), 0, "ada"),
        (("re-route", "manager", "review"), 1, "ada"),
        (("priority-queue", "review"), 0, "review:nobody-acted"),  # there is no such queue
        ((), 0, "kim"),
    ],
)
def test_where_a_lead_of_kims_goes(ladder: tuple[str, ...], hops: int, goes: str) -> None:
    assert kept_by(escalated(kims(*ladder, hops=hops), world(), TEAM)) == goes


def test_everything_that_follows_when_the_rung_is_the_priority_queue() -> None:
    rules = Compiled(msgspec.structs.replace(TEAM.policy, priority_queue="desk"))
    decision = escalated(kims("tell-owner", "tell-manager", "priority-queue"), world(), rules)
    assert (decision.reason, decision.rule, decision.service) == (
        "ladder:priority-queue",
        "to-sdr",
        "standard",
    )
    assert decision.effects == (
        ClockMissed("owner", 100),
        Told("kim", "late", "email", "lead.missed"),
        Told("ada", "late", "email", "lead.missed"),
        Held(Holder(HolderKind.REP, "kim"), Holder(HolderKind.QUEUE, "desk")),
        Told("ada", "yours", "email", "lead.queued"),
        AlarmSet(Cause.NO_REPLY, MONDAY + 7 * DAY),
    )


def test_nobody_is_told_the_same_twice_whatever_they_are_to_the_lead() -> None:
    rules = Compiled(msgspec.structs.replace(TEAM.policy, responsible="ada", tell_moved="late"))
    desk = Holder(HolderKind.QUEUE, "desk")
    queued = msgspec.structs.replace(
        kims("tell-owner", "tell-manager"), holder=desk, outcome=Outcome.QUEUED, rule="rest"
    )
    assert effects(escalated(queued, world(), rules), Told) == [Told("ada", "late", "email", "lead.missed")]
    adas = msgspec.structs.replace(
        kims("priority-queue"), holder=Holder(HolderKind.REP, "ada"), tried=("ada",)
    )
    first = Compiled(msgspec.structs.replace(rules.policy, priority_queue="desk"))
    assert effects(escalated(adas, world(), first), Told) == [Told("ada", "yours", "email", "lead.queued")]


def test_a_lead_that_is_in_the_priority_queue_already_goes_on_to_the_next_rung() -> None:
    rules = Compiled(msgspec.structs.replace(TEAM.policy, priority_queue="desk"))
    queued = msgspec.structs.replace(
        kims("priority-queue", "review"), holder=Holder(HolderKind.QUEUE, "desk"), outcome=Outcome.QUEUED
    )
    decision = escalated(queued, world(), rules)
    assert kept_by(decision) == "review:nobody-acted"
    assert [(c.id, c.verdict, c.then) for c in decision.trace.considered] == [
        ("priority-queue", "there-already", "next"),
        ("review", "true", "took"),
    ]


def test_a_manager_who_is_away_is_passed_over_for_theirs() -> None:
    away = rep(
        "Ada Krüger",
        'manager = "bo"\nabsences = [{ type = "leave", from = "2026-03-01", until = "2026-03-09" }]',
        "{}",
    )
    people = roster(away, rep("Bo Lind", pools="{}"), KIM, NOOR, OMAR)
    assert kept_by(escalated(kims("manager", "review"), world(people), TEAM)) == "bo"
    alone = roster(ADA.replace('"ada"', '"ada"\nactive = false', 1), KIM)
    assert kept_by(escalated(kims("manager", "review"), world(alone), TEAM)) == "review:nobody-acted"


def test_a_manager_who_let_it_lie_too_does_not_get_it_again() -> None:
    tried = kims("manager", "review", tried=("ada", "kim"))
    assert kept_by(escalated(tried, world(), TEAM)) == "review:nobody-acted"


def test_a_warning_is_told_to_whoever_has_the_lead() -> None:
    kim = kims()
    desk = msgspec.structs.replace(kim, holder=Holder(HolderKind.QUEUE, "desk"), outcome=Outcome.QUEUED)
    loud = Compiled(msgspec.structs.replace(TEAM.policy, tell_warning="late"))
    assert warned(kim, loud) == (Told("kim", "late", "email", "lead.warned"),)
    assert warned(desk, loud) == (Told("ada", "late", "email", "lead.warned"),)
    assert warned(kim, TEAM) == ()  # the policy has no word for it


def test_a_manager_without_room_is_passed_over_for_theirs() -> None:
    full = rep("Ada Krüger", 'manager = "bo"\ncapacity = 1', "{}")
    people = roster(full, rep("Bo Lind", pools="{}"), KIM, NOOR, OMAR)
    climb = kims("manager", "review")
    assert kept_by(escalated(climb, world(people, loads={"ada": 0}), TEAM)) == "ada"
    assert kept_by(escalated(climb, world(people, loads={"ada": 1}), TEAM)) == "bo"


@pytest.mark.parametrize(("clock", "to"), [("receipt", "noor"), ("acceptance", "noor"), ("owner", "kim")])
def test_who_is_offered_a_lead_is_reminded_of_the_offer_and_its_owner_of_the_rest(
    clock: str, to: str
) -> None:
    offered = msgspec.structs.replace(
        lead(),
        **owned("kim"),
        offer=Offer("ae", Holder(HolderKind.REP, "noor")),
        act=Act(clock=clock, percent=50),
    )
    assert [told.to for told in warned(offered, LOUD)] == [to]
