"""What a person decides by hand: this rep, the rules once more, nurture, not at all, or that it is over.

It asks nobody's leave: who may decide, and with which words, was judged before. Nothing here spends a turn: what is given
by hand counts to the load of who gets it, and to no rotation.
"""

import msgspec

from firstright.core import statuses
from firstright.core.assignment.eligibility import AWAY, person_codes
from firstright.core.assignment.stood import stood_alone
from firstright.core.compiled import Compiled
from firstright.core.decision import Asked, Code, Decision, Effect, Locked
from firstright.core.landing import Landing, Notes
from firstright.core.lead import Cause, Chosen, Holder, HolderKind, Lead, Outcome
from firstright.core.matching import Match
from firstright.core.policy import Step
from firstright.core.roster import Rep
from firstright.core.routing import anew, concluded, kept, route
from firstright.core.world import World

BY_HAND = "overridden"
DISQUALIFIED = statuses.DISQUALIFIED
# The cycle's clocks have ended with these. Who is given such a lead begins a new cycle, or nothing would hold them to it.
OVER = frozenset(
    {
        Outcome.REJECTED,
        Outcome.CLOSED,
        Outcome.NURTURE,
        Outcome.SUPPORT,
        Outcome.PARTNER,
        Outcome.QUARANTINED,
    }
)
PLACED = frozenset({Outcome.OWNER, Outcome.QUEUED, Outcome.REVIEW}) | OVER


def overridden(lead: Lead, chosen: Chosen, known: Match, policy: Compiled, world: World) -> Decision:
    """The decision that makes true what was chosen.

    A lead that is over (rejected, closed, in nurture, with support or a partner) is opened again by giving it to a rep, or by
    rules that find somebody: a new cycle begins as of now, with a first touch due from now on and nobody tried yet. Any
    other lead goes on in its cycle: the speed-to-lead clock that runs is not set back by moving the lead.
    """
    match chosen.outcome:
        case Outcome.OWNER:
            return _given(lead, chosen.rep, policy, world)
        case Outcome.PENDING:
            return _by_the_rules(lead, known, policy, world)
        case Outcome.NURTURE:
            landing = Landing(Outcome.NURTURE, BY_HAND, next_at=chosen.until, again=Cause.RERUN)
        case Outcome.CLOSED:
            landing = Landing(Outcome.CLOSED, f"disqualified:{chosen.why}", status="disqualified")
        case _:
            landing = Landing(Outcome.REJECTED, BY_HAND)
    if lead.outcome is landing.outcome and lead.outcome is not Outcome.NURTURE:
        return kept(lead, "so-already")
    return concluded(landing, lead, policy, world, Notes())


def shielded(lead: Lead, policy: Compiled) -> bool:
    """Whether somebody chose its owner by hand, under a policy that heeds that: then no better knowledge moves it."""
    by_hand = bool(lead.locked_to) and lead.holder == Holder(HolderKind.REP, lead.locked_to)
    return by_hand and any(step.step is Step.MANUAL_LOCK for step in policy.policy.precedence)


def _given(lead: Lead, to: str, policy: Compiled, world: World) -> Decision:
    """To a rep who is away or full, too: it is in the trace, so that the explanation can say so."""
    holder = Holder(HolderKind.REP, to)
    if (lead.outcome, lead.holder) == (Outcome.OWNER, holder):
        return kept(lead, "theirs-already")
    over = lead.outcome in OVER
    subject = anew(lead, world) if over else lead
    notes = Notes()
    notes.asked.append(_asked(world.roster.reps[to], lead, policy, world))
    rule = policy.rule(lead.rule)
    landing = Landing(Outcome.OWNER, BY_HAND, holder, rule)
    locked: tuple[Effect, ...] = (Locked(to),)
    return concluded(landing, subject, policy, world, notes, before=locked, new_cycle=over)


def _asked(rep: Rep, lead: Lead, policy: Compiled, world: World) -> Asked:
    """With all that would have kept a lead from this rep, had it not been given by hand."""
    codes = {code for code in person_codes(rep, world.roster, world.as_of, hours=False)[0] if code in AWAY}
    have = stood_alone(rep, lead, policy, world)
    if have.full:
        codes.add(Code.LOAD_FULL)
    codes |= {Code(policy.limits[name].code) for name, _, _ in have.limits if policy.limits[name].hard}
    against = tuple([(code, "1") for code in Code if code in codes])
    reached = tuple([(name, f"{bits:x}", until) for name, bits, until in have.limits])
    return Asked(f"@{rep.id}", 1, against, rep.id, reached)


def _by_the_rules(lead: Lead, known: Match, policy: Compiled, world: World) -> Decision:
    """As if nobody had been chosen by hand. Where the rules leave it where it is, nothing changes."""
    over = lead.outcome in OVER
    subject = anew(lead, world) if over else msgspec.structs.replace(lead, locked_to="")
    notes = Notes()
    landing = route(subject, Cause.OVERRIDDEN, known, policy, world, notes)
    stays = (landing.outcome, landing.holder) == (lead.outcome, lead.holder)
    if stays and lead.outcome in PLACED:
        return kept(lead, "unchanged", notes=notes)
    begins = over and landing.outcome not in OVER
    return concluded(landing, subject if begins else lead, policy, world, notes, new_cycle=begins)
