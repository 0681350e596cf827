"""/v1/errands/{id}: how far long work is that somebody asked for, what became of what it did, and who stopped it and why. What is read
again out of quarantine is stopped here; the preview of a repair at its own address.
"""

from collections.abc import Callable
from datetime import datetime

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from firstright.desk import Desk
from firstright.desk.errands import StopErrand
from firstright.intake.strict import Field, Fields
from firstright.storage import errands
from firstright.storage.errands import Errand
from firstright.web.acts import text
from firstright.web.auth import Doorkeeper
from firstright.web.entering import commanded
from firstright.web.judging import judged
from firstright.web.openapi import command, problem_responses
from firstright.web.reading import READ, Id, nothing, said
from firstright.web.request import read_head
from firstright.web.reviewing import WORK

STOP: Fields = {"reason": Field(most=500)}


class ErrandView(msgspec.Struct, frozen=True):
    """`state` is running, done or stopped. `counts`: what became of what was done, by name. `stopped_by` is empty where it stopped by
    itself, and `stopped_why` says why it did, or what whoever stopped it said."""

    errand: str
    kind: str
    state: str
    asked_at: datetime
    asked_by: str
    total: int
    done: int
    counts: dict[str, int]
    finished_at: datetime | None
    stopped_by: str
    stopped_why: str


def errand_routes(desk: Desk, keeper: Doorkeeper, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(prefix="/v1/errands", responses=problem_responses(400, 401, 403, 404, 503))

    def found(name: str) -> Errand:
        with desk.read() as tx:
            errand = errands.one(tx, name)
        if errand is None:
            raise nothing()
        return errand

    @router.get("/{errand_id}", summary="How far long work is, and who stopped it and why")
    def one(request: Request, errand_id: Id) -> Response:
        keeper.admit(read_head(request.scope).authorization, READ)
        return said(_view(found(errand_id)))

    @router.post(
        "/{errand_id}/stop",
        summary="Read no more of it again",
        openapi_extra=command(STOP),
        responses=problem_responses(408, 409, 413, 415, 422),
    )
    async def stop(request: Request, errand_id: Id) -> Response:
        caller, values = await commanded(request, keeper, STOP, scope=WORK)

        def stopped() -> Response:
            if found(errand_id).kind == errands.PREVIEW:
                raise nothing()
            with judged(values):
                desk.act(StopErrand(errand_id, caller.key, text(values, "reason")))
            return said(_view(found(errand_id)))

        return await run_in_threadpool(stopped)

    return router


def _view(each: Errand) -> ErrandView:
    return ErrandView(
        each.id,
        each.kind,
        each.state,
        each.asked_at,
        each.asked_by,
        each.total,
        each.done,
        {**each.counts},
        each.finished_at,
        each.stopped_by,
        each.stopped_why,
    )
