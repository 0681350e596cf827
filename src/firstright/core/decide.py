"""The decision: status, match, owner precedence, tiers, eligibility, assignment, follow-up. One pure function.

decide(lead, cause, policy, world) -> Decision: no I/O, no clock, no randomness, no ids, no sentences, no logging.
`apply` (beside it) is what a decision does to the world; a batch is a fold of the two.
"""

import msgspec

from firstright.core.acting import accepted, claimed, engaged, reminded, touched
from firstright.core.asking import waits_for_facts
from firstright.core.booking import booked
from firstright.core.compiled import Compiled
from firstright.core.correcting import corrected
from firstright.core.creditback import LOOKED_AT, NO_SHOW, Back, back, settle, with_back
from firstright.core.decision import OTHERWISE, AlarmSet, Code, Decision
from firstright.core.eligibility import person_codes
from firstright.core.escalation import escalate
from firstright.core.followup import ACCEPTANCE
from firstright.core.handdue import due_by_status
from firstright.core.handing import answered, expired, handed, homeward
from firstright.core.hysteresis import other_sides
from firstright.core.joining import joining
from firstright.core.knowing import joined, knowing
from firstright.core.landing import Landing, Notes
from firstright.core.lead import Act, Cause, Holder, HolderKind, Lead, Outcome
from firstright.core.matching import CLOSED, OVER, Match, candidates, match
from firstright.core.moving import converted, given_role, moved
from firstright.core.nextaction import called, silent, tasked, with_next
from firstright.core.overriding import overridden, shielded
from firstright.core.owing import with_turn_back
from firstright.core.pausing import excused, limit_reached, paused, with_date
from firstright.core.policy import AfterClosed
from firstright.core.reassigning import with_tasks
from firstright.core.routing import anew, concluded, kept, route
from firstright.core.status import refusal, stands, within
from firstright.core.stood import as_recorded
from firstright.core.tiers import DEFAULT_NURTURE
from firstright.core.world import Candidate, World

IMPROVING = frozenset({Cause.ENRICHED, Cause.SCORED, Cause.CRM_CHANGED, Cause.RERUN})
RESUMED = frozenset({Cause.HOURS_OPENED, Cause.CAPACITY_FREED})
# With somebody or something that has it until it acts: deciding anew to the same changes nothing.
SETTLED = frozenset(
    {Outcome.OWNER, Outcome.OFFERED, Outcome.QUEUED, Outcome.REVIEW, Outcome.SUPPORT, Outcome.PARTNER}
)
# What is known later opens none of these again: a new enquiry does, or somebody who says so.
LEARNT = frozenset({Cause.ENGAGED, Cause.ENRICHED, Cause.SCORED, Cause.CRM_CHANGED})
ENDED = frozenset({Outcome.REJECTED, Outcome.CLOSED, Outcome.SUPPORT, Outcome.PARTNER})
FOLLOWED = frozenset(
    {Cause.TOUCHED, Cause.QUALIFIED, Cause.CALL_OUTCOME}
)  # there is something to do after it
GONE = frozenset({Code.INACTIVE, Code.LEFT})


def decide(lead: Lead, cause: Cause, policy: Compiled, world: World) -> Decision:
    """One outcome for one lead. The same arguments and the same engine give the same bytes."""
    found = candidates(lead, world, policy.policy.matching)
    lead = knowing(lead, cause, match(found), policy, world.as_of, world.accounts)
    return decide_knowing(lead, cause, policy, world, found)


def decide_knowing(
    lead: Lead, cause: Cause, policy: Compiled, world: World, found: tuple[Candidate, ...]
) -> Decision:
    """The same, with the candidates ranked and all that is known of the lead among its facts, as a record has them."""
    owed = lead.act.owed if lead.act else None
    if owed is None:
        decision = _by_cause(lead, cause, policy, world, found)
    else:
        decision = with_turn_back(
            owed, policy, world, lambda then: _by_cause(lead, cause, policy, then, found)
        )
    if decision.kept and decision.status != lead.status and cause is not Cause.ARRIVED:
        decision = msgspec.structs.replace(decision, status=within(lead, cause, decision.status))
    if policy.policy.handoffs and decision.kept and decision.status != lead.status:
        decision = due_by_status(decision, lead, match(found), policy, world)
    if cause is Cause.QUALIFIED or (cause in FOLLOWED and policy.policy.next_actions.rows):
        decision = with_next(decision, lead, lead.act or Act(), policy, world)
    if lead.pause:
        decision = with_date(decision, lead, cause, policy.policy.reassignment, world)
    return with_tasks(decision, lead, cause, policy.policy.reassignment) if lead.tasks else decision


