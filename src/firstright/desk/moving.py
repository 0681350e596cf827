"""Somebody says where a lead is: moved on when its status has what it asks for, won, lost, disqualified with a reason of the
list, or open again. Everything that stands in the way is gathered and named. Roles beside the owner are set here, too.

What must be so is `core.criteria`; what follows, `core.causes.moving`.
"""

from collections.abc import Mapping

import msgspec

from firstright.core.authority import Actor, Right, Role, claimable
from firstright.core.criteria import Checked, Evidence, called, checked
from firstright.core.lead import Act, Cause, Chosen, Fact, Holder, HolderKind, Lead, Outcome
from firstright.core.leadtypes import lacking
from firstright.core.matchkeys import match_keys
from firstright.core.pipeline import (
    BY_HAND,
    DISQUALIFIED_AS,
    ENDED,
    LOST,
    ROLES,
    WON,
    Moved,
    Pipeline,
    RoleGiven,
    says_nothing,
)
from firstright.core.policy import Policy
from firstright.core.providers import said_over
from firstright.core.status import REACHED, REPLIES, refusal
from firstright.desk.acting import OnLead, not_one, superseded, with_act
from firstright.desk.assigning import LONGEST_REASON, elsewhere, no_taker, wrong_reason
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.converting import deal_closed
from firstright.desk.deciding import decide_in
from firstright.errors import FirstrightError, NotFound, Refused
from firstright.storage import reviews, statuses
from firstright.storage.rows import MatchKeyRow
from firstright.storage.statuses import Logged

REOPENED = "new"
TARGETS = (*BY_HAND, *ENDED, REOPENED)
WORKED = frozenset({Outcome.OWNER, Outcome.SUPPORT, Outcome.PARTNER})
ELSEWHERE = {
    "routed": "is what a lead becomes when somebody gets it: reassign it",
    "needs-enrichment": "is what a lead is held in for facts its type requires: nobody moves it there",
    "nurture": "is entered by a handoff, with the day it comes back",
    "support": "is entered by a handoff: somebody there must take it",
    "partner": "is entered by a handoff: the partner must take it",
}


class OfActor(OnLead):
    """What somebody does to a lead they see and have, or whose people have it. Who names a rep there is none of is told so."""

    def __init__(self, lead: str, actor: Actor, *, epoch: int | None = None, key: str = "") -> None:
        super().__init__(lead, actor.rep or actor.user, epoch=epoch, key=key)
        self.actor = actor

    def barred(self, batch: Batch, lead: Lead) -> FirstrightError | None:
        """What they may not see is not there for them; what is another's they are told."""
        if self.actor.role is Role.REP and self.actor.rep not in batch.roster.reps:
            return Refused([not_one(f'rep: "{self.actor.rep}"', self.actor.rep, tuple(batch.roster.reps))])
        holder = self.whose(batch, lead)
        if not self.actor.sees(holder, claimable(self.actor.rep, batch.policy.policy, batch.roster)):
            if self.actor.role is not Role.REP or holder.kind is HolderKind.NONE:
                return NotFound(f"lead {self.lead}")
            return superseded(lead)
        theirs = holder.kind is HolderKind.REP and holder.id == self.actor.rep
        return None if theirs or self.actor.may(Right.ASSIGN) else superseded(lead)

    def whose(self, batch: Batch, lead: Lead) -> Holder:
        """Whose lead it is, as far as this act is concerned."""
        return lead.holder

    def act(self, **more: object) -> Act:
        named = Act(by=self.by, called="" if self.actor.rep else self.actor.name)
        return msgspec.structs.replace(named, **more)


