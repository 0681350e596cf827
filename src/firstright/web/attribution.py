"""GET /v1/leads/{id}/arrivals: how a lead came, each time, with what it wanted then. It only reads."""

import msgspec
from fastapi import APIRouter, Request, Response

from firstright.core.attribution import Came
from firstright.desk import Desk
from firstright.desk.attribution import arrivals_of
from firstright.web.auth import Doorkeeper
from firstright.web.openapi import problem_responses
from firstright.web.reading import READ, Id, said, stands
from firstright.web.request import read_head


class ArrivalsView(msgspec.Struct, frozen=True):
    """Oldest first, the latest 200; `first` and `last` are the first and the last of these, null where there are none."""

    lead: str
    first: Came | None
    last: Came | None
    arrivals: list[Came]


def attributing(desk: Desk, keeper: Doorkeeper) -> APIRouter:
    router = APIRouter(prefix="/v1", responses=problem_responses(400, 401, 403, 404, 503))

    @router.get("/leads/{lead_id}/arrivals", summary="How a lead came, each time, oldest first")
    def shown(request: Request, lead_id: Id) -> Response:
        keeper.admit(read_head(request.scope).authorization, READ)
        with desk.read() as tx:
            row = stands(tx, lead_id)
            found = arrivals_of(tx, row.id)
        first, last = (found[0], found[-1]) if found else (None, None)
        return said(ArrivalsView(row.id, first, last, found))

    return router
