"""A lead that is moved stays with whom it is; one that is won or lost is nobody's, and all of it can be replayed."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chance import worlds
from core.test_escalation import LOUD, held
from firstright.core.apply import after
from firstright.core.decide import decide
from firstright.core.decision import ClockStarted, Held, Told, Turned
from firstright.core.handoff import RoleSet
from firstright.core.lead import NOBODY, Act, Cause, Lead, Outcome
from firstright.core.pipeline import BY_HAND, ENDED, Converted, Moved, RoleGiven
from firstright.core.record import read_record, record_bytes
from firstright.core.replay import replay
from firstright.core.world import World
from routing import effects, lead, owned, world

CASES = settings(deadline=None, max_examples=40)
ACTS = [
    *[(Cause.QUALIFIED, Act(by="r0", moved=Moved(to))) for to in BY_HAND],
    *[(Cause.OVERRIDDEN, Act(by="r0", moved=Moved(to, "no-need"))) for to in ENDED],
    (Cause.CRM_CHANGED, Act(called="hubspot", moved=Moved("won"))),
    (Cause.OVERRIDDEN, Act(by="r0", role=RoleGiven("ae", "r1"))),
    (Cause.CRM_CHANGED, Act(by="r0", converted=Converted("c1", "a1", "o1"))),
]


@given(held(), worlds(), st.sampled_from(ACTS))
@CASES
def test_nobody_gets_a_lead_or_pays_for_it_by_its_status(
    subject: Lead, where: World, given_: tuple[Cause, Act]
) -> None:
    cause, act = given_
    decision = decide(msgspec.structs.replace(subject, act=act), cause, LOUD, where)
    now = after(subject, decision)
    assert (decision.credits, effects(decision, Turned), effects(decision, ClockStarted)) == ((), [], [])
    if act.moved and act.moved.to in ENDED:
        assert (now.outcome, now.holder, now.status) == (Outcome.CLOSED, NOBODY, act.moved.to)
        assert decision.next_at is None
    else:
        assert decision.kept
        assert (now.holder, now.epoch, now.cycle) == (subject.holder, subject.epoch, subject.cycle)
        assert effects(decision, Held) == []


@given(held(), worlds(), st.sampled_from(ACTS))
@CASES
def test_what_is_so_already_is_not_done_again(subject: Lead, where: World, given_: tuple[Cause, Act]) -> None:
    cause, act = given_
    first = decide(msgspec.structs.replace(subject, act=act), cause, LOUD, where)
    now = msgspec.structs.replace(after(subject, first), act=act)
    again = decide(now, cause, LOUD, where)
    assert again.kept
    assert [e for e in again.effects if not isinstance(e, Told)] == []
    assert again.reason in ("so-already", f"refused:{now.status}:{cause}")


@pytest.mark.parametrize(("cause", "act"), ACTS)
def test_a_record_replays_to_the_same(cause: Cause, act: Act) -> None:
    subject = msgspec.structs.replace(lead(), **owned("kim", rule="to-sdr", act=act))
    where = world()
    made = record_bytes(
        subject,
        cause,
        decide(subject, cause, LOUD, where),
        policy="p",
        roster="r",
        turn=1,
        as_of=where.as_of,
        candidates=(),
    )
    record = read_record(made)
    assert record.lead.act == act
    assert replay(record, LOUD, where.roster, {}) == ()


def test_a_role_is_given_and_taken() -> None:
    subject = msgspec.structs.replace(lead(), **owned("kim"))
    act = Act(by="kim", role=RoleGiven("ae", "zoe"))
    given_ = decide(msgspec.structs.replace(subject, act=act), Cause.OVERRIDDEN, LOUD, world())
    assert given_.effects == (RoleSet("ae", "zoe"),)
    has = after(subject, given_)
    assert has.roles == (("ae", "zoe"),)
    taken = Act(by="kim", role=RoleGiven("ae"))
    gone = decide(msgspec.structs.replace(has, act=taken), Cause.OVERRIDDEN, LOUD, world())
    assert after(has, gone).roles == ()


def test_a_contact_stays_one_in_the_next_cycle() -> None:
    subject = msgspec.structs.replace(lead(), **owned("kim"))
    act = Act(by="kim", converted=Converted("c1"))
    now = after(subject, decide(msgspec.structs.replace(subject, act=act), Cause.CRM_CHANGED, LOUD, world()))
    assert now.contact == "c1"
    lost = msgspec.structs.replace(now, act=Act(by="kim", moved=Moved("lost")))
    assert after(now, decide(lost, Cause.OVERRIDDEN, LOUD, world())).contact == "c1"
