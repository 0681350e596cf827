"""What people do to a lead from its page or their inbox: accept, claim, decline, log a touch, reassign, have the rules decide.

A form that is refused comes back with the reason beside its field. What is allowed, the desk judges.
"""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.core.identifiers import is_id
from firstright.core.policy import DECLINE_REASONS
from firstright.desk.acting import CHANNELS, Accept, Claim, Decline, LogTouch, OnLead
from firstright.desk.assigning import LONGEST_REASON, Reassign, Reroute
from firstright.errors import NoPolicy, NotFound, Refused, Superseded
from firstright.intake.strict import Field, Fields
from firstright.web.console.form import Form, Posted
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

Build = Callable[[Visit, str, dict[str, object]], OnLead]


def leadacts(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    pages = LeadPage(room)

    def done(
        request: Request,
        lead_id: str,
        given: Posted,
        right: Right,
        name: str,
        fields: Fields,
        build: Build,
        said: str,
    ) -> Response:
        visit = room.enter_to_change(request, given, right)
        if not is_id(lead_id):
            raise away(404, "not_found", "this lead is not there")
        with room.desk.read() as tx:
            pages.seen(tx, visit, lead_id)
        values = room.values(visit, given, fields, name)
        if isinstance(values, Form):
            return pages.show(visit, lead_id, form=values, status=422)
        try:
            acted = room.desk.act(build(visit, lead_id, values))
        except Superseded as now:
            holder = visit.rep(now.owner) if now.owner else now.where or "nobody"
            return room.done("/inbox", f"Too late: it is with {holder} by now. Nothing was changed.", "warn")
        except Refused as refusal:
            return pages.show(visit, lead_id, form=_refused(given, refusal, name), status=422)
        except (NotFound, NoPolicy) as error:
            raise away(404, "not_found", str(error)) from None
        actor = visit.actor
        still = actor.sees_all or acted.owner in (actor.rep, *actor.team)  # whether it is still theirs to see
        back = str(values.get("back", ""))
        to = back if back.startswith("/inbox") else f"/leads/{acted.lead}" if still else "/inbox"
        owner = visit.rep(acted.owner) if acted.owner else acted.outcome
        return room.done(to, said.format(owner=owner))

    @router.post("/leads/{lead_id}/accept")
    def accept(request: Request, lead_id: str, given: Posted) -> Response:
        return done(
            request, lead_id, given, Right.WORK_LEADS, "accept", EPOCH, _accept, "Accepted: it is yours."
        )

    @router.post("/leads/{lead_id}/claim")
    def claim(request: Request, lead_id: str, given: Posted) -> Response:
        return done(
            request, lead_id, given, Right.WORK_LEADS, "claim", EPOCH, _claim, "Claimed: it is yours."
        )

    @router.post("/leads/{lead_id}/decline")
    def decline(request: Request, lead_id: str, given: Posted) -> Response:
        said = "Declined: it goes to somebody else."
        return done(request, lead_id, given, Right.WORK_LEADS, "decline", DECLINE, _decline, said)

    @router.post("/leads/{lead_id}/touch")
    def touch(request: Request, lead_id: str, given: Posted) -> Response:
        return done(request, lead_id, given, Right.WORK_LEADS, "touch", TOUCH, _touch, "Logged.")

    @router.post("/leads/{lead_id}/reassign")
    def reassign(request: Request, lead_id: str, given: Posted) -> Response:
        said = "Reassigned: it is with {owner} now."
        return done(request, lead_id, given, Right.ASSIGN, "reassign", REASSIGN, _reassign, said)

    @router.post("/leads/{lead_id}/reroute")
    def reroute(request: Request, lead_id: str, given: Posted) -> Response:
        said = "The rules decided once more: {owner}."
        return done(request, lead_id, given, Right.ASSIGN, "reroute", REROUTE, _reroute, said)

    return router


def _accept(visit: Visit, lead: str, values: dict[str, object]) -> OnLead:
    return Accept(lead, visit.actor.rep, epoch=_epoch(values))


def _claim(visit: Visit, lead: str, values: dict[str, object]) -> OnLead:
    return Claim(lead, visit.actor.rep, epoch=_epoch(values))


def _decline(visit: Visit, lead: str, values: dict[str, object]) -> OnLead:
    return Decline(
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
        at=at if hasattr(at, "astimezone") else None,  # type: ignore[arg-type]  # the form's fields say that it is an instant
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


def _refused(given: Posted, refusal: Refused, name: str) -> Form:
    """The desk's sentences begin with the field they are about; those of the whole stand above the form."""
    fields = {
        "rep": "to" if name == "reassign" else "rep",
        "reason": "why" if name in ("reassign", "reroute") else "reason",
    }
    problems: dict[str, str] = {}
    for reason in refusal.reasons:
        field, _, sentence = reason.partition(": ")
        field = fields.get(field, field)
        problems[field if field in given else ""] = sentence if field in given else reason
    return Form(given, problems, name)
