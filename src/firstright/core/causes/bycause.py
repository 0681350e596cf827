"""What a cause does to a lead by itself: what somebody did, said or put right, or what ran out. What has to be routed for
another reason is `decide`'s.
"""

from collections.abc import Callable

from firstright.core.causes.acting import accepted, claimed, engaged, reminded, touched
from firstright.core.causes.booking import booked
from firstright.core.causes.correcting import corrected
from firstright.core.causes.creditback import LOOKED_AT, NO_SHOW, Back, back, settle, with_back
from firstright.core.causes.escalation import escalate
from firstright.core.causes.handing import answered, expired, handed
from firstright.core.causes.joining import joining
from firstright.core.causes.moving import converted, given_role, moved
from firstright.core.causes.nextaction import called, silent, tasked
from firstright.core.causes.overriding import overridden
from firstright.core.causes.pausing import excused, limit_reached, paused
from firstright.core.compiled import Compiled
from firstright.core.decision import Decision
from firstright.core.followup import ACCEPTANCE
from firstright.core.landing import Landing, Notes
from firstright.core.lead import Act, Cause, Holder, HolderKind, Lead, Outcome
from firstright.core.matching import Match, match
from firstright.core.routing import SETTLED, concluded, kept, routed
from firstright.core.world import Candidate, World

Found = tuple[Candidate, ...]


def by_itself(
    lead: Lead, act: Act, cause: Cause, found: Found, policy: Compiled, world: World
) -> Decision | None:
    """None where the cause alone says nothing about this lead."""
    meaning = _MEANING.get(cause)
    return meaning(lead, act, cause, found, policy, world) if meaning else None


def _of_who_has_it(
    lead: Lead, act: Act, cause: Cause, found: Found, policy: Compiled, world: World
) -> Decision | None:
    """It was handed over, offered, accepted, declined, claimed; or nobody did in time."""
    match cause:
        case Cause.HANDED_OVER if act.handed:
            return handed(lead, act, match(found), policy, world)
        case Cause.ACCEPTED | Cause.DECLINED if act.offered:
            return answered(lead, act, cause, match(found), policy, world)
        case Cause.ACCEPTED:
            return accepted(lead, act, policy, world)
        case Cause.DECLINED | Cause.RETURNED:
            return _declined(lead, act, cause, match(found), policy, world)
        case Cause.CLAIMED if lead.outcome is Outcome.QUEUED:
            return claimed(lead, act, policy, world)
        case Cause.CLAIMED:
            return kept(lead, "not-theirs-to-take")  # it lies in no queue any more
        case Cause.SLA_MISSED if lead.offer and act.clock == ACCEPTANCE:
            return expired(lead, act, match(found), policy, world)
        case Cause.SLA_MISSED if lead.act:
            return escalate(lead, act, match(found), policy, world)
    return None


def _of_touches(
    lead: Lead, act: Act, cause: Cause, found: Found, policy: Compiled, world: World
) -> Decision | None:
    """Somebody wrote, called or met; or heard nothing."""
    match cause:
        case Cause.BOOKED if act.booked:
            return booked(lead, act, match(found), policy, world)
        case Cause.CALL_OUTCOME if act.todo:
            return tasked(lead, act, policy, world)
        case Cause.CALL_OUTCOME if act.result:
            return called(lead, act, match(found), policy, world)
        case Cause.TOUCHED if act.spent and act.result == NO_SHOW:
            given = back(NO_SHOW, act.spent, policy.policy, world)
            return with_back(touched(lead, act, policy, world), given)
        case Cause.TOUCHED:
            return touched(lead, act, policy, world)
        case Cause.ENGAGED if lead.outcome not in (Outcome.NURTURE, Outcome.PENDING):
            return engaged(lead, "engaged", policy, world)
        case Cause.NO_REPLY if act.channel:
            return silent(lead, act, policy, world)
        case Cause.NO_REPLY if lead.outcome in SETTLED:
            return reminded(lead, policy, world)
    return None


def _of_orders(
    lead: Lead, act: Act, cause: Cause, found: Found, policy: Compiled, world: World
) -> Decision | None:
    """Somebody, or the CRM, says what it is, whose it is, that it waits, or what was wrong with it."""
    match cause:
        case Cause.QUALIFIED | Cause.OVERRIDDEN | Cause.CRM_CHANGED if act.moved:
            return moved(lead, act, policy, world)
        case Cause.OVERRIDDEN if act.role:
            return given_role(lead, act.role)
        case Cause.OVERRIDDEN if act.pausing:
            return paused(lead, act, world)
        case Cause.OVERRIDDEN if act.chosen:
            return overridden(lead, act.chosen, match(found), policy, world)
        case Cause.CRM_CHANGED if act.converted:
            return converted(lead, policy, act.converted)
        case Cause.HOURS_OPENED if lead.pause:
            return limit_reached(lead, world)
        case Cause.CORRECTED if act.repair:
            return corrected(lead, act, match(found), policy, world)
        case Cause.CORRECTED if act.spent:
            return settle(lead, act, policy.policy, world)
        case Cause.CORRECTED if act.excused:
            return excused(lead, act.excused)
        case Cause.MERGED | Cause.UNMERGED if act.joined:
            return joining(lead, act, cause, match(found), policy, world)
    return None


_MEANING: dict[Cause, Callable[[Lead, Act, Cause, Found, Compiled, World], Decision | None]] = {
    **dict.fromkeys((Cause.HANDED_OVER, Cause.ACCEPTED, Cause.DECLINED, Cause.RETURNED), _of_who_has_it),
    **dict.fromkeys((Cause.CLAIMED, Cause.SLA_MISSED), _of_who_has_it),
    **dict.fromkeys(
        (Cause.BOOKED, Cause.CALL_OUTCOME, Cause.TOUCHED, Cause.ENGAGED, Cause.NO_REPLY), _of_touches
    ),
    **dict.fromkeys((Cause.QUALIFIED, Cause.OVERRIDDEN, Cause.CRM_CHANGED, Cause.HOURS_OPENED), _of_orders),
    **dict.fromkeys((Cause.CORRECTED, Cause.MERGED, Cause.UNMERGED), _of_orders),
}


def _declined(lead: Lead, act: Act, cause: Cause, known: Match, policy: Compiled, world: World) -> Decision:
    """What it cost is given back first, then it goes to somebody else: another rep, or, where the reason says that it is no
    lead at all, a person who looks at it. What stays theirs is not given back."""
    given = back(act.reason, act.spent, policy.policy, world) if act.spent else Back(world)
    if reason := LOOKED_AT.get(act.reason):
        landing = Landing(Outcome.REVIEW, reason, Holder(HolderKind.REVIEW, reason), review=(lead.holder.id,))
        return with_back(concluded(landing, lead, policy, given.world, Notes()), given)
    elsewhere = routed(lead, cause, known, policy, given.world)
    return elsewhere if elsewhere.kept else with_back(elsewhere, given)
