"""A lead that is handed over, and who is to have it: by the type of handoff, by name, or by the pool's own method. Where they
are asked first it is an offer. It ends nothing, and knows no answer.
"""

from typing import NamedTuple

from msgspec.structs import replace

from firstright.core.assignment.assign import by_name, pick
from firstright.core.assignment.line import is_there
from firstright.core.assignment.stood import sized_by, weighs
from firstright.core.compiled import Compiled
from firstright.core.decision import Decision, Effect
from firstright.core.handoff import HandoffType, Offered
from firstright.core.landing import Landing, Notes
from firstright.core.lead import Act, Cause, Handed, Holder, HolderKind, Lead, Outcome
from firstright.core.matching import Match
from firstright.core.offers import asked
from firstright.core.policy import NO_NEEDS, Rule
from firstright.core.precedence import has_room
from firstright.core.routing import concluded
from firstright.core.world import World

BACK_HOME = "handoff:back"


class Case(NamedTuple):
    """One lead and what is done to it, in the world in which it is done. `notes` fills up on the way."""

    lead: Lead
    act: Act
    known: Match
    policy: Compiled
    world: World
    notes: Notes

    @property
    def given(self) -> Handed:
        return self.act.handed or Handed("")

    @property
    def rule(self) -> Rule | None:
        return self.policy.rule(self.lead.rule)

    @property
    def giver(self) -> str:
        """The rep who has it."""
        return self.lead.holder.id if self.lead.holder.kind is HolderKind.REP else ""

    @property
    def asked(self) -> tuple[str, ...]:
        """Whom it was offered to so far in one go."""
        return tuple([rep for _, rep in asked(self.lead)])

    def by(self, kind: str, who: str) -> "Case":
        """The same as a handoff of this kind, given by somebody."""
        return self._replace(act=Act(by=who, handed=Handed(kind)))

    def lands(self, landing: Landing, *before: Effect) -> Decision:
        return concluded(landing, self.lead, self.policy, self.world, self.notes, before=before)


def receiver(case: Case, kind: HandoffType) -> Landing | None:
    """Who is to have it: as an offer where they are asked. None when nobody can take it now."""
    if case.given.to or kind.receiver == "rep":
        return _named(case, kind, case.given.to or kind.to)
    if kind.receiver == "queue":
        return _theirs(case, kind, Outcome.QUEUED, Holder(HolderKind.QUEUE, kind.to))
    if kind.receiver == "partner":
        return _partner(case, kind)
    return _of_pool(case, kind)


def to_rep(case: Case, rep: str, pool: str = "") -> Landing:
    """An offer to one rep, with what the lead would be to their load."""
    lead, rule, given = case.lead, case.rule, case.given
    cost, size = weighs(lead, rule, sized_by(pool, case.world.roster.reps[rep], case.policy))
    to = Holder(HolderKind.REP, rep)
    notes, tried = given.notes, asked(lead)
    offer = Offered(given.type, to, case.act.by, pool, notes=notes, cost=cost, size=size, tried=tried)
    return Landing(Outcome.OFFERED, f"handoff:{given.type}", lead.holder, rule, offer=offer)


def home(case: Case, rep: str) -> Landing | None:
    """To somebody who had it before, while they are there and have room."""
    there = is_there(rep, case.world.roster, case.world.as_of)
    if not there or not has_room(rep, case.lead, case.policy, case.world, case.notes):
        case.notes.say("rung", "back", "away", "next")
        return None
    case.notes.say("rung", "back", "true", "took")
    return Landing(Outcome.OWNER, BACK_HOME, Holder(HolderKind.REP, rep), case.rule)


def _named(case: Case, kind: HandoffType, rep: str) -> Landing | None:
    case.notes.asked.append(by_name(rep, case.lead, Cause.HANDED_OVER, case.policy, case.world))
    if not case.notes.asked[-1].winner:
        return None
    if kind.accept:
        return to_rep(case, rep)
    return _theirs(case, kind, Outcome.OWNER, Holder(HolderKind.REP, rep))


def _theirs(case: Case, kind: HandoffType, outcome: Outcome, to: Holder) -> Landing:
    """At once: nobody is asked."""
    reason, status = f"handoff:{kind.id}", case.lead.status
    return Landing(outcome, reason, to, case.rule, status=status, service=kind.service)


def _partner(case: Case, kind: HandoffType) -> Landing:
    lead, to, reason = case.lead, Holder(HolderKind.PARTNER, kind.to), f"handoff:{kind.id}"
    if not kind.accept:
        return Landing(Outcome.PARTNER, reason, to, case.rule, service=kind.service)
    offer = Offered(kind.id, to, case.act.by, notes=case.given.notes, tried=asked(lead))
    return Landing(Outcome.PARTNER, reason, lead.holder, case.rule, offer=offer, service=kind.service)


def _of_pool(case: Case, kind: HandoffType) -> Landing | None:
    """By the pool's own method, past the giver and everybody who was asked; the turn is spent here, once."""
    lead, pool = case.lead, case.policy.policy.pools[kind.to]
    past = tuple(dict.fromkeys((*([case.giver] if case.giver else ()), *case.asked)))
    # Past whom it was asked, and not past who had it long ago: an earlier owner may well be the right one.
    subject = replace(lead, tried=past)
    picked = pick(pool, subject, Cause.DECLINED, NO_NEEDS, case.rule, case.policy, case.world)
    case.notes.asked.append(picked.asked)
    if not picked.rep:
        return None
    if kind.accept:
        return replace(to_rep(case, picked.rep, pool.id), credits=picked.credits)
    theirs = _theirs(case, kind, Outcome.OWNER, Holder(HolderKind.REP, picked.rep))
    return replace(theirs, pool=pool.id, credits=picked.credits)
