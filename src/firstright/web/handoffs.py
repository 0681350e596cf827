"""Handoffs over HTTP: give, accept, decline, withdraw, have seen; a partner's answers by a key of theirs; what support says
of a ticket. The door reads and names; the desk judges and decides.
"""

import asyncio

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from firstright.core.handnotes import LONGEST_NOTE, NOTES
from firstright.core.identifiers import is_id
from firstright.core.policy import DECLINE_REASONS
from firstright.desk import Desk
from firstright.desk.acting import OnLead
from firstright.desk.handover import AcceptOffer, DeclineOffer, HandOver, Notes, SeeOffer, TakeBack
from firstright.desk.ticketing import LONGEST, MoveTicket, Ticketed
from firstright.errors import NoPolicy, NotFound, Refused
from firstright.intake.refused import Refused as BadBody
from firstright.intake.strict import LARGEST, Field, Fields, parse_command
from firstright.storage.schema.handed import TICKETS
from firstright.web.acts import (
    ACT,
    EPOCH,
    NOTE,
    REP,
    ActDoor,
    ActRoute,
    Build,
    doors,
    epoch_of,
    problem_of,
    text,
)
from firstright.web.auth import Caller, Doorkeeper
from firstright.web.openapi import command, problem_responses
from firstright.web.problems import TurnedAway, away
from firstright.web.reading import nothing
from firstright.web.request import Head, must_be_json, read_body, read_head

PARTNER = "partners:answer"  # of a key whose source is called like the partner
_NOTES: Fields = {note: Field(most=LONGEST_NOTE) for note in NOTES}
OFFER = Field(most=64)  # the very offer that is meant
REASON = Field(required=True, among=DECLINE_REASONS)
HANDOFF: Fields = {
    "rep": REP,
    "type": Field(required=True, most=64),
    "to": Field(most=64),
    "epoch": EPOCH,
    **_NOTES,
}
ACCEPT: Fields = {"rep": REP, "offer": OFFER, "epoch": EPOCH}
SEEN: Fields = {"rep": REP, "offer": OFFER}
DECLINE: Fields = {**ACCEPT, "reason": REASON, "note": NOTE}
WITHDRAW: Fields = {"rep": REP, "reason": Field(most=500), "epoch": EPOCH, **_NOTES}
BY_PARTNER: Fields = {"offer": OFFER, "epoch": EPOCH}
NOT_BY_PARTNER: Fields = {**BY_PARTNER, "reason": REASON, "note": NOTE}
TICKET: Fields = {
    "state": Field(required=True, among=TICKETS),
    "number": Field(most=64),
    "note": Field(most=LONGEST),
    "back": Field("flag"),
    **_NOTES,
}
_encode = msgspec.json.Encoder().encode


class PartnerDoor(ActDoor):
    """Takes the answers of partners: who answers is the source their key belongs to, and nothing they could say."""

    async def _done(
        self,
        caller: Caller,
        head: Head,
        body: bytes,
        lead_id: str,
        values: dict[str, object],
        build: Build,
        problems: tuple[object, ...],
    ) -> Response:
        values["rep"], values["partner"] = caller.source.name, True
        return await super()._done(caller, head, body, lead_id, values, build, ())


def handoffs(desk: Desk, keeper: Doorkeeper) -> APIRouter:
    router = APIRouter()
    router.include_router(_of_leads(desk, keeper))
    router.include_router(_of_partners(desk, keeper))
    router.include_router(_of_tickets(desk, keeper))
    return router


_RESPONSES = (400, 401, 403, 404, 408, 409, 413, 415, 422, 503)


