"""Credit for a turn that a lead should not have cost: whether a reason gives it back, who must agree, and what moves.

Pure. What the turn was, and how much was given back this month, comes in with the act (`lead.Spent`); that it is asked only
once for a turn is whoever hands it in to see to. It never says where the lead goes.
"""

from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from firstright.core.apply import moved, shared_by
from firstright.core.assignment.credit import align, returned
from firstright.core.decision import CreditAsked, Decision, Returned
from firstright.core.lead import Act, Facts, Lead, Spent
from firstright.core.policy import Policy
from firstright.core.pools import Approval
from firstright.core.routing import kept
from firstright.core.world import PoolStanding, World

NO_SHOW = "no-show"
# The next rep would only find the same: a person looks at it. Reason to why it is reviewed.
LOOKED_AT = {"spam": "suspected-junk", "test": "suspected-junk", "duplicate": "likely-duplicate"}
GIVEN_LATER = "credit-back"  # the reason of a decision that gives credit to which somebody had to agree
BY_ITSELF = "firstright"  # who agrees where a fact says so
FOUND_SO = ("email_bounced", "phone_invalid")  # facts by which a contact is known to be invalid


class Judged(StrEnum):
    """What comes of it. All but the first two are a no, and its reason."""

    GIVEN = "given"
    ASKED = "asked"
    NO_CREDIT = "no-credit"  # by the policy, this reason gives none
    TOO_LATE = "too-late"
    OVER_CAP = "over-cap"
    GONE = "gone"  # they are in that pool no more


class Back(msgspec.Struct, frozen=True):
    """What moves, and what stays to be told; `world` is the one in which it has been given back."""

    world: World
    credits: tuple[Returned, ...] = ()
    effects: tuple[CreditAsked, ...] = ()


def most(turns: int, percent: int) -> int:
    """How many of a month's turns may be given back: a part of them, but one at least wherever any may."""
    return max(1, turns * percent // 100) if percent > 0 else 0


def judged(reason: str, spent: Spent, policy: Policy, as_of: datetime) -> Judged:
    """By the one table of reasons. To what was agreed later neither table nor window is asked again, the cap is."""
    rule = policy.credit_back.get(reason)
    if not spent.approved and (rule is None or not rule.credit):
        return Judged.NO_CREDIT
    if rule and not spent.approved and as_of - spent.at > rule.window:
        return Judged.TOO_LATE
    if spent.back >= most(spent.turns, policy.credit_back_most):
        return Judged.OVER_CAP
    if rule is None or spent.approved or rule.approval is Approval.NOBODY:
        return Judged.GIVEN
    agreed = rule.approval is Approval.VERIFIED and spent.verified
    return Judged.GIVEN if agreed else Judged.ASKED


def back(reason: str, spent: Spent, policy: Policy, world: World) -> Back:
    """It is given back before the lead is routed again: whoever gets it then is picked from the rotation as it truly
    stands, and its row follows this one on the ledger."""
    came = judged(reason, spent, policy, world.as_of)
    if came is Judged.NO_CREDIT:
        return Back(world)
    if came is Judged.GIVEN:
        return given(reason, spent, world)
    if spent.rep not in world.roster.members(spent.pool).ids:
        came = Judged.GONE
    asked = CreditAsked(spent.pool, spent.lane, spent.rep, spent.cost, reason)
    if came is Judged.ASKED:
        return Back(world, (), (asked,))
    return Back(world, (), (replace(asked, state="refused", because=came),))


def given(reason: str, spent: Spent, world: World) -> Back:
    """It goes back, whatever was judged; but for who is in that pool no more."""
    asked = CreditAsked(spent.pool, spent.lane, spent.rep, spent.cost, reason)
    if spent.rep not in world.roster.members(spent.pool).ids:
        return Back(world, (), (replace(asked, state="refused", because=Judged.GONE),))
    change = _returned(spent, world)
    return Back(_after(world, change), (change,), (replace(asked, state="given"),))


def settle(lead: Lead, act: Act, policy: Policy, world: World) -> Decision:
    """What was asked for is agreed to: the lead stays where it is, and the turn goes back to who had it. Nothing moves
    when it cannot be given: see `judged`."""
    decision = kept(lead, GIVEN_LATER)
    spent = act.spent
    if spent is None or spent.rep not in world.roster.members(spent.pool).ids:
        return decision
    agreed = replace(spent, approved=True)  # whoever found it to be so agrees by that
    if judged(act.reason, agreed, policy, world.as_of) is not Judged.GIVEN:
        return decision
    return replace(decision, credits=(_returned(spent, world),))


def with_back(decision: Decision, given: Back) -> Decision:
    """A decision that comes with credit given back: its rows come first."""
    return replace(
        decision,
        credits=(*given.credits, *decision.credits),
        effects=(*given.effects, *decision.effects),
    )


def found_so(facts: Facts) -> bool:
    """Whether what is known about a lead says that nobody can be reached there."""
    return any(facts.get(name) is True for name in FOUND_SO)


def adjusted(standing: PoolStanding, rep: str, amount: int) -> PoolStanding:
    """A row that operations wrote by hand. No decision made it, so no roster version says who the members were: whoever
    is not among them yet is put at the end."""
    if rep not in standing.members:
        standing = align(standing, (*standing.members, rep))
    return returned(standing, standing.members.index(rep), amount)


def _returned(spent: Spent, world: World) -> Returned:
    seq = world.standing.pool(spent.pool, spent.lane).seq + 1
    return Returned(spent.pool, spent.lane, seq, spent.rep, spent.cost)


def _after(world: World, change: Returned) -> World:
    standing, key = world.standing, (change.pool, change.lane)
    pool = moved(standing.pool(*key), change, shared_by(change, world.roster, world.as_of))
    return replace(world, standing=replace(standing, changed_pools={**standing.changed_pools, key: pool}))