def _by_cause(
    lead: Lead, cause: Cause, policy: Compiled, world: World, found: tuple[Candidate, ...]
) -> Decision:
    act = lead.act or Act()
    if lead.outcome is Outcome.PENDING and lead.epoch and cause in LEARNT:
        return kept(lead, "pending")  # its first decision is due, and asks who it is
    if cause is not Cause.ARRIVED and (refused := refusal(lead, cause)):
        return kept(lead, refused)
    match cause:
        case Cause.ARRIVED:
            return _arrived(lead, match(found), policy, world)
        case Cause.HANDED_OVER if act.handed:
            return handed(lead, act, match(found), policy, world)
        case Cause.ACCEPTED | Cause.DECLINED if act.offered:
            return answered(lead, act, cause, match(found), policy, world)
        case Cause.SLA_MISSED if lead.offer and act.clock == ACCEPTANCE:
            return expired(lead, act, match(found), policy, world)
        case Cause.QUALIFIED | Cause.OVERRIDDEN | Cause.CRM_CHANGED if act.moved:
            return moved(lead, act, policy, world)
        case Cause.OVERRIDDEN if act.role:
            return given_role(lead, act.role)
        case Cause.CRM_CHANGED if act.converted:
            return converted(lead, policy, act.converted)
        case Cause.BOOKED if act.booked:
            return booked(lead, act, match(found), policy, world)
        case Cause.CALL_OUTCOME if act.todo:
            return tasked(lead, act, policy, world)
        case Cause.CALL_OUTCOME if act.result:
            return called(lead, act, match(found), policy, world)
        case Cause.NO_REPLY if act.channel:
            return silent(lead, act, policy, world)
        case Cause.CORRECTED if act.repair:
            return corrected(lead, act, match(found), policy, world)
        case Cause.ACCEPTED:
            return accepted(lead, act, policy, world)
        case Cause.TOUCHED if act.spent and act.result == NO_SHOW:
            given = back(NO_SHOW, act.spent, policy.policy, world)
            return with_back(touched(lead, act, policy, world), given)
        case Cause.TOUCHED:
            return touched(lead, act, policy, world)
        case Cause.CORRECTED if act.spent:
            return settle(lead, act, policy.policy, world)
        case Cause.DECLINED | Cause.RETURNED:
            return _declined(lead, act, cause, match(found), policy, world)
        case Cause.ENGAGED if lead.outcome not in (Outcome.NURTURE, Outcome.PENDING):
            return engaged(lead, "engaged", policy, world)
        case Cause.CLAIMED if lead.outcome is Outcome.QUEUED:
            return claimed(lead, act, policy, world)
        case Cause.CLAIMED:
            return kept(lead, "not-theirs-to-take")  # it lies in no queue any more
        case Cause.NO_REPLY if lead.outcome in SETTLED:
            return reminded(lead, policy, world)
        case Cause.SLA_MISSED if lead.act:
            return escalate(lead, act, match(found), policy, world)
        case Cause.OVERRIDDEN if act.pausing:
            return paused(lead, act, world)
        case Cause.HOURS_OPENED if lead.pause:
            return limit_reached(lead, world)
        case Cause.CORRECTED if act.excused:
            return excused(lead, act.excused)
        case Cause.OVERRIDDEN if act.chosen:
            return overridden(lead, act.chosen, match(found), policy, world)
        case Cause.MERGED | Cause.UNMERGED if act.joined:
            return joining(lead, act, cause, match(found), policy, world)
    if stands(lead, cause):
        return kept(lead, "over")
    if cause is Cause.OFFBOARDED and not _has_left(lead.holder, world):
        return kept(lead, "unchanged")  # they came back before anybody looked
    if cause in RESUMED and lead.outcome is Outcome.OWNER:
        return kept(lead, "unchanged")  # it has what it waited for: a hold that ends late takes nothing away
    if cause in IMPROVING and lead.outcome in ENDED:
        return kept(lead, "over")
    if lead.outcome is Outcome.OFFERED and cause in IMPROVING | RESUMED:
        return kept(lead, "offered")  # somebody is asked already: a second one would pay another turn for it
    if cause in IMPROVING and lead.outcome is Outcome.OWNER:
        return _improved(lead, cause, match(found), policy, world)
    if lead.outcome is Outcome.NURTURE:
        return _from_nurture(lead, cause, match(found), policy, world)
    return _routed(lead, cause, match(found), policy, world)


