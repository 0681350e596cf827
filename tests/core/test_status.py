"""One table of statuses and causes: every pair is in it or refused by a code that names both, and decisions keep to it."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chance import RULES, leads, worlds
from firstright.core.apply import after
from firstright.core.decide import decide
from firstright.core.lead import NOBODY, Act, Cause, Lead, Outcome
from firstright.core.meetings import Booked
from firstright.core.pipeline import ENDED, PIPELINE, entered
from firstright.core.status import ENTERED_BY, TABLE, engaged_status, landed_status, refusal, touched_status
from firstright.core.statuses import ON_THE_WAY, STATUSES
from firstright.core.world import World
from routing import MONDAY, lead, world

CASES = settings(deadline=None, max_examples=120)
PAIRS = [(status, cause) for status in STATUSES for cause in Cause]
CHANNELS = st.sampled_from(["call", "email", "sms", "chat", "meeting"])
RESULTS = st.sampled_from(["", "no-answer", "connected", "replied", "met", "booked", "no-show"])
REFUSED_WHEN_OVER = {
    Cause.QUALIFIED,
    Cause.ACCEPTED,
    Cause.DECLINED,
    Cause.RETURNED,
    Cause.SLA_MISSED,
    Cause.NO_REPLY,
    Cause.HANDED_OVER,
    Cause.CAPACITY_FREED,
    Cause.HOURS_OPENED,
    Cause.CLAIMED,
}


@pytest.mark.parametrize(("status", "cause"), PAIRS)
def test_every_pair_is_in_the_table_or_refused_by_a_code_that_names_both(status: str, cause: Cause) -> None:
    subject = msgspec.structs.replace(lead(), status=status)
    allowed = (status, cause) in TABLE
    assert refusal(subject, cause) == ("" if allowed else f"refused:{status}:{cause.value}")
    assert allowed != (status in ENDED and cause in REFUSED_WHEN_OVER)
    if allowed:
        assert status in TABLE[status, cause] <= set(STATUSES)


def test_a_meeting_of_a_lost_lead_that_is_moved_does_not_schedule_it() -> None:
    meeting = Booked("demo", "kim", MONDAY, MONDAY, "moved")
    over = msgspec.structs.replace(
        lead(), status="lost", outcome=Outcome.CLOSED, epoch=2, act=Act(by="kim", booked=meeting)
    )
    decision = decide(over, Cause.BOOKED, RULES, world())
    assert (decision.kept, decision.status) == (True, "lost")


def test_the_table_holds_nothing_else() -> None:
    assert set(TABLE) <= set(PAIRS)


@given(leads(), worlds(), st.sampled_from(PAIRS))
@CASES
def test_a_decision_leaves_a_lead_only_where_its_pair_says(
    subject: Lead, where: World, pair: tuple[str, Cause]
) -> None:
    status, cause = pair
    over = {"outcome": Outcome.CLOSED, "holder": NOBODY, "locked_to": ""} if status in ENDED else {}
    standing = msgspec.structs.replace(subject, status=status, act=Act(by="r0", channel="call"), **over)
    if not standing.epoch:
        standing = msgspec.structs.replace(standing, epoch=1)
    decision = decide(standing, cause, RULES, where)
    if pair in TABLE:
        assert after(standing, decision).status in TABLE[pair]
    elif cause is not Cause.ARRIVED:
        assert (decision.kept, decision.reason, decision.effects) == (True, f"refused:{status}:{cause}", ())


@given(st.sampled_from(STATUSES), CHANNELS, RESULTS)
def test_a_status_is_never_taken_back_by_a_touch(status: str, channel: str, result: str) -> None:
    to = touched_status(status, channel, result)
    if status in ON_THE_WAY and status != "won":
        assert ON_THE_WAY.index(to) >= ON_THE_WAY.index(status)
        assert to in (status, "attempted-contact", "contacted")
    else:
        assert to == status


@given(
    st.sampled_from(STATUSES), st.lists(st.sampled_from(["attempt", "connected", "reply", "booked", "call"]))
)
def test_events_lead_only_forwards_and_twice_the_same_is_once(status: str, events: list[str]) -> None:
    to = entered(PIPELINE, status, tuple(events))
    assert entered(PIPELINE, to, tuple(events)) == to
    assert entered(PIPELINE, status, tuple(reversed(events))) == to


@pytest.mark.parametrize(
    ("status", "channel", "result", "to"),
    [
        ("new", "call", "", "attempted-contact"),
        ("routed", "email", "sent", "attempted-contact"),
        ("routed", "call", "connected", "contacted"),
        ("routed", "meeting", "", "contacted"),
        ("attempted-contact", "sms", "replied", "contacted"),
        ("contacted", "call", "no-answer", "contacted"),
        ("contacted", "call", "booked", "contacted"),
        ("qualified", "call", "no-answer", "qualified"),
        ("lost", "call", "connected", "lost"),
        ("nurture", "call", "connected", "nurture"),
    ],
)
def test_the_shipped_pipeline_is_entered_as_it_always_was(
    status: str, channel: str, result: str, to: str
) -> None:
    assert touched_status(status, channel, result) == to


def test_a_reply_is_contacted_only_where_the_policy_says_so() -> None:
    contacted = msgspec.structs.replace(PIPELINE.of("contacted"), enter_on=("connected", "reply"))
    wider = msgspec.structs.replace(
        PIPELINE,
        statuses=tuple([contacted if each.id == "contacted" else each for each in PIPELINE.statuses]),
    )
    assert engaged_status("routed", "reply", PIPELINE) == "routed"
    assert engaged_status("routed", "reply", wider) == "contacted"
    assert engaged_status("routed", "visit", wider) == "routed"
    assert engaged_status("scheduled", "reply", wider) == "scheduled"


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_qualified_lead_stays_so_with_whoever_has_it_next_until_a_new_cycle(outcome: Outcome) -> None:
    qualified = msgspec.structs.replace(lead(), status="qualified")
    stays = ENTERED_BY[outcome] in ("new", "routed")
    assert landed_status(qualified, outcome, fresh=False) == ("qualified" if stays else ENTERED_BY[outcome])
    assert landed_status(qualified, outcome, fresh=True) == ENTERED_BY[outcome]
    contacted = msgspec.structs.replace(lead(), status="contacted")
    assert landed_status(contacted, outcome, fresh=False) == ENTERED_BY[outcome]
