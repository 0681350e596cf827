"""A handoff that a status makes due by itself. Whoever takes it is asked as in any other: see `handing`."""

from datetime import timedelta

from msgspec.structs import replace

from firstright.core.actions import TodoGiven
from firstright.core.causes.handing import handed
from firstright.core.compiled import Compiled
from firstright.core.decision import Decision
from firstright.core.firstaction import in_business
from firstright.core.handnotes import NOTES, complete, missing, prefilled
from firstright.core.handoff import HandoffType
from firstright.core.lead import Act, Handed, HolderKind, Lead
from firstright.core.matching import Match
from firstright.core.rules.predicates import Truth, evaluate
from firstright.core.world import World

WITHIN = timedelta(hours=4)  # business time of the owner in which the notes are to be completed


def due_by_status(decision: Decision, lead: Lead, known: Match, policy: Compiled, world: World) -> Decision:
    """What keeps a lead where it is and moves it to a status that makes a handoff due: both at once, where its notes are
    complete by what is known. Else its owner has a task to complete them, and hands it over."""
    if lead.holder.kind is not HolderKind.REP or lead.offer or decision.holder != lead.holder:
        return decision
    lacking: tuple[str, ...] = ()
    for kind in policy.policy.handoffs.values():
        if kind.on != decision.status or not _is_for(kind, lead, world):
            continue
        told = prefilled(lead.facts, lead.source, lead.arrived_at, lead.tried, decision.status)
        notes = complete(told, ())
        if gaps := missing(kind, notes):
            lacking = lacking or gaps
            continue
        act = Act(by=lead.holder.id, handed=Handed(kind.id, notes=notes))
        offered = handed(replace(lead, status=decision.status), act, known, policy, world)
        if not offered.kept:
            return replace(offered, effects=(*decision.effects, *offered.effects))
    return _asked(decision, lead.holder.id, lacking, world) if lacking else decision


def _asked(decision: Decision, owner: str, lacking: tuple[str, ...], world: World) -> Decision:
    """Its owner is asked for what nobody knows: once, because a lead comes to a status once."""
    said = f"Complete the handoff notes: {', '.join(NOTES[note].lower() for note in lacking)}"
    todo = TodoGiven(said, "task", owner, in_business(owner, world, WITHIN))
    return replace(decision, effects=(*decision.effects, todo))


def _is_for(kind: HandoffType, lead: Lead, world: World) -> bool:
    return kind.when is None or evaluate(kind.when, lead.facts, world.as_of) is Truth.TRUE
