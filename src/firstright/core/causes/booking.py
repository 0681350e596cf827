"""A meeting was booked, moved, called off, held, or nobody came: what that is to the lead. Free slots are `slots`; nothing here
knows a calendar program.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from firstright.core.assignment.assign import Picked, pick
from firstright.core.assignment.eligibility import Answer, time_codes
from firstright.core.assignment.requirements import mask, unmet
from firstright.core.assignment.stood import stood
from firstright.core.causes.acting import touched
from firstright.core.causes.creditback import NO_SHOW as GIVES_BACK
from firstright.core.causes.creditback import back, with_back
from firstright.core.causes.pausing import going_on
from firstright.core.clockwork import WITH_A_DATE, ClocksPaused
from firstright.core.compiled import Compiled
from firstright.core.decision import AlarmSet, Code, Decision, Effect, TaskGiven
from firstright.core.hours import NeverOpen
from firstright.core.landing import Landing, Notes
from firstright.core.lead import Act, Cause, Holder, HolderKind, Lead, Outcome
from firstright.core.matching import Match
from firstright.core.meetings import AGAIN, BOOKED, CANCELLED, HELD, MOVED, NO_SHOW, Booked, Span
from firstright.core.offers import ended
from firstright.core.policy import Needs
from firstright.core.pools import Pool
from firstright.core.routing import concluded, kept
from firstright.core.sequences import Halted
from firstright.core.slots import covers
from firstright.core.telling import subscribers
from firstright.core.world import World

SCHEDULED = "scheduled"
TAKEN = "slot-taken"
MET = "met"
# What no meeting is made of: whoever opens such a lead again says so, or writes anew.
OVER = frozenset({Outcome.REJECTED, Outcome.CLOSED, Outcome.QUARANTINED, Outcome.SUPPORT, Outcome.PARTNER})
_GONE = (Code.INACTIVE, Code.CRM_INACTIVE, Code.LEFT, Code.NOT_IN_POOL)
_ROUTED = frozenset({"", "new", "needs-enrichment"})


def booked(lead: Lead, act: Act, known: Match, policy: Compiled, world: World) -> Decision:
    """What the meeting in `act` is to its lead. One with the lead's own rep keeps it where it is; one with a pool is a turn."""
    meeting = act.booked or Booked("", "", world.as_of, world.as_of)
    match meeting.state:
        case "booked" if meeting.rep:
            said = (*_begun(lead, policy, world), *_heard(BOOKED, policy))
            return kept(lead, BOOKED, *said, *_still(lead, act, meeting, world), status=SCHEDULED)
        case "booked":
            return _by_turn(lead, act, meeting, policy, world)
        case "moved":
            said = (*_heard(MOVED, policy), *_still(lead, act, meeting, world))
            return kept(lead, f"meeting-{MOVED}", *said, status=SCHEDULED)
        case "cancelled":
            said = (*_heard(CANCELLED, policy), *_going_on(lead, world))
            return kept(lead, f"meeting-{CANCELLED}", *said, status=_back(lead, meeting))
        case "no-show":
            return _missed(lead, act, meeting, policy, world)
        case "held":
            return _touched(lead, act, policy, world)
    return kept(lead, "unchanged")


def chosen(lead: Lead, meeting: Booked, policy: Compiled, world: World) -> Picked:
    """Whose turn it is among the members of the pool who are free then. Nobody: the slot is taken.

    What they have in hand and whether they are open now does not matter: it is about that time, and the lead has chosen it.
    """
    pool = policy.policy.pools[meeting.pool]
    answer = _free(pool, lead, meeting, policy, world)
    return pick(pool, lead, Cause.BOOKED, Needs(), None, policy, world, answer=answer)


def _by_turn(lead: Lead, act: Act, meeting: Booked, policy: Compiled, world: World) -> Decision:
    notes = Notes()
    picked = chosen(lead, meeting, policy, world)
    notes.asked.append(picked.asked)
    if not picked.rep:
        return kept(lead, TAKEN, notes=notes)
    holder = Holder(HolderKind.REP, picked.rep)
    landing = Landing(
        Outcome.OWNER, BOOKED, holder, pool=meeting.pool, credits=picked.credits, status=SCHEDULED
    )
    before = (*_begun(lead, policy, world), *_heard(BOOKED, policy))
    made = concluded(landing, lead, policy, world, notes, before=before)
    return replace(made, effects=(*made.effects, *_still(lead, act, meeting, world)))


