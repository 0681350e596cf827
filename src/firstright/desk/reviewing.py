"""Review as work: one of many who claim an item has it, and whoever decides says what becomes of the lead, and why.

The decision goes the way of everything that is decided by hand (`assigning`); here is whose turn it is to make it.
"""

from datetime import datetime, timedelta

import msgspec

from firstright.core.authority import Actor, Right
from firstright.core.lead import Chosen, HolderKind, Lead, Outcome
from firstright.desk.acting import Acted, not_one, superseded
from firstright.desk.assigning import ByHand, may_not_move, no_taker
from firstright.desk.batch import Batch
from firstright.desk.moving import wrong_disqualification
from firstright.errors import FirstrightError, InHand, NotFound, Refused
from firstright.storage import audit, reviews
from firstright.storage.rows import ReviewRow

CLAIM_HOLDS = timedelta(hours=4)  # somebody who has gone home holds up nobody
DECISIONS = ("assign", "rules", "nurture", "reject", "close")
SHORTEST_WAIT, LONGEST_WAIT = timedelta(hours=1), timedelta(days=730)
RESOLVED_WITH = {
    "assign": "assigned",
    "rules": "rules",
    "nurture": "nurture",
    "reject": "rejected",
    "close": "disqualified",
}


class Claimed(msgspec.Struct, frozen=True):
    """How the item stands. `repeat`: it stood so before."""

    review: str
    lead: str
    by: str  # a user, or empty
    since: datetime | None
    repeat: bool


class Verdict(msgspec.Struct, frozen=True):
    """What is decided: to a `rep`; by the rules once more; nurture for a `wait`; rejected; closed for a `why` of the list."""

    decision: str  # DECISIONS
    rep: str = ""
    wait: timedelta | None = None
    why: str = ""  # of the policy's list


class _OnReview:
    """One thing done to one open item."""

    lane = "person"

    def __init__(self, review: str, actor: Actor) -> None:
        self.review = review
        self.actor = actor

    def needs(self, batch: Batch) -> None:
        """Which lead it is about is known only under the turn."""

    def perform(self, batch: Batch) -> Claimed | FirstrightError:
        item = reviews.load(batch.tx, self.review)
        lead = batch.lead(item.lead_id) if item else None
        if item is None or lead is None:
            return NotFound(f"review {self.review}")
        if refused := not_a_reviewer(self.actor, lead, self.review):
            return refused
        return superseded(lead) if is_over(item, lead) else self.done(batch, item)

    def done(self, batch: Batch, item: ReviewRow) -> Claimed | FirstrightError:
        raise NotImplementedError

    def rescue(self, batch: Batch, failure: Exception) -> Claimed | FirstrightError:
        raise failure

    def _noted(self, batch: Batch, action: str, item: ReviewRow) -> None:
        now, user = batch.turn.now, self.actor.user
        about = {"lead": item.lead_id}
        audit.append(batch.tx, batch.new_id(), now, batch.turn.n, user, action, "review", item.id, about)


class ClaimReview(_OnReview):
    """Takes an item in hand: of many at once one gets it. What somebody has held for `CLAIM_HOLDS` may be taken over."""

    def done(self, batch: Batch, item: ReviewRow) -> Claimed | FirstrightError:
        user, now = self.actor.user, batch.turn.now
        if item.state == "claimed" and item.claimed_by == user:
            return Claimed(item.id, item.lead_id, user, item.claimed_at, repeat=True)
        if taken := in_hand(item, user, now):
            return taken
        reviews.claim(batch.tx, item.id, user, now)
        self._noted(batch, "claim-review", item)
        return Claimed(item.id, item.lead_id, user, now, repeat=False)


class ReleaseReview(_OnReview):
    """Puts it back. Who has it may, and whoever sees everything."""

    def done(self, batch: Batch, item: ReviewRow) -> Claimed | FirstrightError:
        if item.state == "open":
            return Claimed(item.id, item.lead_id, "", None, repeat=True)
        taken = in_hand(item, self.actor.user, batch.turn.now)
        if taken and not self.actor.sees_all:
            return taken
        reviews.release(batch.tx, item.id)
        self._noted(batch, "release-review", item)
        return Claimed(item.id, item.lead_id, "", None, repeat=False)


