"""Two records that turned out to be one, and one that turned out to be two: what becomes of each of them.

The loser closes and is read with the lead that stands for it; the master keeps its owner, or takes the loser's where it has
none. Apart again, both go back to where they were, as far as that is still there. Credit does not move.
"""

from collections.abc import Iterable

import msgspec

from firstright.core.assignment.eligibility import person_codes
from firstright.core.causes.overriding import OVER
from firstright.core.causes.pausing import going_on
from firstright.core.compiled import Compiled
from firstright.core.decision import (
    Accepted,
    AlarmSet,
    ClockStarted,
    Code,
    Counted,
    Decision,
    Effect,
    Held,
    Locked,
    TaskGiven,
    Told,
)
from firstright.core.followup import OWNER, SPEED, STUCK, next_instant
from firstright.core.landing import Landing, Notes
from firstright.core.lead import Act, Cause, Holder, HolderKind, Joined, Lead, Outcome
from firstright.core.matching import Match
from firstright.core.policy import Rule
from firstright.core.precedence import has_room
from firstright.core.routing import anew, concluded, kept, route
from firstright.core.telling import holders, subscribers, tell
from firstright.core.world import Candidate, World

MERGED, UNMERGED = "merged", "unmerged"
GONE = frozenset({Code.INACTIVE, Code.LEFT})
# Where a lead goes back to as it was. Whatever waited, for hours or for a person, is asked anew.
RESTORED = frozenset(
    {
        Outcome.OWNER,
        Outcome.QUEUED,
        Outcome.NURTURE,
        Outcome.SUPPORT,
        Outcome.PARTNER,
        Outcome.REJECTED,
        Outcome.CLOSED,
    }
)


def joining(lead: Lead, act: Act, cause: Cause, known: Match, policy: Compiled, world: World) -> Decision:
    """The decision that a merge, or its undoing, leads to for one of the two."""
    said = act.joined or Joined()
    if cause is Cause.UNMERGED:
        return _apart(lead, said, _without(known, said.into or said.child), policy, world)
    if said.into:
        return _absorbed(lead, said, policy, world)
    return _standing(lead, said, known, policy, world)


def _absorbed(lead: Lead, said: Joined, policy: Compiled, world: World) -> Decision:
    """The loser closes. Its owner is told that it is theirs no more, unless the lead that stands for it is theirs."""
    if lead.outcome is Outcome.CLOSED:
        return kept(lead, MERGED)
    landing = Landing(Outcome.CLOSED, MERGED, status=lead.status)
    decision = concluded(landing, lead, policy, world, Notes())
    if lead.holder.kind is HolderKind.REP and lead.holder.id == said.owner:
        rest = [e for e in decision.effects if not (isinstance(e, Told) and e.to == said.owner)]
        return msgspec.structs.replace(decision, effects=tuple(rest))
    return decision


def _standing(lead: Lead, said: Joined, known: Match, policy: Compiled, world: World) -> Decision:
    """The master stays with whoever has it, and they hear of it. Where nobody has, the loser's owner does from now on; and
    where it was over while the loser was being worked, it begins anew."""
    notes = Notes()
    having = lead.holder.kind in (HolderKind.REP, HolderKind.PARTNER)
    over = lead.outcome in OVER
    if not having and said.owner and _can(said.owner, lead, policy, world, notes):
        subject = anew(lead, world) if over else lead
        landing = Landing(Outcome.OWNER, MERGED, Holder(HolderKind.REP, said.owner), _rule(said.rule, policy))
        return concluded(landing, subject, policy, world, notes, new_cycle=over)
    if not having and said.open and over:
        subject = anew(lead, world)
        landing = route(subject, Cause.MERGED, known, policy, world, notes)
        if landing.outcome not in OVER:
            return concluded(landing, subject, policy, world, notes, new_cycle=True)
    settings = policy.policy
    told = tell(holders(lead, settings), settings.tell_owner, "lead.merged", settings)
    return kept(lead, MERGED, *told, *subscribers("lead.merged", settings), notes=notes)


