"""What people do to a lead from its page or their inbox: accept, claim, decline, give back, log a touch, reassign, reroute.

What is allowed, the desk judges.
"""

from fastapi import APIRouter

from firstright.core.authority import Right
from firstright.core.policy import DECLINE_REASONS
from firstright.desk.acting import (
    CHANNELS,
    KINDS,
    LONGEST_WHAT,
    Accept,
    Acted,
    Claim,
    Decline,
    LogEngagement,
    LogTouch,
    Return,
)
from firstright.desk.assigning import LONGEST_REASON, Reassign, Reroute
from firstright.intake.strict import Field, Fields
from firstright.web.console.lead import RESULTS
from firstright.web.console.onlead import WITH_BACK, Act, Asked, on_lead
from firstright.web.console.room import Room

DECLINE: Fields = {
    **WITH_BACK,
    "reason": Field(required=True, among=DECLINE_REASONS),
    "note": Field(most=2_000),
}
TOUCH: Fields = {
    **WITH_BACK,
    "channel": Field(required=True, among=CHANNELS),
    "result": Field(among=tuple(RESULTS)),
    "note": Field(most=2_000),
    "at": Field("instant"),
}
ENGAGED: Fields = {
    **WITH_BACK,
    "kind": Field(required=True, among=KINDS),
    "what": Field(most=LONGEST_WHAT),
    "at": Field("instant"),
}
REROUTE: Fields = {**WITH_BACK, "why": Field(required=True, most=LONGEST_REASON)}
REASSIGN: Fields = {**REROUTE, "to": Field(required=True, most=64)}

BY_HAND = {"rep": "to", "reason": "why"}


def leadacts(room: Room) -> APIRouter:
    return on_lead(room, ACTS)


def _accept(asked: Asked) -> Acted:
    return asked.act(Accept(asked.lead, asked.rep, epoch=asked.epoch))


def _claim(asked: Asked) -> Acted:
    return asked.act(Claim(asked.lead, asked.rep, epoch=asked.epoch))


def _decline(asked: Asked) -> Acted:
    reason, note = asked.text("reason"), asked.text("note")
    return asked.act(Decline(asked.lead, asked.rep, reason, note=note, epoch=asked.epoch))


def _return(asked: Asked) -> Acted:
    reason, note = asked.text("reason"), asked.text("note")
    return asked.act(Return(asked.lead, asked.rep, reason, note=note, epoch=asked.epoch))


def _touch(asked: Asked) -> Acted:
    return asked.act(
        LogTouch(
            asked.lead,
            asked.rep,
            asked.text("channel"),
            result=asked.text("result"),
            note=asked.text("note"),
            at=asked.instant("at"),
            epoch=asked.epoch,
        )
    )


def _engaged(asked: Asked) -> Acted:
    """Theirs to log whoever has the lead by now: it happened."""
    kind, what, at = asked.text("kind"), asked.text("what"), asked.instant("at")
    return asked.act(LogEngagement(asked.lead, asked.by, kind, what=what, at=at))


def _reassign(asked: Asked) -> Acted:
    to, why = asked.text("to"), asked.text("why")
    return asked.act(Reassign(asked.lead, asked.actor, to, why, epoch=asked.epoch))


def _reroute(asked: Asked) -> Acted:
    return asked.act(Reroute(asked.lead, asked.actor, asked.text("why"), epoch=asked.epoch))


ACTS = (
    Act("accept", WITH_BACK, _accept, "Accepted: it is yours."),
    Act("claim", WITH_BACK, _claim, "Claimed: it is yours."),
    Act("decline", DECLINE, _decline, "Declined: it goes to somebody else."),
    Act("return", DECLINE, _return, "Given back: it goes to somebody else."),
    Act("touch", TOUCH, _touch, "Logged."),
    Act("engaged", ENGAGED, _engaged, "Logged: it stops no clock of ours."),
    Act("reassign", REASSIGN, _reassign, "Reassigned: it is with {owner} now.", Right.ASSIGN, BY_HAND),
    Act("reroute", REROUTE, _reroute, "The rules decided once more: {owner}.", Right.ASSIGN, BY_HAND),
)
