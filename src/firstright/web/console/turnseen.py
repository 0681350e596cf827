"""A rep's turn in each rotation, what they have used of each limit, and what became of the leads their rotations were asked
for, as a page shows them. It fetches nothing.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from firstright.core.assignment.methods import BY_CREDIT
from firstright.core.pools import LEAD, Method
from firstright.core.roster import Rep
from firstright.core.why.barrierwords import barrier_phrase
from firstright.core.why.explanation import Barrier
from firstright.core.why.limitview import LimitUsed
from firstright.core.why.moments import Moments
from firstright.core.why.skips import MyTurn, Skip
from firstright.core.why.teamview import Mate
from firstright.core.why.verdicts import capital
from firstright.web.console.methodwords import BY, LOST, WON
from firstright.web.console.teamseen import credit_part, fullness, owed, part_of
from firstright.web.console.visit import Visit
from firstright.web.console.weekseen import day

FARTHEST = 2 * LEAD  # of a bar of credit
GUARDS = {"COOLDOWN": "Cooldown of", "BURST_GUARD": "Burst guard of"}
NO_FIT = "fits with 0"  # the lead preferred nothing they have


class TurnSeen(msgspec.Struct, frozen=True):
    """`why` is what beside their own state keeps them from this rotation's leads; `pulled`: they take leads from it."""

    pool: str
    name: str
    by: str
    said: str
    near: bool
    weight: str
    credit: str
    part: float
    meant: str
    among: str
    why: str
    pulled: bool


class LimitSeen(msgspec.Struct, frozen=True):
    name: str
    said: str
    part: int
    tone: str
    until: str


class SkipSeen(msgspec.Struct, frozen=True):
    """`what` is what it was to them, in a word or three; `why` the datum behind it."""

    decision: str
    at: datetime
    pool: str
    rule: str
    what: str
    tone: str
    why: str
    lead: str


def turn(visit: Visit, place: MyTurn, rep: Rep, known: tuple[Barrier, ...], *, me: bool) -> TurnSeen:
    """`known` are barriers the page has told of already: of the rep, whatever the rotation."""
    whom = "you are" if me else "they are"
    tell = Moments(visit.zone, visit.now)
    here = [barrier_phrase(each, tell) for each in place.barriers if each not in known]
    return TurnSeen(
        place.pool,
        place.name,
        BY[Method(place.method)],
        _said(place, me),
        place.before == 0 and place.am_on,
        _weight(visit, place, rep),
        owed(place.credit),
        credit_part(max(-FARTHEST, min(FARTHEST, place.credit)), FARTHEST),
        _meant(place.credit, whom, me),
        f"{place.on or 'Nobody'} can take one now"
        + ("" if place.am_on or not place.on else f"; {whom} not among them"),
        capital("; ".join(here)),
        place.method == Method.PULL,
    )


def _said(place: MyTurn, me: bool) -> str:
    """When their turn comes, as far as the method can say."""
    they, have = ("you", "You have") if me else ("they", "They have")
    if_on = "" if place.am_on else f", were {they} on"
    match place.method:
        case Method.PULL:
            return f"{capital(they)} take leads {'yourself' if me else 'themselves'}"
        case Method.BEST_FIT:
            return "Each lead goes to who fits it best"
        case Method.SOONEST:
            return f"Whoever is there soonest: {they} are {place.measured}"
        case Method.LOAD if place.before:
            more = "1 has" if place.before == 1 else f"{place.before} have"
            return f"{more} more room than {they}: {place.measured}{if_on}"
        case Method.LOAD:
            return f"{have} the most room: {place.measured}{if_on}"
        case _ if place.before == 0:
            return f"The next one is {'yours' if me else 'theirs'}{if_on}"
        case _ if place.before is None:
            return f"None of the next thousand is {'yours' if me else 'theirs'}{if_on}"
        case _:
            return f"{'Your' if me else 'Their'} turn in about {place.before + 1} leads{if_on}"


def _weight(visit: Visit, place: MyTurn, rep: Rep) -> str:
    """`weight 1, 2 from Mon 4 Jan 2027`; empty where it is one and stays so."""
    steps = [
        step
        for membership in rep.memberships
        if membership.pool == place.pool
        for step in membership.ramp
        if step.at > visit.now
    ]
    zone = ZoneInfo(visit.zone)
    ahead = [f"{step.weight} from {day(step.at.astimezone(zone))}" for step in steps[:1]]
    if place.weight == 1 and not ahead:
        return ""
    return ", ".join([f"weight {place.weight}", *ahead])


