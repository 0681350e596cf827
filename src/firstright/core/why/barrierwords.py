"""Why somebody cannot take a lead, in a few words with their datum, and why somebody won, by method."""

from firstright.core.decision import Code
from firstright.core.pools import Method
from firstright.core.why.explanation import Barrier, PoolSaid
from firstright.core.why.moments import Moments


def barrier_phrase(barrier: Barrier, tell: Moments) -> str:
    """One code with its datum: `out of hours, opens Mon 23 Nov 09:00 Berlin`."""
    at = tell(barrier.at) if barrier.at else "an unknown time"
    match barrier.code:
        case Code.INACTIVE:
            return barrier.what or "not active"
        case Code.CRM_INACTIVE:
            return "not active in the CRM"
        case Code.LEFT:
            return f"left {at}"
        case Code.NOT_IN_POOL:
            return f"joins the pool {at}"
        case Code.PAUSED:
            return f"paused until {at}"
        case Code.ABSENT:
            return f"{barrier.what or 'absent'} until {at}"
        case Code.HOLIDAY:
            return f"public holiday, opens {at}"
        case Code.OUT_OF_HOURS:
            return f"out of hours, opens {at}"
        case Code.OFFLINE:
            return "not online"
        case _:
            return _of_lead(barrier, at)


def _of_lead(barrier: Barrier, at: str) -> str:
    match barrier.code:
        case Code.LOAD_FULL if barrier.what and barrier.have:
            return f"full, by {barrier.have} open leads or {barrier.need} in {barrier.what}"
        case Code.LOAD_FULL if barrier.what:
            return f"full, this lead would pass {barrier.need} in {barrier.what}"
        case Code.LOAD_FULL:
            return f"full, {barrier.have or barrier.need} of {barrier.need} open leads"
        case Code.OFFER_PENDING:
            return "has a lead they have neither accepted nor touched"
        case Code.CAP_REACHED if barrier.what:
            return f"has reached {barrier.what}, {barrier.have} of {barrier.need}, until {at}"
        case Code.COOLDOWN if barrier.at:
            return f"had a lead just now, until {at}"
        case Code.BURST_GUARD if barrier.at:
            return f"had {barrier.have} leads in a short time, until {at}"
        case Code.SKILL_MISSING:
            return f"needs {barrier.what} {barrier.need}, has {barrier.have}"
        case Code.LANGUAGE:
            return f"needs language {barrier.need}, has {barrier.have or 'none'}"
        case Code.NO_LICENCE if barrier.what:
            return f"a licence is needed, and {barrier.what} is not known"
        case Code.NO_LICENCE:
            return f"licence {barrier.need} ended {at}" if barrier.at else f"no licence {barrier.need}"
        case Code.TERRITORY:
            need = f"territory {barrier.need}" if barrier.need else "a territory that is not known"
            return f"needs {need}, covers {barrier.have or 'none'}"
        case Code.CONFLICT:
            return f"has an interest in {barrier.what}"
        case Code.DO_NOT_ASSIGN:
            return f"is not to be given {barrier.what}"
        case Code.TRIED_BEFORE:
            return "had this lead before in this cycle"
        case Code.MEETING:
            return "not free when the meeting is"
        case _:
            return barrier.code.lower().replace("_", " ")


def turn_phrase(won: PoolSaid) -> str:
    """Why the winner of a pool won it, in the words of its method."""
    if won.direct:
        return "they are named for it"
    if won.eligible == 1:
        return f"only they could take it in {won.name}"
    match won.method:
        case Method.SEQUENCE:
            return f"they were next in the order of {won.name}"
        case Method.LEAST_RECENT:
            return f"nobody in {won.name} had waited longer"
        case Method.EQUAL_COUNT:
            return f"they had the fewest of {won.name} in this period"
        case Method.LOAD:
            return f"they had the most room in {won.name}"
        case Method.BEST_FIT:
            return f"they fit best in {won.name}"
        case Method.SOONEST:
            return f"nobody in {won.name} was there sooner"
        case Method.PULL:
            return f"they took it from {won.name}"
        case _:
            return f"it was their turn in {won.name}"
