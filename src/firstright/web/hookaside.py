"""/v1/hooks/{name}/quarantine: what a foreign system reported and nobody could use, and why. POST .../replay has one of it read again
with today's map, or begins to have all of it read. A key that may work reviews lets things out, as operations do.
"""

from collections.abc import Callable
from datetime import datetime

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from firstright.core.clean.problem import Problem
from firstright.core.identifiers import is_id
from firstright.desk import Desk
from firstright.desk.asked import operator
from firstright.desk.hooking import replay_event
from firstright.desk.rereading import RereadAsked, StartRereading
from firstright.intake.strict import Field, Fields
from firstright.storage import hooks
from firstright.storage.hooks import QUARANTINED, EventRow
from firstright.storage.sourceview import LAST
from firstright.web.acts import text
from firstright.web.asides import beginning
from firstright.web.auth import Doorkeeper
from firstright.web.entering import commanded
from firstright.web.hooks import TakenView
from firstright.web.judging import judged
from firstright.web.openapi import command, parameters, problem_responses
from firstright.web.paging import FOR_PROGRAMS, begins, cut, identifier
from firstright.web.reading import READ, Id, nothing, said
from firstright.web.request import page_size, queried, read_head
from firstright.web.reviewing import WORK

REPLAY: Fields = {"event": Field(most=36)}


class EventView(msgspec.Struct, frozen=True):
    event: str
    event_id: str
    received_at: datetime
    problems: tuple[Problem, ...]


class EventsView(msgspec.Struct, frozen=True):
    """Newest first. `count` is how many there are; `next` is what to give as `after`, null at the end."""

    events: list[EventView]
    count: int
    next: str | None


class KeptEventView(msgspec.Struct, frozen=True):
    """One of them, with the beginning of what was sent, as text."""

    event: str
    event_id: str
    received_at: datetime
    problems: tuple[Problem, ...]
    raw: str


def hook_quarantine(desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(prefix="/v1/hooks", responses=problem_responses(400, 401, 403, 404, 503))
    _reading(router, desk, keeper)
    _again(router, desk, keeper)
    return router


def _reading(router: APIRouter, desk: Desk, keeper: Doorkeeper) -> None:
    @router.get(
        "/{name}/quarantine",
        summary="What a hook was told that could not be used, newest first",
        openapi_extra=parameters(after="`next` of the page before"),
    )
    def listed(request: Request, name: str) -> Response:
        keeper.admit(read_head(request.scope, frozenset({"after", "limit"})).authorization, READ)
        given = queried(request.scope)
        limit, before = page_size(given), begins(given, LAST, identifier, FOR_PROGRAMS)
        with desk.read() as tx:
            if hooks.one(tx, name) is None:
                raise nothing()
            found = hooks.events(tx, name, aside=True, before=before, limit=limit + 1)
            count = hooks.aside_counted(tx).get(name, 0)
        shown, last = cut(found, limit)
        views = [EventView(row.id, row.event_id, row.received_at, row.problems) for row in shown]
        return said(EventsView(views, count, last.id if last else None))

    @router.get("/{name}/quarantine/{event}", summary="One of them, with what was sent")
    def one(request: Request, name: str, event: Id) -> Response:
        keeper.admit(read_head(request.scope).authorization, READ)
        row = _aside(desk, name, event)
        if row.state != QUARANTINED:
            raise nothing()
        raw = beginning(row.raw)
        return said(KeptEventView(row.id, row.event_id, row.received_at, row.problems, raw))


def _again(router: APIRouter, desk: Desk, keeper: Doorkeeper) -> None:
    @router.post(
        "/{name}/replay",
        summary="Read one event again with today's map, or begin to read all of the hook's quarantine",
        openapi_extra=command(REPLAY),
        responses=problem_responses(408, 409, 413, 415, 422),
    )
    async def again(request: Request, name: str) -> Response:
        caller, values = await commanded(request, keeper, REPLAY, scope=WORK)
        event = text(values, "event")
        done = _one_again if event else _all_again
        return await run_in_threadpool(lambda: said(done(desk, name, event, caller.key)))


def _one_again(desk: Desk, name: str, event: str, by: str) -> msgspec.Struct:
    _aside(desk, name, event)
    with judged({}):
        done = replay_event(desk, event)
    return TakenView(done.event, done.state, done.lead or None, done.problems, done.repeat)


def _all_again(desk: Desk, name: str, event: str, by: str) -> msgspec.Struct:
    with desk.read() as tx:
        if hooks.one(tx, name) is None:
            raise nothing()
    with judged({}):
        return desk.act(StartRereading(RereadAsked(hook=name), operator(by)))


def _aside(desk: Desk, name: str, event: str) -> EventRow:
    """An event of this hook, whatever became of it."""
    if not is_id(event):
        raise nothing()
    with desk.read() as tx:
        row = hooks.event_named(tx, event)
    if row is None or row.hook != name:
        raise nothing()
    return row
