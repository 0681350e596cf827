"""What somebody decides by hand about a lead: to whom it goes, or that the rules decide once more.

Who may is asked here, under the turn, of the actor they are; what follows is `core.causes.overriding`'s. A lead that was in
review is thereby decided about, and its review resolved.
"""

from firstright.core.assignment.eligibility import person_codes
from firstright.core.authority import Actor, Right, claimable
from firstright.core.decision import Code
from firstright.core.lead import Act, Cause, Chosen, HolderKind, Lead, Outcome
from firstright.core.matching import NOT_WORKED, PERSONAL
from firstright.core.matchkeys import match_keys
from firstright.desk.acting import OnLead, not_one, with_act
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.deciding import decide_in
from firstright.errors import FirstrightError, NotFound, Refused
from firstright.storage import reviews

LONGEST_REASON = 500
GONE = frozenset({Code.INACTIVE, Code.LEFT})
AGAIN = frozenset({Outcome.OWNER, Outcome.PENDING})  # what opens a lead again that is worked no more


class ByHand(OnLead):
    """A decision of somebody's own, with its reason."""

    resolution = ""  # what a review is resolved with

    def __init__(
        self, lead: str, actor: Actor, reason: str, *, epoch: int | None = None, key: str = ""
    ) -> None:
        super().__init__(lead, actor.rep or actor.user, epoch=epoch, key=key)
        self.actor = actor
        self.reason = reason.strip()

    def chosen(self, batch: Batch) -> Chosen:
        raise NotImplementedError

    def barred(self, batch: Batch, lead: Lead) -> FirstrightError | None:
        """What they may not see is not there for them; what they may not do they are told before anything else."""
        queues = claimable(self.actor.rep, batch.policy.policy, batch.roster)
        if not self.actor.sees(lead.holder, queues):
            return NotFound(f"lead {self.lead}")
        reasons = self.not_theirs(batch, lead)
        return Refused(reasons) if reasons else None

    def not_theirs(self, batch: Batch, lead: Lead) -> list[str]:
        """Why they may not decide this."""
        return [] if self.actor.may(Right.ASSIGN) else [f"lead: {self.actor.name} may not assign leads"]

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        found = wrong_reason(self.reason)
        if self.chosen(batch).outcome in AGAIN and (other := elsewhere(batch, lead)):
            found.append(f"lead: the same person is being worked as lead {other}")
        return found

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        batch.know(match_keys(lead.facts, lead.source))
        done = decide_in(batch, self._acting(lead, self.chosen(batch)), Cause.OVERRIDDEN, trigger)
        if lead.holder.kind is HolderKind.REVIEW and not done.decision.kept:
            by, note = self.actor.user, self.reason
            reviews.resolve(batch.tx, lead.id, self.resolution, done.as_of, by, note)
        return done

    def _acting(self, lead: Lead, chosen: Chosen) -> Lead:
        called = "" if self.actor.rep else self.actor.name
        act = Act(by=self.by, reason=self.reason, called=called, chosen=chosen)
        return with_act(lead, act)


class Reassign(ByHand):
    """To this rep, also when they are away or full; from wherever it is. It stays theirs whatever is learnt later, until the
    cycle ends or they give it up: see docs/design-notes.md. A lead that is over begins a new cycle."""

    verb = "reassign"
    resolution = "assigned"

    def __init__(
        self, lead: str, actor: Actor, to: str, reason: str, *, epoch: int | None = None, key: str = ""
    ) -> None:
        super().__init__(lead, actor, reason, epoch=epoch, key=key)
        self.to = to

    def chosen(self, batch: Batch) -> Chosen:
        return Chosen(Outcome.OWNER, rep=self.to)

    def not_theirs(self, batch: Batch, lead: Lead) -> list[str]:
        return super().not_theirs(batch, lead) or may_not_move(self.actor, lead, self.to, batch)

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        return [*no_taker(batch, self.to), *super().refused(batch, lead)]


class Reroute(ByHand):
    """To whoever the rules find now, as if nobody had been chosen by hand."""

    verb = "reroute"
    resolution = "rules"

    def chosen(self, batch: Batch) -> Chosen:
        return Chosen(Outcome.PENDING)


def may_not_move(actor: Actor, lead: Lead, to: str, batch: Batch) -> list[str]:
    """A manager moves leads among their own people, and to them from where nobody has them."""
    if to not in batch.roster.reps or actor.may_assign(lead.holder, to):
        return []
    return [f"rep: {actor.name} may give leads only to the people of their own team"]


def no_taker(batch: Batch, to: str) -> list[str]:
    """Somebody who is away or full can be given a lead by hand; nobody, and who has gone, cannot."""
    rep = batch.roster.reps.get(to)
    if rep is None:
        return [not_one(f'rep: "{to}"', to, tuple(batch.roster.reps))]
    gone = not GONE.isdisjoint(person_codes(rep, batch.roster, batch.turn.now, hours=False)[0])
    return [f"rep: {rep.name or to} is here no more"] if gone else []


def wrong_reason(reason: str) -> list[str]:
    if not reason:
        return ["reason: is needed, in a few words of your own"]
    if len(reason) > LONGEST_REASON:
        return [f"reason: has at most {LONGEST_REASON} characters"]
    if not all(c.isprintable() or c in "\r\n\t" for c in reason):
        return ["reason: has characters that cannot be seen"]
    return []


def elsewhere(batch: Batch, lead: Lead) -> str:
    """Another lead that is the same person and being worked, where this one is not: opened again they would be two."""
    if lead.outcome not in NOT_WORKED and lead.outcome is not Outcome.QUARANTINED:
        return ""
    keys = [key for key in match_keys(lead.facts, lead.source) if key[0] in PERSONAL]
    batch.know(keys)
    found = [c for key in keys for c in batch.world.known.get(key, ())]
    return next((c.id for c in found if c.kind == "lead" and c.open and c.id != lead.id), "")
