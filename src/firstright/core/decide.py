"""The decision: status, match, owner precedence, tiers, eligibility, assignment, follow-up. One pure function.

decide(lead, cause, policy, world) -> Decision: no I/O, no clock, no randomness, no ids, no sentences, no logging.
`apply` (beside it) is what a decision does to the world; a batch is a fold of the two.
"""

import msgspec

from firstright.core.asking import waits_for_facts
from firstright.core.assignment.eligibility import person_codes
from firstright.core.causes.acting import engaged
from firstright.core.causes.bycause import by_itself
from firstright.core.causes.handdue import due_by_status
from firstright.core.causes.handing import homeward
from firstright.core.causes.improving import improved
from firstright.core.causes.nextaction import with_next
from firstright.core.causes.owing import with_turn_back
from firstright.core.causes.pausing import with_date
from firstright.core.compiled import Compiled
from firstright.core.decision import AlarmSet, Code, Decision
from firstright.core.knowing import joined, knowing
from firstright.core.landing import Notes
from firstright.core.lead import Act, Cause, Holder, HolderKind, Lead, Outcome
from firstright.core.matching import CLOSED, OVER, Match, candidates, match
from firstright.core.policy import AfterClosed
from firstright.core.reassigning import with_tasks
from firstright.core.routing import anew, concluded, kept, route, routed
from firstright.core.status import refusal, stands, within
from firstright.core.tiers import DEFAULT_NURTURE
from firstright.core.world import Candidate, World

IMPROVING = frozenset({Cause.ENRICHED, Cause.SCORED, Cause.CRM_CHANGED, Cause.RERUN})
RESUMED = frozenset({Cause.HOURS_OPENED, Cause.CAPACITY_FREED})
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
    if cause is Cause.ARRIVED:
        return _arrived(lead, match(found), policy, world)
    if lead.outcome is Outcome.PENDING and lead.epoch and cause in LEARNT:
        return kept(lead, "pending")  # its first decision is due, and asks who it is
    if refused := refusal(lead, cause):
        return kept(lead, refused)
    if decided := by_itself(lead, lead.act or Act(), cause, found, policy, world):
        return decided
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
        return improved(lead, cause, match(found), policy, world)
    if lead.outcome is Outcome.NURTURE:
        return _from_nurture(lead, cause, match(found), policy, world)
    return routed(lead, cause, match(found), policy, world)


def _arrived(lead: Lead, known: Match, policy: Compiled, world: World) -> Decision:
    person = known.person
    if person is None or person.lead is None:
        return routed(lead, Cause.ARRIVED, known, policy, world)
    stale = _is_stale(person, policy, world)
    if _in_work(person, world) and not stale:
        return engaged(person.lead, "repeat-enquiry", policy, world)
    if not _is_taken_up(person.lead, policy, stale=stale):
        return routed(lead, Cause.ARRIVED, known, policy, world)
    over = stale or person.lead.outcome in OVER
    again = _again(lead, person.lead, over=over)
    return routed(again, Cause.ARRIVED, known, policy, world, returning=person.lead.id, new_cycle=over)


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
