"""Credit that somebody must agree to, answered; and credit that operations adjust by hand, with a reason.

Who may is asked here, under the turn: the manager of whose turn it was, or operations, and never they themselves.
"""

import msgspec

from firstright.core.authority import Actor, Right
from firstright.core.causes.creditback import Judged, adjusted
from firstright.core.lead import Act
from firstright.core.pools import LEAD
from firstright.desk.acting import not_one, standing
from firstright.desk.assigning import wrong_reason
from firstright.desk.batch import Batch
from firstright.desk.spending import give, may_be_given
from firstright.desk.spent import spent_for
from firstright.errors import FirstrightError, NotFound, Refused
from firstright.storage import audit, credits
from firstright.storage.rows import CreditRequestRow, LedgerRow

MAIN = "main"
MOST_LEADS = 1_000  # by which credit is adjusted at once


class Answered(msgspec.Struct, frozen=True):
    """What became of it. `decision` gave the credit back, empty where none did; `repeat`: it stood so before."""

    request: str
    lead: str
    rep: str
    pool: str
    state: str  # given | refused
    decision: str
    repeat: bool


class Adjusted(msgspec.Struct, frozen=True):
    """Where somebody stands now, in 10⁻⁹ leads; `seq` is the row of the ledger that says by how much."""

    pool: str
    lane: str
    rep: str
    amount: int
    credit: int
    seq: int


class _Answer:
    """A yes or a no to one request."""

    lane = "person"
    state = ""
    action = ""

    def __init__(self, request: str, actor: Actor, reason: str) -> None:
        self.request = request
        self.actor = actor
        self.reason = reason.strip()

    def needs(self, batch: Batch) -> None:
        """Which lead it is about is known only under the turn."""

    def perform(self, batch: Batch) -> Answered | FirstrightError:
        asked = credits.load(batch.tx, self.request)
        if asked is None or not may_see(self.actor, asked.rep):
            return NotFound(f"credit request {self.request}")
        if wrong := self.wrong(asked):
            return Refused(wrong)
        if asked.state == self.state:
            return self._answered(asked, "", repeat=True)
        if asked.state != "asked":
            by = asked.resolved_by or "the policy"
            return Refused([f"request: {by} has answered it already: it was {asked.state}"])
        done = self.done(batch, asked)
        if isinstance(done, FirstrightError):
            return done
        about = {"lead": asked.lead_id, "rep": asked.rep, "pool": asked.pool, "reason": self.reason}
        self._noted(batch, asked.id, about)
        return self._answered(asked, done, repeat=False)

    def rescue(self, batch: Batch, failure: Exception) -> Answered | FirstrightError:
        raise failure

    def wrong(self, asked: CreditRequestRow) -> list[str]:
        if self.actor.rep and self.actor.rep == asked.rep:
            return ["request: is your own, and somebody else's to answer"]
        return wrong_reason(self.reason) if self.reason else []

    def done(self, batch: Batch, asked: CreditRequestRow) -> str | FirstrightError:
        """The decision that gave the credit, if one did."""
        raise NotImplementedError

    def _answered(self, asked: CreditRequestRow, decision: str, *, repeat: bool) -> Answered:
        return Answered(asked.id, asked.lead_id, asked.rep, asked.pool, self.state, decision, repeat)

    def _noted(self, batch: Batch, request: str, about: dict[str, str]) -> None:
        now, n, by = batch.turn.now, batch.turn.n, self.actor.user
        audit.append(batch.tx, batch.new_id(), now, n, by, self.action, "credit-request", request, about)


class ApproveCredit(_Answer):
    """The credit goes back, by a decision of its own about the lead, which stays wherever it is by now."""

    state = "given"
    action = "approve-credit"

    def done(self, batch: Batch, asked: CreditRequestRow) -> str | FirstrightError:
        row = standing(batch, asked.lead_id)
        lead = batch.lead(row.id) if row else None
        if lead is None:
            return NotFound(f"lead {asked.lead_id}")
        spent = msgspec.structs.replace(spent_for(batch, asked), approved=True)
        match may_be_given(batch, asked.reason, spent):
            case Judged.GONE:
                return Refused(
                    [f"request: {asked.rep} is in {asked.pool} no more, and nothing is owed there"]
                )
            case Judged.OVER_CAP:
                return Refused([_over(asked, spent.turns, spent.back, batch.policy.policy.credit_back_most)])
        called = "" if self.actor.rep else self.actor.name
        by = self.actor.rep or self.actor.user
        act = Act(by=by, called=called, reason=asked.reason, note=self.reason, spent=spent)
        return give(batch, lead, asked, act, self.reason, self.actor.user).id


