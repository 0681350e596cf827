"""The whole HTTP door as one ASGI application: the intake route by itself, everything else through FastAPI.

Every answer carries the same security headers; every refusal is a problem (RFC 9457) with a request id.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any  # FastAPI's OpenAPI document

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from firstright import __version__
from firstright.core.rules.fields import CATALOGUE
from firstright.desk import Desk
from firstright.desk.access.secondfactor import Sealing
from firstright.desk.explain.auditing import Auditor
from firstright.desk.files.uploads import Uploads
from firstright.desk.staff.feeds import Feeds
from firstright.errors import DatabaseError, for_log
from firstright.web.accounts import accounts
from firstright.web.acts import ActDoor, acts
from firstright.web.assigning import assigning
from firstright.web.attribution import attributing
from firstright.web.auth import Doorkeeper
from firstright.web.batch import BatchDoor
from firstright.web.booking.routes import booking
from firstright.web.booking.sharing import sharing
from firstright.web.clocks import clocks
from firstright.web.console.gate import Gate
from firstright.web.console.house import console
from firstright.web.console.room import FactorFirst, NotSignedIn, Room
from firstright.web.credits import crediting
from firstright.web.deadjobs import dead_jobs
from firstright.web.duplicates import duplicate_pairs
from firstright.web.errands import errand_routes
from firstright.web.fairness import fairness
from firstright.web.feeding import feeding
from firstright.web.forms.optout import optout
from firstright.web.forms.routes import forms
from firstright.web.handoffs import handoffs
from firstright.web.health import health
from firstright.web.hookaside import hook_quarantine
from firstright.web.hooks import hooked
from firstright.web.incoming import incoming
from firstright.web.intake import PATH, IntakeDoor
from firstright.web.lists import lists
from firstright.web.meetings import meeting_routes
from firstright.web.merging import merging
from firstright.web.openapi import BATCH_PATH, with_intake
from firstright.web.outreach import outreach
from firstright.web.pausing import pausing
from firstright.web.policies import policies
from firstright.web.problems import (
    SECURITY,
    Message,
    Receive,
    Scope,
    Send,
    TurnedAway,
    away,
    of_database,
    problem,
)
from firstright.web.providers import providers
from firstright.web.pulling import pulling
from firstright.web.quarantine import quarantined
from firstright.web.reading import Reader, routes
from firstright.web.repairs import repairing
from firstright.web.request import Gone, read_head
from firstright.web.reviewing import reviewing
from firstright.web.scores import scores
from firstright.web.sendings import places, sendings
from firstright.web.staffing import staffing
from firstright.web.statuses import moving, statuses
from firstright.web.stewards import stewards
from firstright.web.stuck import stuck
from firstright.web.tasks import task_routes
from firstright.web.teams import teams
from firstright.web.tending import tending
from firstright.web.timeline import timelines
from firstright.web.users import users_of
from firstright.web.watching import Watch, at_home, watching
from firstright.web.whatif import what_ifs

log = logging.getLogger("firstright.web")


class Door:
    """The application a server is given."""

    def __init__(
        self,
        desk: Desk,
        *,
        now: Callable[[], datetime],
        auditor: Auditor | None = None,
        secure: bool = False,
        own_hosts: frozenset[str] = frozenset(),
        uploads: Uploads | None = None,
        sealing: Sealing | None = None,
        feeds: Feeds | None = None,
    ) -> None:
        """`secure`: browsers reach it by https. `own_hosts`: under which names, besides this machine's own. `sealing` keeps the
        secrets of second factors; without `feeds` no calendar is registered by URL.
        """
        keeper = Doorkeeper(desk, now)
        gate = Gate(desk, now, secure=secure, own_hosts=own_hosts, sealing=sealing)
        room, pages = console(desk, gate, now, uploads, feeds)
        self._intake = IntakeDoor(desk, keeper, now)
        self._batch = BatchDoor(desk, keeper)
        self._rest = _rest(desk, keeper, Watch(desk, auditor, now), room, now)
        self._rest.include_router(feeding(desk, keeper, feeds))
        self._rest.include_router(hooked(desk, sealing, now))
        for page in pages:
            self._rest.include_router(page)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._rest(scope, receive, send)
        elif scope["path"] == PATH:
            await self._intake(scope, receive, send)
        elif scope["path"] == BATCH_PATH:
            await self._batch(scope, receive, send)
        elif scope["method"] == "HEAD":
            await self._rest({**scope, "method": "GET"}, receive, _guarded(_headless(send)))
        else:
            await self._rest(scope, receive, _guarded(send))


def _headless(send: Send) -> Send:
    """HEAD is GET without the body: what can be read can be asked about."""

    async def headless(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return headless


def _guarded(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = {name for name, _ in message["headers"]}
            message["headers"] = [*message["headers"], *(h for h in SECURITY if h[0] not in given)]
        await send(message)

    return guarded


def _rest(desk: Desk, keeper: Doorkeeper, watch: Watch, room: Room, now: Callable[[], datetime]) -> FastAPI:
    app = FastAPI(
        title="firstright",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
    )
    app.include_router(routes(Reader(desk, keeper)))
    app.include_router(acts(ActDoor(desk, keeper)))
    app.include_router(assigning(desk, keeper))
    app.include_router(moving(desk, keeper))
    app.include_router(statuses(desk, keeper, now))
    app.include_router(merging(desk, keeper))
    app.include_router(duplicate_pairs(desk, keeper, now))
    app.include_router(meeting_routes(desk, keeper, now))
    app.include_router(pulling(desk, keeper))
    app.include_router(reviewing(desk, keeper))
    app.include_router(pausing(desk, keeper))
    app.include_router(staffing(desk, keeper))
    app.include_router(crediting(desk, keeper))
    app.include_router(outreach(desk, keeper))
    app.include_router(task_routes(desk, keeper, now))
    app.include_router(clocks(desk, keeper, now))
    app.include_router(stuck(desk, keeper))
    app.include_router(handoffs(desk, keeper))
    app.include_router(timelines(desk, keeper))
    app.include_router(attributing(desk, keeper))
    app.include_router(repairing(desk, keeper))
    app.include_router(stewards(desk, keeper, now))
    for reads in (lists, accounts, teams, fairness, scores, policies, incoming, places, quarantined, tending):
        app.include_router(reads(desk, keeper, now))
    for reads in (hook_quarantine, errand_routes):
        app.include_router(reads(desk, keeper, now))
    app.include_router(sendings(desk, keeper))
    app.include_router(providers(desk, keeper, now))
    app.include_router(dead_jobs(desk, keeper))
    app.include_router(what_ifs(desk, keeper))
    app.include_router(users_of(desk, keeper))
    app.include_router(forms(desk, now))
    app.include_router(optout(desk))
    app.include_router(booking(desk, now))
    app.include_router(sharing(desk))
    _health_route(app, desk, keeper)
    watching(app, watch, keeper)
    _document_route(app, desk, keeper)
    _refusals(app, desk, room)
    return app


def _health_route(app: FastAPI, desk: Desk, keeper: Doorkeeper) -> None:
    @app.get("/healthz", summary="Whether this node can do its work")
    def healthz(request: Request) -> Response:
        head = read_head(request.scope)
        found = health(desk)
        status = HTTPStatus.OK if found.status == "ok" else HTTPStatus.SERVICE_UNAVAILABLE
        if not at_home(request) and not head.authorization:
            return _json(status, {"status": found.status})
        if not at_home(request) and found.turn is not None:
            keeper.admit(head.authorization, "")
        return _json(status, found)


def _document_route(app: FastAPI, desk: Desk, keeper: Doorkeeper) -> None:
    @app.get("/openapi.json", summary="This document")
    def openapi(request: Request) -> Response:
        head = read_head(request.scope)
        if not at_home(request):
            keeper.admit(head.authorization, "")
        catalogue = desk.policy.policy.catalogue if desk.policy else CATALOGUE
        return _json(HTTPStatus.OK, with_intake(_copy(app), catalogue))


def _is_page(request: Request) -> bool:
    """Whether a person sees the answer: programs ask below /v1, or for something else than a page."""
    return not request.url.path.startswith("/v1/") and "text/html" in request.headers.get("accept", "")


def _copy(app: FastAPI) -> dict[str, Any]:
    document: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(app.openapi()))
    return document


def _json(status: int, content: object) -> Response:
    return Response(msgspec.json.encode(content), status, media_type="application/json")


def _refusals(app: FastAPI, desk: Desk, room: Room) -> None:
    """Everything that can go wrong behind FastAPI: to a browser as a page, else the same way as at the intake route."""

    def told(request: Request, refusal: TurnedAway) -> Response:
        desk.measures.refused(refusal.status)
        if _is_page(request):
            response = room.refused(request, refusal)
            response.raw_headers.extend(refusal.headers)
            return response
        answer = problem(refusal, desk.new_id())
        response = Response(answer.body, answer.status)
        response.raw_headers.extend(answer.headers)
        return response

    @app.exception_handler(NotSignedIn)
    def not_signed_in(request: Request, missing: NotSignedIn) -> Response:
        return room.sign_in_first(request, missing.wanted)

    @app.exception_handler(FactorFirst)
    def factor_first(request: Request, missing: FactorFirst) -> Response:
        return room.factor_first()

    @app.exception_handler(TurnedAway)
    def turned_away(request: Request, refusal: TurnedAway) -> Response:
        return told(request, refusal)

    @app.exception_handler(Gone)
    def gone(request: Request, left: Gone) -> Response:
        return Response(status_code=400)  # nobody is there to read it

    @app.exception_handler(DatabaseError)
    def database(request: Request, error: DatabaseError) -> Response:
        log.warning("request.not-answered", extra=for_log(error))
        return told(request, of_database(error))

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> Response:
        headers = tuple((k.lower().encode(), v.encode()) for k, v in (error.headers or {}).items())
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.method == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT, headers=error.headers)
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            return told(
                request,
                away(405, "method.not_allowed", "see Allow for what this address offers", headers=headers),
            )
        return told(request, away(404, "not_found", "there is nothing under this address"))

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        return told(request, away(400, "request.invalid", "this request does not fit its address"))

    @app.exception_handler(Exception)
    def defect(request: Request, error: Exception) -> Response:
        return told(request, away(500, "internal", "this was logged"))
