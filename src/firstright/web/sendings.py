"""/v1/deliveries: what could not be sent, and sending it once more. It shows where, when and how often, never what was in it."""

from collections.abc import Callable
from datetime import datetime

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from firstright.core.identifiers import is_id
from firstright.desk import Desk
from firstright.desk.resending import Resend
from firstright.intake.strict import Field, Fields
from firstright.storage import deliveries
from firstright.storage.rows import DeliveryRow
from firstright.web.auth import Doorkeeper
from firstright.web.console.places import Place, outbox
from firstright.web.entering import READ, commanded, entered
from firstright.web.openapi import command, parameters, problem_responses
from firstright.web.paging import FOR_PROGRAMS, begins, cut, identifier
from firstright.web.problems import away
from firstright.web.reading import Id, nothing, said
from firstright.web.request import page_size, queried, read_head

STATES = ("behind", "ready", "leased", "sent", "dead", "cancelled")
PARAMETERS = frozenset({"state", "destination", "after", "limit"})
SINCE: Fields = {
    "destination": Field(required=True, most=100),
    "since": Field("instant", required=True),
}


class DeliveryView(msgspec.Struct, frozen=True):
    """One delivery without its content. `last_error` may quote the receiver."""

    delivery: str
    lead: str | None
    epoch: int | None
    destination: str
    event: str
    template: str
    state: str
    created_at: datetime | None
    due_at: datetime
    sent_at: datetime | None
    attempts: int
    last_status: int
    last_error: str


class Page(msgspec.Struct, frozen=True):
    """In the order in which they came to be; `next` is what to give as `after`, null at the end."""

    deliveries: list[DeliveryView]
    next: str | None


class PlacesView(msgspec.Struct, frozen=True):
    """How each destination is doing, those in trouble first."""

    destinations: tuple[Place, ...]
    waiting: int
    dead: int


def places(desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(prefix="/v1", responses=problem_responses(400, 401, 403, 503))

    @router.get("/destinations", summary="Where messages go, and how each destination is doing")
    def listed(request: Request) -> Response:
        keeper.admit(read_head(request.scope).authorization, READ)
        at = now()
        with desk.read() as tx:
            found = outbox(tx, at)
        return said(PlacesView(found.places, found.waiting, found.dead))

    return router


def sendings(desk: Desk, keeper: Doorkeeper) -> APIRouter:
    router = APIRouter(prefix="/v1/deliveries", responses=problem_responses(400, 401, 403, 404, 503))
    _reading(router, desk, keeper)
    _replaying(router, desk, keeper)
    return router


def _reading(router: APIRouter, desk: Desk, keeper: Doorkeeper) -> None:
    @router.get(
        "",
        summary="Deliveries in one state",
        openapi_extra=parameters(
            state=f"one of {', '.join(STATES)}; dead when not given",
            destination="its name, such as webhook:crm; all when not given",
            after="`next` of the page before",
        ),
    )
    def listed(request: Request) -> Response:
        head = read_head(request.scope, PARAMETERS)
        keeper.admit(head.authorization, READ)
        given = queried(request.scope)
        state, limit = given.get("state", "dead"), page_size(given)
        first = begins(given, deliveries.FIRST_ID, identifier, FOR_PROGRAMS)
        if state not in STATES:
            raise away(400, "query.invalid", f"state is one of {', '.join(STATES)}", state[:64])
        with desk.read() as tx:
            found = deliveries.listed(tx, state, given.get("destination", ""), first, limit + 1)
        shown, last = cut(found, limit)
        return said(Page([view(row) for row in shown], last.id if last else None))

    @router.get("/{delivery_id}", summary="One delivery")
    def one(request: Request, delivery_id: Id) -> Response:
        head = read_head(request.scope)
        keeper.admit(head.authorization, READ)
        with desk.read() as tx:
            row = deliveries.one(tx, delivery_id) if is_id(delivery_id) else None
        if row is None:
            raise nothing()
        return said(view(row))


def _replaying(router: APIRouter, desk: Desk, keeper: Doorkeeper) -> None:
    @router.post(
        "/replay", summary="Send a destination's dead deliveries once more", openapi_extra=command(SINCE)
    )
    async def replay_all(request: Request) -> Response:
        caller, values = await commanded(request, keeper, SINCE)
        since = values["since"]
        assert isinstance(since, datetime)
        work = Resend([], caller.key, destination=str(values["destination"]), since=since)
        return said(await run_in_threadpool(lambda: desk.writer.submit(work).result()))

    @router.post("/{delivery_id}/replay", summary="Send a dead delivery once more")
    async def replay_one(request: Request, delivery_id: Id) -> Response:
        caller, _ = await entered(request, keeper, bare=True)
        return await run_in_threadpool(_again, desk, delivery_id, caller.key)


def _again(desk: Desk, delivery_id: str, by: str) -> Response:
    with desk.read() as tx:
        row = deliveries.one(tx, delivery_id) if is_id(delivery_id) else None
    if row is None:
        raise nothing()
    resent = desk.writer.submit(Resend([delivery_id], by)).result()
    if not resent.deliveries:
        reason = f"this delivery is {row.state}; only dead ones are sent once more"
        raise away(409, "delivery.not_dead", reason, row.state)
    return said(resent)


def view(row: DeliveryRow) -> DeliveryView:
    return DeliveryView(
        delivery=row.id,
        lead=row.lead_id,
        epoch=row.epoch,
        destination=row.destination,
        event=row.event,
        template=row.template,
        state=row.state,
        created_at=row.created_at,
        due_at=row.due_at,
        sent_at=row.sent_at,
        attempts=row.attempts,
        last_status=row.last_status,
        last_error=row.last_error,
    )