class MoveStatus(OfActor):
    """To another status. `reason`: of the list for disqualified, in words for lost and for what is opened again. `met` are the
    criteria they vouch for, with a `note`; `facts` what they know by now. Moved to "new", a lead that is over is decided again."""

    verb = "status"

    def __init__(
        self,
        lead: str,
        actor: Actor,
        to: str,
        *,
        reason: str = "",
        met: tuple[str, ...] = (),
        note: str = "",
        facts: Mapping[str, Fact] | None = None,
        epoch: int | None = None,
        key: str = "",
    ) -> None:
        super().__init__(lead, actor, epoch=epoch, key=key)
        self.to = to
        self.reason = reason.strip()
        self.met = tuple(dict.fromkeys(met))
        self.note = note.strip()
        self.facts = dict(facts or {})

    def is_so(self, lead: Lead) -> bool:
        return lead.status == self.to and not (self.met or self.facts)

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        if wrong := _no_way(lead, self.to):
            return [wrong]
        if self.to == REOPENED and (other := elsewhere(batch, lead)):
            return [f"lead: the same person is being worked as lead {other}"]
        policy = batch.policy.policy
        reasons = [
            *_wrong_words(self.to, self.reason, policy.pipeline),
            *self._wrong_word_given(lead, policy),
        ]
        if self.to in (*BY_HAND, WON):
            lacks = wanting(policy, lead, self.to, self.evidence(batch, lead))
            reasons += [lacks] if lacks else []
        return reasons

    def evidence(self, batch: Batch, lead: Lead) -> Evidence:
        facts = said_over(lead.facts, self.facts) if self.facts else lead.facts
        log = statuses.logged(batch.tx, lead.id, lead.cycle, lead.arrived_at, batch.turn.now)
        said = {each.criterion for each in statuses.vouched(batch.tx, lead.id, lead.cycle)}
        return evidence(facts, log, frozenset(said | set(self.met)))

    def _wrong_word_given(self, lead: Lead, policy: Policy) -> list[str]:
        """A word is given for what the status asks for, only where the policy takes one, and with a note."""
        if not self.met:
            return []
        asked = {each.name: each for each in checked(policy.pipeline, lead.status, self.to, Evidence())}
        wrong = [not_one(f'met: "{name}"', name, tuple(asked)) for name in self.met if name not in asked]
        wrong += [
            f"met: {called(name)} is checked, nobody can give their word for it"
            for name in self.met
            if name in asked and not asked[name].may_vouch
        ]
        return [
            *wrong,
            *([] if self.note else ["note: is needed where you give your word: what was said, and by whom"]),
        ]

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        facts = said_over(lead.facts, self.facts) if self.facts else lead.facts
        batch.know(match_keys(facts, lead.source))  # an address they tell may be somebody else's
        moving = msgspec.structs.replace(lead, facts=facts, act=self._act())
        done = decide_in(batch, moving, self._cause(lead), trigger)
        if self.facts:
            batch.rows.match_keys += [MatchKeyRow(kind, value, "lead", lead.id) for kind, value in done.keys]
        if self.met:
            now = batch.turn.now
            statuses.vouch(batch.tx, lead.id, lead.cycle, self.met, self.by, self.note, now, lead.person)
        if lead.holder.kind is HolderKind.REVIEW and not done.decision.kept:
            by = self.actor.user
            reviews.resolve(batch.tx, lead.id, self.to, done.as_of, by, self.reason or self.note)
        if self.to in (WON, LOST, DISQUALIFIED_AS):
            deal_closed(batch, done.after, won=self.to == WON)
        return done

    def _act(self) -> Act:
        if self.to == REOPENED:
            return self.act(reason=self.reason, chosen=Chosen(Outcome.PENDING))
        said = self.note or ("" if self.to == DISQUALIFIED_AS else self.reason)
        why = self.reason if self.to == DISQUALIFIED_AS else ""
        return self.act(reason=said, moved=Moved(self.to, why, self.met))

    def _cause(self, lead: Lead) -> Cause:
        return Cause.OVERRIDDEN if self.to in (*ENDED, REOPENED) else Cause.QUALIFIED


class SetRole(OfActor):
    """Somebody has a role on the lead beside its owner, or nobody any more where `rep` is empty."""

    verb = "role"

    def __init__(
        self, lead: str, actor: Actor, role: str, rep: str, *, epoch: int | None = None, key: str = ""
    ) -> None:
        super().__init__(lead, actor, epoch=epoch, key=key)
        self.role = role
        self.rep = rep

    def is_so(self, lead: Lead) -> bool:
        return dict(lead.roles).get(self.role, "") == self.rep and self.role in ROLES

    def refused(self, batch: Batch, lead: Lead) -> list[str]:
        reps = batch.roster.reps
        wrong = [] if self.role in ROLES else [not_one(f'role: "{self.role}"', self.role, ROLES)]
        if self.rep and (gone := no_taker(batch, self.rep)):
            wrong += gone
        elif self.rep and not wrong and not has_role(batch, self.role, self.rep):
            pools = ", ".join(batch.policy.policy.pipeline.roles[self.role])
            wrong.append(f"rep: {reps[self.rep].name or self.rep} is no {self.role}: members of {pools} are")
        return wrong

    def done(self, batch: Batch, lead: Lead, trigger: str) -> Concluded:
        batch.know(match_keys(lead.facts, lead.source))
        act = self.act(role=RoleGiven(self.role, self.rep))
        return decide_in(batch, with_act(lead, act), Cause.OVERRIDDEN, trigger)


