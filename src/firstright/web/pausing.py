"""POST /v1/reps/{id}/pause and /resume: who takes no new leads for a while. A key that may do this may pause anybody."""

from datetime import datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Request, Response
from fastapi.concurrency import run_in_threadpool

from firstright.desk import Desk
from firstright.desk.asked import operator
from firstright.desk.staff.pausing import PauseAsked
from firstright.intake.strict import Field, Fields
from firstright.web.acts import text
from firstright.web.assigning import REASON
from firstright.web.auth import Doorkeeper
from firstright.web.entering import commanded
from firstright.web.judging import judged
from firstright.web.openapi import command, problem_responses
from firstright.web.reading import nothing, said

WRITE = "roster:write"
Rep = Annotated[str, Path(max_length=64)]
RESUME: Fields = {"reason": REASON}
PAUSE: Fields = {"until": Field("instant", required=True), **RESUME}


class PauseView(msgspec.Struct, frozen=True):
    """Until when the rep is paused, which has passed for one who takes leads; `roster` is the version that says so."""

    rep: str
    paused_until: datetime | None
    roster: int
    changed: bool


def pausing(desk: Desk, keeper: Doorkeeper) -> APIRouter:
    responses = problem_responses(400, 401, 403, 404, 408, 409, 413, 415, 422, 503)
    router = APIRouter(prefix="/v1/reps/{rep_id}", responses=responses)

    async def answered(request: Request, rep_id: str, fields: Fields) -> Response:
        caller, values = await commanded(request, keeper, fields, scope=WRITE)
        return await run_in_threadpool(lambda: said(_done(desk, rep_id, values, caller.key)))

    @router.post("/pause", summary="No new leads for a rep until an instant", openapi_extra=command(PAUSE))
    async def pause(request: Request, rep_id: Rep) -> Response:
        return await answered(request, rep_id, PAUSE)

    @router.post("/resume", summary="A paused rep takes leads again", openapi_extra=command(RESUME))
    async def resume(request: Request, rep_id: Rep) -> Response:
        return await answered(request, rep_id, RESUME)

    return router


def _done(desk: Desk, rep: str, values: dict[str, object], by: str) -> PauseView:
    if desk.roster is not None and rep not in desk.roster.reps:
        raise nothing()
    until = values.get("until")
    asked = PauseAsked(rep, text(values, "reason"), until if isinstance(until, datetime) else None)
    with judged(values):
        paused = desk.act(asked.work(operator(by)))
    return PauseView(paused.rep, paused.until, paused.version, paused.changed)