def _apart(lead: Lead, said: Joined, known: Match, policy: Compiled, world: World) -> Decision:
    """Back to where it was. Without anything to go back to, the rules decide; a master that had not moved stays."""
    was, notes = said.was, Notes()
    if was is None and said.child:
        return kept(lead, UNMERGED, *(going_on(lead, world) if said.undated else ()))
    if was is None or was.outcome not in RESTORED:
        return _anew(lead, was, known, policy, world, notes)
    if was.outcome is lead.outcome and was.holder == lead.holder:
        return kept(lead, UNMERGED, *(going_on(lead, world) if said.undated else ()))
    landing = _as_it_was(lead, was, said, policy, world, notes)
    if landing is None:
        return _anew(lead, was, known, policy, world, notes)
    subject = _begun(lead, was)
    return _restored(concluded(landing, subject, policy, world, notes), was, world)


def _as_it_was(
    lead: Lead, was: Lead, said: Joined, policy: Compiled, world: World, notes: Notes
) -> Landing | None:
    """None where who or what had it cannot have it any more."""
    rule, holder = _rule(was.rule, policy), was.holder
    match was.outcome:
        case Outcome.OWNER if not _can(holder.id, lead, policy, world, notes):
            return None
        case Outcome.QUEUED if holder.id not in policy.policy.queues and holder.id not in policy.policy.pools:
            return None
        case Outcome.NURTURE:
            back = said.until if said.until and said.until > world.as_of else world.as_of
            return Landing(Outcome.NURTURE, UNMERGED, rule=rule, next_at=back, again=Cause.RERUN)
        case outcome:
            return Landing(outcome, UNMERGED, holder, rule, status=was.status)


def _anew(
    lead: Lead, was: Lead | None, known: Match, policy: Compiled, world: World, notes: Notes
) -> Decision:
    subject = _begun(lead, was)
    landing = route(subject, Cause.UNMERGED, known, policy, world, notes)
    return concluded(landing, subject, policy, world, notes)


def _begun(lead: Lead, was: Lead | None) -> Lead:
    """While nobody has touched it, the deadline of the first touch counts from when it came, as before: the person has been
    waiting all the time."""
    before = was or lead
    open_ = msgspec.structs.replace(lead, waiting=None, tried=before.tried, priority=before.priority)
    return open_ if lead.touched else msgspec.structs.replace(open_, outcome=Outcome.PENDING)


def _restored(decision: Decision, was: Lead, world: World) -> Decision:
    """What had been done stays done: no second task, no acceptance and no touch asked for twice, no limit counted twice."""
    effects: list[Effect] = []
    for effect in decision.effects:
        match effect:
            case Held() if was.holder.kind is HolderKind.REP:
                effects.append(msgspec.structs.replace(effect, cost=was.cost, size=was.size))
                effects += _as_held(was)
            case Counted():
                pass
            case TaskGiven() if effect.channel not in was.tasks:
                pass
            case ClockStarted() if was.touched and effect.clock in (SPEED, OWNER):
                effects.append(AlarmSet(Cause.NO_REPLY, world.as_of + STUCK))
            case _:
                effects.append(effect)
    done = tuple(effects)
    priority = max(decision.priority, was.priority)
    at = next_instant(done, world.as_of)
    return msgspec.structs.replace(decision, effects=done, priority=priority, next_at=at)


def _as_held(was: Lead) -> list[Effect]:
    made: list[Effect] = []
    if was.accepted:
        made.append(Accepted(was.holder.id))
    if was.locked_to == was.holder.id:
        made.append(Locked(was.locked_to))
    return made


def _can(rep: str, lead: Lead, policy: Compiled, world: World, notes: Notes) -> bool:
    """Whether somebody is still here and has room: else the lead is decided by the rules."""
    found = world.roster.reps.get(rep)
    if found is None or not GONE.isdisjoint(person_codes(found, world.roster, world.as_of, hours=False)[0]):
        return False
    return has_room(rep, lead, policy, world, notes)


def _rule(name: str, policy: Compiled) -> Rule | None:
    return next((rule for rule in policy.policy.rules if rule.id == name), None)


def _without(known: Match, other: str) -> Match:
    """Somebody has said that they are two: what the other one is proves nothing about this one."""
    return Match(
        _others(known.people, other),
        _others(known.colleagues, other),
        known.contacts,
        known.accounts,
        known.opportunities,
    )


def _others(found: Iterable[Candidate], other: str) -> tuple[Candidate, ...]:
    return tuple([each for each in found if each.id != other])
