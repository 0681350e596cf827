"""Owner precedence: who already has a claim on this lead, before any rule is asked.

Steps are tried in the policy's order and a higher step simply wins; only a step that contradicts itself goes to review.
"""

from datetime import datetime

import msgspec

from firstright.core.compiled import Compiled
from firstright.core.eligibility import away_until, is_away
from firstright.core.landing import Landing, Notes
from firstright.core.lead import Cause, Holder, HolderKind, Lead, Outcome, Waiting
from firstright.core.matching import Match
from firstright.core.policy import Precedence, Step, WhenAway
from firstright.core.world import Candidate, World


class Claim(msgspec.Struct, frozen=True):
    """The owners one step names, strongest first; more than one is a contradiction."""

    owners: tuple[str, ...] = ()
    review: str = ""  # a reason: the step itself asks for a person


NO_CLAIM = Claim()


def precedence(
    lead: Lead, cause: Cause, known: Match, policy: Compiled, world: World, notes: Notes
) -> Landing | None:
    """Where owner precedence lands the lead; None when no step has a claim that can be met."""
    for step in policy.policy.precedence:
        claim = _claim(step, lead, known, policy, world.as_of)
        if claim.review or len(claim.owners) > 1:
            notes.say("step", step.step, "contradiction" if claim.owners else "listed", "review")
            reason = claim.review or "owner-conflict"
            return Landing(
                Outcome.REVIEW, f"step:{step.step}", Holder(HolderKind.REVIEW, reason), review=claim.owners
            )
        if claim.owners:
            landing = _take(step, claim.owners[0], lead, world, notes)
            if landing:
                return landing
    return None


def _claim(step: Precedence, lead: Lead, known: Match, policy: Compiled, as_of: datetime) -> Claim:
    def recent(found: tuple[Candidate, ...]) -> list[Candidate]:
        return [c for c in found if step.within is None or c.at is None or as_of - c.at <= step.within]

    match step.step:
        case Step.MANUAL_LOCK:
            return Claim((lead.locked_to,)) if lead.locked_to else NO_CLAIM
        case Step.DO_NOT_ASSIGN:
            return _listed(lead, policy)
        case Step.OPEN_OPPORTUNITY:
            return _owners(recent(known.opportunities))
        case Step.ACCOUNT_OWNER:
            return _owners(recent(known.accounts))
        case Step.ACTIVE_HANDOFF:
            return NO_CLAIM  # no handoff is stored yet; the step keeps its place in the order
        case Step.PREVIOUS_OWNER:
            return _newest([*recent(known.people), *recent(known.contacts)])
        case Step.SAME_COMPANY:
            return _newest([c for c in recent(known.colleagues) if c.open])


def _listed(lead: Lead, policy: Compiled) -> Claim:
    for fact in ("email", "domain"):
        rep = policy.policy.do_not_assign.get(str(lead.facts.get(fact, "")))
        if rep:
            return Claim(review="unusual-request") if rep == "review" else Claim((rep,))
    return NO_CLAIM


def _owners(found: list[Candidate]) -> Claim:
    """All owners among those found by the strongest key."""
    owned = [c for c in found if c.owner]
    return Claim(tuple(dict.fromkeys(c.owner for c in owned if c.key == owned[0].key)))


def _newest(found: list[Candidate]) -> Claim:
    owned = next((c.owner for c in found if c.owner), "")
    return Claim((owned,)) if owned else NO_CLAIM


def _take(step: Precedence, owner: str, lead: Lead, world: World, notes: Notes) -> Landing | None:
    """Hands the lead to the owner found, or does what the step says when the owner is away."""
    reason = f"step:{step.step}"
    rep = world.roster.reps.get(owner)
    if not is_away(rep, world.roster, world.as_of):
        notes.say("step", step.step, "true", "took")
        return Landing(Outcome.OWNER, reason, Holder(HolderKind.REP, owner))
    if rep is None:
        notes.say("step", step.step, "unknown-rep", "next")
        return None
    stand_in = ""
    if step.when_away is WhenAway.BACKUP:
        backups = [a.backup for a in rep.absences if a.starts <= world.as_of < a.ends]
        stand_in = backups[0] if backups else ""
    elif step.when_away is WhenAway.MANAGER:
        stand_in = rep.manager
    elif step.when_away is WhenAway.WAIT and step.wait:
        back = away_until(rep, world.as_of)
        limit = (
            lead.waiting.until if lead.waiting and lead.waiting.rule == reason else world.as_of + step.wait
        )
        if back and world.as_of < back <= limit:
            notes.say("step", step.step, "away", "waited")
            return Landing(
                Outcome.WAITING,
                reason,
                waiting=Waiting(reason, limit),
                next_at=back,
                again=Cause.HOURS_OPENED,
            )
    if stand_in and not is_away(world.roster.reps.get(stand_in), world.roster, world.as_of):
        notes.say("step", step.step, "away", step.when_away)
        return Landing(Outcome.OWNER, reason, Holder(HolderKind.REP, stand_in))
    notes.say("step", step.step, "away", "next")
    return None