def _meant(credit: int, whom: str, me: bool) -> str:
    they, their = ("you", "your") if me else ("they", "their")
    if abs(credit) < LEAD // 200:
        return f"{they} have had exactly {their} share"
    return f"{whom} owed leads" if credit > 0 else f"{they} have had more than {their} share"


def skip(visit: Visit, told: Skip, *, me: bool) -> SkipSeen:
    what, tone, why = _what(visit, told, me)
    return SkipSeen(told.decision, told.at, told.name, visit.rule(told.rule), what, tone, why, told.lead)


def _what(visit: Visit, told: Skip, me: bool) -> tuple[str, str, str]:
    winner = told.winner.name if told.winner else "somebody"
    match told.verdict:
        case "won":
            return "Got it", "good", _won(told, me)
        case "eligible":
            return "Could have", "accent", _lost(told, winner, me)
        case "ruled-out":
            tell = Moments(visit.zone, visit.now)
            barriers = "; ".join([barrier_phrase(barrier, tell) for barrier in told.barriers])
            return "Could not", "", f"{capital(barriers or 'not eligible')}. It went to {winner}."
        case "erased":
            return "Erased", "", "What was decided is not known any more."
        case _:
            return "Not a member", "", f"{'You were' if me else 'They were'} not in the rotation then."


def _won(told: Skip, me: bool) -> str:
    said = WON[Method(told.method)].format(whose="your" if me else "their", They="You" if me else "They")
    if had := _had(told, told.measured, "you" if me else "they"):
        return f"{said}: {had}."
    by_credit = told.method in BY_CREDIT and told.credit is not None
    return f"{said}: credit {owed(told.credit or 0)} before it." if by_credit else f"{said}."


def _lost(told: Skip, winner: str, me: bool) -> str:
    said = capital(LOST[Method(told.method)].format(winner=winner))
    if told.method in BY_CREDIT:
        return f"{said}{_against(told, me)}."
    mine = _had(told, told.measured, "you" if me else "they")
    compared = ", ".join(filter(None, (_had(told, told.winner_measured, winner), mine)))
    return f"{said}: {compared}." if compared else f"{said}."


def _had(told: Skip, measured: str, who: str) -> str:
    """What the method compared of somebody: `you had 14 open leads`; empty where it says nothing."""
    match told.method:
        case Method.LOAD if measured:
            return f"{who} had {measured}"
        case Method.SOONEST if measured:
            return f"{who} {'were' if who in ('you', 'they') else 'was'} {measured}"
        case Method.BEST_FIT if measured and measured != NO_FIT:
            return f"{who} {measured.replace('fits', 'fitted')}"
        case _:
            return ""


def _against(told: Skip, me: bool) -> str:
    """More credit wins between equal weights; else whose next lead is due soonest."""
    if told.credit is None or told.of_winner is None:
        return ""
    yours, theirs = owed(told.credit), owed(told.of_winner)
    mine = "your" if me else "their"
    if yours == theirs:  # "−0.13 against your −0.13" made people look for what differs
        return f", and {'you' if me else 'they'} were level with them, at credit {yours}"
    if told.of_winner > told.credit:
        return f": credit {theirs} against {mine} {yours}"
    return f", whose next one was due sooner: credit {theirs} with their weight, {mine} {yours}"


def limits(visit: Visit, mate: Mate) -> list[LimitSeen]:
    """What they have used of each limit. A cooldown or burst guard is told of while it counts something."""
    tell = Moments(visit.zone, visit.now)
    return [_limit(visit, each, tell) for each in mate.limits if not each.pool or each.used]


def _limit(visit: Visit, used: LimitUsed, tell: Moments) -> LimitSeen:
    name = f"{GUARDS[used.code]} {visit.pool(used.pool)}" if used.pool else used.id
    part = part_of(used.used, used.most)
    if used.frees is None:
        until = "no lead comes while it stands" if used.reached else "nothing used"
    elif used.reached:
        until = f"{'room again' if used.hard else 'others go first'} {'from' if used.hard else 'until'} {tell(used.frees)}"
    else:
        until = f"{'one of them lapses' if used.rolling else 'counted anew from'} {tell(used.frees)}"
    return LimitSeen(name, f"{used.used} of {used.most}", part, fullness(part), until)