def _of_leads(desk: Desk, keeper: Doorkeeper) -> APIRouter:
    door = ActDoor(desk, keeper, ACT)
    router = APIRouter(prefix="/v1/leads/{lead_id}", responses=problem_responses(*_RESPONSES))

    doors(
        router,
        door,
        ActRoute("/handoff", "The owner hands the lead over", HANDOFF, _hand_over),
        ActRoute("/offer/accept", "Somebody takes what is offered to them", ACCEPT, _accept),
        ActRoute("/offer/seen", "Somebody has what is offered to them before them", SEEN, _seen),
        ActRoute("/offer/decline", "Somebody does not take it", DECLINE, _decline),
        ActRoute(
            "/offer/withdraw",
            "An offer is withdrawn; a lead comes back from support, a partner or nurture",
            WITHDRAW,
            _withdraw,
        ),
    )
    return router


def _of_partners(desk: Desk, keeper: Doorkeeper) -> APIRouter:
    door = PartnerDoor(desk, keeper, PARTNER)
    router = APIRouter(prefix="/v1/shared/{lead_id}", responses=problem_responses(*_RESPONSES))

    doors(
        router,
        door,
        ActRoute("/accept", "A partner takes what is shared with them", BY_PARTNER, _accept),
        ActRoute("/decline", "A partner does not take it", NOT_BY_PARTNER, _decline),
    )
    return router


def _of_tickets(desk: Desk, keeper: Doorkeeper) -> APIRouter:
    router = APIRouter(prefix="/v1/tickets/{ticket_id}", responses=problem_responses(*_RESPONSES))

    @router.post("", summary="How a ticket stands with support", openapi_extra=command(TICKET))
    async def ticket(request: Request, ticket_id: str) -> Response:
        return await _moved(desk, keeper, request, ticket_id)

    return router


async def _moved(desk: Desk, keeper: Doorkeeper, request: Request, ticket: str) -> Response:
    head = read_head(request.scope)
    caller = keeper.remembered(head.authorization, ACT)
    if caller is None:
        caller = await asyncio.to_thread(keeper.admit, head.authorization, ACT)
    must_be_json(head)
    values = parse_command(await read_body(request.receive, head, LARGEST), TICKET)
    if isinstance(values, BadBody):
        raise TurnedAway(values.status, *values.errors)
    work = MoveTicket(
        ticket,
        caller.key,
        text(values, "state"),
        outside=text(values, "number"),
        note=text(values, "note"),
        back=values.get("back") is True,
        notes=notes_of(values),
    )

    def done() -> Ticketed:
        if not is_id(ticket):
            raise nothing()
        try:
            return desk.act(work)
        except NotFound:
            raise nothing() from None
        except NoPolicy as error:
            raise away(409, f"{error.missing}.missing", f"{error}: leads are kept and not decided") from None
        except Refused as refused:
            raise TurnedAway(422, *[problem_of(reason, values) for reason in refused.reasons]) from None

    return Response(_encode(await run_in_threadpool(done)), media_type="application/json")


def notes_of(values: dict[str, object]) -> Notes:
    """The notes among the fields of a command, in reading order."""
    return tuple([(note, text(values, note)) for note in NOTES if values.get(note)])


def _hand_over(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    return HandOver(
        lead,
        text(values, "rep"),
        text(values, "type"),
        to=text(values, "to"),
        notes=notes_of(values),
        epoch=epoch_of(values),
        key=key,
    )


def _accept(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    return AcceptOffer(
        lead,
        text(values, "rep"),
        offer=text(values, "offer"),
        partner="partner" in values,
        epoch=epoch_of(values),
        key=key,
    )


def _seen(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    return SeeOffer(lead, text(values, "rep"), offer=text(values, "offer"))


def _decline(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    return DeclineOffer(
        lead,
        text(values, "rep"),
        text(values, "reason"),
        note=text(values, "note"),
        offer=text(values, "offer"),
        partner="partner" in values,
        epoch=epoch_of(values),
        key=key,
    )


def _withdraw(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    rep = text(values, "rep")
    return TakeBack(
        lead,
        rep,
        reason=text(values, "reason"),
        notes=notes_of(values),
        epoch=epoch_of(values),
        key=key,
    )
