"""The decision: status, match, owner precedence, tiers, eligibility, assignment, follow-up. One pure function.

decide(lead, cause, policy, world) -> Decision: no I/O, no clock, no randomness, no ids, no sentences, no logging.
`apply` (beside it) is what a decision does to the world; a batch is a fold of the two.
"""

from firstright.core.compiled import Compiled
from firstright.core.decision import ClockStarted, Code, Decision, Engaged, Told, Trace
from firstright.core.eligibility import person_codes
from firstright.core.followup import SPEED, follow, next_instant, service_of
from firstright.core.holding import cause_of
from firstright.core.landing import Landing, Notes
from firstright.core.lead import Cause, HolderKind, Lead, Outcome
from firstright.core.matching import CLOSED, Match, candidates, match
from firstright.core.policy import AfterClosed
from firstright.core.precedence import precedence
from firstright.core.status import ENTERED_BY
from firstright.core.tiers import Walk
from firstright.core.world import Candidate, World

IMPROVING = frozenset({Cause.ENRICHED, Cause.SCORED, Cause.CRM_CHANGED, Cause.RERUN})
OVER = CLOSED | {Outcome.SUPPORT}  # what the next enquiry begins a new cycle after: a ticket is no sales lead
GONE = frozenset({Code.INACTIVE, Code.LEFT})


def decide(lead: Lead, cause: Cause, policy: Compiled, world: World) -> Decision:
    """One outcome for one lead. The same arguments and the same engine give the same bytes."""
    return decide_knowing(lead, cause, policy, world, candidates(lead, world))


def decide_knowing(
    lead: Lead, cause: Cause, policy: Compiled, world: World, found: tuple[Candidate, ...]
) -> Decision:
    """The same, with the candidates already ranked: replay hands in those of the record."""
    known = match(found)
    if cause in IMPROVING and _shielded(lead, world):
        return _kept(lead, "locked")
    person = known.person if cause is Cause.ARRIVED else None
    if person and person.lead and _in_work(person, world):
        return _engaged(person.lead, policy)
    returning = person.lead if person and person.lead and _is_taken_up(person.lead, policy) else None
    subject = _again(lead, returning) if returning else lead
    notes = Notes()
    landing = _route(subject, cause_of(subject, cause), known, policy, world, notes)
    if cause in IMPROVING and lead.outcome is Outcome.OWNER and not _is_better(landing, lead, policy):
        return _kept(lead, "no-better")
    trace = Trace(tuple(notes.considered), tuple(notes.asked))
    new_cycle = returning is not None and returning.outcome in OVER
    return _concluded(landing, subject, policy, world, trace, returning=returning, new_cycle=new_cycle)


def _route(lead: Lead, cause: Cause, known: Match, policy: Compiled, world: World, notes: Notes) -> Landing:
    claimed = precedence(lead, cause, known, policy, world, notes)
    if claimed:
        return claimed
    account = known.accounts[0].facts if known.accounts else ()
    facts = policy.with_derived(lead.facts, account, world.as_of)
    return Walk(lead, cause, facts, policy, world, notes).land()


def _concluded(
    landing: Landing,
    lead: Lead,
    policy: Compiled,
    world: World,
    trace: Trace,
    *,
    returning: Lead | None,
    new_cycle: bool,
) -> Decision:
    fresh = lead.epoch == 0 or lead.outcome is Outcome.PENDING or new_cycle
    effects = follow(landing, lead, policy, world, fresh=fresh)
    service = service_of(landing, policy)
    started = next((e.due for e in effects if isinstance(e, ClockStarted) and e.clock == SPEED), None)
    return Decision(
        outcome=landing.outcome,
        reason=landing.reason,
        holder=landing.holder,
        rule=landing.rule.id if landing.rule else "",
        service=service.id,
        status=ENTERED_BY[landing.outcome],
        priority=service.priority if fresh else max(service.priority, lead.priority),
        lead=returning.id if returning else "",
        new_cycle=new_cycle,
        next_at=next_instant(effects, world.as_of),
        expected_at=started if fresh else lead.expected_at,
        waiting=landing.waiting,
        effects=effects,
        credits=landing.credits,
        trace=trace,
    )


def _in_work(person: Candidate, world: World) -> bool:
    """Whether a repeat enquiry joins the lead this person already is: it is open, and its owner has not gone."""
    if not person.open or person.lead is None:
        return False
    if person.lead.holder.kind is not HolderKind.REP:
        return person.lead.outcome not in OVER
    rep = world.roster.reps.get(person.lead.holder.id)
    return rep is not None and GONE.isdisjoint(person_codes(rep, world.roster, world.as_of, hours=False)[0])


def _is_taken_up(lead: Lead, policy: Compiled) -> bool:
    """Whether an enquiry goes on with the lead its person was: always while that is not over, else as the policy says."""
    return lead.outcome not in CLOSED or policy.policy.after_closed is AfterClosed.NEW_CYCLE


def _engaged(lead: Lead, policy: Compiled) -> Decision:
    """A repeat enquiry: never a second owner, never an error. Urgency rises, the owner is told."""
    template = policy.policy.templates.get(policy.policy.tell_owner)
    told = (
        (Told(lead.holder.id, template.id, template.channel),)
        if template and lead.holder.kind is HolderKind.REP
        else ()
    )
    return Decision(
        outcome=lead.outcome,
        reason="repeat-enquiry",
        holder=lead.holder,
        rule=lead.rule,
        status=lead.status,
        priority=policy.service(policy.policy.urgent_service).priority,
        lead=lead.id,
        waiting=lead.waiting,
        effects=(Engaged(lead.id), *told),
    )


def _again(lead: Lead, returning: Lead) -> Lead:
    """The lead this person was, with what they say now. Unless a new cycle begins, the first enquiry's time counts."""
    over = returning.outcome in OVER
    return Lead(
        facts={**returning.facts, **lead.facts},
        source=lead.source,
        arrived_at=lead.arrived_at if over else min(lead.arrived_at, returning.arrived_at),
        id=returning.id,
        person=returning.person,
        lane=lead.lane,
        outcome=returning.outcome,
        holder=returning.holder,
        epoch=returning.epoch,
        cycle=returning.cycle,
        touched=returning.touched and not over,
        locked_to=returning.locked_to,
        waiting=None if over else returning.waiting,
        expected_at=None if over else returning.expected_at,
        priority=0 if over else returning.priority,
        tried=() if over else returning.tried,
    )


def _shielded(lead: Lead, world: World) -> bool:
    """An owned lead is shielded from improvement while it is locked, and for good once it was touched."""
    owned = lead.outcome is Outcome.OWNER
    return owned and (lead.touched or bool(lead.locked_until and world.as_of < lead.locked_until))


def _is_better(landing: Landing, lead: Lead, policy: Compiled) -> bool:
    """Whether an owned lead may move for it: to another holder at once, under a rule above the one it is held by.

    Owner precedence stands above all rules. Waiting is never better than an owner. A rule that is gone binds nobody.
    """
    if landing.holder == lead.holder or landing.outcome is Outcome.WAITING:
        return False
    if landing.rule is None:
        return landing.outcome is Outcome.OWNER
    order = [rule.id for rule in policy.rules]
    if lead.rule and lead.rule not in order:
        return True
    return bool(lead.rule) and order.index(landing.rule.id) < order.index(lead.rule)


def _kept(lead: Lead, reason: str) -> Decision:
    return Decision(
        outcome=lead.outcome,
        reason=reason,
        holder=lead.holder,
        rule=lead.rule,
        status=lead.status,
        waiting=lead.waiting,
    )