def _arrived(lead: Lead, known: Match, policy: Compiled, world: World) -> Decision:
    person = known.person
    if person is None or person.lead is None:
        return _routed(lead, Cause.ARRIVED, known, policy, world)
    stale = _is_stale(person, policy, world)
    if _in_work(person, world) and not stale:
        return engaged(person.lead, "repeat-enquiry", policy, world)
    if not _is_taken_up(person.lead, policy, stale=stale):
        return _routed(lead, Cause.ARRIVED, known, policy, world)
    over = stale or person.lead.outcome in OVER
    again = _again(lead, person.lead, over=over)
    return _routed(again, Cause.ARRIVED, known, policy, world, returning=person.lead.id, new_cycle=over)


def _declined(lead: Lead, act: Act, cause: Cause, known: Match, policy: Compiled, world: World) -> Decision:
    """What it cost is given back first, then it goes to somebody else: another rep, or, where the reason says that it is no
    lead at all, a person who looks at it. What stays theirs is not given back."""
    given = back(act.reason, act.spent, policy.policy, world) if act.spent else Back(world)
    if reason := LOOKED_AT.get(act.reason):
        landing = Landing(Outcome.REVIEW, reason, Holder(HolderKind.REVIEW, reason), review=(lead.holder.id,))
        return with_back(concluded(landing, lead, policy, given.world, Notes()), given)
    routed = _routed(lead, cause, known, policy, given.world)
    return routed if routed.kept else with_back(routed, given)


def _routed(
    lead: Lead,
    cause: Cause,
    known: Match,
    policy: Compiled,
    world: World,
    *,
    returning: str = "",
    new_cycle: bool = False,
) -> Decision:
    notes = Notes()
    landing = route(lead, cause, known, policy, world, notes)
    stays = (landing.outcome, landing.holder) == (lead.outcome, lead.holder)
    if stays and lead.outcome in SETTLED and not returning and not new_cycle:
        return kept(lead, "unchanged", notes=notes)
    return concluded(landing, lead, policy, world, notes, returning=returning, new_cycle=new_cycle)


def _from_nurture(lead: Lead, cause: Cause, known: Match, policy: Compiled, world: World) -> Decision:
    """Back from nurture a new cycle begins, with clocks of its own; sent there once more the pause is only longer.

    Whoever is being worked as another lead by then would be two: this one sleeps on.
    """
    if known.person and known.person.open:
        later = AlarmSet(Cause.RERUN, world.as_of + DEFAULT_NURTURE)
        return kept(lead, "worked-elsewhere", *([later] if cause is Cause.RERUN else []))
    notes = Notes()
    landing = homeward(lead, policy, world, notes)
    landing = landing or route(anew(lead, world), cause, known, policy, world, notes)
    if landing.outcome is Outcome.NURTURE:
        return concluded(landing, lead, policy, world, notes)
    return concluded(landing, anew(lead, world), policy, world, notes, new_cycle=True)


def _improved(lead: Lead, cause: Cause, known: Match, policy: Compiled, world: World) -> Decision:
    """Better knowledge moves an owned lead only while that harms nobody: unlocked, untouched, soon, seldom, upwards."""
    if refusal := _shield(lead, policy, world):
        return kept(lead, refusal)
    notes = Notes()
    # As if nobody had had it: else its owner, who is among them, would be passed over for somebody no better.
    fresh = msgspec.structs.replace(lead, tried=())
    landing = route(fresh, cause, known, policy, world, notes)
    if not _is_better(landing, lead, policy):
        return kept(lead, "no-better", notes=notes)
    if landing.holder.kind is HolderKind.REP and landing.holder.id in lead.past:
        return kept(lead, "to-and-fro", notes=notes)
    if _by_a_hair(fresh, cause, known, policy, world, notes):
        return kept(lead, "hysteresis", notes=notes)
    return concluded(landing, lead, policy, world, notes)