class RefuseCredit(_Answer):
    """The turn stays as it was. It takes a reason: they are told."""

    state = "refused"
    action = "refuse-credit"

    def wrong(self, asked: CreditRequestRow) -> list[str]:
        return super().wrong(asked) or wrong_reason(self.reason)

    def done(self, batch: Batch, asked: CreditRequestRow) -> str:
        credits.resolve(batch.tx, asked.id, "refused", batch.turn.now, self.actor.user, self.reason)
        return ""


class AdjustCredit:
    """A rotation set right by hand. The row has no decision: it says who wrote it in the audit trail."""

    lane = "person"

    def __init__(
        self, pool: str, rep: str, amount: int, actor: Actor, reason: str, ledger: str = MAIN
    ) -> None:
        """`amount` in 10⁻⁹ leads; less than nothing takes credit away."""
        self.pool = pool
        self.rep = rep
        self.amount = amount
        self.actor = actor
        self.reason = reason.strip()
        self.ledger = ledger

    def needs(self, batch: Batch) -> None:
        """Where the rotation stands is the batch's to know."""

    def perform(self, batch: Batch) -> Adjusted | FirstrightError:
        if wrong := self._wrong(batch):
            return Refused(wrong)
        world, key = batch.world, (self.pool, self.ledger)
        before = world.standing
        after = adjusted(before.pool(*key), self.rep, self.amount)
        changed = msgspec.structs.replace(before, changed_pools={**before.changed_pools, key: after})
        batch.move_to(msgspec.structs.replace(world, standing=changed))
        now = batch.turn.now
        batch.rows.ledger.append(LedgerRow(*key, after.seq, "manual", self.rep, self.amount, "", None, now))
        about = {
            "rep": self.rep,
            "lane": self.ledger,
            "amount": self.amount,
            "row": after.seq,
            "reason": self.reason,
        }
        by, n = self.actor.user, batch.turn.n
        audit.append(batch.tx, batch.new_id(), now, n, by, "adjust-credit", "pool", self.pool, about)
        credit = after.credit[after.members.index(self.rep)]
        return Adjusted(*key, self.rep, self.amount, credit, after.seq)

    def rescue(self, batch: Batch, failure: Exception) -> Adjusted | FirstrightError:
        raise failure

    def _wrong(self, batch: Batch) -> list[str]:
        if not self.actor.sees_all:
            return [f"pool: {self.actor.name} may not adjust credit by hand"]
        pools, found = batch.policy.policy.pools, []
        if self.pool not in pools:
            return [not_one(f'pool: "{self.pool}"', self.pool, tuple(pools))]
        members = batch.roster.members(self.pool).ids
        if self.rep not in members:
            found.append(not_one(f'rep: "{self.rep}"', self.rep, members))
        if self.rep == self.actor.rep:
            found.append("rep: is yourself, and somebody else's to adjust")
        if not 0 < abs(self.amount) <= MOST_LEADS * LEAD:
            found.append(f"leads: is not nothing, and {MOST_LEADS} at most")
        if self.ledger != MAIN and not batch.world.standing.pool(self.pool, self.ledger).seq:
            found.append(f"lane: nothing was ever counted in {self.ledger}")
        return found + wrong_reason(self.reason)


class CreditAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As it was written down."""

    request: str
    approve: bool
    reason: str = ""

    def work(self, actor: Actor) -> ApproveCredit | RefuseCredit:
        kind = ApproveCredit if self.approve else RefuseCredit
        return kind(self.request, actor, self.reason)


class CreditAdjusted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As it was written down; `amount` in 10⁻⁹ leads."""

    pool: str
    rep: str
    amount: int
    reason: str
    lane: str = MAIN

    def work(self, actor: Actor) -> AdjustCredit:
        return AdjustCredit(self.pool, self.rep, self.amount, actor, self.reason, self.lane)


def may_see(actor: Actor, rep: str) -> bool:
    """Whether what this rep asked is theirs to answer, or their own."""
    return actor.may(Right.REVIEW) and (actor.sees_all or rep in actor.team)


def _over(asked: CreditRequestRow, turns: int, back: int, percent: int) -> str:
    return (
        f"request: of the {turns} turns {asked.rep} had in {asked.pool} this month {back} "
        f"{'has' if back == 1 else 'have'} been given back already, and the policy lets {percent} % be: "
        "refuse it, or adjust it by hand"
    )
