"""Accepting, touching, engaging, by law: none of them moves a lead, costs a turn or takes a status back."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from chance import worlds
from core.test_escalation import LOUD, held
from firstright.core.apply import after
from firstright.core.decide import decide
from firstright.core.decision import (
    Accepted,
    AlarmSet,
    ClockMet,
    ClockMissed,
    ClockStarted,
    Engaged,
    Held,
    TaskDone,
    TaskGiven,
    Told,
    Turned,
)
from firstright.core.lead import Act, Cause, Holder, HolderKind, Lead, Outcome
from firstright.core.world import World
from routing import CATCH_ALL, DAY, HOUR, MINUTE, MONDAY, TO_SDR, effects, lead, owned, policy, world

CASES = settings(deadline=None, max_examples=50)
RULES = policy(TO_SDR, CATCH_ALL)
ORDER = ("new", "needs-enrichment", "routed", "attempted-contact", "contacted")
BY = st.sampled_from(["r0", "r1", "r2", "r3", "r4", "r5"])
CHANNEL = st.sampled_from(["call", "email", "sms", "chat", "meeting"])
RESULT = st.sampled_from(["", "no answer", "connected", "replied"])
STATUS = st.sampled_from([*ORDER, "qualified", "support"])


@given(held(), worlds(), st.sampled_from([Cause.ACCEPTED, Cause.TOUCHED, Cause.ENGAGED]), BY, CHANNEL, RESULT)
@CASES
def test_no_act_moves_a_lead_or_costs_a_turn(
    subject: Lead, where: World, cause: Cause, by: str, channel: str, result: str
) -> None:
    decision = decide(
        msgspec.structs.replace(subject, act=Act(by=by, channel=channel, result=result)), cause, LOUD, where
    )
    assert decision.kept
    assert (decision.outcome, decision.holder, decision.rule) == (
        subject.outcome,
        subject.holder,
        subject.rule,
    )
    assert decision.credits == ()
    assert not [e for e in decision.effects if isinstance(e, Held | ClockMissed | TaskGiven | Turned)]
    assert after(subject, decision).epoch == subject.epoch


@given(held(), worlds(), BY, CHANNEL, RESULT, STATUS)
@CASES
def test_anybodys_touch_is_the_first_and_only_the_owners_is_the_owners(
    subject: Lead, where: World, by: str, channel: str, result: str, status: str
) -> None:
    at = where.as_of - MINUTE
    act = Act(by=by, channel=channel, result=result, at=at)
    decision = decide(msgspec.structs.replace(subject, act=act, status=status), Cause.TOUCHED, LOUD, where)
    mine = subject.holder == Holder(HolderKind.REP, by)
    assert effects(decision, ClockMet) == [ClockMet("speed-to-lead", at), *[ClockMet("owner", at)] * mine]
    assert effects(decision, TaskDone) == [TaskDone(by, channel)]
    assert effects(decision, Accepted) == [Accepted(by)] * (mine and not subject.accepted)
    assert after(subject, decision).touched
    if status in ORDER:
        assert ORDER.index(decision.status) >= max(ORDER.index(status), ORDER.index("attempted-contact"))
    else:
        assert decision.status == status


@given(held(), worlds(), BY)
@CASES
def test_a_touch_leaves_an_alarm_where_it_may_have_met_the_last_one(
    subject: Lead, where: World, by: str
) -> None:
    decision = decide(
        msgspec.structs.replace(subject, act=Act(by=by, channel="call")), Cause.TOUCHED, LOUD, where
    )
    wanted = [AlarmSet(Cause.NO_REPLY, where.as_of + 7 * DAY)]
    assert effects(decision, AlarmSet) == wanted * (subject.outcome in (Outcome.OWNER, Outcome.QUEUED))


@given(held(), worlds())
@CASES
def test_an_engagement_meets_no_clock_and_starts_none(subject: Lead, where: World) -> None:
    decision = decide(subject, Cause.ENGAGED, LOUD, where)
    assert not [
        e for e in decision.effects if isinstance(e, ClockMet | ClockStarted | AlarmSet | Accepted | TaskDone)
    ]
    assert effects(decision, Engaged) == [Engaged(subject.id)]
    assert after(subject, decision).priority >= max(subject.priority, 10)
    assert not after(msgspec.structs.replace(subject, touched=False), decision).touched


def kims(**fields: object) -> Lead:
    return msgspec.structs.replace(lead(), **owned("kim", rule="to-sdr", act=Act(by="kim"), **fields))


def test_accepting_meets_the_clock_of_the_assignment_and_begins_one_to_the_touch() -> None:
    later = MONDAY + 30 * MINUTE
    decision = decide(kims(), Cause.ACCEPTED, RULES, world(as_of=later))
    assert decision.effects == (
        Accepted("kim"),
        ClockMet("owner", later),
        ClockStarted(
            "owner",
            "pool",
            "berlin",
            later,
            later + 2 * HOUR,
            ((50, later + HOUR), (80, later + 96 * MINUTE), (100, later + 2 * HOUR), (150, later + 3 * HOUR)),
            ("tell-owner", "tell-manager", "re-route", "review"),
        ),
    )
    assert after(kims(), decision).accepted


def test_accepting_what_somebody_else_has_touched_is_the_same() -> None:
    """Noor declined after a call: Kim, who accepts at once, must not lose the lead for not having accepted."""
    calm, called = (
        decide(kims(touched=touched), Cause.ACCEPTED, RULES, world()) for touched in (False, True)
    )
    assert called == calm
    assert [effect.clock for effect in effects(called, ClockStarted)] == ["owner"]


def test_accepting_where_no_owner_clock_runs_leaves_an_alarm() -> None:
    bare = msgspec.structs.replace(
        RULES.policy,
        services={
            name: msgspec.structs.replace(service, untouched=None)
            for name, service in RULES.policy.services.items()
        },
    )
    decision = decide(kims(), Cause.ACCEPTED, type(RULES)(bare), world())
    assert decision.effects[2:] == (AlarmSet(Cause.NO_REPLY, MONDAY + 7 * DAY),)


def test_of_an_untouched_lead_nobody_hears_from_the_manager_hears_too() -> None:
    told = type(RULES)(msgspec.structs.replace(RULES.policy, tell_warning="yours", tell_missed="look"))
    untouched = decide(kims(), Cause.NO_REPLY, told, world())
    assert untouched.effects == (
        Told("kim", "yours", "email", "lead.warned"),
        Told("ada", "look", "email", "lead.missed"),
        AlarmSet(Cause.NO_REPLY, MONDAY + DAY),
    )
    undecided = kims(touched=True, outcome=Outcome.REVIEW, holder=Holder(HolderKind.REVIEW, "unclear-fit"))
    heads = type(RULES)(msgspec.structs.replace(told.policy, responsible="ops@ours.example"))
    assert effects(decide(undecided, Cause.NO_REPLY, heads, world()), Told) == [
        Told("ops@ours.example", "look", "email", "lead.missed")
    ]
    touched = decide(kims(touched=True), Cause.NO_REPLY, told, world())
    assert touched.effects == (
        Told("kim", "yours", "email", "lead.warned"),
        AlarmSet(Cause.NO_REPLY, MONDAY + 7 * DAY),
    )