def _by_a_hair(fresh: Lead, cause: Cause, known: Match, policy: Compiled, world: World, notes: Notes) -> bool:
    """Whether it would stay, had the numbers that crossed an edge by little not crossed it.

    Whoever is asked only for that is noted as such, and what is noted is all that is read: a replay has no more.
    """
    read = {asked.pool: as_recorded(asked) for asked in notes.asked}
    for facts in other_sides(fresh.facts, policy.edges, policy.policy.hysteresis):
        otherwise, would = msgspec.structs.replace(fresh, facts=facts), Notes()
        if policy.knows:  # its segment, too, may hang on the number
            otherwise = knowing(otherwise, cause, known, policy, world.as_of, accounts=None)
        there = msgspec.structs.replace(world, stood={**(world.stood or {}), **read})
        landing = route(otherwise, cause, known, policy, there, would)
        for asked in would.asked:
            if asked.pool not in read:
                read[asked.pool] = as_recorded(asked)
                notes.asked.append(msgspec.structs.replace(asked, pool=OTHERWISE + asked.pool))
        if not _is_better(landing, otherwise, policy):
            return True
    return False


def _in_work(person: Candidate, world: World) -> bool:
    """Whether a repeat enquiry joins the lead this person already is: it is open, and its owner has not gone."""
    if not person.open or person.lead is None:
        return False
    if waits_for_facts(person.lead):
        return False  # what it waits for may be what they say now
    if person.lead.holder.kind is not HolderKind.REP:
        return person.lead.outcome not in OVER
    return not _has_left(person.lead.holder, world)


def _has_left(holder: Holder, world: World) -> bool:
    rep = world.roster.reps.get(holder.id) if holder.kind is HolderKind.REP else None
    return rep is None or not GONE.isdisjoint(person_codes(rep, world.roster, world.as_of, hours=False)[0])


def _is_stale(person: Candidate, policy: Compiled, world: World) -> bool:
    """Whether nothing has happened to the lead of this person for so long that their next enquiry begins anew."""
    longest = policy.policy.closed_after
    return longest is not None and person.at is not None and world.as_of - person.at > longest


def _is_taken_up(lead: Lead, policy: Compiled, *, stale: bool) -> bool:
    """Whether an enquiry goes on with the lead its person was: always while that is not over, else as the policy says."""
    over = stale or lead.outcome in CLOSED
    return not over or policy.policy.after_closed is AfterClosed.NEW_CYCLE


def _again(lead: Lead, returning: Lead, *, over: bool) -> Lead:
    """The lead this person was, with what they say now. Unless a new cycle begins, the first enquiry's time counts."""
    return Lead(
        facts=joined(returning.facts, lead.facts),
        source=lead.source,
        arrived_at=lead.arrived_at if over else min(lead.arrived_at, returning.arrived_at),
        id=returning.id,
        person=returning.person,
        lane=lead.lane,
        outcome=returning.outcome,
        holder=returning.holder,
        epoch=returning.epoch,
        cycle=returning.cycle,
        status="new" if over else returning.status,
        touched=returning.touched and not over,
        locked_to="" if over else returning.locked_to,
        waiting=None if over else returning.waiting,
        expected_at=None if over else returning.expected_at,
        priority=0 if over else returning.priority,
        tried=() if over else returning.tried,
        declined=() if over else returning.declined,
        offer=returning.offer,
    )


def _shield(lead: Lead, policy: Compiled, world: World) -> str:
    """Why no improvement may move an owned lead; empty when one may."""
    limits = policy.policy
    locked = lead.locked_until is not None and world.as_of < lead.locked_until
    if lead.touched or locked or shielded(lead, policy):
        return "locked"
    if lead.improved >= limits.max_improvements:
        return "budget-spent"
    if world.as_of > lead.arrived_at + limits.improve_within:
        return "too-late"
    return ""


def _is_better(landing: Landing, lead: Lead, policy: Compiled) -> bool:
    """Whether an owned lead may move for it: to another holder at once, under a rule above the one it is held by.

    Owner precedence stands above all rules. Waiting is never better than an owner. A rule that is gone binds nobody.
    """
    if landing.holder == lead.holder or landing.outcome in (Outcome.WAITING, Outcome.OFFERED):
        return False
    if landing.rule is None:
        return landing.outcome is Outcome.OWNER
    order = [rule.id for rule in policy.rules]
    if lead.rule and lead.rule not in order:
        return True
    return bool(lead.rule) and order.index(landing.rule.id) < order.index(lead.rule)
