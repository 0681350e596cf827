"""Owner precedence: who already has a claim on this lead, before any rule is asked.

Steps are tried in the policy's order and a higher step simply wins; only a step that contradicts itself goes to review.
"""

from datetime import datetime

import msgspec

from firstright.core.compiled import Compiled
from firstright.core.eligibility import TRIED_COUNTS, away_until, is_away
from firstright.core.holding import hold
from firstright.core.landing import Landing, Notes
from firstright.core.lead import Cause, Holder, HolderKind, Lead, Outcome
from firstright.core.matching import NOTHING, Match
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
    for step in policy.policy.precedence if known is not NOTHING else policy.steps_of_strangers:
        found = claim(step, lead, known, policy, world.as_of)
        if found.review or len(found.owners) > 1:
            notes.say("step", step.step, "contradiction" if found.owners else "listed", "review")
            reason = found.review or "owner-conflict"
            return Landing(
                Outcome.REVIEW, f"step:{step.step}", Holder(HolderKind.REVIEW, reason), review=found.owners
            )
        if found.owners:
            landing = _take(step, found.owners[0], lead, cause, world, notes)
            if landing:
                return landing
    return None


def claim(step: Precedence, lead: Lead, known: Match, policy: Compiled, as_of: datetime) -> Claim:
    """Whom one step names, before it is asked whether they can take the lead."""
    match step.step:
        case Step.MANUAL_LOCK:
            return Claim((lead.locked_to,)) if lead.locked_to else NO_CLAIM
        case Step.DO_NOT_ASSIGN:
            return _listed(lead, policy)
    recent = [c for c in looked_at(step.step, known) if in_look_back(step, c, as_of)]
    if step.step in (Step.OPEN_OPPORTUNITY, Step.ACCOUNT_OWNER):
        return _owners(recent)
    return _newest(recent)


def looked_at(step: Step, known: Match) -> tuple[Candidate, ...]:
    """The records a step goes by, whatever their age."""
    match step:
        case Step.OPEN_OPPORTUNITY:
            return tuple([c for c in known.opportunities if c.open])
        case Step.ACCOUNT_OWNER:
            return known.accounts
        case Step.PREVIOUS_OWNER:
            return (*known.people, *known.contacts)
        case Step.SAME_COMPANY:
            return tuple([c for c in known.colleagues if c.open])
        case _:
            return ()  # a handoff is not stored yet; lock and list look at no record


def in_look_back(step: Precedence, candidate: Candidate, as_of: datetime) -> bool:
    return step.within is None or candidate.at is None or as_of - candidate.at <= step.within


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


def _take(
    step: Precedence, owner: str, lead: Lead, cause: Cause, world: World, notes: Notes
) -> Landing | None:
    """Hands the lead to the owner found, or does what the step says when the owner is away."""
    tried = lead.tried if cause in TRIED_COUNTS else ()
    if owner in tried:  # else a declined lead returns to the one who declined it, for ever
        notes.say("step", step.step, "tried-before", "next")
        return None
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
        waiting = hold(lead, cause, reason, world.as_of + step.wait)
        if back and world.as_of < back <= waiting.until:
            notes.say("step", step.step, "away", "waited")
            return Landing(
                Outcome.WAITING,
                reason,
                waiting=waiting,
                next_at=back,
                again=Cause.HOURS_OPENED,
            )
    if (
        stand_in
        and stand_in not in tried
        and not is_away(world.roster.reps.get(stand_in), world.roster, world.as_of)
    ):
        notes.say("step", step.step, "away", step.when_away)
        return Landing(Outcome.OWNER, reason, Holder(HolderKind.REP, stand_in))
    notes.say("step", step.step, "away", "next")
    return None