def _free(pool: Pool, lead: Lead, meeting: Booked, policy: Compiled, world: World) -> Answer:
    roster = world.roster
    members = roster.members(pool.id)
    codes = time_codes(pool, roster, world.as_of).ruled
    ruled = {code: codes[code] for code in _GONE if code in codes}
    ruled |= unmet(members, lead, Needs(), policy, roster, world.as_of)
    then = Span(meeting.starts, meeting.ends, meeting.since or meeting.starts, meeting.until or meeting.ends)
    busy = mask(members.reps, lambda rep: rep.id in meeting.taken or not covers(then, rep, roster))
    if busy:
        ruled[Code.MEETING] = busy
    return Answer(ruled, stood(pool, members, lead, None, policy, world))


def _begun(lead: Lead, policy: Compiled, world: World) -> Iterator[Effect]:
    """What a booking ends: outreach that goes on by itself, and an offer nobody has answered."""
    if policy.policy.sequences:
        yield Halted(BOOKED)
    if lead.offer:
        yield from ended("withdrawn", world, BOOKED)


def _still(lead: Lead, act: Act, meeting: Booked, world: World) -> Iterator[Effect]:
    """Clocks of its owner stand still until they meet: no ladder takes a lead away that has a date. What waits for longer by
    somebody's word goes on doing so."""
    pause = lead.pause
    if meeting.starts <= world.as_of or (
        pause and pause.why != WITH_A_DATE and pause.until >= meeting.starts
    ):
        return
    yield ClocksPaused(WITH_A_DATE, pause.since if pause else world.as_of, meeting.starts, act.by)
    yield AlarmSet(Cause.HOURS_OPENED, meeting.starts)


def _going_on(lead: Lead, world: World) -> tuple[Effect, ...]:
    return going_on(lead, world) if lead.pause and lead.pause.why == WITH_A_DATE else ()


def _touched(lead: Lead, act: Act, policy: Compiled, world: World) -> Decision:
    """What stood still until they met goes on first, also where its alarm has not rung yet."""
    if not (ends := _going_on(lead, world)):
        return touched(lead, act, policy, world)
    done = touched(replace(lead, pause=None), act, policy, world)
    return replace(done, effects=(*ends, *done.effects))


def _heard(state: str, policy: Compiled) -> list[Effect]:
    return [*subscribers(f"meeting.{state}", policy.policy)]


def _missed(lead: Lead, act: Act, meeting: Booked, policy: Compiled, world: World) -> Decision:
    """They did not come: an attempt of ours all the same. The turn comes back where it was spent for this, and there is a
    task to offer another time."""
    done = _touched(lead, act, policy, world)
    effects: list[Effect] = [*done.effects, *_heard(NO_SHOW, policy)]
    if lead.holder.kind is HolderKind.REP:
        effects.append(_try_again(lead.holder.id, world))
    missed = kept(lead, f"meeting-{NO_SHOW}", *effects, status=_back(lead, meeting))
    return with_back(missed, back(GIVES_BACK, act.spent, policy.policy, world)) if act.spent else missed


def _try_again(rep_id: str, world: World) -> TaskGiven:
    """By the end of the business day."""
    rep = world.roster.reps.get(rep_id)
    hours = world.roster.hours_of(rep) if rep else world.roster.hours("")
    try:
        due = hours.close_of_business(world.as_of)
    except NeverOpen:
        due = world.as_of
    return TaskGiven(AGAIN, "call", rep_id, due)


def _back(lead: Lead, meeting: Booked) -> str:
    """The status it had before it was scheduled; nothing else takes a status back."""
    return before_it(lead, meeting.was) if lead.status == SCHEDULED else lead.status


def before_it(lead: Lead, was: str) -> str:
    """The status of a lead that has no meeting after all. `was` is the one it had before; empty: it is not known."""
    return "routed" if was in _ROUTED and lead.holder.kind is HolderKind.REP else was or "new"


__all__ = ["HELD", "MET", "OVER", "SCHEDULED", "TAKEN", "before_it", "booked", "chosen"]