class ResolveReview(ByHand):
    """Decides about the lead, and so resolves its item; an open one need not be claimed first. The rules may leave the lead
    in the very review it is in: then the item stays as it is, which the outcome shows.
    """

    verb = "resolve"

    def __init__(
        self,
        review: str,
        actor: Actor,
        verdict: Verdict,
        reason: str,
        *,
        epoch: int | None = None,
        key: str = "",
    ) -> None:
        super().__init__("", actor, reason, epoch=epoch, key=key)
        self.review = review
        self.verdict = verdict
        self.resolution = RESOLVED_WITH.get(verdict.decision, "")
        self._item: ReviewRow | None = None

    def needs(self, batch: Batch) -> None:
        """Which lead it is about is known only under the turn."""

    def perform(self, batch: Batch) -> Acted | FirstrightError:
        self._item = reviews.load(batch.tx, self.review)
        if self._item is None:
            return NotFound(f"review {self.review}")
        self.lead = self._item.lead_id
        return super().perform(batch)

    def barred(self, batch: Batch, lead: Lead) -> FirstrightError | None:
        item = self._item
        assert item is not None
        if refused := not_a_reviewer(self.actor, lead, self.review):
            return refused
        if is_over(item, lead):
            return superseded(lead)
        if taken := in_hand(item, self.actor.user, batch.turn.now):
            return taken
        to = self.verdict.rep
        reasons = may_not_move(self.actor, lead, to, batch) if self.verdict.decision == "assign" else []
        return Refused(reasons) if reasons else None

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        return [*self._wrong(batch), *super().refused(batch, lead)]

    def _wrong(self, batch: Batch) -> list[str]:
        verdict = self.verdict
        match verdict.decision:
            case "assign":
                return no_taker(batch, verdict.rep)
            case "nurture":
                return _wrong_wait(verdict.wait)
            case "close":
                wrong = wrong_disqualification(verdict.why, batch.policy.policy.pipeline)
                return [each.replace("reason: ", "why: ", 1) for each in wrong]
            case known if known in DECISIONS:
                return []
            case other:
                return [not_one(f'decision: "{other}"', other, DECISIONS)]

    def chosen(self, batch: Batch) -> Chosen:
        verdict = self.verdict
        match verdict.decision:
            case "assign":
                return Chosen(Outcome.OWNER, rep=verdict.rep)
            case "rules":
                return Chosen(Outcome.PENDING)
            case "nurture" if verdict.wait:
                return Chosen(Outcome.NURTURE, until=batch.turn.now + verdict.wait)
            case "close":
                return Chosen(Outcome.CLOSED, why=verdict.why)
            case _:
                return Chosen(Outcome.REJECTED)


def not_a_reviewer(actor: Actor, lead: Lead, review: str) -> FirstrightError | None:
    if not actor.may(Right.REVIEW):
        return Refused([f"review: {actor.name} may not decide what is in review"])
    return None if actor.sees(lead.holder, ()) else NotFound(f"review {review}")


def is_over(item: ReviewRow, lead: Lead) -> bool:
    """Whether nobody has to decide it any more: it is resolved, or the lead has left for another place."""
    return item.state not in ("open", "claimed") or lead.holder.kind is not HolderKind.REVIEW


def in_hand(item: ReviewRow, user: str, now: datetime) -> InHand | None:
    """Who else is at it, unless they have been for so long that it may be taken over."""
    if item.state != "claimed" or item.claimed_by == user or item.claimed_at is None:
        return None
    free = item.claimed_at + CLAIM_HOLDS
    return InHand(item.claimed_by, item.claimed_at, free) if now < free else None


def _wrong_wait(wait: timedelta | None) -> list[str]:
    if wait is None:
        return ["wait: is needed for nurture, such as 30 days"]
    return (
        [] if SHORTEST_WAIT <= wait <= LONGEST_WAIT else ["wait: is an hour at least and two years at most"]
    )
