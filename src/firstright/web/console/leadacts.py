"""What people do to a lead from its page or their inbox: accept, claim, decline, give back, log a touch, reassign, reroute.

A form that is refused comes back with the reason beside its field. What is allowed, the desk judges.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.core.identifiers import is_id
from firstright.core.policy import DECLINE_REASONS
from firstright.desk.acting import CHANNELS, Accept, Acted, Claim, Decline, LogTouch, OnLead, Return
from firstright.desk.assigning import LONGEST_REASON, Reassign, Reroute
from firstright.errors import NoPolicy, NotFound, Refused, Superseded
from firstright.intake.strict import Field, Fields
from firstright.web.console.form import Form, Posted, refused
from firstright.web.console.lead import RESULTS, LeadPage
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit
from firstright.web.problems import away

EPOCH = {"epoch": Field("integer", required=True, most=2**31), "back": Field(most=200)}
DECLINE: Fields = {
    **EPOCH,
    "reason": Field(required=True, among=DECLINE_REASONS),
    "note": Field(most=2_000),
}
TOUCH: Fields = {
    **EPOCH,
    "channel": Field(required=True, among=CHANNELS),
    "result": Field(among=tuple(RESULTS)),
    "note": Field(most=2_000),
    "at": Field("instant"),
}
REASSIGN: Fields = {
    **EPOCH,
    "to": Field(required=True, most=64),
    "why": Field(required=True, most=LONGEST_REASON),
}
REROUTE: Fields = {**EPOCH, "why": Field(required=True, most=LONGEST_REASON)}

BY_HAND = {"rep": "to", "reason": "why"}  # what a form about whom it goes to calls what the desk names


class Act(NamedTuple):
    """One kind of act: who may try it, what its form asks, the desk's work for it, and what is said when it is done."""

    name: str
    right: Right
    fields: Fields
    build: Callable[[Visit, str, dict[str, object]], OnLead]
    said: str
    called: Mapping[str, str] = {}


def leadacts(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    pages = LeadPage(room)
    for act in ACTS:
        router.post(f"/leads/{{lead_id}}/{act.name}")(_posted(room, pages, act))
    return router


def _posted(room: Room, pages: LeadPage, act: Act) -> Callable[..., Response]:
    def posted(request: Request, lead_id: str, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, act.right)
        if not is_id(lead_id):
            raise away(404, "not_found", "this lead is not there")
        with room.desk.read() as tx:
            pages.seen(tx, visit, lead_id)
        values = room.values(visit, given, act.fields, act.name)
        if isinstance(values, Form):
            return pages.show(visit, lead_id, form=values, status=422)
        try:
            acted = room.desk.act(act.build(visit, lead_id, values))
        except Superseded as now:
            holder = visit.rep(now.owner) if now.owner else now.where or "nobody"
            return room.done("/inbox", f"Too late: it is with {holder} by now. Nothing was changed.", "warn")
        except Refused as refusal:
            form = refused(given, refusal.reasons, act.name, act.called)
            return pages.show(visit, lead_id, form=form, status=422)
        except (NotFound, NoPolicy) as error:
            raise away(404, "not_found", str(error)) from None
        owner = visit.rep(acted.owner) if acted.owner else acted.outcome
        return room.done(_onward(visit, acted, _text(values, "back")), act.said.format(owner=owner))

    return posted


def _onward(visit: Visit, acted: Acted, back: str) -> str:
    """The list they came from, else the lead while it is theirs to see."""
    actor = visit.actor
    if back.startswith("/inbox"):
        return back
    still = actor.sees_all or acted.owner in (actor.rep, *actor.team)
    return f"/leads/{acted.lead}" if still else "/inbox"


def _accept(visit: Visit, lead: str, values: dict[str, object]) -> OnLead:
    return Accept(lead, visit.actor.rep, epoch=_epoch(values))


def _claim(visit: Visit, lead: str, values: dict[str, object]) -> OnLead:
    return Claim(lead, visit.actor.rep, epoch=_epoch(values))


def _decline(visit: Visit, lead: str, values: dict[str, object]) -> OnLead:
    return Decline(
        lead, visit.actor.rep, _text(values, "reason"), note=_text(values, "note"), epoch=_epoch(values)
    )


def _return(visit: Visit, lead: str, values: dict[str, object]) -> OnLead:
    return Return(
        lead, visit.actor.rep, _text(values, "reason"), note=_text(values, "note"), epoch=_epoch(values)
    )


def _touch(visit: Visit, lead: str, values: dict[str, object]) -> OnLead:
    at = values.get("at")
    return LogTouch(
        lead,
        visit.actor.rep,
        _text(values, "channel"),
        result=_text(values, "result"),
        note=_text(values, "note"),
        at=at if isinstance(at, datetime) else None,
        epoch=_epoch(values),
    )


def _reassign(visit: Visit, lead: str, values: dict[str, object]) -> OnLead:
    return Reassign(lead, visit.actor, _text(values, "to"), _text(values, "why"), epoch=_epoch(values))


def _reroute(visit: Visit, lead: str, values: dict[str, object]) -> OnLead:
    return Reroute(lead, visit.actor, _text(values, "why"), epoch=_epoch(values))


def _text(values: dict[str, object], name: str) -> str:
    return str(values.get(name, ""))


def _epoch(values: dict[str, object]) -> int:
    epoch = values["epoch"]
    assert isinstance(epoch, int)
    return epoch


ACTS = (
    Act("accept", Right.WORK_LEADS, EPOCH, _accept, "Accepted: it is yours."),
    Act("claim", Right.WORK_LEADS, EPOCH, _claim, "Claimed: it is yours."),
    Act("decline", Right.WORK_LEADS, DECLINE, _decline, "Declined: it goes to somebody else."),
    Act("return", Right.WORK_LEADS, DECLINE, _return, "Given back: it goes to somebody else."),
    Act("touch", Right.WORK_LEADS, TOUCH, _touch, "Logged."),
    Act("reassign", Right.ASSIGN, REASSIGN, _reassign, "Reassigned: it is with {owner} now.", BY_HAND),
    Act("reroute", Right.ASSIGN, REROUTE, _reroute, "The rules decided once more: {owner}.", BY_HAND),
)
