"""POST /v1/leads/{id}/merge and /unmerge: two leads are one from now on, or are two after all.

A key that may assign leads decides as operations do, with a reason that stands in the history of both.
"""

from fastapi import APIRouter, Request, Response

from firstright.desk import Desk
from firstright.desk.acting import OnLead
from firstright.desk.asked import operator
from firstright.desk.merging import Merge, Unmerge
from firstright.intake.strict import Field, Fields
from firstright.web.acts import EPOCH, ActDoor, epoch_of, text
from firstright.web.assigning import ASSIGN, REASON
from firstright.web.auth import Doorkeeper
from firstright.web.openapi import command, problem_responses
from firstright.web.reading import Id

UNMERGE: Fields = {"reason": REASON, "epoch": EPOCH}
MERGE: Fields = {"into": Field(required=True, most=36), **UNMERGE}


def merging(desk: Desk, keeper: Doorkeeper) -> APIRouter:
    door = ActDoor(desk, keeper, ASSIGN)
    responses = problem_responses(400, 401, 403, 404, 408, 409, 413, 415, 422, 503)
    router = APIRouter(prefix="/v1/leads/{lead_id}", responses=responses)

    @router.post(
        "/merge",
        summary="Another lead stands for this one from now on, and is what is answered",
        openapi_extra=command(MERGE),
    )
    async def merge(request: Request, lead_id: Id) -> Response:
        return await door.answered(request, lead_id, MERGE, _merge)

    @router.post(
        "/unmerge",
        summary="This lead is what it was before it was merged",
        openapi_extra=command(UNMERGE),
    )
    async def unmerge(request: Request, lead_id: Id) -> Response:
        return await door.answered(request, lead_id, UNMERGE, _unmerge)

    return router


def _merge(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    into, reason = text(values, "into"), text(values, "reason")
    return Merge(lead, into, operator(by), reason, epoch=epoch_of(values), key=key)


def _unmerge(lead: str, values: dict[str, object], by: str, key: str) -> OnLead:
    return Unmerge(lead, operator(by), text(values, "reason"), epoch=epoch_of(values), key=key)
