"""Owner precedence: who already has a claim on this lead, before any rule is asked.

Steps are tried in the policy's order and a higher step simply wins; only a step that contradicts itself goes to review.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta

import msgspec

from firstright.core.assignment.assign import by_name
from firstright.core.assignment.eligibility import TRIED_COUNTS, away_until, is_away
from firstright.core.assignment.line import manager_of, stand_in_of
from firstright.core.assignment.requirements import named
from firstright.core.compiled import Compiled
from firstright.core.decision import Code
from firstright.core.holding import hold
from firstright.core.landing import Landing, Notes
from firstright.core.lead import Cause, Holder, HolderKind, Lead, Outcome
from firstright.core.matching import NOTHING, Match
from firstright.core.policy import Hierarchy, Precedence, Step, WhenAway
from firstright.core.roster import Rep, Roster
from firstright.core.world import Candidate, World

NO_ROOM = frozenset({Code.LOAD_FULL, Code.CAP_REACHED})


class Claim(msgspec.Struct, frozen=True):
    """The owners one step names, strongest first; more than one is a contradiction."""

    owners: tuple[str, ...] = ()
    review: str = ""  # a reason: the step itself asks for a person
    above: bool = False  # they own a parent of the account, not the account itself


NO_CLAIM = Claim()
Finder = Callable[[str, Roster, datetime, Collection[str]], str]


def precedence(
    lead: Lead, cause: Cause, known: Match, policy: Compiled, world: World, notes: Notes
) -> Landing | None:
    """Where owner precedence lands the lead; None when no step has a claim that can be met."""
    for step in policy.policy.precedence if known is not NOTHING else policy.steps_of_strangers:
        if (step.active_from or step.active_until) and not in_force(step, world.as_of):
            continue
        found = claim(step, lead, known, policy, world.as_of)
        if found.review or len(found.owners) > 1:
            notes.say("step", step.step, "contradiction" if found.owners else "listed", "review")
            reason = found.review or "owner-conflict"
            return Landing(
                Outcome.REVIEW, f"step:{step.step}", Holder(HolderKind.REVIEW, reason), review=found.owners
            )
        if found.owners:
            landing = _take(step, found, lead, cause, policy, world, notes)
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
    if not recent:
        return NO_CLAIM
    if step.step is Step.ACCOUNT_OWNER:
        return _of_accounts(recent, step.hierarchy)
    return _owners(recent) if step.step is Step.OPEN_OPPORTUNITY else _newest(recent)


def in_force(step: Precedence, as_of: datetime) -> bool:
    begun = step.active_from is None or step.active_from <= as_of
    return begun and (step.active_until is None or as_of < step.active_until)


def looked_at(step: Step, known: Match) -> tuple[Candidate, ...]:
    """The records a step goes by, whatever their age."""
    match step:
        case Step.OPEN_OPPORTUNITY:
            return tuple([c for c in known.opportunities if c.open])
        case Step.ACCOUNT_OWNER:
            return known.accounts
        case Step.ACTIVE_HANDOFF:
            return tuple([_in_hand(c) for c in known.people if c.lead and _is_in_hand(c.lead)])
        case Step.PREVIOUS_OWNER:
            return (*known.people, *known.contacts)
        case Step.SAME_COMPANY:
            return tuple([c for c in known.colleagues if c.open])
        case _:
            return ()  # lock and list look at no record


def _is_in_hand(lead: Lead) -> bool:
    """Whether it is being handed over, or a meeting with them is booked: with us, or by what somebody says of its status."""
    return lead.offer is not None or bool(lead.meets) or lead.status == "scheduled"


def _in_hand(candidate: Candidate) -> Candidate:
    """With its owner, or whoever meets them; where nobody has it yet, with whom it is offered to."""
    offer, meets = (candidate.lead.offer, candidate.lead.meets) if candidate.lead else (None, "")
    if meets and offer is None:
        return msgspec.structs.replace(candidate, owner=meets)
    if candidate.owner or offer is None or offer.to.kind is not HolderKind.REP:
        return candidate
    return msgspec.structs.replace(candidate, owner=offer.to.id)


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


def _of_accounts(found: list[Candidate], hierarchy: Hierarchy) -> Claim:
    """Accounts with the owners that count: their own, else the nearest up the hierarchy, as far as the policy goes."""
    if hierarchy is Hierarchy.NONE:
        return NO_CLAIM
    reach = {Hierarchy.SELF: 0, Hierarchy.PARENT: 1}.get(hierarchy)
    owners = [c.owner or next((o for o in c.above[:reach] if o), "") for c in found]
    counted = [msgspec.structs.replace(c, owner=o) for c, o in zip(found, owners, strict=True)]
    claim = _owners(counted)
    own = any(c.owner in claim.owners for c in found)
    return msgspec.structs.replace(claim, above=bool(claim.owners) and not own)


def _newest(found: list[Candidate]) -> Claim:
    owned = next((c.owner for c in found if c.owner), "")
    return Claim((owned,)) if owned else NO_CLAIM


def _take(
    step: Precedence, found: Claim, lead: Lead, cause: Cause, policy: Compiled, world: World, notes: Notes
) -> Landing | None:
    """Hands the lead to the owner found, or does what the step says when they are away, or have no room for it."""
    owner = found.owners[0]
    rep = world.roster.reps.get(owner)
    tried = lead.past if cause in TRIED_COUNTS else ()
    if owner in tried:  # else a declined lead returns to the one who declined it, for ever
        notes.say("step", step.step, "tried-before", "next")
    elif rep is None:
        notes.say("step", step.step, "unknown-rep", "next")
    elif step.step is not Step.MANUAL_LOCK and is_barred(rep, lead):
        notes.say("step", step.step, "barred", "next")
    elif is_away(rep, world.roster, world.as_of):
        return _without(step, rep, lead, cause, policy, world, notes, "away")
    elif step.step is not Step.MANUAL_LOCK and not has_room(owner, lead, policy, world, notes):
        return _without(step, rep, lead, cause, policy, world, notes, "full")
    else:
        notes.say("step", step.step, "parent" if found.above else "true", "took")
        return Landing(Outcome.OWNER, f"step:{step.step}", Holder(HolderKind.REP, owner))
    return None


def has_room(rep: str, lead: Lead, policy: Compiled, world: World, notes: Notes) -> bool:
    """No step takes anybody over their capacity, or over a limit that counts every lead. Who has the lead has room for it."""
    if lead.holder == Holder(HolderKind.REP, rep):
        return True
    asked = by_name(rep, lead, Cause.ARRIVED, policy, world)
    if NO_ROOM.isdisjoint(code for code, _ in asked.codes):
        return True
    notes.asked.append(asked)
    return False


def is_barred(rep: Rep, lead: Lead) -> bool:
    """Whether a list of theirs names the lead: a conflict of interest, or that it shall not be given to them."""
    listed = {value.casefold() for value in (*rep.conflicts, *rep.do_not_assign)}
    return bool(listed) and not listed.isdisjoint(named(lead.facts))


def _without(
    step: Precedence,
    rep: Rep,
    lead: Lead,
    cause: Cause,
    policy: Compiled,
    world: World,
    notes: Notes,
    verdict: str,
) -> Landing | None:
    """What the step says for as long as this absence lasts. Nobody waits for an owner who is full: who knows how long."""
    as_of, reason = world.as_of, f"step:{step.step}"
    past = lead.past if cause in TRIED_COUNTS else ()
    do, longest = _when_away(step, rep, as_of, waits=verdict != "full")
    stand_in = ""
    if do is WhenAway.BACKUP:
        stand_in = _unbarred(stand_in_of, rep, lead, past, policy, world, notes)
    elif do is WhenAway.MANAGER:
        stand_in = _unbarred(manager_of, rep, lead, past, policy, world, notes)
    elif do is WhenAway.WAIT and longest:
        back = away_until(rep, as_of)
        waiting = hold(lead, cause, reason, as_of + longest)
        if back and as_of < back <= waiting.until:
            notes.say("step", step.step, verdict, "waited")
            again = Cause.HOURS_OPENED
            return Landing(Outcome.WAITING, reason, waiting=waiting, next_at=back, again=again)
    notes.say("step", step.step, verdict, do if stand_in else "next")
    return Landing(Outcome.OWNER, reason, Holder(HolderKind.REP, stand_in)) if stand_in else None


def _unbarred(
    find: Finder,
    rep: Rep,
    lead: Lead,
    past: Collection[str],
    policy: Compiled,
    world: World,
    notes: Notes,
) -> str:
    """The first that is found who has room, and whom no list of theirs keeps from this lead."""
    over = [*past]
    while found := find(rep.id, world.roster, world.as_of, over):
        if not is_barred(world.roster.reps[found], lead) and has_room(found, lead, policy, world, notes):
            break
        over.append(found)
    return found


def _when_away(
    step: Precedence, rep: Rep, as_of: datetime, *, waits: bool
) -> tuple[WhenAway, timedelta | None]:
    """What is done for an absence of that length, and how long a wait may take. One without a known end is the longest; who
    is there and full is met as after the shortest, past what says to wait."""
    back = away_until(rep, as_of)
    for away in step.if_away:
        if away.do is WhenAway.WAIT and not waits:
            continue
        if away.up_to is None or (back is not None and back - as_of <= away.up_to):
            return away.do, step.wait or away.up_to
    return step.when_away, step.wait
