"""/v1/quarantine: what could not become a lead and why. GET tells it; POST .../replay has it read again with today's map,
source and policy. A key that may work reviews lets things out, as operations do.
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
from firstright.desk.quarantine import ReplayAsked, Replayed, replay
from firstright.desk.rereading import RereadAsked, StartRereading
from firstright.desk.slices import Begun
from firstright.intake.strict import Field, Fields
from firstright.storage import quarantine, sourceview
from firstright.storage.quarantine import Aside
from firstright.web.acts import text
from firstright.web.asides import beginning
from firstright.web.auth import Doorkeeper
from firstright.web.entering import commanded
from firstright.web.judging import judged
from firstright.web.lists import as_operations
from firstright.web.openapi import command, parameters, problem_responses
from firstright.web.paging import FOR_PROGRAMS, begins, cut, identifier
from firstright.web.reading import READ, Id, nothing, said
from firstright.web.request import page_size, queried, read_head
from firstright.web.reviewing import WORK

PARAMETERS = frozenset({"after", "limit", "source"})
ANYWAY: Fields = {"anyway": Field("flag")}
OF_SOURCE: Fields = {"source": Field(most=200)}


class AsideView(msgspec.Struct, frozen=True):
    """`label` is quarantined, or duplicate_conflict: it came under the name of an earlier one with other content."""

    arrival: str
    source: str
    event_id: str
    received_at: datetime
    label: str
    problems: tuple[Problem, ...]


class QuarantineView(msgspec.Struct, frozen=True):
    """Newest first. `counts` is how many there are, by source; `next` is what to give as `after`, null at the end."""

    arrivals: list[AsideView]
    counts: dict[str, int]
    next: str | None


class KeptView(msgspec.Struct, frozen=True):
    """One of them, with the beginning of what was sent, as text."""

    arrival: str
    source: str
    event_id: str
    received_at: datetime
    label: str
    problems: tuple[Problem, ...]
    content_type: str
    raw: str


class ReplayView(msgspec.Struct, frozen=True):
    """`outcome` is created, merged or quarantined; `repeat`: it had been let out before. `problems` are today's."""

    arrival: str
    outcome: str
    lead: str
    problems: tuple[Problem, ...]
    repeat: bool


def quarantined(desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(prefix="/v1/quarantine", responses=problem_responses(400, 401, 403, 404, 503))

    @router.get(
        "",
        summary="What could not become a lead, newest first",
        openapi_extra=parameters(source="one source; all when not given", after="`next` of the page before"),
    )
    def listed(request: Request) -> Response:
        scope = as_operations(keeper.admit(read_head(request.scope, PARAMETERS).authorization, READ).key)
        given = queried(request.scope)
        limit, before = page_size(given), begins(given, sourceview.LAST, identifier, FOR_PROGRAMS)
        with desk.read() as tx:
            found = quarantine.listed(
                tx, scope, source=given.get("source", ""), before=before, limit=limit + 1
            )
            counts = quarantine.counted(tx, scope)
        shown, last = cut(found, limit)
        return said(QuarantineView([_view(each) for each in shown], counts, last.id if last else None))

    @router.get("/{arrival_id}", summary="One of them, with what was sent")
    def one(request: Request, arrival_id: Id) -> Response:
        scope = as_operations(keeper.admit(read_head(request.scope).authorization, READ).key)
        with desk.read() as tx:
            kept = quarantine.seen(tx, scope, arrival_id)
        if kept is None:
            raise nothing()
        raw = beginning(kept.raw)
        about = kept.id, kept.source, kept.event_id, kept.received_at, kept.label, kept.problems
        return said(KeptView(*about, kept.content_type, raw))

    @router.post(
        "/{arrival_id}/replay",
        summary="Read it again with today's map, source and policy",
        openapi_extra=command(ANYWAY),
        responses=problem_responses(408, 409, 413, 415, 422),
    )
    async def again(request: Request, arrival_id: Id) -> Response:
        caller, values = await commanded(request, keeper, ANYWAY, scope=WORK)
        asked = ReplayAsked(arrival_id, anyway=values.get("anyway") is True)
        return await run_in_threadpool(lambda: said(_done(desk, asked, caller.key)))

    @router.post(
        "/replay",
        summary="Begin to read all of them again, or all of one source",
        openapi_extra=command(OF_SOURCE),
        responses=problem_responses(408, 409, 413, 415, 422),
    )
    async def all_again(request: Request) -> Response:
        caller, values = await commanded(request, keeper, OF_SOURCE, scope=WORK)
        work = StartRereading(RereadAsked(source=text(values, "source")), operator(caller.key))
        return await run_in_threadpool(lambda: said(_begun(desk, work)))

    return router


def _begun(desk: Desk, work: StartRereading) -> Begun:
    with judged({}):
        return desk.act(work)


def _done(desk: Desk, asked: ReplayAsked, by: str) -> ReplayView:
    if not is_id(asked.arrival):
        raise nothing()
    with judged({}):
        done = replay(desk, asked, operator(by))
    return _replayed(done)


def _replayed(done: Replayed) -> ReplayView:
    return ReplayView(done.arrival, done.outcome, done.lead, done.problems, done.repeat)


def _view(each: Aside) -> AsideView:
    return AsideView(each.id, each.source, each.event_id, each.received_at, each.label, each.problems)
