"""A lead that is kept undecided is nobody's: an enquiry of the same person decides about it, instead of waiting with it."""

import msgspec
import pytest

from firstright.core.lead import NOBODY, Cause, Holder, HolderKind, Lead, Outcome
from firstright.core.matching import NOT_WORKED
from firstright.core.policy import AfterClosed
from firstright.core.world import Candidate, World
from routing import (
    ADA,
    CATCH_ALL,
    HEAD,
    HOUR,
    KIM,
    MONDAY,
    TO_SDR,
    kept_by,
    lead,
    policy,
    rep,
    roster,
    routed,
    world,
)

AFTER = {
    kind: policy(TO_SDR, CATCH_ALL, head=HEAD.replace('zone = "E', f'after_closed = "{kind}"\nzone = "E'))
    for kind in AfterClosed
}


def knowing(state: Lead) -> World:
    owner = state.holder.id
    is_open = state.outcome not in NOT_WORKED
    return world(known=[Candidate("lead", state.id, "email", owner, is_open, state.arrived_at, lead=state)])


@pytest.mark.parametrize("after_closed", AfterClosed)
def test_an_enquiry_decides_about_the_lead_that_was_kept(after_closed: AfterClosed) -> None:
    kept = lead(MONDAY - HOUR, id="kept")
    kept = msgspec.structs.replace(kept, outcome=Outcome.PENDING, holder=NOBODY, epoch=1)
    decision = routed(AFTER[after_closed], where=knowing(kept), cause=Cause.ARRIVED)
    assert (decision.lead, decision.outcome, kept_by(decision), decision.new_cycle) == (
        "kept", Outcome.OWNER, "kim", False,
    )  # fmt: skip
    assert decision.expected_at == routed(AFTER[after_closed], lead(MONDAY - HOUR)).expected_at


@pytest.mark.parametrize("after_closed", AfterClosed)
def test_a_lead_whose_owner_has_gone_is_no_closed_one(after_closed: AfterClosed) -> None:
    """A new lead beside it would be a second owner of one person."""
    state = msgspec.structs.replace(
        lead(MONDAY - HOUR, id="theirs"),
        outcome=Outcome.OWNER,
        holder=Holder(HolderKind.REP, "noor"),
        epoch=1,
    )
    here = msgspec.structs.replace(
        knowing(state), roster=roster(ADA, KIM, rep("Noor Haddad", "active = false"))
    )
    decision = routed(AFTER[after_closed], where=here)
    assert (decision.lead, kept_by(decision), decision.new_cycle) == ("theirs", "kim", False)