def has_role(batch: Batch, role: str, rep: str) -> bool:
    """Whether the policy lets them have it: where it names no pools for it, anybody."""
    pools = batch.policy.policy.pipeline.roles.get(role, ())
    return not pools or any(place.pool in pools for place in batch.roster.reps[rep].memberships)


def evidence(facts: Mapping[str, Fact], log: Logged, vouched: frozenset[str]) -> Evidence:
    """What speaks for a lead, of what is logged and said of it."""
    both = any(result in REACHED or channel == "meeting" for channel, result in log.touches)
    return Evidence(
        facts=facts,
        tried=bool(log.touches),
        reached=both or not REPLIES.isdisjoint(log.engagements),
        ahead=log.task or log.meeting,
        meeting=log.meeting or any(result == "booked" for _, result in log.touches),
        vouched=vouched,
    )


def wanting(policy: Policy, lead: Lead, to: str, has: Evidence) -> str:
    """Everything a status still asks for, in one sentence; empty when it asks for no more."""
    unmet = [each for each in checked(policy.pipeline, lead.status, to, has) if not each.met]
    fields = [problem.pointer[1:] for problem in lacking(policy.types, has.facts, to)]
    lacks = [*(f"{name} (not known)" for name in fields), *(f"{each.asks} ({_how(each)})" for each in unmet)]
    return f"to: {to} needs: {'; '.join(lacks)}" if lacks else ""


def _how(each: Checked) -> str:
    return f"{each.lacks}, and nobody has given their word" if each.may_vouch else each.lacks


def _no_way(lead: Lead, to: str) -> str:
    """Why nobody moves this lead there, whatever is known of it."""
    if to in ELSEWHERE:
        return f"to: {to} {ELSEWHERE[to]}"
    if to not in TARGETS:
        return not_one(f'to: "{to}"', to, TARGETS)
    if to == REOPENED:
        return (
            ""
            if lead.status in (*ENDED, "nurture")
            else f"to: this lead is {lead.status}: only what is over is opened again"
        )
    if lead.outcome is Outcome.QUARANTINED:
        return "lead: it is in quarantine, and no lead yet"
    if to in ENDED:
        return ""
    if refusal(lead, Cause.QUALIFIED):
        return f"to: a lead that is {lead.status} is over: it is opened again first"
    if lead.outcome is Outcome.OFFERED and lead.offer:
        return f"to: it is offered to {lead.offer.to.id}: the answer comes first, or the offer is withdrawn"
    if lead.outcome not in WORKED:
        return f"to: nobody has this lead ({lead.outcome}): it is moved by whoever works it"
    return ""


def _wrong_words(to: str, reason: str, pipeline: Pipeline) -> list[str]:
    """A reason where one is needed: of the list to disqualify, in words of one's own for what is lost or opened again."""
    if to == DISQUALIFIED_AS:
        return wrong_disqualification(reason, pipeline)
    if to in (LOST, REOPENED):
        return wrong_reason(reason)
    return [f"reason: has at most {LONGEST_REASON} characters"] if len(reason) > LONGEST_REASON else []


def wrong_disqualification(reason: str, pipeline: Pipeline) -> list[str]:
    """Why nobody may disqualify a lead with this word."""
    listed = pipeline.disqualified
    if reason in listed:
        return []
    known = f"say which of these it is: {', '.join(listed)}"
    if not reason:
        return [f"reason: is needed to disqualify; {known}"]
    if says_nothing(reason):
        return [f'reason: "{reason[:80]}" alone says nothing anybody can learn from; {known}']
    return [not_one(f'reason: "{reason[:80]}"', reason, listed)]
